//! Paths of crates, modules and items with `::` between their names, and patterns of them.

use globset::{Glob, GlobBuilder, GlobMatcher};

use crate::Error;

/// A pattern of paths: names in which `*` and `**` stand for others.
///
/// Packages have `-` in their names where code writes `_`; the two are the same here.
#[derive(Clone, Debug)]
pub(crate) struct Pattern {
    text: String,
    what: What,
    /// Stands for what a module holds itself, without the modules below it.
    own: bool,
}

#[derive(Clone, Debug)]
enum What {
    /// The names, where there is no wildcard among them. Most are such, and a matcher takes long to build.
    Names(Vec<String>),
    Glob(GlobMatcher),
}

impl Pattern {
    /// Reads a pattern.
    pub(crate) fn read(text: &str) -> Result<Pattern, Error> {
        let refuse = |reason: &str| Error::Pattern { pattern: text.to_owned(), reason: reason.to_owned() };
        // What a path stands for lies below it anyway.
        let path = text.strip_suffix("::**").unwrap_or(text);
        let (path, own) = match path.strip_suffix("::self") {
            Some(module) => (module, true),
            None => (path, false),
        };
        let is_name = |name: &str| {
            !name.is_empty()
                && name.chars().all(|letter| letter.is_alphanumeric() || "_-*".contains(letter))
                && (name == "**" || !name.contains("**"))
        };
        if !path.split("::").all(is_name) {
            return Err(refuse("a path is names with `::` between them, in which `*` may stand for others"));
        }
        if path.starts_with('*') && path.trim_matches(['*', ':']).is_empty() && path.contains("**") {
            return Err(refuse("it stands for everything; name what is meant"));
        }
        let what = if path.contains('*') {
            let slashed = slashed(path);
            let glob: Glob = GlobBuilder::new(&slashed)
                .literal_separator(true)
                .build()
                .map_err(|error| refuse(&error.kind().to_string()))?;
            What::Glob(glob.compile_matcher())
        } else {
            What::Names(path.split("::").map(str::to_owned).collect())
        };
        Ok(Pattern { text: text.to_owned(), what, own })
    }

    /// Reads every pattern of a list.
    pub(crate) fn read_all(texts: &[String]) -> Result<Vec<Pattern>, Error> {
        texts.iter().map(|text| Pattern::read(text)).collect()
    }

    /// The first name where it is no wildcard, with `_`.
    pub(crate) fn first(&self) -> Option<String> {
        let first = self.text.split("::").next().unwrap_or_default().replace('-', "_");
        (!first.contains('*')).then_some(first)
    }

    /// Whether it names a whole crate.
    pub(crate) fn is_crate(&self) -> bool {
        !self.own && !self.text.strip_suffix("::**").unwrap_or(&self.text).contains("::")
    }

    /// Whether it may mean something in a crate, or the crate itself.
    pub(crate) fn may_be_in(&self, package: &str) -> bool {
        let first = self.text.split("::").next().unwrap_or_default();
        first == "**" || Pattern::read(first).is_ok_and(|first| first.names(package))
    }

    /// Whether it means what a module holds itself.
    pub(crate) fn is_own(&self) -> bool {
        self.own
    }

    /// Whether it means exactly this path, not one above it.
    pub(crate) fn names(&self, path: &str) -> bool {
        match &self.what {
            What::Names(names) => {
                beginning(names, path).is_some_and(|beginning| beginning.len() == path.len())
            }
            What::Glob(glob) => glob.is_match(slashed(path)),
        }
    }

    /// The shortest beginning of the path that the pattern means, if any: a pattern stands for what it names and
    /// everything below.
    pub(crate) fn covers<'p>(&self, path: &'p str) -> Option<&'p str> {
        match &self.what {
            _ if self.own => self.names(path).then_some(path),
            What::Names(names) => beginning(names, path),
            What::Glob(_) => beginnings(path).find(|beginning| self.names(beginning)),
        }
    }
}

/// The beginning of a path that some names are.
fn beginning<'p>(names: &[String], path: &'p str) -> Option<&'p str> {
    let letter = |letter: u8| if letter == b'-' { b'_' } else { letter };
    let mut rest = path;
    for (index, name) in names.iter().enumerate() {
        if index > 0 {
            rest = rest.strip_prefix("::")?;
        }
        let (own, behind) = rest.split_at_checked(name.len())?;
        let is_whole = behind.is_empty() || behind.starts_with("::");
        if !is_whole || !own.bytes().map(letter).eq(name.bytes().map(letter)) {
            return None;
        }
        rest = behind;
    }
    Some(&path[..path.len() - rest.len()])
}

/// `a`, `a::b` and `a::b::c` of `a::b::c`.
pub(crate) fn beginnings(path: &str) -> impl Iterator<Item = &str> {
    path.match_indices("::").map(|(at, _)| &path[..at]).chain(std::iter::once(path))
}

/// Whether a path is another one, or lies below it.
pub(crate) fn is_below(path: &str, above: &str) -> bool {
    path.strip_prefix(above).is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
}

/// The path of a name below another path.
pub(crate) fn join(above: &str, name: &str) -> String {
    format!("{above}::{name}")
}

fn slashed(path: &str) -> String {
    path.replace("::", "/").replace('-', "_")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(pattern: &str, path: &str, covered: Option<&str>) {
        let pattern = Pattern::read(pattern).expect("a pattern");
        assert_eq!(pattern.covers(path), covered, "{} over {path}", pattern.text);
    }

    #[test]
    fn a_pattern_stands_for_what_it_names_and_everything_below() {
        check("redb", "redb", Some("redb"));
        check("redb::**", "redb", Some("redb"));
        check("redb::**", "redb::Database::open", Some("redb"));
        check("redb", "redb_more::Database", None);
        check("std::process::exit", "std::process::exit", Some("std::process::exit"));
        check("std::process::exit", "std::process", None);
        check("app::*::port", "app::store::port::Port", Some("app::store::port"));
        check("app::**::port", "app::a::b::port", Some("app::a::b::port"));
        check("gatefold-*", "gatefold-lints::rules", Some("gatefold-lints"));
        check("app::features::*", "app::features", None);
    }

    #[test]
    fn packages_and_their_names_in_code_are_the_same() {
        check("now-playing::main", "now_playing::main::run", Some("now_playing::main"));
        check("now_playing", "now-playing::main", Some("now-playing"));
    }

    #[test]
    fn self_stands_for_what_a_module_holds_itself() {
        check("app::self", "app", Some("app"));
        check("app::self", "app::domain", None);
    }

    #[test]
    fn what_is_no_path_is_refused() {
        for text in ["", "a::", "::a", "a b", "a/b", "**", "**::*", "a::b**", "a:b", "{a,b}"] {
            assert!(Pattern::read(text).is_err(), "{text}");
        }
    }
}
