//! A queue with one who leads: whoever has the turn works for all who wait, so that one sync of the disk answers many.
//! It must not know what the work is, and leave nobody waiting whatever the work does.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, Thread};

/// How often a leader looks in vain for more callers before it begins: those who were answered a moment ago are on their
/// way back with their next work, and would else wait for a whole sync. Each look lets another thread run, no more.
const LOOKS: usize = 2;
/// The same while fewer wait than were served in the turn before.
const LOOKS_FOR_THE_SAME: usize = 60;

/// What callers share, with the callers that wait for it.
pub(super) struct Turns<S, T, R> {
    shared: Mutex<S>,
    queue: Mutex<Queue<T, R>>,
}

struct Queue<T, R> {
    /// Whoever leads stands first until he takes his turn.
    waiting: VecDeque<Arc<Ticket<T, R>>>,
    is_led: bool,
    /// Callers that were served in the turn before.
    served: usize,
}

/// One caller's work, and its place for the answer.
struct Ticket<T, R> {
    work: T,
    state: Mutex<State<R>>,
    /// Who waits. Each is woken alone: a crowd that wakes together waits for one lock.
    caller: Thread,
}

enum State<R> {
    Waiting,
    /// The turn is his, for all who wait.
    Leading,
    Answered(R),
    /// Its leader broke down, or its answer was fetched.
    Left,
}

impl<S, T, R> Turns<S, T, R> {
    pub(super) fn new(shared: S) -> Self {
        let queue = Queue { waiting: VecDeque::new(), is_led: false, served: 0 };
        Self { shared: Mutex::new(shared), queue: Mutex::new(queue) }
    }

    /// Waits for a turn of one's own.
    pub(super) fn alone(&self) -> MutexGuard<'_, S> {
        // Who breaks down leaves the shared state as `perform` and its like keep it at any moment: right, or empty.
        lock(&self.shared)
    }

    /// Hands `work` in and returns its answer. One of those who wait calls `perform` with everything that waits, in the
    /// order in which it came, as long as the sum of `weight` stays within `weight_max`; a heavier work goes alone.
    ///
    /// `perform` gives one answer for each work. `None` if it gave none to this one: it panicked in another thread.
    pub(super) fn together(
        &self,
        work: T,
        (weight, weight_max): (fn(&T) -> usize, usize),
        perform: impl Fn(&mut S, &[&T]) -> Vec<R>,
    ) -> Option<R> {
        let ticket = self.join(work);
        if ticket.wait() {
            let mut lead = Lead { turns: self, own: &ticket, taken: Vec::new() };
            let mut shared = self.alone();
            self.gather();
            lead.taken = self.take(weight, weight_max);
            let works: Vec<&T> = lead.taken.iter().map(|ticket| &ticket.work).collect();
            for (ticket, answer) in lead.taken.iter().zip(perform(&mut shared, &works)) {
                *lock(&ticket.state) = State::Answered(answer);
            }
        }
        ticket.fetch()
    }

    /// Stands last in the queue, and leads it if nobody does.
    fn join(&self, work: T) -> Arc<Ticket<T, R>> {
        let mut queue = lock(&self.queue);
        let state = if queue.is_led { State::Waiting } else { State::Leading };
        queue.is_led = true;
        let ticket = Arc::new(Ticket { work, state: Mutex::new(state), caller: thread::current() });
        queue.waiting.push_back(Arc::clone(&ticket));
        ticket
    }

    /// Returns when nobody joins the queue any more.
    fn gather(&self) {
        let (mut count, mut looks) = (0, 0);
        loop {
            let (now, served) = {
                let queue = lock(&self.queue);
                (queue.waiting.len(), queue.served)
            };
            looks = if now > count { 0 } else { looks + 1 };
            count = now;
            if looks >= if now < served { LOOKS_FOR_THE_SAME } else { LOOKS } {
                return;
            }
            thread::yield_now();
        }
    }

    fn take(&self, weight: fn(&T) -> usize, weight_max: usize) -> Vec<Arc<Ticket<T, R>>> {
        let mut queue = lock(&self.queue);
        let waiting = &mut queue.waiting;
        let mut taken: Vec<Arc<Ticket<T, R>>> = Vec::new();
        let mut sum = 0_usize;
        while let Some(next) = waiting.front() {
            sum = sum.saturating_add(weight(&next.work));
            if sum > weight_max && !taken.is_empty() {
                break;
            }
            taken.extend(waiting.pop_front());
        }
        queue.served = taken.len();
        taken
    }
}

impl<T, R> Ticket<T, R> {
    /// Waits for an answer or for the turn; true if the turn is his.
    fn wait(&self) -> bool {
        loop {
            match *lock(&self.state) {
                State::Waiting => {}
                State::Leading => return true,
                State::Answered(_) | State::Left => return false,
            }
            thread::park();
        }
    }

    fn fetch(&self) -> Option<R> {
        match std::mem::replace(&mut *lock(&self.state), State::Left) {
            State::Answered(answer) => Some(answer),
            State::Waiting | State::Leading | State::Left => None,
        }
    }
}

/// Whoever leads holds one: however it ends, the next one leads, and nobody waits for an answer that will not come.
struct Lead<'t, S, T, R> {
    turns: &'t Turns<S, T, R>,
    own: &'t Arc<Ticket<T, R>>,
    taken: Vec<Arc<Ticket<T, R>>>,
}

impl<S, T, R> Drop for Lead<'_, S, T, R> {
    fn drop(&mut self) {
        let mut queue = lock(&self.turns.queue);
        // Who broke down before he took his turn still stands first.
        let _ = queue.waiting.pop_front_if(|first| Arc::ptr_eq(first, self.own));
        let next = queue.waiting.front().map(Arc::clone);
        queue.is_led = next.is_some();
        drop(queue);
        if let Some(next) = next {
            *lock(&next.state) = State::Leading;
            next.caller.unpark();
        }
        for ticket in &self.taken {
            let mut state = lock(&ticket.state);
            if matches!(*state, State::Waiting | State::Leading) {
                *state = State::Left;
            }
            drop(state);
            ticket.caller.unpark();
        }
    }
}

/// What a mutex of this room guards is changed in steps that leave it whole.
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
        while lock(&turns.queue).waiting.len() < count {
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
