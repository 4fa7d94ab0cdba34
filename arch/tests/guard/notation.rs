//! Workspaces of examples and tests, written with a policy, and the guard run over them.
//!
//! What comes first, up to an empty line, is the policy, if it begins with `arch:`. What follows is the notation that
//! the policy's own examples have, too.

use arch::{Policy, SECTION, Written};
use findings::testing::{Example, assert_fires};
use findings::{Checked, Finding};
use policy::{Document, POLICY_FILE, Schema, Section};
use source::{Cache, Code, Tree};

/// A workspace with the policy that holds it.
pub(crate) struct Held(Written);

impl Held {
    pub(crate) fn read(text: &str) -> Held {
        let mut in_policy = text.starts_with("arch:");
        let as_file = |line: &str| {
            in_policy &= !line.trim().is_empty();
            if in_policy { format!("{POLICY_FILE} | {line}\n") } else { format!("{line}\n") }
        };
        let text: String = text.lines().map(as_file).collect();
        Held(Written::read(&text).unwrap_or_else(|error| panic!("{error}\n{text}")))
    }

    /// The files as a tree.
    pub(crate) fn tree(&self) -> Tree {
        self.0.tree()
    }

    /// The policy.
    pub(crate) fn policy(&self) -> Policy {
        read_policy(self.0.text(POLICY_FILE).unwrap_or_default()).expect("the policy is one")
    }

    /// What the guard says.
    pub(crate) fn check(&self) -> Checked {
        self.check_by(&self.policy())
    }

    /// What the guard says where the policy itself is judged, too.
    pub(crate) fn check_all(&self) -> Checked {
        let mut checked = self.check();
        let of_policy = arch::check_policy(&self.tree(), &self.policy()).expect("the guard looks");
        checked.findings.extend(of_policy.findings);
        checked
    }

    /// What the guard says by another policy than the one that stands in the tree.
    pub(crate) fn check_by(&self, policy: &Policy) -> Checked {
        let tree = self.tree();
        let code = Code::read(&tree, &Cache::off());
        arch::check(&code, &tree, policy).expect("the guard looks")
    }

    /// The line of the example that a finding stands on.
    pub(crate) fn line_of(&self, finding: &Finding) -> u32 {
        let Some(location) = &finding.location else { return 0 };
        let line = location.span.map_or(1, |span| span.line);
        self.0.line_of(&location.file, line).unwrap_or(0)
    }
}

/// A section as the reader of the policy gives it.
pub(crate) fn read_policy(text: &str) -> Result<Policy, String> {
    static SECTIONS: &[Section] = &[SECTION];
    let schema = Schema { sections: SECTIONS };
    let document = Document::parse("gatefold.yaml", text, &schema).map_err(|error| error.to_string())?;
    document.section(SECTION.name).map_err(|error| error.to_string())
}

/// Fails unless the rule fires on the lines of the case that end in `//~`, and on no others. The world around it is
/// quiet.
#[track_caller]
pub(crate) fn check(world: &str, case: &str, rule: &str) {
    let before = world.lines().count() as u32;
    let mut example = Example {
        kind: "case".to_owned(),
        attributes: String::new(),
        text: world.to_owned(),
        marked: Vec::new(),
        line: 0,
    };
    for (number, line) in (before + 1..).zip(case.lines()) {
        let (line, marked) = line.strip_suffix("//~").map_or((line, false), |line| (line.trim_end(), true));
        example.text.push_str(&format!("{line}\n"));
        example.marked.extend(marked.then_some(number));
    }
    let written = Held::read(&example.text);
    let findings = written.check().findings;
    let fired = findings.iter().filter(|finding| finding.rule.id == rule);
    assert_fires(&example, fired.map(|finding| written.line_of(finding)));
}
