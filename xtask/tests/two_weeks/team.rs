//! The team: takes merge requests one by one, has them judged, and merges or throws away.

use std::collections::BTreeSet;
use std::mem;

use serde_json::Value;

use crate::before;
use crate::keys::{self, OWNER};
use crate::request::{Kind, Request};
use crate::say;
use crate::workspace::{Verdict, Workspace};

/// How often the main branch moves under an approved request before it is queued.
const REBASES: u32 = 2;

pub(crate) struct Team {
    it: Workspace,
    open: Vec<Open>,
    wrong: Vec<String>,
    verdicts: u32,
    /// What is being judged, for the list of wrong verdicts.
    now: String,
}

/// An approved request that waits.
struct Open {
    request: &'static Request,
    rules: &'static [&'static str],
    branch: String,
    rebased: u32,
}

impl Team {
    /// A repository with the reference workspace as it was before Gatefold.
    pub(crate) fn new() -> Team {
        Team {
            it: before::repository(),
            open: Vec::new(),
            wrong: Vec::new(),
            verdicts: 0,
            now: String::new(),
        }
    }

    /// How often the gate was asked.
    pub(crate) fn verdicts(&self) -> u32 {
        self.verdicts
    }

    /// Every wrong block and every missed cheat, with what the gate said.
    pub(crate) fn wrong(self) -> Vec<String> {
        self.wrong
    }

    /// Makes the request on a branch of its own, and does with it what its kind asks for.
    pub(crate) fn take(&mut self, day: usize, request: &'static Request) {
        self.now = format!("day {day}: {}", request.title);
        let branch = branch_of(request);
        self.it.git(&["switch", "--quiet", "--create", &branch, "main"]);
        (request.change)(&self.it);
        self.it.commit(request.title);
        match request.kind {
            Kind::Adoption => {
                self.blocks_under(&["policy-adopted"]);
                self.passes("", &["--base", "main", "--bootstrap"], &[]);
                self.merge(request, &branch);
            }
            Kind::Honest | Kind::Revert => {
                self.passes("", &["--base", "main"], &[]);
                self.merge(request, &branch);
            }
            Kind::NeedsApproval(rules) => {
                self.is_approved(rules, &[]);
                self.merge(request, &branch);
            }
            Kind::Emergency(rules) => {
                let today = keys::today(&self.it);
                self.is_approved(rules, &["--emergency", "--until", &today]);
                self.merge(request, &branch);
            }
            Kind::LivesOn(rules) => {
                self.is_approved(rules, &[]);
                self.it.git(&["switch", "--quiet", "main"]);
                self.open.push(Open { request, rules, branch, rebased: 0 });
            }
            Kind::Refused(rule) => {
                self.is_shown(rule);
                self.throw_away(&branch);
            }
            Kind::Cheat(rule) => {
                self.is_found(rule);
                self.throw_away(&branch);
            }
        }
    }

    fn throw_away(&self, branch: &str) {
        self.it.git(&["switch", "--quiet", "main"]);
        self.it.git(&["branch", "--quiet", "-D", branch]);
    }

    /// Nothing moves the main branch any more, so what still waits is merged now.
    pub(crate) fn merge_what_is_open(&mut self) {
        let open = mem::take(&mut self.open);
        for Open { request, branch, rebased, .. } in open {
            self.note(
                &format!("`{branch}` saw {rebased} of {REBASES} rebases: the history is too short for it"),
                None,
            );
            self.it.git(&["merge", "--quiet", "--no-ff", "--message", request.title, &branch]);
        }
    }

    fn is_approved(&mut self, rules: &'static [&'static str], how: &[&str]) {
        self.blocks_under(rules);
        let ran = keys::approve(&self.it, rules, OWNER, how);
        if ran.status != 0 {
            self.note(&format!("it could not be approved: {ran}"), None);
        }
        self.it.commit("Approve it");
        self.passes("approved", &["--base", "main"], rules);
    }

    /// Merges the branch; with it, through a queue, whatever has waited for long enough.
    fn merge(&mut self, request: &'static Request, branch: &str) {
        let (ready, waiting): (Vec<Open>, Vec<Open>) =
            mem::take(&mut self.open).into_iter().partition(|open| open.rebased >= REBASES);
        self.it.git(&["switch", "--quiet", "main"]);
        if ready.is_empty() {
            self.it.git(&["merge", "--quiet", "--no-ff", "--message", request.title, branch]);
        } else {
            self.queue(request, branch, &ready);
        }
        self.it.git(&["branch", "--quiet", "-D", branch]);
        for mut open in waiting {
            self.now = format!("{}, after {}", open.request.title, request.title);
            self.it.git(&["rebase", "--quiet", "main", &open.branch]);
            open.rebased += 1;
            self.passes(&format!("rebased {} times", open.rebased), &["--base", "main"], open.rules);
            self.open.push(open);
        }
        self.it.git(&["switch", "--quiet", "main"]);
    }

    /// A temporary merge of all onto the main branch: each is judged against the main branch and against the entry
    /// before it, then the main branch moves along, and is judged as it stands after each.
    fn queue(&mut self, first: &'static Request, branch: &str, ready: &[Open]) {
        let enter = |it: &Workspace, request: &Request, branch: &str| {
            it.git(&["merge", "--quiet", "--no-ff", "--message", request.title, branch]);
            it.git(&["rev-parse", "HEAD"]).trim().to_owned()
        };
        self.it.git(&["switch", "--quiet", "--create", "queue", "main"]);
        let mut entries = vec![enter(&self.it, first, branch)];
        let mut accepted = BTreeSet::new();
        for open in ready {
            self.now = format!("{}, queued behind {}", open.request.title, first.title);
            entries.push(enter(&self.it, open.request, &open.branch));
            let previous = &entries[entries.len() - 2];
            self.passes("against the entry before it", &["--base", previous], open.rules);
            accepted.extend(open.rules);
            let all: Vec<&str> = accepted.iter().copied().copied().collect();
            self.passes("against the main branch", &["--base", "main"], &all);
        }
        self.it.git(&["switch", "--quiet", "main"]);
        for (index, entry) in entries.iter().enumerate() {
            self.it.git(&["merge", "--quiet", "--ff-only", entry]);
            if let Some(open) = index.checked_sub(1).and_then(|index| ready.get(index)) {
                self.now = format!("{}, merged", open.request.title);
                self.passes("on the main branch", &[], open.rules);
                self.it.git(&["branch", "--quiet", "-D", &open.branch]);
            }
        }
        self.it.git(&["branch", "--quiet", "-D", "queue"]);
    }

    fn judge(&mut self, arguments: &[&str]) -> Verdict {
        self.verdicts += 1;
        Verdict::of(self.it.run(&[&["gate", "--format", "json", "--no-times"], arguments].concat()))
    }

    /// Nothing blocks, and what these rules find is accepted.
    fn passes(&mut self, when: &str, arguments: &[&str], accepted: &[&str]) {
        let verdict = self.judge(arguments);
        let colon = if when.is_empty() { "" } else { ": " };
        if verdict.ran.status != 0 || !verdict.blocking().is_empty() {
            self.note(&format!("wrong block{colon}{when}"), Some(&verdict));
            return;
        }
        let found = verdict.findings("approved");
        let has = |rule: &&&str| found.iter().any(|(_, finding)| rule_of(finding) == **rule);
        if let Some(missing) = accepted.iter().find(|rule| !has(rule)) {
            self.note(&format!("`{missing}` is neither open nor approved{colon}{when}"), Some(&verdict));
        }
    }

    /// These rules block and no others.
    fn blocks_under(&mut self, rules: &[&str]) {
        let verdict = self.judge(&["--base", "main"]);
        let blocking = verdict.blocking();
        let found: BTreeSet<&str> = blocking.iter().map(|finding| rule_of(finding)).collect();
        if found != rules.iter().copied().collect() || verdict.ran.status != 1 {
            self.note(&format!("expected {rules:?} and nothing else"), Some(&verdict));
        }
    }

    fn is_found(&mut self, rule: &str) {
        let verdict = self.judge(&["--base", "main"]);
        let found = verdict.blocking().iter().any(|finding| rule_of(finding) == rule);
        if !found || verdict.ran.status != 1 {
            self.note(&format!("missed cheat: expected `{rule}`"), Some(&verdict));
        }
    }
    fn is_shown(&mut self, rule: &str) {
        let verdict = self.judge(&["--base", "main"]);
        let shown = verdict.findings("new");
        let found = shown.iter().any(|(level, finding)| level == "warning" && rule_of(finding) == rule);
        if !found || verdict.ran.status != 0 {
            self.note(&format!("expected a warning by `{rule}`"), Some(&verdict));
        }
    }

    fn note(&mut self, what: &str, verdict: Option<&Verdict>) {
        let said = verdict.map(said).unwrap_or_default();
        say(&format!("        WRONG  {what}{said}"));
        self.wrong.push(format!("{}\n    {what}{said}", self.now));
    }
}

/// What the gate said of it, one line a finding that is new or approved.
fn said(verdict: &Verdict) -> String {
    let findings = verdict.report["findings"].as_array().map(Vec::as_slice).unwrap_or_default();
    let word = |finding: &Value, key: &str| finding[key].as_str().unwrap_or("-").to_owned();
    let line = |finding: &Value| {
        let [status, level, rule, file, message] =
            ["status", "level", "rule", "file", "message"].map(|key| word(finding, key));
        format!("\n      {status} {level} {rule} {file}:{} {message}", finding["line"])
    };
    let status = format!("\n      exit status {}", verdict.ran.status);
    findings.iter().fold(status, |text, finding| text + &line(finding))
}

/// The rule in `guard rule file:line`.
fn rule_of(finding: &str) -> &str {
    finding.split(' ').nth(1).unwrap_or_default()
}

/// A name for a branch, out of the title.
fn branch_of(request: &Request) -> String {
    let plain = |letter: char| if letter.is_ascii_alphanumeric() { letter.to_ascii_lowercase() } else { '-' };
    format!("mr/{}", request.title.chars().map(plain).collect::<String>().trim_matches('-'))
}
