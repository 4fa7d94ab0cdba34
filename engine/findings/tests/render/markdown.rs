//! The form for job summaries and comments.

use findings::Report;
use findings::render::{MARKDOWN_LIMIT, markdown, markdown_within};

use crate::sample;

#[test]
fn an_everyday_report_opens_with_the_verdict_and_folds_what_does_not_block() {
    insta::assert_snapshot!(markdown(&sample::everyday()));
}

#[test]
fn an_empty_report_is_a_short_page() {
    insta::assert_snapshot!(markdown(&sample::empty()), @r"
    ## Gatefold: pass

    **nothing blocks**

    nothing new.
    Head without a base (none); judged by head's policy.
    ");
}

#[test]
fn hostile_texts_stay_text() {
    insta::assert_snapshot!(markdown(&sample::hostile()));
}

/// What is cut at any limit is a whole page: nothing half, every fold closed, and nothing left out in silence.
#[track_caller]
fn check_cut(report: &Report, limit: usize) {
    let page = markdown_within(report, limit);
    let head = markdown_within(report, 0);
    assert!(page.len() < limit.max(head.len() + 1), "{} bytes of {limit}", page.len());
    assert_eq!(page.matches("<details>").count(), page.matches("</details>").count());
    assert!(!page.contains("</summary>\n\n</details>"), "an empty fold at {limit}");
    let shown = page.matches("help: await it").count();
    let left_out = page.lines().last().and_then(|line| {
        let (count, rest) = line.split_once(' ')?;
        rest.contains("left out").then(|| count.parse::<usize>().expect("a count"))
    });
    assert_eq!(shown + left_out.unwrap_or(0), report.findings.len(), "at {limit}");
}

#[test]
fn a_page_is_cut_between_findings_and_says_so() {
    check_cut(&sample::many(10_000), MARKDOWN_LIMIT);
    let report = sample::many(30);
    for limit in 0..8_000 {
        check_cut(&report, limit);
    }
    let page = markdown_within(&sample::many(100), 65_536);
    assert!(!page.contains("left out"), "a hundred findings fit into a comment");
}

#[test]
fn a_page_of_the_longest_texts_stays_below_the_limit() {
    let long = "`|<\u{1b}ä".repeat(1_000_000);
    let mut report = sample::everyday();
    report.remarks = vec![long.clone(); 100];
    report.base.chosen.clone_from(&long);
    for run in &mut report.guards {
        run.reason = Some(long.clone());
    }
    for judged in &mut report.findings {
        judged.finding.message.clone_from(&long);
        judged.finding.help = Some(long.clone());
        judged.finding = judged.finding.clone().note(long.clone()).note(format!("{long}\n{long}"));
    }
    assert!(markdown(&report).len() < MARKDOWN_LIMIT);
}
