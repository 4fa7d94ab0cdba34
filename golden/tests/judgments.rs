//! Judgments as expectations: what changes of them are found, what an approval binds, and what is no judgment at all.

mod common;

use common::{JUDGMENTS, beside, policy, tree};
use findings::Finding;
use golden::check_static;
use source::{Change, Tree};

const RANKED: &str = "home/1 limit=2: t1=0.9 t2=0.5";
const BASE: &str = "home/1 0 t1 0\nhome/1 0 t2 3\nhome/2 0 t1 1\n";

fn side(text: Option<&str>) -> Tree {
    match text {
        Some(text) => beside(tree(RANKED), JUDGMENTS, text.to_owned()),
        None => tree(RANKED),
    }
}

fn judge(base: Option<&str>, head: Option<&str>) -> Vec<Finding> {
    let change = Change::of_trees(Some(side(base)), side(head));
    check_static(&change, &policy(&format!(", judgments: {JUDGMENTS}"))).findings
}

#[track_caller]
fn check(base: Option<&str>, head: Option<&str>, expected: &[&str]) {
    let found: Vec<String> = judge(base, head)
        .iter()
        .map(|finding| {
            let line = finding.location.as_ref().and_then(|location| location.span).map(|span| span.line);
            let line = line.map_or(String::new(), |line| format!(" at {line}"));
            format!("{}{line}: {}", finding.rule.id, finding.message)
        })
        .collect();
    assert_eq!(found, expected);
}

#[test]
fn additions_another_order_and_another_form_are_silent() {
    check(Some(BASE), Some(BASE), &[]);
    check(None, Some(BASE), &[]);
    check(Some(BASE), Some(&format!("home/3 0 t1 1\n{BASE}home/1 0 t3 0\n")), &[]);
    let json: String = BASE
        .lines()
        .rev()
        .map(|line| {
            let words: Vec<&str> = line.split(' ').collect();
            format!("{{\"request\":\"{}\",\"item\":\"{}\",\"grade\":{}}}\n", words[0], words[2], words[3])
        })
        .collect();
    check(Some(BASE), Some(&json), &[]);
}

#[test]
fn a_grade_that_changed_stands_on_its_line_and_one_that_is_gone_on_the_file() {
    check(
        Some(BASE),
        Some(&BASE.replace("t2 3", "t2 0")),
        &["judgment-changed at 2: the judgment of `t2` for `home/1` of `queue` goes from grade 3 to 0"],
    );
    check(
        Some(BASE),
        Some("home/1 0 t1 0\nhome/2 0 t1 1\n"),
        &["judgment-changed: the judgment of `t2` for `home/1` of `queue` is gone, which was grade 3"],
    );
    let both = judge(Some(BASE), Some("home/1 0 t2 3\nhome/2 0 t1 2\n"));
    assert_eq!(
        both[0].message,
        "the judgment of `t1` for `home/2` of `queue` goes from grade 1 to 2, beside 1 more"
    );
    assert_eq!(
        both[0].notes[0].text,
        "the judgment of `t1` for `home/1` of `queue` is gone, which was grade 0"
    );
}

#[test]
fn an_approval_binds_what_changed_and_survives_what_others_add() {
    let judged = |base: &str, head: &str| judge(Some(base), Some(head)).remove(0).judged.unwrap();
    let head = BASE.replace("t2 3", "t2 0");
    let approved = judged(BASE, &head);
    let others = |text: &str| format!("{}home/9 0 t9 1\n", text.replace("t1 1", "t1 2"));
    assert_eq!(judged(&others(BASE), &others(&head)), approved);
    assert_ne!(judged(BASE, &BASE.replace("t2 3", "t2 1")), approved, "another grade");
    assert_ne!(judged(BASE, &head.replace("home/1 0 t1 0\n", "")), approved, "more than was approved");
    assert_ne!(judged(&BASE.replace("t2 3", "t2 2"), &head), approved, "from another grade");
}

#[test]
fn a_file_that_is_gone_moved_or_broken_gets_nothing_through() {
    let gone = judge(Some(BASE), None);
    assert_eq!(gone.len(), 1);
    assert_eq!(
        gone[0].message,
        "the judgment of `t1` for `home/1` of `queue` is gone, which was grade 0, beside 2 more"
    );
    let unread =
        |reason: &str| format!("corpus-unreadable at 2: the judgments of `queue` are not read: {reason}");
    let twice = format!("home/1 0 t1 0\n{BASE}");
    check(Some(BASE), Some(&twice), &[&unread("`t1` is already judged for `home/1`")]);
    check(None, None, &["corpus-unreadable: the judgments of `queue` are not read: there is no such file"]);
    check(
        Some(&twice),
        Some(BASE),
        &["judgment-changed: all judgments of `queue` count as changed: those of the base are not read"],
    );

    let elsewhere = "services/queue/judged.qrels";
    let moved = |text: &str, named: &str| {
        let policy_text = format!(
            "golden: {{corpora: {{queue: {{rpc: r.v1.Queue/Rank, items: items, id: track_id, score: score, \
             judgments: {named}}}}}}}"
        );
        let head = beside(tree(RANKED), elsewhere, text.to_owned());
        let head = beside(head, "gatefold.yaml", policy_text);
        let mut change = Change::of_trees(Some(side(Some(BASE))), head);
        change.files.retain(|file| file.path != JUDGMENTS);
        change
            .files
            .iter_mut()
            .filter(|file| file.path == elsewhere)
            .for_each(|file| file.from = Some(JUDGMENTS.to_owned()));
        check_static(&change, &policy(&format!(", judgments: {JUDGMENTS}"))).findings.len()
    };
    let worse = BASE.replace("t2 3", "t2 0");
    assert_eq!([moved(BASE, elsewhere), moved(&worse, elsewhere), moved(BASE, JUDGMENTS)], [0, 1, 1]);
}
