//! Does an append cost the same whether the register is small or large?

use std::time::Instant;

use issuer::register::{Event, FileRegister, NewEntry, Register as _};

use crate::certificates::now;

/// Small entries: what grows with the register does not depend on their length.
fn small(n: u64) -> NewEntry {
    let payload = Event::InstanceRegistered { prefix: format!("{n:0200}") };
    NewEntry { time: now(), commitments: vec![[7; 32]; 3], payload }
}

/// Appends one by one at every power of ten up to `size_max`.
pub(crate) fn measure(size_max: u64) {
    let directory = super::directory();
    let register = FileRegister::open(directory.path()).unwrap().0;
    let mut first = None;
    let mut target = 1_000;
    while target <= size_max {
        while register.size() < target {
            let size = register.size();
            let group: Vec<_> = (size..target.min(size + 4_096)).map(small).collect();
            register.append(size, &group).unwrap();
        }
        let times = (0..301).map(|n| {
            let entry = [small(n)];
            let began = Instant::now();
            register.append(register.size(), &entry).unwrap();
            super::us(began)
        });
        let us = super::median(times.collect());
        let first_us = *first.get_or_insert(us);
        println!("append at {target} entries: {us:.0} µs, {:.2} of that at 1000", us / first_us);
        target *= 10;
    }
}
