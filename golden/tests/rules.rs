//! The examples in the documentation of every rule are its tests, and every rule runs over all good ones.

mod common;

use std::collections::BTreeSet;
use std::path::Path;

use common::{Row, beside, fake, policy, recording, requests_text, rows, tree};
use findings::testing::{Example, assert_fires, check_message, check_registry, examples};
use findings::{Checked, Finding};
use golden::{Form, RULES, check_live, check_static};
use source::{Change, Message, Said, Tree};

#[test]
fn the_registry_equals_the_folder_and_every_rule_is_documented() {
    check_registry(RULES, Path::new("src/rules"));
}

#[test]
fn every_rule_fires_where_its_examples_say() {
    for rule in RULES {
        for case in cases(rule) {
            let findings: Vec<Finding> = case
                .run()
                .into_iter()
                .filter(|finding| finding.rule == *rule || case.last().is("good"))
                .collect();
            findings.iter().for_each(check_message);
            if case.last().is("good") {
                let fired: Vec<&str> = findings.iter().map(|finding| finding.message.as_str()).collect();
                assert!(fired.is_empty(), "a good example of {} fires: {fired:?}", rule.id);
            } else {
                assert_fires(case.marked(), findings.iter().flat_map(|finding| case.lines(finding)));
            }
        }
    }
}

#[test]
fn every_finding_has_facts_so_that_its_fingerprint_is_not_that_of_another_corpus() {
    for finding in RULES.iter().flat_map(|rule| cases(rule)).flat_map(|case| case.run()) {
        assert!(finding.facts.concat().starts_with("queue r.v1.Queue/Rank"), "{}", finding.rule.id);
    }
}

const PENDING: &str = "services/queue/golden/rankings.snap.new";

fn snapshot_text(rows: &[Row]) -> String {
    recording(rows).write(Form::Snapshot, None)
}

/// What stands behind a word like `says=` on the line of a fence.
fn attribute<'e>(fence: &'e Example, key: &str) -> Option<&'e str> {
    fence.attributes.split_whitespace().find_map(|word| word.strip_prefix(key))
}

/// One example: one fence, or a pair of which the second says whether it is good or bad.
struct Case {
    fences: Vec<Example>,
}

fn cases(rule: &findings::Rule) -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    for fence in examples(rule) {
        match fence.kind.as_str() {
            "head" | "answered" | "second" | "pending" => cases.last_mut().unwrap().fences.push(fence),
            _ => cases.push(Case { fences: vec![fence] }),
        }
    }
    assert!(cases.iter().all(|case| case.last().is("good") || case.last().is("bad")), "{}", rule.id);
    cases
}

impl Case {
    fn last(&self) -> &Example {
        self.fences.last().unwrap()
    }

    /// The fence with the marks: what is gone is marked where it was.
    fn marked(&self) -> &Example {
        self.fences.iter().find(|fence| !fence.marked.is_empty()).unwrap_or(self.last())
    }

    fn run(&self) -> Vec<Finding> {
        let [first, last] = [&self.fences[0], self.last()];
        let hazard = [
            ("ties", ", hazards: {ties: {is: ties}}"),
            ("short", ", hazards: {short: {when: request.limit < 5}}"),
            ("missing", ", hazards: {missing: {listed: missing}}"),
            ("judged", ", judgments: services/queue/golden/judgments.jsonl"),
        ];
        let more = hazard.into_iter().find(|(tag, _)| last.is(tag)).map_or("", |(_, more)| more);
        let mut policy = policy(&format!("{more}, parts: stage_scores"));
        policy.corpora[0].minimum = if last.is("minimum=2") { 2 } else { 1 };
        if last.kind == "rust" || last.kind == "pending" {
            return self.run_beside();
        }
        let at_head = if first.is("recorded") || first.is("first") { first } else { last };
        let side = |fence: &Example| match attribute(fence, "model=").map(|bytes| bytes.parse().unwrap()) {
            Some(bytes) => beside(tree(&fence.text), "models/taste.onnx", "w".repeat(bytes)),
            None => tree(&fence.text),
        };
        let base = (first.kind == "base").then(|| side(first));
        let mut change = Change::of_trees(base, side(at_head));
        if let Some(claim) = attribute(last, "says=") {
            let text = format!("A change\n\nRanking-Intent: {claim}\n");
            change.said = Ok(Said { messages: vec![Message { commit: None, text }], merges: 0 });
        }
        let mut found = check_static(&change, &policy).findings;
        if !last.text.starts_with('{') && found.is_empty() {
            let mut runs = self.runs().into_iter();
            let live: Checked =
                check_live(&change, &policy, &mut |_| Ok(fake(runs.next().unwrap()))).unwrap();
            found.extend(live.findings);
        }
        found
    }

    /// With a test of the service, or with a snapshot that waits for a review, beside a corpus that is as recorded.
    fn run_beside(&self) -> Vec<Finding> {
        let [first, last] = [&self.fences[0], self.last()];
        let notation = if last.kind == "rust" { "cold-start/1 limit=2: t1=0.9 t2=0.4" } else { &first.text };
        let recorded = rows(notation);
        let (path, text) = match last.kind.as_str() {
            "rust" => ("services/queue/tests/rankings.rs", last.text.clone()),
            _ => (PENDING, snapshot_text(&rows(&last.text))),
        };
        let head = Tree::from_memory([
            (common::REQUESTS, requests_text(&recorded)),
            (common::RANKINGS, recording(&recorded).to_text()),
            ("services/queue/Cargo.toml", "[package]\nname = \"queue\"\n".to_owned()),
            (path, text),
        ]);
        check_static(&Change::of_trees(None, head), &policy("")).findings
    }

    /// What the service answers in its first and its second run.
    fn runs(&self) -> [Vec<Row>; 2] {
        let (first, last) = (rows(&self.fences[0].text), rows(&self.last().text));
        if self.fences[0].is("first") { [first, last] } else { [last.clone(), last] }
    }

    /// The lines of the marked fence that a finding points at.
    fn lines(&self, finding: &Finding) -> Vec<u32> {
        let location = finding.location.as_ref().unwrap();
        let raw = self.last().text.starts_with('{');
        if location.file == common::MANIFEST {
            let rows = (1..).zip(self.marked().text.lines());
            return rows.filter(|(_, row)| row.starts_with('+')).map(|(line, _)| line).collect();
        }
        if location.file == common::JUDGMENTS {
            let rows = (1..).zip(self.marked().text.lines());
            let mut judged = rows.filter(|(_, row)| row.starts_with('*'));
            let line = match location.span {
                Some(span) => judged.nth(span.line as usize - 1),
                None => judged.find(|(_, row)| {
                    let words: Vec<&str> = row[1..].split(' ').collect();
                    finding.message.contains(&format!("`{}` for `{}`", words[1], words[0]))
                }),
            };
            return line.map(|(line, _)| line).into_iter().collect();
        }
        let span = location.span.filter(|_| location.file == PENDING);
        if let Some(span) = span {
            // An empty line stands before each request.
            let text = snapshot_text(&rows(&self.last().text));
            return vec![text.lines().take(span.line as usize).filter(|line| line.is_empty()).count() as u32];
        }
        match location.span {
            Some(span) if location.file.ends_with(".rs") => vec![span.line],
            Some(span) if raw || location.file == common::REQUESTS => vec![span.line],
            Some(span) => vec![span.line.saturating_sub(1).max(1)],
            None => {
                let gone: BTreeSet<&str> = finding.notes[0].text.split('`').skip(1).step_by(2).collect();
                let rows = (1..).zip(rows(&self.marked().text));
                rows.filter(|(_, row)| gone.contains(row.id.as_str())).map(|(line, _)| line).collect()
            }
        }
    }
}
