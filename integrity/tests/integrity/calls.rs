//! The gate as it is called: a workflow or a template of another repository, an action.

use crate::common::run;

/// A workflow that calls the gate from elsewhere, and a job that looks at its result.
const CALLER: &str = "\
on:
  pull_request:
  merge_group:
permissions: {}
jobs:
  gatefold:
    permissions:
      actions: read
      contents: read
      security-events: write
    uses: our/gatefold/.github/workflows/gatefold.yml@0123456789abcdef0123456789abcdef01234567
    with:
      gated: services
      judge-repository: our/gatefold
      judge-commit: 0123456789abcdef0123456789abcdef01234567
  conclusion:
    needs: [gatefold]
    if: always()
    runs-on: ubuntu-latest
    steps:
      - run: test \"$VERDICT\" = success
        env:
          VERDICT: ${{ needs.gatefold.result }}
";

/// The same as an action, beside a step that checks out.
const ACTION: &str = "\
on: [pull_request, merge_group]
permissions:
  contents: read
jobs:
  gate:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1
        with:
          path: head
      - uses: our/gatefold/ci/github/action@0123456789abcdef0123456789abcdef01234567
        with:
          root: head/services
          tier: live
";

/// The same included by GitLab.
const INCLUDE: &str = "\
include:
  - local: .gitlab/build.yml
  - project: our/gatefold
    ref: 0123456789abcdef0123456789abcdef01234567
    file: /ci/gitlab/gatefold.yml
variables:
  GATED: services
  JUDGE_COMMIT: 0123456789abcdef0123456789abcdef01234567
build:
  script:
    - cargo build
";

/// What is edited in a call: a title, the workflow, what stands there, what takes its place, and the rule that must fire.
const CALLS: &[(&str, &str, &str, &str, &str)] = &[
    (
        "the call is gone",
        CALLER,
        "    uses: our/",
        "    runs-on: a\n    steps: []\n    x-uses: our/",
        "ci-step-weakened",
    ),
    ("nobody waits for it", CALLER, "    needs: [gatefold]\n", "", "ci-step-weakened"),
    (
        "it runs under a condition",
        CALLER,
        "    uses: our/",
        "    if: github.actor != 'bot'\n    uses: our/",
        "ci-step-weakened",
    ),
    ("pull requests do not start it", CALLER, "  pull_request:\n", "", "ci-step-weakened"),
    (
        "only some paths start it",
        CALLER,
        "  pull_request:\n",
        "  pull_request:\n    paths: [docs/**]\n",
        "ci-step-weakened",
    ),
    ("somebody else's is called", CALLER, "uses: our/", "uses: somebody/", "ci-step-weakened"),
    (
        "a branch is called",
        CALLER,
        ".yml@0123456789abcdef0123456789abcdef01234567",
        ".yml@main",
        "action-unpinned",
    ),
    ("another folder is judged", CALLER, "gated: services", "gated: docs", "ci-step-weakened"),
    ("another judge", CALLER, "judge-repository: our/", "judge-repository: somebody/", "ci-step-weakened"),
    (
        "the base no longer judges",
        CALLER,
        "judge-commit: 0123456789abcdef0123456789abcdef01234567",
        "judge-commit: main",
        "ci-step-weakened",
    ),
    (
        "the live tier is not asked",
        CALLER,
        "    with:\n",
        "    with:\n      static-only: true\n",
        "ci-step-weakened",
    ),
    (
        "it is handed secrets",
        CALLER,
        "    with:\n",
        "    secrets: inherit\n    with:\n",
        "ci-permission-widened",
    ),
    ("it may write", CALLER, "contents: read", "contents: write", "ci-permission-widened"),
    (
        "the judge is another commit",
        CALLER,
        "judge-commit: 0123456789abcdef0123456789abcdef01234567",
        "judge-commit: a123456789abcdef0123456789abcdef01234567",
        "ci-setting-loosened",
    ),
    (
        "it is called at another commit",
        CALLER,
        ".yml@0123456789abcdef0123456789abcdef01234567",
        ".yml@a123456789abcdef0123456789abcdef01234567",
        "ci-setting-loosened",
    ),
    ("code scanning is told, too", CALLER, "    with:\n", "    with:\n      sarif: true\n", "none"),
    ("it has a name", CALLER, "    uses: our/", "    # The gate.\n    uses: our/", "none"),
    (
        "the action is gone",
        ACTION,
        "uses: our/gatefold/ci/github/action@0123456789abcdef0123456789abcdef01234567",
        "run: echo fine #",
        "ci-step-weakened",
    ),
    ("the action asks another tier", ACTION, "tier: live", "tier: static", "ci-step-weakened"),
    ("the action asks both tiers", ACTION, "tier: live", "tier: all", "none"),
    (
        "the action judges another folder",
        ACTION,
        "root: head/services",
        "root: head/docs",
        "ci-step-weakened",
    ),
    (
        "the action takes a judge that lies there",
        ACTION,
        "          tier:",
        "          judge: head/bin/gatefold\n          tier:",
        "ci-step-weakened",
    ),
    (
        "the action may fail",
        ACTION,
        "      - uses: our/",
        "      - continue-on-error: true\n        uses: our/",
        "ci-step-weakened",
    ),
    ("the include is gone", INCLUDE, "project: our/gatefold", "project: our/nothing", "ci-step-weakened"),
    ("somebody else's is included", INCLUDE, "project: our/", "project: somebody/", "ci-step-weakened"),
    (
        "it is included under a condition",
        INCLUDE,
        "    file: /ci",
        "    rules:\n      - if: $NEVER\n    file: /ci",
        "ci-step-weakened",
    ),
    (
        "a job takes the place of the gate's",
        INCLUDE,
        "build:\n",
        "gatefold-static:\n  script: [echo fine]\nbuild:\n",
        "ci-step-weakened",
    ),
    ("GitLab is told another folder", INCLUDE, "GATED: services", "GATED: docs", "ci-step-weakened"),
    (
        "GitLab is told another judge",
        INCLUDE,
        "JUDGE_COMMIT: 0123456789abcdef0123456789abcdef01234567",
        "JUDGE_COMMIT: main",
        "ci-step-weakened",
    ),
    (
        "GitLab is told a judge of digits alone",
        INCLUDE,
        "JUDGE_COMMIT: 0123456789abcdef0123456789abcdef01234567",
        "JUDGE_COMMIT: 1111111111111111111111111111111111111111",
        "ci-setting-loosened",
    ),
    (
        "GitLab is told no live tier",
        INCLUDE,
        "  GATED:",
        "  GATEFOLD_STATIC_ONLY: \"true\"\n  GATED:",
        "ci-step-weakened",
    ),
    (
        "GitLab is told another image",
        INCLUDE,
        "  GATED:",
        "  GATEFOLD_IMAGE: mine\n  GATED:",
        "ci-step-weakened",
    ),
    (
        "it is included at another commit",
        INCLUDE,
        "ref: 0123456789abcdef0123456789abcdef01234567",
        "ref: a123456789abcdef0123456789abcdef01234567",
        "ci-setting-loosened",
    ),
    (
        "something else is included, too",
        INCLUDE,
        "  - local: .gitlab/build.yml\n",
        "  - local: .gitlab/build.yml\n  - local: .gitlab/more.yml\n",
        "none",
    ),
];

#[test]
fn every_edit_of_a_call_of_the_gate_is_judged_rightly() {
    let mut wrong = Vec::new();
    for (title, workflow, old, new, rule) in CALLS {
        assert!(workflow.contains(old), "{title}: the workflow has no `{old}`");
        let path = if *workflow == INCLUDE { ".gitlab-ci.yml" } else { ".github/workflows/gate.yml" };
        let files = |text: String| {
            vec![
                (path, text),
                ("services/README.md", "Here.".to_owned()),
                ("docs/README.md", "There.".to_owned()),
            ]
        };
        let findings = run(&files((*workflow).to_owned()), &files(workflow.replace(old, new)));
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
