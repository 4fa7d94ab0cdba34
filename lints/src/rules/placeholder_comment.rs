//! Comments that say the code beside them is not what was asked for.

use findings::{Finding, Location, Span, rule};
use policy::exceptions::comments;

use crate::{Check, Lint, Node, Site};

rule! {
    /// A comment within a function that says in so many words that something else should stand there: "in a real
    /// implementation", "this is a placeholder", "hard-coded for now", "you would need to implement", "returns dummy data",
    /// "temporary solution". It may go on in the next line. Documentation is left alone, and so are code for tests and a plain
    /// "for now" or "TODO", which mostly tell of a decision.
    ///
    /// It is a note: it tells of what somebody decided to leave, and only whoever asked for the change knows if that was agreed.
    ///
    /// ## Why it hurts
    /// Whoever asked for the code believes that it is there: it compiles, its tests pass, and the feature is announced. The
    /// comment is the only place that says otherwise, and it is found when the first caller needs what is missing.
    ///
    /// ## Example
    /// ```bad
    /// use std::convert::identity as same;
    ///
    /// fn score(candidate: &Candidate) -> f32 {
    ///     // In a real implementation, the model would be asked here. //~
    ///     let score = 0.5; // hard-coded for now //~
    ///     let boost = || {
    ///         // You would need to //~
    ///         // implement this for each surface.
    ///         1.0
    ///     };
    ///     fn inner() -> f32 {
    ///         1.0 // this is a placeholder //~
    ///     }
    ///     let all = vec![
    ///         // Dummy data. //~
    ///         same(score),
    ///     ];
    ///     all[0] * boost() * inner()
    /// }
    /// ```
    ///
    /// ## Instead
    /// Write what is missing, or return an error that says that it is not there, and tell so in the change.
    ///
    /// ```good
    /// /// The bytes that stand in a real implementation's place of the key are a placeholder for now.
    /// fn score(candidate: &Candidate) -> Result<f32, Error> {
    ///     // The store has no bulk read for now, so each is asked for.
    ///     // TODO: cache what is read.
    ///     let text = "in a real implementation";
    ///     // Replaces the placeholders of the template, `{}`.
    ///     fill(text, candidate)
    /// }
    ///
    /// #[test]
    /// fn a_score_is_given() {
    ///     // Dummy data.
    ///     assert!(score(&Candidate::default()).is_err());
    /// }
    /// ```
    pub static PLACEHOLDER_COMMENT = {
        id: "placeholder-comment",
        guard: "lints",
        group: "errors",
        level: Note,
        summary: "finds comments that say the code beside them is not the real one",
    };
}

pub(super) static LINT: Lint = Lint { rule: &PLACEHOLDER_COMMENT, check: Check::Syntax(check) };

/// What such comments say, in lower case and without signs between words.
const PHRASES: &[&str] = &[
    "in a real implementation",
    "in a real system",
    "in a real service",
    "in a real application",
    "in a real app",
    "in a real deployment",
    "a real implementation would",
    "the real implementation would",
    "the actual implementation would",
    "in production this would",
    "in production this should",
    "in production you would",
    "in production you d",
    "in production we would",
    "in production we d",
    "placeholder implementation",
    "placeholder logic",
    "placeholder score",
    "placeholder response",
    "placeholder result",
    "placeholder for now",
    "placeholder until",
    "simplified placeholder",
    "this is a placeholder",
    "this is just a placeholder",
    "this is a stub",
    "stubbed out for now",
    "stub for now",
    "mocked for now",
    "mock for now",
    "dummy for now",
    "faked for now",
    "fake for now",
    "dummy implementation",
    "dummy data",
    "dummy response",
    "fake data",
    "fake response",
    "mock data",
    "mock response",
    "simulated response",
    "simplified for now",
    "this is simplistic",
    "hard coded for now",
    "hardcoded for now",
    "hardcode for now",
    "hardcode this for now",
    "just return for now",
    "just returning for now",
    "for now just return",
    "for now we just return",
    "you would need to implement",
    "you d need to implement",
    "implement this properly",
    "implement this later",
    "to be implemented later",
    "temporary hack",
    "temporary solution",
    "left as an exercise",
];

/// The lines whose comments say such a thing, with the comment's text.
struct Said(Vec<(u32, Span, String)>);

fn check(node: &Node<'_>, site: &Site<'_>, findings: &mut Vec<Finding>) {
    let Node::Function(_, block) = node else { return };
    let file = site.file;
    let said = site.facts.once(|| said(&file.text));
    if said.0.is_empty() {
        return;
    }
    let within = file.span_of(*block);
    let from = said.0.partition_point(|(line, ..)| *line < within.line);
    for (_, span, text) in said.0[from..].iter().take_while(|(line, ..)| *line <= within.end_line) {
        findings.push(
            Finding::new(
                &PLACEHOLDER_COMMENT,
                Location::at(&file.path, *span),
                format!("by its own word this is not the real code: `{}`", text.replace('`', "'")),
            )
            .help("write what is missing, or return an error that says so, and tell it in the change")
            .fact(text)
            .fact(site.item()),
        );
    }
}

fn said(text: &str) -> Said {
    let comments = comments::of_rust(text);
    let plain: Vec<String> = comments.iter().map(|comment| plain(comment.text)).collect();
    let mut found = Vec::new();
    for (at, comment) in comments.iter().enumerate() {
        let goes_on = comments.get(at + 1).is_some_and(|next| next.alone && next.line == comment.line + 1);
        let next = if goes_on { plain[at + 1].as_str() } else { "" };
        if speaks(&plain[at], next) {
            let span = Span::on_line(comment.line, comment.column, comment.end_column);
            found.push((comment.line, span, comment.text.trim().to_owned()));
        }
    }
    Said(found)
}

/// Whether a comment says such a thing, or begins to and goes on in the next one. What begins in the next is the next one's.
fn speaks(words: &str, next: &str) -> bool {
    let both = [words, next].concat();
    let begins = std::iter::once(0).chain(words.match_indices(' ').map(|(blank, _)| blank + 1));
    begins.take_while(|begin| *begin < words.len()).any(|begin| {
        let rest = &both[begin..];
        let first = rest.as_bytes().first();
        // Most differ in their first letter, which is found out without a call.
        let says = |phrase: &&str| {
            phrase.as_bytes().first() == first
                && rest.strip_prefix(*phrase).is_some_and(|behind| behind.starts_with(' '))
        };
        PHRASES.iter().any(says)
    })
}

/// The words of a comment in lower case, each with a blank behind it.
fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len() + 1);
    for word in text.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty()) {
        match word.is_ascii() {
            true => plain.extend(word.bytes().map(|letter| char::from(letter.to_ascii_lowercase()))),
            false => plain.push_str(&word.to_lowercase()),
        }
        plain.push(' ');
    }
    plain
}
