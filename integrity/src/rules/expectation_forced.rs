//! Settings by which every snapshot passes.

use findings::{Finding, Location, rule};
use source::ChangeKind;

use crate::Scene;
use crate::agents;
use crate::ci;
use crate::evidence::{HELP_OTHER, line_of, short};
use crate::rules::Check;
use crate::scene::{base_path, texts};
use crate::supply;

rule! {
    /// A setting in CI, in a script, in `.cargo/config.toml`, in an agent's settings, in `.envrc`, in `insta.yaml` or in a test by which a
    /// tool for snapshots writes what it should compare: `INSTA_UPDATE=always`, `INSTA_FORCE_PASS`, `UPDATE_EXPECT`, `TRYBUILD=overwrite`, `behavior: force_pass`.
    /// And a build script that writes where a file lies that says what is expected.
    ///
    /// ## Why it hurts
    /// Every snapshot test passes, whatever the code prints, and looks as if it had compared.
    ///
    /// ## Example
    /// ```base yaml .github/workflows/ci.yml
    /// jobs:
    ///   test:
    ///     steps:
    ///       - run: cargo test
    /// ```
    /// ```head yaml .github/workflows/ci.yml bad
    /// jobs:
    ///   test:
    ///     env:
    ///       INSTA_FORCE_PASS: 1 #~
    ///     steps:
    ///       - run: cargo test
    /// ```
    ///
    /// ## Instead
    /// ```base yaml .github/workflows/ci.yml
    /// jobs:
    ///   test:
    ///     steps:
    ///       - run: cargo test
    /// ```
    /// ```head yaml .github/workflows/ci.yml good
    /// jobs:
    ///   test:
    ///     env:
    ///       INSTA_UPDATE: "no"
    ///     steps:
    ///       - run: cargo test
    /// ```
    pub static EXPECTATION_FORCED = {
        id: "expectation-forced",
        guard: "integrity",
        group: "test-integrity",
        level: Error,
        summary: "finds settings by which every snapshot passes",
    };
}

pub(super) static CHECK: Check = Check { rule: &EXPECTATION_FORCED, check };

/// A variable, and the values that only look; every other value writes or passes.
const FORCING: &[(&str, &[&str])] = &[
    ("INSTA_UPDATE", &["no", "auto", "new", ""]),
    ("INSTA_FORCE_PASS", &["0", ""]),
    ("INSTA_FORCE_UPDATE", &["0", ""]),
    ("UPDATE_EXPECT", &["0", ""]),
    ("TRYBUILD", &["", "wip"]),
    ("TRYCMD", &["", "dump"]),
    ("SNAPSHOTS", &["verify", ""]),
    ("UPDATE_SNAPSHOTS", &["0", ""]),
];

fn check(scene: &Scene<'_>, findings: &mut Vec<Finding>) {
    findings.extend(written_by_builds(scene));
    let around = scene.around();
    for file in around.files.iter().filter(|file| file.kind != ChangeKind::Removed) {
        let path = file.path.as_str();
        let insta = path.ends_with("insta.yaml");
        let config = path.starts_with(".cargo/config") || path.contains("/.cargo/config");
        let code = path.ends_with(".rs");
        let agent = agents::is_settings(path);
        let envrc = path == ".envrc" || path.ends_with("/.envrc");
        let is_script = || ci::platform(path).is_some() || scene.scripts.is_match(path);
        if !(code || insta || config || agent || envrc || is_script()) {
            continue;
        }
        let texts = around.texts(file);
        let (Some(Ok(after)), before) = (texts.head, texts.base.and_then(Result::ok).unwrap_or_default())
        else {
            continue;
        };
        let read = |text: &str| match () {
            () if code => forced_by_code(text),
            () if agent => forced_by_agent(path, text),
            () => forced(text, insta),
        };
        let known: Vec<String> = read(&before).into_iter().map(|(_, what)| what).collect();
        for (line, what) in read(&after).into_iter().filter(|(_, what)| !known.contains(what)) {
            findings.push(
                Finding::new(
                    &EXPECTATION_FORCED,
                    Location::point(around.shown(path), line, 1),
                    format!("`{}` lets every snapshot pass", short(&what)),
                )
                .help(HELP_OTHER)
                .note(format!("+ {what}"))
                .fact(&what)
                .judged("", &what),
            );
        }
    }
}

/// Build scripts that newly write where a file lies that says what is expected.
fn written_by_builds(scene: &Scene<'_>) -> Vec<Finding> {
    let is_script = |path: &str| path == "build.rs" || path.ends_with("/build.rs");
    let scripts =
        scene.change.files.iter().filter(|file| file.kind != ChangeKind::Removed && is_script(&file.path));
    let mut found = Vec::new();
    for file in scripts {
        let sides = texts(scene.base, &scene.change.head, file);
        let (Some(Ok(after)), before) = (sides.head, sides.base.and_then(Result::ok).unwrap_or_default())
        else {
            continue;
        };
        let folder = supply::folder(&file.path);
        let is_expected = |path: &String| scene.base.contains(path) && scene.expectations.is_match(path);
        let known: Vec<String> =
            written(&before, supply::folder(base_path(file))).into_iter().map(|(_, path)| path).collect();
        let new = written(&after, folder)
            .into_iter()
            .filter(|(_, path)| is_expected(path) && !known.contains(path));
        found.extend(new.map(|(line, path)| {
            let message = format!("the build writes over `{}`, which says what is expected", short(&path));
            Finding::new(&EXPECTATION_FORCED, Location::point(&file.path, line, 1), message)
                .help(HELP_OTHER)
                .note(format!("+ {}", after.lines().nth(line as usize - 1).unwrap_or_default().trim()))
                .fact("a build script")
                .fact(&path)
                .judged("", &path)
        }));
    }
    found
}

/// The paths that lines of a build script name where they write, from a folder.
fn written(script: &str, folder: &str) -> Vec<(u32, String)> {
    const WRITING: [&str; 7] = [
        "File::create(",
        "fs::copy(",
        "fs::remove_file(",
        "fs::rename(",
        "fs::write(",
        "File::options(",
        "OpenOptions::new(",
    ];
    let lines = (1u32..).zip(script.lines()).filter(|(_, line)| {
        !line.trim_start().starts_with("//") && WRITING.iter().any(|call| line.contains(call))
    });
    let texts =
        |line: &str| -> Vec<String> { line.split('"').skip(1).step_by(2).map(str::to_owned).collect() };
    let below = |text: &String| supply::resolve(folder, text.trim_start_matches('/'));
    lines
        .flat_map(|(number, line)| {
            texts(line).iter().filter_map(below).map(|path| (number, path)).collect::<Vec<_>>()
        })
        .collect()
}

/// The lines that force, and what they say.
fn forced(text: &str, insta: bool) -> Vec<(u32, String)> {
    let mut found = Vec::new();
    for (number, line) in (1u32..).zip(text.lines()) {
        let line = line.trim();
        if line.starts_with('#') {
            continue;
        }
        for (name, harmless) in FORCING {
            let Some(value) = value_of(line, name) else { continue };
            if !harmless.contains(&value.as_str()) {
                found.push((number, format!("{name}={value}")));
            }
        }
        let setting = insta
            && (line.starts_with("force_pass:") || line.starts_with("force_update:"))
            && line.ends_with("true");
        let update =
            insta && line.starts_with("update:") && (line.contains("always") || line.contains("force"));
        if setting || update {
            found.push((number, line.to_owned()));
        }
        if line.contains("cargo insta accept") || line.contains("insta test --accept") {
            found.push((number, "cargo insta accept".to_owned()));
        }
    }
    found
}

/// The lines of an agent's settings by which its commands are given such a variable, and what they say.
fn forced_by_agent(path: &str, text: &str) -> Vec<(u32, String)> {
    let given = agents::variables(&agents::read(path, text));
    let forces = |name: &str, value: &str| {
        FORCING.iter().any(|(forcing, harmless)| *forcing == name && !harmless.contains(&value))
    };
    let forcing = given.into_iter().filter(|(name, value)| forces(name, value));
    forcing.map(|(name, value)| (line_of(text, &name).unwrap_or(1), format!("{name}={value}"))).collect()
}

/// The lines of Rust code that set such a variable, and what they say.
fn forced_by_code(text: &str) -> Vec<(u32, String)> {
    if !text.contains("set_var") && !text.contains("rustc-env=") {
        return Vec::new();
    }
    let lines = (1u32..).zip(text.lines()).filter(|(_, line)| !line.trim_start().starts_with("//"));
    let mut found = Vec::new();
    for (number, line) in lines {
        for (name, harmless) in FORCING {
            let value = value_set(line, name).or_else(|| value_built(line, name));
            let value = value.filter(|value| !harmless.contains(&value.as_str()));
            found.extend(value.map(|value| (number, format!("{name}={value}"))));
        }
    }
    found
}

/// The value of a variable that Rust code sets: `set_var("NAME", "value")`.
fn value_set(line: &str, name: &str) -> Option<String> {
    let (_, rest) = line.split_once("set_var(")?;
    let rest = rest.trim_start().strip_prefix('"')?.strip_prefix(name)?;
    let value = rest.strip_prefix('"')?.trim_start().strip_prefix(',')?.trim_start().strip_prefix('"')?;
    value.split_once('"').map(|(value, _)| value.to_owned())
}

/// What a build script sets in the environment of what it builds: `cargo::rustc-env=NAME=value`.
fn value_built(line: &str, name: &str) -> Option<String> {
    let (_, rest) = line.split_once("rustc-env=")?;
    let value = rest.strip_prefix(name)?.strip_prefix('=')?;
    Some(value.chars().take_while(|letter| letter.is_alphanumeric() || *letter == '_').collect())
}

/// The value of a variable in `NAME=value`, `NAME: value` or `NAME = "value"`.
fn value_of(line: &str, name: &str) -> Option<String> {
    let at = line.find(name)?;
    let word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    if line[..at].ends_with(word) {
        return None;
    }
    let rest = line[at + name.len()..].trim_start().trim_start_matches(['"', '\'']).trim_start();
    let value = rest.strip_prefix(['=', ':'])?.trim_start().trim_start_matches(['"', '\'', '{']);
    let value = value.trim_start_matches(" value =").trim_start_matches([' ', '"']);
    Some(value.chars().take_while(|c| word(*c) || *c == '-').collect())
}
