//! The static tier of a corpus whose files are manifests: the same verdicts as over text, in bounded memory.

use std::collections::HashSet;

use findings::{Checked, Finding, Location};
use source::Change;

use super::delta::{Rankings, Requests, Several};
use super::side::{BulkSide, is_bulk};
use super::store::Store;
use crate::intent::Radius;
use crate::partial::Tally;
use crate::policy::Corpus;
use crate::rules::corpus_stale::CORPUS_STALE;
use crate::rules::corpus_too_small::CORPUS_TOO_SMALL;
use crate::rules::ranking_changed::{HELP, RANKING_CHANGED};
use crate::rules::request_changed::REQUEST_CHANGED;
use crate::rules::request_removed::REQUEST_REMOVED;
use crate::rules::{corpus_stale, corpus_unreadable, ranking_invalid};
use crate::side::Unread;
use crate::static_tier::{Approved, Place};
use crate::{Recording, Requests as TextRequests};

/// Judges a corpus of which either side has a manifest, and says how far the change reaches in it; `None`, and nothing
/// done, where none has.
///
/// Where both sides name the same files nothing is read from the store. Else both are compared list by list, and what
/// the store does not have is a corpus that was not looked at.
pub(crate) fn check(
    change: &Change,
    corpus: &Corpus,
    place: &Place,
    store: &Store,
    approved: &Approved<'_>,
    checked: &mut Checked,
) -> Option<Option<Radius>> {
    let (requests, rankings) = (change.base_path(&place.requests), change.base_path(&place.rankings));
    let base_is_bulk = change.base.as_ref().is_some_and(|base| is_bulk(base, requests, rankings));
    if !base_is_bulk && !is_bulk(&change.head, &place.requests, &place.rankings) {
        return None;
    }
    let base = change.base.as_ref().and_then(|base| BulkSide::read(base, corpus, requests, rankings));
    let judge = Judge { corpus, place, store, approved };
    let head = match BulkSide::read(&change.head, corpus, &place.requests, &place.rankings) {
        Some(Ok(head)) => head,
        Some(Err(unread)) => {
            checked.findings.push(corpus_unreadable::find(corpus, &unread));
            return Some(None);
        }
        None => {
            checked.findings.push(judge.missing(base));
            return Some(None);
        }
    };
    *checked.counts.entry("requests").or_default() += head.count();
    let findings = &mut checked.findings;
    findings.extend(judge.too_small(&head));
    let (base, unread) = match base {
        Some(Ok(base)) => (Some(base), None),
        Some(Err(unread)) => (None, Some(unread)),
        None => (None, None),
    };
    findings.extend(unread.map(|unread| judge.without_base(&head, &unread)));
    match judge.differences(base.as_ref(), &head, findings) {
        Ok((compared, added, tally)) => {
            *checked.counts.entry("compared").or_default() += compared;
            *checked.counts.entry("added").or_default() += added;
            Some(base.is_some().then(|| Radius::of_tally(corpus, place, &tally)))
        }
        Err(reason) => {
            findings.push(corpus_unreadable::find(corpus, &Unread::whole(&place.rankings, reason)));
            Some(None)
        }
    }
}

/// Compares both sides once more, of the changed rankings those that are wanted.
type Compared<'a> = dyn Fn(&dyn Fn(&str) -> bool) -> Result<Rankings, String> + 'a;

struct Judge<'a> {
    corpus: &'a Corpus,
    place: &'a Place,
    store: &'a Store,
    approved: &'a Approved<'a>,
}

impl Judge<'_> {
    /// What differs, as findings; how many rankings were compared and how many are new. An error where the store does
    /// not give what the manifests name: then nothing is found either, since half a look is none.
    fn differences(
        &self,
        base: Option<&BulkSide>,
        head: &BulkSide,
        findings: &mut Vec<Finding>,
    ) -> Result<(u64, u64, Tally), String> {
        let agrees =
            head.rankings.made_for() == head.requests.digest() && head.rankings.count() == head.count();
        let same_requests = base.is_some_and(|base| base.requests.digest() == head.requests.digest());
        let same_rankings = base.is_some_and(|base| base.rankings == head.rankings);
        let nothing = (TextRequests::default(), Recording::default());
        let requests = match same_requests {
            true => Requests::default(),
            false => {
                let mut before = match base {
                    Some(base) => base.requests.open(self.store).map_err(at_base)?,
                    None => super::requests::Asked::of_text(&nothing.0),
                };
                Requests::between(&mut before, &mut head.requests.open(self.store)?)?
            }
        };
        let compared = |wanted: &dyn Fn(&str) -> bool| -> Result<Rankings, String> {
            let mut before = match base {
                Some(base) => base.rankings.open(self.store).map_err(at_base)?,
                None => super::lists::Lists::of_text(&nothing.1),
            };
            let mut after = head.rankings.open(self.store)?;
            Rankings::between(&mut before, &mut after, &head.rankings, self.corpus, wanted)
        };
        let rankings = if same_rankings { Rankings::default() } else { compared(&|_| true)? };
        let belong_together =
            requests.removed.same_ids(&rankings.removed) && requests.added.same_ids(&rankings.added);
        let (clock, seed) = head.rankings.made_under();
        if !agrees || !belong_together {
            findings.push(self.stale(self.apart(head)));
        } else if let Some(what) = corpus_stale::made_otherwise(self.corpus, clock, seed) {
            findings.push(self.stale(what));
        }
        findings.extend(self.invalid(&rankings));
        if base.is_some() {
            findings.extend(self.removed(&requests.removed));
            findings.extend(self.rewritten(&requests.rewritten));
            findings.extend(self.changed(&rankings, &compared)?);
        }
        let compared = head.rankings.count().saturating_sub(rankings.added.count);
        let (compared, added) = if base.is_some() { (compared, rankings.added.count) } else { (0, 0) };
        Ok((compared, added, rankings.tally))
    }

    fn finding(&self, rule: &'static findings::Rule, path: &str, message: String, help: &str) -> Finding {
        let fact = format!("{} {}", self.corpus.service, self.corpus.rpc);
        Finding::new(rule, Location::file(path), message).help(help).fact(fact)
    }

    fn too_small(&self, head: &BulkSide) -> Option<Finding> {
        let (count, minimum) = (head.count(), self.corpus.minimum);
        let message = format!(
            "the corpus of `{}` has {count} requests where policy asks for {minimum}",
            self.corpus.service
        );
        let help = "add requests and record them with `cargo xtask golden accept`";
        (count < minimum).then(|| self.finding(&CORPUS_TOO_SMALL, &self.place.requests, message, help))
    }

    fn stale(&self, what: String) -> Finding {
        let message = format!("the recording of `{}` {what}", self.corpus.service);
        self.finding(&CORPUS_STALE, &self.place.rankings, message, "run `cargo xtask golden accept`")
    }

    /// How requests and recording do not belong together.
    fn apart(&self, head: &BulkSide) -> String {
        match (head.rankings.count(), head.count()) {
            (rankings, requests) if rankings != requests => {
                format!("has {rankings} rankings for {requests} requests")
            }
            _ => "was made for requests that have changed since".to_owned(),
        }
    }

    fn invalid(&self, rankings: &Rankings) -> Option<Finding> {
        let location = Location::file(&self.place.rankings);
        let broken =
            rankings.invalid.iter().map(|(id, faults)| (location.clone(), id.as_str(), faults.clone()));
        let finding = ranking_invalid::find(self.corpus, "recorded", broken)?;
        Some(match rankings.more_invalid {
            0 => finding,
            more => finding.note(format!("and {more} more beyond those")),
        })
    }

    fn removed(&self, removed: &Several) -> Option<Finding> {
        let [before, _] = removed.judged();
        let message = named("the request", &self.corpus.service, removed, "is gone", "are gone")?;
        let help = "keep the request, or have its removal approved with `cargo xtask approve`";
        let finding = self.finding(&REQUEST_REMOVED, &self.place.requests, message, help);
        Some(finding.note(format!("gone: {}", listed(removed))).judged(before, ""))
    }

    fn rewritten(&self, rewritten: &Several) -> Option<Finding> {
        let [before, after] = rewritten.judged();
        let message = named("the request", &self.corpus.service, rewritten, "changed", "changed")?;
        let help = "add a request under another identifier and leave the old one";
        let finding = self.finding(&REQUEST_CHANGED, &self.place.requests, message, help);
        Some(finding.note(format!("changed: {}", listed(rewritten))).judged(before, after))
    }

    /// One finding about what changed, or two where some of it is approved already: then both sides are compared once
    /// more for each.
    fn changed(&self, rankings: &Rankings, compared: &Compared<'_>) -> Result<Vec<Finding>, String> {
        let Some(whole) = self.about(rankings) else { return Ok(Vec::new()) };
        let approved = (self.approved)(&whole);
        let approved: HashSet<&str> = whole
            .deltas
            .iter()
            .zip(approved)
            .filter(|(_, is)| *is)
            .map(|(delta, _)| delta.of.as_str())
            .collect();
        if approved.is_empty() || approved.len() == whole.deltas.len() {
            return Ok(vec![whole]);
        }
        let open = self.about(&compared(&|id| !approved.contains(id))?);
        let more = format!("{} more changed and are approved as they are", approved.len());
        let settled = self.about(&compared(&|id| approved.contains(id))?);
        Ok(open.map(|finding| finding.note(more)).into_iter().chain(settled).collect())
    }

    fn about(&self, rankings: &Rankings) -> Option<Finding> {
        let total = rankings.tally.total();
        let chosen = rankings.tally.witnesses.chosen();
        let worst = chosen.witnesses;
        let compared = total.requests() - rankings.added.count;
        let first = worst.first().filter(|_| rankings.changed.count > 0)?;
        let message = format!(
            "{} of {compared} recorded rankings of `{}` changed; {}",
            rankings.changed.count,
            self.corpus.service,
            first.told()
        );
        let mut finding = self.finding(&RANKING_CHANGED, &self.place.rankings, message, HELP);
        for note in rankings.tally.notes() {
            finding = finding.note(note);
        }
        for shown in worst.iter().skip(1) {
            finding = finding.note(shown.told());
        }
        if !rankings.deltas.is_empty() {
            return Some(finding.deltas(rankings.deltas.clone()));
        }
        let [before, after] = rankings.changed.judged();
        Some(finding.judged(before, after))
    }

    /// The base's manifest cannot be read: then nothing says what the rankings were.
    fn without_base(&self, head: &BulkSide, base: &Unread) -> Finding {
        let message = format!(
            "all {} recorded rankings of `{}` count as changed: the base's corpus is not read",
            head.rankings.count(),
            self.corpus.service
        );
        self.finding(&RANKING_CHANGED, &self.place.rankings, message, HELP)
            .note(format!("`{}` at the base: {}", base.path, base.reason))
            .judged(&base.reason, head.rankings.digest())
    }

    /// The corpus is gone at head, or was never there.
    fn missing(&self, base: Option<Result<BulkSide, Unread>>) -> Finding {
        match base {
            Some(Ok(base)) => {
                let count = base.count();
                let message =
                    format!("the whole corpus of `{}` is gone, {count} requests", self.corpus.service);
                let help = "keep the request, or have its removal approved with `cargo xtask approve`";
                let finding = self.finding(&REQUEST_REMOVED, &self.place.requests, message, help);
                finding.judged(format!("{} {}", base.requests.digest(), base.rankings.digest()), "")
            }
            _ => {
                let reason = "there is no such file".to_owned();
                corpus_unreadable::find(self.corpus, &Unread::whole(&self.place.requests, reason))
            }
        }
    }
}

fn at_base(reason: String) -> String {
    format!("at the base, {reason}")
}

/// "the request `a` of `queue` and 3 more are gone"
fn named(what: &str, service: &str, several: &Several, one: &str, many: &str) -> Option<String> {
    let first = several.first.first()?;
    Some(match several.count - 1 {
        0 => format!("{what} `{first}` of `{service}` {one}"),
        more => format!("{what} `{first}` of `{service}` and {more} more {many}"),
    })
}

fn listed(several: &Several) -> String {
    let ids: Vec<String> = several.first.iter().map(|id| format!("`{id}`")).collect();
    match several.count - several.first.len() as u64 {
        0 => ids.join(", "),
        more => format!("{} and {more} more", ids.join(", ")),
    }
}
