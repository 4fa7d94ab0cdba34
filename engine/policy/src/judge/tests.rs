//! What becomes of findings: status and level, for a sample guard that finds every `.unwrap()`.

use findings::{Location, Span, rule};
use source::Tree;

use super::*;
use crate::approvals::{Words, request_for};
use crate::{LevelSetting, Vouching, rules};

rule! {
    /// Only for tests.
    static UNWRAP = { id: "unwrap", guard: "lints", group: "tests", level: Error, summary: "finds unwraps" };
}
rule! {
    /// Only for tests.
    static HINT = { id: "hint", guard: "lints", group: "tests", level: Warning, summary: "finds hints" };
}
rule! {
    /// Only for tests.
    static WEAKENED = { id: "weakened", guard: "integrity", group: "tests", level: Error, summary: "finds weakenings" };
}
rule! {
    /// Only for tests.
    static UNSEEN = { id: "unseen", guard: "lints", group: "not-looked-at", level: Error, summary: "finds nothing" };
}

static ALL: &[&Rule] = &[&UNWRAP, &HINT, &WEAKENED, &UNSEEN];

/// What the sample guards find: the words `unwrap`, `hint`, `weakened` and `unseen` outside of comments, each with its
/// line as fact.
fn found(tree: &Tree) -> Vec<Finding> {
    let mut all = Vec::new();
    for path in tree.paths().filter(|path| path.ends_with(".rs")) {
        let text = tree.text(path).expect("in memory");
        for (index, line) in text.lines().enumerate() {
            let code = line.split("//").next().unwrap_or_default();
            for rule in ALL.iter().filter(|rule| code.contains(rule.id)) {
                let span = Span::on_line(index as u32 + 1, 1, code.len() as u32 + 1);
                all.push(Finding::new(rule, Location::at(path, span), "a sample").fact(code.trim()));
            }
        }
    }
    all
}

type Files<'a> = &'a [(&'a str, &'a str)];

struct Case {
    base: Option<Tree>,
    head: Tree,
    settings: Settings,
    base_settings: Option<Settings>,
    approve: bool,
}

fn tree(files: Files<'_>) -> Tree {
    Tree::from_memory(files.iter().map(|(path, text)| (path.to_string(), text.to_string())))
}

fn case(base: Files<'_>, head: Files<'_>) -> Case {
    let settings = Settings { approvals: Some(Vouching::Owners), ..Settings::default() };
    // The forge asks whom the base names.
    let owned = ("CODEOWNERS", "* @all\n");
    Case {
        base: Some(tree(&[base, &[owned]].concat())),
        head: tree(&[head, &[owned]].concat()),
        base_settings: Some(settings.clone()),
        settings,
        approve: false,
    }
}

impl Case {
    /// The judged findings as `file:line rule level status`.
    #[track_caller]
    fn check(self, expected: &[&str]) -> Judged {
        let mut change = Change::of_trees(self.base.clone(), self.head.clone());
        let today = Today::on("2026-11-20").expect("a date");
        if self.approve {
            let all = found(&self.head);
            let all: Vec<&Finding> = all.iter().collect();
            let words = Words { reason: "so be it", by: "ann@example.org", ..Words::default() };
            let text = request_for(&all, &change, today, &words);
            let mut files: Vec<(String, Vec<u8>)> = vec![("approvals/a.yaml".to_owned(), text.into_bytes())];
            files.extend(
                self.head.paths().map(|path| (path.to_owned(), self.head.read(path).expect("file").to_vec())),
            );
            change = Change::of_trees(self.base, Tree::from_memory(files));
        }
        let approvals = Approvals::read(&change, self.base_settings.as_ref(), today);
        let every: Vec<&'static Rule> = ALL.iter().chain(rules::RULES).copied().collect();
        let base = change.base.clone();
        let judged = judge(Judging {
            findings: found(&change.head),
            base_findings: &mut || base.as_ref().map(found).unwrap_or_default(),
            guards: &["lints", "integrity"],
            unasked: &|_| false,
            compares_itself: &|rule| rule.guard == "integrity",
            rules: &every,
            change: &change,
            settings: &self.settings,
            base_settings: self.base_settings.as_ref(),
            approvals: &approvals,
            today,
        });
        let lines: Vec<String> = judged
            .findings
            .iter()
            .map(|JudgedFinding { finding, status }| {
                findings::testing::check_message(finding);
                let place = finding.location.as_ref().expect("a place");
                let line = place.span.map_or(0, |span| span.line);
                let status = format!("{status:?}").to_lowercase();
                format!("{}:{line} {} {} {status}", place.file, finding.rule.id, finding.level.name())
            })
            .collect();
        assert_eq!(lines, expected);
        judged
    }

    fn levels(mut self, levels: &[(&str, LevelSetting)]) -> Case {
        self.settings.levels = levels.iter().map(|(id, level)| (id.to_string(), *level)).collect();
        self
    }
}

const CLEAN: &str = "fn f() {}\n";
const CODE: &str = "fn f() {\n    unwrap;\n}\n";
const EXCEPTED: &str = "fn f() {\n    unwrap; // gatefold: allow(unwrap): known to work\n}\n";

#[test]
fn what_the_base_has_is_known_and_the_rest_is_new() {
    case(&[("a.rs", CODE)], &[("a.rs", CODE), ("b.rs", CODE)])
        .check(&["a.rs:2 unwrap error known", "b.rs:2 unwrap error new"]);
}

#[test]
fn guards_that_compare_both_sides_have_nothing_known() {
    let code = "fn f() { weakened }\n";
    case(&[("a.rs", code)], &[("a.rs", code)]).check(&["a.rs:1 weakened error new"]);
}

#[test]
fn a_new_exception_waits_for_an_approval_where_the_rule_blocks() {
    let judged = case(&[("a.rs", CLEAN)], &[("a.rs", EXCEPTED)]).check(&["a.rs:2 unwrap error new"]);
    assert_eq!(
        judged.findings[0].finding.notes[0].text,
        "this exception is not in the base, so an approval has to cover it"
    );
    let approved = Case { approve: true, ..case(&[("a.rs", CLEAN)], &[("a.rs", EXCEPTED)]) };
    approved.check(&["a.rs:2 unwrap error approved"]);
    let hint = EXCEPTED.replace("unwrap", "hint");
    case(&[("a.rs", CLEAN)], &[("a.rs", &hint)]).check(&["a.rs:2 hint warning excepted"]);
}

#[test]
fn an_exception_that_the_base_has_counts() {
    case(&[("a.rs", EXCEPTED)], &[("a.rs", &format!("\n{EXCEPTED}"))])
        .check(&["a.rs:3 unwrap error excepted"]);
    let twice = format!("{EXCEPTED}{EXCEPTED}");
    case(&[("a.rs", EXCEPTED)], &[("a.rs", &twice)])
        .check(&["a.rs:2 unwrap error excepted", "a.rs:5 unwrap error new"]);
    let other = EXCEPTED.replace("known to work", "it just works");
    case(&[("a.rs", CLEAN), ("b.rs", EXCEPTED)], &[("a.rs", &other), ("b.rs", EXCEPTED)])
        .check(&["a.rs:2 unwrap error new", "b.rs:2 unwrap error excepted"]);
}

#[test]
fn an_exception_goes_where_its_code_goes() {
    case(&[("a.rs", EXCEPTED)], &[("a.rs", CLEAN), ("b.rs", EXCEPTED)])
        .check(&["b.rs:2 unwrap error excepted"]);
}

#[test]
fn an_exception_with_another_reason_for_the_same_finding_counts() {
    let other = EXCEPTED.replace("known to work", "works, see the test");
    case(&[("a.rs", EXCEPTED)], &[("a.rs", &other)]).check(&["a.rs:2 unwrap error excepted"]);
}

#[test]
fn a_date_may_come_earlier_and_not_later() {
    let dated = |date: &str| EXCEPTED.replace("allow(unwrap)", &format!("allow(unwrap) until {date}"));
    let another = |text: &str| text.replace("unwrap;", "unwrap + 1;");
    let check = |base: &str, head: &str, expected: &str| {
        case(&[("a.rs", base)], &[("a.rs", &another(head))]).check(&[expected]);
    };
    check(&dated("2027-01-31"), &dated("2027-01-31"), "a.rs:2 unwrap error excepted");
    check(&dated("2027-01-31"), &dated("2026-12-31"), "a.rs:2 unwrap error excepted");
    check(EXCEPTED, &dated("2026-12-31"), "a.rs:2 unwrap error excepted");
    check(&dated("2027-01-31"), &dated("2027-12-31"), "a.rs:2 unwrap error new");
    check(&dated("2027-01-31"), EXCEPTED, "a.rs:2 unwrap error new");
}

#[test]
fn an_exception_past_its_date_excepts_nothing() {
    let dated = EXCEPTED.replace("allow(unwrap)", "allow(unwrap) until 2026-11-19");
    case(&[("a.rs", CLEAN)], &[("a.rs", &dated)])
        .check(&["a.rs:2 unwrap error new", "a.rs:2 expired-exception warning new"]);
    case(&[("a.rs", &dated)], &[("a.rs", &format!("\n{dated}"))])
        .check(&["a.rs:3 unwrap error known", "a.rs:3 expired-exception warning known"]);
}

#[test]
fn taking_an_exception_away_brings_its_finding_back() {
    case(&[("a.rs", EXCEPTED)], &[("a.rs", CODE)]).check(&["a.rs:2 unwrap error new"]);
}

#[test]
fn rules_that_policy_lists_may_be_excepted_at_once() {
    let mut case = case(&[("a.rs", CLEAN)], &[("a.rs", EXCEPTED)]);
    case.settings.self_exceptable = vec!["unwrap".to_owned()];
    case.check(&["a.rs:2 unwrap error excepted"]);
}

#[test]
fn without_a_base_the_exceptions_count() {
    Case { base: None, ..case(&[], &[("a.rs", EXCEPTED)]) }.check(&["a.rs:2 unwrap error excepted"]);
}

#[test]
fn exceptions_that_except_nothing_are_told() {
    let idle = "// gatefold: allow(unwrap): why\nfn f() {}\n";
    case(&[], &[("a.rs", idle)]).check(&["a.rs:1 unused-exception warning new"]);
    case(&[("a.rs", idle)], &[("a.rs", &format!("{idle}\n"))])
        .check(&["a.rs:1 unused-exception warning known"]);
    case(&[("a.rs", idle)], &[("a.rs", idle)]).check(&[]);
    let both = EXCEPTED.replace("allow(unwrap)", "allow(unwrap, hint)");
    case(&[("a.rs", EXCEPTED)], &[("a.rs", &both)])
        .check(&["a.rs:2 unwrap error excepted", "a.rs:2 unused-exception warning new"]);
    case(
        &[],
        &[(
            "a.rs",
            "// gatefold: allow(nothing): why\n// gatefold: allow(weakened): why\n// gatefold: allow\n",
        )],
    )
    .check(&[
        "a.rs:3 malformed-exception warning new",
        "a.rs:1 malformed-exception warning new",
        "a.rs:2 malformed-exception warning new",
    ]);
}

#[test]
fn some_rules_take_no_exception() {
    for word in ["weakened", "unseen"] {
        let code = EXCEPTED.replace("unwrap", word);
        case(&[], &[("a.rs", &code)])
            .check(&[&format!("a.rs:2 {word} error new"), "a.rs:2 malformed-exception warning new"]);
    }
}

#[test]
fn policy_gives_the_level() {
    case(&[], &[("a.rs", CODE)]).levels(&[("unwrap", LevelSetting::Note)]).check(&["a.rs:2 unwrap note new"]);
    case(&[], &[("a.rs", CODE)]).levels(&[("unwrap", LevelSetting::Off)]).check(&[]);
    let hint = CODE.replace("unwrap", "hint");
    case(&[], &[("a.rs", &hint)]).levels(&[("hint", LevelSetting::Error)]).check(&["a.rs:2 hint error new"]);
}

#[test]
fn what_was_not_looked_at_keeps_its_level_where_the_change_touches_it() {
    let code = "fn f() { unseen }\n";
    let off = [("unseen", LevelSetting::Off)];
    case(&[], &[("a.rs", code)]).levels(&off).check(&["a.rs:1 unseen error new"]);
    case(&[("a.rs", code)], &[("a.rs", code)]).levels(&off).check(&[]);
    case(&[("a.rs", code)], &[("a.rs", code)]).check(&["a.rs:1 unseen error known"]);
    case(&[("a.rs", code)], &[("a.rs", &format!("\n{code}"))]).check(&["a.rs:2 unseen error new"]);
}

#[test]
fn only_the_bases_policy_lowers_integrity() {
    let code = "fn f() { weakened }\n";
    let lower = [("weakened", LevelSetting::Note)];
    case(&[], &[("a.rs", code)]).levels(&lower).check(&["a.rs:1 weakened error new"]);
    let mut both = case(&[], &[("a.rs", code)]).levels(&lower);
    both.base_settings = Some(both.settings.clone());
    both.check(&["a.rs:1 weakened note new"]);
}

#[test]
fn excluded_files_are_out_of_sight_and_the_policy_is_not() {
    let mut excluding = case(&[], &[("gen/a.rs", CODE), ("b.rs", CODE), ("approvals/x.yaml", "{}")]);
    excluding.settings.exclude = vec!["gen/**".to_owned(), "approvals/**".to_owned()];
    excluding.check(&["b.rs:2 unwrap error new", "approvals/x.yaml:1 malformed-approval warning new"]);
}

#[test]
fn a_guard_that_observes_advises() {
    let mut observing = case(&[], &[("a.rs", CODE)]);
    observing.settings.observe = vec!["lints".to_owned()];
    let judged = observing.check(&["a.rs:2 unwrap warning new"]);
    assert_eq!(judged.findings[0].finding.notes[0].text, "the guard `lints` only observes; this would block");
}

#[test]
fn an_approval_covers_what_it_was_written_for() {
    let approved = Case { approve: true, ..case(&[("a.rs", CLEAN)], &[("a.rs", CODE)]) };
    let judged = approved.check(&["a.rs:2 unwrap error approved"]);
    assert_eq!(judged.remarks.len(), 1, "that the forge is relied on: {:?}", judged.remarks);
}

#[test]
fn the_base_is_asked_only_where_it_could_answer() {
    let change = Change::of_trees(Some(tree(&[("a.rs", CLEAN)])), tree(&[("a.rs", "\n")]));
    judge(Judging {
        findings: found(&change.head),
        base_findings: &mut || panic!("nothing was found that the base could know"),
        guards: &["lints"],
        unasked: &|_| false,
        compares_itself: &|_| false,
        rules: ALL,
        change: &change,
        settings: &Settings::default(),
        base_settings: None,
        approvals: &Approvals::default(),
        today: Today::on("2026-11-20").expect("a date"),
    });
}
