//! Answers with and without explanations.
use protocol::ranking::v1::RankedTrack;

/// Holds an explained answer to being the same as the other but for the explanations, which only it has.
pub fn explained_and_not(explained: &[RankedTrack], plain: &[RankedTrack]) {
    for item in explained {
        assert!(!item.features.is_empty(), "{} is explained", item.track_id);
    }
    let without = |item: &RankedTrack| RankedTrack { features: Vec::new(), ..item.clone() };
    assert_eq!(explained.iter().map(without).collect::<Vec<_>>(), plain);
}
