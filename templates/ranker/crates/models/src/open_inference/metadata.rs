//! Whether a server's model is the one that a signature promises.
use super::wire::FP32;
use super::wire::ModelMetadataResponse;
use super::wire::model_metadata_response::TensorMetadata;
use crate::signature::{Dimension, Signature, TensorSpec};

/// How many differences are told, and how long the words of a server in each may be. It may say whatever it likes.
const MOST_TOLD: usize = 20;
const MOST_BYTES: usize = 200;

/// What about a model is not as its signature says, in words; nothing if it is the one.
pub(super) fn differences(signature: &Signature, model: &ModelMetadataResponse) -> Vec<String> {
    let mut found = Vec::new();
    let mut expect = |what: &str, promised: String, got: String| {
        if promised != got {
            found.push(format!("{what} is {}, the signature says {promised}", clip(&got)));
        }
    };
    expect("the name", signature.name.clone(), model.name.clone());
    // A server that lists no versions has at least said that it is ready for this one.
    if !model.versions.is_empty() && !model.versions.contains(&signature.version) {
        expect("the list of versions", signature.version.clone(), format!("[{}]", model.versions.join(", ")));
    }
    for (side, promised, got) in
        [("the input", &signature.inputs, &model.inputs), ("the output", &signature.outputs, &model.outputs)]
    {
        for tensor in got.iter().filter(|tensor| promised.iter().all(|spec| spec.name != tensor.name)) {
            expect(side, "nothing of it".to_owned(), describe(tensor));
        }
        for spec in promised {
            match got.iter().find(|tensor| tensor.name == spec.name) {
                Some(tensor) => expect(side, promise(spec), describe(tensor)),
                None => expect(side, promise(spec), format!("without `{}`", spec.name)),
            }
        }
    }
    found.truncate(MOST_TOLD);
    found
}

/// The beginning of a text of a server.
pub(super) fn clip(text: &str) -> String {
    match text.char_indices().find(|(at, _)| *at >= MOST_BYTES) {
        Some((end, _)) => format!("{}..", &text[..end]),
        None => text.to_owned(),
    }
}

/// A tensor of a signature in the words of the protocol, where -1 is what varies.
fn promise(spec: &TensorSpec) -> String {
    let shape = spec.shape.iter().map(|dimension| match dimension {
        Dimension::Fixed(size) => *size,
        Dimension::Named(_) => -1,
    });
    let datatype = if spec.dtype == "float32" { FP32 } else { &spec.dtype };
    describe(&TensorMetadata {
        name: spec.name.clone(),
        datatype: datatype.to_owned(),
        shape: shape.collect(),
    })
}

fn describe(tensor: &TensorMetadata) -> String {
    format!("{} {}{:?}", tensor.name, tensor.datatype, tensor.shape)
}
