//! Revisions that are judged without being checked out, and what landed over a range.

use std::path::Path;

use golden::{Entry, Item, Ranking, Recording};
use serde_json::Value;

use crate::history::History;

const MANIFEST: &str = "[package]\nname = \"small\"\nversion = \"0.1.0\"\nedition = \"2024\"\n";
const POLICY: &str =
    "golden: { corpora: { home: { rpc: home.v1.Home/Rank, items: items, id: id, score: score } } }\n";
const RANKINGS: &str = "services/home/golden/rankings.jsonl";

fn recording(orders: [[&str; 2]; 2]) -> String {
    let entry = |(index, order): (usize, &[&str; 2])| {
        let items = order.iter().zip([2.0, 1.0]).map(|(id, score)| Item::new(*id, score)).collect();
        Entry {
            id: format!("r{index}"),
            segment: "all".to_owned(),
            ranking: Ranking::of(items),
            noise: None,
            line: index as u32 + 2,
        }
    };
    let entries = orders.iter().enumerate().map(entry).collect();
    let (service, rpc) = ("home".to_owned(), "home.v1.Home/Rank".to_owned());
    Recording { service, rpc, requests: "00".repeat(16), entries, ..Recording::default() }.to_text()
}

fn approval(emergency: bool) -> String {
    let more = if emergency { "until: 2026-09-22\nemergency: true\n" } else { "" };
    format!(
        "gatefold-approval: 1\nfindings:\n  - rule: ranking-changed\n    fingerprint: \"00\"\n    base: \"\"\n    head: \"\"\n    \
         message: moved\nreason: the model `v2` ranks\nby: Ben\ndate: 2026-09-22\n{more}"
    )
}

/// What the list says of itself as JSON keeps to its published form.
#[track_caller]
fn check_form(list: &Value) {
    let schema: Value =
        serde_json::from_str(include_str!("../../schema/range.schema.json")).expect("the schema is JSON");
    jsonschema::draft202012::meta::validate(&schema).expect("the schema is a schema");
    let validator = jsonschema::validator_for(&schema).expect("the schema is complete");
    let errors: Vec<String> = validator.iter_errors(list).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{errors:?}\n{list:#}");
    for (pointer, value) in [
        ("/schema", Value::from("gatefold.range/2")),
        ("/base/commit", Value::from("main")),
        ("/cut", Value::Null),
        ("/landed/0/time", Value::from("yesterday")),
        ("/landed/0/files", Value::from(-1)),
    ] {
        let mut altered = list.clone();
        *altered.pointer_mut(pointer).unwrap_or_else(|| panic!("{pointer} is there")) = value;
        assert!(!validator.is_valid(&altered), "{pointer} was let through");
    }
}

/// A history with a merge that moves rankings under an approval, a squash by an agent, and an emergency.
fn eventful() -> (History, String) {
    let history = History::new();
    let before = recording([["a", "b"], ["a", "b"]]);
    let base = history.change(
        &[("Cargo.toml", MANIFEST), ("gatefold.yaml", POLICY), ("src/lib.rs", ""), (RANKINGS, &before)],
        "base",
    );
    history.git(&["switch", "--quiet", "--create", "work"]);
    history.change(&[("src/lib.rs", "fn one() {}\n")], "one\n\nCo-authored-by: Claude <noreply@example.org>");
    let after = recording([["b", "a"], ["a", "b"]]);
    history.change(&[(RANKINGS, &after), ("approvals/rankings.yaml", &approval(false))], "two");
    history.git(&["switch", "--quiet", "main"]);
    history.git(&["merge", "--quiet", "--no-ff", "--message", "Merge work", "work"]);
    history.change(
        &[("src/lib.rs", "fn two() {}\n")],
        "Squashed (#7)\n\nCo-authored-by: Codex <bot@example.org>\n",
    );
    history.change(&[("approvals/now.yaml", &approval(true))], "Let it pass");
    (history, base)
}

#[test]
fn a_range_lists_merges_approvals_and_ranking_moves_newest_first() {
    let (history, base) = eventful();
    let run = history.review(&["--base", &base, "--list", "--format", "json"]);
    assert_eq!(run.status, 0, "{run:?}");
    let list: Value = serde_json::from_str(&run.stdout).expect("JSON");
    assert_eq!((&list["schema"], &list["cut"]), (&"gatefold.range/1".into(), &false.into()));
    check_form(&list);
    assert_eq!(list["base"]["commit"], base.as_str());
    let landed = list["landed"].as_array().expect("a list");
    let subjects: Vec<&str> = landed.iter().filter_map(|landed| landed["subject"].as_str()).collect();
    assert_eq!(subjects, ["Let it pass", "Squashed (#7)", "Merge work"]);
    let merge = &landed[2];
    assert_eq!((&merge["merge"], &merge["brings"]), (&true.into(), &2.into()));
    assert_eq!(merge["co_authors"], serde_json::json!(["Claude"]));
    let moved = serde_json::json!([{
        "corpus": "home", "file": RANKINGS, "moved": 1, "added": 0, "removed": 0, "requests": 2,
        "approvals": ["approvals/rankings.yaml"], "unread": null
    }]);
    assert_eq!(merge["rankings"], moved);
    assert_eq!(merge["approvals"][0]["reason"], "the model `v2` ranks");
    assert_eq!(landed[1]["co_authors"], serde_json::json!(["Codex"]));
    let emergency = &landed[0]["approvals"][0];
    assert_eq!((&emergency["emergency"], &emergency["until"]), (&true.into(), &"2026-09-22".into()));
    assert_eq!(history.review(&["--base", &base, "--list", "--format", "json"]).stdout, run.stdout);
}

#[test]
fn where_no_rankings_are_recorded_nobody_says_that_none_moved() {
    let history = History::new();
    let base = history.change(&[("Cargo.toml", MANIFEST), ("src/lib.rs", "")], "base");
    history.change(&[("src/lib.rs", "fn one() {}\n")], "one");
    let printed = history.review(&["--base", &base, "--list"]).stdout;
    assert!(printed.contains("1 change landed, no rankings are recorded, with 0 approvals"), "{printed}");
}

#[test]
fn the_list_is_written_for_people_as_markdown_and_as_a_page() {
    let (history, base) = eventful();
    let printed = history.review(&["--base", &base, "--list"]).stdout;
    let plain = printed.replace('\\', "");
    for words in [
        "3 changes landed, 1 of them with other rankings, with 2 approvals",
        "rankings of `home`: 1 of 2 requests moved, approved in `approvals/rankings.yaml`",
        "emergency approval `approvals/now.yaml` added: `ranking-changed` by Ben, not signed",
        "\"Merge work\" by Ann, merging 2 commits, with Claude",
    ] {
        assert!(plain.contains(words), "`{words}`: {plain}");
    }
    let page = history.sandbox.path("list.html");
    let run = history.review(&["--base", &base, "--list", "--html", page.to_str().expect("UTF-8")]);
    assert_eq!(run.status, 0, "{run:?}");
    let page = std::fs::read_to_string(page).expect("a page");
    crate::page::check_well_formed(&page);
    assert!(page.contains("1 of 2 requests moved") && page.contains("&quot;Squashed (#7)&quot;"), "{page}");
    crate::screen::check(&page, "list", |_, _| {});
    assert!(!page.contains("emergency\""), "its last day is over: {page}");

    // An emergency lasts three days at most, so that its days are those of the clock.
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("a clock");
    let today = policy::Today::at(i64::try_from(now.as_secs()).expect("a date"));
    let lasting = approval(true)
        .replace("\ndate: 2026-09-22", &format!("\ndate: {}", today.date()))
        .replace("\nuntil: 2026-09-22", &format!("\nuntil: {}", today.emergency_until()));
    history.change(&[("approvals/now.yaml", &lasting)], "Still");
    let empty = history.sandbox.path("empty.html");
    let list = |base: &str, page: &std::path::Path| {
        history.review(&["--base", base, "--list", "--html", page.to_str().expect("UTF-8")]);
        std::fs::read_to_string(page).expect("a page")
    };
    let lasting = list(&base, &empty);
    assert_eq!(lasting.matches("<li class=\"told emergency\">").count(), 1, "{lasting}");
    assert!(lasting.contains(&format!("<li>base <code>{}</code></li>", &base[..12])), "told once: {lasting}");
    let nothing = list("HEAD", &empty);
    crate::page::check_well_formed(&nothing);
    assert!(
        nothing.contains("0 changes landed") && nothing.contains("nothing landed behind the base"),
        "{nothing}"
    );
}

/// A model with its declared features, experiments, alerts and a dashboard, as a policy names them.
const WATCHED: &str = "golden: { models: [\"models/*.onnx\"] }
contracts:
  experiments: { files: [services/home/experiments.yaml] }
  operations: { rules: [\"ops/*.rules.yaml\"], dashboards: [\"ops/*.json\"] }
";

#[test]
fn models_experiments_alerts_and_the_policy_are_told_by_the_landing_that_changed_them() {
    let history = History::new();
    let base = history.change(
        &[
            ("Cargo.toml", MANIFEST),
            ("gatefold.yaml", WATCHED),
            ("src/lib.rs", ""),
            ("models/home.onnx", "one"),
            ("services/home/experiments.yaml", "a: 1\n"),
        ],
        "base",
    );
    history.change(&[("models/home.onnx", "two"), ("models/night.onnx", "new")], "Retrain");
    history
        .change(&[("services/home/experiments.yaml", "a: 2\n"), ("src/lib.rs", "fn one() {}\n")], "Ramp up");
    std::fs::remove_file(history.folder().join("models/night.onnx")).expect("it is there");
    history.change(&[("ops/home.rules.yaml", "groups: []\n"), ("ops/home.json", "{}\n")], "Watch it");
    // A policy that is no longer one names nothing, and what the base's names is still told.
    history.change(&[("gatefold.yaml", "golden: [\n"), ("src/lib.rs", "fn two() {}\n")], "Break the policy");

    let printed = history.review(&["--base", &base, "--list"]);
    assert_eq!(printed.status, 0, "{printed:?}");
    let plain = printed.stdout.replace('\\', "");
    let landings: Vec<&str> = plain.split("\n- ").skip(1).collect();
    let expected: [(&str, &[&str]); 4] = [
        ("Break the policy", &["policy `gatefold.yaml` edited"]),
        (
            "Watch it",
            &[
                "model `models/night.onnx` removed",
                "dashboard `ops/home.json` added",
                "alert rules `ops/home.rules.yaml` added",
            ],
        ),
        ("Ramp up", &["experiments `services/home/experiments.yaml` edited"]),
        ("Retrain", &["model `models/home.onnx` edited", "model `models/night.onnx` added"]),
    ];
    assert_eq!(landings.len(), expected.len(), "{plain}");
    for (landing, (subject, lines)) in landings.iter().zip(expected) {
        assert!(landing.contains(&format!("\"{subject}\"")), "newest first: {plain}");
        let told: Vec<&str> =
            landing.lines().skip(1).map(|line| line.trim_start_matches([' ', '-'])).collect();
        assert_eq!(told, lines, "{subject}: {plain}");
    }
    let json = history.review(&["--base", &base, "--list", "--format", "json"]);
    let list: Value = serde_json::from_str(&json.stdout).expect("JSON");
    check_form(&list);
    let retrain = serde_json::json!([
        { "kind": "model", "file": "models/home.onnx", "what": "edited" },
        { "kind": "model", "file": "models/night.onnx", "what": "added" },
    ]);
    assert_eq!(list["landed"][3]["other"], retrain);
}

#[test]
fn a_revision_is_judged_without_touching_the_working_tree() {
    let history = History::new();
    let base = history.change(
        &[("Cargo.toml", MANIFEST), ("gatefold.yaml", "{}\n"), ("src/lib.rs", "pub fn one() {}\n")],
        "base",
    );
    history.change(&[("src/lib.rs", "pub fn two() {}\n")], "Squashed (#7)");
    let marker = history.sandbox.path("ran");
    let run_it = format!("touch {} && cat", marker.display());
    history.git(&["config", "filter.f.smudge", &run_it]);
    history.git(&["config", "filter.f.clean", &run_it]);
    history.git(&["config", "core.fsmonitor", &run_it]);
    history.change(&[(".gitattributes", "*.rs filter=f\n")], "filtered");
    std::fs::remove_file(&marker).ok();
    let head = history.change(
        &[("src/lib.rs", "pub async fn w() { std::thread::sleep(std::time::Duration::ZERO) }\n")],
        "slow",
    );
    std::fs::remove_file(&marker).ok();
    history.git(&["-c", "core.fsmonitor=", "switch", "--quiet", "--detach", &base]);
    std::fs::remove_file(&marker).ok();
    history.write(&[("src/lib.rs", "this is no Rust"), ("gatefold.yaml", "no_such_key: 1\n")]);
    let files = |folder: &Path| {
        let mut names: Vec<_> =
            std::fs::read_dir(folder).expect("a folder").flatten().map(|it| it.path()).collect();
        names.sort();
        names
    };
    let before = files(&history.folder());
    let run = history.review(&["--base", &base, "--head", &head]);
    assert_eq!(run.status, 0, "{run:?}");
    assert!(run.stdout.contains("blocking call") || run.stdout.contains("thread::sleep"), "{}", run.stdout);
    assert!(!run.stdout.contains("no Rust"), "{}", run.stdout);
    assert!(run.stdout.contains("What landed") && run.stdout.contains("Squashed"), "{}", run.stdout);
    assert!(!marker.exists(), "a filter ran");
    assert_eq!(files(&history.folder()), before);
    assert_eq!(history.read("src/lib.rs"), "this is no Rust");
    assert_eq!(history.git(&["-c", "core.fsmonitor=", "rev-parse", "HEAD"]).trim(), base);
}

#[test]
fn what_cannot_be_judged_or_listed_is_told_with_what_to_do() {
    let (history, base) = eventful();
    let check = |arguments: &[&str], words: &str| {
        let run = history.review(arguments);
        assert_eq!(run.status, 2, "{arguments:?}: {run:?}");
        assert!(run.stderr.contains(words), "{arguments:?}: {run:?}");
        assert!(run.stdout.is_empty(), "{run:?}");
    };
    check(&["--head", "no-such"], "`no-such` names no commit here");
    check(&["--head", "HEAD:src"], "`HEAD:src` names no commit here");
    check(&["--base", "no-such", "--head", "HEAD", "--list"], "`no-such` names no commit here");
    check(&["--list"], "give `--base REV`");
    check(&["--list", "--base", "none"], "give `--base REV`");
    check(&["--list", "--base", &base, "--format", "github"], "as markdown, as json");
    check(&["--base", &base, "--head", "HEAD", "--tier", "live"], "the live tier runs the working tree");
}

#[test]
fn of_an_empty_range_it_is_said_that_nothing_differs() {
    let (history, _) = eventful();
    let run = history.review(&["--base", "HEAD", "--head", "HEAD"]);
    assert_eq!(run.status, 0, "{run:?}");
    for said in [
        "### [clear] What was weakened?\nnothing: no file differs",
        "**Integrity, with both versions:** nothing (no file differs from the base)",
    ] {
        assert!(run.stdout.contains(said), "{said}: {}", run.stdout);
    }
    assert!(!run.stdout.contains("`integrity`"), "it looked: {}", run.stdout);
}

#[test]
fn a_revision_without_the_root_is_no_clean_verdict() {
    let history = History::new();
    let base = history.change(&[("README.md", "\n")], "base");
    history.change(&[("inner/gatefold.yaml", "{}\n"), ("inner/src/lib.rs", "")], "inner");
    let run = history.review(&["--root", "inner", "--base", "none", "--head", &base]);
    assert_eq!(run.status, 2, "{run:?}");
    assert!(run.stderr.contains("has no file in `inner`"), "{run:?}");
}

#[test]
fn long_histories_are_listed_up_to_a_bound() {
    let history = History::new();
    let base = history.commit("base");
    let mut stream = format!("reset refs/heads/main\nfrom {base}\n\n");
    for index in 0..10_003 {
        stream.push_str(&format!(
            "commit refs/heads/main\ncommitter Ann <ann@example.org> {} +0000\ndata <<E\nchange {index}\nE\n\
             M 100644 inline a.txt\ndata <<E\n{index}\nE\n\n",
            1_790_000_000 + index
        ));
    }
    let file = history.sandbox.path("stream");
    std::fs::write(&file, stream).expect("a file");
    let input = std::fs::File::open(file).expect("a file");
    let mut import = std::process::Command::new("git");
    import.args(["fast-import", "--quiet"]).current_dir(history.folder()).stdin(input);
    assert!(import.status().expect("git runs").success());
    let run = history.review(&["--base", &base, "--head", "main", "--list"]);
    assert!(run.stdout.contains("10000 changes landed (the newest of more)"), "{}", &run.stdout[..200]);
    assert!(run.stdout.contains("change 10002") && !run.stdout.contains("\"change 9902\""), "newest first");
    assert!(run.stdout.lines().count() < 120, "bounded");
}
