//! Corpora that cannot be read, and so were not looked at.

use findings::{Finding, Location, rule};

use crate::policy::Corpus;
use crate::side::Unread;

rule! {
    /// A file of a corpus that is missing, cut off, unsorted, of another corpus, of a newer format, too large, or
    /// not as `golden accept` writes it. Nothing of it was compared.
    ///
    /// ## Why it hurts
    /// A recording that is read as far as it goes passes every ranking behind the place where it breaks, and one
    /// that was edited by hand says what somebody wished and not what the service answered.
    ///
    /// ## Example
    /// ```bad
    /// {"gatefold.golden":2,"rankings":2,"requests":"0a","rpc":"r.v1.Queue/Rank","service":"queue"}
    /// {"id":"b","ranking":[{"id":"t1","score":0.9}],"segment":"home","status":"OK"}
    /// {"id":"a","ranking":[{"id":"t1","score":0.9}],"segment":"home","status":"OK"} //~
    /// ```
    ///
    /// ## Instead
    /// Restore the file, or record it again with `cargo xtask golden accept`.
    /// ```good
    /// a limit=1: t1=0.9
    /// b limit=1: t1=0.9
    /// ```
    pub static CORPUS_UNREADABLE = {
        id: "corpus-unreadable",
        guard: "golden",
        group: findings::UNREADABLE,
        level: Error,
        summary: "finds corpora that cannot be read",
    };
}

pub(crate) fn find(corpus: &Corpus, unread: &Unread) -> Finding {
    let location = match unread.line {
        Some(line) => Location::point(&unread.path, line, 1),
        None => Location::file(&unread.path),
    };
    let message = format!("the corpus of `{}` is not read: {}", corpus.service, unread.reason);
    Finding::new(&CORPUS_UNREADABLE, location, message)
        .help("restore the file, or record it again with `cargo xtask golden accept`")
        .fact(format!("{} {}", corpus.service, corpus.rpc))
}
