//! What is planted in models, and in the code that serves them.

use findings::Finding;
use source::{Change, Tree};

use super::Plot;
use crate::path::Path;
use crate::{DigestAt, Error, Model, Policy, Replay, check_static};

pub(super) static PLOT: Plot = Plot { rules: RULES, judge };

static RULES: &[&str] = &[
    "feature-reordered",
    "feature-renamed",
    "feature-missing",
    "feature-extra",
    "feature-lossy-type",
    "feature-missing-value",
    "feature-vocabulary",
    "model-digest-mismatch",
    "model-signature-mismatch",
    "stale-features-lock",
    "missing-features-lock",
    "unverified-features-lock",
    "model-features-changed",
    "feature-out-of-range",
    "stale-replay",
    "replay-shortened",
    "unreadable-features",
    "unreadable-model",
];

const MANIFEST: &str = "[package]\nname = \"planted\"\nversion = \"0.1.0\"\nedition = \"2024\"\n";
/// Two features are swapped, one is called otherwise, one is missing, one too many, and one does not fit.
const CODE: &str = "\
pub struct Row { pub skips: f32, pub plays: i64, pub artist_afinity: f32, pub tempo: f32 }
pub static GENRES: [&str; 2] = [\"pop\", \"jazz\"];
";
const SIGNATURE: &str = "\
file: planted.txt
sha256: planted
inputs: [{ name: row, dtype: float32, shape: [batch, 9] }]
features: [{ name: plays, missing: 0.0 }]
";
const LOCK: &str = "\
features-lock: 1
artefact: ARTEFACT
format: lightgbm
sha256: planted
features: [{ name: FEATURE, dtype: float64 }]
";

const REPLAY: &str = "\
{\"gatefold.replay\": 1, \"sha256\": \"planted\"}
{\"id\": \"planted\", \"request\": {}, \"items\": {\"a\": {\"features\": {\"skips\": 9}}}}
";

fn replay(name: &str) -> Replay {
    Replay {
        file: format!("models/{name}.replay.jsonl"),
        service: "planted".to_owned(),
        rpc: "planted.v1.Planted/Rank".to_owned(),
        items: Path::of_key("items"),
        id: Path::of_key("id"),
        features: None,
        feature: Path::of_key("feature"),
        value: Path::of_key("value"),
        score: Path::of_key("score"),
        tolerance: 0.0,
    }
}

fn judge() -> Result<Vec<Finding>, Error> {
    let artefact = |names: &str, last: usize| {
        format!(
            "tree\nversion=v4\nmax_feature_idx={last}\nfeature_names={names}\nTree=0\nsplit_feature=0\n\
             decision_type=8\nend of trees\n"
        )
    };
    let model = |artefact: &str, code: &[&str]| Model {
        artefact: Some(format!("models/{artefact}")),
        code: code.iter().map(|path| format!("planted::{path}")).collect(),
        ..Model::default()
    };
    let planted = Model {
        signature: Some("models/planted.signature.yaml".to_owned()),
        vocabularies: [("genre".to_owned(), "planted::GENRES".to_owned())].into(),
        replay: vec![replay("planted")],
        digests: vec![DigestAt { file: "config.yaml".to_owned(), key: "sha256".to_owned() }],
        ..model("planted.txt", &["Row"])
    };
    let unlocked = Model { replay: vec![replay("unlocked")], ..model("unlocked.txt", &["Gone"]) };
    let models = [
        ("absent", model("absent.txt", &[])),
        ("elsewhere", model("elsewhere.txt", &[])),
        ("planted", planted),
        ("unlocked", unlocked),
    ];
    let lock = |artefact: &str, feature: &str| LOCK.replace("ARTEFACT", artefact).replace("FEATURE", feature);
    let (old, new) = (artefact("plays skips", 1), artefact("plays skips artist_affinity genre", 3));
    let vocabulary = new.replace("Tree=0", "feature_infos=none [0:1] none 0:1\nTree=0");
    let vocabulary = vocabulary + "pandas_categorical:[[\"jazz\", \"pop\"]]\n";
    let side = |planted: &str, elsewhere: &str, replayed: &str| {
        Tree::from_memory([
            ("Cargo.toml", MANIFEST),
            ("src/lib.rs", CODE),
            ("config.yaml", "sha256: planted\n"),
            ("models/planted.txt", planted),
            ("models/planted.signature.yaml", SIGNATURE),
            ("models/planted.replay.jsonl", REPLAY),
            ("models/planted.features.lock", &lock("planted.txt", "plays")),
            ("models/elsewhere.features.lock", &lock("elsewhere.txt", elsewhere)),
            ("models/unlocked.txt", &old),
            ("models/unlocked.replay.jsonl", replayed),
        ])
    };
    let longer = REPLAY.to_owned() + "{\"id\": \"gone\", \"request\": {}, \"items\": {}}\n";
    let base = side(&old, "plays", &longer);
    let change = Change::of_trees(Some(base), side(&vocabulary, "skips", REPLAY));
    let models = models.map(|(name, model)| (name.to_owned(), model)).into();
    Ok(check_static(&change, &Policy { models, ..Policy::default() })?.findings)
}
