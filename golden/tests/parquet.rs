//! Rankings as Parquet: what is written is read back, and what is not such a table is refused.

mod common;

use std::fs::File;
use std::sync::Arc;

use common::{ranking, recording, rows};
use golden::Ranking;
use golden::bulk::Row;
use golden::parquet::{read, write};
use parquet::data_type::{ByteArray, ByteArrayType, FloatType, Int64Type};
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;
use proptest::prelude::*;

fn written(rows: &[Row]) -> File {
    let mut rows = rows.iter().cloned();
    let file = tempfile::tempfile().unwrap();
    write(&mut || Ok(rows.next()), file.try_clone().unwrap()).unwrap();
    file
}

fn back(file: File) -> Result<Vec<Row>, String> {
    let mut all = Vec::new();
    read(file, &mut |row| {
        all.push(row);
        Ok(())
    })?;
    Ok(all)
}

fn row(id: &str, ranking: Ranking) -> Row {
    Row { id: id.to_owned(), segment: "s".to_owned(), ranking }
}

#[test]
fn a_recording_is_read_back_as_it_was_written() {
    let recorded = recording(&rows(
        "cold/1 limit=3: t1=0.9 t2=0.5 t3=0.1\ncold/2 limit=2: NOT_FOUND\nhome/1 limit=2: t9=0.25 t1=-0.5",
    ));
    let mut all: Vec<Row> = (recorded.entries.into_iter())
        .map(|entry| Row { id: entry.id, segment: entry.segment, ranking: entry.ranking })
        .collect();
    all[0].ranking.model = Some("2026-11-20.1".to_owned());
    all[2].ranking.degraded = vec!["plays".to_owned(), "affinity".to_owned()];
    assert_eq!(back(written(&all)), Ok(all));
}

#[test]
fn a_table_of_many_row_groups_is_read_back_in_order() {
    let all: Vec<Row> =
        (0..3_000).map(|number| row(&format!("r{number:04}"), ranking(&"t=0.5 ".repeat(50)))).collect();
    assert_eq!(back(written(&all)), Ok(all));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn every_score_is_read_back_to_the_last_bit(scores in prop::collection::vec(any::<f64>(), 0..40)) {
        let items = scores.iter().map(|score| golden::Item::new("t", *score)).collect();
        let read = back(written(&[row("a", Ranking { status: "OK".to_owned(), items, ..Ranking::default() })])).unwrap();
        let bits = |scores: &mut dyn Iterator<Item = f64>| scores.map(f64::to_bits).collect::<Vec<_>>();
        prop_assert_eq!(bits(&mut read[0].ranking.items.iter().map(|item| item.score)), bits(&mut scores.iter().copied()));
    }
}

/// A table of another's making: more columns, in another order, 64-bit ranks and 32-bit scores.
fn foreign(requests: &[&str], ranks: &[i64], statuses: &[&str]) -> File {
    let schema = "message schema { required int64 rank; required float score; required binary note (STRING);
        required binary request (STRING); required binary segment (STRING); required binary id (STRING);
        required binary status (STRING); optional binary model (STRING); optional binary degraded (STRING); }";
    let file = tempfile::tempfile().unwrap();
    let schema = Arc::new(parse_message_type(schema).unwrap());
    let mut writer =
        SerializedFileWriter::new(file.try_clone().unwrap(), schema, Default::default()).unwrap();
    let mut group = writer.next_row_group().unwrap();
    let count = requests.len();
    let texts = |texts: &[&str]| texts.iter().map(|text| ByteArray::from(*text)).collect::<Vec<_>>();
    let mut index = 0;
    while let Some(mut column) = group.next_column().unwrap() {
        let none = vec![0_i16; count];
        match index {
            0 => column.typed::<Int64Type>().write_batch(ranks, None, None).unwrap(),
            1 => column.typed::<FloatType>().write_batch(&vec![0.5; count], None, None).unwrap(),
            3 => column.typed::<ByteArrayType>().write_batch(&texts(requests), None, None).unwrap(),
            6 => column.typed::<ByteArrayType>().write_batch(&texts(statuses), None, None).unwrap(),
            7 | 8 => column.typed::<ByteArrayType>().write_batch(&[], Some(&none), None).unwrap(),
            _ => column.typed::<ByteArrayType>().write_batch(&texts(&vec!["x"; count]), None, None).unwrap(),
        };
        column.close().unwrap();
        index += 1;
    }
    group.close().unwrap();
    writer.close().unwrap();
    file
}

#[test]
fn a_table_of_another_is_read_where_it_has_the_columns() {
    let read = back(foreign(&["a", "a", "b"], &[1, 2, 1], &["OK"; 3])).unwrap();
    let lengths: Vec<(&str, usize)> =
        read.iter().map(|row| (row.id.as_str(), row.ranking.items.len())).collect();
    assert_eq!(lengths, [("a", 2), ("b", 1)]);
}

#[test]
fn a_table_that_does_not_make_rankings_is_refused() {
    let refused = |requests: &[&str], ranks: &[i64], statuses: &[&str]| {
        back(foreign(requests, ranks, statuses)).unwrap_err()
    };
    assert_eq!(refused(&["a"], &[2], &["OK"]), "the rows of `a` begin with rank 2");
    let order = "the rows of `a` are not its ranks from 1 to at most 5000, in that order";
    assert_eq!(refused(&["a", "a"], &[1, 3], &["OK"; 2]), order);
    assert_eq!(refused(&["a", "a"], &[1, 1], &["OK"; 2]), order);
    assert_eq!(
        refused(&["a", "a"], &[1, 2], &["OK", "INTERNAL"]),
        "the rows of `a` differ in more than the item"
    );

    let file = tempfile::tempfile().unwrap();
    let schema =
        Arc::new(parse_message_type("message schema { required binary request (STRING); }").unwrap());
    let mut writer =
        SerializedFileWriter::new(file.try_clone().unwrap(), schema, Default::default()).unwrap();
    let mut group = writer.next_row_group().unwrap();
    let mut column = group.next_column().unwrap().unwrap();
    column.typed::<ByteArrayType>().write_batch(&[ByteArray::from("a")], None, None).unwrap();
    column.close().unwrap();
    group.close().unwrap();
    writer.close().unwrap();
    assert_eq!(back(file), Err("there is no column `segment`".to_owned()));
}

#[test]
fn a_file_that_is_cut_off_or_no_parquet_is_refused() {
    use std::io::Write;
    let mut text = tempfile::tempfile().unwrap();
    text.write_all(b"request,segment\n").unwrap();
    assert!(back(text).unwrap_err().starts_with("failed to read Parquet: "));
    let file = written(&[row("a", ranking("t1=0.9 t2=0.5"))]);
    file.set_len(file.metadata().unwrap().len() - 9).unwrap();
    assert!(back(file).unwrap_err().starts_with("failed to read Parquet: "));
}

#[test]
fn a_corpus_goes_out_and_comes_back_in_either_form() {
    use common::depot::{BASE, Depot};
    use common::{RANKINGS, REQUESTS, policy, tree};
    let depot = Depot::new();
    let corpus = &policy("").corpora[0];
    for head in [tree(BASE), depot.tree(BASE)] {
        let file = depot.folder.path().join("rankings.parquet");
        let exported = golden::parquet::export(&head, corpus, &depot.store, File::create(&file).unwrap());
        assert_eq!(exported.unwrap(), 4);
        let root = depot.folder.path().join("root");
        std::fs::create_dir_all(root.join("services/queue/golden")).unwrap();
        for path in [REQUESTS, RANKINGS] {
            std::fs::write(root.join(path), &*head.text(path).unwrap()).unwrap();
        }
        std::fs::write(root.join(RANKINGS), head.text(RANKINGS).unwrap().replace("0.9", "0.8")).unwrap();
        let imported =
            golden::parquet::import(&root, &head, corpus, &depot.store, File::open(&file).unwrap());
        assert_eq!(imported.unwrap(), 4);
        assert_eq!(std::fs::read_to_string(root.join(RANKINGS)).unwrap(), &*head.text(RANKINGS).unwrap());
    }
}

#[test]
fn requests_out_of_order_are_not_imported_and_the_recording_stays() {
    use common::depot::{BASE, Depot};
    use common::{RANKINGS, policy, tree};
    let depot = Depot::new();
    for head in [tree(BASE), depot.tree(BASE)] {
        let file = written(&[row("home/1", ranking("t1=1")), row("cold/1", ranking("t1=1"))]);
        let imported =
            golden::parquet::import(depot.folder.path(), &head, &policy("").corpora[0], &depot.store, file);
        assert!(
            imported
                .unwrap_err()
                .to_string()
                .ends_with("`cold/1` stands below `home/1`: requests are sorted by id, each once")
        );
        assert!(!depot.folder.path().join(RANKINGS).exists());
    }
}
