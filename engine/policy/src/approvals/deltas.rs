//! What of a finding an approval accepts: the whole, or each of the things that it is about.

use std::collections::BTreeSet;

use findings::{Delta, Finding, Judged, digest};
use serde::{Deserialize, Deserializer, Serialize, de};
use source::Change;

use super::{Accepted, covering};

/// The most things that are accepted one by one. Beyond, they are accepted in this many groups, by what they are called:
/// a file stays readable, and one thing that changes again brings back its group.
const MOST: usize = 2_048;

/// Hex digits of a digest.
const DIGITS: usize = 32;

/// The things that an approval accepts, as digests.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Deltas {
    /// Whether each has a digest of its own.
    by: By,
    /// Sorted, each once.
    #[serde(deserialize_with = "digests")]
    digests: BTreeSet<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum By {
    Each,
    Group,
}

impl Deltas {
    /// All of a finding's; `None` where it is one thing.
    pub fn of(finding: &Finding) -> Option<Deltas> {
        let by = if finding.deltas.len() > MOST { By::Group } else { By::Each };
        let digests = digests_by(by, &finding.deltas).into_iter().collect();
        (!finding.deltas.is_empty()).then_some(Deltas { by, digests })
    }
}

/// What stands for each thing, in their order.
fn digests_by(by: By, deltas: &[Delta]) -> Vec<String> {
    match by {
        By::Each => deltas.iter().map(|delta| delta.digest.clone()).collect(),
        By::Group => {
            let mut groups: Vec<Vec<&Delta>> = vec![Vec::new(); MOST];
            let group_of: Vec<usize> = deltas.iter().map(|delta| group(&delta.of)).collect();
            deltas.iter().zip(&group_of).for_each(|(delta, group)| groups[*group].push(delta));
            let of_group = |deltas: &mut Vec<&Delta>| {
                deltas.sort_unstable();
                let all: Vec<&str> = deltas.iter().map(|delta| delta.digest.as_str()).collect();
                digest(all.join("\n").as_bytes())
            };
            let groups: Vec<String> = groups.iter_mut().map(of_group).collect();
            group_of.into_iter().map(|group| groups[group].clone()).collect()
        }
    }
}

/// The group of a thing, by what it is called: the first 11 bits of its digest.
fn group(of: &str) -> usize {
    let bits = digest(of.as_bytes()).get(..4).and_then(|digits| usize::from_str_radix(digits, 16).ok());
    bits.unwrap_or_default() % MOST
}

/// A finding as approvals accept it.
pub(super) struct Parts<'f> {
    whole: Judged,
    deltas: &'f [Delta],
    /// Without deltas there is nothing to name.
    each: Vec<String>,
    group: Vec<String>,
}

impl<'f> Parts<'f> {
    pub(super) fn of(finding: &'f Finding, change: &Change) -> Parts<'f> {
        Parts {
            whole: covering::judged(finding, change),
            deltas: &finding.deltas,
            each: digests_by(By::Each, &finding.deltas),
            group: digests_by(By::Group, &finding.deltas),
        }
    }

    /// How many parts there are; one, where the finding is one thing.
    pub(super) fn count(&self) -> usize {
        self.deltas.len().max(1)
    }

    /// Whether the part at this place is accepted.
    pub(super) fn binds(&self, accepted: &Accepted, part: usize) -> bool {
        match (&accepted.deltas, self.deltas.is_empty()) {
            // What was written before there were parts accepts the whole.
            (None, _) => accepted.base == self.whole.base && accepted.head == self.whole.head,
            (Some(_), true) => false,
            (Some(deltas), false) => {
                let digests = match deltas.by {
                    By::Each => &self.each,
                    By::Group => &self.group,
                };
                deltas.digests.contains(&digests[part])
            }
        }
    }

    /// Why not all of it is accepted.
    pub(super) fn why_not_bound(&self, accepted: &Accepted) -> Option<String> {
        let bound = (0..self.count()).filter(|part| self.binds(accepted, *part)).count();
        if bound == self.count() {
            return None;
        }
        match &accepted.deltas {
            Some(_) if !self.deltas.is_empty() => {
                Some(format!("it accepts {bound} of these {} as they are", self.count()))
            }
            _ => {
                let side = if accepted.base == self.whole.base { "head" } else { "the base" };
                Some(format!("it accepts other contents than {side} has"))
            }
        }
    }
}

fn digests<'de, D: Deserializer<'de>>(deserializer: D) -> Result<BTreeSet<String>, D::Error> {
    let digests = Vec::<String>::deserialize(deserializer)?;
    if digests.len() > MOST {
        let message = format_args!("{} digests are more than the {MOST} that there can be", digests.len());
        return Err(de::Error::custom(message));
    }
    let is_hex = |digit: u8| matches!(digit, b'0'..=b'9' | b'a'..=b'f');
    match digests.iter().find(|digest| digest.len() != DIGITS || !digest.bytes().all(is_hex)) {
        Some(wrong) => Err(de::Error::custom(format_args!("`{wrong}` is no digest"))),
        None => Ok(digests.into_iter().collect()),
    }
}
