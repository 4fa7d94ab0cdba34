//! What `cargo deny --format json check` writes, on standard error: a line of JSON for each of its diagnostics, for what it
//! logs, and at the end a summary. The form is that of its own serialiser (`diag::cs_diag_to_json`).

use findings::{Finding, Level, Location, Rule, rule};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use source::{Lock, Tree};

use super::{Broken, one_line};

rule! {
    /// A dependency of which an advisory database tells a vulnerability, that it is unsound, unmaintained or yanked, as
    /// `[advisories]` of `deny.toml` asks. Found by cargo-deny, with the severity that it gives:
    /// <https://embarkstudios.github.io/cargo-deny/checks/advisories/index.html>.
    ///
    /// ## Why it hurts
    /// What is in the database is what attackers try first.
    ///
    /// ## Example
    /// `Cargo.lock` names a version that RUSTSEC has an advisory for.
    ///
    /// ## Instead
    /// Take a version that is patched, or write down under `[advisories] ignore` why the advisory does not apply.
    pub static ADVISORIES = {
        id: "cargo-deny::advisories",
        guard: "lints",
        group: "dependencies",
        level: Error,
        summary: "finds dependencies with advisories",
    };
}

rule! {
    /// A dependency that `[bans]` of `deny.toml` does not let in: banned by name, in several versions, with a wildcard as its
    /// requirement, with a feature or a build script that is not allowed. Found by cargo-deny, with the severity that it
    /// gives: <https://embarkstudios.github.io/cargo-deny/checks/bans/index.html>.
    ///
    /// ## Why it hurts
    /// It was decided against, and each version more is built, shipped and patched by itself.
    ///
    /// ## Example
    /// A crate that `[bans] deny` names comes in over another one.
    ///
    /// ## Instead
    /// Take what the policy names in its place.
    pub static BANS = {
        id: "cargo-deny::bans",
        guard: "lints",
        group: "dependencies",
        level: Error,
        summary: "finds dependencies that are banned",
    };
}

rule! {
    /// A dependency whose licence `[licenses]` of `deny.toml` does not allow, or that has none. Found by cargo-deny, with the
    /// severity that it gives: <https://embarkstudios.github.io/cargo-deny/checks/licenses/index.html>.
    ///
    /// ## Why it hurts
    /// What was shipped under a licence that nobody agreed to cannot be called back.
    ///
    /// ## Example
    /// A new dependency is under `GPL-3.0`, and only `MIT` and `Apache-2.0` are allowed.
    ///
    /// ## Instead
    /// Take another crate, or have the licence added by whoever may.
    pub static LICENSES = {
        id: "cargo-deny::licenses",
        guard: "lints",
        group: "dependencies",
        level: Error,
        summary: "finds dependencies whose licence is not allowed",
    };
}

rule! {
    /// A dependency from a registry or a git repository that `[sources]` of `deny.toml` does not allow. Found by cargo-deny,
    /// with the severity that it gives: <https://embarkstudios.github.io/cargo-deny/checks/sources/index.html>.
    ///
    /// ## Why it hurts
    /// Whoever owns that place decides what is built here tomorrow.
    ///
    /// ## Example
    /// A dependency is taken from a fork on a forge.
    ///
    /// ## Instead
    /// Take the version that the registry has, or have the source added by whoever may.
    pub static SOURCES = {
        id: "cargo-deny::sources",
        guard: "lints",
        group: "dependencies",
        level: Error,
        summary: "finds dependencies from places that are not allowed",
    };
}

/// The four checks.
pub static DENY: &[&Rule] = &[&ADVISORIES, &BANS, &LICENSES, &SOURCES];

/// The codes of three checks. Those of `bans` are the rest: it has the most, and gets the new ones.
const CODES: [(&Rule, &[&str]); 3] = [
    (
        &ADVISORIES,
        &[
            "vulnerability",
            "notice",
            "unmaintained",
            "unsound",
            "yanked",
            "advisory-ignored",
            "yanked-ignored",
            "index-failure",
            "index-cache-load-failure",
            "advisory-not-detected",
            "yanked-not-detected",
            "unknown-advisory",
        ],
    ),
    (
        &LICENSES,
        &[
            "accepted",
            "rejected",
            "unlicensed",
            "skipped-private-workspace-crate",
            "license-not-encountered",
            "license-exception-not-encountered",
            "missing-clarification-file",
            "parse-error",
            "empty-license-field",
            "no-license-field",
            "gather-failure",
        ],
    ),
    (
        &SOURCES,
        &[
            "git-source-underspecified",
            "allowed-source",
            "allowed-by-organization",
            "source-not-allowed",
            "unmatched-source",
            "unmatched-organization",
        ],
    ),
];

/// One thing that cargo-deny found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Diagnosis {
    /// As in `vulnerability`.
    code: String,
    /// Whether it fails the check.
    fails: bool,
    message: String,
    /// The advisory, by its id.
    advisory: Option<String>,
    /// The crate, and its version.
    krate: Option<(String, String)>,
    /// The text that it points at.
    span: Option<String>,
    notes: Vec<String>,
}

#[derive(Deserialize)]
struct Line {
    #[serde(rename = "type")]
    kind: String,
    fields: Value,
}

/// Reads what it wrote. What is neither an error nor a warning is left out.
///
/// # Errors
/// It is not the whole output: what cargo-deny logged as an error is the reason, such as a database that cannot be fetched.
pub fn diagnoses(output: &[u8]) -> Result<Vec<Diagnosis>, Broken> {
    let (mut found, mut faults, mut is_whole) = (Vec::new(), Vec::new(), false);
    for (index, line) in output.split(|byte| *byte == b'\n').enumerate() {
        if line.first() != Some(&b'{') {
            continue;
        }
        let garbage =
            |error: serde_json::Error| Broken::Garbage { line: index + 1, reason: error.to_string() };
        let Line { kind, fields } = serde_json::from_slice(line).map_err(garbage)?;
        let text = |key: &str| fields.get(key).and_then(Value::as_str).unwrap_or_default();
        match kind.as_str() {
            "summary" => is_whole = true,
            "log" if text("level") == "ERROR" => faults.push(one_line(text("message"))),
            "diagnostic" => found.extend(Diagnosis::read(&fields)),
            _ => {}
        }
    }
    match is_whole && faults.is_empty() {
        true => Ok(found),
        false => {
            // What is wrong with its own configuration has no code, and is logged without a reason.
            let own = found.iter().filter(|it| it.fails && it.code.is_empty()).map(|it| &it.message);
            let reasons: String =
                faults.iter().chain(own).take(3).map(|fault| format!(": {fault}")).collect();
            Err(Broken::Unfinished(reasons))
        }
    }
}

impl Diagnosis {
    fn read(fields: &Value) -> Option<Diagnosis> {
        let text = |value: &Value, at: &str| value.pointer(at).and_then(Value::as_str).map(str::to_owned);
        let severity = text(fields, "/severity")?;
        let counts = matches!(severity.as_str(), "error" | "bug" | "warning");
        let notes = fields.get("notes").and_then(Value::as_array).into_iter().flatten();
        let krate =
            |at: &str| Some((text(fields, &format!("{at}/name"))?, text(fields, &format!("{at}/version"))?));
        counts.then(|| Diagnosis {
            code: text(fields, "/code").unwrap_or_default(),
            fails: severity != "warning",
            message: one_line(&text(fields, "/message").unwrap_or_default()),
            advisory: text(fields, "/advisory/id"),
            krate: krate("/graphs/0/Krate"),
            span: text(fields, "/labels/0/span").map(|span| one_line(&span)),
            notes: notes.filter_map(Value::as_str).take(5).map(one_line).collect(),
        })
    }

    /// As a finding, at the line of the crate in `Cargo.lock` where it is told of one that stands there.
    pub fn finding(&self, tree: &Tree, folder: &str) -> Finding {
        let of = |(_, codes): &&(&'static Rule, &[&str])| codes.contains(&self.code.as_str());
        let rule = CODES.iter().find(of).map_or(&BANS, |(rule, _)| *rule);
        let path = if folder.is_empty() { "Cargo.lock".to_owned() } else { format!("{folder}/Cargo.lock") };
        let line = self.krate.as_ref().and_then(|(name, version)| {
            let lock = Lock::read(tree, &path).ok()?;
            let line = lock.packages.iter().find(|it| it.name == *name && it.version == *version)?.line;
            Some(line)
        });
        let place = match line {
            Some(line) => Location::point(&path, line, 1),
            None => Location::file(&path),
        };
        let named = self.krate.as_ref().map(|(name, version)| format!("`{name}` {version}: "));
        let message = format!("{}{}", named.unwrap_or_default(), self.message.replace('`', "'"));
        let mut finding = Finding::new(rule, place, message.trim_end_matches(['.', ':', '!']));
        finding.level = if self.fails { Level::Error } else { Level::Warning };
        finding = finding
            .help(format!("run `cargo deny check {}`", rule.id.rsplit(':').next().unwrap_or_default()));
        for note in self.notes.iter().filter(|note| !note.is_empty()) {
            finding = finding.note(note);
        }
        // Another version with the same fault is the same finding: what is told is not that the version rose.
        let name = self.krate.as_ref().map(|(name, _)| name.as_str()).or(self.span.as_deref());
        finding
            .fact(&self.code)
            .fact(name.unwrap_or_default())
            .fact(self.advisory.as_deref().unwrap_or(&self.message))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// What its serialiser makes of a crate with an advisory, put together by hand from the source of cargo-deny 0.20.
    const WRITTEN: &str = include_str!("deny/written.jsonl");
    /// What cargo-deny 0.20.2 wrote of a workspace that takes `ryu`, which is banned, has an advisory, and no allowed licence.
    const RECORDED: &str = include_str!("deny/recorded.jsonl");
    const LOCK: &str = "version = 4\n\n[[package]]\nname = \"ammonia\"\nversion = \"0.7.0\"\n\
                        source = \"registry+https://github.com/rust-lang/crates.io-index\"\n";

    #[test]
    fn what_fails_and_what_warns_is_told_where_the_lock_file_has_the_crate() {
        let tree = Tree::from_memory([("Cargo.lock", LOCK)]);
        let found = diagnoses(WRITTEN.as_bytes()).expect("it is whole");
        let shown: Vec<_> = found
            .iter()
            .map(|it| it.finding(&tree, ""))
            .map(|it| {
                let line = it.location.as_ref().and_then(|place| place.span).map(|span| span.line);
                (it.rule.id, it.level, line, it.message)
            })
            .collect();
        let expected = [
            (
                "cargo-deny::advisories",
                Level::Error,
                Some(3),
                "`ammonia` 0.7.0: Uncontrolled recursion leads to abort in HTML serialization",
            ),
            (
                "cargo-deny::licenses",
                Level::Error,
                None,
                "`copied` 1.0.0: failed to satisfy license requirements",
            ),
            (
                "cargo-deny::bans",
                Level::Warning,
                None,
                "`syn` 1.0.0: found 2 duplicate entries for crate 'syn'",
            ),
            (
                "cargo-deny::sources",
                Level::Error,
                None,
                "`forked` 0.1.0: detected 'git' source not explicitly allowed",
            ),
        ];
        assert_eq!(shown, expected.map(|(rule, level, line, text)| (rule, level, line, text.to_owned())));
    }

    #[test]
    fn what_was_recorded_of_a_real_run_is_read() {
        let lock = LOCK.replace("ammonia", "ryu").replace("0.7.0", "1.0.23");
        let tree = Tree::from_memory([("Cargo.lock", lock)]);
        let found = diagnoses(RECORDED.as_bytes()).expect("it is whole");
        let shown = found.iter().map(|it| it.finding(&tree, "")).map(|it| {
            let line = it.location.as_ref().and_then(|place| place.span).map(|span| span.line);
            assert_eq!((it.level, line), (Level::Error, Some(3)));
            format!("{} {}", it.rule.id, it.message)
        });
        let expected = [
            "cargo-deny::advisories `ryu` 1.0.23: ryu prints wrong digits",
            "cargo-deny::bans `ryu` 1.0.23: crate 'ryu = 1.0.23' is explicitly banned",
            "cargo-deny::licenses `ryu` 1.0.23: failed to satisfy license requirements",
        ];
        assert_eq!(shown.collect::<Vec<_>>(), expected);
    }

    #[test]
    fn an_advisory_stays_the_same_finding_when_the_version_rises() {
        let fingerprint = |text: &str| {
            let found = diagnoses(text.as_bytes()).expect("it is whole");
            found[0].finding(&Tree::from_memory([("Cargo.lock", "")]), "").fingerprint()
        };
        assert_eq!(fingerprint(WRITTEN), fingerprint(&WRITTEN.replace("0.7.0", "0.8.0")));
        assert_ne!(
            fingerprint(WRITTEN),
            fingerprint(&WRITTEN.replace("RUSTSEC-2019-0001", "RUSTSEC-2020-0001"))
        );
    }

    #[test]
    fn a_run_that_did_not_end_says_why() {
        let log = "{\"type\":\"log\",\"fields\":{\"timestamp\":\"\",\"level\":\"ERROR\",\"message\":\"failed to fetch \
                   advisory database\"}}\n";
        let check = |output: &str, reason: &str| {
            assert_eq!(diagnoses(output.as_bytes()), Err(Broken::Unfinished(reason.to_owned())), "{output}");
        };
        check("", "");
        check("error: unexpected argument\n", "");
        check(log, ": failed to fetch advisory database");
        let refused = "{\"type\":\"diagnostic\",\"fields\":{\"severity\":\"error\",\"message\":\"the url has no domain\"}}\n";
        check(&(refused.to_owned() + log), ": failed to fetch advisory database: the url has no domain");
        // A database that is too old is logged, and the checks go on without it.
        check(&(WRITTEN.to_owned() + log), ": failed to fetch advisory database");
        let cut = diagnoses(&WRITTEN.as_bytes()[..200]);
        assert!(matches!(cut, Err(Broken::Garbage { line: 1, .. })), "{cut:?}");
    }

    #[test]
    fn a_code_is_of_one_check() {
        let all: Vec<&str> = CODES.iter().flat_map(|(_, codes)| *codes).copied().collect();
        let unique: BTreeSet<&str> = all.iter().copied().collect();
        assert_eq!(unique.len(), all.len());
    }
}
