//! Processes that left the group of the command that began them: `setsid` and a second fork are enough for that.
//!
//! They are found in `/proc` by a mark that every descendant inherits in its environment, and by who is whose parent.
//! One that a command begins without its environment and whose parent has ended is not found. Where there is no
//! `/proc`, on macOS for instance, none is: there the group ends, and what left it stays.

use std::hash::{BuildHasher, RandomState};
use std::time::{Duration, Instant};

pub(crate) use proc::Held;

/// The variable that carries the mark.
pub(crate) const VARIABLE: &str = "GATEFOLD_STARTED";
/// How long processes that multiply are followed.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long one may take to be gone that was ended.
const PAUSE: Duration = Duration::from_millis(1);

/// What the descendants of one command have in common, and no other process has.
#[derive(Clone, Debug)]
pub(crate) struct Mark(String);

impl Mark {
    /// One that nobody had before.
    pub(crate) fn new() -> Mark {
        // The standard library's keys of hashes come from the system's source of randomness.
        let random = || RandomState::new().hash_one(std::process::id());
        Mark(format!("{:016x}{:016x}", random(), random()))
    }

    /// The mark as a process has it in its environment.
    pub(crate) fn entry(&self) -> String {
        format!("{VARIABLE}={}", self.0)
    }

    /// The mark as the value of the variable.
    pub(crate) fn value(&self) -> &str {
        &self.0
    }

    /// Ends every process that has the mark, and those that such ones began meanwhile.
    pub(crate) fn end_all(&self) {
        let (entry, until) = (self.entry(), Instant::now() + PATIENCE);
        let has_mark = |environment: Vec<u8>| {
            environment.split(|byte| *byte == 0).any(|variable| variable == entry.as_bytes())
        };
        loop {
            let mut found = false;
            for process in proc::all() {
                if proc::environment(process).is_some_and(has_mark) {
                    // Held first and read again, so that no stranger is hit who has the number by now.
                    let held = proc::hold(process);
                    if let Some(held) = held.filter(|_| proc::environment(process).is_some_and(has_mark)) {
                        found = true;
                        held.end();
                    }
                }
            }
            if !found || Instant::now() >= until {
                return;
            }
            std::thread::sleep(PAUSE);
        }
    }
}

/// The processes below one, while they still have their parents.
pub(crate) fn descendants(of: u32) -> Vec<Held> {
    let parents: Vec<(u32, u32)> =
        proc::all().into_iter().filter_map(|process| Some((process, proc::parent(process)?))).collect();
    let (mut held, mut above) = (Vec::new(), vec![of]);
    while let Some(parent) = above.pop() {
        for (child, _) in parents.iter().filter(|(_, of)| *of == parent) {
            if let Some(one) = proc::hold(*child).filter(|_| proc::parent(*child) == Some(parent)) {
                held.push(one);
                above.push(*child);
            }
        }
    }
    held
}

#[cfg(target_os = "linux")]
mod proc {
    use std::os::fd::OwnedFd;

    use rustix::io::Errno;
    use rustix::process::{Pid, PidfdFlags, Signal, kill_process, pidfd_open, pidfd_send_signal};

    /// One process, held so that its number is nobody else's. Kernels before 5.3 cannot hold.
    pub(crate) struct Held {
        process: Pid,
        handle: Option<OwnedFd>,
    }

    impl Held {
        /// Ends it at once.
        pub(crate) fn end(&self) {
            // One that has ended already is what is wanted.
            match &self.handle {
                Some(handle) => pidfd_send_signal(handle, Signal::KILL).ok(),
                None => kill_process(self.process, Signal::KILL).ok(),
            };
        }
    }

    /// The numbers of all processes.
    pub(super) fn all() -> Vec<u32> {
        let Ok(entries) = std::fs::read_dir("/proc") else { return Vec::new() };
        entries.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok()).collect()
    }

    /// What a process was given as its environment; nothing of one that has ended or is somebody else's.
    pub(super) fn environment(process: u32) -> Option<Vec<u8>> {
        std::fs::read(format!("/proc/{process}/environ")).ok()
    }

    /// Who began a process, or took it over. Format: proc_pid_stat(5); the name in brackets may hold anything.
    pub(super) fn parent(process: u32) -> Option<u32> {
        let stat = std::fs::read(format!("/proc/{process}/stat")).ok()?;
        let stat = String::from_utf8_lossy(&stat);
        stat.rsplit_once(')')?.1.split_whitespace().nth(1)?.parse().ok()
    }

    /// Holds a process, if it is still there.
    pub(super) fn hold(process: u32) -> Option<Held> {
        let process = Pid::from_raw(i32::try_from(process).ok()?)?;
        match pidfd_open(process, PidfdFlags::empty()) {
            Ok(handle) => Some(Held { process, handle: Some(handle) }),
            Err(Errno::SRCH) => None,
            Err(_) => Some(Held { process, handle: None }),
        }
    }
}

#[cfg(not(target_os = "linux"))]
mod proc {
    /// No process is ever found.
    pub(crate) enum Held {}

    impl Held {
        pub(crate) fn end(&self) {
            match *self {}
        }
    }

    pub(super) fn all() -> Vec<u32> {
        Vec::new()
    }

    pub(super) fn environment(_: u32) -> Option<Vec<u8>> {
        None
    }

    pub(super) fn parent(_: u32) -> Option<u32> {
        None
    }

    pub(super) fn hold(_: u32) -> Option<Held> {
        None
    }
}
