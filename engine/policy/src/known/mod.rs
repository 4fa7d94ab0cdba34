//! Which findings the base already has: git is the baseline.

mod shape;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use findings::Finding;
use source::{Change, Tree};

/// For each finding of head, whether it is one that the base has. Each finding of the base answers for one, in this
/// order: the same fingerprint; the same facts in a renamed file; the same facts where the base has lost its place
/// (moved code); the same code within a package (an extracted function); and, within a file, the same code but for the
/// names of variables. The last two are not for the guard `arch`, whose facts are the names.
///
/// What says that something was not looked at is never known in a file that the change touches. Nor does the base answer
/// for what stands in a file that only head has: where the base has no policy, it is judged by head's.
pub fn mark(head: &[Finding], base: &[Finding], change: &Change) -> Vec<bool> {
    let used = base.iter().map(|finding| stands_only_in_head(finding, change)).collect();
    let mut matching = Matching { known: vec![false; head.len()], used, head, base };
    for (index, finding) in head.iter().enumerate() {
        // Keeps it out of every pass; it is taken back below.
        matching.known[index] = must_be_looked_at(finding, change);
    }
    let barred = matching.known.clone();

    let file = |finding: &Finding| finding.file().unwrap_or_default().to_owned();
    let old_file = |finding: &Finding| change.base_path(finding.file().unwrap_or_default()).to_owned();
    let free = |finding: &Finding| finding.rule.guard != "arch";
    matching.pass(|finding| Some(finding.fingerprint()), |finding| Some(finding.fingerprint()));
    matching.pass(
        |finding| Some(finding.fingerprint_in(&old_file(finding))),
        |finding| Some(finding.fingerprint()),
    );
    let facts =
        |finding: &Finding| (!finding.facts.is_empty()).then(|| (finding.rule.id, finding.facts.clone()));
    matching.pass(facts, facts);
    if matching.is_done() {
        return matching.without(&barred);
    }
    let code = |finding: &Finding, tree: Option<&Tree>| {
        let code = free(finding).then(|| shape::code(finding, tree?)).flatten()?;
        Some((finding.rule.id, shape::package(finding.file()?).to_owned(), code))
    };
    matching.pass(|finding| code(finding, Some(&change.head)), |finding| code(finding, change.base.as_ref()));
    let shapes = |finding: &Finding, file: String| {
        let shapes = free(finding).then(|| shape::of_facts(&finding.facts)).flatten()?;
        Some((finding.rule.id, file, shapes))
    };
    matching.pass(|finding| shapes(finding, old_file(finding)), |finding| shapes(finding, file(finding)));
    matching.without(&barred)
}

/// Whether a finding says that something was not looked at, in a file that the change touches.
pub(crate) fn must_be_looked_at(finding: &Finding, change: &Change) -> bool {
    finding.rule.says_not_looked_at() && finding.file().is_none_or(|file| change.touched(file))
}

/// Whether a finding of the base stands in a file that came with the change. What is missing on both sides stands in none.
fn stands_only_in_head(finding: &Finding, change: &Change) -> bool {
    let is_new =
        |file: &str| change.head.contains(file) && !change.base.as_ref().is_some_and(|it| it.contains(file));
    finding.file().is_some_and(is_new)
}

struct Matching<'f> {
    head: &'f [Finding],
    base: &'f [Finding],
    known: Vec<bool>,
    used: Vec<bool>,
}

impl Matching<'_> {
    /// Pairs what is left on both sides and has the same key.
    fn pass<K: Ord>(
        &mut self,
        of_head: impl Fn(&Finding) -> Option<K>,
        of_base: impl Fn(&Finding) -> Option<K>,
    ) {
        let mut left: BTreeMap<K, Vec<usize>> = BTreeMap::new();
        for (index, finding) in self.base.iter().enumerate().rev().filter(|(index, _)| !self.used[*index]) {
            if let Some(key) = of_base(finding) {
                left.entry(key).or_default().push(index);
            }
        }
        if left.is_empty() {
            return;
        }
        for (index, finding) in self.head.iter().enumerate() {
            if self.known[index] {
                continue;
            }
            let partner = of_head(finding).and_then(|key| left.get_mut(&key)).and_then(Vec::pop);
            if let Some(partner) = partner {
                (self.known[index], self.used[partner]) = (true, true);
            }
        }
    }

    fn is_done(&self) -> bool {
        self.known.iter().all(|known| *known) || self.used.iter().all(|used| *used)
    }

    fn without(self, barred: &[bool]) -> Vec<bool> {
        self.known.iter().zip(barred).map(|(known, barred)| *known && !barred).collect()
    }
}
