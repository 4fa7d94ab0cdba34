//! `cargo xtask` in a workspace of others: a crate with a lock file of its own that depends on a pinned Gatefold.

use toml_edit::{Array, DocumentMut, Item, Table, Value};

use crate::failure::Failure;
use crate::stamp::Judge;

pub(super) const FOLDER: &str = "xtask";

const ALIAS: &str = "run --quiet --release --manifest-path xtask/Cargo.toml --";

const MAIN: &str = "//! Gatefold as `cargo xtask`. Rules of your own are handed to `xtask::run_with`.

fn main() -> std::process::ExitCode {
    xtask::run(std::env::args_os()).into()
}
";

/// The lock file that this binary was built under. Cargo keeps the versions that it finds in it, takes out what the crate does
/// not need at its first build, and adds the packages of the pinned Gatefold; without it, it would take the newest of
/// everything.
const LOCK: (&str, &str) = ("Cargo.lock", include_str!("../../../Cargo.lock"));

/// The files of the crate, by their paths from its folder. Its empty `[workspace]` keeps Gatefold's dependencies out of the
/// lock file of the workspace around it.
pub(super) fn files(judge: &Judge) -> [(&'static str, String); 4] {
    let manifest = format!(
        "# Gatefold, built from the commit that judges. A workspace of its own, so that the one around it is built as before.\n\
         [package]\nname = \"xtask-gatefold\"\nversion = \"0.0.0\"\nedition = \"2024\"\npublish = false\n\n\
         [dependencies]\nxtask = {{ package = \"gatefold-xtask\", git = \"https://github.com/{}\", rev = \"{}\" }}\n\n\
         [workspace]\n",
        judge.repository, judge.commit
    );
    [
        ("Cargo.toml", manifest),
        (LOCK.0, LOCK.1.to_owned()),
        (".gitignore", "/target\n".to_owned()),
        ("src/main.rs", MAIN.to_owned()),
    ]
}

/// Whether cargo writes a file of the crate from its first build on.
pub(super) fn is_cargos(path: &str) -> bool {
    path == LOCK.0
}

/// Cargo's configuration with the alias.
pub(super) fn with_alias(text: &str, path: &str) -> Result<String, Failure> {
    let mut config = document(text, path)?;
    let aliases = config.entry("alias").or_insert(Item::Table(Table::new()));
    let Some(aliases) = aliases.as_table_like_mut() else {
        return Err(Failure::usage(format_args!(
            "`alias` in `{path}` is no table; mend it, then run this again"
        )));
    };
    match aliases.get("xtask").map(|alias| alias.as_str()) {
        None => drop(aliases.insert("xtask", Item::Value(ALIAS.into()))),
        Some(Some(ALIAS)) => {}
        Some(_) => {
            return Err(Failure::usage(format_args!(
                "`{path}` has an alias `xtask` already; leave `--xtask` out and use the installed binary"
            )));
        }
    }
    Ok(with_ends_of(text, config.to_string()))
}

/// The workspace's manifest with the crate left out of it, where one of its patterns would take it in.
pub(super) fn excluded(text: &str, path: &str) -> Result<String, Failure> {
    let mut manifest = document(text, path)?;
    let Some(workspace) = manifest.get_mut("workspace").and_then(Item::as_table_like_mut) else {
        return Ok(text.to_owned());
    };
    let words = |item: Option<&Item>| -> Vec<String> {
        let list = item.and_then(Item::as_array).into_iter().flatten();
        list.filter_map(Value::as_str).map(|word| word.trim_start_matches("./").to_owned()).collect()
    };
    let takes = words(workspace.get("members"))
        .iter()
        .any(|pattern| globset::Glob::new(pattern).is_ok_and(|glob| glob.compile_matcher().is_match(FOLDER)));
    if !takes || words(workspace.get("exclude")).iter().any(|word| word == FOLDER) {
        return Ok(text.to_owned());
    }
    let excluded = workspace.entry("exclude").or_insert(Item::Value(Value::Array(Array::new())));
    match excluded.as_array_mut() {
        Some(excluded) => excluded.push(FOLDER),
        None => {
            return Err(Failure::usage(format_args!(
                "`workspace.exclude` in `{path}` is no list; mend it first"
            )));
        }
    }
    Ok(with_ends_of(text, manifest.to_string()))
}

fn document(text: &str, path: &str) -> Result<DocumentMut, Failure> {
    text.parse().map_err(|error: toml_edit::TomlError| {
        let before = &text[..error.span().map_or(0, |span| span.start).min(text.len())];
        let (line, column) =
            (before.matches('\n').count() + 1, before.rsplit('\n').next().unwrap_or("").chars().count() + 1);
        Failure::usage(format_args!(
            "failed to read `{path}:{line}:{column}`: {}; nothing was written",
            error.message()
        ))
    })
}

/// What was edited with the line ends of what it was.
fn with_ends_of(text: &str, edited: String) -> String {
    if text.contains("\r\n") { edited.replace("\r\n", "\n").replace('\n', "\r\n") } else { edited }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_alias_joins_what_is_there() {
        let check = |text: &str, expected: &str| {
            let new = with_alias(text, "config.toml").map_err(|it| it.message).expect("it is joined");
            assert_eq!(new, expected);
            assert_eq!(with_alias(&new, "config.toml").map_err(|it| it.message), Ok(new));
        };
        check("", &format!("[alias]\nxtask = \"{ALIAS}\"\n"));
        check(
            "# mine\n[alias]\nb = \"build\" # b\n\n[build]\n",
            &format!("# mine\n[alias]\nb = \"build\" # b\nxtask = \"{ALIAS}\"\n\n[build]\n"),
        );
        check(
            "[alias]\r\nb = \"build\"\r\n",
            &format!("[alias]\r\nb = \"build\"\r\nxtask = \"{ALIAS}\"\r\n"),
        );
        let refused = with_alias("[alias]\nxtask = \"run -p x\"\n", "config.toml").expect_err("it is taken");
        assert!(refused.message.contains("has an alias `xtask` already"), "{}", refused.message);
        let refused = with_alias("[alias]\n  = 1\n", "config.toml").expect_err("it is no TOML");
        assert!(refused.message.contains("`config.toml:2:"), "{}", refused.message);
    }

    #[test]
    fn a_pattern_of_the_workspace_does_not_take_the_crate_in() {
        let check = |text: &str, expected: &str| {
            assert_eq!(excluded(text, "Cargo.toml").map_err(|it| it.message), Ok(expected.to_owned()));
        };
        check("[package]\nname = \"a\"\n", "[package]\nname = \"a\"\n");
        check("[workspace]\nmembers = [\"crates/*\"]\n", "[workspace]\nmembers = [\"crates/*\"]\n");
        check(
            "[workspace]\nmembers = [\"*\"] # all\n",
            "[workspace]\nmembers = [\"*\"] # all\nexclude = [\"xtask\"]\n",
        );
        check(
            "[workspace]\nmembers = [\"*\"]\nexclude = [\"xtask\"]\n",
            "[workspace]\nmembers = [\"*\"]\nexclude = [\"xtask\"]\n",
        );
    }
}
