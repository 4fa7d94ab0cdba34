//! The name of a service or a workspace, in every casing.

use heck::{ToKebabCase, ToLowerCamelCase, ToShoutySnakeCase, ToSnakeCase, ToTitleCase, ToUpperCamelCase};

/// The most letters that a name may have.
const LONGEST: usize = 40;

/// A name in kebab-case, `night-owl`, which reads the same whichever casing it went through.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Name(String);

impl Name {
    /// Reads a name.
    ///
    /// # Errors
    /// What is wrong with it, and what to do.
    pub(crate) fn read(text: &str) -> Result<Name, String> {
        let wrong = |why: &str| Err(format!("`{text}` is no name: {why}"));
        let suggestion = text.to_kebab_case();
        if text.is_empty() {
            return Err("the name is empty; write one such as `night-owl`".to_owned());
        }
        if text.chars().count() > LONGEST {
            return wrong(&format!("it has more than {LONGEST} letters"));
        }
        if !text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-') {
            return match suggestion != text && is_kebab(&suggestion) {
                true => wrong(&format!("write it in kebab-case, `{suggestion}`")),
                false => wrong("use the letters a to z, digits, and `-` between words"),
            };
        }
        if !is_kebab(text) {
            return wrong("every word begins with a letter, and one `-` stands between two words");
        }
        let name = Name(text.to_owned());
        // The compiler of protos derives module names from the service's; code that is stamped must meet them.
        if name.pascal().to_snake_case() != name.snake() {
            return wrong(&format!(
                "from `{}` the compiler of protos makes `{}`; write it as `{}`",
                name.pascal(),
                name.pascal().to_snake_case(),
                name.pascal().to_kebab_case()
            ));
        }
        if KEYWORDS.contains(&name.snake().as_str()) {
            return wrong("it is a word of Rust");
        }
        if CRATES.contains(&name.snake().as_str()) {
            return wrong("a crate or a folder of Cargo has this name");
        }
        let device = text.strip_suffix(|last: char| last.is_ascii_digit()).unwrap_or(text);
        if DEVICES.contains(&text) || (device != text && matches!(device, "com" | "lpt")) {
            return wrong("Windows keeps it for a device");
        }
        Ok(name)
    }

    /// `night-owl`: packages, folders, labels.
    pub(crate) fn kebab(&self) -> &str {
        &self.0
    }

    /// `night_owl`: crates in code, protos, metrics.
    pub(crate) fn snake(&self) -> String {
        self.0.to_snake_case()
    }

    /// `NightOwl`: types, services of protos, alerts.
    pub(crate) fn pascal(&self) -> String {
        self.0.to_upper_camel_case()
    }

    /// `nightOwl`: fields in JSON.
    pub(crate) fn camel(&self) -> String {
        self.0.to_lower_camel_case()
    }

    /// `NIGHT_OWL`: constants, variables of the environment.
    pub(crate) fn screaming(&self) -> String {
        self.0.to_shouty_snake_case()
    }

    /// `Night Owl`: headings and prose.
    pub(crate) fn title(&self) -> String {
        self.0.to_title_case()
    }

    /// Whether another name means the same file on a disk that knows no case, or the same crate in code.
    pub(crate) fn clashes(&self, other: &str) -> bool {
        other.to_lowercase().replace('_', "-") == self.0
    }
}

fn is_kebab(text: &str) -> bool {
    text.split('-').all(|word| word.starts_with(|first: char| first.is_ascii_lowercase()))
        && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

/// Strict, reserved and weak keywords of Rust, all editions.
const KEYWORDS: &[&str] = &[
    "abstract",
    "as",
    "async",
    "auto",
    "await",
    "become",
    "box",
    "break",
    "const",
    "continue",
    "crate",
    "default",
    "do",
    "dyn",
    "else",
    "enum",
    "extern",
    "false",
    "final",
    "fn",
    "for",
    "gen",
    "if",
    "impl",
    "in",
    "let",
    "loop",
    "macro",
    "macro_rules",
    "match",
    "mod",
    "move",
    "mut",
    "override",
    "priv",
    "pub",
    "raw",
    "ref",
    "return",
    "safe",
    "self",
    "static",
    "struct",
    "super",
    "trait",
    "true",
    "try",
    "type",
    "typeof",
    "union",
    "unsafe",
    "unsized",
    "use",
    "virtual",
    "where",
    "while",
    "yield",
];

/// Crates that are always there, and folders that Cargo writes beside binaries.
const CRATES: &[&str] = &[
    "alloc",
    "bench",
    "build",
    "core",
    "deps",
    "examples",
    "incremental",
    "main",
    "proc_macro",
    "rustc",
    "std",
    "test",
    "tests",
];

const DEVICES: &[&str] = &["aux", "con", "nul", "prn"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_every_casing() {
        let name = Name::read("night-owl2").expect("a name");
        assert_eq!(name.snake(), "night_owl2");
        assert_eq!(name.pascal(), "NightOwl2");
        assert_eq!(name.camel(), "nightOwl2");
        assert_eq!(name.screaming(), "NIGHT_OWL2");
        assert_eq!(name.title(), "Night Owl2");
        assert!(name.clashes("Night_Owl2") && !name.clashes("night-owl"));
    }

    #[test]
    fn names_that_people_choose_are_names() {
        for text in
            ["home", "now-playing", "x-ray", "plan-b", "v2-home", "top10", "mould-maker", "radio", "a"]
        {
            assert!(Name::read(text).is_ok(), "{text}");
        }
    }

    #[test]
    fn what_cannot_be_a_name_is_refused_with_what_to_do() {
        for (text, says) in [
            ("", "is empty"),
            ("NightOwl", "`night-owl`"),
            ("night_owl", "`night-owl`"),
            ("Night Owl", "`night-owl`"),
            ("nachtkäuzchen", "a to z"),
            ("../escape", "`escape`"),
            ("/", "a to z"),
            ("2nd", "begins with a letter"),
            ("top-10", "begins with a letter"),
            ("-owl", "begins with a letter"),
            ("owl-", "begins with a letter"),
            ("night--owl", "begins with a letter"),
            ("a-b", "`ab`"),
            ("async", "a word of Rust"),
            ("test", "a crate or a folder"),
            ("proc-macro", "a crate or a folder"),
            ("nul", "Windows"),
            ("com1", "Windows"),
            (&"a".repeat(41), "more than 40"),
        ] {
            let refusal = Name::read(text).expect_err(text);
            assert!(refusal.contains(says), "{text}: {refusal}");
        }
    }
}
