//! The counting: one report at a time, of which only the findings of each change stay behind.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

use findings::{Status, Tier};
use serde::Serialize;

use super::files::Meant;
use super::let_go::LetGo;
use super::report::{Saved, Uncounted};

/// Findings by what became of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Counts {
    pub(crate) fired: u64,
    pub(crate) fixed: u64,
    pub(crate) excepted: u64,
    pub(crate) approved: u64,
    pub(crate) let_go: u64,
}

/// A report that could not be counted.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Broken {
    pub(crate) file: String,
    pub(crate) why: String,
}

/// What was counted.
#[derive(Debug, Default)]
pub(crate) struct Counted {
    pub(crate) reports: u64,
    pub(crate) changes: u64,
    pub(crate) rules: BTreeMap<String, Counts>,
    pub(crate) agents: BTreeMap<String, Counts>,
    pub(crate) broken: Vec<Broken>,
    /// Files that were looked into and are something else than reports.
    pub(crate) others: u64,
}

/// Under which name the changes stand of whom no trailer names an agent.
const NOBODY: &str = "(none named)";
/// Under which name stands what hooks let go: a session says nothing of its agent, and its commits are yet to come.
const IN_SESSIONS: &str = "(in sessions)";

/// The state between two reports.
#[derive(Default)]
pub(crate) struct Stats {
    counted: Counted,
    changes: HashMap<String, Seen>,
    /// Findings that were excepted or approved in any change, by fingerprint.
    settled: BTreeSet<(Status, String)>,
}

/// What was seen of one change.
#[derive(Default)]
struct Seen {
    agents: Vec<String>,
    /// By fingerprint and by the how manieth of it.
    findings: HashMap<(String, u32), Finding>,
}

/// A finding that was new in a change.
struct Finding {
    rule: String,
    guard: String,
    tier: Tier,
    is_gone: bool,
}

impl Stats {
    /// Counts a report. One that cannot be read is kept as broken, and so is what was called one and is something else.
    pub(crate) fn take(&mut self, meant: &Meant) {
        let file = &meant.file;
        let why = match Saved::read(file) {
            Ok(report) => return self.add(change(&report, file), &report),
            Err(Uncounted::Other) if !meant.by_name => {
                self.counted.others += 1;
                return;
            }
            Err(Uncounted::Other) => "it is no report of Gatefold".to_owned(),
            Err(Uncounted::Broken(why)) => why,
        };
        self.counted.broken.push(Broken { file: file.display().to_string(), why });
    }

    /// Counts the lines of what the hooks let go; lines that cannot be read make the file a broken one.
    pub(crate) fn take_let_go(&mut self, file: &Path) {
        let mut broken = |why: String| {
            self.counted.broken.push(Broken { file: file.display().to_string(), why });
        };
        let lines = match File::open(file) {
            Ok(open) => BufReader::new(open).split(b'\n'),
            Err(error) => return broken(error.to_string()),
        };
        let (mut read, mut unread) = (Vec::new(), 0);
        for line in lines.map_while(Result::ok) {
            let line = String::from_utf8_lossy(&line).into_owned();
            match LetGo::parse(&line) {
                _ if line.trim().is_empty() => {}
                Some(let_go) => read.push(let_go),
                None => unread += 1,
            }
        }
        if unread > 0 {
            broken(format!("{unread} of its lines cannot be read"));
        }
        // What is still open is let go once more beside what came later.
        let mut most: BTreeMap<(String, bool, String), u64> = BTreeMap::new();
        for LetGo { session, agent, rules, .. } in read {
            for (rule, findings) in rules {
                let known = most.entry((session.clone(), agent, rule)).or_default();
                *known = findings.max(*known);
            }
        }
        for ((.., rule), findings) in most {
            self.counted.rules.entry(rule).or_default().let_go += findings;
            self.counted.agents.entry(IN_SESSIONS.to_owned()).or_default().let_go += findings;
        }
    }

    fn add(&mut self, change: String, report: &Saved) {
        self.counted.reports += 1;
        let seen = self.changes.entry(change).or_default();
        for agent in &report.change.agents {
            if !seen.agents.contains(agent) {
                seen.agents.push(agent.clone());
            }
        }
        // What this report could see is gone unless it is found again.
        for finding in seen.findings.values_mut() {
            if report.looked(&finding.guard) && covers(report.tier, finding.tier) {
                finding.is_gone = true;
            }
        }
        let mut ordinals: HashMap<&str, u32> = HashMap::new();
        for found in &report.findings {
            let ordinal = ordinals.entry(&found.fingerprint).and_modify(|ordinal| *ordinal += 1).or_insert(1);
            let key = (found.fingerprint.clone(), *ordinal);
            if let Some(finding) = seen.findings.get_mut(&key) {
                finding.is_gone = false;
            } else if found.status == Status::New {
                let (rule, guard) = (found.rule.clone(), found.guard.clone());
                seen.findings.insert(key, Finding { rule, guard, tier: report.tier, is_gone: false });
            }
            let is_settled = matches!(found.status, Status::Excepted | Status::Approved);
            if is_settled && self.settled.insert((found.status, found.fingerprint.clone())) {
                let rule = self.counted.rules.entry(found.rule.clone()).or_default();
                count(rule, found.status);
                for agent in names(&report.change.agents) {
                    count(self.counted.agents.entry(agent).or_default(), found.status);
                }
            }
        }
    }

    /// What was counted, once the last report of every change is known.
    pub(crate) fn finish(self) -> Counted {
        let mut counted = self.counted;
        counted.changes = self.changes.len() as u64;
        for seen in self.changes.into_values() {
            for finding in seen.findings.into_values() {
                let agents = names(&seen.agents).into_iter();
                let of_agents = agents.map(|agent| (agent, true));
                for (name, is_agent) in of_agents.chain([(finding.rule, false)]) {
                    let counts = match is_agent {
                        true => counted.agents.entry(name).or_default(),
                        false => counted.rules.entry(name).or_default(),
                    };
                    counts.fired += 1;
                    counts.fixed += u64::from(finding.is_gone);
                }
            }
        }
        counted
    }
}

fn count(counts: &mut Counts, status: Status) {
    match status {
        Status::Excepted => counts.excepted += 1,
        Status::Approved => counts.approved += 1,
        Status::New | Status::Known => {}
    }
}

/// The agents of a change, or nobody.
fn names(agents: &[String]) -> Vec<String> {
    if agents.is_empty() { vec![NOBODY.to_owned()] } else { agents.to_vec() }
}

/// Whether a run over one tier sees what was found in another.
fn covers(tier: Tier, found_in: Tier) -> bool {
    tier == Tier::All || tier == found_in
}

/// Which change a report is of.
fn change(report: &Saved, file: &Path) -> String {
    if let Some(name) = &report.change.name {
        return format!("name {name}");
    }
    let folder = file.parent().map(|folder| folder.display().to_string()).unwrap_or_default();
    format!("folder {folder} base {}", report.base.commit.as_deref().unwrap_or("none"))
}
