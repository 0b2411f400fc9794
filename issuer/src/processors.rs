//! Work that is shared among the processors of this machine, for the few places where many items cost much each.
//! It must not know what the work is, and starts no thread that outlives it.

use std::num::NonZero;
use std::panic::resume_unwind;
use std::thread;

/// `work` on each item, in order, shared among the processors.
pub(crate) fn on_all_processors<T: Sync, R: Send>(
    items: &[T],
    work: impl Fn(&T) -> R + Sync,
) -> Vec<R> {
    let processors = thread::available_parallelism().map_or(1, NonZero::get);
    let share = items.len().div_ceil(processors).max(1);
    if share == items.len() {
        return items.iter().map(work).collect();
    }
    let work = &work;
    thread::scope(|scope| {
        let shares: Vec<_> = items
            .chunks(share)
            .map(|share| scope.spawn(move || share.iter().map(work).collect::<Vec<_>>()))
            .collect();
        shares
            .into_iter()
            .flat_map(|share| share.join().unwrap_or_else(|panic| resume_unwind(panic)))
            .collect()
    })
}
