//! `golden report`: what a change recorded anew, told to people, whatever it shows.

use std::fs;
use std::path::Path;

use crate::workspace::Workspace;

/// The report in every form, as files and on standard output, and how the command ended.
fn told(workspace: &Workspace) -> (i32, [String; 3]) {
    let [page, comment] = ["report.html", "report.md"].map(|name| workspace.outside().join(name));
    let text = |path: &Path| path.to_str().expect("a UTF-8 path").to_owned();
    let ran = workspace.run(&["golden", "report", "--html", &text(&page), "--markdown", &text(&comment)]);
    assert!(!ran.stderr.contains("panicked"), "{ran}");
    let read = |path: &Path| fs::read_to_string(path).expect("a file");
    (ran.status, [ran.stdout, read(&comment), read(&page)])
}

#[test]
fn a_change_of_recorded_rankings_is_told_in_every_form_and_blocks_nothing() {
    let workspace = Workspace::new();
    workspace.swap_best(0);
    let (status, forms) = told(&workspace);
    assert_eq!(status, 0, "a report informs: {}", forms[0]);
    for form in &forms {
        for says in [
            "1 of ",
            "rankings changed",
            "blocks",
            "ranking-changed",
            "declared: nothing",
            "fell from 1 to 2",
        ] {
            assert!(form.contains(says), "{says}: {form}");
        }
    }
    assert!(forms[2].contains("<svg class=\"slope\"") && !forms[2].contains("<script"), "{}", forms[2]);
    let json = workspace.run(&["golden", "report", "--format", "json"]).stdout;
    let report: serde_json::Value = serde_json::from_str(&json).expect("it is JSON");
    assert_eq!(report["schema"], "gatefold.golden-report/1");
}

#[test]
fn where_nothing_changed_the_report_says_so() {
    let workspace = Workspace::new();
    workspace.append("README.md", "\nNothing else.\n");
    let (status, forms) = told(&workspace);
    assert_eq!(status, 0, "{}", forms[0]);
    for form in &forms {
        let tells = ["witnesses, worst first", "Witnesses, worst first", "<h3>Witnesses"];
        assert!(form.contains("none of ") && !tells.iter().any(|tell| form.contains(tell)), "{form}");
    }
}

#[test]
fn a_recording_that_is_cut_off_is_3_and_not_unchanged() {
    let workspace = Workspace::new();
    let path = "services/now-playing/golden/rankings.jsonl";
    let whole = workspace.read(path);
    workspace.write(path, &whole[..whole.len() / 2]);
    let (status, forms) = told(&workspace);
    assert_eq!(status, 3, "{}", forms[0]);
    forms.iter().for_each(|form| {
        assert!(
            form.contains("1 corpus was not read") && form.to_lowercase().contains("not compared: head"),
            "{form}"
        );
    });
}

#[test]
fn what_is_no_partial_report_is_3() {
    let workspace = Workspace::new();
    workspace.write("part.json", "{\"schema\": \"gatefold.golden-partial/9\"}");
    for (arguments, says) in [
        (&["golden", "report", "part.json"][..], "gatefold.golden-partial/9"),
        (&["golden", "report", "none.json"], "none.json"),
        (&["golden", "merge", "part.json"], "gatefold.golden-partial/9"),
    ] {
        let ran = workspace.run(arguments);
        assert_eq!(ran.status, 3, "{ran}");
        assert!(ran.stderr.contains(says), "{says}: {ran}");
    }
}
