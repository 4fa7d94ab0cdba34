//! Any bytes at all, as signatures and as models.
use std::fs;

use models::{LightGbmModel, LoadError, Model, Signature, TractModel};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;

use crate::support::{AMPLE, Copy, rows};

/// What may be done to a file: bytes overwritten, put in, or taken out.
#[derive(Debug, Clone)]
enum Change {
    Overwrite(Index, u8),
    Insert(Index, Vec<u8>),
    Remove(Index, usize),
}

fn change() -> impl Strategy<Value = Change> {
    let piece = prop_oneof![vec(any::<u8>(), 1..8), "[-0-9 .:=,e\\n&*!]{1,8}".prop_map(String::into_bytes)];
    prop_oneof![
        (any::<Index>(), any::<u8>()).prop_map(|(at, byte)| Change::Overwrite(at, byte)),
        (any::<Index>(), piece).prop_map(|(at, bytes)| Change::Insert(at, bytes)),
        (any::<Index>(), 1..64_usize).prop_map(|(at, count)| Change::Remove(at, count)),
    ]
}

fn changed(mut bytes: Vec<u8>, changes: &[Change]) -> Vec<u8> {
    for change in changes {
        if bytes.is_empty() {
            break;
        }
        match change {
            Change::Overwrite(at, byte) => {
                let at = at.index(bytes.len());
                bytes[at] = *byte;
            }
            Change::Insert(at, piece) => {
                let at = at.index(bytes.len());
                bytes.splice(at..at, piece.iter().copied());
            }
            Change::Remove(at, count) => {
                let at = at.index(bytes.len());
                bytes.drain(at..bytes.len().min(at + count));
            }
        }
    }
    bytes
}

/// Whatever loads, answers: with a score for each row, or with an error.
fn answers<M: Model>(loaded: Result<M, LoadError>) -> Result<(), TestCaseError> {
    if let Ok(model) = loaded {
        let rows = rows(3, model.signature().features.len());
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().expect("it starts");
        if let Ok(scores) = runtime.block_on(model.infer(rows, AMPLE)) {
            prop_assert_eq!(scores.len(), 3);
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn bytes_are_no_signature(bytes in vec(any::<u8>(), 0..512)) {
        let copy = Copy::onnx();
        fs::write(&copy.signature, bytes).expect("it is written");
        prop_assert!(Signature::read(&copy.signature).is_err());
    }

    #[test]
    fn a_changed_signature_is_refused_or_speaks_of_the_same_file(changes in vec(change(), 1..4)) {
        let copy = Copy::onnx();
        let bytes = fs::read(&copy.signature).expect("it is there");
        fs::write(&copy.signature, changed(bytes, &changes)).expect("it is written");
        answers(TractModel::load(&copy.signature))?;
    }

    #[test]
    fn bytes_are_no_model(bytes in vec(any::<u8>(), 0..512)) {
        let (onnx, text) = (Copy::onnx(), Copy::lightgbm());
        onnx.replace(&bytes);
        text.replace(&bytes);
        prop_assert!(TractModel::load(&onnx.signature).is_err());
        prop_assert!(LightGbmModel::load(&text.signature).is_err());
    }

    #[test]
    fn a_changed_onnx_file_is_refused_or_answers(changes in vec(change(), 1..4)) {
        let copy = Copy::onnx();
        copy.replace(&changed(copy.bytes(), &changes));
        answers(TractModel::load(&copy.signature))?;
    }

    #[test]
    fn a_changed_lightgbm_file_is_refused_or_answers(changes in vec(change(), 1..4)) {
        let copy = Copy::lightgbm();
        copy.replace(&changed(copy.bytes(), &changes));
        answers(LightGbmModel::load(&copy.signature))?;
    }
}

#[test]
fn a_lightgbm_file_that_is_cut_off_is_refused() {
    let copy = Copy::lightgbm();
    let whole = copy.bytes();
    let end = String::from_utf8_lossy(&whole).find("end of trees").expect("it has an end");
    for length in (0..end).step_by(101) {
        copy.replace(&whole[..length]);
        assert!(LightGbmModel::load(&copy.signature).is_err(), "{length} of {end} bytes are no model");
    }
}
