//! A pipeline as a table that people read.
use crate::error::OnFailure;

/// One stage of a description.
pub(crate) struct Row {
    pub(crate) kind: &'static str,
    pub(crate) name: &'static str,
    pub(crate) on_failure: Option<OnFailure>,
    pub(crate) condition: Option<&'static str>,
}

/// One line a stage: its kind, its name, what its failure means, and its condition.
pub(crate) fn table(rows: &[Row]) -> String {
    let width = rows.iter().map(|row| row.name.len()).max().unwrap_or_default();
    let mut text = String::new();
    for row in rows {
        let policy = match row.on_failure {
            Some(OnFailure::Degrade) => "degrade",
            Some(OnFailure::Fail) => "fail",
            None => "",
        };
        let condition = row.condition.map(|condition| format!("  when {condition}")).unwrap_or_default();
        let line = format!("{:<9} {:<width$}  {policy:<7}{condition}", row.kind, row.name);
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}
