//! ONNX files as converters, trainers and nobody write them.

use prost_reflect::prost::encoding::encode_varint;
use source::{Change, Tree};

use crate::{Model, Policy, check_static, lock_of};

/// A message as bytes: its fields one after the other.
type Bytes = Vec<u8>;

fn field(number: u64, bytes: impl AsRef<[u8]>) -> Bytes {
    let mut field = Vec::new();
    encode_varint(number << 3 | 2, &mut field);
    encode_varint(bytes.as_ref().len() as u64, &mut field);
    field.extend(bytes.as_ref());
    field
}

fn number(number: u64, value: u64) -> Bytes {
    let mut field = Vec::new();
    encode_varint(number << 3, &mut field);
    encode_varint(value, &mut field);
    field
}

/// A tensor of rows: `columns` numbers each, any where that is 0.
fn tensor(name: &str, dtype: u64, columns: u64) -> Bytes {
    let size = if columns == 0 { field(2, "width") } else { number(1, columns) };
    let shape = [field(1, field(2, "batch")), field(1, size)].concat();
    let kind = [number(1, dtype), field(2, shape)].concat();
    [field(1, name), field(2, field(1, kind))].concat()
}

fn node(operator: &str) -> Bytes {
    [field(1, "in"), field(2, "out"), field(4, operator)].concat()
}

fn property(key: &str, value: &str) -> Bytes {
    field(14, [field(1, key), field(2, value)].concat())
}

fn model(graph: &[Bytes], more: &[Bytes]) -> Bytes {
    let opset = field(8, number(2, 13));
    [number(1, 8), field(7, graph.concat()), opset, more.concat()].concat()
}

/// A graph of one operator over rows of so many `float32`.
fn plain(columns: u64) -> Vec<Bytes> {
    vec![field(1, node("Gemm")), field(11, tensor("x", 1, columns)), field(12, tensor("score", 1, 1))]
}

fn queue() -> Model {
    Model { artefact: Some("m/queue.onnx".to_owned()), ..Model::default() }
}

/// The lock of a model less its first lines, or why there is none.
fn lock(model: &[u8]) -> Result<String, String> {
    let (_, text) = lock_of(&Tree::from_memory([("m/queue.onnx", model)]), &queue())?;
    Ok(text.lines().skip(5).collect::<Vec<_>>().join("\n"))
}

#[test]
fn features_have_their_names_from_the_metadata() {
    let named = property("feature_names", "plays,artist affinity");
    let infos = property("feature_infos", "[0:1e9] 1:0");
    let categories = property("pandas_categorical", "[[\"on\", \"off\"]]");
    assert_eq!(
        lock(&model(&plain(2), &[named, infos, categories])).expect("it is a model"),
        "opsets:\n  ai.onnx: 13\nknows_nan: false\ninputs:\n- { name: x, dtype: float32, shape: [batch, 2] }\noutputs:\n\
         - { name: score, dtype: float32, shape: [batch, 1] }\ncolumns: 2\nscores: 1\nfeatures:\n\
         - { name: plays, dtype: float32, range: [0.0, 1000000000.0] }\n\
         - { name: \"artist affinity\", dtype: float32, vocabulary: [\"on\",\"off\"] }"
            .replace("\"on\",\"off\"", "\"on\", \"off\"")
    );
}

#[test]
fn a_tensor_of_each_column_is_a_feature_by_its_name() {
    let graph = [
        field(1, node("TreeEnsembleRegressor")),
        field(11, tensor("plays", 7, 1)),
        field(11, tensor("genre", 8, 1)),
        // Old files list their weights among the inputs.
        field(11, tensor("weights", 1, 1)),
        field(5, field(8, "weights")),
        field(12, tensor("score", 1, 1)),
    ];
    let text = lock(&model(&graph, &[])).expect("it is a model");
    assert!(text.contains("knows_nan: true\n"), "{text}");
    let features =
        "columns: 2\nscores: 1\nfeatures:\n- { name: plays, dtype: int64 }\n- { name: genre, dtype: string }";
    assert!(text.ends_with(features), "{text}");
}

#[test]
fn a_tensor_without_names_has_columns_only() {
    let text = lock(&model(&plain(14), &[])).expect("it is a model");
    assert!(text.ends_with("columns: 14\nscores: 1"), "{text}");
    let text = lock(&model(&plain(0), &[])).expect("it is a model");
    assert!(text.ends_with("shape: [batch, 1] }\nscores: 1") && text.contains("[batch, width]"), "{text}");
}

#[test]
fn a_lock_is_read_back_as_it_was_written() {
    let names = "\"true\", \"a: b\", \"#c\", \"\u{e9}\", \"0x1\", \"~\", \"- d\", \"plain_name\"";
    let named = property("feature_names", &format!("[{names}]"));
    let infos = property("feature_infos", "[-inf:inf] [-0.1:1e-300] none none none none none 3:-1");
    let model = model(&plain(8), &[named, infos]);
    let tree = Tree::from_memory([("m/queue.onnx", model.clone())]);
    let (path, text) = lock_of(&tree, &queue()).expect("it is a model");
    let tree = Tree::from_memory([("m/queue.onnx", model), (path.as_str(), text.into_bytes())]);
    let policy = Policy { models: [("queue".to_owned(), queue())].into(), ..Policy::default() };
    let found = check_static(&Change::of_trees(None, tree), &policy).expect("it can be looked at").findings;
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn what_is_no_model_is_refused_at_once() {
    let nested = |depth: usize| {
        (0..depth).fold(plain(2).concat(), |graph, _| {
            let inner = [field(4, "If"), field(5, field(6, graph))].concat();
            field(1, inner)
        })
    };
    let many: Bytes = (0..1_000_001).flat_map(|_| [0x0a, 0x00]).collect();
    let twice = property("feature_names", "plays,plays");
    let short = [property("feature_names", "plays,skips"), property("feature_infos", "[0:1]")].concat();
    let external = |location: &str| {
        let entry = [field(1, "location"), field(2, location)].concat();
        let weights = [field(8, "w"), field(13, entry), number(14, 1)].concat();
        model(&[plain(2).concat(), field(5, weights)], &[])
    };
    // A length that no memory holds is a length of nothing.
    let mut huge = number(1, 8);
    encode_varint(7 << 3 | 2, &mut huge);
    encode_varint(u64::MAX, &mut huge);
    for (bytes, fault) in [
        (Vec::new(), "it has no graph"),
        (b"{\"model\": 1}".to_vec(), "it is JSON, as models of XGBoost are"),
        (huge, "cut off"),
        (model(&plain(2), &[])[..40].to_vec(), "cut off"),
        (model(&[nested(40)], &[]), "more than 32 deep"),
        (model(&[many], &[]), "more than the 1000000 parts"),
        (model(&plain(2), &[twice]), "the feature `plays` is there twice"),
        (model(&plain(2), &[short]), "speak of 1 features, not of 2"),
        (model(&plain(2), &[property("feature_names", "plays,")]), "is no name of a feature"),
        (external("../../etc/passwd"), "outside its folder"),
        (external("/etc/passwd"), "outside its folder"),
        (external("queue.bin"), "there is no `m/queue.bin`"),
        (vec![0x0b; 64], "groups"),
        (vec![0xff; 64], "no protocol buffer"),
    ] {
        let error = lock(&bytes).expect_err("it is refused");
        assert!(error.contains(fault), "{error} is not {fault}");
    }
}

#[test]
fn weights_beside_a_model_belong_to_its_lock() {
    let entry = [field(1, "location"), field(2, "queue.bin")].concat();
    let weights = field(5, [field(8, "w"), field(13, entry), number(14, 1)].concat());
    let model = model(&[plain(2).concat(), weights], &[]);
    let text = |bin: &str| {
        let tree = Tree::from_memory([("m/queue.onnx", model.as_slice()), ("m/queue.bin", bin.as_bytes())]);
        lock_of(&tree, &queue()).expect("it is a model").1
    };
    assert!(text("one").contains("external:\n  queue.bin: 7692c3ad"), "{}", text("one"));
    assert_ne!(text("one"), text("two"));
}

proptest::proptest! {
    #[test]
    fn no_bytes_bring_the_reader_down(bytes in proptest::collection::vec(0_u8.., 0..200), cut in 0_usize..200) {
        let _ = lock(&bytes);
        let whole = model(&plain(2), &[property("feature_names", "plays,skips"), bytes]);
        let _ = lock(&whole[..cut.min(whole.len())]);
    }
}
