//! The report as Markdown, for a comment on a pull request.

use std::fmt::Write;

use findings::render::markup::{cell, code, prose};

use super::{Blast, Corpus, Report, percent};

/// Corpora in full.
const CORPORA: usize = 20;
/// Segments of a corpus.
const SEGMENTS: usize = 20;
/// Verdicts above everything.
const VERDICTS: usize = 10;

/// The report.
pub fn markdown(report: &Report) -> String {
    let mut out = format!("## Golden: {}\n", prose(&report.headline()));
    if !report.facts.is_empty() {
        let facts: Vec<String> = report.facts.iter().map(|fact| prose(fact)).collect();
        let _ = writeln!(out, "\n{}", facts.join(" · "));
    }
    if !report.verdicts.is_empty() {
        out.push('\n');
    }
    for verdict in report.verdicts.iter().take(VERDICTS) {
        let sign = if verdict.status == "blocks" { "❌" } else { "✅" };
        let _ =
            writeln!(out, "- {sign} {} {}: {}", verdict.status, code(&verdict.rule), prose(&verdict.message));
    }
    if report.verdicts.len() > VERDICTS {
        let _ = writeln!(out, "- and {} more", report.verdicts.len() - VERDICTS);
    }
    for corpus in report.corpora.iter().take(CORPORA) {
        out.push_str(&told(corpus));
    }
    if report.corpora.len() > CORPORA {
        let _ = writeln!(out, "\nand {} more corpora", report.corpora.len() - CORPORA);
    }
    out
}

fn told(corpus: &Corpus) -> String {
    let mut out = format!("\n### {}\n\n", prose(&corpus.name));
    if let Some(reason) = &corpus.unread {
        let _ = writeln!(out, "Not compared: {}", prose(reason));
        return out;
    }
    let _ = writeln!(
        out,
        "**{}** of {} rankings changed ({})",
        corpus.changed,
        corpus.requests,
        prose(&corpus.by_outcome())
    );
    for pair in &corpus.models {
        let _ = writeln!(out, "\nModel {}", code(pair));
    }
    if corpus.changed == 0 {
        return out;
    }
    out.push_str("\n| who | changed | share | 95% interval |\n|---|---:|---:|---:|\n");
    for blast in corpus.segments.iter().take(SEGMENTS).chain([&corpus.total]) {
        let Blast { changed, of, .. } = blast;
        let (who, share) = (cell(&blast.who), percent(blast.share));
        let _ = writeln!(out, "| {who} | {changed} of {of} | {share} | {} |", cell(&blast.interval()));
    }
    if !corpus.measures.is_empty() {
        out.push_str("\n| measure | mean over the changed | what it says |\n|---|---:|---|\n");
    }
    for measured in &corpus.measures {
        let (id, says) = (cell(&format!("`{}`", measured.id.replace('`', "'"))), cell(&measured.says));
        let _ = writeln!(out, "| {id} | {} | {says} |", measured.shown());
    }
    out.push_str("\nWitnesses, worst first:\n\n");
    for (number, witness) in (1..).zip(&corpus.witnesses) {
        let _ = writeln!(out, "{number}. {} ({})", prose(&witness.sentence), code(&witness.id));
    }
    if corpus.unseen > 0 {
        let _ = writeln!(out, "\nand {} more kinds of change", corpus.unseen);
    }
    out
}
