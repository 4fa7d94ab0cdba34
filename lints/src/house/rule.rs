//! A house rule as a rule like any other, so that reports, exceptions and approvals know no difference.

use std::collections::HashMap;
use std::fmt::Write;
use std::sync::{LazyLock, Mutex, PoisonError};

use findings::{Level, Rule};
use policy::POLICY_FILE;

use super::decided::{Each, HouseRule, Things};

/// What a rule is made of.
type Text = (String, Level, String, String);

/// Rules that were made. They live as long as the process, and the same text makes the same rule, so that no more are made
/// than policies are read.
static MADE: LazyLock<Mutex<HashMap<Text, &'static Rule>>> = LazyLock::new(Mutex::default);

/// The rule of an entry of `lints.house`.
pub(super) fn rule(id: &str, decided: &HouseRule) -> &'static Rule {
    let text = (id.to_owned(), decided.level, summary(decided), docs(id, decided));
    let mut made = MADE.lock().unwrap_or_else(PoisonError::into_inner);
    made.entry(text).or_insert_with_key(|(id, level, summary, docs)| {
        Box::leak(Box::new(Rule {
            id: id.clone().leak(),
            guard: "lints",
            group: "house",
            level: *level,
            summary: summary.clone().leak(),
            docs: docs.clone().leak(),
            file: POLICY_FILE,
        }))
    })
}

/// In one line.
fn summary(decided: &HouseRule) -> String {
    let because = one_line(&decided.because);
    let HouseRule { forbid, require, .. } = decided;
    match (forbid.are_none(), require.each) {
        (true, Some(each)) => {
            format!("finds {} without {}: {because}", units(each, &require.named), named(&require.has))
        }
        _ => format!("finds {}: {because}", named(forbid)),
    }
}

fn units(each: Each, names: &[String]) -> String {
    match each {
        Each::Function if names == ["*"] => "functions".to_owned(),
        Each::Function => format!("functions called `{}`", names.join("`, `")),
        Each::File => "files".to_owned(),
        Each::Package => "packages".to_owned(),
    }
}

/// The patterns in words; of many the first three.
pub(super) fn named(things: &Things) -> String {
    let all = texts(things);
    let shown = all.iter().take(3).map(|text| format!("`{text}`")).collect::<Vec<_>>().join(", ");
    match all.len() {
        0..=3 => shown,
        more => format!("{shown} and {} more", more - 3),
    }
}

/// The patterns, each once: one may be that of a call, of a path and of a dependency.
fn texts(things: &Things) -> Vec<&str> {
    let mut texts = Vec::new();
    for (_, text) in things.all() {
        if !texts.contains(&text) {
            texts.push(text);
        }
    }
    texts
}

/// As the doc comment of a rule in code: each line begins with a space.
fn docs(id: &str, decided: &HouseRule) -> String {
    let HouseRule { forbid, require, within, except, because, instead, bad, good, .. } = decided;
    let mut page = String::new();
    let list = |texts: &[String]| format!("`{}`", texts.join("`, `"));
    let all = |things: &Things| format!("`{}`", texts(things).join("`, `"));
    if !forbid.are_none() {
        let _ = writeln!(page, "Forbidden by `lints.house` of `{POLICY_FILE}`: {}.", all(forbid));
    }
    if let Some(each) = require.each {
        let units = units(each, &require.named);
        let _ = writeln!(
            page,
            "Required by `lints.house` of `{POLICY_FILE}`, of all {units}: one of {}.",
            all(&require.has)
        );
    }
    let mut place = format!("Within {}", list(within));
    if !except.is_empty() {
        let _ = write!(place, ", except {}", list(except));
    }
    let _ = writeln!(page, "{place}.\n\n## Why\n{}", because.trim());
    let language = if decided.is_of_manifests() { "toml" } else { "rust" };
    let mut examples = |heading: &str, kind: &str, texts: &[String]| {
        if !heading.is_empty() {
            let _ = writeln!(page, "\n## {heading}");
        }
        for text in texts {
            let ticks = fence(text);
            let _ = writeln!(page, "{ticks}{kind} {language}\n{}\n{ticks}", text.trim_end());
        }
    };
    examples(if bad.is_empty() { "" } else { "Example" }, "bad", bad);
    let meant = instead.as_deref().map(str::trim).unwrap_or_default();
    let heading = match (meant.is_empty(), good.is_empty()) {
        (true, true) => String::new(),
        (true, false) => "Instead".to_owned(),
        (false, _) => format!("Instead\n{meant}"),
    };
    examples(&heading, "good", good);
    let _ = writeln!(
        page,
        "\n## Except\nOne place: `// gatefold: allow({id}): the reason`. Whole crates, modules and files: `except` in the policy."
    );
    page.lines().map(|line| format!(" {line}\n")).collect()
}

/// Back-ticks that no line of a text has so many of.
fn fence(text: &str) -> String {
    let most = text.lines().map(|line| line.len() - line.trim_start_matches('`').len()).max();
    "`".repeat(most.unwrap_or(0).max(2) + 1)
}

pub(super) fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decided() -> HouseRule {
        HouseRule {
            forbid: Things { calls: vec!["std::process::exit".to_owned()], ..Things::default() },
            because: "a service\nshuts down in order".to_owned(),
            instead: Some("give back an error".to_owned()),
            bad: vec!["fn stop() {\n    std::process::exit(1); //~\n}\n".to_owned()],
            good: vec!["/// ```\n```\nfn stop() {}".to_owned()],
            ..HouseRule::default()
        }
    }

    #[test]
    fn it_is_explained_like_a_rule_in_code() {
        let rule = rule("exit", &decided());
        assert_eq!(rule.summary, "finds `std::process::exit`: a service shuts down in order");
        let page = findings::catalogue::explain(rule);
        for part in [
            "exit: finds `std::process::exit`: a service shuts down in order\nlints · house · error (blocks)",
            "Within `**`.",
            "Why\na service\nshuts down in order",
            "Example\n    fn stop() {\n        std::process::exit(1); //~",
            "Instead\ngive back an error",
            "allow(exit)",
            "Declared in gatefold.yaml",
        ] {
            assert!(page.contains(part), "{part}\n{page}");
        }
    }

    #[test]
    fn a_pattern_of_several_kinds_is_named_once() {
        let both = || vec!["openssl*".to_owned()];
        let forbid = Things { dependencies: both(), dev_dependencies: both(), ..Things::default() };
        let rule = rule("tls", &HouseRule { forbid, ..decided() });
        assert_eq!(rule.summary, "finds `openssl*`: a service shuts down in order");
        let page = findings::catalogue::explain(rule);
        assert_eq!(page.matches("`openssl*`").count(), 2, "{page}");
    }

    #[test]
    fn the_same_text_makes_the_same_rule_and_another_text_another() {
        assert!(std::ptr::eq(rule("exit", &decided()), rule("exit", &decided())));
        let other = HouseRule { level: Level::Note, ..decided() };
        assert!(!std::ptr::eq(rule("exit", &decided()), rule("exit", &other)));
    }
}
