//! Bulk recordings: that they hold the same rankings as text does, and what is refused.

mod common;

use std::path::{Path, PathBuf};

use common::{ranking, recording, rows};
use golden::bulk::{About, Canonical, LISTS, Manifest, Reader, Row, Store, Writer};
use golden::{Item, Ranking, Recording};
use proptest::prelude::*;

const RECORDED: &str =
    "cold/1 limit=3: t1=0.9 t2=0.5 t3=0.1\ncold/2 limit=2: NOT_FOUND\nhome/1 limit=2: t9=0.25 t1=0.5";

fn about() -> About {
    let [corpus, service, rpc, requests] = ["queue", "queue", "r.v1.Queue/Rank", "0a"].map(str::to_owned);
    About { corpus, service, rpc, requests, clock: None, seed: None }
}

fn write(store: &Store, recording: &Recording) -> Manifest {
    let mut writer = Writer::new(store, about()).unwrap();
    for entry in &recording.entries {
        writer.push(&entry.id, &entry.segment, &entry.ranking).unwrap();
    }
    writer.finish().unwrap()
}

fn read(store: &Store, manifest: &Manifest) -> Result<Vec<Row>, String> {
    let mut reader = Reader::open(store, manifest.clone())?;
    let mut all = Vec::new();
    for index in 0..reader.blocks() {
        let block = reader.block(index)?;
        all.extend((0..block.len()).map(|list| reader.row(&block, list)));
    }
    Ok(all)
}

/// A store with the recording, and the file in it.
fn stored() -> (tempfile::TempDir, Store, Manifest, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::at(folder.path());
    let manifest = write(&store, &recording(&rows(RECORDED)));
    let file = folder.path().join(format!("{}.rankings", manifest.file));
    (folder, store, manifest, file)
}

fn files(folder: &Path) -> usize {
    std::fs::read_dir(folder).unwrap().count()
}

#[test]
fn what_is_written_is_read_back_and_has_the_digest_of_the_text() {
    let (folder, store, manifest, _) = stored();
    let recording = recording(&rows(RECORDED));
    let expected: Vec<Row> = (recording.entries.iter().cloned())
        .map(|entry| Row { id: entry.id, segment: entry.segment, ranking: entry.ranking })
        .collect();
    assert_eq!(read(&store, &manifest), Ok(expected));
    assert_eq!(manifest.rankings, Canonical::of(&recording));
    assert_eq!(
        (manifest.lists, manifest.items, manifest.segments["cold"], manifest.statuses["OK"]),
        (3, 5, 2, 2)
    );
    assert_eq!(Manifest::parse(&manifest.to_text()), Ok(manifest.clone()));
    assert_eq!(
        Manifest::parse(&manifest.to_text().replace('\n', "\r\n")),
        Ok(manifest),
        "a checkout with CRLF"
    );
    assert_eq!(files(folder.path()), 1, "nothing is left of what was in between");
}

#[test]
fn the_same_rankings_give_the_same_file_and_any_other_another() {
    let folder = tempfile::tempdir().unwrap();
    let digest = |notation: &str| write(&Store::at(folder.path()), &recording(&rows(notation))).file;
    let all = [
        RECORDED,
        &RECORDED.replace("0.5", "0.6"),
        &RECORDED.replace("t2", "t4"),
        &RECORDED.replace("NOT_FOUND", "INTERNAL"),
    ];
    let digests: std::collections::HashSet<String> = all.map(digest).into();
    assert_eq!(digests.len(), all.len());
    assert_eq!(digest(RECORDED), digest(RECORDED));
}

#[test]
fn a_corpus_of_many_blocks_is_read_back_in_order() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::at(folder.path());
    let mut writer = Writer::new(&store, about()).unwrap();
    let count = 2 * LISTS + 5;
    for number in 0..count {
        let items = (0..3)
            .map(|rank| Item::new(format!("t{}", (number * 7 + rank) % 1_000), 1.0 / (rank + 1) as f64));
        let ranking = Ranking { status: "OK".to_owned(), items: items.collect(), ..Ranking::default() };
        writer.push(&format!("r{number:06}"), "s", &ranking).unwrap();
    }
    let manifest = writer.finish().unwrap();
    let rows = read(&store, &manifest).unwrap();
    assert_eq!((manifest.blocks.len(), manifest.dictionary.count, rows.len()), (3, 1_000, count));
    assert!(
        (0..).zip(&rows).all(|(number, row)| row.ranking.items[0].id == format!("t{}", number * 7 % 1_000))
    );
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_score_is_read_back_to_the_last_bit(
        scores in prop::collection::vec(prop_oneof![any::<f32>().prop_map(f64::from), any::<f64>()].prop_filter("finite", |score| score.is_finite()), 0..20),
    ) {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::at(folder.path());
        let items = scores.iter().enumerate().map(|(rank, score)| Item::new(format!("t{rank}"), *score)).collect();
        let ranking = Ranking { status: "OK".to_owned(), items, ..Ranking::default() };
        let mut writer = Writer::new(&store, about()).unwrap();
        writer.push("a", "s", &ranking).unwrap();
        let row = read(&store, &writer.finish().unwrap()).unwrap().remove(0);
        let bits = |ranking: &Ranking| ranking.items.iter().map(|item| item.score.to_bits()).collect::<Vec<_>>();
        prop_assert_eq!(bits(&row.ranking), bits(&ranking));
    }

    #[test]
    fn a_file_with_any_byte_changed_or_cut_off_is_refused(at in any::<prop::sample::Index>(), bit in 0_u8..8, cut: bool) {
        let (_folder, store, manifest, file) = stored();
        let mut bytes = std::fs::read(&file).unwrap();
        let at = at.index(bytes.len());
        if cut { bytes.truncate(at) } else { bytes[at] ^= 1 << bit }
        std::fs::write(&file, bytes).unwrap();
        prop_assert!(read(&store, &manifest).is_err());
    }

    /// Whoever writes the file can write its digests, too: then it is the content that must be sound.
    #[test]
    fn a_forged_file_whose_digests_fit_never_panics(at in any::<prop::sample::Index>(), value in prop_oneof![Just(0_u8), Just(255), any::<u8>()]) {
        let (folder, store, manifest, file) = stored();
        let mut bytes = std::fs::read(&file).unwrap();
        let at = at.index(bytes.len());
        bytes[at] = value;
        let forged = forge(folder.path(), &manifest, &bytes);
        let _ = read(&store, &forged);
    }
}

/// The manifest that fits these bytes of a file, which is put into the store under its name.
fn forge(folder: &Path, manifest: &Manifest, bytes: &[u8]) -> Manifest {
    let mut forged = manifest.clone();
    let mut at = 16;
    for section in [&mut forged.dictionary].into_iter().chain(&mut forged.blocks) {
        let end = at + section.bytes as usize;
        section.digest = blake3::hash(&bytes[at..end]).to_hex().to_string();
        at = end;
    }
    forged.file = String::new();
    forged.file = blake3::hash(serde_json::to_string(&forged).unwrap().as_bytes()).to_hex().to_string();
    std::fs::write(folder.join(format!("{}.rankings", forged.file)), bytes).unwrap();
    Manifest::parse(&forged.to_text()).expect("a manifest that fits itself")
}

/// Puts a number into the file, at the `nth` one of its only block, and expects a refusal.
#[track_caller]
fn check_forged(nth: usize, number: u32, expected: &str) {
    let (folder, store, manifest, file) = stored();
    let mut bytes = std::fs::read(&file).unwrap();
    let at = 16 + manifest.dictionary.bytes as usize + 4 * nth;
    bytes[at..at + 4].copy_from_slice(&number.to_le_bytes());
    let refused = read(&store, &forge(folder.path(), &manifest, &bytes)).unwrap_err();
    assert!(refused.ends_with(expected), "{refused}");
}

#[test]
fn numbers_that_lead_out_of_their_tables_are_refused() {
    // kind, items, count, three ends, 18 bytes of ids up to a multiple of eight, then five columns of three and the items.
    let ids = 6;
    let columns = (4 * ids + "cold/1cold/2home/1".len()).next_multiple_of(8) / 4;
    check_forged(0, 7, "there is no kind 7 of scores");
    check_forged(1, u32::MAX, "the rankings have 5 items, the block announces 4294967295");
    check_forged(2, u32::MAX, "a section announces more than it holds");
    check_forged(3, u32::MAX, "identifier 0 lies outside its table, or is none");
    check_forged(columns, 2, "a word lies outside its table");
    check_forged(columns + 12, 6, "a ranking ends before it begins, or has more than 5000 items");
    check_forged(columns + 14, u32::MAX, "a ranking ends before it begins, or has more than 5000 items");
    check_forged(columns + 15, 4, "an item lies outside the dictionary");
}

#[test]
fn a_manifest_that_accept_did_not_write_is_refused() {
    let (_folder, _, manifest, _) = stored();
    let refused = |edit: fn(String) -> String| Manifest::parse(&edit(manifest.to_text())).unwrap_err();
    assert_eq!(
        refused(|text| text.replace("golden-bulk/1", "golden-bulk/2")),
        "it has the format `gatefold.golden-bulk/2`, this Gatefold reads `gatefold.golden-bulk/1`"
    );
    assert_eq!(
        refused(|text| text.replace("\"lists\": 3", "\"lists\": 2")),
        "its digest does not fit: it was damaged, or edited by hand"
    );
    assert_eq!(refused(|text| text.replacen('\n', "", 1)), "it is not as `golden accept` writes it");
    assert!(refused(|text| text[..text.len() / 2].to_owned()).starts_with("it does not parse: EOF"));
    assert!(refused(|text| text.replace("3 ", "-3 ")).contains("a section is written `COUNT BYTES BLAKE3`"));
}

#[test]
fn a_file_that_the_store_does_not_have_is_named() {
    let (_folder, _, manifest, file) = stored();
    let name = format!("{}.rankings", manifest.file);
    std::fs::remove_file(&file).unwrap();
    let refused = |store: &Store| Reader::open(store, manifest.clone()).err().unwrap();
    assert_eq!(refused(&Store::at(file.parent().unwrap())), format!("the store has no `{name}`"));
    assert_eq!(
        refused(&Store::none()),
        "no store is known: set GATEFOLD_STORE, or `golden.store` in the policy"
    );
    std::fs::create_dir(&file).unwrap();
    assert_eq!(
        refused(&Store::at(file.parent().unwrap())),
        format!("`{name}` in the store is not a regular file")
    );
}

#[test]
fn what_is_not_fit_to_be_recorded_is_not_written_and_leaves_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::at(folder.path());
    let refused = |pushes: &[(&str, &str, &str)]| {
        let mut writer = Writer::new(&store, about()).unwrap();
        let pushed =
            pushes.iter().map(|(id, segment, notation)| writer.push(id, segment, &ranking(notation)));
        pushed.collect::<Result<(), _>>().unwrap_err()
    };
    assert_eq!(
        refused(&[("b", "s", "t1=1"), ("a", "s", "t1=1")]),
        "`a` stands below `b`: requests are sorted by id, each once"
    );
    assert!(refused(&[("a", "s", "t1=1"), ("a", "s", "t1=1")]).contains("each once"));
    for (id, segment, notation) in
        [("a b", "s", "t1=1"), ("a", "", "t1=1"), ("a", "s", "t1=NaN"), ("a", "s", "t`=1")]
    {
        assert!(refused(&[(id, segment, notation)]).ends_with("is not fit to be recorded"), "{id}");
    }
    assert_eq!(files(folder.path()), 0);
}
