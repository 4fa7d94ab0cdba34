//! The run: the judge, the rules that fired, how it went, and what was left out.

use std::collections::BTreeMap;

use super::log::{
    Automation, Base, Configuration, Driver, Help, Invocation, Notification, Properties, Rule, Run, Text,
    Tool,
};
use super::result::{self, ROOT};
use crate::render::text::{clip, lines};
use crate::render::words::{Ordinals, compared, not_run, outcome, verdict};
use crate::tally::plural;
use crate::{JudgedFinding, Level, Outcome, Report, Tier, Verdict, docs};

/// Tags of a rule that the platform takes.
const TAGS: usize = 20;
/// Characters of a notification, and notifications of remarks.
const NOTIFICATION: usize = 4_000;
const REMARKS: usize = 100;

/// A run over `findings`, behind which `left_out` more had no room.
pub(super) fn run(
    report: &Report,
    prefix: &str,
    program: &str,
    findings: &[&JudgedFinding],
    left_out: usize,
) -> Run {
    let mut rules: Vec<&'static crate::Rule> = findings.iter().map(|judged| judged.finding.rule).collect();
    rules.sort_by_key(|rule| rule.id);
    rules.dedup();
    let mut ordinals = Ordinals::default();
    let mut cut = result::Cut::default();
    let results = findings
        .iter()
        .map(|judged| result::of(report, judged, prefix, &rules, &mut ordinals, &mut cut))
        .collect();
    let about = "the root of the repository, to which all paths are relative";
    Run {
        tool: Tool {
            driver: Driver {
                name: "Gatefold",
                semantic_version: report.tool,
                rules: rules.into_iter().map(|rule| described(rule, program)).collect(),
            },
        },
        automation_details: Automation { id: category(report.tier, prefix) },
        column_kind: "unicodeCodePoints",
        original_uri_base_ids: BTreeMap::from([(ROOT, Base { description: Text::of(about) })]),
        invocations: [invocation(report, left_out, &cut)],
        results,
    }
}

/// What keeps the uploads of two tiers and of two workspaces from replacing each other.
fn category(tier: Tier, prefix: &str) -> String {
    let tier = match tier {
        Tier::Static => "static",
        Tier::Live => "live",
        Tier::All => "all",
    };
    match prefix.trim_end_matches('/') {
        "" => format!("gatefold/{tier}/"),
        prefix => format!("gatefold/{tier}/{prefix}/"),
    }
}

fn described(rule: &'static crate::Rule, program: &str) -> Rule {
    let summary = format!("{}.", capital(rule.summary));
    let mut tags = vec![rule.guard, rule.group];
    tags.dedup();
    tags.truncate(TAGS);
    // Rules write the commands of their pages with the name of the alias.
    let page = format!("{}\n`cargo xtask explain {}` prints this.\n", docs::page(rule), rule.id);
    let page = page.replace("cargo xtask ", &format!("{program} "));
    Rule {
        id: rule.id,
        short_description: Text::of(summary.clone()),
        full_description: Text::of(summary),
        help: Help { text: page.clone(), markdown: page },
        default_configuration: Configuration { level: rule.level.name() },
        properties: Properties { tags },
    }
}

fn invocation(report: &Report, left_out: usize, cut: &result::Cut) -> Invocation {
    let mut execution = Vec::new();
    if left_out > 0 {
        execution.push(notification(
            Level::Warning,
            &format!(
                "{} left out for want of room, the least severe ones; the JSON report has them all",
                plural(left_out, "result")
            ),
        ));
    }
    if cut.places > 0 {
        execution.push(notification(
            Level::Warning,
            &format!(
                "{} of evidence left out of {}, since the platform takes 1,000 of each; the JSON report has them all",
                plural(cut.places, "place"),
                plural(cut.results, "result")
            ),
        ));
    }
    let mut configuration = vec![notification(Level::Note, &compared(report))];
    if let Some(tier) = not_run(report.tier) {
        configuration.push(notification(Level::Note, &format!("not run: {tier}")));
    }
    for run in &report.guards {
        let why = run.reason.as_deref().map(|reason| format!(": {reason}")).unwrap_or_default();
        let said = format!("`{}` {}{why}", run.guard, outcome(run.outcome));
        match run.outcome {
            Outcome::CouldNotRun => execution.push(notification(Level::Error, &said)),
            Outcome::NotConfigured | Outcome::NotAsked => {
                configuration.push(notification(Level::Note, &said))
            }
            Outcome::Clean | Outcome::Findings => {}
        }
    }
    execution.extend(report.remarks.iter().take(REMARKS).map(|remark| notification(Level::Note, remark)));
    if report.remarks.len() > REMARKS {
        let more = format!("{} more remarks", report.remarks.len() - REMARKS);
        execution.push(notification(Level::Note, &more));
    }
    let (word, reason) = verdict(report);
    Invocation {
        execution_successful: report.verdict() != Verdict::Error,
        exit_code: report.exit().code(),
        exit_code_description: format!("{word}: {reason}"),
        tool_execution_notifications: execution,
        tool_configuration_notifications: configuration,
    }
}

fn notification(level: Level, text: &str) -> Notification {
    Notification { level: level.name(), message: Text::of(lines(&clip(text, NOTIFICATION))) }
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
