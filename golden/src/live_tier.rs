//! The live tier: the service built from head, asked what was recorded.

use std::collections::BTreeMap;

use findings::{Checked, Location};
use source::Change;

use crate::bulk::{self, Store};
use crate::capture::{Order, Replayed, Start, replay};
use crate::compare::Comparison;
use crate::evidence::Exhibit;
use crate::partial::{self, Shard};
use crate::policy::{Corpus, Policy};
use crate::ranking::Ranking;
use crate::requests::Case;
use crate::rules::{parts_stale, ranking_drifted, ranking_invalid, ranking_unstable};
use crate::side::Side;
use crate::static_tier::{Place, read_base};
use crate::{Error, Noise, compare_beyond};

/// Asks every service the base's requests, whatever head made of them, and head's additions, in two runs.
///
/// An answer is compared with head's recording where that holds the same request, since how the recording differs
/// from the base's is what [`check_static`](crate::check_static) says, and else with the base's.
///
/// # Errors
///
/// Where a service does not start or stops answering, or a corpus can be read on neither side.
pub fn check_live(change: &Change, policy: &Policy, start: &mut Start<'_>) -> Result<Checked, Error> {
    check_live_with(change, policy, &Store::none(), start)
}

/// The same with a store for corpora whose files are manifests, see [`bulk`](crate::bulk): those are replayed as a whole,
/// head's requests against head's rankings.
///
/// # Errors
///
/// As [`check_live`], and where the store does not give what the manifests name.
pub fn check_live_with(
    change: &Change,
    policy: &Policy,
    store: &Store,
    start: &mut Start<'_>,
) -> Result<Checked, Error> {
    let mut checked = Checked::default();
    for corpus in &policy.corpora {
        let place = Place::of(change, corpus);
        if bulk::is_bulk(&change.head, &place.requests, &place.rankings) {
            let slice = partial::replay(&change.head, corpus, store, Shard::WHOLE, start, &mut |_| {})?;
            *checked.counts.entry("replayed").or_default() += slice.asked;
            checked.findings.extend(partial::findings(corpus, &place.rankings, &slice));
            continue;
        }
        let base = change.base.as_ref().and_then(|base| read_base(change, base, corpus, &place));
        let base = base.and_then(Result::ok);
        let head = Side::read(&change.head, corpus, &place.requests, &place.rankings);
        let (head, unread) = match head {
            Some(Ok(head)) => (Some(head), None),
            Some(Err(unread)) => (None, Some(unread)),
            None => (None, None),
        };
        let asked = questions(base.as_ref(), head.as_ref(), &place);
        if asked.is_empty() {
            let (path, reason) = unread.map_or_else(
                || (place.requests.clone(), "there is no such file".to_owned()),
                |unread| (unread.path, unread.reason),
            );
            return Err(Error::Read { path, reason });
        }
        *checked.counts.entry("replayed").or_default() += asked.len() as u64;
        check_corpus(corpus, &asked, start, &mut checked)?;
    }
    checked.counts.insert("corpora", policy.corpora.len() as u64);
    Ok(checked)
}

/// A request with the ranking that is expected for it, if one is recorded.
struct Question<'a> {
    case: &'a Case,
    expected: Option<&'a Ranking>,
    /// What the base recorded of its noise; head's word counts only for what is new.
    noise: Option<&'a Noise>,
    location: Location,
}

fn questions<'a>(base: Option<&'a Side>, head: Option<&'a Side>, place: &Place) -> Vec<Question<'a>> {
    let mut questions = Vec::new();
    let mut asked: BTreeMap<&str, &Case> = BTreeMap::new();
    for case in base.iter().flat_map(|base| &base.requests.cases) {
        asked.insert(&case.id, case);
        let at_head = head.filter(|head| head.requests.cases.iter().any(|other| same_question(other, case)));
        let recorded = at_head.and_then(|head| head.recording.get(&case.id));
        let location = match recorded {
            Some(entry) => Location::point(&place.rankings, entry.line, 1),
            None => Location::file(&place.rankings),
        };
        let at_base = base.and_then(|base| base.recording.get(&case.id));
        let expected = recorded.or(at_base).map(|entry| &entry.ranking);
        let noise = at_base.and_then(|entry| entry.noise.as_ref());
        questions.push(Question { case, expected, noise, location });
    }
    for case in head.iter().flat_map(|head| &head.requests.cases) {
        if asked.get(case.id.as_str()).is_some_and(|other| same_question(other, case)) {
            continue;
        }
        let recorded = head.and_then(|head| head.recording.get(&case.id));
        let location = match recorded {
            Some(entry) => Location::point(&place.rankings, entry.line, 1),
            None => Location::point(&place.requests, case.line, 1),
        };
        let noise = recorded.and_then(|entry| entry.noise.as_ref());
        questions.push(Question { case, expected: recorded.map(|entry| &entry.ranking), noise, location });
    }
    questions
}

fn same_question(a: &Case, b: &Case) -> bool {
    a.id == b.id && a.request == b.request
}

fn check_corpus(
    corpus: &Corpus,
    questions: &[Question<'_>],
    start: &mut Start<'_>,
    checked: &mut Checked,
) -> Result<(), Error> {
    let cases: Vec<&Case> = questions.iter().map(|question| question.case).collect();
    let first = replay(start, corpus, &cases, Order::Forward)?;
    let second = replay(start, corpus, &cases, Order::Backward)?;

    let broken = questions.iter().zip(&first).map(|(question, answer)| {
        let faults = ranking_invalid::faults(corpus, question.case, &answer.ranking);
        (question.location.clone(), question.case.id.as_str(), faults)
    });
    checked.findings.extend(ranking_invalid::find(corpus, "answered", broken));

    let unstable = compared(corpus, questions, |index| Some((&first[index].ranking, &second[index].ranking)));
    checked.findings.extend(ranking_unstable::find(corpus, &exhibits(questions, &unstable)));

    // An answer that changes from run to run says nothing about the recording.
    let stable =
        |index: usize| unstable.iter().any(|row| row.index == index && !row.comparison.class.is_change());
    let drifted = compared(corpus, questions, |index| {
        let expected = questions[index].expected?;
        stable(index).then_some((expected, &first[index].ranking))
    });
    let kept = drifted.iter().filter(|row| !row.comparison.class.is_change()).map(|row| {
        let question = &questions[row.index];
        (&question.location, question.case.id.as_str(), row.before, row.after)
    });
    checked.findings.extend(parts_stale::find(corpus, kept));
    let finding = ranking_drifted::find(corpus, &exhibits(questions, &drifted));
    checked.findings.extend(finding.map(|finding| match first_silence(questions, &first) {
        Some(silence) => finding.note(silence),
        None => finding,
    }));
    Ok(())
}

struct Row<'a> {
    index: usize,
    before: &'a Ranking,
    after: &'a Ranking,
    comparison: Comparison,
}

fn compared<'a>(
    corpus: &Corpus,
    questions: &[Question<'_>],
    pair: impl Fn(usize) -> Option<(&'a Ranking, &'a Ranking)>,
) -> Vec<Row<'a>> {
    let row = |index| {
        let (before, after) = pair(index)?;
        let comparison = compare_beyond(before, after, &corpus.tolerance, questions[index].noise);
        Some(Row { index, before, after, comparison })
    };
    (0..questions.len()).filter_map(row).collect()
}

fn exhibits<'a>(questions: &'a [Question<'_>], rows: &'a [Row<'_>]) -> Vec<Exhibit<'a>> {
    rows.iter()
        .map(|row| Exhibit {
            id: &questions[row.index].case.id,
            segment: &questions[row.index].case.segment,
            location: questions[row.index].location.clone(),
            before: row.before,
            after: row.after,
            comparison: &row.comparison,
        })
        .collect()
}

/// What the first answer that did not come was about.
fn first_silence(questions: &[Question<'_>], answers: &[Replayed]) -> Option<String> {
    questions
        .iter()
        .zip(answers)
        .find_map(|(question, answer)| Some(format!("{}: {}", question.case.id, answer.unsent.as_ref()?)))
}
