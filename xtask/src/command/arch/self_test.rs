//! `arch --self-test`: every rule of the policy on the example that must break it.

use std::path::Path;

use arch::{Policy, Proof, Proved, SECTION};
use findings::Exit;
use policy::{Document, POLICY_FILE};
use serde_json::{Value, json};
use source::{BaseRequest, ReadError};

use crate::cli::{Format, RunArgs};
use crate::console;
use crate::failure::Failure;
use crate::house;
use crate::surroundings::{self, Env};

/// Shows every rule of the working tree's policy its example, and says what each finds.
pub(crate) fn run(root: &Path, args: &RunArgs, env: Env<'_>) -> Result<Exit, Failure> {
    let render = match args.format {
        Format::Human => in_words,
        Format::Json => as_json,
        _ => return Err(Failure::usage("`--self-test` is told as `human` or `json`")),
    };
    let head = source::open(root, &BaseRequest::None, &surroundings::of(env))?.head;
    let policy: Policy = match head.text(POLICY_FILE) {
        Ok(text) => Document::parse(POLICY_FILE, &text, &house::SCHEMA)?.section(SECTION.name)?,
        Err(ReadError::Missing(_)) => Policy::default(),
        Err(error) => return Err(Failure::usage(error)),
    };
    let proofs = arch::prove(&policy).map_err(Failure::usage)?;
    console::print(&render(&proofs));
    Ok(if proofs.iter().all(|proof| proof.result.is_proof()) { Exit::Clean } else { Exit::Blocked })
}

/// One line a rule: whether its example breaks it, and what is found there first.
fn in_words(proofs: &[Proof]) -> String {
    if proofs.is_empty() {
        return format!("`{POLICY_FILE}` has no rules under `arch`\n");
    }
    let width = proofs.iter().map(|proof| proof.rule.chars().count()).max().unwrap_or_default();
    let mut text = String::new();
    for proof in proofs {
        let word = match &proof.result {
            Proved::Fails { .. } => "holds",
            Proved::NeedsNone => "-",
            _ => "FAILS",
        };
        text.push_str(&format!("{word:<5}  {:width$}  {}\n", proof.rule, said(&proof.result)));
    }
    let unproved = proofs.iter().filter(|proof| !proof.result.is_proof()).count();
    let holds = proofs.iter().filter(|proof| matches!(proof.result, Proved::Fails { .. })).count();
    text.push_str(&format!(
        "\n{} rules: {holds} hold, since their examples break them; {unproved} fail; {} that nothing can break\n",
        proofs.len(),
        proofs.len() - holds - unproved
    ));
    text
}

fn said(result: &Proved) -> String {
    match result {
        Proved::Fails { line: Some(line), message } => format!("line {line}: {message}"),
        Proved::Fails { line: None, message } => message.clone(),
        Proved::NeedsNone => "nothing can break it".to_owned(),
        Proved::Missing => "it has no `fails_on`".to_owned(),
        Proved::Malformed(malformed) => format!("its `fails_on` cannot be read: {malformed}"),
        Proved::Holds { broken } if broken.is_empty() => "its `fails_on` breaks nothing".to_owned(),
        Proved::Holds { broken } => format!("its `fails_on` breaks only `{}`", broken.join("`, `")),
    }
}

/// The same as `gatefold.arch-self-test/1`.
fn as_json(proofs: &[Proof]) -> String {
    let rule = |proof: &Proof| -> Value {
        let (outcome, line) = match &proof.result {
            Proved::Fails { line, .. } => ("holds", *line),
            Proved::NeedsNone => ("needs-none", None),
            Proved::Missing => ("missing", None),
            Proved::Malformed(malformed) => ("malformed", Some(malformed.line)),
            Proved::Holds { .. } => ("unbroken", None),
        };
        json!({ "rule": proof.rule, "outcome": outcome, "line": line, "message": said(&proof.result) })
    };
    let rules: Vec<Value> = proofs.iter().map(rule).collect();
    let unproved = proofs.iter().filter(|proof| !proof.result.is_proof()).count();
    let report = json!({ "schema": "gatefold.arch-self-test/1", "unproved": unproved, "rules": rules });
    format!("{report:#}\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proofs() -> Vec<Proof> {
        let proof = |rule: &str, result| Proof { rule: rule.to_owned(), result };
        vec![
            proof("layers[roof]", Proved::NeedsNone),
            proof(
                "forbidden.exits",
                Proved::Fails { line: Some(2), message: "`home` names `std::process::exit`".to_owned() },
            ),
            proof("forbidden.engines", Proved::Missing),
            proof("acyclic.modules", Proved::Holds { broken: vec!["layer-broken"] }),
        ]
    }

    #[test]
    fn every_rule_has_its_line_and_the_sum_stands_below() {
        assert_eq!(
            in_words(&proofs()),
            "\
-      layers[roof]       nothing can break it
holds  forbidden.exits    line 2: `home` names `std::process::exit`
FAILS  forbidden.engines  it has no `fails_on`
FAILS  acyclic.modules    its `fails_on` breaks only `layer-broken`

4 rules: 1 hold, since their examples break them; 2 fail; 1 that nothing can break
"
        );
        assert!(in_words(&[]).contains("no rules"));
    }

    #[test]
    fn programs_read_the_same() {
        let report: Value = serde_json::from_str(&as_json(&proofs())).expect("it is JSON");
        assert_eq!((report["unproved"].as_u64(), report["rules"][1]["line"].as_u64()), (Some(2), Some(2)));
        let outcomes: Vec<_> = (0..4).map(|at| report["rules"][at]["outcome"].as_str()).collect();
        assert_eq!(outcomes, [Some("needs-none"), Some("holds"), Some("missing"), Some("unbroken")]);
    }
}
