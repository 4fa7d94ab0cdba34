//! Whose repository this is, as far as the base says so, and conditions that ask for no more than that.

use std::collections::BTreeSet;

use super::conditions::plain;
use super::{Pipeline, gate, verdicts};

/// `owner/name`, or an owner alone, in lower case.
pub(super) struct Ours(BTreeSet<String>);

impl Ours {
    /// By the manifest at the root, and by what the conditions of CI ask for already.
    pub(super) fn of<'a>(manifest: &str, ci: impl Iterator<Item = &'a str>) -> Ours {
        let mut names: BTreeSet<String> = manifest.split("github.com/").skip(1).filter_map(path).collect();
        for text in ci {
            let asked = text.split("github.repository").skip(1);
            let equal = asked.filter_map(|rest| {
                let rest = rest.trim_start_matches("_owner").trim_start();
                rest.strip_prefix("==")?.trim_start().strip_prefix('\'')?.split_once('\'')
            });
            names.extend(equal.map(|(name, _)| name.to_lowercase()));
        }
        Ours(names)
    }

    /// Takes out of the conditions of a pipeline what holds in this repository. Where the base does not say whose it is,
    /// that is taken to hold for all jobs but those that judge a change or other jobs.
    pub(super) fn take_out(&self, pipeline: &mut Pipeline) {
        for job in &mut pipeline.jobs {
            let is_judge = gate::runs_gate(job) || verdicts::judges(job);
            let conditions = job.steps.iter_mut().map(|step| &mut step.condition).chain([&mut job.condition]);
            for condition in conditions {
                *condition = condition.take().and_then(|text| self.left(text, is_judge));
            }
        }
    }

    fn left(&self, condition: String, is_judge: bool) -> Option<String> {
        let text = plain(&condition);
        if !text.contains("github.repository") {
            return Some(condition);
        }
        let holds = |part: &&str| self.holds(part, is_judge);
        if text.contains("||") {
            let is_whole = !text.contains(['&', '(']);
            return (!is_whole || !text.split("||").any(|part| holds(&part))).then_some(condition);
        }
        let left: Vec<&str> = text.split("&&").filter(|part| !holds(part)).collect();
        match left.len() {
            0 => None,
            count if count == text.split("&&").count() => Some(condition),
            _ => Some(left.join(" && ")),
        }
    }

    fn holds(&self, part: &str, is_judge: bool) -> bool {
        let (one, other, is_equal) = match (part.split_once("=="), part.split_once("!=")) {
            (Some((one, other)), _) => (one, other, true),
            (_, Some((one, other))) => (one, other, false),
            _ => return !is_judge && part.contains("github.repository"),
        };
        let (asked, name) = if one.starts_with('\'') { (other, one) } else { (one, other) };
        let name = name.trim_matches('\'').to_lowercase();
        let owner = |name: &str| name.split('/').next().unwrap_or_default().to_owned();
        let is_ours = match asked {
            "github.repository" => self.0.contains(&name) || self.0.contains(&owner(&name)),
            "github.repository_owner" => self.0.iter().any(|known| owner(known) == name),
            _ => return !is_judge && part.contains("github.repository"),
        };
        if self.0.is_empty() { !is_judge } else { is_ours == is_equal }
    }
}

/// `owner/name` at the start of what follows a host.
fn path(rest: &str) -> Option<String> {
    let is_end = |letter: char| !(letter.is_ascii_alphanumeric() || "-_.".contains(letter));
    let mut parts = rest.splitn(3, is_end);
    let (owner, name) = (parts.next()?, parts.next()?);
    let name = name.strip_suffix(".git").unwrap_or(name);
    (!owner.is_empty() && !name.is_empty()).then(|| format!("{owner}/{name}").to_lowercase())
}
