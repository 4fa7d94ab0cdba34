//! The form that GitHub shows as annotations.

use findings::render::{github, github_below};
use findings::{Report, Status};

use crate::sample;

#[test]
fn an_everyday_report_is_annotated_worst_first() {
    insta::assert_snapshot!(github(&sample::everyday()), @r"
    ::error file=services/home/src/service.rs,line=6,endLine=6,col=23,endColumn=43,title=blocking-in-async::`std::thread::sleep` blocks the thread of an async function%0Ahelp: await `tokio::time::sleep` instead
    ::warning file=protos/a.proto,line=2,endLine=2,col=15,endColumn=16,title=field-renumbered::field `id` of `M` has number 2, and had 1%0Ahelp: give `id` its number back
    ::notice title=field-renumbered::no proto is left%0Anote: there were 2
    ");
}

#[test]
fn no_text_begins_a_command_of_its_own() {
    let text = github(&sample::hostile());
    insta::assert_snapshot!(text);
    for line in text.lines() {
        let (properties, message) =
            line[2..].split_once("::").expect("a command has properties and a message");
        let (command, _) = properties.split_once(' ').expect("every annotation has a title");
        assert!(["error", "warning", "notice"].contains(&command), "{line}");
        assert!(!message.is_empty() && !line.contains(char::is_control), "{line}");
    }
}

#[test]
fn at_most_ten_annotations_a_level_and_the_tenth_counts_the_rest() {
    let check = |findings: u32, expect: usize, more: Option<&str>| {
        let text = github(&sample::many(findings * 3));
        for command in ["error", "warning", "notice"] {
            let lines: Vec<_> =
                text.lines().filter(|line| line.starts_with(&format!("::{command} "))).collect();
            assert_eq!(lines.len(), expect);
            let last = lines.last().copied().unwrap_or_default();
            assert_eq!(last.split_once("title=gatefold::").map(|(_, rest)| rest), more);
        }
    };
    check(0, 0, None);
    check(9, 9, None);
    check(10, 10, Some("1 more; see the job summary"));
    check(3_000, 10, Some("2991 more; see the job summary"));
}

#[test]
fn only_new_findings_are_annotated() {
    for status in [Status::Known, Status::Excepted, Status::Approved] {
        let mut report = sample::everyday();
        report.findings.iter_mut().for_each(|judged| judged.status = status);
        assert_eq!(github(&report), "");
    }
    assert_eq!(github(&sample::empty()), "");
}

#[test]
fn nothing_is_an_error_in_observe_mode() {
    let text = github(&Report { observe: true, ..sample::everyday() });
    assert!(text.contains("::warning file=services/home/src/service.rs,line=6,"), "{text}");
    assert!(!text.contains("::error"), "{text}");
}

#[test]
fn a_root_below_the_repository_is_put_before_the_files() {
    for prefix in ["templates/ranker", "templates/ranker/"] {
        let text = github_below(&sample::everyday(), prefix);
        assert!(text.contains("file=templates/ranker/services/home/src/service.rs,"), "{text}");
    }
}
