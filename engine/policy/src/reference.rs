//! The reference of every key of `gatefold.yaml`, written from the schema.

use crate::schema::{Direction, Key, Schema};
use crate::settings;

/// The reference as Markdown: each key with its shape, its default, what loosens it, and its documentation.
pub fn reference(schema: &Schema) -> String {
    let mut text = "<!-- Written by cargo xtask docs from the schema of the policy. Edit the schema instead. -->\n\n\
                    # gatefold.yaml\n\n\
                    Every key that the policy may have; any other is refused. An empty file is a policy too. The policy \
                    of the base judges a change: what tightens takes effect at once, what loosens only with an \
                    approval.\n\n\
                    ## Top level\n"
        .to_owned();
    text.extend(settings::KEYS.iter().map(|key| entry("", key)));
    for section in schema.sections {
        text.push_str(&format!("\n## {}\n", section.name));
        text.extend(section.keys.iter().map(|key| entry(section.name, key)));
    }
    text
}

fn entry(section: &str, key: &Key) -> String {
    let path = if section.is_empty() { key.path.to_owned() } else { format!("{section}.{}", key.path) };
    format!(
        "\n### `{path}`\n\n{}\n\n- Shape: {}\n- Default: {}\n- Direction: {}\n",
        key.docs.trim(),
        key.shape,
        code(key.default),
        key.direction.in_words(),
    )
}

/// A default as code, where it is a value, and as words, where it is a description.
fn code(default: &str) -> String {
    match default {
        "" | "none" | "nothing" | "empty" => "none".to_owned(),
        words if words.contains(' ') && !words.starts_with(['[', '{', '"']) => words.to_owned(),
        value => format!("`{value}`"),
    }
}

impl Direction {
    /// What the direction means, as a clause.
    pub fn in_words(self) -> String {
        match self {
            Direction::MoreLoosens => "one more entry loosens".to_owned(),
            Direction::AllowList => {
                "one more entry loosens; the list itself, where there was none, tightens".to_owned()
            }
            Direction::MoreTightens => "one entry less loosens".to_owned(),
            Direction::WiderTightens => "one entry less loosens, unless another one covers it".to_owned(),
            Direction::WiderLoosens => {
                "one more entry loosens, unless one that was there covers it".to_owned()
            }
            Direction::Joins => "one more entry joins what is there, one less loosens".to_owned(),
            Direction::HigherLoosens => "a higher value loosens".to_owned(),
            Direction::LowerLoosens => "a lower value loosens".to_owned(),
            Direction::TrueLoosens => "`true` loosens".to_owned(),
            Direction::FalseLoosens => "`false` loosens".to_owned(),
            Direction::LevelOrder => "a lower level loosens: `error`, `warning`, `note`, `off`".to_owned(),
            Direction::Words(words) => {
                let words: Vec<_> = words.iter().map(|word| format!("`{word}`")).collect();
                format!("from strict to loose: {}", words.join(", "))
            }
            Direction::Order => "another order loosens".to_owned(),
            Direction::AnyChangeLoosens => "any change loosens".to_owned(),
            Direction::Free => "free".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Document, PolicyError, Section};

    fn nothing_to_say(_: &Document) -> Result<(), PolicyError> {
        Ok(())
    }

    static SCHEMA: Schema = Schema {
        sections: &[Section {
            name: "arch",
            keys: &[Key::new(
                "layers[].members[]",
                "list of globs",
                "[]",
                Direction::Joins,
                "The crates of a layer.",
            )],
            check: nothing_to_say,
        }],
    };

    #[test]
    fn every_key_is_in_the_reference() {
        let text = reference(&SCHEMA);
        let expected = "\n## arch\n\n### `arch.layers[].members[]`\n\nThe crates of a layer.\n\n- Shape: list of globs\n\
                        - Default: `[]`\n- Direction: one more entry joins what is there, one less loosens\n";
        assert!(text.ends_with(expected), "{text}");
        for key in settings::KEYS {
            assert!(text.contains(&format!("### `{}`\n", key.path)), "{}", key.path);
        }
    }

    #[test]
    fn the_documentation_of_the_top_level_is_sentences() {
        for key in settings::KEYS {
            let starts = key.docs.starts_with(|letter: char| letter.is_uppercase() || letter == '`');
            assert!(starts && key.docs.ends_with('.'), "{}: {}", key.path, key.docs);
        }
    }
}
