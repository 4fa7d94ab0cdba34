//! Every form for a platform, from one real run in a workspace below the repository's root.

use serde_json::Value;

use crate::workspace::Workspace;

/// A workspace in a folder of the repository, with a finding that blocks.
fn with_a_finding() -> Workspace {
    let workspace = Workspace::small();
    workspace.append(
        "src/lib.rs",
        "\n/// Later.\npub async fn later() {\n    std::thread::sleep(std::time::Duration::from_secs(1));\n}\n",
    );
    workspace.commit("later\n\nCo-authored-by: Claude Code <noreply@example.com>");
    workspace
}

#[test]
fn all_forms_come_from_one_run_and_tell_the_same_finding() {
    let workspace = with_a_finding();
    let outside = workspace.outside();
    let file = |name: &str| outside.join(name).to_str().expect("UTF-8").to_owned();
    let outputs: Vec<String> = ["sarif", "gitlab", "junit", "json"]
        .iter()
        .map(|format| format!("--output={format}={}", file(format)))
        .collect();
    let mut arguments = vec!["gate", "--no-times"];
    arguments.extend(outputs.iter().map(String::as_str));
    let ran = workspace.run(&arguments);
    assert_eq!(ran.status, 1, "{ran}");
    let read =
        |name: &str| std::fs::read_to_string(file(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
    let json = |name: &str| serde_json::from_str::<Value>(&read(name)).expect("JSON");

    let report = json("json");
    let finding = report["findings"].as_array().expect("findings").iter().find(|one| one["level"] == "error");
    let finding = finding.expect("an error");
    let (rule, file, line) = (&finding["rule"], &finding["file"], &finding["line"]);
    assert_eq!(report["change"], serde_json::json!({ "name": null, "agents": ["Claude Code"] }));

    let result = json("sarif")["runs"][0]["results"][0].take();
    let place = &result["locations"][0]["physicalLocation"];
    assert_eq!(
        (&result["ruleId"], &place["artifactLocation"]["uri"], &place["region"]["startLine"]),
        (rule, file, line)
    );
    let entries = json("gitlab");
    let entry = entries.as_array().expect("a list").iter().find(|entry| entry["severity"] == "blocker");
    let entry = entry.expect("a blocker");
    assert_eq!((&entry["check_name"], &entry["location"]["path"]), (rule, file));
    assert_eq!(entry["fingerprint"], finding["fingerprint"]);
    let (rule, file) = (rule.as_str().expect("a rule"), file.as_str().expect("a file"));
    assert!(read("junit").contains(&format!("<testcase name=\"{rule} in {file}\"")), "{}", read("junit"));
}

#[test]
fn what_a_finding_advises_is_typed_as_the_repository_calls_gatefold() {
    let installed = Workspace::small();
    let aliased = Workspace::small();
    aliased.write(".cargo/config.toml", "[alias]\nxtask = \"run --package xtask --\"\n");
    aliased
        .write("xtask/Cargo.toml", "[package]\nname = \"xtask\"\n[dependencies]\ngatefold-xtask = \"0.1\"\n");
    let told = |workspace: &Workspace| -> Vec<(String, String)> {
        workspace.commit("before");
        workspace.git(&["branch", "--force", "main"]);
        // A comment about the alias is the repository's own text, and is quoted as it stands.
        let [was, is] =
            ["assert_eq!(best(&[1, 3, 2]), Some(3));", "assert!(best(&[1]) >= None); // cargo xtask gate"];
        workspace.replace("src/lib.rs", was, is);
        workspace.commit("weaker");
        let formats = ["human", "json", "sarif", "github", "gitlab", "junit", "markdown"];
        let mut told: Vec<(String, String)> = formats
            .iter()
            .map(|format| (format.to_string(), workspace.run(&["gate", "--format", format]).stdout))
            .collect();
        let page = workspace.outside().join("page.html");
        let as_text = page.to_str().expect("UTF-8");
        let ran = workspace.run(&["review", "--html", as_text]);
        assert_eq!(ran.status, 0, "{ran}");
        told.push(("page".to_owned(), std::fs::read_to_string(&page).expect("a page")));
        told.push(("comment".to_owned(), workspace.run(&["review"]).stdout));
        told
    };
    for ((format, installed), (_, aliased)) in told(&installed).into_iter().zip(told(&aliased)) {
        let commands = |text: &str, program: &str| text.matches(&format!("{program} approve")).count();
        assert_eq!(commands(&installed, "cargo xtask"), 0, "{format}: {installed}");
        assert_eq!(commands(&aliased, "gatefold"), 0, "{format}: {aliased}");
        assert_eq!(commands(&installed, "gatefold"), commands(&aliased, "cargo xtask"), "{format}");
        if !["page", "comment"].contains(&format.as_str()) {
            assert!(commands(&installed, "gatefold") > 0, "{format}: {installed}");
        }
        if format == "sarif" {
            assert!(installed.contains("`gatefold explain") && !installed.contains("cargo xtask explain"));
        }
        if format == "json" {
            let fingerprints = |text: &str| -> Vec<Value> {
                let report: Value = serde_json::from_str(text).expect("JSON");
                let all = report["findings"].as_array().expect("findings").iter();
                all.map(|finding| finding["fingerprint"].clone()).collect()
            };
            assert!(!fingerprints(&installed).is_empty());
            assert_eq!(
                fingerprints(&installed),
                fingerprints(&aliased),
                "who calls it is no part of a finding"
            );
        }
    }
}

#[test]
fn one_form_on_standard_output_is_that_and_nothing_else() {
    let workspace = with_a_finding();
    let sarif = workspace.run(&["lint", "--format", "sarif"]);
    assert_eq!(sarif.status, 1, "{sarif}");
    let log: Value = serde_json::from_str(&sarif.stdout).unwrap_or_else(|error| panic!("{error}: {sarif}"));
    assert_eq!(log["runs"][0]["invocations"][0]["exitCode"], 1);
    let junit = workspace.run(&["gate", "--format", "junit"]);
    assert!(junit.stdout.starts_with("<?xml ") && junit.stdout.ends_with("</testsuites>\n"), "{junit}");
}

#[test]
fn a_command_refuses_a_format_that_it_does_not_write() {
    let workspace = with_a_finding();
    let check = |arguments: &[&str], says: &str| {
        let ran = workspace.run(arguments);
        assert!(
            ran.status == 2 && ran.stdout.is_empty() && ran.stderr.contains(says),
            "{arguments:?}: {ran}"
        );
    };
    for format in ["json", "sarif", "github", "gitlab", "junit"] {
        check(&["review", "--format", format], "with `--output FORMAT=FILE`");
    }
    for format in ["sarif", "markdown"] {
        check(&["approve", "--format", format], "told as `human` or `json`");
    }
    check(&["gate", "--output", "foo=x"], "human, json, sarif, github, gitlab, junit, markdown");
    check(&["gate", "--output", "=x"], "human, json, sarif, github, gitlab, junit, markdown");
}

#[test]
fn what_is_open_stands_in_a_file_too() {
    let workspace = with_a_finding();
    let file = workspace.outside().join("report.json");
    let output = format!("json={}", file.display());
    let ran = workspace.run(&["approve", "--output", &output]);
    assert_eq!(ran.status, 1, "{ran}");
    let report: Value = serde_json::from_slice(&std::fs::read(&file).expect("it was written")).expect("JSON");
    assert_eq!(report["verdict"], "fail");
}

#[test]
fn a_brief_under_a_policy_that_observes_says_what_would_block() {
    let check = |mode: &str, says: &str, never: &str| {
        let workspace = Workspace::small();
        workspace.git(&["switch", "--quiet", "main"]);
        workspace.append("gatefold.yaml", mode);
        workspace.commit("the mode");
        workspace.git(&["switch", "--quiet", "--create", "later"]);
        workspace.append("src/lib.rs", "\nfn later() {\n    todo!()\n}\n");
        workspace.commit("later");
        let ran = workspace.run(&["review"]);
        assert!(ran.status == 0 && ran.stdout.contains(says) && !ran.stdout.contains(never), "{ran}");
    };
    check("mode: observe\n", "- would block: ", "- blocks: ");
    check("mode: enforce\n", "- blocks: ", "- would block: ");
}

#[test]
fn a_preset_is_yaml_and_whoever_asks_for_another_form_is_refused() {
    let workspace = Workspace::small();
    let preset = |more: &[&str]| workspace.run(&[&["arch", "--preset", "ranker"], more].concat());
    let plain = preset(&[]);
    assert!(plain.status == 0 && plain.stdout.contains("layers:"), "{plain}");
    assert_eq!(preset(&["--format", "human"]).stdout, plain.stdout);
    for (more, said) in [
        (&["--format", "json"][..], "leave `--format` out"),
        (&["--format", "sarif"], "leave `--format` out"),
        (&["--output", "json=preset.json"], "there is none here"),
    ] {
        let refused = preset(more);
        assert!(refused.status == 2 && refused.stderr.contains(said), "{more:?}: {refused}");
        assert_eq!(refused.stdout, "", "{more:?}");
    }
    let proved = workspace.run(&["arch", "--self-test", "--output", "json=proofs.json"]);
    assert!(proved.status == 2 && proved.stderr.contains("there is none here"), "{proved}");
}
