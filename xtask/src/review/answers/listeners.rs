//! Which listeners see something else: rankings by segment, and what ranks.

use golden::report::{Blast, Corpus};

use crate::review::answer::{Answer, Line, Mark, Standing};
use crate::review::look::{Looked, counted};
use crate::review::questions::{Question, blocking, lines};
use crate::review::ranks;
use crate::review::seen::Seen;
use crate::review::wording::{many, nobody, percent, things};

/// Segments of a corpus that a line names.
const SEGMENTS: usize = 4;

pub(super) fn answer(seen: &Seen<'_>) -> Answer {
    let report = &seen.judgement.report;
    let mut found = lines(report, Question::Listeners);
    let block = blocking(&found);
    let mut lines: Vec<Line> =
        seen.corpora.iter().filter_map(|corpus| of_corpus(corpus, &mut found)).collect();
    lines.extend(found);
    lines.extend(ranks::lines(seen.judgement));
    lines.extend(seen.corpora.iter().filter_map(unread));
    lines.sort_by_key(|line| line.mark);

    let (moved, of) = seen.moved();
    let unseen = unseen(seen);
    let (standing, short, says) = match (lines.is_empty(), unseen.is_empty()) {
        (true, true) => (Standing::Nothing, "Nobody".to_owned(), format!("nobody: {}", looked(seen))),
        (true, false) => {
            let known = if of > 0 { format!("{}; ", unchanged(of)) } else { String::new() };
            let short = if of > 0 { "Not known" } else { "Nobody looked" };
            (Standing::Unseen, short.to_owned(), format!("{known}{}", unseen.join("; ")))
        }
        (false, _) => {
            let standing = match (block > 0, lines.iter().all(|line| line.mark == Mark::Unseen)) {
                (true, _) => Standing::Blocks,
                (false, true) => Standing::Unseen,
                (false, false) => Standing::Told,
            };
            let short = match moved {
                0 => things(lines.len(), "thing"),
                moved => many(moved, "ranking"),
            };
            let mut says = match (moved, of) {
                (0, 0) => Vec::new(),
                (0, of) => vec![unchanged(of)],
                (moved, of) => vec![format!("{moved} of {} changed", many(of, "recorded ranking"))],
            };
            says.extend(unseen);
            let says = if says.is_empty() { things(lines.len(), "thing") } else { says.join("; ") };
            (standing, short, says)
        }
    };
    Answer {
        anchor: "listeners",
        question: "Which listeners see something else?",
        standing,
        short,
        says,
        lines,
    }
}

fn unchanged(of: u64) -> String {
    format!("none of {} changed", many(of, "recorded ranking"))
}

/// What changed for whom. The finding about it, which says no more, is taken out of those that were found.
fn of_corpus(corpus: &Corpus, found: &mut Vec<Line>) -> Option<Line> {
    if corpus.changed == 0 {
        return None;
    }
    let service = format!("`{}`", corpus.service);
    let is_about = |line: &Line| line.rule == Some("ranking-changed") && line.text.contains(&service);
    let told = found.iter().position(is_about).map(|at| found.remove(at));
    let who =
        |blast: &Blast| format!("{} {} of {} ({})", blast.who, blast.changed, blast.of, percent(blast.share));
    let touched: Vec<&Blast> = corpus.segments.iter().filter(|blast| blast.changed > 0).collect();
    let mut parts: Vec<String> = touched.iter().take(SEGMENTS).map(|blast| who(blast)).collect();
    if touched.len() > SEGMENTS {
        parts.push(format!("and {} more", things(touched.len() - SEGMENTS, "segment")));
    }
    let models: Vec<String> = corpus.models.iter().map(|pair| format!("; model `{pair}`")).collect();
    let (name, changed, models) = (&corpus.name, corpus.changed, models.concat());
    let of = many(corpus.requests, "ranking");
    Some(Line {
        mark: told.as_ref().map_or(Mark::Tells, |line| line.mark),
        rule: told.as_ref().and_then(|line| line.rule),
        text: format!("`{name}`: {changed} of {of} changed; {}{models}", parts.join(", ")),
        place: told.and_then(|line| line.place),
        detail: corpus.witnesses.first().map(|witness| witness.sentence.clone()),
    })
}

fn unread(corpus: &Corpus) -> Option<Line> {
    let reason = corpus.unread.as_ref()?;
    Some(Line::new(Mark::Unseen, format!("`{}` was not compared: {reason}", corpus.name)))
}

/// What nobody looked at, as clauses.
fn unseen(seen: &Seen<'_>) -> Vec<String> {
    let report = &seen.judgement.report;
    let mut list = Vec::new();
    match Looked::at_any(report, "golden", &["requests", "replayed"]) {
        Looked::Not { why, .. } => list.push(nobody("golden", &why)),
        Looked::At(_) if seen.replayed() > 0 => {}
        // Nothing that is built, read or trained differs, so that there is nothing to ask anew.
        Looked::At(_) if seen.code.is_empty() => {}
        Looked::At(_) if report.tier.is_live() => {
            list.push("nobody asked the services: no request was replayed".to_owned())
        }
        Looked::At(_) => list.push("nobody asked the services (the live tier did not run)".to_owned()),
    }
    if let (true, Some(why)) = (list.is_empty(), seen.uncompared()) {
        list.push(why.to_owned());
    }
    let run = report.guards.iter().find(|run| run.guard == "contracts");
    if let Looked::Not { why, .. } = Looked::of(run) {
        list.push(format!("at models and experiments {}", nobody("contracts", &why)));
    }
    list
}

fn looked(seen: &Seen<'_>) -> String {
    let report = &seen.judgement.report;
    let (_, of) = seen.moved();
    let mut parts = Vec::new();
    if of > 0 {
        parts.push(format!("{} are as before", many(of, "recorded ranking")));
    }
    match seen.replayed() {
        0 => parts.push("nothing but prose and comments differs".to_owned()),
        count => parts.push(format!("{} answer as recorded", many(count, "replayed request"))),
    }
    for (name, noun) in [("models", "model"), ("experiments", "experiment")] {
        match counted(report, "contracts", name) {
            0 => {}
            count => parts.push(format!("{} looked at", many(count, noun))),
        }
    }
    parts.join(", ")
}
