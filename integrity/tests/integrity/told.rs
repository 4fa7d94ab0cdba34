//! What findings say: the message, the help and the note that people and agents read.

use crate::common::run;
use findings::Level;

/// One file on both sides, under one policy, and texts that its only finding has among message, help and notes.
fn check(policy: &str, path: &str, base: &str, head: &str, expected: &[&str]) {
    let findings =
        run(&[("gatefold.yaml", policy), (path, base)], &[("gatefold.yaml", policy), (path, head)]);
    let [finding] = findings.as_slice() else { panic!("{path}: {findings:#?}") };
    let notes = finding.notes.iter().map(|note| note.text.as_str());
    let told: Vec<&str> =
        [finding.message.as_str()].into_iter().chain(finding.help.as_deref()).chain(notes).collect();
    for text in expected {
        assert!(told.iter().any(|told| told.contains(text)), "{text:?} is not told: {told:#?}");
    }
}

fn of_ci(base: &str, head: &str, expected: &[&str]) {
    let workflow = |command: &str| {
        format!(
            "on: [pull_request]\njobs:\n  test:\n    steps:\n      - run: cargo fmt --check\n      - {command}\n"
        )
    };
    check("", ".github/workflows/ci.yml", &workflow(base), &workflow(head), expected);
}

#[test]
fn steps_are_shown_as_they_stand_in_the_workflow() {
    of_ci(
        "run: cargo clippy -- -D warnings",
        "run: cargo clippy || true",
        &[
            "`cargo clippy -- -D warnings` is let pass by `|| true`, and runs without `-Dwarnings`",
            "- - run: cargo clippy -- -D warnings\n+ - run: cargo clippy || true",
        ],
    );
    of_ci(
        "run: cargo test",
        "run: cargo test || true",
        &["- - run: cargo test\n+ - run: cargo test || true"],
    );
    of_ci(
        "run: cargo test",
        "run: cargo test\n        continue-on-error: true",
        &["    - run: cargo test\n+         continue-on-error: true"],
    );
}

#[test]
fn a_condition_is_shown_as_it_stands_in_the_test() {
    let test = |body: &str| {
        format!(
            "#[test]\nfn ranks() {{\n    let ranked = rank();\n    assert_eq!(ranked, [7]);\n    {body}\n}}\n"
        )
    };
    check(
        "",
        "src/lib.rs",
        &test("assert_eq!(top(3), 7);"),
        &test("if top(3, 10).0 == 3 { assert_eq!(top(3), 7); }"),
        &[
            "asserts only where `top(3, 10).0 == 3`",
            "- assert_eq!(top(3), 7)\n+ if top(3, 10).0 == 3 {\n+     assert_eq!(top(3), 7)\n+ }",
        ],
    );
}

#[test]
fn a_merge_that_is_not_finished_is_told_as_such() {
    let merge = |text: &str| format!("{text}\n<<<<<<< HEAD\n{text}\n=======\n{text}\n>>>>>>> topic\n");
    for (path, base) in [
        (".github/workflows/ci.yml", "on: [pull_request]"),
        ("Cargo.toml", "[workspace]"),
        ("src/lib.rs", "fn rank() {}"),
        ("src/query.sql", "select 1"),
    ] {
        check("", path, base, &merge(base), &["it holds conflict markers (line 2); finish the merge"]);
    }
    let key = "a@b ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIB8bzVBrHzBHo6CRHCZvQvb/BNOJh4qDAzg3YBCHCVPx";
    let path = "approvals/allowed_signers";
    let findings = run(&[(path, key.to_owned())], &[(path, merge(key))]);
    assert!(!findings.is_empty());
    for finding in findings {
        let unfinished = "it holds conflict markers (line 2); finish the merge";
        assert!(finding.message.ends_with(unfinished), "{}", finding.message);
    }
}

#[test]
fn a_number_in_another_spelling_is_no_change_and_a_text_is_told() {
    let policy = "integrity:\n  budgets:\n    kept:\n      files: [kept.yaml]\n      keys: { days: any-change-loosens }\n      because: the law says so\n";
    let side = |days: &'static str| [("gatefold.yaml", policy), ("kept.yaml", days)];
    assert!(run(&side("days: 30"), &side("days: 30.0")).is_empty());
    check(
        policy,
        "kept.yaml",
        "days: 30",
        "days: \"30\"",
        &["it is text and was a number, and any change may be looser"],
    );
    check(
        policy,
        "kept.yaml",
        "days: 9007199254740993",
        "days: 9007199254740992.0",
        &["any change may be looser"],
    );
}

#[test]
fn a_package_that_is_not_listed_is_told_what_to_do() {
    check(
        "integrity:\n  dependencies:\n    allowed: [serde]\n",
        "Cargo.toml",
        "[dependencies]\nserde = \"1\"\n",
        "[dependencies]\nserde = \"1\"\ntokoi = \"1\"\n",
        &[
            "is listed under `integrity.dependencies.allowed`",
            "`tokoi` `1` in `dependencies` of `Cargo.toml`",
        ],
    );
}

#[test]
fn an_entry_that_the_policy_lost_is_told_with_its_key() {
    let policy = |globs: &str| [("gatefold.yaml", format!("integrity:\n  expectations: [{globs}]\n"))];
    let findings = run(&policy("protos/**, infra/**"), &policy("protos/**"));
    let told = findings.iter().find(|finding| finding.rule.id == "policy-loosened").expect("a loosening");
    assert_eq!(told.message, "the policy lets more pass: `integrity.expectations[]` lost `infra/**`");
    assert_eq!(told.notes[0].text, "- integrity.expectations[]: infra/**");
}

#[test]
fn scenarios_that_are_gone_are_counted() {
    let path = "services/home/contracts/rank-queue.yaml";
    let scenarios = |names: &str| {
        format!(
            "scenarios:\n{}",
            names.chars().map(|name| format!("  - {{ name: {name}, status: OK }}\n")).collect::<String>()
        )
    };
    let told = |head: &str, count: &str| {
        let expected = format!("expectation `rank-queue.yaml` says something else{count}");
        check("", path, &scenarios("abcd"), head, &[&expected]);
    };
    told(&scenarios("ac"), ": 2 of 4 scenarios are gone");
    told(&scenarios("abce"), ": 1 of 4 scenarios is gone");
    told("scenarios: []\n", ": 4 of 4 scenarios are gone");
}

#[test]
fn a_hook_that_is_gone_beside_another_one_is_told_as_gone() {
    let hook = |command: &str| format!("{{ \"type\": \"command\", \"command\": \"{command}\" }}");
    let settings = |hooks: &[&str]| {
        let hooks = hooks.iter().map(|command| hook(command)).collect::<Vec<_>>().join(", ");
        format!("{{ \"hooks\": {{ \"Stop\": [{{ \"hooks\": [{hooks}] }}] }} }}\n")
    };
    let of_hooks = |base: &[&str], head: &[&str], expected: &str| {
        check("", ".claude/settings.json", &settings(base), &settings(head), &[expected]);
    };
    of_hooks(&["gate", "say done"], &["gate"], "hook `Stop` no longer runs `say done`");
    of_hooks(&["gate", "say done"], &["gate", "say"], "hook `Stop` runs something else than `say done`");
}

#[test]
fn a_test_that_is_ignored_for_a_reason_is_told_once() {
    let test =
        |attribute: &str| format!("{attribute}#[test]\nfn ranks() {{\n    assert_eq!(rank(), [7]);\n}}\n");
    check("", "src/lib.rs", &test(""), &test("#[ignore = \"flaky on the runner\"]\n"), &["ranks"]);
}

#[test]
fn a_folder_in_the_place_of_a_package_blocks_where_that_says_whether_tests_pass() {
    for (package, level) in
        [("proptest", Level::Error), ("pretty_assertions", Level::Error), ("tower", Level::Warning)]
    {
        let base = "[workspace]\nmembers = []\n";
        let head = format!("{base}[patch.crates-io]\n{package} = {{ path = \"vendor/one\" }}\n");
        let vendored = format!("[package]\nname = \"{package}\"\n");
        let findings = run(
            &[("Cargo.toml", base)],
            &[("Cargo.toml", head.as_str()), ("vendor/one/Cargo.toml", vendored.as_str())],
        );
        let patched: Vec<_> =
            findings.iter().filter(|it| it.rule.id == "dependency-redirected").map(|it| it.level).collect();
        assert_eq!(patched, [level], "{package}");
    }
}
