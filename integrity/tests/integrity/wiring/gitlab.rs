//! Edits of what is handed out for GitLab.

/// What is edited: a title, what stands there, what takes its place, and the rule that must fire (`none`: nothing blocks).
pub(super) const EDITS: &[(&str, &str, &str, &str)] = &[
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
