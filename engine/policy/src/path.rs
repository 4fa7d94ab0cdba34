//! The path of a value in a document: `arch.layers[2].members[0]`.

use std::fmt;

/// One step down from a value.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Step {
    /// To the value of a key.
    Key(String),
    /// To an item of a list, counted from 0.
    Item(usize),
}

/// A path from the root of a document. Keys that are more than words are written `["so.so"]`.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Path(pub(crate) Vec<Step>);

impl Path {
    /// The path that `text` writes; `None` where it writes none.
    pub(crate) fn parse(text: &str) -> Option<Path> {
        let mut steps = Vec::new();
        let mut rest = text;
        while !rest.is_empty() {
            if let Some(quoted) = rest.strip_prefix("[\"") {
                let (key, after) = quoted.split_once("\"]")?;
                steps.push(Step::Key(key.to_owned()));
                rest = after;
            } else if let Some(indexed) = rest.strip_prefix('[') {
                let (index, after) = indexed.split_once(']')?;
                steps.push(Step::Item(index.parse().ok()?));
                rest = after;
            } else {
                let word = rest.strip_prefix('.').unwrap_or(rest);
                let end = word.find(['.', '[']).unwrap_or(word.len());
                if end == 0 {
                    return None;
                }
                steps.push(Step::Key(word[..end].to_owned()));
                rest = &word[end..];
            }
        }
        Some(Path(steps))
    }

    /// The path of a key below this one.
    pub(crate) fn key(&self, key: &str) -> Path {
        self.with(Step::Key(key.to_owned()))
    }

    /// The path of an item below this one.
    pub(crate) fn item(&self, index: usize) -> Path {
        self.with(Step::Item(index))
    }

    fn with(&self, step: Step) -> Path {
        let mut steps = self.0.clone();
        steps.push(step);
        Path(steps)
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, step) in self.0.iter().enumerate() {
            match step {
                Step::Item(index) => write!(f, "[{index}]")?,
                Step::Key(key) if key.is_empty() || key.contains(['.', '[', ']', '"']) => {
                    write!(f, "[\"{key}\"]")?;
                }
                Step::Key(key) if position == 0 => f.write_str(key)?,
                Step::Key(key) => write!(f, ".{key}")?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_reads_back_as_it_is_written() {
        for text in ["arch", "arch.layers[2].members[0]", "levels[\"a.b\"].c", "[3][4]", ""] {
            let path = Path::parse(text).unwrap_or_else(|| panic!("{text} is a path"));
            assert_eq!(path.to_string(), text);
        }
        for text in ["a..b", "a[x]", "a[1", "a[\"b"] {
            assert_eq!(Path::parse(text), None, "{text}");
        }
    }
}
