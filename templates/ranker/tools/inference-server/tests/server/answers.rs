//! Answers that are not what was asked for: each has its error, and none is taken for scores.
use inference_server::wire::model_infer_response::InferOutputTensor;
use inference_server::wire::{InferTensorContents, ModelInferResponse};
use models::{Model, ModelError, WrongAnswer};
use tonic::{Code, Status};

use crate::support::{AMPLE, Told, little_endian, rows};

type Change = fn(&mut ModelInferResponse);

/// What the model says of two rows if its server's answer is changed.
async fn infer(change: Change) -> Result<Vec<f32>, ModelError> {
    let mut told = Told::right();
    let mut answer = told.infer.clone().expect("it is an answer");
    change(&mut answer);
    told.infer = Ok(answer);
    told.model().await.infer(rows(2, 14), AMPLE).await
}

/// Gives the elements as a list instead of raw.
fn list(answer: &mut ModelInferResponse, contents: InferTensorContents) {
    answer.raw_output_contents.clear();
    answer.outputs[0].contents = Some(contents);
}

fn floats(values: &[f32]) -> InferTensorContents {
    InferTensorContents { fp32_contents: values.to_vec(), ..InferTensorContents::default() }
}

#[tokio::test]
async fn a_wrong_answer_is_named_for_what_is_wrong_about_it() {
    let model = |got: &str| WrongAnswer::Model {
        expected: "now_playing 2026-11-20.1".to_owned(),
        got: got.to_owned(),
    };
    let output = |count| WrongAnswer::Output { name: "score".to_owned(), count };
    let datatype = |got: &str| WrongAnswer::Datatype { got: got.to_owned() };
    let shape = |got: &str| WrongAnswer::Shape { rows: 2, got: got.to_owned() };
    let length = |got| WrongAnswer::Length { expected: 8, got };
    let cases: Vec<(&str, Change, WrongAnswer)> = vec![
        ("another model", |a| a.model_name = "home".to_owned(), model("home 2026-11-20.1")),
        ("another version", |a| a.model_version = "2".to_owned(), model("now_playing 2")),
        ("no version", |a| a.model_version.clear(), model("now_playing ")),
        ("nothing", |a| *a = ModelInferResponse::default(), model(" ")),
        ("no output", |a| a.outputs.clear(), output(0)),
        ("another output", |a| a.outputs[0].name = "logit".to_owned(), output(0)),
        ("the output twice", |a| a.outputs.push(a.outputs[0].clone()), output(2)),
        ("another type", |a| a.outputs[0].datatype = "FP64".to_owned(), datatype("FP64")),
        (
            "a long type",
            |a| a.outputs[0].datatype = "é".repeat(500),
            datatype(&format!("{}..", "é".repeat(100))),
        ),
        ("no second dimension", |a| a.outputs[0].shape = vec![2], shape("[2]")),
        ("two columns", |a| a.outputs[0].shape = vec![2, 2], shape("[2, 2]")),
        ("a row more", |a| a.outputs[0].shape = vec![3, 1], shape("[3, 1]")),
        ("columns for rows", |a| a.outputs[0].shape = vec![1, 2], shape("[1, 2]")),
        ("any number of rows", |a| a.outputs[0].shape = vec![-1, 1], shape("[-1, 1]")),
        ("bytes too few", |a| a.raw_output_contents[0].truncate(7), length(7)),
        ("bytes too many", |a| a.raw_output_contents[0].push(0), length(9)),
        ("no bytes", |a| a.raw_output_contents[0].clear(), length(0)),
        ("no elements", |a| a.raw_output_contents.clear(), WrongAnswer::Contents),
        ("elements without an output", |a| a.raw_output_contents.push(vec![0; 8]), WrongAnswer::Contents),
        (
            "elements in both ways",
            |a| a.outputs[0].contents = Some(floats(&[0.5, 0.25])),
            WrongAnswer::Contents,
        ),
        ("too few in the list", |a| list(a, floats(&[0.5])), length(4)),
        ("too many in the list", |a| list(a, floats(&[0.5; 3])), length(12)),
        (
            "a list of another type",
            |a| {
                list(
                    a,
                    InferTensorContents { fp64_contents: vec![0.5; 2], ..InferTensorContents::default() },
                );
            },
            length(0),
        ),
        (
            "two lists",
            |a| list(a, InferTensorContents { int_contents: vec![1], ..floats(&[0.5, 0.25]) }),
            WrongAnswer::Contents,
        ),
    ];
    for (name, change, expected) in cases {
        match infer(change).await {
            Err(ModelError::Answer(got)) => assert_eq!(got, expected, "{name}"),
            other => panic!("{name}: {other:?}"),
        }
    }
}

#[tokio::test]
async fn scores_are_read_raw_and_listed_and_from_among_other_outputs() {
    let cases: [(&str, Change); 4] = [
        ("raw", |_| {}),
        ("raw, with an empty list", |a| a.outputs[0].contents = Some(InferTensorContents::default())),
        ("listed", |a| list(a, floats(&[0.5, 0.25]))),
        ("among others", |a| {
            a.outputs
                .insert(0, InferOutputTensor { name: "other".to_owned(), ..InferOutputTensor::default() });
            a.raw_output_contents.insert(0, vec![1, 2, 3]);
        }),
    ];
    for (name, change) in cases {
        assert_eq!(infer(change).await.expect(name), [0.5, 0.25], "{name}");
    }
}

#[tokio::test]
async fn a_server_that_never_speaks_of_versions_need_not_say_one_but_may_not_say_another() {
    for (version, right) in [("", true), ("2026-11-20.1", true), ("2026-11-20.0", false)] {
        let mut told = Told::right();
        told.metadata.versions.clear();
        told.infer.iter_mut().for_each(|answer| answer.model_version = version.to_owned());
        let answer = told.model().await.infer(rows(2, 14), AMPLE).await;
        assert_eq!(answer.is_ok(), right, "{version}: {answer:?}");
    }
}

#[tokio::test]
async fn scores_that_are_not_finite_are_passed_on_for_the_ranking_to_drop() {
    let scores = infer(|a| a.raw_output_contents = vec![little_endian(&[f32::NAN, f32::INFINITY])]).await;
    let scores = scores.expect("they are scores");
    assert!(scores[0].is_nan() && scores[1] == f32::INFINITY, "{scores:?}");
}

#[tokio::test]
async fn an_answer_that_is_too_large_is_refused_before_it_is_read() {
    let error = infer(|a| a.id = "x".repeat(8 << 20)).await.expect_err("it is 8 MiB");
    let ModelError::Engine(source) = &error else { panic!("{error:?}") };
    assert!(source.to_string().contains("too large"), "{source}");
}

#[tokio::test]
async fn what_a_server_fails_with_is_a_failure_and_lateness_is_lateness() {
    for (code, late) in [
        (Code::DeadlineExceeded, true),
        (Code::Cancelled, true),
        (Code::Unavailable, false),
        (Code::InvalidArgument, false),
        (Code::Internal, false),
        (Code::Unimplemented, false),
    ] {
        let told = Told { infer: Err(Status::new(code, "no")), ..Told::right() };
        let error = told.model().await.infer(rows(2, 14), AMPLE).await.expect_err("the server failed");
        assert_eq!(matches!(error, ModelError::Timeout), late, "{code:?}: {error:?}");
        assert_eq!(matches!(error, ModelError::Engine(_)), !late, "{code:?}: {error:?}");
    }
}
