//! Kinds whose people have no key are told, before anything waits for them.

use std::collections::BTreeMap;

use gatefold_policy::approvals::{REVOKED_FILE, SIGNERS_FILE, without_people};
use gatefold_policy::{Approvers, Settings, Vouching};
use source::Tree;

use crate::common::{ANN, Files, Key, files, on};

fn asking(by: &str) -> Settings {
    let kind =
        Approvers { guards: vec!["golden".to_owned()], by: vec![by.to_owned()], ..Approvers::default() };
    Settings { approvers: BTreeMap::from([("rankings".to_owned(), kind)]), ..Settings::default() }
}

fn told(files: &Files, settings: &Settings) -> Vec<String> {
    without_people(&Tree::from_memory(files.clone()), settings, on("2026-11-20"))
}

#[test]
fn a_kind_that_no_key_signs_for_is_told() {
    let why = |name: &str| {
        format!(
            "`approvers.rankings` names `{name}`, for whom no key in `approvals/allowed_signers` signs approvals today, \
             so that nobody can approve what is of this kind"
        )
    };
    let trusting = |line: String| files(&[(SIGNERS_FILE, &line)]);
    for (list, by, is_known) in [
        (trusting(Key::new(1).line(ANN)), ANN, true),
        (trusting(Key::new(1).line("*@example.org")), ANN, true),
        (trusting(Key::new(1).line("bob@x,ann@example.org")), "*@example.org", true),
        (trusting(Key::new(1).line("*@ops.example.org")), "ann@*", true),
        (trusting(Key::new(1).line(ANN)), "ann@example.com", false),
        (trusting(Key::new(1).line(ANN)), "*@example.com", false),
        (trusting(Key::new(1).line("*@example.org,!ann@example.org")), ANN, false),
        (trusting(format!("{ANN} namespaces=\"git\" {}\n", Key::new(1).public())), ANN, false),
        (trusting(format!("{ANN} valid-before=\"20260101\" {}\n", Key::new(1).public())), ANN, false),
        (files(&[]), ANN, false),
    ] {
        let expected = if is_known { vec![] } else { vec![why(by)] };
        assert_eq!(told(&list, &asking(by)), expected, "{list:?} {by}");
    }
    let mut revoked = trusting(Key::new(1).line(ANN));
    revoked.push((REVOKED_FILE.to_owned(), Key::new(1).public()));
    assert_eq!(told(&revoked, &asking(ANN)), [why(ANN)]);
}

#[test]
fn where_the_forge_asks_nobody_needs_a_key() {
    let owners = Settings { approvals: Some(Vouching::Owners), ..asking(ANN) };
    assert_eq!(told(&files(&[]), &owners), Vec::<String>::new());
    assert_eq!(told(&files(&[]), &Settings::default()), Vec::<String>::new());
}
