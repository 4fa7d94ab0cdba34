//! Lists of hashes as bytes: so many are kept that each by itself would take longer to read than everything else.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serializer};

/// How many bytes a hash has.
const HASH: usize = size_of::<u64>();

fn hash(bytes: &[u8; HASH]) -> u64 {
    u64::from_le_bytes(*bytes)
}

/// Bytes that are a number of rows of so many hashes.
fn rows<'de, const BYTES: usize, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<&'de [[u8; BYTES]], D::Error> {
    let bytes: &[u8] = Deserialize::deserialize(deserializer)?;
    match bytes.as_chunks() {
        (rows, []) => Ok(rows),
        _ => Err(D::Error::custom("a hash is cut off")),
    }
}

/// Of what can be called.
pub(super) mod keys {
    use super::super::Key;
    use super::*;

    pub(crate) fn serialize<S: Serializer>(keys: &[Key], serializer: S) -> Result<S::Ok, S::Error> {
        let bytes: Vec<u8> = keys.iter().flat_map(|key| key.to_le_bytes()).collect();
        serializer.serialize_bytes(&bytes)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Box<[Key]>, D::Error> {
        Ok(rows::<HASH, D>(deserializer)?.iter().map(hash).collect())
    }
}

/// Of what is called.
pub(super) mod calls {
    use super::super::Named;
    use super::*;

    pub(crate) fn serialize<S: Serializer>(calls: &[Named], serializer: S) -> Result<S::Ok, S::Error> {
        let bytes: Vec<u8> = calls.iter().flat_map(|call| call.hashes()).flat_map(u64::to_le_bytes).collect();
        serializer.serialize_bytes(&bytes)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Box<[Named]>, D::Error> {
        let named = |row: &[u8; 2 * HASH]| {
            let (first, second) = row.split_at(HASH);
            let half = |half: &[u8]| half.first_chunk().map_or(0, hash);
            Named::of_hashes([half(first), half(second)])
        };
        Ok(rows::<{ 2 * HASH }, D>(deserializer)?.iter().map(named).collect())
    }
}
