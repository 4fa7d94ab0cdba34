//! The one place where the tests call the guard.

use findings::Finding;
use gatefold_integrity::{self as integrity, Policies, Policy, RULES, SECTION};
use policy::{Direction, Document, Key, POLICY_FILE, Schema, Section};
use source::{Change, Tree};

const SAMPLE: Section = Section {
    name: "sample",
    keys: &[Key {
        path: "members[]",
        shape: "list",
        default: "none",
        direction: Direction::Joins,
        docs: "Members.",
    }],
    check: |_| Ok(()),
};

const CONTRACTS: Section = Section {
    name: "contracts",
    keys: &[
        Key {
            path: "scenarios",
            shape: "list of globs",
            default: "none",
            direction: Direction::MoreTightens,
            docs: "Scenario files.",
        },
        Key {
            path: "consumers.files",
            shape: "list of globs",
            default: "none",
            direction: Direction::MoreTightens,
            docs: "What consumers use.",
        },
    ],
    check: |_| Ok(()),
};

/// The guard's own section, that of promises, and one whose members join.
fn schema() -> Schema {
    static SECTIONS: std::sync::LazyLock<Vec<Section>> =
        std::sync::LazyLock::new(|| vec![SECTION, CONTRACTS, SAMPLE]);
    Schema { sections: &SECTIONS }
}

/// What the guard finds between two sets of files, with the policies that stand among them.
pub(crate) fn run<P: AsRef<str>, T: AsRef<[u8]>>(base: &[(P, T)], head: &[(P, T)]) -> Vec<Finding> {
    let schema = schema();
    let tree = |files: &[(P, T)]| Tree::from_memory(files.iter().map(|(path, text)| (path.as_ref(), text)));
    let (base, head) = (tree(base), tree(head));
    let document = |tree: &Tree| match tree.text(POLICY_FILE) {
        Ok(text) => Document::parse(POLICY_FILE, &text, &schema).expect("the policy is one"),
        Err(_) => Document::empty(),
    };
    let (before, after) = (document(&base), document(&head));
    let change = Change::of_trees(Some(base), head);
    let policies =
        Policies { base: &before, head: &after, schema: &schema, rules: RULES, spoke_of_nothing: &|_| false };
    let effective = policy::effective(&before, &after, &schema, RULES, &|_| false);
    let policy: Policy = effective.section("integrity").expect("the section is one");
    let checked = integrity::check(&change, &policies, &policy).expect("the guard looks");
    checked.expect("there is a base").findings
}

/// The line that a finding stands on; 0 for a file as a whole.
pub(crate) fn line(finding: &Finding) -> u32 {
    finding.location.as_ref().and_then(|location| location.span).map_or(0, |span| span.line)
}
