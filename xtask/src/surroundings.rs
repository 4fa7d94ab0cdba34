//! What the environment tells: CI, the event's base, the terminal, the cache folder. Nothing else reads it.

use std::io::IsTerminal;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::shell;

/// Reads one environment variable; a function, so that tests need no process environment.
pub(crate) type Env<'a> = &'a dyn Fn(&str) -> Option<String>;

/// The process environment.
pub(crate) fn process_env(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// How Gatefold is called in a workspace: by its alias, where there is one and its crate stands on Gatefold.
pub(crate) fn program(root: &Path) -> &'static str {
    // A judged tree may hold anything in their place: a link to a device has no end.
    let text = |folder: &Path, path: &str| {
        let file = folder.join(path);
        let is_readable = file.symlink_metadata().is_ok_and(|file| file.is_file() && file.len() < 1 << 20);
        if is_readable { std::fs::read_to_string(file).unwrap_or_default() } else { String::new() }
    };
    let has_alias = |folder: &Path| {
        let config = text(folder, ".cargo/config.toml");
        config.lines().any(|line| line.trim_start().starts_with("xtask"))
            && text(folder, "xtask/Cargo.toml").contains("gatefold")
    };
    if root.ancestors().take(8).any(has_alias) { "cargo xtask" } else { "gatefold" }
}

/// The same with the option that names the root, where who stands in the current folder would have another one judged.
/// `prefix` is the root's path from the repository's top, where people stand who read of it elsewhere.
pub(crate) fn program_for(root: &Path, prefix: &str) -> String {
    let program = program(root);
    let here = std::env::current_dir().and_then(|here| here.canonicalize()).ok();
    let is_found = |here: &PathBuf| source::find_root(here).is_ok_and(|found| found == root);
    if here.as_ref().is_some_and(is_found) {
        return program.to_owned();
    }
    let top = root.ancestors().nth(Path::new(prefix).components().count()).unwrap_or(root);
    let below = here.as_ref().and_then(|here| here.strip_prefix(top).ok());
    let seen = match (below, here.as_ref().and_then(|here| root.strip_prefix(here).ok())) {
        (Some(_), Some(down)) => down.to_owned(),
        (Some(below), None) => below.iter().map(|_| "..").collect::<PathBuf>().join(prefix),
        (None, _) => PathBuf::from(prefix),
    };
    match seen.as_os_str().is_empty() {
        true => program.to_owned(),
        false => format!("{program} --root {}", shell::word(seen.display())),
    }
}

/// A text that calls Gatefold by its alias, with the name by which it is called.
pub(crate) fn called(text: &str, program: &str) -> String {
    // Only in front of another word is it a command to type.
    text.replace("cargo xtask ", &format!("{program} "))
}

/// Every variable whose name and value are text, for the service layer to choose from.
pub(crate) fn all() -> Vec<(String, String)> {
    std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .collect()
}

/// The moment, as the clock has it. No other place looks at the clock to judge.
pub(crate) fn today() -> policy::Today {
    policy::Today::at(seconds())
}

/// The same in seconds since 1970.
pub(crate) fn seconds() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
}

/// The processor time of this process so far, where the system tells it.
pub(crate) fn processor_time() -> Option<std::time::Duration> {
    // Field 14 and 15 of proc(5), in hundredths of a second; the name in field 2 may hold anything and ends with `)`.
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    let (_, fields) = stat.rsplit_once(')')?;
    let ticks: Vec<u64> = fields.split_whitespace().skip(11).take(2).flat_map(str::parse).collect();
    (ticks.len() == 2).then(|| std::time::Duration::from_millis(ticks.iter().sum::<u64>() * 10))
}

/// Whether a CI system runs this. `CI=false` and `CI=0` mean no.
pub(crate) fn is_ci(env: Env<'_>) -> bool {
    env("CI").is_some_and(|value| value != "false" && value != "0")
}

/// What the repository layer must know of the surroundings.
pub(crate) fn of(env: Env<'_>) -> source::Surroundings {
    source::Surroundings { ci: is_ci(env), event_base: event_base(env), change: change(env) }
}

/// The base that the CI event names: `GATEFOLD_BASE`, GitHub's pull request, merge group or push, GitLab's merge
/// request or push.
fn event_base(env: Env<'_>) -> Option<String> {
    const UNBORN: &str = "0000000000000000000000000000000000000000";
    env("GATEFOLD_BASE")
        .or_else(|| github_base(env))
        .or_else(|| env("CI_MERGE_REQUEST_DIFF_BASE_SHA"))
        .or_else(|| env("CI_COMMIT_BEFORE_SHA"))
        .filter(|base| base != UNBORN)
}

/// What the author of the pull or merge request wrote about it: title, empty line, text.
pub(crate) fn description(env: Env<'_>) -> Option<String> {
    let github = || {
        let event = github_event(env)?;
        let text = |key: &str| event.pointer(&format!("/pull_request/{key}")).and_then(Value::as_str);
        Some(format!("{}\n\n{}", text("title")?, text("body").unwrap_or_default()))
    };
    let gitlab = || {
        let title = env("CI_MERGE_REQUEST_TITLE")?;
        Some(format!("{title}\n\n{}", env("CI_MERGE_REQUEST_DESCRIPTION").unwrap_or_default()))
    };
    github().or_else(gitlab)
}

/// What the forge calls the change: `GATEFOLD_CHANGE`, else the number of GitHub's pull request or GitLab's merge
/// request, else the branch. Branches of two forks may have one name, so the number comes first.
fn change(env: Env<'_>) -> Option<String> {
    let request = || github_event(env)?.pointer("/pull_request/number").map(|number| format!("#{number}"));
    env("GATEFOLD_CHANGE")
        .or_else(request)
        .or_else(|| env("CI_MERGE_REQUEST_IID").map(|number| format!("!{number}")))
        .or_else(|| env("GITHUB_REF_NAME"))
        .or_else(|| env("CI_COMMIT_REF_NAME"))
}

fn github_event(env: Env<'_>) -> Option<Value> {
    serde_json::from_str(&std::fs::read_to_string(env("GITHUB_EVENT_PATH")?).ok()?).ok()
}

fn github_base(env: Env<'_>) -> Option<String> {
    let event = github_event(env)?;
    let text = |pointer: &str| event.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
    match env("GITHUB_EVENT_NAME")?.as_str() {
        "pull_request" | "pull_request_target" => text("/pull_request/base/sha"),
        "merge_group" => text("/merge_group/base_sha"),
        "push" => text("/before"),
        _ => None,
    }
}

/// The installed programs that the static tier may run. `GATEFOLD_BUF` and `GATEFOLD_PROMTOOL` name those that are meant,
/// else the search path does.
pub(crate) fn outside(root: &Path, today: policy::Today, env: Env<'_>) -> contracts::Outside {
    contracts::Outside {
        buf: tool(root, "buf", env("GATEFOLD_BUF"), env("PATH")),
        promtool: tool(root, "promtool", env("GATEFOLD_PROMTOOL"), env("PATH")),
        today: Some(today),
        ..contracts::Outside::default()
    }
}

/// A program by the path that is named for it, else on the search path. What lies in the judged tree is left out: the
/// change could have put it there. So are relative entries of the search path.
pub(crate) fn tool(
    root: &Path,
    name: &str,
    named: Option<String>,
    path: Option<String>,
) -> Option<service::Tool> {
    let on_path = path.iter().flat_map(std::env::split_paths).map(|folder| folder.join(name));
    let root = root.canonicalize().unwrap_or_else(|_| root.to_owned());
    let is_outside = |program: &PathBuf| {
        let real = program.canonicalize();
        program.is_absolute()
            && real.is_ok_and(|real| real.is_file() && !real.starts_with(&root))
            && !program.starts_with(&root)
    };
    let program = named.map(PathBuf::from).into_iter().chain(on_path).find(is_outside)?;
    Some(service::Tool { program, environment: service::run_environment(all()) })
}

/// Whether colours may be used on a stream: only on a terminal, and never under `NO_COLOR`.
pub(crate) fn colour(env: Env<'_>, stream: &impl IsTerminal) -> bool {
    stream.is_terminal() && env("NO_COLOR").is_none() && env("TERM").is_none_or(|term| term != "dumb")
}

/// How many columns excerpts may take.
pub(crate) fn width(env: Env<'_>) -> usize {
    env("COLUMNS").and_then(|columns| columns.parse().ok()).unwrap_or(120).clamp(60, 400)
}

/// Where facts about files are kept: the given folder; in CI nowhere unless one is given; else the user's cache.
pub(crate) fn cache_folder(env: Env<'_>, given: Option<&Path>) -> Option<PathBuf> {
    if let Some(given) = given {
        return Some(given.to_owned());
    }
    if is_ci(env) {
        return None;
    }
    let base = env("XDG_CACHE_HOME")
        .map(PathBuf::from)
        .or_else(|| Some(PathBuf::from(env("HOME")?).join(".cache")))?;
    base.is_absolute().then(|| base.join("gatefold"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(variables: &[(&str, &str)], ci: bool, base: Option<&str>) {
        let env =
            |name: &str| variables.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned());
        let surroundings = of(&env);
        assert_eq!((surroundings.ci, surroundings.event_base.as_deref()), (ci, base), "{variables:?}");
    }

    #[test]
    fn the_event_base_comes_from_whoever_runs_the_job() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let event = folder.path().join("event.json");
        let text = r#"{"before":"b1","pull_request":{"base":{"sha":"p1"}},"merge_group":{"base_sha":"m1"}}"#;
        std::fs::write(&event, text).expect("an event file");
        let path = event.to_str().expect("a UTF-8 path");
        let github = |name| [("CI", "true"), ("GITHUB_EVENT_PATH", path), ("GITHUB_EVENT_NAME", name)];
        check(&[], false, None);
        check(&[("CI", "false")], false, None);
        check(&[("CI", "1")], true, None);
        check(&github("pull_request"), true, Some("p1"));
        check(&github("merge_group"), true, Some("m1"));
        check(&github("push"), true, Some("b1"));
        check(&github("schedule"), true, None);
        check(&[("CI", "true"), ("CI_MERGE_REQUEST_DIFF_BASE_SHA", "g1")], true, Some("g1"));
        let unborn = "0000000000000000000000000000000000000000";
        check(&[("CI", "true"), ("CI_COMMIT_BEFORE_SHA", unborn)], true, None);
        check(&[("CI", "true"), ("GATEFOLD_BASE", "v1"), ("CI_COMMIT_BEFORE_SHA", "g2")], true, Some("v1"));
    }

    #[test]
    fn what_the_author_wrote_comes_from_whoever_runs_the_job() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let event = folder.path().join("event.json");
        let path = event.to_str().expect("a UTF-8 path");
        let check = |text: &str, variables: &[(&str, &str)], expected: Option<&str>| {
            std::fs::write(&event, text).expect("an event file");
            let found = |name: &str| {
                variables.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned())
            };
            assert_eq!(description(&found).as_deref(), expected, "{text}, {variables:?}");
        };
        let github = [("GITHUB_EVENT_PATH", path)];
        check(
            r#"{"pull_request":{"title":"Tidy","body":"No change."}}"#,
            &github,
            Some("Tidy\n\nNo change."),
        );
        check(r#"{"pull_request":{"title":"Tidy","body":null}}"#, &github, Some("Tidy\n\n"));
        check(r#"{"before":"b1"}"#, &github, None);
        check("no JSON", &github, None);
        let gitlab = [("CI_MERGE_REQUEST_TITLE", "Tidy"), ("CI_MERGE_REQUEST_DESCRIPTION", "No change.")];
        check("", &gitlab, Some("Tidy\n\nNo change."));
        check("", &[], None);
    }

    #[test]
    fn a_change_is_called_by_its_number_before_its_branch() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let event = folder.path().join("event.json");
        std::fs::write(&event, r#"{"pull_request":{"number":12}}"#).expect("an event file");
        let path = event.to_str().expect("a UTF-8 path");
        let check = |variables: &[(&str, &str)], expect: Option<&str>| {
            let env = |name: &str| {
                variables.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned())
            };
            assert_eq!(of(&env).change.as_deref(), expect, "{variables:?}");
        };
        check(&[], None);
        check(&[("GITHUB_EVENT_PATH", path), ("GITHUB_REF_NAME", "12/merge")], Some("#12"));
        check(&[("GITHUB_REF_NAME", "main")], Some("main"));
        check(&[("CI_MERGE_REQUEST_IID", "7"), ("CI_COMMIT_REF_NAME", "work")], Some("!7"));
        check(&[("GATEFOLD_CHANGE", "mine"), ("CI_MERGE_REQUEST_IID", "7")], Some("mine"));
    }

    #[test]
    fn a_tool_is_never_taken_out_of_the_judged_tree() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let (root, other) = (folder.path().join("tree"), folder.path().join("bin"));
        for folder in [&root, &other] {
            std::fs::create_dir_all(folder).expect("a folder");
            std::fs::write(folder.join("buf"), "").expect("a file");
        }
        std::os::unix::fs::symlink(root.join("buf"), other.join("linked")).expect("a link");
        let check = |name: &str, named: Option<&Path>, path: &[&Path], expected: Option<PathBuf>| {
            let path = std::env::join_paths(path).expect("a search path").into_string().expect("it is text");
            let named = named.map(|named| named.to_string_lossy().into_owned());
            let found = tool(&root, name, named, Some(path)).map(|tool| tool.program);
            assert_eq!(found, expected, "{name}");
        };
        check("buf", None, &[&root, &other], Some(other.join("buf")));
        check("buf", Some(&root.join("buf")), &[], None);
        check("buf", Some(&other.join("buf")), &[], Some(other.join("buf")));
        check("linked", None, &[&other], None);
        check("buf", None, &[Path::new("bin")], None);
        check("promtool", None, &[&other], None);
    }
}
