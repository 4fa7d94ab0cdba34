//! Changes that do more to rankings than they declare.

use findings::{CLAIM, Finding, Location, rule};

use crate::intent::{Claim, Radius};

rule! {
    /// A change whose recorded rankings move further than its `Ranking-Intent` says: by more than noise under `none`,
    /// outside of the named segments or in a larger share of their requests under `scoped`, beyond the policy's limits
    /// or by another model under `model`; and a declared model whose change touches more than the model.
    ///
    /// ## Why it hurts
    /// The claim is what reviewers plan by: who is told, what is watched, what is rolled back. A refactoring that moves
    /// ten lists is a fault or a change of another kind; a retrain that edits code on the side hides which of the two
    /// moved what.
    ///
    /// ## Example
    /// ```base
    /// cold-start/1 limit=3: t1=0.9 t2=0.5 t3=0.5
    /// home/1 limit=3: t4=0.8 t5=0.6 t6=0.1
    /// ```
    /// ```head bad says=scoped(cold-start,<=50%)
    /// cold-start/1 limit=3: t2=0.9 t1=0.5 t3=0.5 //~
    /// home/1 limit=3: t4=0.8 t5=0.6 t6=0.1
    /// ```
    ///
    /// ## Instead
    /// Mend what moves by mistake, or correct the claim and have the change approved as what it is. The claim needs no
    /// margin for what is not there: all requests of a corpus are asked, every time.
    /// ```base
    /// cold-start/1 limit=3: t1=0.9 t2=0.5 t3=0.5
    /// home/1 limit=3: t4=0.8 t5=0.6 t6=0.1
    /// ```
    /// ```head good says=none
    /// cold-start/1 limit=3: t1=0.9 t2=0.500001 t3=0.5
    /// home/1 limit=3: t4=0.8 t5=0.6 t6=0.1
    /// ```
    pub static INTENT_EXCEEDED = {
        id: "intent-exceeded",
        guard: "golden",
        group: CLAIM,
        level: Error,
        summary: "finds changes that do more to rankings than they declare",
    };
}

const HELP: &str = "correct the line `Ranking-Intent` in the commit's message, or mend what moves";

/// At most one finding a corpus.
pub(crate) fn find(
    radius: &Radius,
    declared: Option<&Claim>,
    excess: &[String],
    notes: &[String],
) -> Option<Finding> {
    let (first, others) = excess.split_first()?;
    let message = match declared {
        Some(claim) => format!("the change declares `{claim}`, and {first}"),
        None => format!("the change declares nothing where policy asks for it, and {first}"),
    };
    let claim = declared.map(ToString::to_string).unwrap_or_default();
    let finding = Finding::new(&INTENT_EXCEEDED, radius.location.clone(), message)
        .help(HELP)
        .fact(radius.fact())
        .fact(claim);
    Some(others.iter().chain(notes).take(20).fold(finding, |finding, note| finding.note(note)))
}

/// What a change touches beside the model that it declares.
pub(crate) fn find_foreign(radius: &Radius, claim: &Claim, foreign: &[&str]) -> Option<Finding> {
    let (first, others) = foreign.split_first()?;
    let more = if others.is_empty() { String::new() } else { format!(" and {} more", others.len()) };
    let message =
        format!("the change declares `{claim}`, and touches `{}`{more} beside the model", plain(first));
    let finding = Finding::new(&INTENT_EXCEEDED, Location::file(*first), message)
        .help("make two changes of it: the model with its recorded rankings, and the rest")
        .fact(radius.fact())
        .fact(claim.to_string());
    Some(others.iter().take(9).fold(finding, |finding, path| finding.note(format!("and `{}`", plain(path)))))
}

fn plain(path: &str) -> String {
    path.chars().map(|letter| if letter == '`' || letter.is_control() { '?' } else { letter }).collect()
}
