//! How tests are run: less often, more often until they pass, or for longer.

use findings::{Finding, Location, rule};
use serde_json::Value;
use source::ChangeKind;

use crate::Scene;
use crate::evidence::{HELP_OTHER, line_of, short};
use crate::manifest;
use crate::rules::Check;
use crate::scene::texts;
use crate::settings::nextest;

rule! {
    /// Settings by which tests are run less strictly: in `.config/nextest.toml` more retries, a longer time until a test
    /// is ended, a default filter, overrides for single tests; in code, fewer cases for the properties of a file
    /// (`ProptestConfig`).
    ///
    /// ## Why it hurts
    /// A test that fails every third time passes with three retries, and a property with eight cases hardly ever finds
    /// what one with a thousand finds. It may be right, so whoever reviews the change should have seen it.
    ///
    /// ## Example
    /// ```base toml .config/nextest.toml
    /// [profile.default]
    /// retries = 0
    /// ```
    /// ```head toml .config/nextest.toml bad
    /// [profile.default]
    /// retries = 3 #~
    /// ```
    /// In code:
    /// ```base rust
    /// proptest! {
    ///     #![proptest_config(ProptestConfig::with_cases(1000))]
    ///     #[test]
    ///     fn all_are_kept(ids in vec(any::<u32>(), 0..50)) { prop_assert_eq!(rank(&ids).len(), ids.len()); }
    /// }
    /// ```
    /// ```head rust bad
    /// proptest! {
    ///     #![proptest_config(ProptestConfig::with_cases(8))] //~
    ///     #[test]
    ///     fn all_are_kept(ids in vec(any::<u32>(), 0..50)) { prop_assert_eq!(rank(&ids).len(), ids.len()); }
    /// }
    /// ```
    ///
    /// ## Instead
    /// ```base toml .config/nextest.toml
    /// [profile.default]
    /// retries = 3
    /// ```
    /// ```head toml .config/nextest.toml good
    /// [profile.default]
    /// retries = 1
    /// slow-timeout = { period = "30s", terminate-after = 2 }
    /// ```
    pub static TEST_RUN_LOOSENED = {
        id: "test-run-loosened",
        guard: "integrity",
        group: "test-integrity",
        level: Warning,
        summary: "finds retries, timeouts, filters and counts of cases by which tests are run less strictly",
    };
}

pub(super) static CHECK: Check = Check { rule: &TEST_RUN_LOOSENED, check };

fn check(scene: &Scene<'_>, findings: &mut Vec<Finding>) {
    in_nextest(scene, findings);
    in_code(scene, findings);
}

fn in_nextest(scene: &Scene<'_>, findings: &mut Vec<Finding>) {
    let around = scene.around();
    let of_nextest = |path: &str| path == ".config/nextest.toml" || path.ends_with("/.config/nextest.toml");
    for file in around.files.iter().filter(|file| of_nextest(&file.path)) {
        let texts = around.texts(file);
        let read = |side: Option<Result<std::sync::Arc<str>, _>>| match side {
            // What cannot be read is a finding of its own.
            Some(Ok(text)) => manifest::read(&text).ok().map(|value| (value, text)),
            Some(Err(_)) => None,
            None => Some((Value::Null, "".into())),
        };
        let (Some((base, before)), Some((head, after))) = (read(texts.base), read(texts.head)) else {
            continue;
        };
        for looser in nextest::looser(&base, &head) {
            let message = format!(
                "`{}` is `{}` and was `{}`: {}",
                looser.key,
                short(&looser.after),
                short(&looser.before),
                looser.what
            );
            let needle = looser.key.rsplit('.').next().unwrap_or(&looser.key);
            let line = line_of(&after, needle).unwrap_or(1);
            findings.push(
                Finding::new(&TEST_RUN_LOOSENED, Location::point(around.shown(&file.path), line, 1), message)
                    .help(HELP_OTHER)
                    .note(format!("- {}\n+ {}", looser.before, looser.after))
                    .fact(&looser.key)
                    .judged(&*before, &*after),
            );
        }
    }
}

fn in_code(scene: &Scene<'_>, findings: &mut Vec<Finding>) {
    let files = scene.change.files.iter().filter(|file| file.path.ends_with(".rs"));
    for file in files.filter(|file| file.kind != ChangeKind::Added) {
        let sides = texts(scene.base, &scene.change.head, file);
        let (Some(Ok(before)), Some(Ok(after))) = (sides.base, sides.head) else { continue };
        if !before.contains("proptest") || !after.contains("proptest") {
            continue;
        }
        let (was, is) = (cases(&before), cases(&after));
        let fewer = if was.len() == is.len() {
            was.iter().zip(&is).find(|(was, is)| is.1 < was.1).map(|(was, is)| (*was, *is))
        } else {
            // Without a configuration, it is the default of the library.
            let least = |side: &[Case]| side.iter().copied().min_by_key(|case| case.1).unwrap_or((1, 256));
            Some((least(&was), least(&is))).filter(|(was, is)| is.1 < was.1)
        };
        if let Some((was, is)) = fewer {
            let message = format!("a property is tried with {} cases, and was with {}", is.1, was.1);
            findings.push(
                Finding::new(&TEST_RUN_LOOSENED, Location::point(&file.path, is.0, 1), message)
                    .help(HELP_OTHER)
                    .note(format!("- {} cases\n+ {} cases", was.1, is.1))
                    .fact(format!("{} {}", was.1, is.1))
                    .judged(was.1.to_string(), is.1.to_string()),
            );
        }
    }
}

/// A line, and the number of cases that it sets.
type Case = (u32, u64);

/// The configurations of properties in a file, in their order.
fn cases(text: &str) -> Vec<Case> {
    let mut found = Vec::new();
    for (number, line) in (1u32..).zip(text.lines()) {
        let line = line.trim_start();
        if line.starts_with("//") {
            continue;
        }
        for start in ["with_cases(", "cases:"] {
            let set = line.split(start).nth(1).map(|rest| {
                rest.trim_start().chars().take_while(|c| c.is_ascii_digit() || *c == '_').collect::<String>()
            });
            found.extend(set.and_then(|digits| Some((number, digits.replace('_', "").parse().ok()?))));
        }
    }
    found
}
