//! Models as a small workspace has them: what is held against what.

use findings::testing::Example;
use source::{Change, Tree};

use crate::{DigestAt, Model, Policy, check_static, lock_of};

/// A model of LightGBM with four features, of which one has categories and one splits on NaN.
pub(super) const MODEL: &str = "\
tree
version=v4
num_class=1
num_tree_per_iteration=1
max_feature_idx=3
objective=regression
feature_names=plays skips age genre
feature_infos=[0:5000000000] [0:1] [0:3650] 0:1:2

Tree=0
num_leaves=3
num_cat=0
split_feature=0 1
threshold=100 0.5
decision_type=8 0
left_child=1 -1
right_child=-2 -3
leaf_value=0.1 0.2 0.3

end of trees

pandas_categorical:[[\"jazz\", \"pop\", \"rock\"]]
";
pub(super) const FEATURES: &str =
    "pub static FEATURES: &[&str] = &[\"plays\", \"skips\", \"age\", \"genre\"];\n";
const MANIFEST: &str = "[package]\nname = \"queue\"\nversion = \"0.1.0\"\nedition = \"2024\"\n";
const POINTER: &str = "version https://git-lfs.github.com/spec/v1\noid sha256:{sha256}\nsize 4\n";

/// The files of a side, later ones over earlier ones.
pub(super) fn tree(files: &[(&str, &str)]) -> Tree {
    let usual = [
        ("Cargo.toml", MANIFEST),
        ("src/lib.rs", "pub mod features;\n"),
        ("src/features.rs", FEATURES),
        ("models/queue.txt", MODEL),
    ];
    let all: std::collections::BTreeMap<&str, &str> = usual.iter().chain(files).copied().collect();
    // What is empty is taken out.
    Tree::from_memory(all.into_iter().filter(|(_, text)| !text.is_empty()))
}

/// The same with the lock that belongs to the model.
pub(super) fn locked(files: &[(&str, &str)]) -> Tree {
    match lock_of(&tree(files), &queue()) {
        Ok((path, text)) => {
            let mut files = files.to_vec();
            files.insert(0, (path.as_str(), text.as_str()));
            tree(&files)
        }
        Err(_) => tree(files),
    }
}

pub(super) fn queue() -> Model {
    Model {
        artefact: Some("models/queue.txt".to_owned()),
        code: vec!["queue::features::FEATURES".to_owned()],
        ..Model::default()
    }
}

pub(super) fn with(model: Model) -> Policy {
    Policy { models: [("queue".to_owned(), model)].into(), ..Policy::default() }
}

pub(super) fn digest(tree: &Tree) -> String {
    let (_, lock) = lock_of(tree, &queue()).expect("the model is read");
    let line = lock.lines().find_map(|line| line.strip_prefix("sha256: ")).expect("it has a digest");
    line.to_owned()
}

/// The policy that an example of a rule is judged by.
pub(super) fn policy(example: &Example) -> Policy {
    let mut model = queue();
    if example.kind == "signature" || example.attributes.contains("dtype=") {
        model.signature = Some("models/queue.signature.yaml".to_owned());
    }
    if example.kind == "model" {
        model.code.clear();
    }
    if example.text.contains("GENRES") {
        model.vocabularies = [("genre".to_owned(), "queue::features::GENRES".to_owned())].into();
    }
    with(model)
}

/// The change that an example of a rule is.
pub(super) fn example(trained: Option<&Example>, example: &Example) -> Change {
    let sha256 = digest(&tree(&[]));
    let text = example.text.replace("{sha256}", &sha256);
    let pointer = POINTER.replace("{sha256}", &sha256);
    let signature = format!(
        "file: queue.txt\nsha256: {sha256}\ninputs: [{{ name: row, dtype: float32, shape: [batch, 4] }}]\n"
    );
    let typed = match example.attributes.contains("dtype=") {
        true => signature.as_str(),
        false => "",
    };
    let base = |files: &[(&str, &str)]| Some(locked(files));
    match example.kind.as_str() {
        "features" => Change::of_trees(
            None,
            locked(&[("src/features.rs", &text), ("models/queue.signature.yaml", typed)]),
        ),
        "signature" => Change::of_trees(None, locked(&[("models/queue.signature.yaml", &text)])),
        "lock" if example.attributes.contains("elsewhere") => Change::of_trees(
            base(&[]),
            // Code that fits the lock: what is wrong is that nobody knows whether the lock is right.
            tree(&[
                ("models/queue.features.lock", &text),
                ("models/queue.txt", &pointer),
                (
                    "src/features.rs",
                    "pub static FEATURES: &[&str] = &[\"skips\", \"plays\", \"age\", \"genre\"];\n",
                ),
            ]),
        ),
        "lock" => Change::of_trees(None, tree(&[("models/queue.features.lock", &text)])),
        _ if example.attributes.contains("unlocked") => {
            Change::of_trees(None, tree(&[("models/queue.txt", &text)]))
        }
        _ => Change::of_trees(
            trained.and_then(|trained| base(&[("models/queue.txt", &trained.text)])),
            locked(&[("models/queue.txt", &text)]),
        ),
    }
}

/// Judges a change and compares what is found, each with its place.
#[track_caller]
fn check(base: Option<Tree>, head: Tree, model: Model, expected: &[&str]) {
    let checked = check_static(&Change::of_trees(base, head), &with(model)).expect("it can be looked at");
    let found: Vec<String> = checked
        .findings
        .iter()
        .map(|finding| {
            let line = finding.location.as_ref().and_then(|place| place.span).map_or(0, |span| span.line);
            let file = finding.file().unwrap_or("nowhere");
            format!("{file}:{line} {}: {}", finding.rule.id, finding.message)
        })
        .collect();
    assert_eq!(found, expected);
    checked.findings.iter().for_each(findings::testing::check_message);
}

#[test]
fn a_model_whose_code_lock_and_configuration_fit_is_silent() {
    let sha256 = digest(&tree(&[]));
    let config = format!("model: {{ sha256: \"sha256:{sha256}\" }}\n");
    let at = DigestAt { file: "config.yaml".to_owned(), key: "model.sha256".to_owned() };
    let model = Model { digests: vec![at], ..queue() };
    check(None, locked(&[("config.yaml", &config)]), model.clone(), &[]);
    check(Some(locked(&[("config.yaml", &config)])), locked(&[("config.yaml", &config)]), model, &[]);
}

#[test]
fn a_retrain_flows_with_its_lock_and_its_code() {
    let retrained = MODEL.replace("0.1 0.2 0.3", "0.3 0.2 0.1");
    check(Some(locked(&[])), locked(&[("models/queue.txt", &retrained)]), queue(), &[]);
    let wider = MODEL.replace("skips age", "skips age bpm").replace("max_feature_idx=3", "max_feature_idx=4");
    let wider = wider.replace("[0:3650] ", "[0:3650] [40:220] ");
    let features = FEATURES.replace("\"age\", ", "\"age\", \"bpm\", ");
    let head = locked(&[("models/queue.txt", &wider), ("src/features.rs", &features)]);
    check(
        Some(locked(&[])),
        head,
        queue(),
        &[
            "models/queue.txt:0 model-features-changed: the model `queue` is another to those who serve it: the artefact takes \
         `bpm`, which the base's does not",
        ],
    );
}

#[test]
fn a_retrain_that_leaves_the_lock_or_the_code_behind_is_told() {
    let swapped = MODEL.replace("plays skips", "skips plays");
    let (path, lock) = lock_of(&tree(&[]), &queue()).expect("the model is read");
    let head = tree(&[("models/queue.txt", &swapped), (&path, &lock)]);
    check(
        None,
        head,
        queue(),
        &[
            "models/queue.features.lock:0 stale-features-lock: the lock is not what `queue.txt` says of itself: the features \
         stand in another order",
            "src/features.rs:1 feature-reordered: number 1 is `plays`, where `models/queue.txt` takes `skips`; it takes `plays` \
         as number 2",
        ],
    );
}

#[test]
fn an_artefact_that_goes_is_told_unless_a_pointer_stays() {
    let (path, lock) = lock_of(&tree(&[]), &queue()).expect("the model is read");
    let pointer = POINTER.replace("{sha256}", &digest(&tree(&[])));
    let side = |artefact: &str| tree(&[(&path, &lock), ("models/queue.txt", artefact)]);
    let gone = "nowhere:0 unreadable-model: the model `queue` cannot be judged: `models/queue.txt` is gone, and there is no \
                pointer to it";
    check(Some(side(MODEL)), side(""), queue(), &[gone]);
    check(Some(side(&pointer)), side(""), queue(), &[gone]);
    check(Some(side(MODEL)), side(&pointer), queue(), &[]);
    // It lies in a registry of models, as it did before.
    check(Some(side("")), side(""), queue(), &[]);
}

#[test]
fn a_new_model_needs_no_more_than_its_artefact() {
    let lone = Model { code: Vec::new(), ..queue() };
    let said = "models/queue.txt:0 missing-features-lock: the model `queue` has no lock beside it";
    check(Some(tree(&[("models/queue.txt", "")])), tree(&[]), lone, &[said]);
}

#[test]
fn an_artefact_in_large_file_storage_is_held_by_its_lock() {
    let (path, lock) = lock_of(&tree(&[]), &queue()).expect("the model is read");
    let pointer = POINTER.replace("{sha256}", &digest(&tree(&[])));
    let swapped = FEATURES.replace("\"plays\", \"skips\"", "\"skips\", \"plays\"");
    let side =
        |features| tree(&[(&path, &lock), ("models/queue.txt", &pointer), ("src/features.rs", features)]);
    check(Some(side(FEATURES)), side(FEATURES), queue(), &[]);
    check(
        Some(side(FEATURES)),
        side(&swapped),
        queue(),
        &[
            "src/features.rs:1 feature-reordered: number 1 is `skips`, where `models/queue.txt` takes `plays`; it takes `skips` \
         as number 2",
        ],
    );
    let other = POINTER.replace("{sha256}", &"0".repeat(64));
    check(
        None,
        tree(&[(&path, &lock), ("models/queue.txt", &other)]),
        queue(),
        &[
            "models/queue.features.lock:0 stale-features-lock: the lock is not what `queue.txt` says of itself: the artefact in \
         large file storage is another one",
        ],
    );
}

#[test]
fn what_cannot_be_looked_at_is_told_and_never_passed_over() {
    let model = |change: &dyn Fn(&mut Model)| {
        let mut model = queue();
        change(&mut model);
        model
    };
    let cut = MODEL.split("end of trees").next().expect("it has an end");
    check(
        None,
        locked(&[("models/queue.txt", cut)]),
        queue(),
        &[
            "models/queue.txt:0 unreadable-model: the model `queue` cannot be judged: it is cut off: it has no `end of trees`",
        ],
    );
    check(
        None,
        locked(&[("models/queue.txt", "")]),
        queue(),
        &[
            "nowhere:0 unreadable-model: the model `queue` cannot be judged: the tree has neither `models/queue.txt` nor a lock \
         of it",
        ],
    );
    let elsewhere = model(&|model| model.code = vec!["queue::features::GONE".to_owned()]);
    check(
        None,
        locked(&[]),
        elsewhere,
        &[
            "gatefold.yaml:0 unreadable-features: `queue::features::GONE` cannot be read: the code has no constant, static, \
         struct or enum `queue::features::GONE`",
        ],
    );
    let unsigned = model(&|model| model.signature = Some("models/queue.signature.yaml".to_owned()));
    check(
        None,
        locked(&[]),
        unsigned,
        &[
            "nowhere:0 unreadable-model: the model `queue` cannot be judged: its signature cannot be read: there is no \
         `models/queue.signature.yaml`",
        ],
    );
    let at = DigestAt { file: "config.yaml".to_owned(), key: "model.sha256".to_owned() };
    let configured = model(&|model| model.digests = vec![at.clone()]);
    check(
        None,
        locked(&[("config.yaml", "model: { sha: x }\n")]),
        configured,
        &[
            "config.yaml:0 unreadable-model: the model `queue` cannot be judged: `config.yaml` has no text at `model.sha256`",
        ],
    );
}

#[test]
fn features_are_read_from_lists_structs_and_enums() {
    for features in [
        "pub const FEATURES: [&str; 4] = [\"plays\", \"skips\", \"age\", \"genre\"];\n",
        "const AGE: &str = \"age\";\npub static FEATURES: [(&str, u8); 4] = [(\"plays\", 1), (\"skips\", 1), (AGE, 2), (\"genre\", 3)];\n",
        "pub enum FEATURES { Plays, Skips, #[feature(name = \"age\")] AgeInDays, Genre }\n",
        "pub struct FEATURES { plays: f32, skips: f32, age: f32, #[serde(default, rename = \"genre\")] kind: f32 }\n",
        "pub static FEATURES: [F; 4] = [F::new(\"plays\").log(), F::new(\"skips\"), crate::names::age(\"age\"), F { name: crate::names::GENRE }];\n",
    ] {
        let names = "pub const GENRE: &str = \"genre\";\n";
        let head = locked(&[
            ("src/features.rs", features),
            ("src/names.rs", names),
            ("src/lib.rs", "pub mod features;\npub mod names;\n"),
        ]);
        check(None, head, queue(), &[]);
    }
}

#[test]
fn what_the_base_has_wrong_already_is_found_there_too() {
    let swapped = FEATURES.replace("\"plays\", \"skips\"", "\"skips\", \"plays\"");
    let side = locked(&[("src/features.rs", &swapped)]);
    let code = source::Code::read(&side, &source::Cache::off());
    let base = crate::check_base(&side, &with(queue()), &code, &crate::Outside::default())
        .expect("it can be looked at")
        .findings;
    let change = Change::of_trees(Some(side.clone()), side);
    let head = check_static(&change, &with(queue())).expect("it can be looked at").findings;
    let prints =
        |findings: &[findings::Finding]| findings.iter().map(|it| it.fingerprint()).collect::<Vec<_>>();
    assert_eq!((prints(&base).len(), prints(&base)), (1, prints(&head)));
    assert!(head.iter().all(|finding| crate::judges_one_side(finding.rule)));
    assert!(!crate::judges_one_side(&crate::rules::model_features_changed::MODEL_FEATURES_CHANGED));
}
