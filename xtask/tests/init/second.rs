//! A second workspace of one repository: judged in CI beside the first, and taken out in either order.

use serde_json::Value;

use crate::repository::{Repository, found};

const HOOKS: &str = ".claude/settings.json";

/// Two workspaces on a forge.
fn two(forge: &str) -> Repository {
    let manifest =
        |name: &str| format!("[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n");
    let (first, second) = (manifest("first"), manifest("second"));
    let repository = Repository::with(&[
        ("first/Cargo.toml", &first),
        ("first/src/lib.rs", "//! First.\n"),
        ("second/Cargo.toml", &second),
        ("second/src/lib.rs", "//! Second.\n"),
    ]);
    repository.git(&["remote", "add", "origin", &format!("git@{forge}.example.com:our/ranker.git")]);
    repository
}

/// `init` with CI and an owner in one of the workspaces.
fn arguments(folder: &str) -> Vec<String> {
    let judge = format!("our/gatefold@{}", "e".repeat(40));
    [folder, "--owner", "@us", "--judge", &judge].map(str::to_owned).to_vec()
}

fn put_in(repository: &Repository, folder: &str) {
    let arguments = arguments(folder);
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).chain(["--apply"]).collect();
    repository.init(&arguments);
}

/// Whether a workspace has everything that is put in.
#[track_caller]
fn assert_whole(repository: &Repository, folder: &str) {
    let arguments = arguments(folder);
    let plan = repository.plan(&arguments.iter().map(String::as_str).collect::<Vec<_>>());
    assert_eq!(plan["steps"], Value::Array(Vec::new()), "{folder}: {plan:#}");
    let ran = repository.run(&["doctor", "--root", folder, "--format", "json"]);
    let document: Value =
        serde_json::from_str(&ran.stdout).unwrap_or_else(|error| panic!("{error}: {ran:?}"));
    let of_ci: Vec<&Value> = document["entries"]
        .as_array()
        .expect("entries")
        .iter()
        .filter(|entry| entry["area"] == "ci")
        .collect();
    assert!(!of_ci.is_empty() && of_ci.iter().all(|entry| entry["state"] == "well"), "{folder}: {of_ci:#?}");
}

/// The files of CI, with what each says.
fn wiring(repository: &Repository) -> Vec<(String, String)> {
    let files = repository.contents().into_iter();
    let files = files
        .map(|(path, (text, _))| (path.display().to_string(), String::from_utf8_lossy(&text).into_owned()));
    files.filter(|(path, _)| path.ends_with(".yml")).collect()
}

/// What the platform's schema says against its files.
fn faults(repository: &Repository, forge: &str) -> Vec<String> {
    let (schema, folder) = match forge {
        "github" => (include_str!("../wiring/schemas/github-workflows.json"), ".github/"),
        _ => (include_str!("../wiring/schemas/gitlab-ci.json"), ".gitlab"),
    };
    let schema: Value = serde_json::from_str(schema).expect("JSON");
    let validator = jsonschema::validator_for(&schema).expect("it is a schema");
    let files = wiring(repository).into_iter().filter(|(path, _)| path.starts_with(folder));
    let told = files.flat_map(|(path, text)| {
        let file: Value = policy::yaml(&path, &text).unwrap_or_else(|error| panic!("{path}: {error}"));
        validator.iter_errors(&file).map(|error| format!("{path}: {error}")).collect::<Vec<_>>()
    });
    told.collect()
}

#[test]
fn both_are_judged_in_ci_and_the_first_is_judged_as_before() {
    for (forge, first, second, own) in [
        (
            "github",
            ".github/workflows/gatefold.yml",
            ".github/workflows/gatefold-second.yml",
            "  gatefold-second:\n",
        ),
        ("gitlab", ".gitlab/gatefold.yml", ".gitlab/gatefold-second.yml", "\ngatefold-second-static:\n"),
    ] {
        let repository = two(forge);
        put_in(&repository, "first");
        let ran = repository.run(&["doctor", "--root", "second"]).stdout;
        assert!(ran.contains("it asks the gate about `first`, and not about `second`"), "{ran}");
        assert!(ran.contains("/second' --apply --judge OWNER/NAME@COMMIT"), "{ran}");
        // The first one blocks, so that nothing passes only because it observes.
        repository.write(
            "first/gatefold.yaml",
            repository.read("first/gatefold.yaml").replace("\nmode: observe\n", "\n"),
        );
        repository.commit("first");
        let judging = repository.read(first);
        repository.git(&["switch", "--quiet", "--create", "adoption"]);
        put_in(&repository, "second");
        assert_whole(&repository, "first");
        assert_whole(&repository, "second");
        let applied = repository.contents();
        put_in(&repository, "second");
        assert_eq!(repository.contents(), applied, "{forge}: a second time nothing changes");
        assert_eq!(repository.read(first), judging, "{forge}");
        assert_eq!(faults(&repository, forge), Vec::<String>::new());
        let text = repository.read(second);
        assert!(text.contains(" GATED: second\n") && text.contains(own), "{text}");
        // Of jobs that share one pipeline, none is called like another, and what the first is told stays its own.
        assert!(
            forge == "github" || !text.contains("\nvariables:") && !text.contains("\ngatefold-static:"),
            "{text}"
        );
        repository.commit("second");
        for folder in ["first", "second"] {
            let (status, report) = repository.gate(&["--root", folder, "--bootstrap"]);
            assert_eq!(
                (status, &report["verdict"]),
                (0, &Value::from("pass")),
                "{forge}, {folder}: {report:#}"
            );
            assert_eq!(found(&report, "integrity"), Vec::<String>::new(), "{forge}, {folder}");
        }
        // From then on each wiring is held, by whichever of the two is asked.
        repository.git(&["branch", "--force", "main"]);
        repository.write(second, text.replace("GATED: second", "GATED: first"));
        for folder in ["first", "second"] {
            let (_, report) = repository.gate(&["--root", folder]);
            let told = found(&report, "integrity").join("\n");
            assert!(
                told.contains("is told another `GATED`: `first` in place of `second`"),
                "{forge}: {told}"
            );
        }
    }
}

#[test]
fn either_goes_first_and_the_last_leaves_every_byte_as_it_was() {
    for (forge, order) in [
        ("github", ["first", "second"]),
        ("github", ["second", "first"]),
        ("gitlab", ["first", "second"]),
        ("gitlab", ["second", "first"]),
    ] {
        let repository = two(forge);
        repository.write(HOOKS, "{ \"model\": \"opus\" }");
        repository.write(".gitlab-ci.yml", "unit: { script: [make] }\n");
        if forge == "github" {
            repository.git(&["rm", "--quiet", "--force", "--ignore-unmatch", ".gitlab-ci.yml"]);
            let _ = std::fs::remove_file(repository.root().join(".gitlab-ci.yml"));
        }
        repository.commit("theirs");
        let before = repository.contents();
        put_in(&repository, "first");
        put_in(&repository, "second");
        let both = wiring(&repository);
        let said = repository.init(&[order[0], "--remove", "--apply"]).stdout;
        let other =
            format!("`{HOOKS}` is kept: `{}/gatefold.yaml` has a policy that needs it, too", order[1]);
        assert!(said.contains(&other), "{said}");
        assert_whole(&repository, order[1]);
        assert!(repository.read(HOOKS).contains("gatefold-hook"));
        assert!(repository.root().join(".claude/gatefold-hook").is_file());
        // Nothing judges the folder that is out, and nothing that judges the other was touched.
        let left = wiring(&repository);
        let judges = |text: &str, folder: &str| text.contains(&format!(" GATED: {folder}\n"));
        assert!(!left.iter().any(|(_, text)| judges(text, order[0])), "{left:#?}");
        assert!(
            both.iter().filter(|(_, text)| judges(text, order[1])).all(|file| left.contains(file)),
            "{left:#?}"
        );
        repository.init(&[order[1], "--remove", "--apply"]);
        assert_eq!(repository.contents(), before, "{forge}: {order:?}");
    }
}

#[test]
fn what_nobody_had_before_goes_with_the_last_and_what_was_written_between_stays() {
    // Neither settings nor CODEOWNERS nor a file of CI were there.
    let repository = two("gitlab");
    let before = repository.contents();
    put_in(&repository, "first");
    put_in(&repository, "second");
    repository.init(&["first", "--remove", "--apply"]);
    assert_eq!(repository.read(".gitlab-ci.yml"), "include:\n  - local: .gitlab/gatefold-second.yml\n");
    repository.init(&["second", "--remove", "--apply"]);
    assert_eq!(repository.contents(), before);

    put_in(&repository, "first");
    let theirs = "/docs/ @writers\n";
    repository.write(".gitlab/CODEOWNERS", repository.read(".gitlab/CODEOWNERS") + theirs);
    let mut hooks: Value = serde_json::from_str(&repository.read(HOOKS)).expect("JSON");
    hooks["model"] = Value::from("opus");
    repository.write(HOOKS, serde_json::to_string_pretty(&hooks).expect("JSON"));
    put_in(&repository, "second");
    repository.init(&["second", "--remove", "--apply"]);
    repository.init(&["first", "--remove", "--apply"]);
    assert_eq!(repository.read(".gitlab/CODEOWNERS"), theirs);
    let left: Value = serde_json::from_str(&repository.read(HOOKS)).expect("JSON");
    assert_eq!(left, serde_json::json!({"model": "opus"}));
}

#[test]
fn a_name_that_is_taken_is_not_taken_again() {
    let repository = two("github");
    put_in(&repository, "first");
    // Somebody's own wiring of the second one, under another name, is what judges it.
    let workflows = ".github/workflows";
    let theirs =
        repository.read(&format!("{workflows}/gatefold.yml")).replace("GATED: first", "GATED: second");
    repository.write(&format!("{workflows}/ours.yaml"), &theirs);
    put_in(&repository, "second");
    assert_eq!(repository.read(&format!("{workflows}/ours.yaml")), theirs);
    assert!(!repository.root().join(workflows).join("gatefold-second.yml").exists());
    // A folder whose name reads like that of another.
    for folder in ["libs-a", "libs/a"] {
        let manifest = repository.read("second/Cargo.toml").replace("second", "libs-a");
        repository.write(&format!("{folder}/Cargo.toml"), manifest);
        repository.write(&format!("{folder}/src/lib.rs"), "//! A.\n");
        put_in(&repository, folder);
    }
    let gated = |name: &str| repository.read(&format!("{workflows}/{name}.yml"));
    assert!(gated("gatefold-libs-a").contains(" GATED: libs-a\n"));
    let other = gated("gatefold-libs-a-2");
    assert!(other.contains(" GATED: libs/a\n") && other.contains("\n  gatefold-libs-a-2:\n"), "{other}");
}
