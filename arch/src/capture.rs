//! Globs with captures: `services/{service}/Cargo.toml` finds services, `protos/**/{service}.proto` what one has.

use globset::{Glob, GlobBuilder, GlobMatcher};

/// A glob that finds the things of a kind by what it captures.
#[derive(Clone, Debug)]
pub(crate) struct Each {
    parts: Vec<Part>,
    names: Vec<String>,
}

/// One name of a path.
#[derive(Clone, Debug)]
enum Part {
    /// With or without `*`.
    Glob(GlobMatcher),
    /// What stands before and behind what is captured.
    Capture { before: String, after: String },
}

/// What was captured, in the order of the captures.
pub(crate) type Captured = Vec<String>;

impl Each {
    /// Reads a glob. Every name of the path is on its own: `**` does not stand in it.
    pub(crate) fn read(text: &str) -> Result<Each, String> {
        refuse_glob(text)?;
        let mut each = Each { parts: Vec::new(), names: Vec::new() };
        for part in text.split('/') {
            each.parts.push(match part.split_once('{') {
                _ if part == "**" => {
                    return Err("`**` does not stand here: say in which folder each one lies".to_owned());
                }
                None => Part::Glob(glob(part)?.compile_matcher()),
                Some((before, rest)) => {
                    let (name, after) = rest.split_once('}').unwrap_or((rest, ""));
                    if before.contains('*') || after.contains(['*', '{']) {
                        return Err(format!("`{part}` has more than one capture or wildcard in one name"));
                    }
                    if each.captures(name) {
                        return Err(format!("`{{{name}}}` is captured twice"));
                    }
                    each.names.push(name.to_owned());
                    Part::Capture { before: before.to_owned(), after: after.to_owned() }
                }
            });
        }
        match each.names.is_empty() {
            true => Err("it captures nothing: write `{NAME}` where the things differ".to_owned()),
            false => Ok(each),
        }
    }

    /// Whether there is a capture of this name.
    pub(crate) fn captures(&self, name: &str) -> bool {
        self.names.iter().any(|own| own == name)
    }

    /// What is captured of a path; none where the glob does not match it.
    pub(crate) fn of(&self, path: &str) -> Option<Captured> {
        let mut captured = Captured::new();
        let mut names = path.split('/');
        for part in &self.parts {
            let name = names.next()?;
            match part {
                Part::Glob(glob) if !glob.is_match(name) => return None,
                Part::Glob(_) => {}
                Part::Capture { before, after } => {
                    let value = name.strip_prefix(before.as_str())?.strip_suffix(after.as_str())?;
                    captured.push(Some(value).filter(|value| !value.is_empty())?.to_owned());
                }
            }
        }
        names.next().is_none().then_some(captured)
    }

    /// A text with what was captured in the place of the captures: as it is, and with `_` for `-` where that is
    /// something else.
    pub(crate) fn filled(&self, text: &str, captured: &Captured) -> Vec<String> {
        let fill = |value: &dyn Fn(&str) -> String| {
            let fill = |text: String, (name, captured): (&String, &String)| {
                text.replace(&format!("{{{name}}}"), &value(captured))
            };
            self.names.iter().zip(captured).fold(text.to_owned(), fill)
        };
        let mut filled = vec![fill(&str::to_owned), fill(&|value| value.replace('-', "_"))];
        filled.dedup();
        filled
    }
}

/// The names of the captures in a text.
pub(crate) fn names(text: &str) -> impl Iterator<Item = &str> {
    text.split('{').skip(1).filter_map(|rest| Some(rest.split_once('}')?.0))
}

/// Refuses what is no glob of paths below the root with captures.
pub(crate) fn refuse_glob(text: &str) -> Result<(), String> {
    let is_name = |name: &str| {
        !name.is_empty() && name.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
    };
    if text.contains(['[', ']', '?', '\\', '!']) {
        return Err("only `*`, `**` and `{NAME}` stand for something".to_owned());
    }
    if text.split('/').any(|part| matches!(part, "" | "." | "..") || part != "**" && part.contains("**")) {
        return Err("a path is names with `/` between them, from the root on".to_owned());
    }
    let open = text.matches('{').count();
    match open == text.matches('}').count() && names(text).count() == open && names(text).all(is_name) {
        true => Ok(()),
        false => Err("a capture is a word in braces: `{service}`".to_owned()),
    }
}

/// A glob without captures.
pub(crate) fn glob(text: &str) -> Result<Glob, String> {
    // What was captured is a name, whatever letters it has.
    let escaped: String = text
        .chars()
        .flat_map(|letter| "[]{}?!\\".contains(letter).then_some('\\').into_iter().chain([letter]))
        .collect();
    let glob = GlobBuilder::new(&escaped).literal_separator(true).backslash_escape(true).build();
    glob.map_err(|error| error.kind().to_string())
}

/// Whether a line says a text in which `*` stands for any text. Takes time in proportion to the line.
pub(crate) fn says(line: &str, text: &str) -> bool {
    let mut parts = text.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = line.strip_prefix(first) else { return false };
    let mut parts: Vec<&str> = parts.collect();
    let Some(last) = parts.pop() else { return rest.is_empty() };
    for part in parts {
        let Some(at) = rest.find(part) else { return false };
        rest = &rest[at + part.len()..];
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_gives_what_stands_in_the_place_of_the_captures() {
        let each = Each::read("services/{service}/Cargo.toml").expect("a glob");
        assert_eq!(each.of("services/night-owl/Cargo.toml"), Some(vec!["night-owl".to_owned()]));
        assert_eq!(each.of("services/a/b/Cargo.toml"), None);
        assert_eq!(each.of("services/Cargo.toml"), None);
        assert_eq!(each.of("services/a/Cargo.toml/b"), None);
        let two = Each::read("*/{team}/rank-{what}.yaml").expect("a glob");
        assert_eq!(two.of("x/red/rank-home.yaml"), Some(vec!["red".to_owned(), "home".to_owned()]));
        assert_eq!(two.of("x/red/rank-.yaml"), None);
        let filled = two.filled("{what}/{team}.md", &vec!["red-one".to_owned(), "a-b".to_owned()]);
        assert_eq!(filled, ["a-b/red-one.md", "a_b/red_one.md"]);
    }

    #[test]
    fn what_cannot_be_meant_is_refused() {
        for (text, part) in [
            ("services/*/Cargo.toml", "captures nothing"),
            ("**/{a}/x", "in which folder"),
            ("a/{a}*", "more than one"),
            ("a/{a}{b}", "more than one"),
            ("{a}/{a}", "twice"),
            ("a/{a", "word in braces"),
            ("a/}a{", "word in braces"),
            ("a/{a b}", "word in braces"),
            ("a/{a}/[x]", "stand for something"),
            ("/a/{a}", "from the root on"),
            ("../{a}", "from the root on"),
        ] {
            let error = Each::read(text).map(|_| ()).expect_err(text);
            assert!(error.contains(part), "{text}: {error}");
        }
    }

    #[test]
    fn a_name_that_was_captured_is_no_pattern() {
        let names = glob("a/[x]{y}?/*.md").expect("a glob").compile_matcher();
        assert!(names.is_match("a/[x]{y}?/b.md") && !names.is_match("a/xyz/b.md"));
    }

    #[test]
    fn a_line_says_a_text_with_anything_in_the_place_of_the_stars() {
        for (line, text, expected) in [
            ("/services/home/ @ranking", "/services/home/ @*", true),
            ("/services/home/", "/services/home/ @*", false),
            ("a b c", "a*c", true),
            ("a b c d", "a*c", false),
            ("abab", "ab*ab", true),
            ("ab", "ab*ab", false),
            ("abc", "abc", true),
            ("abcd", "abc", false),
            ("x", "*", true),
        ] {
            assert_eq!(says(line, text), expected, "{line} / {text}");
        }
    }
}
