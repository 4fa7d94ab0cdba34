//! What the files of one service say.
use std::fs;
use std::path::{Path, PathBuf};

use operations::folders;
use serde_yaml::Value;

/// The operations folder of one service.
pub(crate) struct Folder {
    pub(crate) service: String,
    pub(crate) path: PathBuf,
}

/// An alert.
pub(crate) struct Alert {
    pub(crate) name: String,
    pub(crate) expression: String,
    pub(crate) severity: String,
    pub(crate) service: String,
    pub(crate) summary: String,
    pub(crate) runbook: String,
}

pub(crate) fn all() -> Vec<Folder> {
    let folders = folders().expect("the services can be listed");
    assert!(!folders.is_empty());
    let folder = |path: PathBuf| {
        let service = path.parent().and_then(Path::file_name).expect("a service has a folder");
        Folder { service: service.to_string_lossy().into_owned(), path }
    };
    folders.into_iter().map(folder).collect()
}

impl Folder {
    pub(crate) fn text(&self, file: &str) -> String {
        let path = self.path.join(file);
        fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }

    pub(crate) fn yaml(&self, file: &str) -> Value {
        serde_yaml::from_str(&self.text(file))
            .unwrap_or_else(|error| panic!("{} of {}: {error}", file, self.service))
    }

    pub(crate) fn alerts(&self) -> Vec<Alert> {
        let mut alerts = Vec::new();
        for file in ["alerts.yaml", "slo.rules.yaml"] {
            let file = self.yaml(file);
            let groups = file["groups"].as_sequence().expect("rules stand in groups");
            let rules =
                groups.iter().flat_map(|group| group["rules"].as_sequence().expect("a group has rules"));
            alerts.extend(rules.filter(|rule| !rule["alert"].is_null()).map(alert));
        }
        alerts
    }

    /// All PromQL of the service, which stands in these files only.
    pub(crate) fn promql(&self) -> String {
        ["alerts.yaml", "slo.rules.yaml", "slo.yaml"].map(|file| self.text(file)).concat()
    }
}

fn alert(rule: &Value) -> Alert {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    Alert {
        name: text(&rule["alert"]),
        expression: text(&rule["expr"]),
        severity: text(&rule["labels"]["severity"]),
        service: text(&rule["labels"]["service"]),
        summary: text(&rule["annotations"]["summary"]),
        runbook: text(&rule["annotations"]["runbook"]),
    }
}

/// The words of a text that satisfy a condition and are made of letters, digits and underscores.
pub(crate) fn words(text: &str, keep: impl Fn(&str) -> bool) -> Vec<&str> {
    let is_word = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    text.split(|letter| !is_word(letter)).filter(|word| keep(word)).collect()
}
