//! A lock as text: the same lock gives the same bytes.

use std::collections::BTreeMap;
use std::fmt::{self, Write as _};

use serde_json::Value;

use super::lock::{Dimension, Feature, FeaturesLock, Format, Tensor, VERSION, Vocabulary};

impl FeaturesLock {
    /// The file's text. The same lock gives the same bytes.
    pub fn text(&self) -> String {
        let mut text = String::from(
            "# Written by `cargo xtask contracts lock`: what the artefact says of itself. Not edited by hand.\n",
        );
        let mut line = |words: fmt::Arguments<'_>| {
            text.write_fmt(words).and_then(|()| text.write_char('\n')).unwrap_or_default();
        };
        line(format_args!("features-lock: {VERSION}"));
        line(format_args!("artefact: {}", quoted(&self.artefact)));
        line(format_args!("format: {}", self.format.name()));
        line(format_args!("sha256: {}", self.sha256));
        for (file, digest) in head(&mut line, "external", &self.external) {
            line(format_args!("  {}: {digest}", quoted(file)));
        }
        for (domain, version) in head(&mut line, "opsets", &self.opsets) {
            line(format_args!("  {}: {version}", quoted(domain)));
        }
        if let Some(knows) = self.knows_nan {
            line(format_args!("knows_nan: {knows}"));
        }
        for (side, tensors) in [("inputs", &self.inputs), ("outputs", &self.outputs)] {
            if !tensors.is_empty() {
                line(format_args!("{side}:"));
            }
            for Tensor { name, dtype, shape } in tensors {
                let shape: Vec<String> = shape.iter().map(Dimension::text).collect();
                let shape = shape.join(", ");
                line(format_args!("- {{ name: {}, dtype: {dtype}, shape: [{shape}] }}", quoted(name)));
            }
        }
        for (key, number) in [("columns", self.columns), ("scores", self.scores)] {
            if let Some(number) = number {
                line(format_args!("{key}: {number}"));
            }
        }
        if !self.features.is_empty() {
            line(format_args!("features:"));
        }
        for feature in &self.features {
            line(format_args!("- {{ {} }}", feature.text()));
        }
        text
    }
}

/// The line above a map, and its entries.
fn head<'m, V, L: FnMut(fmt::Arguments<'_>)>(
    line: &mut L,
    key: &str,
    map: &'m BTreeMap<String, V>,
) -> impl Iterator<Item = (&'m String, &'m V)> + use<'m, V, L> {
    if !map.is_empty() {
        line(format_args!("{key}:"));
    }
    map.iter()
}

impl Format {
    fn name(self) -> &'static str {
        match self {
            Format::Onnx => "onnx",
            Format::Lightgbm => "lightgbm",
        }
    }
}

impl Dimension {
    fn text(&self) -> String {
        match self {
            Dimension::Fixed(size) => size.to_string(),
            Dimension::Named(name) => quoted(name),
        }
    }
}

impl Feature {
    fn text(&self) -> String {
        let mut text = format!("name: {}, dtype: {}", quoted(&self.name), self.dtype);
        if let Some((least, most)) = self.range {
            text.push_str(&format!(", range: [{}, {}]", number(least), number(most)));
        }
        match &self.vocabulary {
            Some(Vocabulary::All(all)) => {
                let all: Vec<String> = all.iter().map(Value::to_string).collect();
                text.push_str(&format!(", vocabulary: [{}]", all.join(", ")));
            }
            Some(Vocabulary::Digest { count, sha256 }) => {
                text.push_str(&format!(", vocabulary: {{ count: {count}, sha256: {sha256} }}"));
            }
            None => {}
        }
        if let Some(missing) = self.missing {
            text.push_str(&format!(", missing: {}", missing.name()));
        }
        text
    }
}

/// A number as YAML reads it back, to the last bit.
fn number(value: f64) -> String {
    match value {
        f64::INFINITY => ".inf".to_owned(),
        f64::NEG_INFINITY => "-.inf".to_owned(),
        // With its sign and its point: `1.0`, not `1`.
        value => format!("{value:?}"),
    }
}

/// A text as YAML reads it back: plain where that is safe, else as JSON has it.
fn quoted(text: &str) -> String {
    const WORDS: [&str; 9] = ["true", "false", "null", "yes", "no", "on", "off", "y", "n"];
    let plain = text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '/'))
        && !WORDS.contains(&text.to_ascii_lowercase().as_str());
    if plain { text.to_owned() } else { Value::from(text).to_string() }
}
