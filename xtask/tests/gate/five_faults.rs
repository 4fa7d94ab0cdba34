//! Five faults, one a guard: each is found on its line, by its guard, alone and with the others.

use golden::Entry;
use serde_json::{Value, json};

use crate::workspace::{RANKINGS, Workspace};

/// A fault as an agent would make it.
struct Fault {
    /// `guard rule file`.
    found: &'static str,
    /// The line on which it is found, as it reads at head, or its beginning.
    line: &'static str,
    plant: fn(&Workspace),
}

const CONTEXT: &str = "services/now-playing/src/stages/context_hydrator.rs";
const PROTO: &str = "protos/ranking/v1/now_playing.proto";

const FAULTS: [Fault; 5] = [
    Fault {
        found: "arch layer-broken crates/features/Cargo.toml",
        line: "models.workspace = true",
        plant: |it| {
            it.replace("crates/features/Cargo.toml", "postcard.", "models.workspace = true\npostcard.");
        },
    },
    Fault {
        found: "integrity assertion-weakened crates/stages/src/top_k.rs",
        line: "        assert!(sizes(3, 10).0 <= 10);",
        plant: |it| {
            let strict = "assert_eq!(sizes(3, 10), (3, 7));";
            it.replace("crates/stages/src/top_k.rs", strict, "assert!(sizes(3, 10).0 <= 10);");
        },
    },
    Fault {
        found: "contracts field-renumbered protos/ranking/v1/now_playing.proto",
        line: "  uint32 limit = 15;",
        plant: |it| it.replace(PROTO, "uint32 limit = 5;", "uint32 limit = 15;"),
    },
    Fault {
        found: "golden ranking-changed services/now-playing/golden/rankings.jsonl",
        // Everything in this ranking stands equal, so it is the one that moves most.
        line: r#"{"id":"casual/015""#,
        plant: |it| {
            let file = "crates/pipeline/src/scored.rs";
            it.replace(file, "self.candidate.cmp(&other.candidate)", "other.candidate.cmp(&self.candidate)");
            it.rerecord(|recording| recording.entries.iter_mut().for_each(turn_ties));
        },
    },
    Fault {
        found: "lints blocking-in-async services/now-playing/src/stages/context_hydrator.rs",
        line: "        std::thread::sleep(",
        plant: |it| {
            let before = "let mut keys = vec![Key::viewer";
            it.replace(CONTEXT, before, &format!("std::thread::sleep(within / 8);\n        {before}"));
        },
    },
];

/// Equal scores in the opposite order.
fn turn_ties(entry: &mut Entry) {
    let items = &mut entry.ranking.items;
    let mut start = 0;
    while start < items.len() {
        let score = items[start].score;
        let tied = items[start..].iter().take_while(|item| item.score == score).count();
        items[start..start + tied].reverse();
        start += tied;
    }
}

/// A branch with these faults, as one commit.
fn planted<'f>(workspace: Workspace, faults: impl IntoIterator<Item = &'f Fault>) -> Workspace {
    faults.into_iter().for_each(|fault| (fault.plant)(&workspace));
    workspace.commit("one change");
    workspace
}

/// Each fault's finding as the gate tells it, sorted by file.
fn expected<'f>(workspace: &Workspace, faults: impl IntoIterator<Item = &'f Fault>) -> Vec<String> {
    let place = |fault: &Fault| {
        let file = fault.found.rsplit(' ').next().expect("a file");
        let text = workspace.read(file);
        let base = workspace.git_in(workspace.root(), &["show", &format!("main:./{file}")]);
        let is_it = |line: &str| line.starts_with(fault.line) && !base.lines().any(|old| old == line);
        let line = text.lines().position(is_it).expect("the planted line") + 1;
        format!("{}:{line}", fault.found)
    };
    faults.into_iter().map(place).collect()
}

fn check<'f>(faults: impl IntoIterator<Item = &'f Fault> + Copy) {
    let workspace = planted(Workspace::new(), faults);
    let verdict = workspace.gate();
    assert_eq!(verdict.blocking(), expected(&workspace, faults), "{}", verdict.ran);
    assert_eq!(verdict.ran.status, 1);
}

#[test]
fn together_they_are_five_findings() {
    check(&FAULTS);
}

#[test]
fn alone_each_is_found_by_its_guard_only() {
    for fault in &FAULTS {
        check([fault]);
    }
}

#[test]
fn one_mended_leaves_four() {
    for mended in 0..FAULTS.len() {
        let left: Vec<&Fault> =
            FAULTS.iter().enumerate().filter(|(at, _)| *at != mended).map(|(_, fault)| fault).collect();
        let workspace = planted(Workspace::new(), left.iter().copied());
        assert_eq!(workspace.gate().blocking(), expected(&workspace, left));
    }
}

#[test]
fn all_reverted_nothing_blocks() {
    let workspace = planted(Workspace::new(), &FAULTS);
    workspace.git(&["revert", "--no-edit", "HEAD"]);
    let verdict = workspace.gate();
    assert_eq!((verdict.ran.status, verdict.blocking()), (0, vec![]), "{}", verdict.ran);
}

#[test]
fn without_a_base_the_workspace_is_clean() {
    let workspace = Workspace::new();
    let ran = workspace.run(&["gate", "--base", "none", "--all", "--format", "json"]);
    let report: Value = serde_json::from_str(&ran.stdout).expect("a report");
    assert_eq!(report["findings"], json!([]));
    assert_eq!(ran.status, 0, "{ran}");
}

#[test]
fn the_report_keeps_to_the_published_schema() {
    let schema = concat!(env!("CARGO_MANIFEST_DIR"), "/../engine/findings/schema/report.schema.json");
    let schema: Value =
        serde_json::from_str(&std::fs::read_to_string(schema).expect("the schema")).expect("it is JSON");
    let validator = jsonschema::validator_for(&schema).expect("it is a schema");
    let workspace = planted(Workspace::new(), &FAULTS);
    for arguments in [&["--no-times"][..], &["--all"], &["--base", "none"]] {
        let ran = workspace.run(&[&["gate", "--format", "json"], arguments].concat());
        let report = serde_json::from_str(&ran.stdout).expect("it is JSON");
        let faults: Vec<String> = validator.iter_errors(&report).map(|error| error.to_string()).collect();
        assert_eq!(faults, [""; 0], "{arguments:?}");
    }
}

#[test]
fn github_shows_each_in_its_file_from_the_repositorys_root() {
    let workspace = planted(Workspace::in_folder("repository", "templates/ranker"), &FAULTS);
    let ran = workspace.run(&["gate", "--format", "github"]);
    assert_eq!(ran.status, 1, "{ran}");
    let errors: Vec<&str> = ran.stdout.lines().filter(|line| line.starts_with("::error ")).collect();
    assert_eq!(errors.len(), FAULTS.len(), "{ran}");
    for (line, found) in errors.iter().zip(expected(&workspace, &FAULTS)) {
        let (file, number) =
            found.rsplit(' ').next().and_then(|place| place.rsplit_once(':')).expect("a place");
        let wanted = format!("::error file=templates/ranker/{file},line={number},");
        assert!(line.starts_with(&wanted), "{line}\n{wanted}");
    }
}

#[test]
fn the_agent_is_sent_back_with_all_of_them() {
    let workspace = planted(Workspace::new(), &FAULTS);
    let event = json!({
        "hook_event_name": "Stop",
        "session_id": "s",
        "cwd": workspace.root(),
        "stop_hook_active": false,
    });
    let ran = workspace.run_with(&["hook", "claude-code"], event.to_string().as_bytes());
    let answer: Value = serde_json::from_str(&ran.stdout).expect("an answer");
    assert_eq!((ran.status, &answer["decision"]), (0, &json!("block")), "{ran}");
    let reason = answer["reason"].as_str().expect("a reason");
    assert!(reason.starts_with("gatefold: 5 errors"), "{reason}");
    for place in expected(&workspace, &FAULTS) {
        let (_, place) = place.rsplit_once(' ').expect("a place");
        assert!(reason.contains(place), "{place}: {reason}");
    }
    assert!(reason.contains(RANKINGS), "{reason}");
}
