//! The pairs of examples in the documentation of the rules are their tests.

use std::collections::BTreeSet;
use std::path::Path;

use crate::common::{line, run};
use findings::testing::{Example, assert_fires, check_message, check_registry, examples};
use findings::{Finding, Rule};
use gatefold_integrity::RULES;

#[test]
fn the_registry_is_the_folder() {
    check_registry(RULES, Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src/rules")));
}

#[test]
fn bad_pairs_fire_where_they_are_marked() {
    for (rule, base, head) in pairs("bad") {
        let fired: Vec<Finding> =
            judge(&base, &head).into_iter().filter(|finding| finding.rule == rule).collect();
        assert!(
            !fired.is_empty(),
            "the bad example of `{}` on line {} is quiet\n{}",
            rule.id,
            head.line,
            head.text
        );
        if !head.marked.is_empty() {
            assert_fires(&head, fired.iter().map(line));
        }
        if !base.marked.is_empty() {
            let at_base = |finding: &Finding| {
                let note = finding.notes.iter().find(|note| note.side == findings::Side::Base);
                note.and_then(|note| note.location.as_ref()?.span).map_or(0, |span| span.line)
            };
            assert_fires(&base, fired.iter().map(at_base));
        }
    }
}

#[test]
fn good_pairs_are_quiet_under_every_rule() {
    for (rule, base, head) in pairs("good") {
        let fired: Vec<String> = judge(&base, &head)
            .iter()
            .map(|finding| format!("{}: {}", finding.rule.id, finding.message))
            .collect();
        assert!(fired.is_empty(), "a good example of `{}` fired: {fired:#?}\n{}", rule.id, head.text);
    }
}

#[test]
fn findings_say_what_to_do_and_keep_their_identity() {
    for (rule, base, head) in pairs("bad") {
        for finding in judge(&base, &head) {
            check_message(&finding);
            assert!(finding.help.is_some(), "`{}` says no help", finding.rule.id);
            assert!(!finding.facts.is_empty(), "`{}` has no identity", finding.rule.id);
        }
        let prints = |shift: &str| -> BTreeSet<String> {
            let moved =
                |example: &Example| Example { text: format!("{shift}{}", example.text), ..example.clone() };
            let findings = judge(&moved(&base), &moved(&head));
            findings
                .iter()
                .filter(|finding| finding.rule == rule && !rule.says_not_looked_at())
                .map(Finding::fingerprint)
                .collect()
        };
        if !base.attributes.contains("snap") {
            assert_eq!(prints(""), prints("\n\n"), "`{}`", rule.id);
        }
    }
}

/// The pairs of fences whose second one carries a word.
fn pairs(word: &'static str) -> impl Iterator<Item = (&'static Rule, Example, Example)> {
    RULES.iter().flat_map(move |rule| {
        let all = examples(rule);
        let pairs: Vec<_> = all
            .chunks(2)
            .map(|pair| {
                let [base, head] = pair else { panic!("`{}` has an example without its partner", rule.id) };
                assert_eq!((base.kind.as_str(), head.kind.as_str()), ("base", "head"), "`{}`", rule.id);
                (*rule, base.clone(), head.clone())
            })
            .collect();
        pairs.into_iter().filter(move |(_, _, head)| head.is(word))
    })
}

fn judge(base: &Example, head: &Example) -> Vec<Finding> {
    let path = |example: &Example| {
        let named = example.attributes.split_whitespace().find(|word| word.contains('.'));
        let language = example.attributes.split_whitespace().next().unwrap_or_default();
        named
            .unwrap_or(match language {
                "toml" => "Cargo.toml",
                "yaml" => ".github/workflows/ci.yml",
                _ => "src/lib.rs",
            })
            .to_owned()
    };
    run(&[(path(base), base.text.clone())], &[(path(head), head.text.clone())])
}
