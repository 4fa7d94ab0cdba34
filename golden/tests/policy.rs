//! The section `golden`: what it reads by default and what it refuses, and where.

use golden::{Policy, Recorded, SECTION, Tolerance};
use policy::{Document, Schema};

const LEAST: &str = "golden: {corpora: {queue: {rpc: r.v1.Queue/Rank, items: items, id: id, score: score}}}";

fn read(text: &str) -> Result<Policy, String> {
    static SECTIONS: &[policy::Section] = &[SECTION, service::SECTION];
    let schema = Schema { sections: SECTIONS };
    let document = Document::parse("gatefold.yaml", text, &schema).map_err(|error| error.to_string())?;
    document.section(SECTION.name).map_err(|error| error.to_string())
}

#[track_caller]
fn check(more: &str, expected: &str) {
    let error = read(&LEAST.replace("score: score", more)).unwrap_err();
    assert!(error.starts_with("gatefold.yaml:1:") && error.contains(expected), "{error}");
}

#[test]
fn a_corpus_has_the_defaults_of_the_study() {
    assert_eq!(read("").unwrap(), Policy::default());
    let corpus = read(LEAST).unwrap().corpora.remove(0);
    assert_eq!((corpus.name.as_str(), corpus.service.as_str()), ("queue", "queue"));
    assert_eq!(corpus.requests(), "services/queue/golden/requests.jsonl");
    assert_eq!(corpus.rankings(), "services/queue/golden/rankings.jsonl");
    assert_eq!(corpus.tolerance, Tolerance { absolute: 1e-5, relative: 1e-5 });
    assert_eq!((corpus.minimum, corpus.deadline_ms, corpus.descending), (60, 2_000, true));
    assert_eq!((corpus.stage.as_str(), corpus.value.as_str()), ("stage", "score"));
    assert_eq!((corpus.model, corpus.degraded, corpus.limit, corpus.parts), (None, None, None, None));
}

#[test]
fn where_rankings_are_recorded_is_known_without_the_rest() {
    let check = |more: &str, recorded: &[&str], elsewhere: &str| {
        let text = LEAST.replace("score: score", more);
        let corpus = read(&text).unwrap().corpora.remove(0);
        assert_eq!(corpus.recordings(), recorded, "{more}");
        // Invariants that nobody could compile make no difference.
        let faulty = LEAST.replace("score: score", &format!("{more}, invariants: ['(']"));
        let places: Recorded = Document::of_file("gatefold.yaml", &faulty)
            .and_then(|document| document.section("golden"))
            .unwrap();
        assert!(recorded.iter().all(|path| places.at(path)) && !places.at(elsewhere), "{more}");
    };
    let of =
        |service: &str| ["jsonl", "snap"].map(|form| format!("services/{service}/golden/rankings.{form}"));
    let [jsonl, snap] = of("queue");
    check("score: score", &[&jsonl, &snap], "services/queue/golden/requests.jsonl");
    let [jsonl, snap] = of("home");
    check("score: score, service: home", &[&jsonl, &snap], "services/queue/golden/rankings.jsonl");
    check(
        "score: score, rankings: a/b.snap",
        &["a/b.snap", "a/b.jsonl"],
        "services/queue/golden/rankings.jsonl",
    );
}

#[test]
fn every_key_is_in_the_schema() {
    let all = "score: score, service: home, requests: a, rankings: b, model: model, degraded: degraded.stage, limit: \
               limit, descending: false, clock: 2026-11-20T12:00:00Z, seed: 7, parts: stages, stage: name, value: points, tolerance: {absolute: 1e-10, relative: 0}, minimum: 3, deadline_ms: 50, wording: {item: track, segments: {cold: new viewers}}";
    let corpus = read(&LEAST.replace("score: score", all)).unwrap().corpora.remove(0);
    assert_eq!((corpus.service.as_str(), corpus.minimum), ("home", 3));
    assert_eq!(corpus.tolerance, Tolerance { absolute: 1e-10, relative: 0.0 });
}

#[test]
fn what_makes_no_sense_is_refused_where_it_stands() {
    check("score: score, rpc2: x", "unknown key");
    check("score: ''", "a field path is names");
    check("score: a..b", "a field path is names");
    check("score: score, model: ''", "a field path is names");
    check("score: score, stage: a.", "a field path is names");
    check("score: 'cel: item.'", "the expression `item.` does not parse");
    check("score: 'cel: response.score'", "response");
    check("score: score, parts: 'cel: now()'", "now");
    check("score: score, model: 'cel: response.model'", "a field path is names");
    check("score: a b", "a field path is names");
    check("score: score, service: ../x", "a name has letters");
    check("score: score, requests: ../x", "a path leads downwards");
    check("score: score, rankings: /etc/x", "a path leads downwards");
    check("score: score, rankings: services/queue/golden/requests.jsonl", "already uses this file");
    check("score: score, tolerance: {absolute: 2}", "from 0 to 1");
    check("score: score, tolerance: {relative: .nan}", "from 0 to 1");
    check("score: score, deadline_ms: 0", "at least a millisecond");
    check("score: score, wording: {item: \"\"}", "words have 1 to 60 characters");
    check("score: score, wording: {segments: {cold: \"a`b\"}}", "words have 1 to 60 characters");
    check("score: score, clock: noon", "`noon` is no time of RFC 3339");
    check("score: score, seed: -1", "expected u64");
    let error = read(&LEAST.replace("r.v1.Queue/Rank", "Rank")).unwrap_err();
    assert!(error.contains("`package.Service/Method`"), "{error}");
}

#[test]
fn a_service_is_told_the_clock_and_the_seed_that_its_corpus_names_and_no_others() {
    let both = |run: &str, more: &str| {
        let corpus = LEAST.replace("score: score", &format!("score: score{more}"));
        read(&format!("services: {{queue: {{run: [{run}]}}}}\n{corpus}"))
    };
    let check = |run: &str, more: &str, expected: &str| {
        let error = both(run, more).unwrap_err();
        assert!(error.starts_with("gatefold.yaml:2:") && error.contains(expected), "{error}");
    };
    let clock = ", clock: 2026-11-20T12:00:00Z";
    assert!(both("bin/x", "").is_ok());
    assert!(both("bin/x, '--clock={clock}'", clock).is_ok());
    assert!(both("env, 'SEED={seed}', bin/x", ", seed: 7").is_ok());
    check("bin/x", clock, "the command that starts `queue` asks for no `{clock}`");
    check("bin/x, '{seed}'", clock, "asks for no `{clock}`");
    check(
        "bin/x, '{clock}'",
        "",
        "the command that starts `queue` asks for `{clock}`, so the corpus names a `clock`",
    );
    check("bin/x, '{seed}'", "", "asks for `{seed}`, so the corpus names a `seed`");
}
