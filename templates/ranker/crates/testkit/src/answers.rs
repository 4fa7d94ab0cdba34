//! What a caller gets for a valid request, whichever service is asked.
use std::fmt::Debug;

use prost_reflect::prost::Message;
use protocol::ranking::v1::StageScore;
use tonic::Status;

/// Holds the parts of a track's score to adding up to it, and gives the names of their stages.
pub fn check_score<'a>(track_id: &str, score: f64, parts: &'a [StageScore]) -> Vec<&'a str> {
    let sum: f64 = parts.iter().map(|part| part.score).sum();
    assert_eq!(sum, score, "the parts add up to the score of {track_id}");
    parts.iter().map(|part| part.stage.as_str()).collect()
}

/// Holds the answer with each of these limits to being the beginning of the one with the largest limit.
pub async fn check_beginnings<T: Debug + PartialEq>(
    id: &str,
    largest: u32,
    limits: &[u32],
    ranked: impl AsyncFn(u32) -> Vec<T>,
) {
    let all = ranked(largest).await;
    for &limit in limits {
        assert!(all.starts_with(&ranked(limit).await), "{id} with limit {limit}");
    }
}

/// Holds a service to ignoring a field that it does not know.
pub async fn check_unknown_field<M, A>(valid: M, ask: impl AsyncFn(M) -> Result<A, Status>)
where
    M: Message + Default,
    A: Debug + PartialEq,
{
    let mut bytes = valid.encode_to_vec();
    // Field 1000, a varint.
    bytes.extend([0xc0, 0x3e, 0x01]);
    let newer = M::decode(bytes.as_slice()).expect("unknown fields are skipped");
    let known = ask(valid).await.expect("the request is valid");
    assert_eq!(ask(newer).await.expect("the request is valid"), known);
}
