//! Edits of a JSON file in its text: what stands around them keeps its order, its indentation and its line ends.

use std::ops::Range;

use serde_json::Value;

/// A JSON text, and where everything in it stands.
pub(super) struct Json<'t> {
    text: &'t str,
    root: Node,
}

/// A value with its place, in bytes.
#[derive(Clone, Debug)]
pub(super) struct Node {
    pub(super) at: Range<usize>,
    pub(super) kind: Kind,
}

#[derive(Clone, Debug)]
pub(super) enum Kind {
    Object(Vec<(String, Range<usize>, Node)>),
    List(Vec<Node>),
    Other,
}

/// A step towards a value.
#[derive(Clone, Copy, Debug)]
pub(super) enum Step<'a> {
    Key(&'a str),
    Item(usize),
}

/// What is wrong with a text, and where: line and column, counted from 1.
#[derive(Debug)]
pub(super) struct Fault {
    pub(super) line: usize,
    pub(super) column: usize,
    pub(super) message: String,
}

const BOM: &str = "\u{feff}";

impl<'t> Json<'t> {
    /// Reads strict JSON; a byte order mark in front is passed over.
    pub(super) fn read(text: &'t str) -> Result<Json<'t>, Fault> {
        let skipped = if text.starts_with(BOM) { BOM.len() } else { 0 };
        if let Err(error) = serde_json::from_str::<Value>(&text[skipped..]) {
            let (line, column) = (error.line(), error.column());
            let shown = text[skipped..].lines().nth(line.saturating_sub(1)).unwrap_or_default();
            let before: String = shown.chars().take(column).collect();
            let message = match before.trim_end().ends_with('/') || shown.trim_start().starts_with("//") {
                true => "there is a comment, and the client reads strict JSON: it would run none of its hooks; take comments out"
                    .to_owned(),
                false => format!("it is no JSON: {}", plain(&error.to_string())),
            };
            return Err(Fault { line, column: column.max(1), message });
        }
        let mut scanner = Scanner { bytes: text.as_bytes(), at: skipped };
        let json = Json { text, root: scanner.value() };
        match json.doubled(&json.root) {
            Some((key, at)) => Err(json.fault(at, format!("the key `{key}` stands there twice; leave one"))),
            None => Ok(json),
        }
    }

    /// The value at a path.
    pub(super) fn node(&self, path: &[Step<'_>]) -> Option<&Node> {
        path.iter().try_fold(&self.root, |node, step| match (step, &node.kind) {
            (Step::Key(key), Kind::Object(entries)) => {
                entries.iter().find(|(name, _, _)| name == key).map(|(_, _, value)| value)
            }
            (Step::Item(index), Kind::List(items)) => items.get(*index),
            _ => None,
        })
    }

    /// The value at a path, without its place.
    pub(super) fn value(&self, path: &[Step<'_>]) -> Option<Value> {
        serde_json::from_str(&self.text[self.node(path)?.at.clone()]).ok()
    }

    /// The text of a value.
    pub(super) fn written(&self, node: &Node) -> &'t str {
        &self.text[node.at.clone()]
    }

    pub(super) fn fault(&self, at: usize, message: String) -> Fault {
        let before = &self.text[..at];
        let line = before.matches('\n').count() + 1;
        let column =
            before.rsplit('\n').next().unwrap_or_default().trim_start_matches(BOM).chars().count() + 1;
        Fault { line, column, message }
    }

    /// The text with a value at the end of the object at a path.
    pub(super) fn with_entry(&self, object: &[Step<'_>], key: &str, value: &str) -> Option<String> {
        let node = self.node(object)?;
        let Kind::Object(entries) = &node.kind else { return None };
        let last = entries.last().map(|(_, key, value)| key.start..value.at.end);
        Some(self.with_last(node, last, &format!("{}: ", Value::from(key)), value))
    }

    /// The text with a value at the end of the list at a path.
    pub(super) fn with_item(&self, list: &[Step<'_>], value: &str) -> Option<String> {
        let node = self.node(list)?;
        let Kind::List(items) = &node.kind else { return None };
        Some(self.with_last(node, items.last().map(|item| item.at.clone()), "", value))
    }

    /// The text with another value at a path.
    pub(super) fn with_value(&self, path: &[Step<'_>], value: &str) -> Option<String> {
        let node = self.node(path)?;
        let indent = self.indent_of(node.at.start).to_owned();
        Some(self.spliced(node.at.clone(), &self.printed(value, &indent)))
    }

    /// The text without the entry or item at a path, and without the comma that it leaves.
    pub(super) fn without(&self, path: &[Step<'_>]) -> Option<String> {
        let (last, above) = path.split_last()?;
        let container = self.node(above)?;
        let places: Vec<Range<usize>> = match &container.kind {
            Kind::Object(entries) => entries.iter().map(|(_, key, value)| key.start..value.at.end).collect(),
            Kind::List(items) => items.iter().map(|item| item.at.clone()).collect(),
            Kind::Other => return None,
        };
        let index = match (last, &container.kind) {
            (Step::Key(key), Kind::Object(entries)) => entries.iter().position(|(name, _, _)| name == key)?,
            (Step::Item(index), Kind::List(_)) => *index,
            _ => return None,
        };
        let place = places.get(index)?;
        let range = match (index.checked_sub(1).map(|before| &places[before]), places.get(index + 1)) {
            (Some(before), _) => before.end..place.end,
            (None, Some(next)) => place.start..next.start,
            (None, None) => container.at.start + 1..container.at.end - 1,
        };
        Some(self.spliced(range, ""))
    }

    fn with_last(&self, container: &Node, last: Option<Range<usize>>, key: &str, value: &str) -> String {
        let own = self.indent_of(container.at.start).to_owned();
        let is_wide = self.written(container).contains('\n');
        match last {
            Some(last) if is_wide => {
                let indent = self.indent_of(last.start).to_owned();
                let new = format!(",{}{indent}{key}{}", self.line_end(), self.printed(value, &indent));
                self.spliced(last.end..last.end, &new)
            }
            Some(last) => self.spliced(last.end..last.end, &format!(", {key}{}", compact(value))),
            None if self.text.trim_end().contains('\n') || container.at == self.root.at => {
                let indent = format!("{own}{}", self.unit());
                let end = self.line_end();
                let new = format!("{end}{indent}{key}{}{end}{own}", self.printed(value, &indent));
                self.spliced(container.at.start + 1..container.at.end - 1, &new)
            }
            None => {
                let new = format!("{key}{}", compact(value));
                self.spliced(container.at.start + 1..container.at.end - 1, &new)
            }
        }
    }

    fn spliced(&self, range: Range<usize>, new: &str) -> String {
        format!("{}{new}{}", &self.text[..range.start], &self.text[range.end..])
    }

    /// A value over several lines, as this file is indented. The first line has no indentation.
    fn printed(&self, value: &str, indent: &str) -> String {
        let read = Json::read(value).map(|json| json.root.clone());
        let mut out = String::new();
        match read {
            Ok(node) => print(&node, value, indent, self.unit(), self.line_end(), &mut out),
            Err(_) => out.push_str(value),
        }
        out
    }

    fn line_end(&self) -> &'static str {
        if self.text.contains("\r\n") { "\r\n" } else { "\n" }
    }

    /// One step of indentation: what the first indented line begins with.
    fn unit(&self) -> &str {
        let blank = |line: &'t str| &line[..line.len() - line.trim_start_matches([' ', '\t']).len()];
        self.text.lines().map(blank).find(|blank| !blank.is_empty()).unwrap_or("  ")
    }

    /// The indentation of the line that a place is in.
    fn indent_of(&self, at: usize) -> &str {
        let from = self.text[..at].rfind('\n').map_or(0, |end| end + 1);
        let line = self.text[from..].trim_start_matches(BOM);
        &line[..line.len() - line.trim_start_matches([' ', '\t']).len()]
    }

    fn doubled(&self, node: &Node) -> Option<(String, usize)> {
        match &node.kind {
            Kind::Object(entries) => entries.iter().enumerate().find_map(|(index, (key, at, value))| {
                let again = entries[..index].iter().any(|(other, _, _)| other == key);
                if again { Some((key.clone(), at.start)) } else { self.doubled(value) }
            }),
            Kind::List(items) => items.iter().find_map(|item| self.doubled(item)),
            Kind::Other => None,
        }
    }
}

/// Without the place that the reader adds.
fn plain(message: &str) -> &str {
    message.split(" at line ").next().unwrap_or(message)
}

/// A value on one line.
fn compact(value: &str) -> String {
    let Ok(json) = Json::read(value) else { return value.to_owned() };
    fn print(node: &Node, text: &str, out: &mut String) {
        let mut comma = "";
        match &node.kind {
            Kind::Other => out.push_str(&text[node.at.clone()]),
            Kind::List(items) => {
                out.push('[');
                for item in items {
                    out.push_str(comma);
                    print(item, text, out);
                    comma = ", ";
                }
                out.push(']');
            }
            Kind::Object(entries) => {
                out.push_str("{ ");
                for (_, key, value) in entries {
                    out.push_str(comma);
                    out.push_str(&format!("{}: ", &text[key.clone()]));
                    print(value, text, out);
                    comma = ", ";
                }
                out.push_str(" }");
            }
        }
    }
    let mut out = String::new();
    print(&json.root, value, &mut out);
    out
}

fn print(node: &Node, text: &str, indent: &str, unit: &str, end: &str, out: &mut String) {
    let deeper = format!("{indent}{unit}");
    let mut comma = "";
    match &node.kind {
        Kind::Other => out.push_str(&text[node.at.clone()]),
        Kind::List(items) if items.is_empty() => out.push_str("[]"),
        Kind::Object(entries) if entries.is_empty() => out.push_str("{}"),
        Kind::List(items) => {
            out.push('[');
            for item in items {
                out.push_str(&format!("{comma}{end}{deeper}"));
                print(item, text, &deeper, unit, end, out);
                comma = ",";
            }
            out.push_str(&format!("{end}{indent}]"));
        }
        Kind::Object(entries) => {
            out.push('{');
            for (_, key, value) in entries {
                out.push_str(&format!("{comma}{end}{deeper}{}: ", &text[key.clone()]));
                print(value, text, &deeper, unit, end, out);
                comma = ",";
            }
            out.push_str(&format!("{end}{indent}}}"));
        }
    }
}

/// Walks over text that is known to be JSON.
struct Scanner<'t> {
    bytes: &'t [u8],
    at: usize,
}

impl Scanner<'_> {
    fn value(&mut self) -> Node {
        self.skip_blank();
        let start = self.at;
        let kind = match self.peek() {
            b'{' => Kind::Object(self.entries()),
            b'[' => Kind::List(self.items()),
            b'"' => {
                self.string();
                Kind::Other
            }
            _ => {
                while !matches!(self.peek(), b',' | b']' | b'}' | b' ' | b'\t' | b'\r' | b'\n' | 0) {
                    self.at += 1;
                }
                Kind::Other
            }
        };
        Node { at: start..self.at, kind }
    }

    fn entries(&mut self) -> Vec<(String, Range<usize>, Node)> {
        let mut entries = Vec::new();
        self.at += 1;
        while self.goes_on(b'}') {
            let key = self.string();
            let name = serde_json::from_slice(&self.bytes[key.clone()]).unwrap_or_default();
            self.skip_blank();
            self.at += 1;
            entries.push((name, key, self.value()));
        }
        entries
    }

    fn items(&mut self) -> Vec<Node> {
        let mut items = Vec::new();
        self.at += 1;
        while self.goes_on(b']') {
            items.push(self.value());
        }
        items
    }

    /// Steps over a comma, or over the end.
    fn goes_on(&mut self, end: u8) -> bool {
        self.skip_blank();
        if self.peek() == b',' {
            self.at += 1;
            self.skip_blank();
        }
        let ends = self.peek() == end || self.peek() == 0;
        self.at += usize::from(ends);
        !ends
    }

    fn string(&mut self) -> Range<usize> {
        let start = self.at;
        self.at += 1;
        while !matches!(self.peek(), b'"' | 0) {
            self.at += if self.peek() == b'\\' { 2 } else { 1 };
        }
        self.at += 1;
        start..self.at
    }

    fn skip_blank(&mut self) {
        while matches!(self.peek(), b' ' | b'\t' | b'\r' | b'\n') {
            self.at += 1;
        }
    }

    fn peek(&self) -> u8 {
        self.bytes.get(self.at).copied().unwrap_or(0)
    }
}
