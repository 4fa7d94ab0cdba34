//! Repositories on GitLab, whose file of CI is people's own: only an include joins it, and it is taken out to the byte.

use serde_json::Value;

use crate::repository::Repository;

const CI: &str = ".gitlab-ci.yml";
const JOBS: &str = ".gitlab/gatefold.yml";

/// A repository on GitLab with this file of CI.
fn with(ci: &str) -> Repository {
    let repository = Repository::with(&[(CI, ci), ("README.md", "# Docs\n")]);
    repository.git(&["remote", "add", "origin", "git@gitlab.example.com:our/ranker.git"]);
    repository
}

fn judge() -> [String; 5] {
    let judge = format!("our/gatefold@{}", "d".repeat(40));
    ["--apply", "--owner", "@us", "--judge", &judge].map(str::to_owned)
}

/// Put in, the file is `expected`; a second time nothing is left to do; taken out, every byte is as before.
#[track_caller]
fn check(ci: &str, expected: &str) {
    let repository = with(ci);
    let before = repository.contents();
    let judge = judge();
    let arguments: Vec<&str> = judge.iter().map(String::as_str).collect();
    repository.init(&arguments);
    assert_eq!(repository.read(CI), expected);
    let applied = repository.contents();
    assert_eq!(repository.plan(&arguments)["steps"], Value::Array(Vec::new()), "{ci}");
    repository.init(&arguments);
    assert_eq!(repository.contents(), applied, "a second time nothing changes");
    repository.init(&["--remove", "--apply"]);
    assert_eq!(repository.contents(), before, "{ci}");
}

#[test]
fn what_people_have_in_their_file_stays_as_it_is_written() {
    let ours = "  - local: .gitlab/gatefold.yml\n";
    let plain = "# ours\nstages: [test]\n\nunit:\n  script: !reference [.unit, script]\n";
    check(plain, &format!("{plain}include:\n{ours}"));
    // What includes a comment, another project's file and a rule, in somebody's own layout and without a line's end.
    let tail = "    rules:\n      - if: '$CI_COMMIT_BRANCH'   # only then\n\n\ndefault: &d { image: \"rust\" }\nunit: { <<: *d }";
    let theirs = format!(
        "stages:   [ test ]\n\ninclude: # shared\n  # of the platform\n  - project: 'our/ci'\n    file:   /rust.yml\n{tail}"
    );
    let expected = format!(
        "stages:   [ test ]\n\ninclude: # shared\n{ours}  # of the platform\n  - project: 'our/ci'\n    file:   /rust.yml\n{tail}"
    );
    check(&theirs, &expected);
    check(
        "include:\r\n- local: a.yml\r\nunit:\r\n  script: [make]\r\n",
        "include:\r\n- local: .gitlab/gatefold.yml\r\n- local: a.yml\r\nunit:\r\n  script: [make]\r\n",
    );
}

#[test]
fn an_include_that_is_not_edited_is_left_to_a_person_and_stays() {
    for ci in ["include: 'a.yml'\nunit: { script: [make] }\n", "include: [a.yml, b.yml]\n"] {
        let repository = with(ci);
        let before = repository.contents();
        let judge = judge();
        let arguments: Vec<&str> = judge.iter().map(String::as_str).collect();
        let said = repository.init(&arguments).stdout;
        assert!(
            said.contains("add `- local: .gitlab/gatefold.yml` to `include` in .gitlab-ci.yml"),
            "{said}"
        );
        assert_eq!(repository.read(CI), ci);
        // Somebody does as it says; that is theirs, and stays.
        let by_hand = "include:\n  - a.yml\n  - local: '/.gitlab/gatefold.yml'\n";
        repository.write(CI, by_hand);
        assert_eq!(repository.plan(&arguments)["steps"], Value::Array(Vec::new()), "{ci}");
        repository.init(&["--remove", "--apply"]);
        assert_eq!(repository.read(CI), by_hand);
        repository.write(CI, ci);
        assert_eq!(repository.contents(), before);
    }
}

#[test]
fn a_file_that_is_no_yaml_is_left_as_it_is_until_it_is_mended() {
    let broken = "unit:\n  script: [make\nlint: {}\n";
    let repository = with(broken);
    let judge = judge();
    let arguments: Vec<&str> = judge.iter().map(String::as_str).collect();
    let said = repository.init(&arguments).stdout;
    assert!(said.contains(".gitlab-ci.yml is left as it is, since it is no YAML"), "{said}");
    assert_eq!(repository.read(CI), broken);
    let mended = broken.replace("[make", "[make]");
    repository.write(CI, &mended);
    repository.init(&arguments);
    assert_eq!(repository.read(CI), format!("{mended}include:\n  - local: .gitlab/gatefold.yml\n"));
}

#[test]
fn what_was_added_to_the_file_since_stays_when_ours_is_taken_out() {
    let repository = with("include:\n  - local: a.yml\n");
    let judge = judge();
    let arguments: Vec<&str> = judge.iter().map(String::as_str).collect();
    repository.init(&arguments);
    let later = "lint:\n  script: [make lint]\n";
    repository.write(CI, repository.read(CI) + later);
    let said = repository.init(&["--remove", "--apply"]).stdout;
    assert_eq!(repository.read(CI), format!("include:\n  - local: a.yml\n{later}"));
    assert!(said.contains("`.gitlab-ci.yml` was changed since: ours is taken out, the rest stays"), "{said}");
    assert!(!repository.root().join(JOBS).exists());
}

#[test]
fn the_jobs_name_the_judge_on_the_repositorys_own_forge() {
    let repository = with("unit: { script: [make] }\n");
    let judge = judge();
    let arguments: Vec<&str> = judge.iter().map(String::as_str).collect();
    repository.init(&arguments);
    let jobs = repository.read(JOBS);
    assert!(jobs.contains("\n  JUDGE_REPOSITORY: https://gitlab.example.com/our/gatefold.git\n"), "{jobs}");
    assert!(jobs.contains(&format!("\n  JUDGE_COMMIT: {}\n", "d".repeat(40))), "{jobs}");
    assert_eq!(repository.read(".gitlab/CODEOWNERS"), "/approvals/ @us\n");
}

#[test]
fn the_jobs_join_a_stage_that_is_there_and_what_they_change_for_others_is_said_once() {
    let repository = with("stages: [build, deploy]\nverify:\n  stage: build\n  script: mvn verify\n");
    let judge = judge();
    let arguments: Vec<&str> = judge.iter().map(String::as_str).collect();
    let said = repository.init(&arguments).stdout;
    assert!(said.contains("jobs in .gitlab-ci.yml that have no `rules` do not run"), "{said}");
    let jobs = repository.read(JOBS);
    assert!(jobs.contains("\n  stage: build\n") && !jobs.contains("stage: test"), "{jobs}");
    let again = repository.init(&arguments).stdout;
    assert!(!again.contains("have no `rules`"), "{again}");
    assert_eq!(repository.plan(&arguments)["steps"], Value::Array(Vec::new()));
}
