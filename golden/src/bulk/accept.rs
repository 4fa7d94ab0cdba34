//! `golden accept` for a corpus whose files are manifests: the answers go into the store as they come.

use source::Tree;

use super::asking::{Asking, CHUNK};
use super::lists::Lists;
use super::side::{Recorded, is_bulk, read_asks, read_recorded};
use super::store::Store;
use super::writer::{About, Writer};
use crate::accept::{Accepted, refusal};
use crate::capture::Start;
use crate::policy::Corpus;
use crate::side::{Unread, standing};
use crate::{Case, Error, Ranking, Recording, witness};

/// How many sentences and ids are kept for people; beyond, they are only counted.
const TOLD: usize = 1_000;

/// Records a bulk corpus, and gives back what would stand in its manifest; `None` where the corpus is none.
///
/// What is in memory are the identifiers of the items, a block of the old rankings and one of the new, and a chunk of
/// requests with their answers.
pub(crate) fn record(
    tree: &Tree,
    corpus: &Corpus,
    store: &Store,
    start: &mut Start<'_>,
) -> Result<Option<(Accepted, Option<String>)>, Error> {
    let (requests_path, path) = (corpus.requests(), standing(tree, &corpus.rankings()));
    if !is_bulk(tree, &requests_path, &path) {
        return Ok(None);
    }
    let cannot = |path: &str, reason: String| Error::Read { path: path.to_owned(), reason };
    let asks = read_asks(tree, &requests_path)
        .map_err(|Unread { path, reason, .. }| Error::Read { path, reason })?;
    // A recording that cannot be read is no recording: all of it is new.
    let old = read_recorded(tree, corpus, &path).unwrap_or_else(|_| Recorded::Text(Recording::default()));
    let nothing = Recording::default();
    let lists = old.open(store).unwrap_or_else(|_| Lists::of_text(&nothing));
    let mut requests = asks.open(store).map_err(|reason| cannot(&requests_path, reason))?;
    let failed = |reason: String| Error::NotRecorded { service: corpus.service.clone(), reason };
    let mut recording = Recorder {
        corpus,
        lists,
        writer: Writer::new(store, corpus.about(asks.digest())).map_err(failed)?,
        accepted: Accepted::of(corpus, path.clone()),
    };
    let mut asking = Asking::begin(corpus, start)?;
    let mut chunk: Vec<Case> = Vec::with_capacity(CHUNK);
    loop {
        let case = requests.next().map_err(|reason| cannot(&requests_path, reason))?;
        let is_last = case.is_none();
        chunk.extend(case);
        if chunk.len() == CHUNK || is_last {
            for (case, [first, second]) in chunk.iter().zip(asking.ask(&chunk)?) {
                if let Some(reason) = refusal(corpus, case, &first, &second) {
                    return Err(failed(reason));
                }
                recording.take(case, first.ranking).map_err(failed)?;
            }
            chunk.clear();
        }
        if is_last {
            break;
        }
    }
    let (mut accepted, manifest) = recording.finish().map_err(failed)?;
    let text = manifest.to_text();
    accepted.written = tree.text(&path).ok().as_deref() != Some(text.as_str());
    let text = accepted.written.then_some(text);
    Ok(Some((accepted, text)))
}

impl Corpus {
    /// What a recording of it is about, that was made for these requests.
    pub(crate) fn about(&self, requests: String) -> About {
        About {
            corpus: self.name.clone(),
            service: self.service.clone(),
            rpc: self.rpc.clone(),
            requests,
            clock: self.clock.as_ref().map(ToString::to_string),
            seed: self.seed,
        }
    }
}

struct Recorder<'a> {
    corpus: &'a Corpus,
    lists: Lists<'a>,
    writer: Writer<'a>,
    accepted: Accepted,
}

impl Recorder<'_> {
    /// Writes the ranking of the next request: the old one where only noise differs.
    fn take(&mut self, case: &Case, answer: Ranking) -> Result<(), String> {
        while self.lists.id()?.is_some_and(|next| next < case.id.as_str()) {
            let gone = self.lists.take();
            tell(&mut self.accepted.removed, &mut self.accepted.more[2], gone.id);
        }
        let ranking = match self.lists.id()? == Some(case.id.as_str()) {
            false => {
                tell(&mut self.accepted.added, &mut self.accepted.more[1], case.id.clone());
                answer
            }
            true => {
                let old = self.lists.take().ranking;
                let (comparison, ranking) = crate::settle(&old, answer, &self.corpus.tolerance, None);
                match comparison.class.is_change() {
                    true => {
                        let sentence = witness::sentence(&case.id, &comparison);
                        tell(&mut self.accepted.changed, &mut self.accepted.more[0], sentence);
                    }
                    false => self.accepted.kept += 1,
                }
                ranking
            }
        };
        self.writer.push(&case.id, &case.segment, &ranking)
    }

    fn finish(mut self) -> Result<(Accepted, super::Manifest), String> {
        while self.lists.id()?.is_some() {
            let gone = self.lists.take();
            tell(&mut self.accepted.removed, &mut self.accepted.more[2], gone.id);
        }
        Ok((self.accepted, self.writer.finish()?))
    }
}

fn tell(told: &mut Vec<String>, more: &mut usize, text: String) {
    match told.len() < TOLD {
        true => told.push(text),
        false => *more += 1,
    }
}
