//! A queue before a mutex: whoever gets the mutex works for all who wait, so that one sync of the disk answers many.
//! It must not know what the work is, and leave nobody waiting whatever the work does.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What callers share, with the callers that wait for it.
pub(super) struct Turns<S, T, R> {
    shared: Mutex<S>,
    waiting: Mutex<VecDeque<Arc<Ticket<T, R>>>>,
}

/// One caller's work, and its place for the answer.
struct Ticket<T, R> {
    work: T,
    answer: Mutex<Option<R>>,
}

impl<S, T, R> Turns<S, T, R> {
    pub(super) fn new(shared: S) -> Self {
        Self { shared: Mutex::new(shared), waiting: Mutex::default() }
    }

    /// Waits for a turn of one's own.
    pub(super) fn alone(&self) -> MutexGuard<'_, S> {
        // Who breaks down leaves the shared state as `perform` and its like keep it at any moment: right, or empty.
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Hands `work` in and returns its answer. Whoever has the turn calls `perform` with everything that waits, in the
    /// order in which it came, as long as the sum of `weight` stays within `weight_max`; a heavier work goes alone.
    ///
    /// `perform` gives one answer for each work. `None` if it gave none to this one: it panicked in another thread.
    pub(super) fn together(
        &self,
        work: T,
        (weight, weight_max): (fn(&T) -> usize, usize),
        perform: impl Fn(&mut S, &[&T]) -> Vec<R>,
    ) -> Option<R> {
        let ticket = Arc::new(Ticket { work, answer: Mutex::new(None) });
        lock(&self.waiting).push_back(Arc::clone(&ticket));
        let mut shared = self.alone();
        loop {
            if let Some(answer) = lock(&ticket.answer).take() {
                return Some(answer);
            }
            if !lock(&self.waiting).iter().any(|waiting| Arc::ptr_eq(waiting, &ticket)) {
                return None;
            }
            let taken = self.take(weight, weight_max);
            let works: Vec<&T> = taken.iter().map(|ticket| &ticket.work).collect();
            for (ticket, answer) in taken.iter().zip(perform(&mut shared, &works)) {
                *lock(&ticket.answer) = Some(answer);
            }
        }
    }

    fn take(&self, weight: fn(&T) -> usize, weight_max: usize) -> Vec<Arc<Ticket<T, R>>> {
        let mut waiting = lock(&self.waiting);
        let mut taken: Vec<Arc<Ticket<T, R>>> = Vec::new();
        let mut sum = 0_usize;
        while let Some(next) = waiting.front() {
            sum = sum.saturating_add(weight(&next.work));
            if sum > weight_max && !taken.is_empty() {
                break;
            }
            taken.extend(waiting.pop_front());
        }
        taken
    }
}

/// For mutexes that are held for one assignment only, which cannot break down half-way.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::panic::{AssertUnwindSafe, catch_unwind};
    use std::thread;

    use super::*;

    type Sums = Turns<Vec<Vec<u32>>, u32, u32>;

    fn one(_: &u32) -> usize {
        1
    }

    /// Until `count` works wait.
    fn queued(turns: &Sums, count: usize) {
        while lock(&turns.waiting).len() < count {
            thread::yield_now();
        }
    }

    #[test]
    fn who_has_the_turn_works_for_all_who_wait() {
        let turns = Sums::new(Vec::new());
        let turn = turns.alone();
        let perform = |batches: &mut Vec<Vec<u32>>, works: &[&u32]| {
            batches.push(works.iter().map(|work| **work).collect());
            works.iter().map(|work| *work * 2).collect()
        };
        thread::scope(|scope| {
            let callers: Vec<_> = (0..10)
                .map(|work| {
                    let caller = scope.spawn({
                        let turns = &turns;
                        move || turns.together(work, (one, 4), perform)
                    });
                    queued(&turns, usize::try_from(work).unwrap() + 1);
                    caller
                })
                .collect();
            drop(turn);
            for (work, caller) in (0..).zip(callers) {
                assert_eq!(caller.join().unwrap(), Some(work * 2));
            }
        });
        assert_eq!(*turns.alone(), [vec![0, 1, 2, 3], vec![4, 5, 6, 7], vec![8, 9]]);
    }

    #[test]
    fn a_work_over_the_limit_goes_alone() {
        let turns = Sums::new(Vec::new());
        let heavy = |work: &u32| usize::try_from(*work).unwrap();
        let answer = turns.together(100, (heavy, 4), |_, works| vec![0; works.len()]);
        assert_eq!(answer, Some(0));
    }

    #[test]
    fn nobody_waits_for_one_who_broke_down() {
        let turns = Sums::new(Vec::new());
        let turn = turns.alone();
        thread::scope(|scope| {
            let callers: Vec<_> = (0..8)
                .map(|work| {
                    let caller = scope.spawn({
                        let turns = &turns;
                        move || {
                            let perform = |_: &mut Vec<Vec<u32>>, works: &[&u32]| {
                                assert!(!works.contains(&&1), "this one breaks down");
                                works.iter().map(|work| **work).collect()
                            };
                            catch_unwind(AssertUnwindSafe(|| {
                                turns.together(work, (one, 4), perform)
                            }))
                        }
                    });
                    queued(&turns, usize::try_from(work).unwrap() + 1);
                    caller
                })
                .collect();
            drop(turn);
            let answers: Vec<_> = callers.into_iter().map(|one| one.join().unwrap()).collect();
            // The one who broke down worked for the first four, and may not be one of them.
            assert_eq!(answers.iter().filter(|answer| answer.is_err()).count(), 1, "{answers:?}");
            for (work, answer) in (0..).zip(&answers) {
                match answer {
                    Ok(None) | Err(_) if work < 4 => {}
                    Ok(Some(answer)) => assert!(work >= 4 && *answer == work, "{answers:?}"),
                    other => assert!(other.is_err(), "{answers:?}"),
                }
            }
        });
    }
}
