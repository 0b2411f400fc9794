//! Turns at judging completions: the rules ask about the past, so one at a time judges, and for all who wait.
//! It knows nothing of what is judged.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

/// Items that one turn takes of several who wait: about a second of work, and a group of the register far below its limit.
const ITEMS_MAX: usize = 256;

/// Work that waits for its turn: items in, an answer out.
pub(super) struct Job<Q, A> {
    pub(super) asked: Vec<Q>,
    answer: Mutex<Option<A>>,
}

/// One at a time, and a list of those who wait.
pub(super) struct Intake<Q, A> {
    state: Mutex<State<Q, A>>,
    changed: Condvar,
}

struct State<Q, A> {
    /// Turns that were asked for.
    tickets: u64,
    /// Turns that are over. Who holds ticket `over` has the turn.
    over: u64,
    waiting: Vec<Arc<Job<Q, A>>>,
}

/// While it lives, nobody else has the turn.
pub(super) struct Turn<'i, Q, A>(&'i Intake<Q, A>);

impl<Q, A> Default for Intake<Q, A> {
    fn default() -> Self {
        let state = State { tickets: 0, over: 0, waiting: Vec::new() };
        Self { state: Mutex::new(state), changed: Condvar::new() }
    }
}

impl<Q, A> Intake<Q, A> {
    /// Waits for the turn; who asked first has it first.
    pub(super) fn turn(&self) -> Turn<'_, Q, A> {
        let mut state = self.state();
        let ticket = state.take_ticket();
        while state.over != ticket {
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        Turn(self)
    }

    /// Has `asked` answered: by whoever has the turn, or by this thread, which then answers all who wait.
    pub(super) fn ask(&self, asked: Vec<Q>, answer: impl Fn(&[Arc<Job<Q, A>>]) -> Vec<A>) -> A {
        let job = Arc::new(Job { asked, answer: Mutex::new(None) });
        self.state().waiting.push(Arc::clone(&job));
        loop {
            let mut state = self.state();
            if let Some(answer) = job.taken() {
                return answer;
            }
            if state.is_busy() {
                drop(self.changed.wait(state).unwrap_or_else(PoisonError::into_inner));
                continue;
            }
            let _mine = state.take_ticket();
            // Whoever took it may have broken down over it.
            if !state.waiting.iter().any(|waiting| Arc::ptr_eq(waiting, &job)) {
                state.waiting.push(Arc::clone(&job));
            }
            drop(state);
            Turn(self).serve(&answer);
        }
    }

    fn state(&self) -> MutexGuard<'_, State<Q, A>> {
        // Every change is one assignment.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The jobs that have waited longest, together at most [`ITEMS_MAX`] items, or one larger one.
    fn next(&self) -> Vec<Arc<Job<Q, A>>> {
        let mut state = self.state();
        let (mut items, mut count) = (0_usize, 0);
        for job in &state.waiting {
            items = items.saturating_add(job.asked.len());
            if count > 0 && items > ITEMS_MAX {
                break;
            }
            count += 1;
        }
        state.waiting.drain(..count).collect()
    }
}

impl<Q, A> State<Q, A> {
    fn take_ticket(&mut self) -> u64 {
        let ticket = self.tickets;
        self.tickets = ticket.saturating_add(1);
        ticket
    }

    fn is_busy(&self) -> bool {
        self.over != self.tickets
    }
}

impl<Q, A> Turn<'_, Q, A> {
    /// Lets those pass who asked for a turn meanwhile, and returns with the next one.
    pub(super) fn pass(self) -> Self {
        let intake = self.0;
        drop(self);
        intake.turn()
    }

    /// Answers those who wait, once: `answer` gives one answer for each job, in order.
    pub(super) fn serve(&self, answer: &impl Fn(&[Arc<Job<Q, A>>]) -> Vec<A>) {
        let jobs = self.0.next();
        if jobs.is_empty() {
            return;
        }
        for (job, answer) in jobs.iter().zip(answer(&jobs)) {
            *job.answer.lock().unwrap_or_else(PoisonError::into_inner) = Some(answer);
        }
        self.0.changed.notify_all();
    }
}

impl<Q, A> Drop for Turn<'_, Q, A> {
    fn drop(&mut self) {
        let mut state = self.0.state();
        state.over = state.over.saturating_add(1);
        drop(state);
        self.0.changed.notify_all();
    }
}

impl<Q, A> Job<Q, A> {
    fn taken(&self) -> Option<A> {
        self.answer.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    fn doubled(jobs: &[Arc<Job<usize, usize>>]) -> Vec<usize> {
        jobs.iter().map(|job| job.asked.iter().sum::<usize>() * 2).collect()
    }

    #[test]
    fn everybody_is_answered_once_and_in_groups() {
        let intake = Intake::default();
        let (groups, together) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let answer = |jobs: &[Arc<Job<usize, usize>>]| {
            assert_eq!(together.fetch_add(1, Ordering::SeqCst), 0, "two at a time");
            groups.fetch_add(1, Ordering::SeqCst);
            std::thread::sleep(std::time::Duration::from_millis(2));
            together.fetch_sub(1, Ordering::SeqCst);
            doubled(jobs)
        };
        std::thread::scope(|scope| {
            for n in 0..64 {
                let (intake, answer) = (&intake, &answer);
                scope.spawn(move || assert_eq!(intake.ask(vec![n, 1], answer), 2 * (n + 1)));
            }
        });
        assert!(groups.load(Ordering::SeqCst) < 64, "nobody was answered together with others");
    }

    #[test]
    fn who_has_the_turn_for_long_serves_the_others_between() {
        let intake = Intake::default();
        let turn = intake.turn();
        std::thread::scope(|scope| {
            let asking = scope.spawn(|| intake.ask(vec![21], doubled));
            while !asking.is_finished() {
                turn.serve(&doubled);
            }
            assert_eq!(asking.join().unwrap(), 42);
        });
        drop(turn);
        assert_eq!(intake.ask(vec![1], doubled), 2);
    }

    #[test]
    fn who_passes_comes_after_those_who_waited() {
        let intake: Intake<usize, usize> = Intake::default();
        let order = Mutex::new(Vec::new());
        let mut turn = intake.turn();
        std::thread::scope(|scope| {
            scope.spawn(|| {
                let _turn = intake.turn();
                order.lock().unwrap().push("waited");
            });
            while intake.state().tickets < 2 {
                std::thread::yield_now();
            }
            turn = turn.pass();
            order.lock().unwrap().push("passed");
            drop(turn);
        });
        assert_eq!(order.into_inner().unwrap(), ["waited", "passed"]);
    }

    #[test]
    fn a_breakdown_costs_nobody_else_the_answer() {
        let intake = Intake::default();
        let turn = intake.turn();
        std::thread::scope(|scope| {
            let asking = scope.spawn(|| intake.ask(vec![4], doubled));
            while intake.state().waiting.is_empty() {
                std::thread::yield_now();
            }
            let broken = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
                turn.serve(&|_: &[Arc<Job<usize, usize>>]| panic!("broken"));
            }));
            assert!(broken.is_err());
            drop(turn);
            assert_eq!(asking.join().unwrap(), 8);
        });
    }
}
