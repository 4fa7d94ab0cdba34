//! Two weeks of a team: one history after the other over a copy of the reference workspace, judged by the real binary.
//!
//! Every merge request is made on a branch, judged, and merged or thrown away. What is wrongly blocked and what slips
//! through is listed at the end. A guard that learns something adds the day on which it matters.

mod before;
mod change;
mod days;
mod keys;
mod request;
mod team;
#[expect(dead_code, reason = "the tests of the gate use the rest")]
#[path = "../support/workspace.rs"]
mod workspace;

use std::time::Instant;

use request::Kind;
use team::Team;

#[test]
fn no_honest_merge_is_blocked_and_no_cheat_passes() {
    let started = Instant::now();
    let mut team = Team::new();
    for (day, requests) in days::ALL.iter().enumerate() {
        for request in *requests {
            say(&format!("{:4} s  day {:2}  {}", started.elapsed().as_secs(), day + 1, request.title));
            team.take(day + 1, request);
        }
    }
    team.merge_what_is_open();
    say(&format!("{:4} s  {} verdicts", started.elapsed().as_secs(), team.verdicts()));
    let wrong = team.wrong();
    assert!(wrong.is_empty(), "{} wrong verdicts:\n\n{}", wrong.len(), wrong.join("\n\n"));
}

#[test]
fn the_two_weeks_are_as_full_as_they_should_be() {
    let count = |wanted: fn(&Kind) -> bool| {
        days::ALL.iter().copied().flatten().filter(|request| wanted(&request.kind)).count()
    };
    assert_eq!(days::ALL.len(), 10, "two weeks have ten working days");
    let merged = count(|kind| !matches!(kind, Kind::Cheat(_) | Kind::Refused(_)));
    let lived_on = count(|kind| matches!(kind, Kind::LivesOn(_)));
    let reverted = count(|kind| matches!(kind, Kind::Revert));
    let cheats = count(|kind| matches!(kind, Kind::Cheat(_)));
    let refused = count(|kind| matches!(kind, Kind::Refused(_)));
    say(&format!(
        "{merged} merges, {lived_on} approvals that live on, {reverted} reverts, {cheats} cheats and {refused} for a reviewer"
    ));
    assert!(merged >= 40 && lived_on >= 6 && reverted >= 3 && cheats >= 15);
    let mut titles: Vec<&str> = days::ALL.iter().copied().flatten().map(|request| request.title).collect();
    let all = titles.len();
    titles.sort_unstable();
    titles.dedup();
    assert_eq!(titles.len(), all, "each has a title of its own, by which it is reverted");
}

/// Tells whoever waits how far it is: with `--nocapture`, and where the test fails.
#[expect(clippy::print_stdout, reason = "a test shows its progress there")]
fn say(line: &str) {
    println!("{line}");
}
