//! Planted weakenings, each under its own rule, and honest changes, none blocked: data in `cases`, and one `check`.

use std::path::Path;
use std::sync::Arc;

use crate::common::run;
use findings::Level;
use findings::testing::check_message;

#[test]
fn every_weakening_is_found_under_its_own_rule() {
    let cases = cases("weakened");
    assert!(cases.len() >= 60, "there are only {} planted weakenings", cases.len());
    check(&cases);
}

#[test]
fn no_honest_change_is_blocked() {
    let cases = cases("honest");
    assert!(cases.len() >= 40, "there are only {} honest changes", cases.len());
    check(&cases);
}

/// A change: its title, the rule that must fire (`none` for honest ones, where nothing may block; `quiet` where nothing may be said), and its files.
pub(crate) struct Case {
    pub(crate) title: String,
    pub(crate) rule: String,
    pub(crate) base: Files,
    pub(crate) head: Files,
}

/// The files of a side, by path.
pub(crate) type Files = Vec<(String, Arc<str>)>;

pub(crate) fn check(cases: &[Case]) {
    let wrong: Vec<String> = cases.iter().filter_map(wrong).collect();
    assert!(
        wrong.is_empty(),
        "{} of {} changes were judged wrongly:\n{}",
        wrong.len(),
        cases.len(),
        wrong.join("\n")
    );
}

/// What is wrong with the judgement of a change.
fn wrong(case: &Case) -> Option<String> {
    let findings = run(&bytes(&case.base), &bytes(&case.head));
    findings.iter().for_each(check_message);
    let blocking: Vec<String> = findings
        .iter()
        .filter(|finding| {
            finding.level == Level::Error || [finding.rule.id, "quiet"].contains(&case.rule.as_str())
        })
        .map(|finding| {
            format!("{}: {}: {}", finding.rule.id, finding.file().unwrap_or_default(), finding.message)
        })
        .collect();
    let right = match case.rule.as_str() {
        "none" => blocking.is_empty(),
        "quiet" => findings.is_empty(),
        rule => !blocking.is_empty() && blocking.iter().all(|line| line.starts_with(&format!("{rule}: "))),
    };
    (!right).then(|| format!("{} ({}): {blocking:#?}", case.title, case.rule))
}

fn bytes(files: &Files) -> Vec<(&str, &[u8])> {
    files.iter().map(|(path, text)| (path.as_str(), text.as_bytes())).collect()
}

/// The cases of a folder. `=== rule: title` begins one; `--- base PATH`, `--- head PATH` and `--- both PATH` begin a file.
fn cases(folder: &str) -> Vec<Case> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases").join(folder);
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .expect("the folder is there")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    files.sort();
    files.iter().flat_map(|file| parse(&std::fs::read_to_string(file).expect("the file is text"))).collect()
}

fn parse(text: &str) -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    let mut sides = (false, false);
    for line in text.lines() {
        if let Some((rule, title)) =
            line.strip_prefix("=== ").map(|rest| rest.split_once(": ").expect("a rule and a title"))
        {
            cases.push(Case {
                title: title.to_owned(),
                rule: rule.to_owned(),
                base: Vec::new(),
                head: Vec::new(),
            });
            continue;
        }
        let Some(case) = cases.last_mut() else { continue };
        if let Some((side, path)) = line
            .strip_prefix("--- ")
            .and_then(|rest| rest.split_once(' '))
            .filter(|(side, _)| ["base", "head", "both"].contains(side))
        {
            sides = (side != "head", side != "base");
            case.base.extend(sides.0.then(|| (path.to_owned(), "".into())));
            case.head.extend(sides.1.then(|| (path.to_owned(), "".into())));
            continue;
        }
        for (on, files) in [(sides.0, &mut case.base), (sides.1, &mut case.head)] {
            if let Some((_, text)) = files.last_mut().filter(|_| on) {
                *text = format!("{text}{line}\n").into();
            }
        }
    }
    cases
}
