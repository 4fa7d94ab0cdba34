//! Examples that are trees of files of any kind: alerts, dashboards, experiments, and the code beside them.

use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt;

use findings::Rule;
use findings::testing::Example;
use policy::{Document, Schema, Section, Today};
use service::Tool;
use source::{Cache, Change, Code, Tree};

use super::examples::check_findings;
use crate::{Codes, Outside, Policy, SECTION, check_static_with};

/// A tree, with the base's before it, or with what `promtool` says of it.
pub(super) fn check_example(rule: &Rule, before: Option<&Example>, example: &Example) {
    let base = before.filter(|before| before.kind == "base").map(|before| tree(&before.text));
    let change = Change::of_trees(base, tree(&example.text));
    let said = before.filter(|before| before.kind == "said").map(|before| promtool(&before.text));
    let linted = before.filter(|before| before.kind == "linted").map(|before| buf(&before.text));
    let outside = Outside {
        buf: linted.as_ref().map(|(_, tool)| tool.clone()),
        promtool: said.as_ref().map(|(_, tool)| tool.clone()),
        today: Today::on("2026-11-20"),
        ..Outside::default()
    };
    check_findings(rule, example, &judged(&change, &outside));
}

/// What the guard finds in a change by head's policy.
pub(super) fn judged(change: &Change, outside: &Outside) -> Vec<findings::Finding> {
    static SECTIONS: &[Section] = &[SECTION];
    let text = change.head.text("gatefold.yaml").unwrap_or_else(|_| "".into());
    let document = Document::parse("gatefold.yaml", &text, &Schema { sections: SECTIONS }).expect("a policy");
    let policy: Policy = document.section(SECTION.name).expect("a section");
    let head = Code::read(&change.head, &Cache::off());
    let base = change.base.as_ref().map(|tree| Code::read(tree, &Cache::off()));
    let codes = Codes { head: &|| &head, base: &|| base.as_ref() };
    check_static_with(change, &policy, codes, outside).expect("it can be looked at").findings
}

/// A program that finds the same in whatever it is given.
fn buf(rows: &str) -> (tempfile::TempDir, Tool) {
    match rows.trim() {
        "nothing" => program("buf", "exit 0\n"),
        _ => program("buf", &format!("cat <<'END'\n{rows}END\nexit 100\n")),
    }
}

/// A program that complains about whatever it is given, unless that is a success.
fn promtool(said: &str) -> (tempfile::TempDir, Tool) {
    let status = u8::from(!said.starts_with("SUCCESS"));
    program("promtool", &format!("cat >&2 <<'END'\n{said}END\nexit {status}\n"))
}

fn program(name: &str, script: &str) -> (tempfile::TempDir, Tool) {
    let folder = tempfile::tempdir().expect("a folder is made");
    let program = folder.path().join(name);
    std::fs::write(&program, format!("#!/bin/sh\n{script}")).expect("it is written");
    std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o700)).expect("it can be run");
    let environment = vec![("PATH".to_owned(), "/usr/bin:/bin".to_owned())];
    (folder, Tool { program, environment })
}

/// The files of an example, each headed by `# -- PATH --` or `// -- PATH --`. Lines keep their numbers.
pub(super) fn tree(text: &str) -> Tree {
    let mut files: BTreeMap<String, String> = BTreeMap::new();
    let mut name = String::new();
    for (index, line) in text.lines().enumerate() {
        let head = line.strip_prefix("// -- ").or_else(|| line.strip_prefix("# -- "));
        if let Some((path, _)) = head.and_then(|head| head.split_once(" --")) {
            name = path.to_owned();
            files.insert(name.clone(), "\n".repeat(index + 1));
        } else if let Some(file) = files.get_mut(&name) {
            file.push_str(line);
            file.push('\n');
        }
    }
    Tree::from_memory(files)
}
