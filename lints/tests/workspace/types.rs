//! Types that other files say: of fields, of what functions and methods give back, of constants.

use super::check;

const LIB: (&str, &str) = ("src/lib.rs", "mod model;\nmod scorer;\n");

const MODEL: (&str, &str) = (
    "src/model.rs",
    "use std::collections::{BTreeMap, HashMap};
pub struct Seen { pub by_track: HashMap<u64, f32>, pub in_order: BTreeMap<u64, f32>, inner: Inner }
struct Inner { deep: std::sync::Arc<HashMap<u64, f32>> }
pub fn weights() -> HashMap<u64, f32> { load() }
pub fn ordered() -> BTreeMap<u64, f32> { load() }
impl Seen {
    pub fn load() -> Result<Self, Error> { load() }
    pub fn all(&self) -> &HashMap<u64, f32> { &self.by_track }
}
pub trait Store { fn tracks(&self) -> HashMap<u64, f32>; }
pub static ALL: std::sync::LazyLock<HashMap<u64, f32>> = std::sync::LazyLock::new(load);
",
);

/// Whether a loop over an expression in a scorer of another file is found to be in the order of a hash map.
#[track_caller]
fn over(expr: &str, before: &str, is_found: bool) {
    let text = format!(
        "use crate::model::{{self, *}};\npub fn score(seen: &Seen, store: &dyn Store) -> Vec<Candidate> {{\n{before}\nlet mut out = Vec::new();\nfor (id, score) in {expr} {{\nout.push(Candidate {{ id, score }});\n}}\nout\n}}\n"
    );
    let expected: &[_] = if is_found { &[("unordered-iteration", "src/scorer.rs", 5)] } else { &[] };
    check(&[LIB, MODEL, ("src/scorer.rs", &text)], expected);
}

#[test]
fn a_field_has_the_type_that_its_struct_says_in_another_file() {
    over("&seen.by_track", "", true);
    over("seen.by_track.iter()", "", true);
    over("by_track", "let Seen { by_track, .. } = seen;", true);
    over("seen.inner.deep.iter()", "", true);
    over("&seen.in_order", "", false);
    over("&seen.missing", "", false);
}

#[test]
fn a_function_gives_back_what_it_says_in_another_file() {
    over("weights()", "", true);
    over("model::weights()", "", true);
    over("all", "let all = crate::model::weights();", true);
    over("ordered()", "", false);
    over("weights()", "let weights = || own();", false);
    over("weights()", "fn weights() -> BTreeMap<u64, f32> { own() }", false);
}

#[test]
fn a_method_and_a_constant_are_of_the_type_that_another_file_says() {
    over("seen.all()", "", true);
    over("seen.all()", "let seen = Seen::load()?;", true);
    over("all", "let all = Seen::all(seen);", true);
    over("store.tracks()", "", true);
    over("ALL.iter()", "", true);
    over("model::ALL.iter()", "", true);
}

#[test]
fn a_map_of_a_crate_that_keeps_an_order_is_none_without_one() {
    over("all", "let all: hashbrown::HashMap<u64, f32> = load();", true);
    over("all", "let all: HashMap<u64, f32> = load();", true);
    over("all", "let all: indexed::HashMap<u64, f32> = load();", false);
}

#[test]
fn a_score_of_another_file_is_known_to_be_a_float() {
    let model = ("src/model.rs", "pub struct Track { pub score: f32, pub rank: Rank }\n");
    let sorts = |by: &str| {
        format!(
            "use crate::model::Track;\npub fn order(tracks: &mut [Track]) {{\n    tracks.sort_by(|a, b| a.{by}.partial_cmp(&b.{by}).unwrap());\n}}\n"
        )
    };
    let level = |text: &str| {
        let files = [LIB, model, ("src/scorer.rs", text)];
        super::findings(&files)
            .into_iter()
            .find(|finding| finding.rule.id == "partial-order-sort")
            .map(|finding| (finding.level, finding.fix.is_some()))
    };
    assert_eq!(level(&sorts("score")), Some((findings::Level::Error, true)));
    assert_eq!(level(&sorts("rank")), Some((findings::Level::Error, false)));
}

#[test]
fn a_literal_float_keeps_its_comparison() {
    // Of `1.0` alone nobody knows which float it is, so that `1.0.total_cmp(..)` is no Rust.
    let text = "pub fn order(scores: &mut [f32]) {
    scores.sort_by(|a, b| 1.0.partial_cmp(&2.0).unwrap());
}
";
    let files = [("src/lib.rs", "mod scorer;\n"), ("src/scorer.rs", text)];
    let found = super::findings(&files);
    assert!(found.iter().any(|finding| finding.rule.id == "partial-order-sort"));
    assert!(found.iter().all(|finding| finding.fix.is_none()));
}

#[test]
fn what_a_function_of_another_file_sets_on_an_endpoint_is_not_known() {
    const MANIFEST: &str =
        "[package]\nname = \"ranker\"\nversion = \"0.1.0\"\n[dependencies]\ntonic = \"0.14\"\n";
    let lib = ("src/lib.rs", "mod endpoints;\nmod client;\n");
    let endpoints = (
        "src/endpoints.rs",
        "use tonic::transport::Endpoint;
pub fn features() -> Endpoint { Endpoint::from_static(HOST).timeout(LIMIT).connect_timeout(LIMIT) }
",
    );
    let is_found = |endpoint: &str| {
        let client = format!(
            "use crate::endpoints::features;\nuse tonic::transport::Endpoint;\npub fn connect() -> Channel {{\n    {endpoint}.connect_lazy()\n}}\n"
        );
        let found = super::findings_under(MANIFEST, &[lib, endpoints, ("src/client.rs", &client)]);
        found.iter().any(|finding| finding.rule.id == "grpc-channel-without-timeout")
    };
    assert!(is_found("Endpoint::from_static(HOST)"));
    assert!(!is_found("features()"));
}
