//! Attributes as the policy writes them: `must_use`, `derive(serde::Deserialize)`, `serde(deny_unknown_fields)`.

use source::Attribute;

use crate::path::Pattern;

/// An attribute as the policy writes it.
#[derive(Clone, Debug)]
pub(crate) struct Form {
    text: String,
    what: What,
}

#[derive(Clone, Debug)]
enum What {
    /// A trait in a `derive`; any, without one.
    Derived(Option<Pattern>),
    /// Another attribute, and an argument of it.
    Attribute { path: Pattern, argument: Option<String> },
}

/// Derives that need no import, and where their traits are.
const BUILT_IN: [(&str, &str); 9] = [
    ("Clone", "std::clone::Clone"),
    ("Copy", "std::marker::Copy"),
    ("Debug", "std::fmt::Debug"),
    ("Default", "std::default::Default"),
    ("Eq", "std::cmp::Eq"),
    ("Hash", "std::hash::Hash"),
    ("Ord", "std::cmp::Ord"),
    ("PartialEq", "std::cmp::PartialEq"),
    ("PartialOrd", "std::cmp::PartialOrd"),
];

impl Form {
    /// Reads an attribute; the error says what is wrong with it.
    pub(crate) fn read(text: &str) -> Result<Form, String> {
        const SHAPE: &str =
            "an attribute is a path, and in brackets one argument: `serde(deny_unknown_fields)`";
        let text = text.trim();
        let (path, argument) = match text.split_once('(') {
            Some((path, rest)) => {
                let argument = rest.strip_suffix(')').ok_or(SHAPE)?;
                let argument: String = argument.split_whitespace().collect();
                if argument.is_empty() {
                    return Err(SHAPE.to_owned());
                }
                (path.trim_end(), Some(argument))
            }
            None => (text, None),
        };
        let pattern = |path: &str| Pattern::read(path).map_err(|_| SHAPE.to_owned());
        let what = match (path, argument) {
            ("derive", None) => What::Derived(None),
            ("derive", Some(name)) => {
                let built_in = BUILT_IN.iter().find(|(short, _)| *short == name);
                let path = built_in.map_or(name.as_str(), |(_, path)| path);
                if !path.contains("::") {
                    return Err(format!(
                        "the trait `{path}` needs its path, as in `derive(serde::Deserialize)`"
                    ));
                }
                What::Derived(Some(pattern(path)?))
            }
            ("cfg" | "cfg_attr" | "doc", _) => {
                return Err(format!(
                    "`{path}` says when something is there or what it is for; it is not looked at"
                ));
            }
            (path, argument) => What::Attribute { path: pattern(path)?, argument },
        };
        Ok(Form { text: text.to_owned(), what })
    }

    /// Reads every attribute of a list that was read before, when the policy was.
    pub(crate) fn read_all(texts: &[String]) -> Vec<Form> {
        texts.iter().filter_map(|text| Form::read(text).ok()).collect()
    }

    /// As the policy writes it.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// Whether an attribute is one of these.
    pub(crate) fn is(&self, attribute: &Attribute<'_>) -> bool {
        match &self.what {
            What::Derived(path) => {
                let is_trait = |path: &Pattern| path.names(&attribute.canonical);
                attribute.derived && path.as_ref().is_none_or(is_trait)
            }
            What::Attribute { path, argument } => {
                let named = path.names(&attribute.canonical) || path.names(&attribute.written);
                let has =
                    |argument: &String| attribute.arguments.iter().any(|other| is_argument(argument, other));
                !attribute.derived && named && argument.as_ref().is_none_or(has)
            }
        }
    }
}

/// Whether an argument is what the policy writes, or begins with that word: `rename_all = "lowercase"`.
fn is_argument(written: &str, argument: &str) -> bool {
    let rest = argument.strip_prefix(written);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['=', '(']))
}
