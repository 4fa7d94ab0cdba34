//! The declared intent of a change: the trailer `Ranking-Intent` out of its commits, as one claim.
//!
//! A claim is never a permission: it adds to what is asked of a change and takes nothing away. So nothing is gained by
//! leaving it out, and where commits are not known or belong to several changes, none is read.

mod claim;
mod held;
mod judged;
mod model;
mod radius;

use findings::Finding;
use source::{Change, Message, Said};

pub use claim::Claim;
use claim::shown;
pub(crate) use judged::judge;
pub(crate) use radius::Radius;

use crate::Policy;
use crate::policy::Declaring;
use crate::rules::ranking_changed::RANKING_CHANGED;
use crate::rules::{intent_exceeded, intent_unclear, model_heavier};

/// The trailer's key. Letters of either case count, as git has it.
pub const KEY: &str = "Ranking-Intent";

/// What a change says that it does to rankings.
#[derive(Clone, Debug, PartialEq)]
pub enum Intent {
    /// Nothing is declared, or it could not be read for this reason.
    Undeclared(Option<String>),
    /// The claims of all commits, as one.
    Declared(Claim),
    /// What is declared is no claim, or not one: the reasons.
    Unclear(Vec<String>),
}

impl Intent {
    /// Reads the trailers of all commits; one may stand on any line of a message, since squashing puts it in the middle.
    ///
    /// `none` gives way to any other claim; scopes are united, and the larger share of a segment counts. Another model,
    /// or a model beside a scope, is no one claim.
    pub fn of(said: &Result<Said, String>) -> Intent {
        let said = match said {
            Ok(said) => said,
            Err(why) => return Intent::Undeclared(Some(format!("what the commits say is not known: {why}"))),
        };
        let trailers: Vec<(&Message, &str)> = said
            .messages
            .iter()
            .flat_map(|message| trailers(message).map(move |claim| (message, claim)))
            .collect();
        if trailers.is_empty() {
            return Intent::Undeclared(None);
        }
        if said.merges > 1 {
            let why = format!("the {} merges that are judged as one have claims of their own", said.merges);
            return Intent::Undeclared(Some(why));
        }
        let mut reasons = Vec::new();
        let mut claims: Vec<Claim> = Vec::new();
        for (message, text) in trailers {
            match text.parse::<Claim>() {
                Ok(claim) if claims.contains(&claim) => {}
                Ok(claim) => claims.push(claim),
                Err(why) => {
                    reasons.push(format!("{} says `{}`: {why}", speaker(message), shown(text.trim())))
                }
            }
        }
        let united = claims.into_iter().try_fold(Claim::None, unite);
        match (united, reasons.is_empty()) {
            (Ok(claim), true) => Intent::Declared(claim),
            (Ok(_), false) => Intent::Unclear(reasons),
            (Err(why), _) => {
                reasons.push(why);
                Intent::Unclear(reasons)
            }
        }
    }
}

impl Claim {
    /// The claim as what is said of a change that is not committed yet.
    pub fn as_message(&self) -> Message {
        let trailers: Vec<String> = self.parts().iter().map(|part| format!("{KEY}: {part}\n")).collect();
        Message { commit: None, text: trailers.concat() }
    }
}

/// Holds what the change declares against what it does to each corpus, and tells at the findings about changed rankings
/// what was declared of them.
pub(crate) fn hold(change: &Change, policy: &Policy, radii: &[Radius], findings: &mut Vec<Finding>) {
    let intent = Intent::of(&change.said);
    let mut found = Vec::new();
    match &intent {
        Intent::Unclear(reasons) => found.extend(intent_unclear::find(radii, reasons)),
        Intent::Undeclared(Some(why)) => {
            if policy.intent == Declaring::Required && change.said.is_err() {
                found.extend(intent_unclear::find(radii, std::slice::from_ref(why)));
            }
            tell(findings, radii, |_| why.clone());
        }
        Intent::Undeclared(None) if policy.intent == Declaring::Required => {
            let exceeds = |radius| intent_exceeded::find(radius, None, &held::against_none(radius), &[]);
            found.extend(radii.iter().filter_map(exceeds));
        }
        Intent::Undeclared(None) => {}
        Intent::Declared(claim) => {
            found.extend(intent_unclear::find(radii, &unknown(claim, radii)));
            found.extend(exceeding(claim, change, policy, radii));
            tell(findings, radii, |radius| declared(claim, radius, policy));
        }
    }
    findings.extend(found);
}

fn exceeding(claim: &Claim, change: &Change, policy: &Policy, radii: &[Radius]) -> Vec<Finding> {
    let excess = |radius: &Radius| match claim {
        Claim::None => held::against_none(radius),
        Claim::Scoped(scope) => held::against_scope(radius, scope, policy),
        Claim::Model { version, .. } => {
            [held::against_model(radius, version, policy), radius.judgement.excess.clone()].concat()
        }
    };
    let of_corpus =
        |radius| intent_exceeded::find(radius, Some(claim), &excess(radius), &reaches(radius, policy));
    let mut found: Vec<Finding> = radii.iter().filter_map(of_corpus).collect();
    if let (Claim::Model { version, .. }, Some(first)) = (claim, radii.first()) {
        let by_it = |radius: &&Radius| radius.models.iter().any(|(_, model)| model == version);
        if !radii.iter().any(|radius| by_it(&radius)) && found.is_empty() {
            let nobody = ["no recorded ranking is by another model than before".to_owned()];
            found.extend(intent_exceeded::find(first, Some(claim), &nobody, &[]));
        }
        let radius = radii.iter().find(by_it).unwrap_or(first);
        found.extend(intent_exceeded::find_foreign(radius, claim, &model::foreign(change, policy)));
        found.extend(model_heavier::find(radius, model::weight(change, policy), policy.model.bytes));
    }
    found
}

/// Segments of a claim that no corpus has.
fn unknown(claim: &Claim, radii: &[Radius]) -> Vec<String> {
    let Claim::Scoped(scope) = claim else { return Vec::new() };
    let known = |segment: &&String| radii.iter().any(|radius| radius.segments.contains_key(*segment));
    let unknown = scope.keys().filter(|segment| !known(segment));
    unknown.map(|segment| format!("no corpus has a segment `{segment}`")).collect()
}

/// What moved, by segment.
fn reaches(radius: &Radius, policy: &Policy) -> Vec<String> {
    let moved = radius.segments.iter().filter(|(_, reach)| reach.moved > 0);
    moved.map(|(segment, reach)| reach.in_words(segment, policy.confidence)).collect()
}

fn declared(claim: &Claim, radius: &Radius, policy: &Policy) -> String {
    let reaches = reaches(radius, policy);
    let said: Vec<&str> = reaches.iter().chain(&radius.judgement.notes).map(String::as_str).collect();
    format!("declared is `{claim}`; {}", said.join("; "))
}

/// Says something at each finding about the changed rankings of a corpus.
fn tell(findings: &mut [Finding], radii: &[Radius], what: impl Fn(&Radius) -> String) {
    for finding in findings.iter_mut().filter(|finding| *finding.rule == RANKING_CHANGED) {
        if let Some(radius) = radii.iter().find(|radius| finding.facts.first() == Some(&radius.fact())) {
            *finding = finding.clone().note(what(radius));
        }
    }
}

fn speaker(message: &Message) -> String {
    message.commit.as_ref().map_or_else(|| "`--intent`".to_owned(), |commit| format!("`{commit}`"))
}

/// The texts behind the key, wherever a line begins with it.
fn trailers(message: &Message) -> impl Iterator<Item = &str> {
    message.text.lines().filter_map(|line| {
        let key = line.get(..KEY.len()).filter(|key| key.eq_ignore_ascii_case(KEY))?;
        line[key.len()..].trim_start().strip_prefix(':')
    })
}

fn unite(all: Claim, claim: Claim) -> Result<Claim, String> {
    match (all, claim) {
        (Claim::None, claim) | (claim, Claim::None) => Ok(claim),
        (Claim::Scoped(mut all), Claim::Scoped(more)) => {
            for (segment, share) in more {
                let widest = all.entry(segment).or_insert(share);
                *widest = widest.max(share);
            }
            Ok(Claim::Scoped(all))
        }
        (all, claim) if all == claim => Ok(claim),
        (all, claim) => Err(format!("it claims both `{all}` and `{claim}`, which are two changes")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(messages: &[&str]) -> Said {
        let message =
            |text: &&str| Message { commit: Some("0123456789ab".to_owned()), text: (*text).to_owned() };
        Said { messages: messages.iter().map(message).collect(), merges: 0 }
    }

    #[track_caller]
    fn check(messages: &[&str], expected: &str) {
        let read = match Intent::of(&Ok(said(messages))) {
            Intent::Undeclared(why) => format!("undeclared {}", why.unwrap_or_default()).trim().to_owned(),
            Intent::Declared(claim) => claim.to_string(),
            Intent::Unclear(reasons) => reasons.join("; "),
        };
        assert_eq!(read, expected);
    }

    #[test]
    fn a_trailer_counts_on_any_line_that_begins_with_it() {
        check(&[], "undeclared");
        check(&["Faster\n\nNothing about Ranking-Intent: none here\n  Ranking-Intent: none"], "undeclared");
        check(&["Ranking-Intention: none", "Ranking-Intent none"], "undeclared");
        check(&["Faster\n\nRanking-Intent: none\n"], "none");
        check(&["Faster\r\n\r\nRanking-Intent: none\r\n"], "none");
        check(&["Two (#7)\n\n* one\n\nranking-intent : none\n\n* two\n\nCo-authored-by: A <a>\n"], "none");
    }

    #[test]
    fn claims_of_several_commits_are_one() {
        let [none, cold, wider, home, model] = [
            "Ranking-Intent: none",
            "Ranking-Intent: scoped(cold, <=5%)",
            "Ranking-Intent: scoped(cold, <=20%)",
            "Ranking-Intent: scoped(home, heavy, <=5%)",
            "Ranking-Intent: model(taste@7)",
        ];
        check(&[none, cold, none, cold], "scoped(cold, <=5%)");
        check(&[cold, home], "scoped(cold, heavy, home, <=5%)");
        check(&[wider, cold, home], "scoped(cold, <=20%) and scoped(heavy, home, <=5%)");
        check(&[none, model, model], "model(taste@7)");
        check(
            &[model, cold],
            "it claims both `model(taste@7)` and `scoped(cold, <=5%)`, which are two changes",
        );
        check(
            &[model, "Ranking-Intent: model(taste@8)"],
            "it claims both `model(taste@7)` and `model(taste@8)`, which are two changes",
        );
    }

    #[test]
    fn what_is_no_claim_is_told_with_its_commit() {
        check(
            &["Ranking-Intent: none\nRanking-Intent: whatever`s best"],
            "`0123456789ab` says `whatever's best`: a claim is `none`, `scoped(SEGMENT, <=5%)` or `model(NAME@VERSION)`",
        );
    }

    #[test]
    fn a_claim_of_what_is_not_committed_joins_those_of_the_commits() {
        let mut said = said(&["Ranking-Intent: scoped(cold, <=5%)"]);
        said.messages.push("scoped(home, <=9%)".parse::<Claim>().expect("a claim").as_message());
        let Intent::Declared(claim) = Intent::of(&Ok(said)) else { panic!("it is declared") };
        assert_eq!(claim.to_string(), "scoped(cold, <=5%) and scoped(home, <=9%)");
        let again = Said { messages: vec![claim.as_message()], merges: 0 };
        assert_eq!(Intent::of(&Ok(again)), Intent::Declared(claim));
    }

    #[test]
    fn several_merges_and_unknown_commits_declare_nothing() {
        let two = Said { merges: 2, ..said(&["Ranking-Intent: model(taste@7)", "Ranking-Intent: none"]) };
        let Intent::Undeclared(Some(why)) = Intent::of(&Ok(two)) else { panic!("nothing is declared") };
        assert_eq!(why, "the 2 merges that are judged as one have claims of their own");
        let why = Some("what the commits say is not known: a shallow clone".to_owned());
        assert_eq!(Intent::of(&Err("a shallow clone".to_owned())), Intent::Undeclared(why));
    }
}
