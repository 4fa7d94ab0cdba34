//! "Nothing" is earned: no guard that did not look is ever told as one that found nothing.

use std::path::Path;

use findings::{BaseInfo, GuardRun, Outcome, Report, Tier};
use policy::Today;
use source::{BaseRequest, Cache, Scratch, Surroundings};

use super::{answers, measured};
use crate::gate::Judgement;
use crate::guards;
use crate::review::answer::{Answer, Standing};
use crate::review::below::Below;
use crate::review::seen::Seen;
use crate::scene::{Ask, Scene};

/// A change of one file, and a report as it would be had every guard looked and found nothing, but for what `alter` does.
fn answered(tier: Tier, alter: impl Fn(&mut GuardRun)) -> [Answer; 5] {
    judged(tier, alter, |seen| answers(seen, &Below { blocks: Vec::new() }, measured(seen)))
}

/// What `look` makes of the judgement that the answers are made from.
pub(crate) fn judged<T>(tier: Tier, alter: impl Fn(&mut GuardRun), look: impl FnOnce(&Seen<'_>) -> T) -> T {
    judged_with(tier, "lib.rs", alter, look)
}

/// The same of a change of this file.
fn judged_with<T>(
    tier: Tier,
    file: &str,
    alter: impl Fn(&mut GuardRun),
    look: impl FnOnce(&Seen<'_>) -> T,
) -> T {
    let folder = tempfile::tempdir().expect("a temporary folder");
    std::fs::write(folder.path().join(file), "pub fn one() {}\n").expect("a file");
    let scratch = Scratch::create(folder.path()).expect("a repository");
    let base = scratch.commit("main", None, "base").expect("a commit");
    std::fs::write(folder.path().join(file), "pub fn two() {}\n").expect("a file");
    let scene = Scene::open(ask(folder.path(), tier, base)).expect("a scene");
    let mut guards: Vec<GuardRun> = guards::NAMES.iter().map(|name| clean(name)).collect();
    guards.iter_mut().for_each(alter);
    let report = Report {
        tool: "0",
        tier,
        base: BaseInfo { commit: Some("b".to_owned()), chosen: "given".to_owned() },
        head: None,
        change: Default::default(),
        policy: scene.policy_info.clone(),
        observe: false,
        guards,
        findings: Vec::new(),
        remarks: Vec::new(),
        requests: Vec::new(),
    };
    look(&Seen::of(&Judgement { report, scene }))
}

fn ask(root: &Path, tier: Tier, base: String) -> Ask {
    Ask {
        root: root.to_owned(),
        base: BaseRequest::Revision(base),
        head: None,
        surroundings: Surroundings::default(),
        tier,
        intent: None,
        only: Vec::new(),
        files: None,
        against: None,
        bootstrap: true,
        cache: Cache::off(),
        today: Today::at(0),
    }
}

fn clean(guard: &'static str) -> GuardRun {
    let checked = match guard {
        "lints" => vec![("files", 3)],
        "arch" => vec![("crates", 1)],
        "contracts" => vec![("protos", 2), ("scenarios", 4), ("consumer files", 1)],
        "golden" => vec![("requests", 5), ("replayed", 5)],
        _ => vec![("files", 1), ("rust files", 1)],
    };
    GuardRun {
        guard,
        outcome: Outcome::Clean,
        reason: None,
        milliseconds: 0,
        checked: checked.into_iter().collect(),
        unresolved: None,
    }
}

/// Questions whose answer rests on a guard. That of merging, and of what nobody checked, rests on all.
fn rests_on(guard: &str) -> &'static [&'static str] {
    match guard {
        "integrity" => &["merge", "weakened", "unchecked"],
        "golden" => &["merge", "listeners", "unchecked"],
        "contracts" => &["merge", "listeners", "callers", "unchecked"],
        _ => &["merge", "unchecked"],
    }
}

/// Whether an answer says that there is nothing.
fn says_nothing(answer: &Answer) -> bool {
    let words = ["nothing:", "nothing that", "nobody:", "none:", "yes"];
    answer.standing == Standing::Nothing
        || words.iter().any(|word| answer.says.starts_with(word))
        || ["Nothing", "Nobody", "None", "Yes"].contains(&answer.short.as_str())
}

#[test]
fn where_all_looked_in_both_tiers_nothing_is_nothing() {
    for answer in answered(Tier::All, |_| {}) {
        assert!(says_nothing(&answer), "{answer:?}");
    }
}

#[test]
fn nothing_is_never_said_for_a_guard_that_did_not_look() {
    let outcomes = [Outcome::NotConfigured, Outcome::NotAsked, Outcome::CouldNotRun];
    for guard in guards::NAMES {
        for outcome in outcomes {
            check(guard, &format!("{outcome:?}"), "because of a reason", |run| {
                (run.outcome, run.reason) = (outcome, Some("because of a reason".to_owned()));
                run.checked.clear();
            });
        }
        check(guard, "it counts nothing", "nobody looked", |run| run.checked.clear());
        check(guard, "all its counts are zero", "nobody looked", |run| {
            run.checked.values_mut().for_each(|count| *count = 0);
        });
    }
}

#[track_caller]
fn check(guard: &str, what: &str, said: &str, alter: impl Fn(&mut GuardRun)) {
    let answers = answered(Tier::All, |run| {
        if run.guard == guard {
            alter(run);
        }
    });
    for answer in &answers {
        let rests = rests_on(guard).contains(&answer.anchor);
        assert_eq!(!says_nothing(answer), rests, "{guard}, {what}: {answer:?}");
        if rests && answer.anchor != "merge" {
            let lines = answer.lines.iter().flat_map(|line| [line.mark.word(), line.text.as_str()]);
            let all: String = [answer.says.as_str()].into_iter().chain(lines).collect::<Vec<_>>().join("\n");
            let told = ["nobody looked", "not looked at", "could not look", "nobody compared"]
                .iter()
                .any(|word| all.contains(word));
            assert!(told && (all.contains(said) || said == "nobody looked"), "{guard}, {what}: {all}");
        }
    }
}

#[test]
fn a_tier_that_did_not_run_is_nobody_who_looked() {
    let unearned = |tier, name: &'static str, gone: &'static [&'static str]| {
        let answers = answered(tier, |run| {
            if run.guard == name {
                run.checked.retain(|count, _| !gone.contains(count));
            }
        });
        let quiet: Vec<&str> =
            answers.iter().filter(|answer| says_nothing(answer)).map(|answer| answer.anchor).collect();
        quiet.join(" ")
    };
    assert_eq!(unearned(Tier::Static, "golden", &["replayed"]), "weakened callers");
    assert_eq!(unearned(Tier::Static, "contracts", &["scenarios"]), "weakened listeners");
    assert_eq!(unearned(Tier::Live, "contracts", &["protos"]), "weakened");
    assert_eq!(unearned(Tier::All, "golden", &["replayed"]), "weakened callers");
}

#[test]
fn what_only_some_of_its_files_were_looked_at_is_told() {
    let answers = answered(Tier::All, |run| {
        if run.guard == "contracts" {
            run.checked.insert("protos not looked at", 2);
        }
    });
    assert!(!says_nothing(&answers[4]) && !says_nothing(&answers[0]), "{answers:?}");
    assert!(answers[4].lines[0].text.contains("2 protos not looked at"), "{answers:?}");
}

#[test]
fn code_in_a_language_that_no_guard_reads_is_not_called_unweakened() {
    let check = |file: &str, expected: &str| {
        let answers = judged_with(
            Tier::All,
            file,
            |_| {},
            |seen| answers(seen, &Below { blocks: Vec::new() }, measured(seen)),
        );
        let quiet: Vec<&str> =
            answers.iter().filter(|answer| says_nothing(answer)).map(|answer| answer.anchor).collect();
        assert_eq!(quiet.join(" "), expected, "{file}: {answers:?}");
        assert_eq!(
            expected == "listeners callers",
            answers[4].lines.iter().any(|line| line.text.contains(file))
        );
    };
    check("RankerTest.java", "listeners callers");
    check("test_ranker.py", "listeners callers");
    check("notes.md", "merge weakened listeners callers unchecked");
}
