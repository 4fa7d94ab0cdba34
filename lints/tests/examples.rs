//! The examples in the documentation of the rules are their tests.

use std::path::Path;

use findings::testing::{Example, assert_fires, check_message, check_registry, examples};
use findings::{Finding, Rule};
use gatefold_lints::{self as lints, LINTS, Policy, RULES};
use policy::Today;
use source::{Cache, Code, Tree};

#[test]
fn the_registry_is_the_folder() {
    let listed: Vec<&str> = LINTS.iter().map(|lint| lint.rule.id).collect();
    assert_eq!(listed, RULES.iter().map(|rule| rule.id).collect::<Vec<_>>());
    check_registry(RULES, Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src/rules")));
}

#[test]
fn bad_examples_fire_where_they_are_marked() {
    for (rule, example) in all("bad") {
        let fired = run(&example).into_iter().filter(|finding| finding.rule == rule);
        assert_fires(&example, fired.map(|finding| line(&finding)));
    }
}

#[test]
fn good_examples_are_quiet_under_every_rule() {
    for (rule, example) in all("good") {
        let fired: Vec<String> =
            run(&example).iter().map(|finding| format!("{}:{}", line(finding), finding.message)).collect();
        assert!(fired.is_empty(), "a good example of `{}` fired: {fired:#?}\n{}", rule.id, example.text);
    }
}

#[test]
fn messages_keep_the_convention() {
    for (_, example) in all("bad") {
        for finding in run(&example) {
            check_message(&finding);
            assert!(finding.help.is_some(), "`{}` says no help", finding.rule.id);
            assert!(!finding.facts.is_empty(), "`{}` has no identity", finding.rule.id);
        }
    }
}

#[test]
fn findings_keep_their_identity_when_lines_move() {
    for (rule, example) in all("bad") {
        let prints = |text: String| {
            let moved = Example { text, ..example.clone() };
            let mut prints: Vec<_> = run(&moved)
                .iter()
                .filter(|finding| finding.rule == rule && !rule.says_not_looked_at())
                .map(Finding::fingerprint)
                .collect();
            prints.sort_unstable();
            prints
        };
        assert_eq!(prints(example.text.clone()), prints(format!("\n\n{}", example.text)), "`{}`", rule.id);
    }
}

#[test]
fn safe_fixes_give_code_that_parses_and_is_quiet() {
    for (rule, example) in all("bad") {
        for finding in run(&example).into_iter().filter(|finding| finding.rule == rule) {
            let Some(fix) = finding.fix else { continue };
            let mut edits = fix.edits;
            edits.sort_by_key(|edit| std::cmp::Reverse(edit.range.start));
            let mut text = example.text.clone();
            for edit in edits {
                text.replace_range(edit.range, &edit.text);
            }
            syn::parse_file(&text).unwrap_or_else(|error| panic!("a fix of `{}`: {error}\n{text}", rule.id));
        }
    }
}

/// Every example of a kind, with its rule. An example whose fence says `escapes` writes characters that nobody
/// sees as `\u{..}`.
fn all(kind: &'static str) -> impl Iterator<Item = (&'static Rule, Example)> {
    RULES.iter().flat_map(move |rule| {
        examples(rule).into_iter().filter(move |example| example.is(kind)).map(|mut example| {
            if example.is("escapes") {
                example.text = unescape(&example.text);
            }
            (*rule, example)
        })
    })
}

fn unescape(text: &str) -> String {
    let mut parts = text.split("\\u{");
    let mut unescaped = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (code, rest) = part.split_once('}').expect("an escape ends");
        let code = u32::from_str_radix(code, 16).expect("an escape is a number");
        unescaped.push(char::from_u32(code).expect("an escape is a character"));
        unescaped.push_str(rest);
    }
    unescaped
}

/// What the examples of flags read by, and what lists them.
const GETTERS: [&str; 3] = ["Flags::bool", "flag", "parameters.get"];
const REGISTRY: &str = "\
- wide-spacing
- artist-penalty
- { key: old-spacing, expires: 2020-01-01 }
- { key: new-spacing, expires: 2199-12-31 }
";

/// Runs the whole guard over an example, as the only code of a tree.
fn run(example: &Example) -> Vec<Finding> {
    let path = if example.is("escapes") {
        "notes.md"
    } else if example.is("toml") {
        "Cargo.toml"
    } else if example.is("yaml") {
        "gatefold.yaml"
    } else {
        "src/lib.rs"
    };
    let mut files = vec![(path, example.text.as_str())];
    let mut policy = Policy { today: Today::on("2026-11-21"), ..Policy::default() };
    if example.is("flags") {
        files.push(("flags.yaml", REGISTRY));
        policy.flags.getters = GETTERS.map(str::to_owned).into();
        policy.flags.registry = vec!["*.yaml".to_owned()];
    }
    let tree = Tree::from_memory(files);
    let code = Code::read(&tree, &Cache::off());
    lints::check(&code, &tree, &policy, None).expect("the guard looks").findings
}

fn line(finding: &Finding) -> u32 {
    finding.location.as_ref().and_then(|location| location.span).map_or(0, |span| span.line)
}
