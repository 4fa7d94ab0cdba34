//! A part of a long list, dealt by chance that can be had again.

/// At most so many of the tracks: those whose hash with seed, viewer and day is lowest. Each viewer is dealt another part
/// each day, and the same one whatever order the tracks are in.
pub fn deal(tracks: Vec<String>, at_most: usize, seed: u64, viewer: &str, day: u64) -> Vec<String> {
    let start = mix(mix(seed, &day.to_le_bytes()), viewer.as_bytes());
    let mut dealt: Vec<_> = tracks.into_iter().map(|track| (mix(start, track.as_bytes()), track)).collect();
    dealt.sort_unstable();
    dealt.truncate(at_most);
    dealt.into_iter().map(|(_, track)| track).collect()
}

/// FNV-1a over the bytes, from a start, with the last steps of SplitMix64 so that similar names lie far apart.
fn mix(start: u64, bytes: &[u8]) -> u64 {
    let step = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3);
    let hash = bytes.iter().fold(start ^ 0xcbf2_9ce4_8422_2325, step);
    let hash = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let hash = (hash ^ (hash >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    hash ^ (hash >> 31)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::deal;

    fn tracks(count: usize) -> Vec<String> {
        (0..count).map(|number| format!("trk-{number:05}")).collect()
    }

    #[test]
    fn a_short_list_is_dealt_whole() {
        let dealt: BTreeSet<_> = deal(tracks(150), 200, 7, "viewer-1", 20_000).into_iter().collect();
        assert_eq!(dealt, tracks(150).into_iter().collect());
    }

    #[test]
    fn the_same_seed_viewer_and_day_are_dealt_the_same_whatever_order_the_list_is_in() {
        let mut reversed = tracks(500);
        reversed.reverse();
        let dealt = deal(tracks(500), 200, 7, "viewer-1", 20_000);
        assert_eq!(dealt.len(), 200);
        assert_eq!(dealt, deal(reversed, 200, 7, "viewer-1", 20_000));
    }

    #[test]
    fn a_smaller_part_is_the_beginning_of_a_larger_one() {
        let dealt = |at_most| deal(tracks(500), at_most, 7, "viewer-1", 20_000);
        assert!(dealt(200).starts_with(&dealt(60)));
    }

    #[test]
    fn another_seed_viewer_or_day_is_dealt_others() {
        let dealt = deal(tracks(500), 200, 7, "viewer-1", 20_000);
        for (seed, viewer, day) in [(8, "viewer-1", 20_000), (7, "viewer-2", 20_000), (7, "viewer-1", 20_001)]
        {
            assert_ne!(dealt, deal(tracks(500), 200, seed, viewer, day));
        }
    }

    #[test]
    fn every_track_is_dealt_about_equally_often() {
        let mut counts = vec![0_usize; 400];
        for viewer in 0..400 {
            for track in deal(tracks(400), 200, 7, &format!("viewer-{viewer}"), 20_000) {
                counts[track[4..].parse::<usize>().expect("a track ends in its number")] += 1;
            }
        }
        assert!(counts.iter().all(|count| (150..250).contains(count)), "{counts:?}");
    }
}
