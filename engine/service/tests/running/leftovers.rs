//! Nothing of a service is left: its children, what left its group, and what a killed judge had started.

use std::process::Command;
use std::time::{Duration, Instant};

use crate::start;
#[cfg(target_os = "linux")]
use crate::{DAEMONS, say};

#[test]
fn nothing_of_a_service_outlives_it() {
    for act in ["leave a child", "ignore the end"] {
        let running = start(act).expect("it starts");
        let child = child_of(&running.output());
        assert!(is_running(child), "`{act}` has a child");
        running.stop();
        wait_until_gone(child);
    }
    let panicked = std::thread::spawn(|| {
        let running = start("leave a child").expect("it starts");
        let output = running.output();
        std::panic::panic_any(output);
    });
    let output = *panicked.join().expect_err("it panics").downcast::<String>().expect("the output is told");
    wait_until_gone(child_of(&output));
}

#[test]
#[cfg(target_os = "linux")]
fn nothing_that_left_a_service_outlives_it() {
    for (act, _) in DAEMONS {
        let running = start(act).expect("it starts");
        let child = child_of(&running.output());
        assert!(is_running(child) && session_of(child) != session_of(std::process::id()), "`{act}`");
        running.stop();
        wait_until_gone(child);
    }
    let mut running = start("leave a daemon and die").expect("it starts");
    let child = child_of(&running.output());
    say(&running, Duration::from_secs(5));
    let patience = Instant::now() + Duration::from_secs(5);
    while running.check_alive().is_ok() {
        assert!(Instant::now() < patience, "it is still alive");
    }
    wait_until_gone(child);
}

#[test]
#[cfg(target_os = "linux")]
fn what_leaves_one_service_is_no_other_services() {
    let (kept, ended) =
        (start("leave a daemon").expect("it starts"), start("leave a daemon").expect("it starts"));
    let (here, gone) = (child_of(&kept.output()), child_of(&ended.output()));
    drop(ended);
    wait_until_gone(gone);
    assert!(is_running(here));
    drop(kept);
    wait_until_gone(here);
}

/// The session of a process.
#[cfg(target_os = "linux")]
fn session_of(pid: u32) -> String {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).expect("it is there");
    stat.rsplit(')').next().and_then(|rest| rest.split_whitespace().nth(3)).expect("it has one").to_owned()
}

#[test]
fn a_service_does_not_outlive_a_judge_that_is_killed() {
    use std::io::{BufRead, BufReader};
    // What left the group is found on Linux alone.
    let acts: &[&str] =
        if cfg!(target_os = "linux") { &["leave a child", "leave a daemon"] } else { &["leave a child"] };
    for act in acts {
        let program = std::env::current_exe().expect("this binary has a path");
        let mut judge = Command::new(program)
            .args(["judge", "--exact", "--ignored", "--nocapture"])
            .env("OF", act)
            .stdout(std::process::Stdio::piped())
            .spawn()
            .expect("it starts");
        let lines = BufReader::new(judge.stdout.take().expect("it is piped")).lines();
        let output: Vec<String> = lines.map_while(Result::ok).take_while(|line| line != "started").collect();
        let child = child_of(&output.join("\n"));
        assert!(is_running(child));
        judge.kill().expect("it can be killed");
        judge.wait().expect("it ends");
        wait_until_gone(child);
    }
}

fn is_running(pid: u32) -> bool {
    // A process that has ended and was not reaped yet is a zombie: state Z.
    std::fs::read_to_string(format!("/proc/{pid}/stat"))
        .is_ok_and(|stat| !stat.rsplit(')').next().unwrap_or_default().trim_start().starts_with('Z'))
}

fn wait_until_gone(pid: u32) {
    let patience = Instant::now() + Duration::from_secs(10);
    while is_running(pid) {
        assert!(Instant::now() < patience, "process {pid} is still running");
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn child_of(output: &str) -> u32 {
    let line = output.lines().find_map(|line| line.strip_prefix("child ")).expect("the child is named");
    line.parse().expect("its name is a number")
}
