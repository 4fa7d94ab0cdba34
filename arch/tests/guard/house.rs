//! Gatefold and its reference workspace, each held by its own policy.

use std::path::{Path, PathBuf};

use arch::{Policy, SECTION};
use policy::{Document, POLICY_FILE, Schema, Section};
use source::{BaseRequest, Cache, Code, Surroundings};

#[test]
fn gatefold_keeps_its_own_architecture() {
    check(root());
}

#[test]
fn the_reference_workspace_keeps_its_architecture() {
    check(root().join("templates/ranker"));
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

#[track_caller]
fn check(root: PathBuf) {
    static SECTIONS: &[Section] = &[SECTION];
    let head =
        source::open(&root, &BaseRequest::None, &Surroundings::default()).expect("it is a checkout").head;
    let text = head.text(POLICY_FILE).expect("it has a policy");
    // The sections of the other guards are theirs to read.
    let (document, _) =
        Document::parse_base(POLICY_FILE, &text, &Schema { sections: SECTIONS }).expect("the policy is one");
    let policy: Policy = document.section(SECTION.name).expect("the section is one");
    let code = Code::read(&head, &Cache::off());
    let checked = arch::check(&code, &head, &policy).expect("the guard looks");
    let of_policy = arch::check_policy(&head, &policy).expect("the guard looks");
    let shown: Vec<String> = checked
        .findings
        .iter()
        .chain(&of_policy.findings)
        .map(|finding| {
            let place = finding
                .location
                .as_ref()
                .map(|location| format!("{}:{}", location.file, location.span.map_or(0, |span| span.line)));
            format!("{} {}: {}", place.unwrap_or_default(), finding.rule.id, finding.message)
        })
        .collect();
    assert!(shown.is_empty(), "{:#?}\n{:?}", shown, checked.counts);
}
