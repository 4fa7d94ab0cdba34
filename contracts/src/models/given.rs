//! The code's features against those of the model.

use findings::{Finding, Location, Rule};
use source::Unlisted;

use super::code::{self, Given, List};
use super::compare::compare;
use super::lock::FeaturesLock;
use super::subject::Subject;
use super::{Side, values};
use crate::rules::feature_extra::FEATURE_EXTRA;
use crate::rules::feature_missing::FEATURE_MISSING;
use crate::rules::feature_renamed::FEATURE_RENAMED;
use crate::rules::feature_reordered::FEATURE_REORDERED;
use crate::rules::unreadable_features::UNREADABLE_FEATURES;

/// How many features of one kind are told one by one.
const TOLD: usize = 20;

/// What a list of the code has otherwise than the model.
pub(super) fn check(subject: &Subject<'_>, side: &Side<'_, '_>, path: &str) -> Vec<Finding> {
    let Some(said) = subject.said() else { return Vec::new() };
    let list = match code::read((side.code)(), path) {
        Ok(list) => list,
        Err(unread) => return vec![unreadable(subject, path, unread)],
    };
    let mut findings = if said.features.is_empty() {
        by_count(subject, said, &list).into_iter().collect()
    } else {
        by_name(subject, said, &list)
    };
    findings.extend(values::types(subject, &list));
    findings.extend(values::fills(subject, &list));
    findings
}

/// That a list of the code cannot be read.
pub(super) fn unreadable(subject: &Subject<'_>, path: &str, unread: Unlisted) -> Finding {
    let Unlisted { place, reason } = unread;
    let place = place.unwrap_or_else(|| Location::file(policy::POLICY_FILE));
    Finding::new(&UNREADABLE_FEATURES, place, format!("`{path}` cannot be read: {reason}"))
        .help(format!("write the list out, or correct `contracts.models.{}`", subject.name))
        .fact(subject.name)
        .fact(path)
        .fact(&reason)
}

fn by_count(subject: &Subject<'_>, said: &FeaturesLock, list: &List) -> Option<Finding> {
    let (columns, given) = (said.columns?, list.given.len() as u64);
    let rule: &'static Rule = match given.cmp(&columns) {
        std::cmp::Ordering::Equal => return None,
        std::cmp::Ordering::Less => &FEATURE_MISSING,
        std::cmp::Ordering::Greater => &FEATURE_EXTRA,
    };
    let message = format!(
        "`{}` has {given} features, and `{}` takes {columns} numbers for a row",
        list.path, subject.artefact
    );
    Some(
        finding(rule, subject, list.place.clone(), message, "count")
            .help("give the model the numbers that it takes"),
    )
}

fn by_name(subject: &Subject<'_>, said: &FeaturesLock, list: &List) -> Vec<Finding> {
    let code: Vec<&str> = list.given.iter().map(|given| given.name.as_str()).collect();
    let model = said.names();
    let difference = compare(&code, &model);
    let at = |place: usize| &list.given[place];
    let artefact = subject.artefact.as_str();
    let mut findings = Vec::new();
    for (given, place) in difference.renamed.iter().map(|(given, place)| (at(*given), *place)).take(TOLD) {
        let wanted = model[place];
        let message =
            format!("`{artefact}` takes no `{}`, but `{wanted}` as number {}", given.name, place + 1);
        findings.push(
            finding(&FEATURE_RENAMED, subject, given.place.clone(), message, &given.name)
                .help(format!("write `{wanted}`, or train with the new name")),
        );
    }
    for given in difference.extra.iter().map(|given| at(*given)).take(TOLD) {
        let message = if model.contains(&given.name.as_str()) {
            format!("`{}` is given a second time", given.name)
        } else {
            format!("`{artefact}` takes no feature `{}`", given.name)
        };
        findings.push(
            finding(&FEATURE_EXTRA, subject, given.place.clone(), message, &given.name)
                .help("take it out, or train with it"),
        );
    }
    if let Some(first) = difference.missing.first() {
        let names: Vec<String> =
            difference.missing.iter().take(TOLD).map(|place| format!("`{}`", model[*place])).collect();
        let more = difference.missing.len().saturating_sub(TOLD);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        let message =
            format!("`{}` does not give {}{more}, which `{artefact}` takes", list.path, names.join(", "));
        findings.push(
            finding(&FEATURE_MISSING, subject, list.place.clone(), message, &names.join(" "))
                .help(format!("give it as number {}", first + 1)),
        );
    }
    findings.extend(reordered(subject, &difference.moved, &list.given, &model));
    findings
}

/// One finding for an order: what follows from one swap is not told twice.
fn reordered(
    subject: &Subject<'_>,
    moved: &[(usize, usize)],
    given: &[Given],
    model: &[&str],
) -> Option<Finding> {
    let ((at, place), others) = moved.split_first()?;
    let name = model[*place];
    // Whose number it has taken is the other half of a swap.
    let instead = model.get(*at).filter(|instead| **instead != name);
    let (artefact, taken) = (&subject.artefact, place + 1);
    let message = match instead {
        Some(instead) => format!(
            "number {} is `{}`, where `{artefact}` takes `{instead}`; it takes `{name}` as number {taken}",
            at + 1,
            given[*at].name
        ),
        None => {
            format!("number {} is `{}`, which `{artefact}` takes as number {taken}", at + 1, given[*at].name)
        }
    };
    let mut finding = finding(&FEATURE_REORDERED, subject, given[*at].place.clone(), message, name)
        .help("put the features into the order of the model");
    for (at, place) in others.iter().take(TOLD) {
        let text = format!("`{}` is number {}, and taken as number {}", given[*at].name, at + 1, place + 1);
        finding = finding.note_at(given[*at].place.clone(), text).fact(model[*place]);
    }
    Some(finding.note(format!("the model takes, in this order: {}", shortened(model))))
}

fn shortened(model: &[&str]) -> String {
    let names: Vec<String> = model.iter().take(100).map(|name| format!("`{name}`")).collect();
    let more = model.len().saturating_sub(100);
    if more > 0 { format!("{} and {more} more", names.join(", ")) } else { names.join(", ") }
}

fn finding(
    rule: &'static Rule,
    subject: &Subject<'_>,
    place: Location,
    message: String,
    fact: &str,
) -> Finding {
    Finding::new(rule, place, message).fact(subject.name).fact(fact)
}
