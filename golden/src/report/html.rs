//! The report as a page that stands for itself: no script, nothing from elsewhere.

use std::collections::BTreeMap;
use std::fmt::Write;

use findings::render::web::{page, prose, text};

use super::slope::{SLOPE_STYLE, scored, slope};
use super::{Blast, Corpus, Measured, Report, Verdict, percent};
use crate::partial::Outcome;
use crate::witness::{Cause, Change, Effect, Witness};

const STYLE: &str = include_str!("style.css");

/// Corpora on the page, in full.
const CORPORA: usize = 40;
/// Segments of a corpus.
const SEGMENTS: usize = 40;
/// Verdicts above everything.
const VERDICTS: usize = 20;

/// The page.
pub fn html(report: &Report) -> String {
    let word = if report.changed() > 0 { "changed" } else { "unchanged" };
    let headline = report.headline();
    let facts: String = report.facts.iter().map(|fact| format!("<li>{}</li>", text(fact))).collect();
    let mut body = format!(
        "<header>\n<div class=\"verdict\"><span class=\"word\">{word}</span><h1>{}</h1></div>\n\
         <ul class=\"facts\">{facts}</ul>\n{}</header>\n<main>\n",
        prose(&headline),
        verdicts(&report.verdicts)
    );
    let (loud, quiet): (Vec<&Corpus>, Vec<&Corpus>) =
        report.corpora.iter().partition(|corpus| speaks(corpus));
    for (index, corpus) in loud.iter().take(CORPORA).enumerate() {
        body.push_str(&section(corpus, index));
    }
    let hidden = loud.len().saturating_sub(CORPORA);
    if hidden > 0 {
        let _ = writeln!(body, "<p class=\"more\">and {hidden} more corpora that changed</p>");
    }
    if !quiet.is_empty() {
        let lines: String = quiet.into_iter().take(CORPORA).map(unchanged).collect();
        let _ = write!(body, "<section class=\"quiets\">\n<h2>Unchanged</h2>\n{lines}</section>\n");
    }
    body.push_str(&glossary(report));
    body.push_str("</main>\n");
    page(&format!("Gatefold golden: {headline}"), &format!("{STYLE}{SLOPE_STYLE}"), word, &body)
}

/// Whether there is more to say of a corpus than that nothing changed.
fn speaks(corpus: &Corpus) -> bool {
    corpus.changed > 0 || corpus.unread.is_some()
}

fn verdicts(verdicts: &[Verdict]) -> String {
    let line = |verdict: &Verdict| {
        format!(
            "<li class=\"{}\"><b>{}</b> <span class=\"rule\">{}</span> {}</li>\n",
            verdict.status,
            verdict.status,
            text(&verdict.rule),
            prose(&verdict.message)
        )
    };
    let mut lines: String = verdicts.iter().take(VERDICTS).map(line).collect();
    if verdicts.len() > VERDICTS {
        let _ = writeln!(lines, "<li class=\"more\">and {} more</li>", verdicts.len() - VERDICTS);
    }
    if lines.is_empty() { lines } else { format!("<ul class=\"verdicts\">\n{lines}</ul>\n") }
}

fn section(corpus: &Corpus, index: usize) -> String {
    let mut out = format!(
        "<section class=\"corpus\" id=\"c{index}\">\n<div class=\"name\"><h2>{}</h2><span class=\"rpc\">{}</span></div>\n",
        text(&corpus.name),
        text(&corpus.rpc)
    );
    if let Some(reason) = &corpus.unread {
        let _ = write!(out, "<p class=\"unread\">not compared: {}</p>\n</section>\n", prose(reason));
        return out;
    }
    let _ = writeln!(
        out,
        "<p class=\"lead\"><b>{}</b> of {} rankings changed</p>\n{}",
        corpus.changed,
        corpus.requests,
        outcomes(corpus)
    );
    if !corpus.models.is_empty() {
        let models: Vec<String> =
            corpus.models.iter().map(|pair| format!("<code>{}</code>", text(pair))).collect();
        let _ = writeln!(out, "<p class=\"models\">model {}</p>", models.join(", "));
    }
    let _ = write!(out, "<div class=\"tables\">\n{}{}</div>\n", blast(corpus), measures(corpus));
    let _ = write!(out, "<h3>Witnesses</h3>\n{LEGEND}<div class=\"witnesses\">\n");
    for (number, witness) in corpus.witnesses.iter().enumerate() {
        out.push_str(&shown(witness, &format!("c{index}w{number}")));
    }
    out.push_str("</div>\n");
    if corpus.unseen > 0 {
        let _ = writeln!(
            out,
            "<p class=\"more\">and {} more kinds of change that none of these shows</p>",
            corpus.unseen
        );
    }
    out.push_str("</section>\n");
    out
}

/// How requests ended, as a bar and in words.
fn outcomes(corpus: &Corpus) -> String {
    let mut bar = String::new();
    let mut words = String::new();
    let mut x = 0.0;
    for counted in &corpus.outcomes {
        let class = grade(counted.outcome);
        let width = 100.0 * counted.count as f64 / corpus.requests.max(1) as f64;
        let _ = write!(bar, "<rect class=\"{class}\" x=\"{x:.3}\" width=\"{width:.3}\" height=\"8\"/>");
        x += width;
        let (name, count) = (counted.outcome.name(), counted.count);
        let _ = write!(words, "<li class=\"{class}\"><b>{count}</b> {name}</li>");
    }
    for (what, count) in corpus.beside() {
        let _ = write!(words, "<li class=\"beside\"><b>{count}</b> {what}</li>");
    }
    format!(
        "<svg class=\"bar\" viewBox=\"0 0 100 8\" preserveAspectRatio=\"none\" aria-hidden=\"true\">{bar}</svg>\n\
         <ul class=\"outcomes\">{words}</ul>"
    )
}

fn grade(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Identical | Outcome::Noise => "calm",
        Outcome::Added => "fresh",
        Outcome::TieOrder | Outcome::Scores => "mild",
        Outcome::Order | Outcome::Items => "moved",
        Outcome::Answer | Outcome::Unstable | Outcome::Broken => "grave",
    }
}

/// The blast radius by segment.
fn blast(corpus: &Corpus) -> String {
    let row = |blast: &Blast, class: &str| {
        let (low, high, share) = (100.0 * blast.at_least, 100.0 * blast.at_most, 100.0 * blast.share);
        format!(
            "<tr{class}><th scope=\"row\">{}</th><td class=\"number\">{} of {}</td><td class=\"share\">\
             <svg viewBox=\"0 0 100 12\" preserveAspectRatio=\"none\" aria-hidden=\"true\">\
             <rect class=\"track\" width=\"100\" height=\"12\"/><rect class=\"fill\" width=\"{share:.2}\" height=\"12\"/>\
             <rect class=\"span\" x=\"{low:.2}\" y=\"5\" width=\"{:.2}\" height=\"2\"/></svg></td>\
             <td class=\"number\">{}</td><td class=\"number soft\">{}</td></tr>\n",
            text(&blast.who),
            blast.changed,
            blast.of,
            high - low,
            percent(blast.share),
            blast.interval()
        )
    };
    let mut rows: String = corpus.segments.iter().take(SEGMENTS).map(|blast| row(blast, "")).collect();
    if corpus.segments.len() > SEGMENTS {
        let _ = writeln!(
            rows,
            "<tr><td class=\"more\" colspan=\"5\">and {} more segments</td></tr>",
            corpus.segments.len() - SEGMENTS
        );
    }
    rows.push_str(&row(&corpus.total, " class=\"total\""));
    format!(
        "<table class=\"blast\">\n<caption>Blast radius</caption>\n<thead><tr><th scope=\"col\">who</th>\
         <th scope=\"col\" class=\"number\">changed</th><th scope=\"col\" colspan=\"2\">share</th>\
         <th scope=\"col\" class=\"number\">95% interval</th></tr></thead>\n<tbody>\n{rows}</tbody>\n</table>\n"
    )
}

fn measures(corpus: &Corpus) -> String {
    if corpus.measures.is_empty() {
        return String::new();
    }
    let row = |measured: &Measured| {
        format!(
            "<tr><th scope=\"row\"><code>{}</code></th><td class=\"number\">{}</td><td class=\"number soft\">{}</td></tr>\n",
            text(&measured.id),
            measured.shown(),
            measured.count
        )
    };
    let rows: String = corpus.measures.iter().map(row).collect();
    format!(
        "<table class=\"measures\">\n<caption>How much before and after agree</caption>\n\
         <thead><tr><th scope=\"col\">measure</th><th scope=\"col\" class=\"number\">mean over the changed</th>\
         <th scope=\"col\" class=\"number\">requests</th></tr></thead>\n<tbody>\n{rows}</tbody>\n</table>\n"
    )
}

/// What each measure of the page says, once.
fn glossary(report: &Report) -> String {
    let all = report.corpora.iter().flat_map(|corpus| &corpus.measures);
    let defined: BTreeMap<&str, &Measured> = all.map(|measured| (measured.id.as_str(), measured)).collect();
    if defined.is_empty() {
        return String::new();
    }
    let line = |class: &str, said: &Option<String>| {
        let said = said.as_ref().map(|said| format!("<span class=\"{class}\">{}</span>", text(said)));
        said.unwrap_or_default()
    };
    let entries: String = defined
        .into_values()
        .map(|measured| {
            let (id, says) = (text(&measured.id), text(&measured.says));
            let (formula, source) = (line("formula", &measured.formula), line("source", &measured.source));
            format!("<dt><code>{id}</code></dt><dd>{says}{formula}{source}</dd>\n")
        })
        .collect();
    format!("<section id=\"measures\">\n<h2>What the measures say</h2>\n<dl>\n{entries}</dl>\n</section>\n")
}

const LEGEND: &str = "<ul class=\"legend\"><li class=\"fell\">fell</li><li class=\"rose\">rose</li>\
    <li class=\"entered\">entered</li><li class=\"left\">left</li><li class=\"other\">changed otherwise</li>\
    <li class=\"same\">as before</li></ul>\n";

fn shown(witness: &Witness, name: &str) -> String {
    let overlap = match witness.before.rows.is_empty() && witness.after.rows.is_empty() {
        true => String::new(),
        false => format!("<span>rbo_ext(.9) {:.3}</span>", witness.overlap),
    };
    let lengths = match (witness.before.length, witness.after.length) {
        (0, 0) => String::new(),
        (1, 1) => "<span>1 item</span>".to_owned(),
        (before, after) if before == after => format!("<span>{before} items</span>"),
        (before, after) => format!("<span>{before} items before, {after} after</span>"),
    };
    format!(
        "<article>\n<p class=\"sentence\">{}</p>\n<p class=\"where\"><code>{}</code><span>{}</span>{overlap}{lengths}</p>\n\
         {}{}</article>\n",
        told(&witness.sentence),
        text(&witness.id),
        witness.outcome.name(),
        slope(witness, name).map(|svg| format!("<figure>\n{svg}</figure>\n")).unwrap_or_default(),
        breakdown(witness).unwrap_or_default()
    )
}

/// The sentence, what it says first above all else.
fn told(sentence: &str) -> String {
    match sentence.split_once("; ") {
        Some((first, rest)) => format!("{}<span class=\"rest\">; {}</span>", prose(first), prose(rest)),
        None => prose(sentence),
    }
}

/// What the stages changed, where one of them is the cause.
fn breakdown(witness: &Witness) -> Option<String> {
    let Cause::Stage { stage: named, effects, .. } = &witness.cause else { return None };
    let about = witness.about.as_deref()?;
    let is_fall = witness.after.rows.iter().any(|row| row.id == about && row.change == Some(Change::Fell));
    let others = if is_fall { "to what passed it" } else { "to what it passed" };
    let has_others = effects.iter().any(|effect| effect.others.is_some());
    let cell = |change: f64| format!("<td class=\"number\">{}</td>", changed_by(change));
    let row = |effect: &Effect| {
        let class = if effect.stage == *named { " class=\"named\"" } else { "" };
        let others =
            effect.others.map(|others| cell(others) + &cell(effect.own - others)).unwrap_or_default();
        format!(
            "<tr{class}><th scope=\"row\">{}</th>{}{others}</tr>\n",
            text(&effect.stage),
            cell(effect.own)
        )
    };
    let rows: String = effects.iter().map(row).collect();
    let head = |title: &str| format!("<th scope=\"col\" class=\"number\">{title}</th>");
    let heads = if has_others { head("to it") + &head(others) + &head("difference") } else { head("to it") };
    Some(format!(
        "<table class=\"parts\">\n<caption>How much more each stage gives than before, to <code>{}</code>{}</caption>\n\
         <thead><tr><th scope=\"col\">stage</th>{heads}</tr></thead>\n<tbody>\n{rows}</tbody>\n</table>\n",
        text(about),
        if has_others { " and to those it changed places with, on average" } else { "" }
    ))
}

fn changed_by(change: f64) -> String {
    match change {
        change if change > 0.0 => format!("+{}", scored(Some(change))),
        change if change < 0.0 => format!("−{}", scored(Some(-change))),
        _ => "0".to_owned(),
    }
}

fn unchanged(corpus: &Corpus) -> String {
    format!(
        "<p class=\"quiet\"><b>{}</b> {} requests <small>{}</small></p>\n",
        text(&corpus.name),
        corpus.requests,
        text(&corpus.by_outcome())
    )
}
