//! Hours of Appendix Г: of a row, of all rows, and the practical share.

use super::limits::OUTCOMES_MAX;
use super::passport::Programme;
use super::reading::Reading;
use super::rules::{CONTENT, VOLUME};

/// Totals that the passport states beside the rows.
const TOTALS: &str = "/appendix_G_explanatory_note/content/totals";

/// Hours of Appendix Г: of a row, of all rows, and the practical share of 11.2.2.
pub(super) fn check_hours(reading: &mut Reading<'_>, programme: &Programme) {
    let mut sums = Hours::default();
    for index in 0..reading.count(CONTENT).min(OUTCOMES_MAX) {
        let row = format!("{CONTENT}/{index}");
        let hours = Hours::read(reading, &row);
        let parts = hours.parts();
        if reading.sound_at(&[&row]) && parts != u64::from(hours.total) {
            reading.refuse(
                &format!("{row}/hours_total"),
                format!(
                    "The row says {} hours, its columns add up to {parts} (Appendix Г).",
                    hours.total
                ),
            );
        }
        sums.add(&hours);
    }
    if !reading.sound_at(&[CONTENT, VOLUME]) {
        return;
    }
    if sums.total != u32::from(programme.hours) {
        reading.refuse(
            CONTENT,
            format!(
                "The rows add up to {} hours, the programme has {} (Appendix Г).",
                sums.total, programme.hours
            ),
        );
    }
    if (u64::from(sums.practical) + u64::from(sums.individual)) * 2 < u64::from(sums.total) {
        reading.refuse(
            CONTENT,
            format!(
                "At least half of the hours must be practical (11.2.2): {} laboratory-practical and {} individual of {}.",
                sums.practical, sums.individual, sums.total
            ),
        );
    }
    check_totals(reading, &sums);
}

fn check_totals(reading: &mut Reading<'_>, sums: &Hours) {
    let stated = [
        ("hours_total", sums.total),
        ("theoretical", sums.theoretical),
        ("laboratory_practical", sums.practical),
        ("individual", sums.individual),
        ("srsp", sums.guided),
        ("srs", sums.alone),
    ];
    for (name, sum) in stated {
        let pointer = format!("{TOTALS}/{name}");
        if reading.at(&pointer).is_some() && reading.whole_number(&pointer) != sum {
            reading.refuse(&pointer, format!("The rows add up to {sum} (Appendix Г)."));
        }
    }
}

/// The hour columns of Appendix Г.
#[derive(Default)]
struct Hours {
    total: u32,
    theoretical: u32,
    practical: u32,
    individual: u32,
    /// With a teacher: СРСП.
    guided: u32,
    /// Alone: СРС.
    alone: u32,
}

impl Hours {
    fn read(reading: &mut Reading<'_>, row: &str) -> Self {
        Self {
            total: reading.whole_number(&format!("{row}/hours_total")),
            theoretical: reading.whole_number(&format!("{row}/of_which/theoretical")),
            practical: reading.whole_number(&format!("{row}/of_which/laboratory_practical")),
            individual: reading.whole_number(&format!("{row}/of_which/individual")),
            guided: reading.whole_number(&format!("{row}/srsp_hours")),
            alone: reading.whole_number(&format!("{row}/srs_hours")),
        }
    }

    fn parts(&self) -> u64 {
        [self.theoretical, self.practical, self.individual, self.guided, self.alone]
            .into_iter()
            .map(u64::from)
            .sum()
    }

    const fn add(&mut self, row: &Self) {
        self.total = self.total.saturating_add(row.total);
        self.theoretical = self.theoretical.saturating_add(row.theoretical);
        self.practical = self.practical.saturating_add(row.practical);
        self.individual = self.individual.saturating_add(row.individual);
        self.guided = self.guided.saturating_add(row.guided);
        self.alone = self.alone.saturating_add(row.alone);
    }
}
