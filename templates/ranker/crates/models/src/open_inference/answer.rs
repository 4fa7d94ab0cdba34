//! The scores in a server's answer, once it is sure that they are the scores that were asked for.
use prost::Message;

use super::metadata::clip;
use super::wire::FP32;
use super::wire::model_infer_response::InferOutputTensor;
use super::wire::{InferTensorContents, ModelInferResponse};
use crate::signature::Signature;
use crate::wrong_answer::WrongAnswer;

/// One score for each of `rows`, in their order. Scores that are not finite are passed on. A server that is `versioned` has
/// to say which version answered.
pub(super) fn scores(
    signature: &Signature,
    versioned: bool,
    rows: usize,
    answer: ModelInferResponse,
) -> Result<Vec<f32>, WrongAnswer> {
    let unsaid = !versioned && answer.model_version.is_empty();
    let expected = format!("{} {}", signature.name, signature.version);
    let got = format!("{} {}", answer.model_name, answer.model_version);
    if answer.model_name != signature.name || !(unsaid || answer.model_version == signature.version) {
        return Err(WrongAnswer::Model { expected, got: clip(&got) });
    }
    let (place, output) = promised(signature, &answer.outputs)?;
    if output.datatype != FP32 {
        return Err(WrongAnswer::Datatype { got: clip(&output.datatype) });
    }
    if output.shape != [rows as i64, 1] {
        return Err(WrongAnswer::Shape { rows, got: clip(&format!("{:?}", output.shape)) });
    }
    let listed = output.contents.as_ref().filter(|contents| **contents != InferTensorContents::default());
    match (listed, answer.raw_output_contents.as_slice()) {
        (Some(listed), []) => from_list(listed, rows),
        (None, raw) if raw.len() == answer.outputs.len() => from_bytes(&raw[place], rows),
        _ => Err(WrongAnswer::Contents),
    }
}

/// The one output that the signature speaks of, and its place among all.
fn promised<'a>(
    signature: &Signature,
    outputs: &'a [InferOutputTensor],
) -> Result<(usize, &'a InferOutputTensor), WrongAnswer> {
    let name = signature.outputs.first().map_or("", |spec| &spec.name);
    let mut named = outputs.iter().enumerate().filter(|(_, output)| output.name == name);
    let found = named.next();
    let count = usize::from(found.is_some()) + named.count();
    found.filter(|_| count == 1).ok_or_else(|| WrongAnswer::Output { name: name.to_owned(), count })
}

fn from_list(listed: &InferTensorContents, rows: usize) -> Result<Vec<f32>, WrongAnswer> {
    let scores = &listed.fp32_contents;
    expect_length(rows, scores.len() * size_of::<f32>())?;
    let alone = InferTensorContents { fp32_contents: scores.clone(), ..InferTensorContents::default() };
    if alone.encoded_len() != listed.encoded_len() {
        return Err(WrongAnswer::Contents);
    }
    Ok(alone.fp32_contents)
}

fn from_bytes(bytes: &[u8], rows: usize) -> Result<Vec<f32>, WrongAnswer> {
    expect_length(rows, bytes.len())?;
    let (scores, _none) = bytes.as_chunks();
    Ok(scores.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect())
}

fn expect_length(rows: usize, got: usize) -> Result<(), WrongAnswer> {
    let expected = rows * size_of::<f32>();
    if got == expected { Ok(()) } else { Err(WrongAnswer::Length { expected, got }) }
}
