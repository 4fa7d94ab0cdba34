//! `rules test`: every rule that the policy declares, on its own examples and in the places that it names.

use std::path::Path;

use arch::Proved;
use findings::Exit;
use lints::Expected;
use policy::Document;
use serde::Serialize;
use source::{BaseRequest, Code};

use crate::cli::RulesFormat;
use crate::command::gate;
use crate::console;
use crate::failure::Failure;
use crate::surroundings::{self, Env};

/// One example and what became of it.
#[derive(Debug, Serialize)]
struct Row {
    guard: &'static str,
    rule: String,
    example: String,
    holds: bool,
    expected: String,
    found: String,
    /// Whether it is a rule that nothing can break, which needs no example.
    #[serde(skip)]
    needs_none: bool,
}

impl Row {
    /// Whether it is about a place that a rule names, and not about an example.
    fn is_place(&self) -> bool {
        self.example.starts_with("within") || self.example.starts_with("except")
    }
}

/// Shows every rule of the policy in a folder its examples, and says what each finds, and which place it names that there is
/// not.
pub(super) fn run(root: &Path, format: RulesFormat, env: Env<'_>) -> Result<Exit, Failure> {
    let document = super::policy_in(root)?;
    let mut rows = rows(&document)?;
    rows.extend(vacant(root, &document, env)?);
    console::print(&match format {
        RulesFormat::Human => in_words(&rows),
        RulesFormat::Json => as_json(&rows),
    });
    Ok(if rows.iter().all(|row| row.holds) { Exit::Clean } else { Exit::Blocked })
}

fn rows(document: &Document) -> Result<Vec<Row>, Failure> {
    let lints: lints::Policy = document.section("lints")?;
    let arch: arch::Policy = document.section("arch")?;
    let mut rows: Vec<Row> =
        lints::prove(&lints).map_err(Failure::usage)?.into_iter().map(of_lints).collect();
    rows.extend(arch::prove(&arch).map_err(Failure::usage)?.into_iter().map(of_arch));
    Ok(rows)
}

/// The places of house rules that nothing is called by. Where no rule names one, the code is not read.
fn vacant(root: &Path, document: &Document, env: Env<'_>) -> Result<Vec<Row>, Failure> {
    let lints: lints::Policy = document.section("lints")?;
    if !lints::names_places(&lints) {
        return Ok(Vec::new());
    }
    let head = source::open(root, &BaseRequest::None, &surroundings::of(env))?.head;
    let code = Code::read(&head, &gate::cache(None, root, env)?);
    Ok(lints::vacant(&lints, &code, &head).into_iter().map(of_place).collect())
}

fn of_place(vacant: lints::Vacant) -> Row {
    Row {
        guard: "lints",
        rule: vacant.rule,
        example: vacant.key,
        holds: false,
        expected: format!("a crate, module or file called `{}`", vacant.place),
        found: "none".to_owned(),
        needs_none: false,
    }
}

fn of_lints(proof: lints::Proof) -> Row {
    let expected = match &proof.expected {
        Expected::Something => "a finding".to_owned(),
        Expected::Lines(lines) => on(lines),
    };
    let found = match &proof.found {
        Ok(lines) => on(lines),
        Err(reason) => format!("it cannot be read: {reason}"),
    };
    let holds = proof.holds();
    Row {
        guard: "lints",
        rule: proof.rule,
        example: proof.example,
        holds,
        expected,
        found,
        needs_none: false,
    }
}

fn of_arch(proof: arch::Proof) -> Row {
    let (holds, needs_none) = (proof.result.is_proof(), proof.result == Proved::NeedsNone);
    let found = match proof.result {
        Proved::Fails { line, .. } => on(&Vec::from_iter(line)),
        Proved::NeedsNone => "nothing can break it".to_owned(),
        Proved::Missing => "there is no example".to_owned(),
        Proved::Malformed(malformed) => format!("it cannot be read: {malformed}"),
        Proved::Holds { broken } if broken.is_empty() => on(&[]),
        Proved::Holds { broken } => format!("only `{}`", broken.join("`, `")),
    };
    let expected = if needs_none { "nothing" } else { "a finding" }.to_owned();
    Row {
        guard: "arch",
        rule: proof.rule,
        example: "fails_on".to_owned(),
        holds,
        expected,
        found,
        needs_none,
    }
}

fn on(lines: &[u32]) -> String {
    let numbers: Vec<String> = lines.iter().map(u32::to_string).collect();
    match &numbers[..] {
        [] => "nothing".to_owned(),
        [one] => format!("line {one}"),
        more => format!("lines {}", more.join(", ")),
    }
}

/// One line an example: whether it is judged as it says, and where it is not, what was expected and what was found.
fn in_words(rows: &[Row]) -> String {
    if rows.is_empty() {
        return "the policy declares no rules under `lints.house` or `arch`\n".to_owned();
    }
    let width = |part: fn(&Row) -> &str| rows.iter().map(|row| part(row).chars().count()).max().unwrap_or(0);
    let (rules, examples) = (width(|row| &row.rule), width(|row| &row.example));
    let mut text = String::new();
    for Row { guard, rule, example, holds, expected, found, needs_none } in rows {
        let (word, example, said) = match holds {
            _ if *needs_none => ("-", "", format!("{found}, so it needs no example")),
            true => ("holds", example.as_str(), found.clone()),
            false => ("FAILS", example.as_str(), format!("expected {expected}, found {found}")),
        };
        text.push_str(&format!("{word:<5}  {guard:<5}  {rule:<rules$}  {example:<examples$}  {said}\n"));
    }
    let (places, examples): (Vec<&Row>, _) = rows.iter().partition(|row| row.is_place());
    let failed = examples.iter().filter(|row| !row.holds).count();
    let without = examples.iter().filter(|row| row.needs_none).count();
    let count = examples.len() - without;
    text.push_str(&format!("\n{count} examples: {} hold, {failed} fail", count - failed));
    text.push_str(&match without {
        0 => String::new(),
        1 => "; 1 rule that nothing can break needs none".to_owned(),
        more => format!("; {more} rules that nothing can break need none"),
    });
    text.push_str(&match places.len() {
        0 => "\n".to_owned(),
        1 => "; 1 place is not there\n".to_owned(),
        more => format!("; {more} places are not there\n"),
    });
    text
}

/// The same as `gatefold.rules-test/1`.
fn as_json(rows: &[Row]) -> String {
    let failed = rows.iter().filter(|row| !row.holds).count();
    let document =
        serde_json::json!({ "schema": "gatefold.rules-test/1", "failed": failed, "examples": rows });
    format!("{document:#}\n")
}

#[cfg(test)]
mod tests {
    use policy::POLICY_FILE;

    use super::*;

    const POLICY: &str = "
lints:
  house:
    process-exit:
      forbid: { calls: ['std::process::exit'] }
      because: a service shuts down in order
      bad:
        - |
          use std::process::exit; //~
          fn f() { exit(1) }
      good: ['fn f( {']
arch:
  layers:
    - { name: roof, members: [home], siblings: free, because: it is read last }
  forbidden:
    exits:
      paths: ['std::process::exit']
      because: a service shuts down in order
      fails_on: |
        crate home
        home/src/lib.rs | pub fn stop() { std::process::exit(1) }
";

    #[test]
    fn the_examples_of_the_readme_and_of_our_own_policies_hold() {
        let readme = include_str!("../../../../README.md");
        let copied = readme.split("```yaml\n").skip(1).filter_map(|block| block.split("```").next());
        let copied = copied.filter(|block| block.contains("  house:\n")).collect::<Vec<_>>();
        assert_eq!(copied.len(), 1, "the README shows house rules once");
        let own = include_str!("../../../../gatefold.yaml");
        let ranker = include_str!("../../../../templates/ranker/gatefold.yaml");
        for text in [copied[0], own, ranker] {
            let document = Document::parse(POLICY_FILE, text, &crate::house::SCHEMA).expect("a policy");
            let rows = rows(&document).expect("proofs");
            assert!(rows.iter().any(|row| row.guard == "lints"), "{text}");
            let failed: Vec<&Row> = rows.iter().filter(|row| !row.holds).collect();
            assert!(failed.is_empty(), "{failed:#?}");
        }
    }

    #[test]
    fn every_example_has_its_line_and_the_sum_stands_below() {
        let document = Document::parse(POLICY_FILE, POLICY, &crate::house::SCHEMA).expect("a policy");
        let rows = rows(&document).expect("proofs");
        let words = in_words(&rows);
        let lines: Vec<&str> = words.lines().collect();
        assert_eq!(lines[0], "FAILS  lints  process-exit     bad[0]    expected line 1, found line 2");
        assert!(lines[1].starts_with(
            "FAILS  lints  process-exit     good[0]   expected nothing, found it cannot be read"
        ));
        let rest = &words[words.find("-      arch").unwrap_or_else(|| panic!("{words}"))..];
        assert_eq!(
            rest,
            "-      arch   layers[roof]               nothing can break it, so it needs no example\n\
             holds  arch   forbidden.exits  fails_on  line 2\n\
             \n3 examples: 1 hold, 2 fail; 1 rule that nothing can break needs none\n"
        );
        let json: serde_json::Value = serde_json::from_str(&as_json(&rows)).expect("it is JSON");
        assert_eq!((&json["failed"], &json["examples"][3]["holds"]), (&2.into(), &true.into()));
        assert!(in_words(&[]).contains("no rules"));
    }
}
