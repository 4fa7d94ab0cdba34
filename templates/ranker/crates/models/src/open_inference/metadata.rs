//! Whether a server's model is the one that a signature promises.
use super::wire::FP32;
use super::wire::ModelMetadataResponse;
use super::wire::model_metadata_response::TensorMetadata;
use crate::signature::{Dimension, Signature, TensorSpec};

/// Everything about a model that is not as its signature says, in words; nothing if it is the one.
pub(super) fn differences(signature: &Signature, model: &ModelMetadataResponse) -> Vec<String> {
    let mut found = Vec::new();
    let mut expect = |what: &str, promised: String, got: String| {
        if promised != got {
            found.push(format!("{what} is {got}, the signature says {promised}"));
        }
    };
    expect("the name", signature.name.clone(), model.name.clone());
    if !model.versions.contains(&signature.version) {
        expect("the list of versions", signature.version.clone(), format!("[{}]", model.versions.join(", ")));
    }
    for (side, promised, got) in
        [("input", &signature.inputs, &model.inputs), ("output", &signature.outputs, &model.outputs)]
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
    found
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
