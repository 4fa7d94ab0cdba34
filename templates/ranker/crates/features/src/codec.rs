//! Records as bytes, the same in every store: a version, then postcard.
use crate::record::Record;
use crate::value::Value;

/// The largest record that is written or read, in bytes. A line of a file of records always fits.
pub(crate) const MAX_RECORD_BYTES: usize = 128 << 10;

/// The layout of [`Record`]; a change of its fields is another version.
const VERSION: u8 = 1;

/// Bytes that are not a record, or a record that is too large for bytes.
#[derive(Debug, thiserror::Error)]
pub enum CodecError {
    /// Larger than any record that stores are meant for.
    #[error("larger than {MAX_RECORD_BYTES} bytes")]
    TooLarge,
    /// Written by a program that lays records out in another way.
    #[error("in version {0}, not {VERSION}")]
    Version(u8),
    /// Not a record.
    #[error("not a record")]
    Malformed(#[from] postcard::Error),
    /// A record, and something after it.
    #[error("{0} bytes too many")]
    Trailing(usize),
    /// A number that is infinite or not a number.
    #[error("`{0}` is not finite")]
    NotFinite(String),
}

/// The record as bytes.
///
/// # Errors
/// [`CodecError::TooLarge`] if it is.
pub(crate) fn encode(record: &Record) -> Result<Vec<u8>, CodecError> {
    let bytes = postcard::to_extend(record, vec![VERSION])?;
    if bytes.len() > MAX_RECORD_BYTES { Err(CodecError::TooLarge) } else { Ok(bytes) }
}

/// The record that the bytes are.
///
/// # Errors
/// A [`CodecError`] if they are anything but one record as [`encode`] writes it, of finite numbers.
pub(crate) fn decode(bytes: &[u8]) -> Result<Record, CodecError> {
    if bytes.len() > MAX_RECORD_BYTES {
        return Err(CodecError::TooLarge);
    }
    let (version, bytes) = bytes.split_first().ok_or(postcard::Error::DeserializeUnexpectedEnd)?;
    if *version != VERSION {
        return Err(CodecError::Version(*version));
    }
    let (record, rest) = postcard::take_from_bytes::<Record>(bytes)?;
    if !rest.is_empty() {
        return Err(CodecError::Trailing(rest.len()));
    }
    match record.values.iter().find(|(_, value)| !finite(value)) {
        Some((name, _)) => Err(CodecError::NotFinite(name.clone())),
        None => Ok(record),
    }
}

fn finite(value: &Value) -> bool {
    match value {
        Value::Number(number) => number.is_finite(),
        Value::Weights(weights) => weights.values().all(|number| number.is_finite()),
        Value::Flag(_) | Value::Text(_) | Value::Texts(_) => true,
    }
}

#[cfg(test)]
mod tests {
    use proptest::collection::{btree_map, vec};
    use proptest::prelude::*;

    use super::*;

    fn any_value() -> impl Strategy<Value = Value> {
        let number = -1e300..1e300;
        prop_oneof![
            any::<bool>().prop_map(Value::Flag),
            number.clone().prop_map(Value::Number),
            any::<String>().prop_map(Value::Text),
            vec(any::<String>(), 0..9).prop_map(Value::Texts),
            btree_map(any::<String>(), number, 0..9).prop_map(Value::Weights),
        ]
    }

    proptest! {
        #[test]
        fn every_record_comes_back_as_it_was(
            at: u64,
            values in btree_map(any::<String>(), any_value(), 0..9),
            times in btree_map(any::<String>(), any::<u64>(), 0..9),
        ) {
            let record = Record { at, values, times };
            let bytes = encode(&record).expect("the record is small");
            prop_assert_eq!(decode(&bytes).expect("the bytes are a record"), record);
        }

        #[test]
        fn no_bytes_are_too_much_to_decode(bytes in vec(any::<u8>(), 0..4_096)) {
            let as_version = [&[VERSION], bytes.as_slice()].concat();
            for bytes in [bytes, as_version] {
                // What is a record is written as it was read, or shorter where a number was longer than it has to be.
                if let Ok(record) = decode(&bytes) {
                    prop_assert!(encode(&record).expect("the record is small").len() <= bytes.len());
                }
            }
        }

        #[test]
        fn no_bytes_of_a_record_can_be_changed_to_too_much(
            changes in vec((0..80_usize, any::<u8>()), 1..5),
        ) {
            let words = Value::Texts(vec!["jazz".to_owned(), "pop".to_owned()]);
            let weights = Value::Weights([("jazz".to_owned(), 0.5)].into());
            let record = Record::new(1 << 40, [("words".to_owned(), words), ("weights".to_owned(), weights)]);
            let mut bytes = encode(&record).expect("the record is small");
            for (index, byte) in changes {
                let index = index % bytes.len();
                bytes[index] = byte;
            }
            // Whatever comes of it, it comes.
            let _decoded = decode(&bytes);
        }
    }

    fn record(value: Value) -> Record {
        Record::new(7, [("energy".to_owned(), value)])
    }

    #[test]
    fn a_record_comes_back_as_it_was() {
        let mut record = record(Value::Weights([("a".to_owned(), -0.5)].into()));
        record.times.insert("energy".to_owned(), 6);
        let bytes = encode(&record).expect("the record is small");
        assert_eq!(decode(&bytes).expect("the bytes are a record"), record);
    }

    #[test]
    fn what_is_not_a_record_is_refused_with_its_reason() {
        let bytes = |value| encode(&record(value)).expect("the record is small");
        let right = bytes(Value::Number(0.5));
        let cases = [
            (vec![], "not a record"),
            (b"garbage".to_vec(), "in version 103, not 1"),
            // A list of more words than there are bytes in the world.
            ([&[VERSION, 7, 1, 1, b'a', 3][..], &[0xff; 9], &[1]].concat(), "not a record"),
            (vec![VERSION], "not a record"),
            (right[..right.len() - 1].to_vec(), "not a record"),
            ([right.clone(), vec![0, 0]].concat(), "2 bytes too many"),
            (vec![VERSION; MAX_RECORD_BYTES + 1], "larger than 131072 bytes"),
            (bytes(Value::Number(f64::NAN)), "`energy` is not finite"),
            (bytes(Value::Weights([("a".to_owned(), f64::INFINITY)].into())), "`energy` is not finite"),
        ];
        for (bytes, problem) in cases {
            assert_eq!(decode(&bytes).expect_err(problem).to_string(), problem);
        }
    }

    #[test]
    fn a_record_that_is_too_large_is_not_written() {
        let large = record(Value::Text("a".repeat(MAX_RECORD_BYTES)));
        assert!(matches!(encode(&large), Err(CodecError::TooLarge)));
    }
}
