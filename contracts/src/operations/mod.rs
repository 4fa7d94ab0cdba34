//! Alerts, recording rules and dashboards: that what they ask for is emitted, and that each alert has a runbook.

mod dashboard;
mod emitted;
mod promtool;
mod query;
mod rules_file;
mod runbook;
mod series;
mod unwatched;
mod vanished;

use findings::{Checked, Finding, Level, Location};
use policy::PolicyError;
use source::{Code, Tree};

use crate::rules::alert_without_runbook::ALERT_WITHOUT_RUNBOOK;
use crate::rules::unreadable_operations::UNREADABLE_OPERATIONS;
use crate::{Error, Operations, Outside, Promtool, globs};
use dashboard::{Dashboard, VARIABLE};
use emitted::Emitted;
use query::Query;
use rules_file::{OwnRule, RuleFile, RuleKind};

/// The group of its rules.
pub(crate) const GROUP: &str = "operations";

pub(crate) use emitted::distance;
pub(crate) use vanished::vanished;

/// Judges the alerts, recording rules and dashboards of one side by the code of that side.
///
/// # Errors
/// A glob makes no sense, or `promtool` is required and cannot be asked.
pub(crate) fn check_side<'c>(
    tree: &Tree,
    code: &dyn Fn() -> &'c Code,
    policy: &Operations,
    outside: &Outside,
) -> Result<(Checked, Seen), Error> {
    let watched = Watched::read(tree, policy)?;
    let mut checked = Checked { findings: watched.unreadable.clone(), ..Checked::default() };
    if policy.promtool == Promtool::Required && outside.promtool.is_none() && !watched.files.is_empty() {
        return Err(Error::Tool {
            tool: "promtool".to_owned(),
            reason: "it is not installed, and `contracts.operations.promtool` requires it".to_owned(),
        });
    }
    if watched.is_empty() {
        return Ok((checked, Seen { watched, emitted: None }));
    }
    checked.counts.extend([
        ("rule files", watched.files.len() as u64),
        ("dashboards", watched.dashboards.len() as u64),
    ]);
    if outside.promtool.is_none() && policy.promtool != Promtool::Off && !watched.files.is_empty() {
        checked.counts.insert("rule files that promtool did not see", watched.files.len() as u64);
    }
    let emitted = Emitted::of(code().metrics(&policy.registrations));
    checked.counts.insert("metrics", emitted.len() as u64);
    if !emitted.unread.is_empty() {
        checked.counts.insert("metrics with a computed name", emitted.unread.len() as u64);
    }
    checked.findings.extend(series::unknown(&watched, &emitted, policy)?);
    checked.findings.extend(watched.files.iter().flat_map(|file| without_runbook(tree, file, policy)));
    if let Some(tool) = outside.promtool.as_ref().filter(|_| policy.promtool != Promtool::Off)
        && !watched.files.is_empty()
    {
        let refused = promtool::ask(tool, tree, &watched.files)?;
        let is_refused = |file: &str| refused.iter().any(|finding| finding.file() == Some(file));
        for finding in &mut checked.findings {
            // What Prometheus itself reads is right, even if it is newer than what is known here.
            let is_expression = finding.rule == &UNREADABLE_OPERATIONS && finding.facts.len() > 1;
            if is_expression && finding.file().is_some_and(|file| !is_refused(file)) {
                finding.level = Level::Note;
            }
        }
        let said = |refused: &Finding| {
            let same = |finding: &&Finding| {
                finding.rule == &UNREADABLE_OPERATIONS && finding.file() == refused.file()
            };
            checked.findings.iter().any(|finding| same(&finding))
        };
        let new: Vec<Finding> = refused.iter().filter(|refused| !said(refused)).cloned().collect();
        checked.findings.extend(new);
    }
    Ok((checked, Seen { watched, emitted: Some(emitted) }))
}

/// What was looked at on one side.
pub(crate) struct Seen {
    watched: Watched,
    /// What the code emits; `None` where nothing is watched.
    emitted: Option<Emitted>,
}

/// What is watched, and by what.
pub(crate) struct Watched {
    files: Vec<RuleFile>,
    dashboards: Vec<(String, Dashboard)>,
    /// Every expression that could be read.
    uses: Vec<Use>,
    unreadable: Vec<Finding>,
}

/// An expression, and who asks.
pub(crate) struct Use {
    /// As in: alert `RequestsFail`.
    who: String,
    location: Location,
    query: Query,
    /// The metric that it records, with the labels that the rule adds.
    records: Option<(String, Vec<String>)>,
}

impl Watched {
    /// Reads all rule files and dashboards of a tree.
    ///
    /// # Errors
    /// A glob makes no sense.
    pub(crate) fn read(tree: &Tree, policy: &Operations) -> Result<Watched, Error> {
        let (rules, dashboards) = (globs::set(&policy.rules)?, globs::set(&policy.dashboards)?);
        let mut watched =
            Watched { files: Vec::new(), dashboards: Vec::new(), uses: Vec::new(), unreadable: Vec::new() };
        for path in tree.paths() {
            if rules.is_match(path) {
                watched.read_rules(tree, path);
            } else if dashboards.is_match(path) {
                watched.read_dashboard(tree, path);
            }
        }
        Ok(watched)
    }

    fn is_empty(&self) -> bool {
        self.files.is_empty() && self.dashboards.is_empty()
    }

    fn read_rules(&mut self, tree: &Tree, path: &str) {
        let text = tree.text(path).map_err(|error| PolicyError::new(path, error.to_string()));
        match text.and_then(|text| RuleFile::read(path, &text)) {
            Ok(None) => {}
            Ok(Some(file)) => {
                for rule in &file.rules {
                    let location = at(path, rule.expression_at);
                    match query::read(&rule.expression) {
                        Ok(query) => {
                            let added = rule.labels.keys().cloned().collect();
                            let records = (rule.kind == RuleKind::Record).then(|| (rule.name.clone(), added));
                            self.uses.push(Use { who: who(rule), location, query, records });
                        }
                        Err(fault) if query::is_too_long(&rule.expression) => {
                            self.unreadable.push(too_long(&who(rule), location, &fault));
                        }
                        Err(fault) => self.unreadable.push(unparsed(&who(rule), location, &fault)),
                    }
                }
                self.files.push(file);
            }
            Err(error) => {
                let fault = error.message.split_whitespace().collect::<Vec<_>>().join(" ");
                let place = error.line.zip(error.column);
                self.unreadable.push(
                    Finding::new(
                        &UNREADABLE_OPERATIONS,
                        at(path, place),
                        format!("the rule file cannot be read: {fault}"),
                    )
                    .help("repair it")
                    .fact(&fault),
                );
            }
        }
    }

    fn read_dashboard(&mut self, tree: &Tree, path: &str) {
        let text = tree.text(path).map_err(|error| (1, 1, error.to_string()));
        match text.and_then(|text| Dashboard::read(&text)) {
            Ok(None) => {}
            Ok(Some(dashboard)) => {
                for panel in &dashboard.panels {
                    let who = format!("panel `{}`", panel.title.replace('`', "'"));
                    let location = at(path, panel.at);
                    match query::read(&panel.expression) {
                        Ok(mut query) => {
                            query.forget(
                                |name| name.contains(VARIABLE),
                                |value| value.contains('$') || value.contains("[["),
                            );
                            self.uses.push(Use { who, location, query, records: None });
                        }
                        Err(fault) if query::is_too_long(&panel.expression) => {
                            self.unreadable.push(too_long(&who, location, &fault));
                        }
                        // A variable may stand for what is no name: a list of matchers, an operator.
                        Err(_) if panel.has_variables => {}
                        Err(fault) => {
                            self.unreadable.push(unparsed(&who, location, &fault).fact(&panel.written))
                        }
                    }
                }
                self.dashboards.push((path.to_owned(), dashboard));
            }
            Err((line, column, fault)) => self.unreadable.push(
                Finding::new(
                    &UNREADABLE_OPERATIONS,
                    Location::point(path, line.max(1), column.max(1)),
                    format!(
                        "the dashboard cannot be read: {}",
                        fault.trim_end_matches('.').replace('`', "'")
                    ),
                )
                .help("repair it")
                .fact(&fault),
            ),
        }
    }
}

fn who(rule: &OwnRule) -> String {
    let kind = match rule.kind {
        RuleKind::Alert => "alert",
        RuleKind::Record => "recording rule",
    };
    format!("{kind} `{}`", rule.name.replace('`', "'"))
}

fn unparsed(who: &str, location: Location, fault: &str) -> Finding {
    let fault = fault.trim_end_matches('.').replace('`', "'");
    Finding::new(&UNREADABLE_OPERATIONS, location, format!("the expression of {who} cannot be read: {fault}"))
        .help("repair the expression")
        .fact(who)
        .fact(fault)
}

/// Nobody but Prometheus has looked at what is longer than what is read here, and it knows no code: one fact, so that
/// no word of `promtool` makes a note of it.
fn too_long(who: &str, location: Location, fault: &str) -> Finding {
    Finding::new(&UNREADABLE_OPERATIONS, location, format!("the expression of {who} is not read: {fault}"))
        .help("make it shorter, or record a part of it by a rule of its own")
        .fact(who)
}

fn at(path: &str, place: Option<(u32, u32)>) -> Location {
    place.map_or(Location::file(path), |(line, column)| Location::point(path, line, column))
}

fn without_runbook(tree: &Tree, file: &RuleFile, policy: &Operations) -> Vec<Finding> {
    let alerts = file.rules.iter().filter(|rule| rule.kind == RuleKind::Alert);
    let wanted = policy.runbook_annotations.join("` or `");
    let finding = |alert: &OwnRule| {
        let links: Vec<&String> =
            policy.runbook_annotations.iter().filter_map(|key| alert.annotations.get(key)).collect();
        let fault = match links.as_slice() {
            [] => format!("{} links no runbook", who(alert)),
            links => {
                let faults: Vec<String> =
                    links.iter().filter_map(|link| runbook::fault(tree, &file.path, link)).collect();
                if faults.len() < links.len() {
                    return None;
                }
                format!("the runbook of {} is not there: {}", who(alert), faults.join(", "))
            }
        };
        let help = if links.is_empty() {
            format!("add the annotation `{wanted}` with a link to a section that says what to do")
        } else {
            "write the section, or link the one that there is".to_owned()
        };
        Some(
            Finding::new(&ALERT_WITHOUT_RUNBOOK, at(&file.path, alert.at), fault)
                .help(help)
                .fact(&alert.name),
        )
    };
    alerts.filter_map(finding).collect()
}
