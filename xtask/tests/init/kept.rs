//! What people have in their files stays: when Gatefold is put in, when it is brought up to date, when it is taken out.

use std::fs;

use serde_json::Value;

use crate::repository::Repository;

const CRATE: (&str, &str) =
    ("Cargo.toml", "[package]\nname = \"small\"\nversion = \"0.1.0\"\nedition = \"2024\"\n");
const LIBRARY: (&str, &str) = ("src/lib.rs", "//! Small.\n");
const SETTINGS: &str = ".claude/settings.json";

/// Settings with somebody's hooks, in their own style.
const THEIRS: &str = "{\r\n\t\"model\": \"opus\",\r\n\t\"hooks\": {\r\n\t\t\"Stop\": [ { \"hooks\": [ { \"type\": \"command\", \
                      \"command\": \"./theirs.sh\" } ] } ]\r\n\t},\r\n\t\"permissions\": { \"deny\": [\"Edit(/secret)\"] }\r\n}";

fn small() -> Repository {
    Repository::with(&[CRATE, LIBRARY])
}

fn settings(repository: &Repository) -> Value {
    serde_json::from_str(&repository.read(SETTINGS)).expect("JSON")
}

/// How often a command stands among the hooks of an event.
fn count(repository: &Repository, event: &str, command: &str) -> usize {
    settings(repository)["hooks"][event].to_string().matches(command).count()
}

#[test]
fn somebodys_settings_keep_their_order_their_style_and_their_hooks() {
    let repository = small();
    repository.write(SETTINGS, THEIRS);
    repository.write("CODEOWNERS", "* @all");
    repository.commit("theirs");
    let before = repository.contents();
    repository.init(&["--apply", "--owner", "@us"]);
    let text = repository.read(SETTINGS);
    assert!(
        text.starts_with("{\r\n\t\"model\": \"opus\",\r\n\t\"hooks\": {\r\n\t\t\"Stop\": [ { \"hooks\""),
        "{text}"
    );
    assert!(text.ends_with('}') && text.matches('\n').count() == text.matches("\r\n").count(), "{text}");
    assert_eq!(
        (count(&repository, "Stop", "theirs.sh"), count(&repository, "Stop", "gatefold-hook")),
        (1, 1)
    );
    assert_eq!(settings(&repository)["env"]["INSTA_UPDATE"], "no");
    assert_eq!(settings(&repository)["permissions"]["deny"][0], "Edit(/secret)");
    assert_eq!(repository.read("CODEOWNERS"), "* @all\n/approvals/ @us\n");
    assert!(repository.read("gatefold.yaml").contains("approvals: owners"));
    repository.init(&["--remove", "--apply"]);
    assert_eq!(repository.contents(), before);
}

#[test]
fn folders_that_stood_empty_before_stand_empty_again() {
    for folder in [".github", ".github/workflows", ".claude"] {
        let repository = small();
        fs::create_dir_all(repository.root().join(folder)).expect("folders");
        let before = repository.contents();
        let judge = format!("our/gatefold@{}", "c".repeat(40));
        let arguments = ["--apply", "--forge", "github", "--owner", "@us", "--judge", &judge];
        repository.init(&arguments);
        // What is put in later, too, is taken out of what was there at first.
        repository.init(&[&arguments[..], &["--xtask"]].concat());
        repository.commit("Put Gatefold in");
        repository.init(&["--remove", "--apply"]);
        assert_eq!(repository.contents(), before, "{folder}");
    }
}

#[test]
fn what_was_written_since_stays_when_ours_is_taken_out() {
    let repository = small();
    repository.write(SETTINGS, THEIRS);
    repository.write("CODEOWNERS", "* @all\n");
    repository.commit("theirs");
    repository.init(&["--apply", "--owner", "@us"]);
    // Another tool adds a hook beside ours and writes the whole file anew; people add lines.
    let mut value = settings(&repository);
    let theirs = serde_json::json!({"type": "command", "command": "./later.sh"});
    value["hooks"]["Stop"][1]["hooks"].as_array_mut().expect("handlers").push(theirs);
    repository.write(SETTINGS, serde_json::to_string_pretty(&value).expect("JSON"));
    repository.write("CODEOWNERS", "* @all\n/approvals/ @us\n/docs/ @writers\n");
    repository.write("gatefold.yaml", repository.read("gatefold.yaml").replace("mode: observe\n", ""));
    let removed = repository.init(&["--remove", "--apply"]).stdout;
    assert!(!repository.read(SETTINGS).contains("gatefold"), "{}", repository.read(SETTINGS));
    assert_eq!((count(&repository, "Stop", "theirs.sh"), count(&repository, "Stop", "later.sh")), (1, 1));
    assert_eq!(settings(&repository)["permissions"]["deny"], serde_json::json!(["Edit(/secret)"]));
    assert_eq!(settings(&repository).get("env"), None);
    assert_eq!(repository.read("CODEOWNERS"), "* @all\n/docs/ @writers\n");
    assert!(repository.root().join("gatefold.yaml").exists());
    for said in [
        "`.claude/settings.json` was changed since: ours is taken out, the rest stays",
        "`CODEOWNERS` was changed since: ours is taken out, the rest stays",
        "`gatefold.yaml` was changed since it was put in, and is left",
    ] {
        assert!(removed.contains(said), "{said}: {removed}");
    }
    assert!(
        !repository.root().join(".gatefold").exists()
            && !repository.root().join(".claude/gatefold-hook").exists()
    );
}

#[test]
fn an_older_installation_is_brought_up_to_date_and_still_comes_out_to_the_byte() {
    let repository = small();
    repository.write(SETTINGS, THEIRS);
    repository.commit("theirs");
    let before = repository.contents();
    repository.init(&["--apply"]);
    let now = repository.contents();
    // What an older version would have left, ledger and all: another launcher, another time out, a hook too many.
    let old = repository.read(SETTINGS).replacen("\"timeout\": 10", "\"timeout\": 3", 1);
    let text = repository.read(".gatefold/installed.json");
    let mut ledger: Value = serde_json::from_str(&text).expect("JSON");
    let piece = ledger["files"][SETTINGS]["pieces"].as_array_mut().expect("pieces");
    for piece in piece {
        let put_in = piece["put_in"].as_str().expect("text").replacen("\"timeout\": 10", "\"timeout\": 3", 1);
        if put_in.contains("\"timeout\": 3,") || put_in.contains("\"timeout\": 3\r") {
            piece["put_in"] = Value::from(put_in);
            break;
        }
    }
    ledger["files"][SETTINGS]["digest"] = Value::from(findings::digest(old.as_bytes()));
    ledger["files"][".claude/gatefold-hook"]["digest"] = Value::from(findings::digest(b"#!/bin/sh\n"));
    repository.write(SETTINGS, &old);
    repository.write(".claude/gatefold-hook", "#!/bin/sh\n");
    repository.write(".gatefold/installed.json", serde_json::to_string_pretty(&ledger).expect("JSON") + "\n");
    repository.init(&["--apply"]);
    assert_eq!(repository.contents(), now);
    repository.init(&["--remove", "--apply"]);
    assert_eq!(repository.contents(), before);
}

#[test]
fn settings_that_do_not_parse_are_never_replaced() {
    let check = |text: &str, place: &str, says: &str| {
        let repository = small();
        repository.write(SETTINGS, text);
        let before = repository.contents();
        let ran = repository.run(&["init", "--apply"]);
        assert_eq!((ran.status, ran.stdout.as_str()), (2, ""), "{ran:?}");
        assert!(
            ran.stderr.contains(&format!("`{SETTINGS}:{place}`")) && ran.stderr.contains(says),
            "{}",
            ran.stderr
        );
        assert_eq!(repository.contents(), before);
    };
    check("{\n  \"hooks\": {\n", "3:1", "no JSON");
    check("{\n  // theirs\n}\n", "2:3", "take comments out");
    check("{\"hooks\": [1]}", "1:11", "`hooks` is no object");
    check("\u{feff}[]", "1:1", "no object");
}

#[test]
fn what_is_there_already_is_kept_and_said() {
    let repository = small();
    repository.write("gatefold.yaml", "# ours\n");
    repository.write(".claude/gatefold-hook", "#!/bin/sh\n# ours\n");
    repository.commit("theirs");
    let before = repository.contents();
    let said = repository.init(&["--apply"]).stdout;
    for path in ["gatefold.yaml", ".claude/gatefold-hook"] {
        assert!(said.contains(&format!("`{path}` is there already and is kept as it is")), "{said}");
        assert!(repository.read(path).contains("ours"));
    }
    repository.init(&["--remove", "--apply"]);
    assert_eq!(repository.contents(), before);
}

#[test]
fn what_is_changed_is_kept_where_no_commit_sees_it() {
    let repository = small();
    repository.write(SETTINGS, THEIRS);
    let said = repository.init(&["--apply"]).stdout;
    let copy = repository.root().join(".git/gatefold/backup/0001").join(SETTINGS);
    assert_eq!(fs::read_to_string(&copy).expect("a copy"), THEIRS, "{said}");
    assert!(said.contains("gatefold/backup/0001"), "{said}");
    assert!(!repository.git(&["status", "--porcelain"]).contains("backup"));
}

#[test]
fn a_crate_for_cargo_xtask_is_written_where_it_is_asked_for() {
    let workspace = "# ours\n[workspace]\nmembers = [\"*\"]\nexclude = [\"target\"]\nresolver = \"3\"\n";
    let inner = "[package]\nname = \"one\"\nversion = \"0.1.0\"\nedition = \"2024\"\n";
    let files = [("Cargo.toml", workspace), ("one/Cargo.toml", inner), ("one/src/lib.rs", "//! One.\n")];
    let repository = Repository::with(&files);
    repository.write(".cargo/config.toml", "# ours\n[alias]\nb = \"build\" # short\n");
    repository.commit("theirs");
    let before = repository.contents();
    let refused = repository.run(&["init", "--xtask"]);
    assert!(refused.status == 2 && refused.stderr.contains("needs `--judge"), "{refused:?}");
    let commit = "b".repeat(40);
    let arguments = ["--apply", "--xtask", "--judge", &format!("our/gatefold@{commit}")];
    let next = repository.init(&arguments).stdout;
    let build = next.find("cargo xtask --version").expect("it is built first");
    assert!(next.find("git add --all").is_some_and(|commit| build < commit), "{next}");
    assert!(next.contains("cargo xtask gate") && next.contains("cargo xtask hook install"), "{next}");
    assert!(repository.read("xtask/Cargo.toml").contains(&format!("rev = \"{commit}\"")));
    assert!(
        repository
            .read(".cargo/config.toml")
            .starts_with("# ours\n[alias]\nb = \"build\" # short\nxtask = \"run ")
    );
    assert!(repository.read("Cargo.toml").contains("exclude = [\"target\", \"xtask\"]\nresolver"));
    let lock = include_str!("../../../Cargo.lock");
    assert_eq!(repository.read("xtask/Cargo.lock"), lock, "the versions that this binary was tested with");
    repository.write("xtask/Cargo.lock", "# As cargo left it.\n");
    let plan = repository.plan(&arguments);
    assert_eq!(plan["steps"], Value::Array(Vec::new()));
    assert!(!plan.to_string().contains("Cargo.lock"), "{plan}");
    repository.write("xtask/Cargo.lock", lock);
    repository.init(&["--remove", "--apply"]);
    assert_eq!(repository.contents(), before);
}
