//! The ways round insta: with each of them its verdict lets a changed ranking pass, and with none of them the gate does.

use golden::{Case, Form, InProcess, Item, Ranking, Recording, Requests};

use crate::workspace::{Verdict, Workspace, run};

const REQUESTS: &str = "golden/requests.jsonl";
const SNAPSHOT: &str = "golden/rankings.snap";
const TEST: &str = "tests/rankings.rs";
const CI: &str = ".github/workflows/ci.yml";

const POLICY: &str = "golden:
  corpora:
    small:
      rpc: small.v1.Small/Rank
      requests: golden/requests.jsonl
      rankings: golden/rankings.snap
      items: items
      id: id
      score: score
      limit: limit
      minimum: 1
";

const CODE: &str = "//! Ranks.

/// Weight of freshness.
pub const FRESHNESS: f64 = 0.5;

/// The items, best first.
pub fn rank(limit: usize) -> Vec<(u32, f64)> {
    let mut items: Vec<(u32, f64)> = (0..4).map(|id| (id, FRESHNESS * f64::from(id) - f64::from(id * id))).collect();
    items.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    items.truncate(limit);
    items
}
";

const TESTS: &str = "//! The rankings are the recorded ones.

#[test]
fn the_rankings_are_the_recorded_ones() {
    let corpus = rankings::InProcess::new(\"small\", \"small.v1.Small/Rank\").limit(\"limit\");
    rankings::assert_rankings!(corpus, || |case: &rankings::Case| common::answer(case));
}
";

/// What a test of the service adds.
fn test(body: &str) -> String {
    format!("{TESTS}\n#[test]\nfn the_answer_is_the_same() {{\n{body}\n}}\n")
}

/// The rankings that the code gives with this weight.
fn recorded(freshness: f64) -> Recording {
    let requests = Requests::parse(&requests()).expect("requests");
    let rank = |case: &Case| {
        let mut items: Vec<Item> = (0..4_u32)
            .map(|id| Item::new(format!("t{id}"), freshness * f64::from(id) - f64::from(id * id)))
            .collect();
        items.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.id.cmp(&b.id)));
        items.truncate(case.number("limit").expect("a limit") as usize);
        Ranking::of(items)
    };
    let corpus = InProcess::new("small", "small.v1.Small/Rank").limit("limit");
    corpus.ask(&requests, &Recording::default(), || rank).expect("rankings")
}

fn requests() -> String {
    let line = |id: &str, limit: u32| {
        format!("{{\"id\":\"{id}\",\"segment\":\"home\",\"request\":{{\"limit\":{limit}}}}}\n")
    };
    line("home/1", 2) + &line("home/2", 4)
}

/// A service with a corpus as a snapshot of insta, and a branch on which the weight is another.
fn changed() -> Workspace {
    let workspace = Workspace::small();
    workspace.append("gatefold.yaml", POLICY);
    workspace.write("src/lib.rs", CODE);
    workspace.write(REQUESTS, requests());
    workspace.write(SNAPSHOT, recorded(0.5).write(Form::Snapshot, None));
    workspace.write(TEST, TESTS);
    workspace.commit("a corpus");
    workspace.git(&["branch", "--force", "main", "HEAD"]);
    workspace.replace("src/lib.rs", "FRESHNESS: f64 = 0.5", "FRESHNESS: f64 = 2.5");
    workspace
}

/// Plants a way round, with the snapshot left as it was and with one that insta rewrote, and whatever the surroundings of
/// the gate say.
#[track_caller]
fn check(plant: impl Fn(&Workspace), expected: &[&str]) {
    for rewritten in [false, true] {
        let workspace = changed();
        plant(&workspace);
        if rewritten {
            workspace.write(SNAPSHOT, recorded(2.5).write(Form::Snapshot, None));
        }
        workspace.commit("a change");
        let ranking = format!("golden ranking-changed {SNAPSHOT}");
        let mut expected: Vec<String> = expected.iter().map(|finding| (*finding).to_owned()).collect();
        expected.extend(rewritten.then_some(ranking));
        expected.sort();
        for surroundings in [&[][..], &[("INSTA_UPDATE", "always"), ("INSTA_FORCE_PASS", "1")]] {
            let mut gate = workspace.gatefold(&["gate", "--format", "json", "--no-times"]);
            let verdict = Verdict::of(run(gate.envs(surroundings.iter().copied())));
            let mut found: Vec<String> = verdict.blocking();
            found.iter_mut().for_each(|finding| finding.truncate(finding.rfind(':').expect("a line")));
            found.sort();
            assert_eq!(found, expected, "{}", verdict.ran);
            assert_eq!(verdict.ran.status, i32::from(!expected.is_empty()));
        }
    }
}

#[test]
fn without_a_way_round_only_the_changed_ranking_blocks() {
    check(|_| {}, &[]);
}

#[test]
fn a_variable_that_updates_every_snapshot() {
    let forced = format!("integrity expectation-forced {CI}");
    for setting in ["INSTA_UPDATE=always", "INSTA_UPDATE=force", "INSTA_FORCE_PASS=1"] {
        let command = format!("{setting} cargo test --workspace");
        check(|it| it.replace(CI, "cargo test --workspace", &command), &[&forced]);
    }
    let forced = "integrity expectation-forced ci/test.sh";
    check(|it| it.write("ci/test.sh", "export INSTA_UPDATE=always\ncargo test\n"), &[forced]);
}

#[test]
fn a_variable_that_passes_every_snapshot() {
    let path = ".cargo/config.toml";
    let forced = format!("integrity expectation-forced {path}");
    check(|it| it.write(path, "[env]\nINSTA_FORCE_PASS = \"1\"\n"), &[&forced]);
    check(|it| it.write(path, "[env]\nINSTA_UPDATE = { value = \"always\", force = true }\n"), &[&forced]);
}

#[test]
fn a_configuration_of_insta_that_is_committed() {
    for path in [".config/insta.yaml", "insta.yaml"] {
        let forced = format!("integrity expectation-forced {path}");
        check(|it| it.write(path, "behavior:\n  force_pass: true\n"), &[&forced]);
        check(|it| it.write(path, "behavior:\n  update: always\n"), &[&forced]);
    }
}

#[test]
fn a_comparator_that_takes_everything_for_the_same() {
    let found = format!("golden snapshot-comparator {TEST}");
    for body in [
        "    let mut settings = insta::Settings::clone_current();\n    settings.set_comparator(Box::new(Anything));\n    \
         settings.bind(|| insta::assert_json_snapshot!(small::rank(4)));",
        "    insta::with_settings!({ comparator => Box::new(Anything) }, {\n        \
         insta::assert_json_snapshot!(small::rank(4));\n    });",
    ] {
        check(|it| it.write(TEST, test(body)), &[&found]);
    }
}

#[test]
fn a_redaction_over_the_ranked_list() {
    let found = format!("golden snapshot-redacted {TEST}");
    for body in [
        r#"    insta::assert_json_snapshot!(answer(), { ".items" => "[items]" });"#,
        r#"    insta::assert_json_snapshot!(answer(), { ".items" => insta::sorted_redaction() });"#,
        r#"    insta::assert_json_snapshot!(answer(), { ".items[].score" => insta::rounded_redaction(0) });"#,
        r#"    settings.add_filter(r"\d+", "[n]"); insta::assert_debug_snapshot!(small::rank(4));"#,
    ] {
        check(|it| it.write(TEST, test(body)), &[&found]);
    }
}

#[test]
fn what_insta_left_for_a_review_blocks_until_somebody_looks() {
    let pending = format!("{SNAPSHOT}.new");
    let found = format!("golden snapshot-pending {pending}");
    let workspace = changed();
    workspace.write(&pending, recorded(2.5).write(Form::Snapshot, None));
    workspace.commit("a change");
    let verdict = workspace.gate();
    assert_eq!(verdict.blocking(), [format!("{found}:10")], "{}", verdict.ran);
    workspace.write(&pending, recorded(0.5).write(Form::Snapshot, None));
    assert_eq!(workspace.gate().blocking(), [""; 0], "it says what is recorded");
}
