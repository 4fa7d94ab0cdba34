//! Edits of the gate's own workflow, the one that this repository hands out, and scripts that are disarmed in place.

mod brought;
mod github;
mod gitlab;

use findings::{Finding, Level};
use gatefold_integrity::{self as integrity, Policies, Policy, RULES};
use policy::{Document, Schema};
use source::{Change, Mode, Tree};

use crate::common::run;

#[test]
fn every_edit_of_the_gates_workflow_is_judged_rightly() {
    let text = include_str!("../../../ci/github/gatefold.yml");
    check(".github/workflows/gatefold.yml", text, github::EDITS);
}

#[test]
fn what_an_edit_brings_in_before_the_judge_is_judged_rightly() {
    let text = include_str!("../../../ci/github/gatefold.yml");
    check(".github/workflows/gatefold.yml", text, brought::EDITS);
}

#[test]
fn the_job_for_code_scanning_may_go_with_what_only_told_of_it() {
    let text = include_str!("../../../ci/github/gatefold.yml");
    let (before, rest) =
        text.split_once("  # Code scanning is one more place").expect("the job stands there");
    let (_, after) = rest.split_once("  # The one job to require.").expect("it stands last");
    let without = format!("{before}  # The one job to require.{after}")
        .replace("needs: [static, live, sarif]", "needs: [static, live]")
        .replace("          SARIF: ${{ needs.sarif.result }}\n", "")
        .replace(", code scanning: $SARIF", "");
    let path = ".github/workflows/gatefold.yml";
    let findings = run(&[(path, text)], &[(path, without.as_str())]);
    assert!(findings.is_empty(), "{findings:#?}");
    // One whose verdict was asked for may not.
    let without = without.replace("          LIVE: ${{ needs.live.result }}\n", "");
    let findings = run(&[(path, text)], &[(path, without.as_str())]);
    assert!(findings.iter().any(|finding| finding.rule.id == "ci-step-weakened"), "{findings:#?}");
}

#[test]
fn every_edit_of_the_gates_jobs_on_gitlab_is_judged_rightly() {
    let commit = "0123456789abcdef0123456789abcdef01234567";
    let text = include_str!("../../../ci/gitlab/gatefold.yml")
        .replace("JUDGE_REPOSITORY: \"\"", "JUDGE_REPOSITORY: https://gitlab.example.com/our/gatefold.git")
        .replace("JUDGE_COMMIT: \"\"", &format!("JUDGE_COMMIT: {commit}"));
    check(".gitlab-ci.yml", &text, gitlab::EDITS);
}

fn check(path: &str, text: &str, edits: &[(&str, &str, &str, &str)]) {
    let files =
        |text: &str| vec![(path, text.to_owned()), ("templates/ranker/README.md", "Here.".to_owned())];
    let mut wrong = Vec::new();
    for (title, old, new, rule) in edits {
        assert!(text.contains(old), "{title}: `{path}` has no `{old}`");
        let findings = run(&files(text), &files(&text.replace(old, new)));
        let fired: Vec<String> =
            findings.iter().map(|finding| format!("{}: {}", finding.rule.id, finding.message)).collect();
        let right = match *rule {
            "none" => fired.is_empty(),
            rule => findings.iter().any(|finding| finding.rule.id == rule),
        };
        if !right {
            wrong.push(format!("{title} ({rule}): {fired:#?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_last_job_of_any_workspace_may_not_go() {
    let text =
        include_str!("../../../ci/github/gatefold.yml").replace("\n  gatefold:\n", "\n  gatefold-search:\n");
    let (without, _) = text.split_once("\n  # The one job to require.").expect("it stands last");
    let path = ".github/workflows/gatefold-search.yml";
    let findings = run(&[(path, text.as_str())], &[(path, without)]);
    let gone = |finding: &&Finding| finding.level == Level::Error;
    let gone: Vec<&str> = findings.iter().filter(gone).map(|finding| finding.rule.id).collect();
    assert_eq!(gone, ["ci-step-weakened"], "{findings:#?}");
}

#[test]
fn the_folder_that_is_judged_may_move() {
    let text = include_str!("../../../ci/github/gatefold.yml");
    let workflow = |folder: &str| text.replace("|| 'templates/ranker'", &format!("|| '{folder}'"));
    assert_ne!(workflow("ranker"), text);
    let side = |folder: &str| {
        [
            (".github/workflows/gatefold.yml".to_owned(), workflow(folder)),
            (format!("{folder}/README.md"), "Here.".to_owned()),
        ]
    };
    let findings = run(&side("templates/ranker"), &side("ranker"));
    assert!(findings.iter().all(|finding| finding.level != Level::Error), "{findings:#?}");
}

#[test]
fn a_judge_that_is_named_where_nobody_judged_is_told_and_does_not_block() {
    let commit = "a".repeat(40);
    let github = |repository: &str, commit: &str| {
        include_str!("../../../ci/github/gatefold.yml")
            .replace("${{ inputs.judge-repository || github.repository }}", repository)
            .replace("${{ inputs.judge-commit || '' }}", commit)
    };
    let gitlab = |repository: &str, commit: &str| {
        include_str!("../../../ci/gitlab/gatefold.yml")
            .replace("JUDGE_REPOSITORY: \"\"", &format!("JUDGE_REPOSITORY: {repository}"))
            .replace("JUDGE_COMMIT: \"\"", &format!("JUDGE_COMMIT: {commit}"))
    };
    // What takes an empty repository for its own is left where it stands.
    let own = |repository: &str, commit: &str| {
        github(repository, commit)
            .replace("if [ -z \"$JUDGE_REPOSITORY\" ]", "if [ -z \"$GITHUB_REPOSITORY\" ]")
    };
    let check = |path: &str, base: String, head: String, expected: &[&str]| {
        let findings = run(&[(path, base)], &[(path, head)]);
        let mut fired: Vec<&str> = findings.iter().map(|finding| finding.rule.id).collect();
        fired.dedup();
        assert_eq!(fired, expected, "{findings:#?}");
    };
    let (workflow, jobs) = (".github/workflows/gatefold.yml", ".gitlab-ci.yml");
    let empty = "\"\"";
    let told = &["ci-setting-loosened"];
    check(workflow, github(empty, empty), github("our/gatefold", &commit), told);
    check(jobs, gitlab(empty, empty), gitlab("https://gitlab.example.com/our/gatefold.git", &commit), told);
    check(
        workflow,
        github("our/gatefold", &commit),
        github("somebody/gatefold", &commit),
        &["ci-step-weakened"],
    );
    check(workflow, github("our/gatefold", &commit), github(empty, empty), &["ci-step-weakened"]);
    // What goes on with a judge of its own, or ends elsewhere, does not wait for one.
    let goes_on = |repository: &str| {
        format!(
            "on: [pull_request]\nenv:\n  JUDGE_REPOSITORY: {repository}\njobs:\n  gate:\n    steps:\n      - run: |\n          \
             if [ -z \"$JUDGE_REPOSITORY\" ]; then\n            JUDGE_REPOSITORY=our/gatefold\n          fi\n          \
             git clone \"$JUDGE_REPOSITORY\" judge || exit 1\n      - run: gatefold gate\n"
        )
    };
    check(workflow, goes_on(empty), goes_on("somebody/gatefold"), &["ci-step-weakened"]);
    let fired = run(&[(workflow, own(empty, empty))], &[(workflow, own("somebody/gatefold", &commit))]);
    assert!(fired.iter().any(|finding| finding.rule.id == "ci-step-weakened"), "{fired:#?}");
}

/// What the guard finds where only the mode of a script differs.
fn with_modes(path: &str, head: &[u8], modes: (Mode, Mode)) -> Vec<Finding> {
    let script = b"#!/bin/sh\nset -e\ncargo test\n";
    let tree = |text: &[u8]| Tree::from_memory([(path, text)]);
    // In memory there are no modes: the file differs, and then is what it was.
    let mut change =
        Change::of_trees(Some(tree(script)), tree(b"#!/bin/sh\nset -e\ncargo test --workspace\n"));
    change.head = tree(head);
    change.files.iter_mut().for_each(|file| file.modes = Some(modes));
    let empty = Document::empty();
    let policies = Policies {
        base: &empty,
        head: &empty,
        schema: &Schema { sections: &[] },
        rules: RULES,
        spoke_of_nothing: &|_| false,
    };
    let checked = integrity::check(&change, &policies, &Policy::default()).expect("the guard looks");
    checked.expect("there is a base").findings
}

#[test]
fn a_script_that_is_disarmed_in_place_is_found() {
    let same = b"#!/bin/sh\nset -e\ncargo test\n";
    let message =
        |findings: Vec<Finding>| findings.first().map(|finding| finding.message.clone()).unwrap_or_default();
    let cases: [(&[u8], (Mode, Mode), &str); 3] = [
        (same, (Mode::Executable, Mode::Plain), "`.ci/run` can no longer be run: it lost its executable bit"),
        (b"#!/bin/sh\n", (Mode::Executable, Mode::Link), "`.ci/run` was a script and is a link"),
        (b"\xff\xfe\x00", (Mode::Executable, Mode::Executable), "`.ci/run` was a script and cannot be read"),
    ];
    for (head, modes, expected) in cases {
        assert_eq!(message(with_modes(".ci/run", head, modes)), expected);
    }
    assert!(with_modes(".ci/run", same, (Mode::Plain, Mode::Executable)).is_empty());
    assert!(with_modes("docs/run", same, (Mode::Executable, Mode::Plain)).is_empty());
}
