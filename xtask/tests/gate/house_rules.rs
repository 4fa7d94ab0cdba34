//! House rules of the policy: judged, told, explained and excepted like the rules of the catalogue, and as hard to weaken.

use crate::workspace::{Verdict, Workspace, run};

const POLICY: &str = "\
levels: { untied-sort: error }
lints:
  house:
    process-exit:
      level: error
      forbid:
        calls: [\"std::process::exit\", \"std::process::abort\"]
      within: [small]
      tests: judged
      because: a service shuts down in order
      instead: give back an error
      bad:
        - \"fn stop() { std::process::exit(1) }\"
      good:
        - \"fn stop() -> Result<(), Error> { Err(Error) }\"
";

const EXIT: &str = "\n/// Stops.\npub fn stop() {\n    std::process::exit(1)\n}\n";

const FOUND: &str = "lints process-exit src/lib.rs:25";

/// A small crate whose base has the policy.
fn workspace() -> Workspace {
    let it = Workspace::small();
    it.git(&["switch", "--quiet", "main"]);
    it.write("gatefold.yaml", POLICY);
    it.commit("a house rule");
    it.git(&["branch", "--force", "work", "main"]);
    it.git(&["switch", "--quiet", "work"]);
    it
}

fn verdict(it: &Workspace) -> Verdict {
    Verdict::of(run(&mut it.gatefold(&["gate", "--format", "json", "--all"])))
}

#[test]
fn the_rules_of_the_readme_hold_in_any_workspace() {
    let readme = include_str!("../../../README.md");
    let example =
        readme.split("```yaml\n").find(|text| text.starts_with("lints:\n  house:\n")).expect("an example");
    let example = example.split("```").next().expect("its text");
    let workspace = Workspace::small();
    workspace.write("gatefold.yaml", example);
    let ran = workspace.run(&["rules", "test"]);
    assert_eq!(ran.status, 0, "{ran}");
    let ran = workspace.run(&["gate", "--base", "none"]);
    assert_eq!(ran.status, 0, "{ran}");
}

#[test]
fn a_house_rule_is_told_and_explained_like_any_other() {
    let it = workspace();
    it.append("src/lib.rs", EXIT);
    let told = it.run(&["gate"]);
    assert_eq!(told.status, 1, "{told}");
    for part in ["process-exit", "because a service shuts down in order", "give back an error"] {
        assert!(told.stdout.contains(part), "{part}: {told}");
    }
    let sarif = it.run(&["lint", "--format", "sarif"]);
    let sarif: serde_json::Value = serde_json::from_str(&sarif.stdout).expect("SARIF is JSON");
    let rules = sarif["runs"][0]["tool"]["driver"]["rules"].as_array().expect("rules");
    let rule = rules.iter().find(|rule| rule["id"] == "process-exit").expect("the rule");
    assert!(rule.to_string().contains("a service shuts down in order"), "{rule:#}");

    let listed = it.run(&["rules"]);
    assert!(
        listed
            .stdout
            .lines()
            .any(|line| line.contains("process-exit") && line.contains("shuts down in order")),
        "{listed}"
    );
    let listed = it.run(&["rules", "--format", "json"]);
    let listed: serde_json::Value = serde_json::from_str(&listed.stdout).expect("JSON");
    let schema: serde_json::Value =
        serde_json::from_str(include_str!("../../schema/rules.schema.json")).expect("a schema");
    assert!(jsonschema::is_valid(&schema, &listed));
    let is_listed = |rule: &serde_json::Value| rule["id"] == "process-exit" && rule["group"] == "house";
    assert!(listed["rules"].as_array().expect("rules").iter().any(is_listed));
    let explained = it.run(&["explain", "process-exit"]);
    for part in [
        "a service shuts down in order",
        "std::process::exit(1)",
        "Within `small`",
        "Declared in gatefold.yaml",
    ] {
        assert!(explained.stdout.contains(part), "{part}: {explained}");
    }
    assert_eq!(it.run(&["explain", "process-exits"]).status, 2);

    let tested = it.run(&["rules", "test"]);
    assert_eq!(tested.status, 0, "{tested}");
    assert!(tested.stdout.contains("2 examples: 2 hold, 0 fail"), "{tested}");
}

#[test]
fn whoever_weakens_a_house_rule_is_judged_by_it_and_told_so() {
    for (name, from, to) in [
        ("it goes", &POLICY[POLICY.find("lints:").expect("a section")..], ""),
        ("its level", "level: error", "level: note"),
        ("its level by another key", "levels: {", "levels: { process-exit: note,"),
        ("what it forbids", "\"std::process::exit\", \"std::process::abort\"", "\"std::process::abort\""),
        ("where it holds", "within: [small]", "within: [\"small::deep\"]"),
        ("where it does not", "within: [small]", "within: [small]\n      except: [\"src/lib.rs\"]"),
        ("whether tests count", "tests: judged", "tests: free"),
    ] {
        let it = workspace();
        it.append("src/lib.rs", EXIT);
        if name == "where it holds" {
            it.append("src/lib.rs", "\n/// Deep.\npub mod deep {}\n");
        }
        let example = "fn stop() { std::process::exit(1) }";
        it.replace("gatefold.yaml", from, to);
        if name == "what it forbids" {
            it.replace("gatefold.yaml", example, "fn stop() { std::process::abort() }");
        }
        let blocking = verdict(&it).blocking();
        assert!(blocking.iter().any(|found| found == FOUND), "{name}: {blocking:#?}");
        let is_loosened = |found: &String| found.starts_with("integrity policy-loosened gatefold.yaml");
        assert!(blocking.iter().any(is_loosened), "{name}: {blocking:#?}");
    }
}

#[test]
fn a_house_rule_that_comes_or_grows_holds_at_once_and_asks_nobody() {
    for (name, from, to) in [
        (
            "another rule",
            "lints:\n  house:\n",
            "lints:\n  house:\n    later: { forbid: { macros: [todo] }, because: now, bad: ['fn f() { todo!() }'] }\n",
        ),
        ("more calls", "\"std::process::abort\"]", "\"std::process::abort\", \".unwrap\"]"),
        ("another place", "within: [small]", "within: [small, \"src/**\"]"),
        ("everywhere", "within: [small]", "within: [\"**\"]"),
        ("everywhere by default", "      within: [small]\n", ""),
        ("words", "shuts down in order", "shuts down in good order"),
        ("an example", "std::process::exit(1) }", "std::process::exit(2) }"),
    ] {
        let it = workspace();
        it.replace("gatefold.yaml", from, to);
        assert_eq!(verdict(&it).blocking(), [""; 0], "{name}");
    }
    let it = workspace();
    it.replace("gatefold.yaml", "\"std::process::abort\"]", "\"std::process::abort\", \".first\"]");
    it.append("src/lib.rs", "\n/// One.\npub fn one(all: &[u8]) -> Option<&u8> {\n    all.first()\n}\n");
    assert_eq!(verdict(&it).blocking(), [FOUND]);
}

#[test]
fn a_house_rule_follows_a_crate_to_its_new_name() {
    let it = workspace();
    it.replace("Cargo.toml", "name = \"small\"", "name = \"tiny\"");
    it.replace("gatefold.yaml", "within: [small]", "within: [tiny]");
    let is_loosened = |found: &String| found.contains("policy-loosened");
    assert!(!verdict(&it).blocking().iter().any(is_loosened));
    it.append("src/lib.rs", EXIT);
    assert!(verdict(&it).blocking().iter().any(|found| found == FOUND));

    it.replace("gatefold.yaml", "within: [tiny]", "within: [other]");
    assert!(verdict(&it).blocking().iter().any(is_loosened));
}

#[test]
fn exceptions_and_levels_know_a_house_rule_by_its_id() {
    let excepted =
        EXIT.replace("    std", "    // gatefold: allow(process-exit): nothing else is left to do\n    std");
    let it = workspace();
    it.append("src/lib.rs", &excepted);
    assert_eq!(verdict(&it).blocking(), ["lints process-exit src/lib.rs:26"], "it is not in the base");
    it.git(&["switch", "--quiet", "main"]);
    it.commit("the exception");
    it.git(&["branch", "--force", "work", "main"]);
    it.git(&["switch", "--quiet", "work"]);
    it.replace("src/lib.rs", "std::process::exit(1)", "std::process::exit(2)");
    let verdict = verdict(&it);
    assert_eq!(verdict.blocking(), [""; 0]);
    let excepted = verdict.findings("excepted");
    assert_eq!(excepted, [("error".to_owned(), "lints process-exit src/lib.rs:26".to_owned())]);
    let sarif = it.run(&["gate", "--format", "sarif"]);
    assert!(sarif.stdout.contains("nothing else is left to do"), "{sarif}");

    let it = Workspace::small();
    it.write("gatefold.yaml", POLICY.replace("levels: {", "levels: { process-exit: warning,"));
    it.append("src/lib.rs", EXIT);
    let report = Verdict::of(run(&mut it.gatefold(&["gate", "--base", "none", "--format", "json"])));
    assert!(
        report.findings("new").contains(&("warning".to_owned(), FOUND.to_owned())),
        "{:?}",
        report.findings("new")
    );
}

#[test]
fn a_rule_that_misses_its_own_example_does_not_pass() {
    let it = workspace();
    it.replace("gatefold.yaml", "fn stop() { std::process::exit(1) }", "fn stop() { exit(1) }");
    assert_eq!(verdict(&it).blocking(), ["lints blind-house-rule gatefold.yaml:13"]);
    let tested = it.run(&["rules", "test"]);
    assert_eq!(tested.status, 1, "{tested}");
    assert!(
        tested.stdout.contains("FAILS  lints  process-exit  bad[0]   expected a finding, found nothing"),
        "{tested}"
    );
    let json = it.run(&["rules", "test", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&json.stdout).expect("JSON");
    assert_eq!((&json["schema"], &json["failed"]), (&"gatefold.rules-test/1".into(), &1.into()));

    let it = workspace();
    it.replace("gatefold.yaml", "within: [small]", "within: [small, smal]");
    assert_eq!(verdict(&it).blocking(), ["lints blind-house-rule gatefold.yaml:8"]);
    let tested = it.run(&["rules", "test"]);
    assert_eq!(tested.status, 1, "{tested}");
    let told =
        "FAILS  lints  process-exit  within[1]  expected a crate, module or file called `smal`, found none";
    assert!(tested.stdout.contains(told), "{tested}");
    assert!(tested.stdout.contains("2 examples: 2 hold, 0 fail; 1 place is not there"), "{tested}");
}

#[test]
fn a_house_rule_that_makes_no_sense_is_an_invalid_policy() {
    for (from, to, expected) in [
        (
            "      because: a service shuts down in order\n",
            "",
            "gatefold.yaml:4:5: failed to read `lints.house.process-exit`: it has no `because`",
        ),
        (
            "    process-exit:",
            "    untied-sort:",
            "gatefold.yaml:4:5: failed to read `lints.house.untied-sort`: the guard `lints` has a rule of this id",
        ),
        ("within: [small]", "witin: [small]", "`within`"),
        (
            "      level: error\n",
            "      level: fatal\n",
            "failed to read `lints.house.process-exit.level`: unknown variant `fatal`",
        ),
    ] {
        let it = workspace();
        it.replace("gatefold.yaml", from, to);
        for command in [&["gate"][..], &["rules", "test"], &["rules"]] {
            let ran = it.run(command);
            assert_eq!(ran.status, 2, "{to}: {ran}");
            assert!(ran.stderr.contains(expected), "{to}: {ran}");
        }
        assert_eq!(it.run(&["explain", "untied-sort"]).status, 0);
    }
}
