//! Rule files of Prometheus, and the same as objects of its operator.

use std::collections::BTreeMap;

use policy::{Document, PolicyError};
use serde::Deserialize;
use serde_json::Value;

/// The rules of a file, in its order.
#[derive(Clone, Debug)]
pub(crate) struct RuleFile {
    pub(crate) path: String,
    pub(crate) rules: Vec<OwnRule>,
}

/// An alert or a recording rule.
#[derive(Clone, Debug)]
pub(crate) struct OwnRule {
    /// What it is called.
    pub(crate) name: String,
    pub(crate) kind: RuleKind,
    pub(crate) expression: String,
    pub(crate) labels: BTreeMap<String, String>,
    pub(crate) annotations: BTreeMap<String, String>,
    /// Where its name stands.
    pub(crate) at: Option<(u32, u32)>,
    /// Where its expression begins.
    pub(crate) expression_at: Option<(u32, u32)>,
}

/// Which of the two a rule is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RuleKind {
    Alert,
    Record,
}

#[derive(Deserialize)]
struct File {
    groups: Option<Vec<Group>>,
    spec: Option<Spec>,
}

#[derive(Deserialize)]
struct Spec {
    groups: Option<Vec<Group>>,
}

#[derive(Deserialize)]
struct Group {
    #[serde(default)]
    rules: Vec<Written>,
}

#[derive(Deserialize)]
struct Written {
    alert: Option<String>,
    record: Option<String>,
    expr: Value,
    #[serde(default)]
    labels: BTreeMap<String, Value>,
    #[serde(default)]
    annotations: BTreeMap<String, Value>,
}

impl RuleFile {
    /// Reads a file; `None` where it is of another kind.
    ///
    /// # Errors
    /// It is no YAML, or has groups in another shape than Prometheus reads.
    pub(crate) fn read(path: &str, text: &str) -> Result<Option<RuleFile>, PolicyError> {
        let document = Document::of_file(path, text)?;
        let has_groups = |key: &str| document.locate(key).is_some();
        let at = match (has_groups("groups"), has_groups("spec.groups")) {
            (true, _) => "groups",
            (false, true) => "spec.groups",
            (false, false) => return Ok(None),
        };
        let file: File = document.whole()?;
        let groups = if at == "groups" { file.groups } else { file.spec.and_then(|spec| spec.groups) };
        let mut rules = Vec::new();
        for (group, written) in groups.unwrap_or_default().into_iter().enumerate() {
            for (index, written) in written.rules.into_iter().enumerate() {
                let at = format!("{at}[{group}].rules[{index}]");
                let (name, kind, key) = match (written.alert, written.record) {
                    (Some(name), None) => (name, RuleKind::Alert, "alert"),
                    (None, Some(name)) => (name, RuleKind::Record, "record"),
                    _ => return Err(document.error_at(&at, "a rule has either `alert` or `record`")),
                };
                rules.push(OwnRule {
                    name,
                    kind,
                    expression: plain(&written.expr),
                    labels: plain_all(written.labels),
                    annotations: plain_all(written.annotations),
                    at: document.locate(&format!("{at}.{key}")),
                    expression_at: document.locate(&format!("{at}.expr")),
                });
            }
        }
        Ok(Some(RuleFile { path: path.to_owned(), rules }))
    }
}

/// A number is an expression like any other: `expr: 1`.
fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn plain_all(values: BTreeMap<String, Value>) -> BTreeMap<String, String> {
    values.into_iter().map(|(key, value)| (key, plain(&value))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Result<Option<Vec<String>>, String> {
        let file = RuleFile::read("a.yaml", text).map_err(|error| error.to_string())?;
        Ok(file.map(|file| file.rules.into_iter().map(|rule| rule.name).collect()))
    }

    #[test]
    fn groups_stand_at_the_top_or_in_an_object_of_the_operator() {
        let rules = "groups: [{ name: a, rules: [{ record: b, expr: 1 }, { alert: C, expr: up }] }]";
        let both = Ok(Some(vec!["b".to_owned(), "C".to_owned()]));
        assert_eq!(names(rules), both);
        assert_eq!(names(&format!("kind: PrometheusRule\nspec: {{ {rules} }}")), both);
    }

    #[test]
    fn what_has_no_groups_is_something_else() {
        for text in ["service: home\nobjectives: []", "", "[]", "tests: [{ name: a }]"] {
            assert_eq!(names(text), Ok(None), "{text}");
        }
    }

    #[test]
    fn what_is_wrong_in_shape_has_a_place() {
        for (text, expected) in [
            (
                "groups: [{ name: a, rules: [{ expr: up }] }]",
                "a.yaml:1:29: failed to read `groups[0].rules[0]`: a rule has either `alert` or `record`",
            ),
            ("groups: [{ name: a, rules: [{ alert: A }] }]", "missing field `expr`"),
            ("groups: 7", "invalid type"),
            ("groups: [", "failed to read the file"),
        ] {
            let error = names(text).expect_err("it is refused");
            assert!(error.contains(expected), "{error}");
        }
    }
}
