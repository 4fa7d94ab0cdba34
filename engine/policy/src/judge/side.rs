//! One side of a change: its findings, its exceptions, and which speaks of which.

use std::collections::{BTreeMap, BTreeSet};

use findings::{Finding, Location};
use source::Tree;

use super::{Found, takes_exceptions};
use crate::LevelSetting;
use crate::exceptions::{self, Exception, Malformed};
use crate::near::did_you_mean;
use crate::rules::{expired_exception, malformed_exception, unused_exception};

/// One side.
#[derive(Default)]
pub(super) struct Side {
    /// Those of the guards, and behind them those about the exceptions.
    pub(super) findings: Vec<Finding>,
    /// For each finding, the exception that speaks of it and is not past its date.
    pub(super) excepted_by: Vec<Option<usize>>,
    pub(super) exceptions: Vec<Exception>,
}

impl Side {
    /// Exceptions are read in the given files and where something was found. In any other file both sides have the same,
    /// so that nothing new could be said of them.
    pub(super) fn of<'p>(
        mut findings: Vec<Finding>,
        tree: &Tree,
        files: impl Iterator<Item = &'p str>,
        found: &Found<'_>,
    ) -> Side {
        findings.retain(|finding| finding.file().is_none_or(|file| !found.excludes(file)));
        let with_findings = findings.iter().filter_map(Finding::file);
        let files: BTreeSet<String> =
            files.map(str::to_owned).chain(with_findings.map(str::to_owned)).collect();
        let seen = files.iter().map(String::as_str).filter(|file| !found.excludes(file));
        let (exceptions, malformed) = exceptions::read(tree, seen);
        let mut by_file: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (index, exception) in exceptions.iter().enumerate() {
            by_file.entry(&exception.file).or_default().push(index);
        }
        let mut used: BTreeSet<(usize, &str)> = BTreeSet::new();
        let mut excepted_by = Vec::new();
        for finding in &findings {
            let speaking = finding.file().and_then(|file| by_file.get(file)).into_iter().flatten().copied();
            let speaking: Vec<usize> = speaking.filter(|at| exceptions[*at].covers(finding)).collect();
            used.extend(speaking.iter().map(|at| (*at, finding.rule.id)));
            let holds = |at: &usize| exceptions[*at].until.is_none_or(|until| !found.today.is_past(until));
            excepted_by.push(speaking.into_iter().find(holds));
        }
        findings.extend(
            malformed
                .iter()
                .map(|it: &Malformed| malformed_exception::finding(it.location.clone(), &it.message)),
        );
        findings.extend(
            exceptions
                .iter()
                .enumerate()
                .flat_map(|(at, exception)| about(exception, found, |rule| used.contains(&(at, rule)))),
        );
        excepted_by.resize(findings.len(), None);
        Side { findings, excepted_by, exceptions }
    }

    /// The findings that an exception covers, and the others.
    pub(super) fn parted(&self) -> (Vec<Finding>, Vec<Finding>) {
        let both = self.findings.iter().cloned().zip(&self.excepted_by);
        let (excepted, open): (Vec<_>, Vec<_>) = both.partition(|(_, by)| by.is_some());
        let findings = |side: Vec<(Finding, _)>| side.into_iter().map(|(finding, _)| finding).collect();
        (findings(excepted), findings(open))
    }
}

/// What is wrong with an exception.
fn about(exception: &Exception, found: &Found<'_>, is_used: impl Fn(&str) -> bool) -> Vec<Finding> {
    let place = || Location::at(&exception.file, exception.span);
    let mut findings = Vec::new();
    if let Some(until) = exception.until.filter(|until| found.today.is_past(*until)) {
        return vec![expired_exception::finding(exception, until)];
    }
    for id in &exception.rules {
        let Some(rule) = found.rules.iter().find(|rule| rule.id == id) else {
            let finding = malformed_exception::finding(place(), &format!("names `{id}`, which is no rule"));
            let meant = did_you_mean(id, found.rules.iter().map(|rule| rule.id));
            findings.push(match meant.strip_prefix("; ") {
                Some(meant) => finding.note(meant),
                None => finding,
            });
            continue;
        };
        if !takes_exceptions(rule) {
            findings.push(malformed_exception::finding(
                place(),
                &format!("names `{id}`, which takes no exception"),
            ));
            continue;
        }
        let is_off = found.settings.levels.get(rule.id) == Some(&LevelSetting::Off);
        let is_asked = found.guards.contains(&rule.guard) && !(found.unasked)(rule);
        if is_asked && !is_off && !is_used(id) {
            findings.push(unused_exception::finding(exception, id));
        }
    }
    findings
}
