//! The static tier: head's recorded rankings against the base's, without running anything.

use std::collections::BTreeSet;

use ::policy::{Document, POLICY_FILE};
use findings::{Checked, Finding};
use serde::Deserialize;
use source::{Change, Tree};

use crate::bulk::{self, Store};
use crate::coverage;
use crate::intent::{self, Radius};
use crate::loosened;
use crate::policy::{Corpus, ModelLimits, Policy};
use crate::rules::{
    corpus_noisy, corpus_stale, corpus_too_small, corpus_unreadable, judgment_changed, ranking_changed,
    ranking_invalid, request_changed, request_removed, snapshot_pending,
};
use crate::side::{Delta, Side, Unread, standing};

/// Compares what is recorded. Everything that keeps it from looking is a finding, so it cannot fail.
///
/// What only head has is silent: it is the start of an expectation, not the change of one.
pub fn check_static(change: &Change, policy: &Policy) -> Checked {
    check_static_with(change, policy, &Store::none(), &|finding| vec![false; finding.deltas.len()])
}

/// Which of a finding's [deltas](Finding::deltas) are approved, in their order.
pub type Approved<'a> = dyn Fn(&Finding) -> Vec<bool> + 'a;

/// The same with a store for corpora whose files are manifests, see [`bulk`](crate::bulk), and beside what is approved
/// already: where some of the changed rankings are, they are a finding of their own, so that the other one is about
/// those alone that came back.
pub fn check_static_with(
    change: &Change,
    policy: &Policy,
    store: &Store,
    approved: &Approved<'_>,
) -> Checked {
    let mut checked = Checked::default();
    let mut radii = Vec::new();
    for corpus in &policy.corpora {
        radii.extend(check_corpus(change, corpus, (&policy.model, store), approved, &mut checked));
    }
    checked.findings.extend(loosened::find(change, policy));
    intent::hold(change, policy, &radii, &mut checked.findings);
    checked.counts.insert("corpora", policy.corpora.len() as u64);
    checked
}

/// What is found about one corpus, and how far the change reaches in it where both sides can be compared.
fn check_corpus(
    change: &Change,
    corpus: &Corpus,
    (limits, store): (&ModelLimits, &Store),
    approved: &Approved<'_>,
    checked: &mut Checked,
) -> Option<Radius> {
    let place = Place::of(change, corpus);
    checked.findings.extend(judgment_changed::find(change, corpus));
    if let Some(radius) = bulk::check(change, corpus, &place, store, approved, checked) {
        return radius;
    }
    let base = change.base.as_ref().and_then(|base| read_base(change, base, corpus, &place));
    let head = match Side::read(&change.head, corpus, &place.requests, &place.rankings) {
        Some(Ok(head)) => head,
        unread => {
            checked.findings.push(match unread {
                Some(Err(unread)) => corpus_unreadable::find(corpus, &unread),
                _ => missing(corpus, &place, base),
            });
            return None;
        }
    };
    *checked.counts.entry("requests").or_default() += head.requests.cases.len() as u64;
    let findings = &mut checked.findings;
    findings.extend(corpus_stale::find(corpus, &place, &head));
    findings.extend(corpus_too_small::find(corpus, &place, &head));
    findings.extend(ranking_invalid::find_recorded(corpus, &place, &head));
    findings.extend(coverage::check_head(&change.head, corpus, &place, &head));
    findings.extend(snapshot_pending::find(&change.head, corpus, &place, &head));
    let known = base.as_ref().and_then(|base| base.as_ref().ok());
    findings.extend(corpus_noisy::find(corpus, &place, known, &head));
    let base = match base? {
        Ok(base) => base,
        Err(unread) => {
            findings.push(ranking_changed::find_without_base(corpus, &place, &head, &unread));
            return None;
        }
    };
    let delta = Delta::of(&base, &head, corpus);
    let lost = coverage::Lost::of(change, corpus, &place, &base, &head, &delta);
    let removed = request_removed::find(corpus, &place, &base, &delta.removed);
    findings.extend(removed.map(|finding| coverage::noting(finding, lost.removed)));
    let changed = request_changed::find(corpus, &place, &base, &head, &delta.rewritten);
    findings.extend(changed.map(|finding| coverage::noting(finding, lost.rewritten)));
    findings.extend(lost.claims);
    findings.extend(ranking_changed::find(corpus, &place, &delta.compared, approved));
    for (what, count) in [("compared", delta.compared.len() as u64), ("added", delta.added)] {
        *checked.counts.entry(what).or_default() += count;
    }
    let segments: BTreeSet<&str> = head.requests.cases.iter().map(|case| case.segment.as_str()).collect();
    let judgement = intent::judge(change, corpus, limits, &delta);
    Some(Radius { judgement, ..Radius::of(corpus, &place, &delta, &segments) })
}

/// The corpus is gone at head, or was never there.
fn missing(corpus: &Corpus, place: &Place, base: Option<Result<Side, Unread>>) -> Finding {
    let removed = base.and_then(Result::ok).and_then(|base| {
        let cases: Vec<_> = base.requests.cases.iter().collect();
        request_removed::find(corpus, place, &base, &cases)
    });
    removed.unwrap_or_else(|| {
        let reason = "there is no such file".to_owned();
        corpus_unreadable::find(corpus, &Unread { path: place.requests.clone(), line: None, reason })
    })
}

/// Where the files of a corpus stand at head.
pub(crate) struct Place {
    pub(crate) requests: String,
    pub(crate) rankings: String,
    pub(crate) manifest: String,
}

impl Place {
    /// By the policy, or where the change moved them and head's policy says so: the policy that judges may be the base's.
    pub(crate) fn of(change: &Change, corpus: &Corpus) -> Self {
        let follow = |path: String| follow(change, corpus, path);
        Place {
            requests: follow(corpus.requests()),
            rankings: standing(&change.head, &follow(corpus.rankings())),
            manifest: follow(corpus.manifest()),
        }
    }
}

/// Where a file that the policy names stands at head: where it stood, or where the change moved it and head's policy says so.
pub(crate) fn follow(change: &Change, corpus: &Corpus, path: String) -> String {
    let moved = change.files.iter().find(|file| file.from.as_ref() == Some(&path));
    moved
        .filter(|moved| is_named_at_head(change, corpus, &moved.path))
        .map_or(path, |moved| moved.path.clone())
}

/// Whether head's policy names the path as a file of a corpus of the same service. What is moved elsewhere is gone, so
/// that nothing else can take its place unseen.
fn is_named_at_head(change: &Change, corpus: &Corpus, path: &str) -> bool {
    let Ok(text) = change.head.text(POLICY_FILE) else { return false };
    let head = Document::of_file(POLICY_FILE, &text).and_then(|document| document.whole::<HeadPolicy>());
    head.is_ok_and(|head| {
        let same = |other: &&Corpus| (&other.service, &other.rpc) == (&corpus.service, &corpus.rpc);
        head.golden.corpora.iter().filter(same).any(|corpus| {
            let files = [corpus.requests(), corpus.rankings(), corpus.manifest()];
            files.iter().chain(&corpus.judgments).any(|named| named == path)
        })
    })
}

/// What of head's policy says where corpora stand.
#[derive(Deserialize)]
struct HeadPolicy {
    #[serde(default)]
    golden: Policy,
}

pub(crate) fn read_base(
    change: &Change,
    base: &Tree,
    corpus: &Corpus,
    place: &Place,
) -> Option<Result<Side, Unread>> {
    Side::read(base, corpus, change.base_path(&place.requests), change.base_path(&place.rankings))
}
