//! Snapshots, scenarios and fixtures that say something else.

use findings::{Finding, Location, rule};
use serde_json::Value;
use source::{ChangeKind, ReadError};

use crate::Scene;
use crate::compare::Kind;
use crate::evidence::{HELP, gone, side_by_side};
use crate::rules::Check;
use crate::scene::{base_path, texts};

rule! {
    /// A file that says what is expected of the code, by the globs of `integrity.expectations`, whose content changed or that is gone:
    /// snapshots, scenarios, signatures of models, assignment vectors, fixtures of tests. Inline snapshots (`@"..."`,
    /// `expect![[..]]`) belong to it. New files are silent, and so are new entries at the end of a list; YAML and JSON are
    /// compared as data. The corpora of `golden` are that guard's.
    ///
    /// ## Why it hurts
    /// Accepting a snapshot is one key. The change that breaks a promise and the one that rewrites the promise then look alike.
    ///
    /// ## Example
    /// ```base text tests/snapshots/page.snap
    /// ---
    /// source: tests/page.rs
    /// ---
    /// 7 3 9
    /// ```
    /// ```head text tests/snapshots/page.snap bad
    /// ---
    /// source: tests/page.rs
    /// ---
    /// 3 7 9
    /// ```
    /// Written in the test:
    /// ```base rust
    /// #[test]
    /// fn the_page_is_ranked() {
    ///     insta::assert_snapshot!(page(), @"7 3 9");
    /// }
    /// ```
    /// ```head rust bad
    /// #[test]
    /// fn the_page_is_ranked() {
    ///     insta::assert_snapshot!(page(), @"3 7 9"); //~
    /// }
    /// ```
    ///
    /// ## Instead
    /// ```base yaml services/now-playing/contracts/deadline.yaml
    /// scenarios:
    ///   - name: a deadline is kept
    ///     status: DEADLINE_EXCEEDED
    /// ```
    /// ```head yaml services/now-playing/contracts/deadline.yaml good
    /// # One more scenario; the others stand.
    /// scenarios:
    ///   - { name: a deadline is kept, status: DEADLINE_EXCEEDED }
    ///   - name: no deadline, no limit
    ///     status: OK
    /// ```
    pub static EXPECTATION_CHANGED = {
        id: "expectation-changed",
        guard: "integrity",
        group: "test-integrity",
        level: Error,
        summary: "finds snapshots, scenarios and fixtures that changed or are gone",
    };
}

pub(super) static CHECK: Check = Check { rule: &EXPECTATION_CHANGED, check };

fn check(scene: &Scene<'_>, findings: &mut Vec<Finding>) {
    scene.report(&EXPECTATION_CHANGED, Kind::Snapshot, findings);
    for file in &scene.change.files {
        let path = base_path(file);
        if file.kind == ChangeKind::Added
            || !scene.expectations.is_match(path)
            || path.ends_with(".rs") && file.kind != ChangeKind::Removed
            || is_golden(path)
        {
            continue;
        }
        let sides = texts(scene.base, &scene.change.head, file);
        let (Some(before), after) = (sides.base, sides.head) else { continue };
        let moved = file.kind == ChangeKind::Renamed && !scene.expectations.is_match(&file.path);
        if !moved
            && let (Ok(before), Some(Ok(after))) = (&before, &after)
            && says_as_much(path, before, after)
        {
            continue;
        }
        let (what, note) = match (&before, &after) {
            (_, None) => ("is gone", gone(before.as_deref().unwrap_or("(not text)"))),
            (Ok(before), Some(Ok(after))) if !moved => ("says something else", side_by_side(before, after)),
            (Ok(_), Some(Ok(_))) => {
                ("moved to where nothing reads it as an expectation", format!("- {path}\n+ {}", file.path))
            }
            _ if same_bytes(scene, path, &file.path) => continue,
            _ => ("has another content", "(not text)".to_owned()),
        };
        let name = path.rsplit('/').next().unwrap_or(path);
        let place = match file.lines.first() {
            Some(lines) if after.is_some() => Location::point(&file.path, *lines.start(), 1),
            _ => Location::file(&file.path),
        };
        let bytes = |side: Result<std::sync::Arc<[u8]>, ReadError>| side.unwrap_or_default();
        findings.push(
            Finding::new(&EXPECTATION_CHANGED, place, format!("expectation `{name}` {what}"))
                .help(HELP)
                .note_at_base(Location::file(path), note)
                .fact(what)
                .judged(bytes(scene.base.read(path)), bytes(scene.change.head.read(&file.path))),
        );
    }
}

/// Rankings and requests are `golden`'s: behaviour changed, not an artefact edited.
fn is_golden(path: &str) -> bool {
    path.ends_with("/golden/requests.jsonl") || path.ends_with("/golden/rankings.jsonl")
}

fn same_bytes(scene: &Scene<'_>, base: &str, head: &str) -> bool {
    matches!((scene.base.read(base), scene.change.head.read(head)), (Ok(one), Ok(other)) if one == other)
}

/// Whether head says all that the base said, and adds at most at the end.
fn says_as_much(path: &str, base: &str, head: &str) -> bool {
    let plain = |text: &str| text.replace("\r\n", "\n").trim_end().to_owned();
    let (before, after) = (plain(base), plain(head));
    if before == after {
        return true;
    }
    let name = path.rsplit('/').next().unwrap_or(path);
    match name.rsplit_once('.').map(|(_, extension)| extension) {
        Some("snap") => content(&before) == content(&after),
        Some("yaml" | "yml") => {
            let read = |text: &str| ::policy::yaml::<Value>(path, text);
            matches!((read(base), read(head)), (Ok(one), Ok(other)) if within(&one, &other))
        }
        Some("json") => {
            let read = |text: &str| serde_json::from_str::<Value>(text);
            matches!((read(base), read(head)), (Ok(one), Ok(other)) if one == other)
        }
        Some("jsonl" | "csv") => after.starts_with(&format!("{before}\n")),
        _ if path.contains("proptest-regressions/") => {
            let lines: Vec<&str> = after.lines().collect();
            before.lines().filter(|line| !line.starts_with('#')).all(|line| lines.contains(&line))
        }
        _ => false,
    }
}

/// A snapshot without its header, which says where it comes from.
fn content(snapshot: &str) -> &str {
    let Some(rest) = snapshot.strip_prefix("---\n") else { return snapshot };
    rest.split_once("\n---\n").map_or(snapshot, |(_, content)| content)
}

/// Whether head has all of the base's lists in their order; whatever else differs is a difference.
fn within(base: &Value, head: &Value) -> bool {
    match (base, head) {
        (Value::Object(one), Value::Object(other)) => {
            one.len() == other.len()
                && one.iter().all(|(key, value)| other.get(key).is_some_and(|now| within(value, now)))
        }
        (Value::Array(one), Value::Array(other)) => {
            let whole = one.iter().all(Value::is_object);
            let mut now = other.iter();
            let kept = one.iter().all(|item| now.any(|other| other == item));
            kept && (whole || one.len() == other.len())
        }
        _ => base == head,
    }
}
