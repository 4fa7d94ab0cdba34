//! What `promtool check rules` says, where it is installed.

use std::path::Path;
use std::time::Duration;

use findings::{Finding, Location};
use service::Tool;
use source::Tree;

use super::rules_file::RuleFile;
use crate::Error;
use crate::rules::rules_refused_by_promtool::RULES_REFUSED_BY_PROMTOOL;

/// How long it may take.
const WITHIN: Duration = Duration::from_secs(30);

/// Asks it about all rule files at once, as they stand in the tree.
///
/// # Errors
/// It could not be asked, or said what this build does not understand.
pub(crate) fn ask(tool: &Tool, tree: &Tree, files: &[RuleFile]) -> Result<Vec<Finding>, Error> {
    let failed = |reason: String| Error::Tool { tool: "promtool".to_owned(), reason };
    let folder = tempfile::tempdir().map_err(|error| failed(error.to_string()))?;
    let mut arguments = vec!["check".to_owned(), "rules".to_owned(), "--lint=none".to_owned()];
    for (index, file) in files.iter().enumerate() {
        // Names of our own: a name of the tree may look like an option or lead elsewhere.
        let name = format!("{index}.yaml");
        let text = tree.text(&file.path).map_err(|error| failed(error.to_string()))?;
        std::fs::write(folder.path().join(&name), plain_rules(&text))
            .map_err(|error| failed(error.to_string()))?;
        arguments.push(name);
    }
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let said =
        tool.run(&arguments, Path::new(folder.path()), WITHIN).map_err(|error| failed(error.to_string()))?;
    let findings = findings(&said.complaint, files);
    if said.status != Some(0) && findings.is_empty() {
        return Err(failed(said.complaint.split_whitespace().collect::<Vec<_>>().join(" ")));
    }
    Ok(findings)
}

/// The file as Prometheus would read it: of an object of its operator, the part that the operator hands on. Lines are
/// kept where there is nothing to take out.
fn plain_rules(text: &str) -> String {
    let object = policy::yaml::<serde_json::Value>("rules", text).ok();
    match object.as_ref().and_then(|object| object.get("spec")) {
        Some(spec) => spec.to_string(),
        None => text.to_owned(),
    }
}

/// Each complaint names its file: `0.yaml: 5:11: group "a", rule 1, "X": could not parse expression: ..`, or
/// `0.yaml: yaml: unmarshal errors:` and lines behind it.
fn findings(complaint: &str, files: &[RuleFile]) -> Vec<Finding> {
    let mut found: Vec<(usize, String)> = Vec::new();
    for line in complaint.lines() {
        let named = line.split_once(".yaml: ").and_then(|(index, rest)| Some((index.parse().ok()?, rest)));
        match (named, found.last_mut()) {
            (Some((index, rest)), _) if index < files.len() => found.push((index, rest.to_owned())),
            (None, Some((_, before))) if line.starts_with("  line ") => {
                before.push(' ');
                before.push_str(line.trim());
            }
            _ => {}
        }
    }
    let finding = |(index, said): (usize, String)| {
        let (place, said) = placed(&said);
        let path = files[index].path.as_str();
        let location =
            place.map_or(Location::file(path), |(line, column)| Location::point(path, line, column));
        let said = said.trim_end_matches(['.', ':']).replace('`', "'");
        Finding::new(
            &RULES_REFUSED_BY_PROMTOOL,
            location,
            format!("`promtool check rules` refuses this: {said}"),
        )
        .help("run `promtool check rules` on the file")
        .fact(said)
    };
    found.into_iter().map(finding).collect()
}

/// The place before a complaint, or in it: `5:11: ..`, `yaml: unmarshal errors: line 8: ..`.
fn placed(said: &str) -> (Option<(u32, u32)>, &str) {
    let mut parts = said.splitn(3, ':');
    let numbers =
        [parts.next(), parts.next()].map(|part| part.and_then(|part| part.trim().parse::<u32>().ok()));
    if let [Some(line), Some(column)] = numbers {
        return (Some((line, column)), parts.next().unwrap_or_default().trim());
    }
    let line = said.split_once(" line ").and_then(|(_, rest)| rest.split(':').next()?.parse().ok());
    (line.map(|line| (line, 1)), said)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn complaints_are_told_apart_and_keep_their_places() {
        let file = |path: &str| RuleFile { path: path.to_owned(), rules: Vec::new() };
        let files = [file("a.yaml"), file("b.yaml")];
        let said = "  FAILED:\n0.yaml: yaml: unmarshal errors:\n  line 8: field bogus not found in type rulefmt.RuleNode\n  \
                    FAILED:\n1.yaml: 5:11: group \"a\", rule 1, \"X\": could not parse expression: 1:6: parse error: no\n\
                    1.yaml: group \"a\", rule 2, \"X\": annotation \"a\": template: __alert_X:1: undefined variable \"$lab\"\n";
        let shown: Vec<_> = findings(said, &files)
            .into_iter()
            .map(|finding| {
                let place = finding.location.expect("it has a file");
                (place.file, place.span.map(|span| (span.line, span.column)), finding.facts.join(""))
            })
            .collect();
        let expected = [
            (
                "a.yaml",
                Some((8, 1)),
                "yaml: unmarshal errors: line 8: field bogus not found in type rulefmt.RuleNode",
            ),
            (
                "b.yaml",
                Some((5, 11)),
                "group \"a\", rule 1, \"X\": could not parse expression: 1:6: parse error: no",
            ),
            (
                "b.yaml",
                None,
                "group \"a\", rule 2, \"X\": annotation \"a\": template: __alert_X:1: undefined variable \"$lab\"",
            ),
        ];
        assert_eq!(shown, expected.map(|(file, place, said)| (file.to_owned(), place, said.to_owned())));
    }
}
