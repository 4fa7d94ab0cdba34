//! Two running instances of a service, asked the same requests a chunk at a time, in two orders.

use crate::capture::{Ask, PATIENCE, Replayed, Start};
use crate::policy::Corpus;
use crate::reading::Reading;
use crate::{Case, Error};

/// How many requests are asked, and their answers held in memory, at once.
pub(crate) const CHUNK: usize = 256;

/// A service that was started twice. The first instance is asked forwards; the second one backwards within each chunk,
/// which shows what one request leaves for the next.
pub(crate) struct Asking<'a> {
    corpus: &'a Corpus,
    reading: Reading<'a>,
    instances: [Instance; 2],
}

struct Instance {
    ask: Ask,
    /// How many answers in a row did not come.
    silent: usize,
}

impl<'a> Asking<'a> {
    pub(crate) fn begin(corpus: &'a Corpus, start: &mut Start<'_>) -> Result<Asking<'a>, Error> {
        let mut begin = || {
            let ask = start(corpus);
            let ask = ask.map_err(|reason| Error::Start { service: corpus.service.clone(), reason })?;
            Ok(Instance { ask, silent: 0 })
        };
        let reading =
            Reading::of(corpus).map_err(|reason| Error::Start { service: corpus.service.clone(), reason })?;
        Ok(Asking { corpus, reading, instances: [begin()?, begin()?] })
    }

    /// Both answers to each request, in the order of the requests.
    pub(crate) fn ask(&mut self, cases: &[Case]) -> Result<Vec<[Replayed; 2]>, Error> {
        let [first, second] = &mut self.instances;
        let forwards = cases
            .iter()
            .map(|case| first.ask(self.corpus, &self.reading, case))
            .collect::<Result<Vec<_>, _>>()?;
        let backwards = cases
            .iter()
            .rev()
            .map(|case| second.ask(self.corpus, &self.reading, case))
            .collect::<Result<Vec<_>, _>>()?;
        Ok(forwards
            .into_iter()
            .zip(backwards.into_iter().rev())
            .map(|(first, second)| [first, second])
            .collect())
    }
}

impl Instance {
    fn ask(&mut self, corpus: &Corpus, reading: &Reading<'_>, case: &Case) -> Result<Replayed, Error> {
        let failed =
            |reason: String| Error::Ask { service: corpus.service.clone(), request: case.id.clone(), reason };
        let answer = (self.ask)(&case.request).map_err(failed)?;
        self.silent = if answer.unsent.is_some() { self.silent + 1 } else { 0 };
        if let Some(reason) = answer.unsent.as_ref().filter(|_| self.silent == PATIENCE) {
            return Err(failed(format!("{PATIENCE} answers in a row did not come: {reason}")));
        }
        Ok(Replayed { ranking: reading.read(&answer).map_err(failed)?, unsent: answer.unsent })
    }
}
