//! Dashboards of Grafana: the expressions of their panels and variables.

use serde_json::Value;

/// What stands for a variable of the dashboard where a name is written.
pub(crate) const VARIABLE: &str = "gatefold_variable";

/// How deep panels may lie within panels.
const MAX_DEPTH: usize = 16;

/// The expressions of a dashboard.
#[derive(Clone, Debug, Default)]
pub(crate) struct Dashboard {
    pub(crate) panels: Vec<Panel>,
}

/// One expression.
#[derive(Clone, Debug)]
pub(crate) struct Panel {
    /// The title of the panel, or the name of the variable.
    pub(crate) title: String,
    /// As it is written.
    pub(crate) written: String,
    /// Without the dashboard's variables.
    pub(crate) expression: String,
    /// Whether it had any.
    pub(crate) has_variables: bool,
    /// Line and column of the text.
    pub(crate) at: Option<(u32, u32)>,
}

impl Dashboard {
    /// Reads a dashboard; `None` where a JSON file is of another kind.
    ///
    /// # Errors
    /// It is no JSON: line, column and what is wrong.
    pub(crate) fn read(text: &str) -> Result<Option<Dashboard>, (u32, u32, String)> {
        let json: Value = serde_json::from_str(text).map_err(|error| {
            let message = error.to_string();
            let message = message.split(" at line ").next().unwrap_or_default().to_owned();
            (error.line() as u32, error.column() as u32, message)
        })?;
        let json = json.get("dashboard").unwrap_or(&json);
        if !["panels", "rows"].iter().any(|key| json.get(key).is_some_and(Value::is_array)) {
            return Ok(None);
        }
        let mut dashboard = Dashboard::default();
        dashboard.collect(json, text, 0);
        let variables = json["templating"]["list"].as_array().into_iter().flatten();
        for variable in variables.filter(|variable| is_prometheus(variable)) {
            let query = variable["query"].as_str().or_else(|| variable["query"]["query"].as_str());
            let asked = query.and_then(|query| {
                let within = query.trim().strip_prefix("label_values(")?.strip_suffix(')')?;
                Some(within.rsplit_once(',')?.0)
            });
            if let (Some(asked), Some(query)) = (asked, query) {
                let name = variable["name"].as_str().unwrap_or_default();
                dashboard.push(name, asked.trim(), query, text);
            }
        }
        Ok(Some(dashboard))
    }

    fn collect(&mut self, json: &Value, text: &str, depth: usize) {
        if depth > MAX_DEPTH {
            return;
        }
        for row in json["rows"].as_array().into_iter().flatten() {
            self.collect(row, text, depth + 1);
        }
        for panel in json["panels"].as_array().into_iter().flatten() {
            self.collect(panel, text, depth + 1);
            let title = panel["title"].as_str().unwrap_or_default();
            let targets = panel["targets"].as_array().into_iter().flatten();
            for target in targets.filter(|target| is_prometheus(target) && is_prometheus(panel)) {
                if let Some(expression) = target["expr"].as_str().filter(|text| !text.trim().is_empty()) {
                    self.push(title, expression, expression, text);
                }
            }
        }
    }

    fn push(&mut self, title: &str, written: &str, as_in_file: &str, text: &str) {
        let (expression, has_variables) = without_variables(written);
        let at = place(text, as_in_file);
        let (title, written) = (title.to_owned(), written.to_owned());
        self.panels.push(Panel { title, written, expression, has_variables, at });
    }
}

/// Whether something asks Prometheus: it does unless it says otherwise.
fn is_prometheus(json: &Value) -> bool {
    json["datasource"]["type"].as_str().is_none_or(|kind| kind == "prometheus")
}

/// Puts a duration in place of variables in brackets and [`VARIABLE`] in place of others, texts left as they are.
fn without_variables(written: &str) -> (String, bool) {
    let mut out = String::new();
    let mut rest = written;
    let (mut quote, mut brackets, mut found) = (None, 0_u32, false);
    while let Some(letter) = rest.chars().next() {
        let after = &rest[letter.len_utf8()..];
        let variable = match (quote, letter) {
            (None, '$') => variable(after).map(|length| &after[length..]),
            (None, '[') if after.starts_with('[') => after.find("]]").map(|end| &after[end + 2..]),
            _ => None,
        };
        if let Some(behind) = variable {
            found = true;
            out.push_str(if brackets > 0 { "5m" } else { VARIABLE });
            rest = behind;
            continue;
        }
        match (quote, letter) {
            (None, '"' | '\'' | '`') => quote = Some(letter),
            (Some('"' | '\''), '\\') => {
                // What is escaped ends no text.
                out.push(letter);
                let escaped = after.chars().next().map_or(0, char::len_utf8);
                out.push_str(&after[..escaped]);
                rest = &after[escaped..];
                continue;
            }
            (Some(open), _) if open == letter => quote = None,
            (None, '[') => brackets += 1,
            (None, ']') => brackets = brackets.saturating_sub(1),
            _ => {}
        }
        out.push(letter);
        rest = after;
    }
    (out, found)
}

/// The length of a variable behind its `$`: a name, or what stands in braces.
fn variable(text: &str) -> Option<usize> {
    if text.starts_with('{') {
        return text.find('}').map(|end| end + 1);
    }
    let length = text.find(|letter: char| !letter.is_alphanumeric() && letter != '_').unwrap_or(text.len());
    (length > 0).then_some(length)
}

/// Where a text of a JSON file stands: the place of the first that says the same.
fn place(text: &str, value: &str) -> Option<(u32, u32)> {
    let written = serde_json::to_string(value).ok()?;
    let before = &text[..text.find(&written)?];
    let line = before.matches('\n').count() as u32 + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() as u32 + 1;
    Some((line, column))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_become_durations_and_names_and_texts_keep_them() {
        for (written, expected) in [
            ("rate(a[$__rate_interval])", "rate(a[5m])"),
            ("rate(a[${range:raw}])", "rate(a[5m])"),
            ("sum by ($group) (a{b=\"$c\"})", "sum by (gatefold_variable) (a{b=\"$c\"})"),
            ("[[metric]] > 1", "gatefold_variable > 1"),
            ("a{b=\"x\\\"$y\"}", "a{b=\"x\\\"$y\"}"),
            ("a $", "a $"),
        ] {
            assert_eq!(without_variables(written).0, expected, "{written}");
        }
    }

    #[test]
    fn expressions_are_found_in_panels_of_rows_and_in_variables() {
        let text = r#"{
  "rows": [{ "panels": [{ "title": "a", "targets": [{ "expr": "up" }] }] }],
  "panels": [
    { "title": "b", "panels": [{ "title": "c", "targets": [{ "expr": "x" }, { "expr": "" }] }] },
    { "title": "d", "datasource": { "type": "loki" }, "targets": [{ "expr": "{app=\"y\"}" }] }
  ],
  "templating": { "list": [{ "name": "e", "query": { "query": "label_values(z{a=\"b\"}, rpc)" } }] }
}"#;
        let dashboard = Dashboard::read(text).expect("it is JSON").expect("it is a dashboard");
        let found: Vec<_> =
            dashboard.panels.iter().map(|it| (it.title.as_str(), it.expression.as_str(), it.at)).collect();
        assert_eq!(
            found,
            [("a", "up", Some((2, 63))), ("c", "x", Some((4, 70))), ("e", "z{a=\"b\"}", Some((7, 63)))]
        );
    }

    #[test]
    fn what_is_no_dashboard_is_left_out_and_what_is_no_json_has_a_place() {
        assert!(Dashboard::read("{}").expect("it is JSON").is_none());
        assert_eq!(Dashboard::read("{\n  panels").expect_err("it is none").0, 2);
    }
}
