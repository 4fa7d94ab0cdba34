//! The approved rankings of a corpus as Parquet, in whatever form they are kept, and back.

use std::fs::File;
use std::path::Path;

use source::Tree;

use super::{read, write};
use crate::bulk::side::{is_bulk, read_asks, read_recorded};
use crate::bulk::{Store, Writer};
use crate::policy::Corpus;
use crate::recording::{Entry, Form, Recording};
use crate::side::{Unread, standing};
use crate::{Error, replace};

/// Writes the recorded rankings of a corpus into a file; gives back how many there are.
///
/// # Errors
/// Where the recording cannot be read or the file not be written.
pub fn export(head: &Tree, corpus: &Corpus, store: &Store, into: File) -> Result<u64, Error> {
    let path = standing(head, &corpus.rankings());
    let recorded = read_recorded(head, corpus, &path).map_err(unread)?;
    let cannot = |reason: String| Error::Read { path: path.clone(), reason };
    let mut lists = recorded.open(store).map_err(cannot)?;
    let mut count = 0;
    let mut next = || {
        let is_there = lists.id()?.is_some();
        count += u64::from(is_there);
        Ok(is_there.then(|| lists.take()))
    };
    write(&mut next, into).map_err(cannot)?;
    Ok(count)
}

/// Records the rankings of a file for a corpus, as `golden accept` would those that the service answers: into the store
/// where the corpus is kept there. Gives back how many there are. It approves nothing, and the gate sees where they do
/// not belong to the requests.
///
/// # Errors
/// Where the requests or the file cannot be read, the file does not hold rankings in the order of their requests' ids,
/// or the recording cannot be written. Then it is as it was.
pub fn import(root: &Path, head: &Tree, corpus: &Corpus, store: &Store, from: File) -> Result<u64, Error> {
    let (requests_path, path) = (corpus.requests(), standing(head, &corpus.rankings()));
    let asks = read_asks(head, &requests_path).map_err(unread)?;
    let failed = |reason: String| Error::NotRecorded { service: corpus.service.clone(), reason };
    let about = corpus.about(asks.digest());
    if is_bulk(head, &requests_path, &path) {
        let mut writer = Writer::new(store, about).map_err(failed)?;
        read(from, &mut |row| writer.push(&row.id, &row.segment, &row.ranking)).map_err(failed)?;
        let manifest = writer.finish().map_err(failed)?;
        replace(root, &path, &manifest.to_text())?;
        return Ok(manifest.lists);
    }
    let (service, rpc, requests) = (about.service, about.rpc, about.requests);
    let (clock, seed) = (about.clock, about.seed);
    let mut recording = Recording { service, rpc, requests, clock, seed, ..Recording::default() };
    read(from, &mut |row| {
        if let Some(last) = recording.entries.last().filter(|last| last.id >= row.id) {
            return Err(format!(
                "`{}` stands below `{}`: requests are sorted by id, each once",
                row.id, last.id
            ));
        }
        recording.entries.push(Entry {
            id: row.id,
            segment: row.segment,
            ranking: row.ranking,
            noise: None,
            line: 0,
        });
        Ok(())
    })
    .map_err(failed)?;
    let form = Form::of(&path);
    let text = recording.write(form, head.text(&path).ok().as_deref());
    // What could not be read again must not be written.
    Recording::read(&text, form)
        .map_err(|refusal| failed(format!("line {}: {}", refusal.line, refusal.reason)))?;
    replace(root, &path, &text)?;
    Ok(recording.entries.len() as u64)
}

fn unread(unread: Unread) -> Error {
    Error::Read { path: unread.path, reason: unread.reason }
}
