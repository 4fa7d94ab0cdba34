//! A shard of a corpus asked of the running service, and compared with what is recorded at head.

use source::Tree;

use super::{Outcome, Shard, Slice, Tally};
use crate::bulk::Store;
use crate::bulk::asking::{Asking, CHUNK};
use crate::bulk::lists::Lists;
use crate::bulk::side::{read_asks, read_recorded};
use crate::capture::{Replayed, Start};
use crate::policy::Corpus;
use crate::rules::ranking_invalid;
use crate::side::{Unread, standing};
use crate::witness::{Seen, sentence};
use crate::{Case, Error, Noise, Ranking, compare_beyond};

/// Asks the service the requests of a shard and compares what it answers with the rankings that head has recorded; how
/// those differ from the base's is what the static tier says. Requests and rankings are read as they are needed: what is
/// in memory are the identifiers of the items, one block of rankings and one chunk of requests with their answers.
///
/// `progress` is told how many requests were asked.
///
/// # Errors
/// Where the corpus cannot be read to its end, was recorded for other requests, or the service does not start, errs or
/// stops answering. A part of a shard is never given out.
pub fn replay(
    head: &Tree,
    corpus: &Corpus,
    store: &Store,
    shard: Shard,
    start: &mut Start<'_>,
    progress: &mut dyn FnMut(u64),
) -> Result<Slice, Error> {
    let unread = |unread: Unread| Error::Read { path: unread.path, reason: unread.reason };
    let (requests_path, rankings_path) = (corpus.requests(), standing(head, &corpus.rankings()));
    let asks = read_asks(head, &requests_path).map_err(unread)?;
    let recorded = read_recorded(head, corpus, &rankings_path).map_err(unread)?;
    let cannot = |path: &str, reason: String| Error::Read { path: path.to_owned(), reason };
    if recorded.made_for() != asks.digest() {
        return Err(cannot(
            &rankings_path,
            "it was made for other requests, run `cargo xtask golden accept`".to_owned(),
        ));
    }
    let mut requests = asks.open(store).map_err(|reason| cannot(&requests_path, reason))?;
    let mut replaying = Replaying {
        corpus,
        lists: recorded.open(store).map_err(|reason| cannot(&rankings_path, reason))?,
        tally: Tally::default(),
        asked: 0,
    };
    let mut asking = Asking::begin(corpus, start)?;
    let (mut chunk, mut count) = (Vec::with_capacity(CHUNK), 0);
    loop {
        let case = requests.next().map_err(|reason| cannot(&requests_path, reason))?;
        let is_last = case.is_none();
        count += u64::from(!is_last);
        chunk.extend(case.filter(|case| shard.holds(&case.id)));
        if chunk.len() == CHUNK || is_last {
            let answers = asking.ask(&chunk)?;
            replaying.take(&chunk, answers).map_err(|reason| cannot(&rankings_path, reason))?;
            chunk.clear();
            progress(replaying.asked);
        }
        if is_last {
            break;
        }
    }
    Ok(Slice {
        service: corpus.service.clone(),
        rpc: corpus.rpc.clone(),
        requests: asks.digest(),
        rankings: recorded.digest(),
        of: count,
        asked: replaying.asked,
        tally: replaying.tally,
    })
}

struct Replaying<'a> {
    corpus: &'a Corpus,
    lists: Lists<'a>,
    tally: Tally,
    asked: u64,
}

impl Replaying<'_> {
    /// Takes the answers to a chunk in, request by request.
    fn take(&mut self, cases: &[Case], answers: Vec<[Replayed; 2]>) -> Result<(), String> {
        for (case, [first, second]) in cases.iter().zip(answers) {
            let recorded = self.recorded(&case.id)?;
            self.judge(case, recorded, &first.ranking, &second.ranking);
            self.asked += 1;
        }
        Ok(())
    }

    /// The ranking that is recorded for a request, and its noise. Requests come in the order of their ids, as rankings stand.
    fn recorded(&mut self, id: &str) -> Result<Option<(Ranking, Option<Noise>)>, String> {
        while self.lists.id()?.is_some_and(|next| next < id) {
            self.lists.pass();
        }
        let noise = self.lists.noise();
        Ok(match self.lists.id()? == Some(id) {
            true => Some((self.lists.take().ranking, noise)),
            false => None,
        })
    }

    fn judge(
        &mut self,
        case: &Case,
        recorded: Option<(Ranking, Option<Noise>)>,
        first: &Ranking,
        second: &Ranking,
    ) {
        let (corpus, wording) = (self.corpus, &self.corpus.wording);
        let (id, segment) = (case.id.as_str(), case.segment.as_str());
        let faults = ranking_invalid::faults(corpus, case, first);
        if !faults.is_empty() {
            return self.tally.refused(id, segment, Outcome::Broken, &faults.join("; "), wording);
        }
        let noise = recorded.as_ref().and_then(|(_, noise)| noise.as_ref());
        let unstable = compare_beyond(first, second, &corpus.tolerance, noise);
        if unstable.class.is_change() {
            let reason = sentence(id, &unstable);
            return self.tally.refused(id, segment, Outcome::Unstable, &reason, wording);
        }
        match recorded {
            None => self.tally.added(segment),
            Some((before, noise)) => {
                let before = &before;
                let comparison = compare_beyond(before, first, &corpus.tolerance, noise.as_ref());
                let seen = Seen {
                    id,
                    segment,
                    line: None,
                    before,
                    after: first,
                    comparison: &comparison,
                    overlap: 0.0,
                };
                self.tally.compared(&seen, wording);
            }
        }
    }
}
