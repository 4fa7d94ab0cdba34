//! The reference workspace as a team had it before Gatefold: code, tests, and a workflow that runs them.

use std::fs;
use std::path::Path;

use crate::workspace::Workspace;

/// What of the records a team looks at; the tracks and the viewers themselves no verdict needs.
const RECORDS: [&str; 4] =
    ["data/beliefs.jsonl", "data/profile.yaml", "data/quality.yaml", "data/shelves.jsonl"];

/// A repository whose branch `main` is checked out.
pub(crate) fn repository() -> Workspace {
    let it = Workspace::uncommitted("ranker", "");
    for record in RECORDS {
        it.write(record, shipped(&format!("templates/ranker/{record}")));
    }
    fs::remove_file(it.root().join("gatefold.yaml")).expect("the policy");
    fs::remove_dir_all(it.root().join(".claude")).expect("the hooks");
    let workflow = text(&shipped("ci/github/tests.yml")).replace("GATED: templates/ranker", "GATED: .");
    let (before, rest) = workflow.split_once("      - name: Keep what was built").expect("a cache");
    let (_, after) = rest.split_once("      - name: Take the newest").expect("the step behind it");
    it.write(".github/workflows/tests.yml", format!("{before}      - name: Take the newest{after}"));
    it.write(".github/CODEOWNERS", "*  @ranking-team\n/protos/  @api-team\n");
    it.commit("The ranker");
    it
}

/// A file of this repository, by its path from the root.
pub(crate) fn shipped(path: &str) -> Vec<u8> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path);
    fs::read(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

/// The same as text.
pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
