//! Patterns of canonical paths, attributes, packages and places, as globs over texts with `/` between the names.

use super::decided::Kind;

/// What a pattern is matched with.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Globs {
    /// Methods by their name, of whatever type.
    Method(String),
    /// The paths, attributes or packages of its kind.
    Whole(Vec<String>),
}

/// Reads a pattern of a kind.
///
/// # Errors
/// What is wrong with it, and what is expected.
pub(super) fn read(kind: Kind, text: &str) -> Result<Globs, String> {
    match kind {
        Kind::Call => match text.strip_prefix('.') {
            Some(name) => name_of(name).map(Globs::Method),
            None => path(text).map(|path| Globs::Whole(vec![by_name(path)])),
        },
        Kind::Path => path(text).map(|path| {
            let path = path.strip_suffix("/**").map(str::to_owned).unwrap_or(path);
            let below = format!("{path}/**");
            Globs::Whole(vec![path, below])
        }),
        Kind::Macro => {
            path(text.strip_suffix('!').unwrap_or(text)).map(|path| Globs::Whole(vec![by_name(path)]))
        }
        Kind::Attribute => attribute(text).map(|glob| Globs::Whole(vec![glob])),
        Kind::Dependency(_) => package(text).map(|glob| Globs::Whole(vec![glob])),
    }
}

/// The names of a function, or of its type or trait and its own.
pub(super) fn function(text: &str) -> Result<String, String> {
    let path = path_of(text)?;
    match path.matches('/').count() {
        0 => Ok(format!("**/{path}")),
        1 => Ok(path),
        _ => Err("expected the name of a function, or that of its type or trait with its own: `*Handler::*`"
            .to_owned()),
    }
}

/// Where something stands.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Place {
    Everywhere,
    /// A glob of files.
    Files(String),
    /// A crate or module, and what is below.
    Modules([String; 2]),
}

/// Reads an entry of `within` or `except`. One with a `/` or a `.` in it is a glob of files.
pub(super) fn place(text: &str) -> Result<Place, String> {
    if text == "**" {
        return Ok(Place::Everywhere);
    }
    if text.contains(['/', '.']) {
        super::set::glob(text).map_err(|error| error.kind().to_string())?;
        return Ok(Place::Files(text.to_owned()));
    }
    let path = path_of(text).map_err(|_| {
        "expected a crate or module such as `home::stages`, a glob of files such as `services/*/src/**`, or `**`"
            .to_owned()
    })?;
    let path = path.strip_suffix("/**").map(str::to_owned).unwrap_or(path);
    let below = format!("{path}/**");
    Ok(Place::Modules([path, below]))
}

/// A canonical path as patterns are matched with it.
pub(super) fn slashed(path: &str) -> String {
    path.replace("::", "/").replace('-', "_")
}

/// A name alone stands for whatever is called so, wherever it comes from.
fn by_name(path: String) -> String {
    if path.contains('/') { path } else { format!("**/{path}") }
}

/// A path that is not only wildcards.
fn path(text: &str) -> Result<String, String> {
    let path = path_of(text)?;
    if path.chars().all(|letter| "*/".contains(letter)) {
        return Err("it stands for everything; name what is meant".to_owned());
    }
    Ok(path)
}

fn path_of(text: &str) -> Result<String, String> {
    let is_name = |name: &str| {
        !name.is_empty()
            && name.chars().all(|letter| letter.is_alphanumeric() || "_-*".contains(letter))
            && (name == "**" || !name.contains("**"))
    };
    if text.is_empty() {
        return Err("it is empty, so that it could never match".to_owned());
    }
    if !text.split("::").all(is_name) {
        return Err(
            "expected names with `::` between them, in which `*` stands for letters and `**` for names"
                .to_owned(),
        );
    }
    let path = slashed(text);
    Ok(match path.split_once('/') {
        // As canonical paths have it.
        Some(("core" | "alloc", rest)) => format!("std/{rest}"),
        _ => path,
    })
}

fn name_of(text: &str) -> Result<String, String> {
    let name = path(text)?;
    if name.contains('/') {
        return Err("expected the name of a method behind the `.`, such as `.unwrap`".to_owned());
    }
    Ok(name)
}

/// `allow(dead_code)`, `tokio::main`; also in `#[..]`, as code has it.
fn attribute(text: &str) -> Result<String, String> {
    let bare =
        text.strip_prefix("#![").or_else(|| text.strip_prefix("#[")).and_then(|text| text.strip_suffix(']'));
    let bare = bare.unwrap_or(text).trim();
    let Some((name, argument)) = bare.split_once('(') else { return path(bare).map(by_name) };
    let argument = argument.strip_suffix(')').ok_or("the bracket is not closed")?;
    let name = by_name(path(name)?);
    let argument = path_of(argument.trim()).map_err(|_| {
        "expected one argument in the brackets, a name or a path: `allow(dead_code)`, `derive(serde::Deserialize)`"
            .to_owned()
    })?;
    Ok(format!("{name}({argument})"))
}

fn package(text: &str) -> Result<String, String> {
    let name = path(text)?;
    if name.contains(['/']) || name.contains("**") {
        return Err("expected the name of a package, in which `*` stands for letters".to_owned());
    }
    Ok(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use source::DependencyKind;

    #[track_caller]
    fn check(kind: Kind, text: &str, expected: Result<&[&str], &str>) {
        let found = match read(kind, text) {
            Ok(Globs::Whole(globs)) => Ok(globs),
            Ok(Globs::Method(name)) => Ok(vec![format!(".{name}")]),
            Err(error) => Err(error),
        };
        match (found, expected) {
            (Ok(found), Ok(expected)) => assert_eq!(found, expected, "{text}"),
            (Err(found), Err(expected)) => assert!(found.contains(expected), "{text}: {found}"),
            (found, _) => panic!("{text}: {found:?}"),
        }
    }

    #[test]
    fn a_pattern_is_read_as_its_kind_says() {
        let dependency = Kind::Dependency(DependencyKind::Dev);
        check(Kind::Call, "std::process::exit", Ok(&["std/process/exit"]));
        check(Kind::Call, "core::mem::*", Ok(&["std/mem/*"]));
        check(Kind::Call, "exit", Ok(&["**/exit"]));
        check(Kind::Call, ".unwrap*", Ok(&[".unwrap*"]));
        check(Kind::Path, "redis", Ok(&["redis", "redis/**"]));
        check(Kind::Path, "now-playing::stages::**", Ok(&["now_playing/stages", "now_playing/stages/**"]));
        check(Kind::Macro, "println!", Ok(&["**/println"]));
        check(Kind::Macro, "tracing::info", Ok(&["tracing/info"]));
        check(Kind::Attribute, "#[allow(clippy::*)]", Ok(&["**/allow(clippy/*)"]));
        check(Kind::Attribute, "tokio::main", Ok(&["tokio/main"]));
        check(dependency, "openssl-*", Ok(&["openssl_*"]));
    }

    #[test]
    fn what_is_no_pattern_says_what_is_expected() {
        let dependency = Kind::Dependency(DependencyKind::Normal);
        check(Kind::Call, "", Err("empty"));
        check(Kind::Call, "std::process::exit()", Err("expected names with `::`"));
        check(Kind::Call, "**", Err("everything"));
        check(Kind::Path, "*::*", Err("everything"));
        check(Kind::Call, ".a::b", Err("name of a method"));
        check(Kind::Attribute, "allow(dead_code", Err("not closed"));
        check(Kind::Attribute, "allow(dead_code, unused)", Err("one argument"));
        check(dependency, "tokio::time", Err("name of a package"));
        assert!(place("services/[").is_err());
        assert!(place("home stages").is_err());
        assert!(function("a::b::c").is_err());
    }
}
