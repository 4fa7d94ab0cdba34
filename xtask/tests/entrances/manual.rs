//! Completions and pages, as the binary writes them.

use std::process::{Command, Stdio};

use serde_json::Value;

use crate::workspace::Workspace;

/// Whether a program is there; where it is not, what needs it is not looked at, and that is said.
#[expect(clippy::print_stderr, reason = "a test that could not look must say so")]
fn is_installed(program: &str) -> bool {
    let there =
        Command::new(program).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok();
    if !there {
        eprintln!("`{program}` is not installed, so its script was only looked at as text");
    }
    there
}

#[test]
fn every_shell_gets_a_script_that_knows_the_commands() {
    let workspace = Workspace::empty("empty");
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let ran = workspace.run(&["completions", shell]);
        assert_eq!(ran.status, 0, "{ran}");
        for word in ["gatefold", "doctor", "no-times"] {
            assert!(ran.stdout.contains(word), "{shell} without {word}");
        }
        let file = workspace.outside().join(shell);
        std::fs::write(&file, &ran.stdout).expect("a file");
        if ["bash", "zsh", "fish"].contains(&shell) && is_installed(shell) {
            let checked = Command::new(shell).arg("-n").arg(&file).status().expect("it was there");
            assert!(checked.success(), "{shell} does not take its script");
        }
    }
    assert_eq!(workspace.run(&["completions", "tcsh"]).status, 2);
}

#[test]
fn bash_completes_commands_and_options() {
    if !is_installed("bash") {
        return;
    }
    let workspace = Workspace::empty("empty");
    let script = workspace.outside().join("gatefold.bash");
    std::fs::write(&script, workspace.run(&["completions", "bash"]).stdout).expect("a file");
    let check = |words: &[&str], expect: &str| {
        let line = format!(
            "source '{}'; COMP_WORDS=({}); COMP_CWORD={}; _gatefold gatefold '{}' '{}'; echo \"${{COMPREPLY[@]}}\"",
            script.display(),
            words.join(" "),
            words.len() - 1,
            words[words.len() - 1],
            words[words.len() - 2],
        );
        let output = Command::new("bash").args(["-c", &line]).output().expect("bash runs");
        let reply = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        assert_eq!(reply, expect, "{words:?}: {}", String::from_utf8_lossy(&output.stderr));
    };
    check(&["gatefold", "doc"], "docs doctor");
    check(&["gatefold", "gate", "--no-t"], "--no-times");
    check(&["gatefold", "gate", "--format", "gi"], "github gitlab");
}

#[test]
fn the_rules_are_told_to_programs_in_the_published_form() {
    let workspace = Workspace::empty("empty");
    let ran = workspace.run(&["rules", "--format", "json"]);
    assert_eq!(ran.status, 0, "{ran}");
    let document: Value = serde_json::from_str(&ran.stdout).expect("JSON");
    let schema: Value =
        serde_json::from_str(include_str!("../../schema/rules.schema.json")).expect("the schema is JSON");
    jsonschema::draft202012::meta::validate(&schema).expect("the schema is a schema");
    let validator = jsonschema::validator_for(&schema).expect("the schema is complete");
    let errors: Vec<String> = validator.iter_errors(&document).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{errors:?}");
    for pointer in ["/schema", "/rules/0/id", "/rules/0/level", "/rules/0/unapprovable"] {
        let mut altered = document.clone();
        *altered.pointer_mut(pointer).expect("it is there") = Value::from(7);
        assert!(!validator.is_valid(&altered), "{pointer} was let through");
    }

    let lines = workspace.run(&["rules"]).stdout;
    let rules = document["rules"].as_array().expect("rules");
    assert_eq!(rules.len(), lines.lines().count());
    for (rule, line) in rules.iter().zip(lines.lines()) {
        let words = ["guard", "id", "level", "group"].map(|key| rule[key].as_str().expect("a word"));
        assert_eq!(line.split_whitespace().take(4).collect::<Vec<_>>(), words);
        assert!(line.ends_with(rule["summary"].as_str().expect("a summary")), "{line}");
    }
    let unapprovable = rules.iter().filter(|rule| rule["unapprovable"].is_string()).count();
    assert!(unapprovable > 0 && unapprovable < rules.len(), "{unapprovable} of {}", rules.len());
}

#[test]
fn what_is_missing_or_no_rule_is_told_with_what_there_is() {
    let workspace = Workspace::empty("empty");
    let ran = workspace.run(&["completions"]);
    assert!(ran.status == 2 && ran.stderr.contains("bash|elvish|fish|powershell|zsh"), "{ran}");
    let ran = workspace.run(&["explain", "layers.foyer"]);
    assert!(ran.status == 2 && ran.stderr.contains("it names an entry of gatefold.yaml"), "{ran}");
}

#[test]
fn a_rule_is_explained_with_when_an_exception_of_it_counts() {
    let check = |policy: &str, rule: &str, says: Option<&str>| {
        let workspace = Workspace::empty("empty");
        workspace.write("gatefold.yaml", policy);
        let ran = workspace.run(&["explain", rule]);
        let told = ran.stdout.lines().last().filter(|last| last.starts_with("A new exception in the code"));
        let is_so = match says {
            Some(says) => told.is_some_and(|told| told.contains(says)),
            None => told.is_none(),
        };
        assert!(ran.status == 0 && is_so, "{rule}: {ran}");
    };
    let once = Some(
        "`gatefold: allow(blocking-in-async): REASON` in a comment, counts only once a person has approved it",
    );
    check("", "blocking-in-async", once);
    check("levels: { blocking-in-async: warning }\n", "blocking-in-async", Some("counts at once"));
    check("self_exceptable: [blocking-in-async]\n", "blocking-in-async", Some("counts at once"));
    check("", "test-deleted", None);
}

#[test]
fn the_manual_page_names_every_command_and_each_has_a_page() {
    let workspace = Workspace::empty("empty");
    let page = workspace.run(&["man"]);
    assert_eq!(page.status, 0, "{page}");
    assert!(page.stdout.contains(".TH gatefold 1") && page.stdout.contains("gatefold\\-doctor(1)"), "{page}");
    let folder = workspace.outside().join("man1");
    let ran = workspace.run(&["man", "--dir", folder.to_str().expect("UTF-8")]);
    assert_eq!((ran.status, ran.stdout.as_str()), (0, ""), "{ran}");
    for page in ["gatefold.1", "gatefold-gate.1", "gatefold-new-service.1", "gatefold-stats.1"] {
        let text =
            std::fs::read_to_string(folder.join(page)).unwrap_or_else(|error| panic!("{page}: {error}"));
        assert!(text.contains(".SH"), "{page}");
    }
    std::fs::write(workspace.outside().join("file"), "").expect("a file");
    let blocked = workspace.outside().join("file/man1");
    assert_eq!(workspace.run(&["man", "--dir", blocked.to_str().expect("UTF-8")]).status, 3);
}
