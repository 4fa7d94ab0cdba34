//! Edits of the gate's own workflow, the one that this repository hands out, and scripts that are disarmed in place.

use findings::{Finding, Level};
use gatefold_integrity::{self as integrity, Policies, Policy, RULES};
use policy::{Document, Schema};
use source::{Change, Mode, Tree};

use crate::common::run;

/// What is edited: a title, what stands there, what takes its place, and the rule that must fire (`none`: nothing blocks).
const EDITS: &[(&str, &str, &str, &str)] = &[
    (
        "head is compared with itself",
        "--base \"$BASE\" --format github \\\n            --output \"markdown=$GITHUB_STEP_SUMMARY\" --output \"json",
        "--base HEAD --format github \\\n            --output \"markdown=$GITHUB_STEP_SUMMARY\" --output \"json",
        "ci-step-weakened",
    ),
    ("there is no base", "--base \"$BASE\" --tier", "--base none --tier", "ci-step-weakened"),
    ("another base is handed on", "BASE: ${{ needs.static.outputs.base }}", "BASE: HEAD", "ci-step-weakened"),
    ("one guard is asked", "--output \"json=", "--only lints --output \"json=", "ci-step-weakened"),
    ("the live tier is not asked", " --tier live", "", "ci-step-weakened"),
    (
        "another folder is given",
        "--root \"$GITHUB_WORKSPACE/head/$GATED\"",
        "--root docs",
        "ci-step-weakened",
    ),
    (
        "the judge is built from head",
        "ref: ${{ steps.base.outputs.judge }}",
        "ref: ${{ github.sha }}",
        "ci-step-weakened",
    ),
    (
        "the judge comes from elsewhere",
        "JUDGE_REPOSITORY: ${{ inputs.judge-repository || github.repository }}",
        "JUDGE_REPOSITORY: somebody/fork",
        "ci-step-weakened",
    ),
    (
        "the judge comes from elsewhere, for one job",
        "    timeout-minutes: 20\n",
        "    timeout-minutes: 20\n    env:\n      JUDGE_REPOSITORY: somebody/fork\n",
        "ci-step-weakened",
    ),
    (
        "the gate runs in an image",
        "    timeout-minutes: 20\n",
        "    timeout-minutes: 20\n    container: somebody/rust\n",
        "ci-step-weakened",
    ),
    ("the judge follows a branch", "judge-commit || ''", "judge-commit || 'main'", "ci-step-weakened"),
    (
        "another program is the judge",
        "judge-binary || 'gatefold'",
        "judge-binary || 'yes'",
        "ci-step-weakened",
    ),
    ("another folder is judged", "gated || 'templates/ranker'", "gated || 'docs'", "ci-step-weakened"),
    ("another base is found", "|| commit=none", "|| commit=none\n          commit=HEAD", "ci-step-weakened"),
    (
        "a judge of another branch is taken",
        "select(.workflow_run.head_branch == $branch)",
        "select(true)",
        "ci-step-weakened",
    ),
    (
        "a judge of another run is taken",
        "run-id: ${{ steps.built.outputs.run }}",
        "run-id: ${{ github.run_id }}",
        "ci-step-weakened",
    ),
    (
        "the judge is not known again",
        "      - name: Know it again\n",
        "      - name: Know it again\n        if: github.actor == 'somebody'\n",
        "ci-step-weakened",
    ),
    (
        "the verdict is not sealed",
        "      - name: Seal the verdict\n",
        "      - name: Seal the verdict\n        continue-on-error: true\n",
        "ci-step-weakened",
    ),
    (
        "the judge runs in head's tree",
        "- name: Judge the head\n        working-directory: binary",
        "- name: Judge the head\n        working-directory: head",
        "ci-step-weakened",
    ),
    (
        "one verdict is enough",
        "|| blocks \"the live verdict",
        "|| echo \"the live verdict",
        "ci-step-weakened",
    ),
    (
        "a verdict is not waited for",
        "needs: [static, live, sarif]",
        "needs: [static, sarif]",
        "ci-step-weakened",
    ),
    (
        "the step is let fail",
        "- name: Judge the head",
        "- continue-on-error: true\n        name: Judge the head",
        "ci-step-weakened",
    ),
    (
        "something is done beside the judge",
        "      - name: Judge the head",
        "      - run: cp /bin/true binary/gatefold\n      - name: Judge the head",
        "ci-setting-loosened",
    ),
    (
        "the judge is another commit",
        "judge-commit || ''",
        "judge-commit || 'a123456789012345678901234567890123456789'",
        "ci-setting-loosened",
    ),
    (
        "actions are bumped",
        "3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1",
        "99bd71901bbe5b1630ceea73d27597364c9af699",
        "none",
    ),
    (
        "more time and a comment",
        "    timeout-minutes: 20",
        "    # It builds the judge.\n    timeout-minutes: 40",
        "none",
    ),
    (
        "another cache",
        "      - name: Find the base",
        "      - uses: actions/cache@27d5ce7f107fe9357f9df03efb73ab90386fccae\n      - name: Find the base",
        "none",
    ),
    ("the report says more", "gate --root", "gate --all --root", "none"),
];

/// The same of what is handed out for GitLab.
const GITLAB_EDITS: &[(&str, &str, &str, &str)] = &[
    (
        "there is no base",
        "--out gatefold-reports\'\n  artifacts: &",
        "--base none --out gatefold-reports\'\n  artifacts: &",
        "ci-step-weakened",
    ),
    ("the live tier is not asked", " --tier live", "", "ci-step-weakened"),
    ("one guard is asked", "--tier live", "--tier live --only lints", "ci-step-weakened"),
    ("another folder is given", "GATED: .", "GATED: docs", "ci-step-weakened"),
    (
        "the judge is the change's",
        "--judge \"$away/gatefold\" --out",
        "--judge \"$CI_PROJECT_DIR/gatefold\" --out",
        "ci-step-weakened",
    ),
    ("the judge comes from elsewhere", "our/gatefold", "somebody/gatefold", "ci-step-weakened"),
    (
        "the judge comes from elsewhere, for one job",
        "    GIT_STRATEGY: none\n",
        "    GIT_STRATEGY: none\n    JUDGE_REPOSITORY: https://gitlab.example.com/somebody/gatefold.git\n",
        "ci-step-weakened",
    ),
    (
        "the judge is built of something else",
        "checkout --quiet \"$JUDGE_COMMIT\"",
        "checkout --quiet FETCH_HEAD && git -C \"$source\" pull --quiet \"$CI_REPOSITORY_URL\"",
        "ci-step-weakened",
    ),
    ("another program judges", "      rm -rf judge && mkdir judge\n", "      exit 0\n", "ci-step-weakened"),
    (
        "the image is another",
        "  image: $GATEFOLD_IMAGE",
        "  image: example.com/somebody/rust",
        "ci-step-weakened",
    ),
    (
        "the jobs extend another",
        "  extends: .gatefold\n  needs: [gatefold-judge]",
        "  extends: .other\n  needs: [gatefold-judge]",
        "ci-step-weakened",
    ),
    (
        "merge requests are not judged",
        "    - if: $CI_PIPELINE_SOURCE == \"merge_request_event\"\n    - if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH\n\n",
        "    - if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH\n\n",
        "ci-step-weakened",
    ),
    (
        "it may fail",
        "  needs: [gatefold-judge]\n",
        "  needs: [gatefold-judge]\n  allow_failure: true\n",
        "ci-step-weakened",
    ),
    ("the judge is another commit", "JUDGE_COMMIT: 0123", "JUDGE_COMMIT: 4567", "ci-setting-loosened"),
    ("reports are kept for longer", "expire_in: 1 day", "expire_in: 1 week", "none"),
    (
        "more time and a comment",
        "  needs: [gatefold-judge]\n",
        "  # It waits.\n  needs: [gatefold-judge]\n  timeout: 1h\n",
        "none",
    ),
    ("the report says more", "--tier live --out", "--tier live --all --out", "none"),
    (
        "a job of its own comes",
        "# The static verdict.",
        "spelling:\n  script: [typos]\n\n# The static verdict.",
        "none",
    ),
];

#[test]
fn every_edit_of_the_gates_workflow_is_judged_rightly() {
    let text = include_str!("../../../ci/github/gatefold.yml");
    check(".github/workflows/gatefold.yml", text, EDITS);
}

#[test]
fn every_edit_of_the_gates_jobs_on_gitlab_is_judged_rightly() {
    let commit = "0123456789abcdef0123456789abcdef01234567";
    let text = include_str!("../../../ci/gitlab/gatefold.yml")
        .replace("JUDGE_REPOSITORY: \"\"", "JUDGE_REPOSITORY: https://gitlab.example.com/our/gatefold.git")
        .replace("JUDGE_COMMIT: \"\"", &format!("JUDGE_COMMIT: {commit}"));
    check(".gitlab-ci.yml", &text, GITLAB_EDITS);
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
