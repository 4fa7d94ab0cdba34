//! Tests that are gone.

use std::collections::BTreeMap;

use findings::{Finding, Location, rule};

use crate::Scene;
use crate::departed::Departed;
use crate::evidence;
use crate::facts::{Function, Role, telling};
use crate::rules::Check;
use crate::rust::At;
use crate::targets;

rule! {
    /// A test of the base that head does not have: not under its name, not under another one, not in another module,
    /// file or crate, and not as a row or a part of another test. A test whose `#[test]` is gone is gone as well, and so
    /// is one in a file that no target reaches any more, and one that a macro is handed that makes nothing of it.
    ///
    /// ## Why it hurts
    /// Of all edits of tests this is the one that most often stands in patches that hidden tests proved wrong. What the
    /// test protected is unprotected from the next commit on, and no run will ever say so.
    ///
    /// ## Example
    /// ```base rust
    /// #[cfg(test)]
    /// mod tests {
    ///     #[test]
    ///     fn an_empty_request_is_refused() { //~
    ///         assert_eq!(rank(&[]), Err(Refused::Empty));
    ///     }
    ///
    ///     #[test]
    ///     fn the_limit_is_kept() {
    ///         assert_eq!(rank_at_most(3).len(), 3);
    ///     }
    /// }
    /// ```
    /// ```head rust bad
    /// #[cfg(test)]
    /// mod tests {
    ///     #[test]
    ///     fn the_limit_is_kept() {
    ///         assert_eq!(rank_at_most(3).len(), 3);
    ///     }
    /// }
    /// ```
    ///
    /// ## Instead
    /// Where the tested code is gone for good, remove both and ask for an approval; none is needed for code that nothing
    /// but the test used (`test-gone-with-code`). Renaming and moving are silent.
    /// ```base rust
    /// #[cfg(test)]
    /// mod tests {
    ///     #[test]
    ///     fn test_empty() {
    ///         assert_eq!(rank(&[]), Err(Refused::Empty));
    ///     }
    /// }
    /// ```
    /// ```head rust good
    /// #[cfg(test)]
    /// mod refusals {
    ///     #[test]
    ///     fn an_empty_request_is_refused() {
    ///         assert_eq!(rank(&[]), Err(Refused::Empty));
    ///     }
    /// }
    /// ```
    pub static TEST_DELETED = {
        id: "test-deleted",
        guard: "integrity",
        group: "test-integrity",
        level: Error,
        summary: "finds tests of the base that head no longer runs",
    };
}

pub(super) static CHECK: Check = Check { rule: &TEST_DELETED, check };

fn check(scene: &Scene<'_>, findings: &mut Vec<Finding>) {
    if scene.tests.lost.is_empty() {
        return;
    }
    let mut by_file: BTreeMap<&str, Vec<At<'_>>> = BTreeMap::new();
    let departed = Departed::of(scene);
    for at in scene.tests.lost.iter().filter(|at| departed.tested_by(**at).is_none()) {
        by_file.entry(&at.side.path).or_default().push(*at);
    }
    let told = targets::told(scene);
    for (path, lost) in by_file {
        let at_head = |problem: &source::Problem| scene.change.base_path(&problem.path) == path;
        if scene.rust.unread.iter().any(|(problem, at_base)| !at_base && at_head(problem)) {
            // That head's file could not be read is a finding of its own, and says nothing about its tests.
            continue;
        }
        let file =
            scene.rust.files.iter().find(|file| file.base.as_ref().is_some_and(|base| base.path == path));
        let head = file.and_then(|file| file.head.as_ref());
        let all = scene.rust.functions(true, Role::Test).iter().filter(|at| at.side.path == path).count();
        let root = file.and_then(|file| file.base.as_ref()?.way.root.as_ref());
        match head {
            // The manifest that says so is a finding of its own.
            Some(head) if !head.reached && root.is_some_and(|root| told.contains(root)) => {}
            // Below a file that could not be read, nothing is known of what is reached.
            Some(head) if !head.reached && scene.rust.unread.iter().any(|(_, at_base)| !at_base) => {}
            Some(head) if head.reached && !(lost.len() == all && all > 3) => {
                findings.extend(lost.iter().map(|at| one(scene, *at, &head.path)));
            }
            _ => {
                findings.push(whole(scene, path, &lost, head.map(|head| (head.path.as_str(), head.reached))))
            }
        }
    }
}

/// What to do where the code went as well.
const HELP_GONE: &str = "put both back, or keep the test for what takes the place of that code; if nothing does, describe in \
     your final message what used it and why that is gone, so that a person can approve it with `cargo xtask approve`";

fn one(scene: &Scene<'_>, at: At<'_>, head_path: &str) -> Finding {
    let name = evidence::short(&at.function.name);
    let head =
        scene.rust.files.iter().filter_map(|file| file.head.as_ref()).find(|head| head.path == head_path);
    let left = head.and_then(|head| {
        let same = |other: &&Function| other.name == at.function.name;
        head.facts.functions.iter().filter(same).find(|other| other.role == Role::Helper || head.drops(other))
    });
    let (location, message) = match left {
        Some(left @ Function { role: Role::Test, maker: Some(maker), .. }) => (
            Location::at(head_path, left.span),
            format!("test `{name}` is handed to `{maker}!`, which makes nothing of it"),
        ),
        Some(left) => (Location::at(head_path, left.span), format!("`{name}` is no longer a test")),
        None => (Location::file(head_path), format!("test `{name}` is gone{}", subject(scene, &[at]))),
    };
    Finding::new(&TEST_DELETED, location, message)
        .help(if subject(scene, &[at]).is_empty() { evidence::HELP } else { HELP_GONE })
        .note_at_base(at.location(), evidence::gone(&at.function.text))
        .fact(at.function.title())
        .judged(&at.function.text, left.map(|left| left.text.as_str()).unwrap_or_default())
}

/// All tests of a file, in one finding.
fn whole(scene: &Scene<'_>, path: &str, lost: &[At<'_>], head: Option<(&str, bool)>) -> Finding {
    let names: Vec<String> = lost.iter().map(|at| at.function.title()).collect();
    let count = if lost.len() == 1 { "1 test".to_owned() } else { format!("{} tests", lost.len()) };
    let how = match head {
        None => format!("the file is gone with {count}"),
        Some((_, false)) => format!("no target reaches the file any more: {count} no longer run"),
        Some(_) => format!("{count} are gone from the file"),
    };
    let text: String = lost.iter().map(|at| at.function.text.as_str()).collect();
    Finding::new(
        &TEST_DELETED,
        Location::file(head.map_or(path, |(path, _)| path)),
        format!("{how}{}", subject(scene, lost)),
    )
    .help(if subject(scene, lost).is_empty() { evidence::HELP } else { HELP_GONE })
    .note_at_base(lost[0].location(), evidence::names(&names))
    .fact(names.join(" "))
    .judged(text, "")
}

/// Whether what the tests are about was removed in the same change: then an approval is what is to be expected.
fn subject(scene: &Scene<'_>, lost: &[At<'_>]) -> String {
    let removed = scene.rust.removed_names();
    let named: Vec<&str> = removed
        .iter()
        .copied()
        .filter(|name| name.len() > 2 && lost.iter().all(|at| telling(&at.function.body).contains(name)))
        .take(2)
        .collect();
    match named.as_slice() {
        [] => String::new(),
        names => format!(", and so is `{}`, which it named", names.join("` and `")),
    }
}
