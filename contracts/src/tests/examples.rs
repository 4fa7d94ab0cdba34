//! The examples in the documentation of the rules, and the conventions of their words.

use std::collections::BTreeMap;
use std::path::Path;

use findings::testing::{Example, check_message, check_registry, examples};
use findings::{Finding, Rule};
use source::{Change, Tree};

use crate::rules::RULES;
use crate::{Breaking, Category, Policy, check_static};

#[test]
fn the_registry_and_the_folder_agree() {
    check_registry(RULES, &Path::new(env!("CARGO_MANIFEST_DIR")).join("src/rules"));
}

#[test]
fn every_example_fires_where_it_is_marked_and_nowhere_else() {
    for rule in RULES {
        let examples = examples(rule);
        assert!(examples.iter().any(|example| example.kind == "new"), "`{}` has no pair", rule.id);
        let mut old = None;
        for example in examples {
            match example.kind.as_str() {
                "old" => old = Some(example),
                "new" => check(rule, old.take().as_ref(), &example),
                kind => panic!("`{}` has an example of the unknown kind {kind}", rule.id),
            }
        }
    }
}

fn check(rule: &Rule, old: Option<&Example>, new: &Example) {
    let at = format!("the example of `{}` on line {}", rule.id, new.line);
    let change = Change::of_trees(old.map(|old| tree(&old.text)), tree(&new.text));
    let category = match new.attributes.split_whitespace().find_map(|word| word.strip_prefix("category=")) {
        Some("FILE") => Category::File,
        Some(other) => panic!("{at} has the unknown category {other}"),
        None => Category::Callers,
    };
    let policy = Policy { breaking: Breaking { category }, ..Policy::default() };
    let findings = check_static(&change, &policy).expect("it can be looked at").findings;
    findings.iter().for_each(check_message);
    if new.is("good") {
        assert!(findings.is_empty(), "{at} is good, and yet: {findings:#?}");
        return;
    }
    assert!(findings.iter().all(|finding| finding.rule == rule), "{at} fires other rules: {findings:#?}");
    assert!(!findings.is_empty(), "{at} does not fire");
    let mut lines: Vec<u32> = findings.iter().filter_map(line).collect();
    lines.sort_unstable();
    assert_eq!(lines, new.marked, "{at}: {findings:#?}");
}

/// The line of a finding; a finding on a file as a whole counts for its first line.
fn line(finding: &Finding) -> Option<u32> {
    let place = finding.location.as_ref()?;
    Some(place.span.map_or(1, |span| span.line))
}

/// The files of an example: one, or several headed by `// -- NAME --`. Lines keep their numbers.
fn tree(text: &str) -> Tree {
    let mut files: BTreeMap<String, String> = BTreeMap::new();
    let mut name = "protos/test.proto".to_owned();
    for (index, line) in text.lines().enumerate() {
        if let Some(head) = line.strip_prefix("// -- ").and_then(|line| line.strip_suffix(" --")) {
            name = format!("protos/{head}");
            files.insert(name.clone(), "\n".repeat(index + 1));
        } else {
            let file = files.entry(name.clone()).or_default();
            file.push_str(line);
            file.push('\n');
        }
    }
    Tree::from_memory(files)
}
