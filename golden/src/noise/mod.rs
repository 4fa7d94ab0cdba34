//! The noise of a service: one build asked again and again, in several orders and started anew, and what differs then.

mod measured;
mod runs;

use std::path::Path;

use source::Tree;

pub use measured::{Measured, Noisy};
pub use runs::Runs;

pub(crate) use runs::repeat;

use crate::capture::Start;
use crate::policy::{Corpus, Policy};
use crate::requests::Case;
use crate::side::{read_recording, read_requests, standing};
use crate::{Error, Recording};

/// Asks every corpus, or one of them, in that many runs, and says what differed. Nothing is written.
///
/// `passed` is told after each run how many are over, for whoever waits.
///
/// # Errors
/// Where there is no such corpus, its requests cannot be read, or its service does not start or stops answering. A
/// recording that cannot be read is none: then answers are compared with one another only.
pub fn noise(
    root: &Path,
    policy: &Policy,
    corpus: Option<&str>,
    runs: Runs,
    start: &mut Start<'_>,
    passed: &mut dyn FnMut(&str, usize),
) -> Result<Vec<Measured>, Error> {
    let wanted = || policy.corpora.iter().filter(|known| corpus.is_none_or(|name| name == known.name));
    if let (Some(name), None) = (corpus, wanted().next()) {
        return Err(Error::NoSuchCorpus(name.to_owned()));
    }
    let measure = |corpus: &Corpus| {
        let requests_path = corpus.requests();
        let recorded =
            corpus.recordings().into_iter().filter(|path| root.join(path).symlink_metadata().is_ok());
        let tree = Tree::from_disk(root, recorded.chain([requests_path.clone()]).collect());
        let requests = read_requests(&tree, &requests_path)
            .map_err(|unread| Error::Read { path: unread.path, reason: unread.reason })?;
        let recording = read_recording(&tree, corpus, &standing(&tree, &corpus.rankings()));
        let recording = recording.unwrap_or_else(|_| Recording::default());
        let cases: Vec<&Case> = requests.cases.iter().collect();
        let mut measured = Measured::new(corpus, &recording, &cases, runs);
        repeat(start, corpus, &cases, runs, &mut |run, answers| {
            measured.add(answers);
            passed(&corpus.name, run + 1);
            Ok(())
        })?;
        Ok(measured)
    };
    wanted().map(measure).collect()
}
