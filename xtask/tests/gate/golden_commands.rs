//! The commands of `golden` that need no service: what they print, what they refuse, and how they end.

use std::collections::BTreeMap;

use golden::partial::{Partial, Shard};
use serde_json::Value;

use crate::workspace::{Ran, Workspace};

const FILES: [(&str, &str); 10] = [
    ("Cargo.toml", "[workspace]\nmembers = [\"services/home\"]\nresolver = \"3\"\n"),
    ("services/home/Cargo.toml", "[package]\nname = \"home\"\nversion = \"0.1.0\"\nedition = \"2024\"\n"),
    (
        "services/home/src/lib.rs",
        "//! Ranks.\n\n/// Orders ids by score, the best first.\npub fn ranked(mut scored: Vec<(f64, String)>, limit: usize) \
         -> Vec<String> {\n    scored.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(&b.1)));\n    \
         scored.truncate(limit);\n    scored.into_iter().map(|(_, id)| id).collect()\n}\n",
    ),
    (
        "gatefold.yaml",
        "golden: { corpora: { home: { rpc: r.v1.Home/Rank, items: items, id: id, score: score } } }\n",
    ),
    ("new.run", "q1 Q0 a 1 0.9 new\nq1 Q0 b 2 0.5 new\nq2 Q0 c 1 0.7 new\n"),
    ("old.run", "q1 Q0 b 1 0.9 old\nq1 Q0 a 2 0.5 old\nq2 Q0 c 1 0.7 old\nq3 Q0 x 1 1 old\n"),
    ("other.run", "q9 Q0 a 1 0.9 new\n"),
    ("wrong.run", "q1 Q0 a 1 0.9 new\nq1 Q0 b second 0.5 new\n"),
    ("judged.qrels", "q1 0 a 1\nq2 0 c 0\n"),
    ("wrong.qrels", "q1 0 a 1\nq2 0 c\n"),
];

/// A workspace with one service and one corpus, of which nothing is recorded yet.
fn workspace() -> Workspace {
    let workspace = Workspace::empty("repository");
    for (path, text) in FILES {
        workspace.write(path, text);
    }
    workspace.make_repository();
    workspace.commit("base");
    workspace
}

/// The command, its arguments divided by white space, ends with this status and says this on whichever stream.
#[track_caller]
fn check(workspace: &Workspace, arguments: &str, status: i32, says: &[&str]) -> Ran {
    let arguments: Vec<&str> = std::iter::once("golden").chain(arguments.split_whitespace()).collect();
    let ran = workspace.run(&arguments);
    assert_eq!(ran.status, status, "{arguments:?}: {ran}");
    let said = format!("{}{}", ran.stdout, ran.stderr);
    says.iter().for_each(|says| assert!(said.contains(says), "{arguments:?}: {says}: {ran}"));
    assert!(!ran.stderr.contains("panicked"), "{ran}");
    assert!(status < 2 || ran.stdout.is_empty(), "what failed prints no answer: {ran}");
    ran
}

#[test]
fn two_runs_are_measured_as_a_table_and_as_json() {
    let it = workspace();
    let both = "measure --run new.run --against old.run --qrels judged.qrels --k 2";
    check(
        &it,
        both,
        0,
        &[
            "2 topics in both runs",
            "1 only in the second run: q3",
            "average_overlap@2",
            "ndcg@2/lin/judged-ideal",
        ],
    );
    let json = check(&it, &format!("{both} --format json --per-query"), 0, &[]).stdout;
    let measured: Value = serde_json::from_str(&json).expect("it is JSON");
    assert_eq!(measured["schema"], "gatefold.measures/1");
    assert_eq!(measured["topics"]["only_in_against"], serde_json::json!(["q3"]));
    let of = |list: &str, name: &str| {
        let all = measured[list].as_array().expect("a list");
        all.iter().find(|one| one["measure"] == name).unwrap_or_else(|| panic!("{name}: {json}")).clone()
    };
    assert_eq!(of("agreement", "average_overlap@2")["mean"], 0.75);
    assert_eq!(of("agreement", "average_overlap@2")["least"], 0.5);
    assert_eq!(of("quality", "ap")["run"], 1.0);
    assert_eq!(of("quality", "ap")["against"], 0.5);
    assert_eq!(measured["per_query"].as_array().map(Vec::len), Some(2));
}

#[test]
fn what_cannot_be_measured_is_told_with_file_and_line() {
    let it = workspace();
    for (arguments, status, says) in [
        ("--run new.run --against wrong.run", 3, "wrong.run:2: a rank is a whole number, and not `second`"),
        ("--run new.run --against old.run --qrels wrong.qrels", 3, "wrong.qrels:2: a line has 4 columns"),
        ("--run new.run --against other.run", 3, "the two runs have no topic in common"),
        ("--run new.run --against none.run", 3, "failed to read `none.run`"),
        ("--run new.run --against services", 3, "failed to read `services`: it is a folder"),
        ("--pairs new.run", 3, "new.run:1: "),
        ("--run new.run", 2, "--against"),
        ("", 2, "takes `--run` and `--against`, or `--pairs`"),
        ("--run new.run --against old.run --k 0", 2, "a depth is at least 1"),
        ("--run new.run --against old.run --measures beauty", 2, "beauty"),
    ] {
        check(&it, &format!("measure {arguments}"), status, &[says]);
    }
}

#[test]
fn noise_that_cannot_be_measured_is_never_quiet() {
    let it = workspace();
    for (arguments, status, says) in [
        ("--runs few", 2, "invalid value 'few'"),
        ("--runs 4", 2, "4 is not in 5.."),
        ("--corpus queue", 2, "the policy names no corpus `queue`"),
        ("", 3, "services/home/golden/requests.jsonl"),
    ] {
        check(&it, &format!("noise {arguments}"), status, &[says]);
    }
    it.write("gatefold.yaml", "levels: {}\n");
    check(&it, "noise", 2, &["the policy names no corpora under `golden`"]);
}

#[test]
fn a_shard_that_is_not_asked_leaves_no_partial() {
    let it = workspace();
    for (arguments, status, says) in [
        ("--shard 2/2 --partial part.json", 2, "a shard is written K/N"),
        ("--shard 0/2", 2, "--partial <FILE>"),
        ("--corpus queue --partial part.json", 2, "the policy names no corpus `queue`"),
        ("--partial part.json", 3, "services/home/golden/requests.jsonl"),
    ] {
        check(&it, &format!("replay {arguments}"), status, &[says]);
        assert!(!it.root().join("part.json").exists(), "{arguments}");
    }
    it.write("gatefold.yaml", "levels: {}\n");
    check(&it, "replay --base none --partial part.json", 2, &["the policy names no corpora under `golden`"]);
}

/// The partial report of a shard of two that holds no corpus, made from this commit.
fn shard(index: u32, head: &str) -> String {
    let partial = Partial {
        tool: "0.1.0".to_owned(),
        head: head.to_owned(),
        policy: findings::digest(b""),
        observe: false,
        shard: Shard::new(index, 2).expect("there is such a shard"),
        corpora: BTreeMap::new(),
    };
    partial.to_text()
}

#[test]
fn partials_that_are_not_one_whole_are_3() {
    let it = workspace();
    for (path, text) in [("0.json", shard(0, "a")), ("1.json", shard(1, "a")), ("b.json", shard(1, "b"))] {
        it.write(path, text);
    }
    it.write("cut.json", &shard(1, "a")[..100]);
    for (arguments, status, says) in [
        ("", 2, "<FILE>"),
        ("services", 3, "failed to read `services`: it is not a regular file"),
        ("0.json cut.json", 3, "failed to read `cut.json`: it does not parse"),
        ("0.json", 3, "1/2"),
        ("0.json 0.json 1.json", 3, "0/2"),
        ("0.json b.json", 3, "b.json"),
    ] {
        check(&it, &format!("merge {arguments}"), status, &[says]);
    }
}

#[test]
fn mutants_are_listed_and_none_is_tried() {
    let it = workspace();
    let listed =
        check(&it, "mutate --list", 0, &["tie-break-dropped", "order-flipped", "stages-swapped"]).stdout;
    assert!(listed.lines().all(|line| line.contains("services/home/src/lib.rs, ranked: ")), "{listed}");
    let (id, _) = listed.split_once(' ').expect("a line begins with an id");
    let one = check(&it, &format!("mutate --list --only {id}"), 0, &[]).stdout;
    assert_eq!(one.lines().count(), 1, "{one}");
    for (arguments, says) in [
        ("--list --only beauty", "`home` has no such mutant"),
        ("--list --service queue", "no corpus of the policy belongs to `queue`"),
        ("--minimum 101", "101 is not in 0..=100"),
    ] {
        check(&it, &format!("mutate {arguments}"), 2, &[says]);
    }
    it.write("gatefold.yaml", "levels: {}\n");
    check(&it, "mutate --list", 2, &["the policy names no corpora under `golden`"]);
}
