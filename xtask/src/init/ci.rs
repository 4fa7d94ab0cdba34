//! What runs the gate before a merge, for the forge that the repository is on.

use std::collections::BTreeMap;
use std::path::Path;

use super::gitlab::without_comment;
use super::place::Place;
use super::{disk, gitlab};
use crate::cli::{ForgeArg, InitArgs};
use crate::failure::Failure;
use crate::stamp;

const GITHUB: &str = include_str!("../../../ci/github/gatefold.yml");
const GITHUB_COMMENT: &str = include_str!("../../../ci/github/gatefold-comment.yml");
const GITLAB: &str = include_str!("../../../ci/gitlab/gatefold.yml");

/// Where the wiring is put.
const GITHUB_FOLDER: &str = ".github/workflows";
const GITLAB_FOLDER: &str = ".gitlab";

/// What the wiring of the first workspace is called: its file, its workflow, and the job to require.
const FIRST: &str = "gatefold";

/// What GitLab runs.
pub(super) const GITLAB_CI: &str = ".gitlab-ci.yml";

/// Where the repository is pushed to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Forge {
    GitHub,
    GitLab,
    Unknown,
}

/// Files for CI, each with why.
pub(super) struct Wiring {
    pub(super) files: Vec<(String, String, String)>,
    /// A file that GitLab's own must include.
    pub(super) included: Option<String>,
    pub(super) notes: Vec<String>,
}

/// The forge that was named, else that whose CI is in the repository, else that of its remotes, else by a folder that is there
/// for more than CI.
pub(super) fn forge(place: &Place, named: Option<ForgeArg>) -> Forge {
    match named {
        Some(ForgeArg::Github) => return Forge::GitHub,
        Some(ForgeArg::Gitlab) => return Forge::GitLab,
        Some(ForgeArg::None) => return Forge::Unknown,
        None => {}
    }
    let top = place.checkout.top();
    let remotes = place.checkout.remotes();
    let names = |word: &str| remotes.iter().any(|url| url.contains(word));
    match () {
        () if top.join(".gitlab-ci.yml").exists() => Forge::GitLab,
        () if top.join(GITHUB_FOLDER).is_dir() || names("github.") => Forge::GitHub,
        () if names("gitlab.") => Forge::GitLab,
        () if top.join(".github").is_dir() => Forge::GitHub,
        () => Forge::Unknown,
    }
}

/// The files that are put in. Without a judge there are none: a workflow that does not know who judges would be red.
pub(super) fn wiring(place: &Place, args: &InitArgs) -> Result<Wiring, Failure> {
    let mut wiring = Wiring { files: Vec::new(), included: None, notes: Vec::new() };
    let (forge, judge) = (forge(place, args.forge), args.judge.as_ref());
    let name = match forge {
        Forge::GitHub => "GitHub workflow",
        Forge::GitLab => "GitLab job",
        Forge::Unknown => {
            let dropped = if judge.is_some() { "`--judge` is written nowhere: " } else { "" };
            let note = match args.forge {
                Some(_) => format!("{dropped}CI is left to you: see `ci/README.md` of Gatefold"),
                None => format!(
                    "{dropped}no forge is known from here: name it by `--forge github` or `--forge gitlab`, or see \
                     `ci/README.md` of Gatefold for any other CI"
                ),
            };
            wiring.notes.push(note);
            return Ok(wiring);
        }
    };
    let gated = if place.prefix.is_empty() { "." } else { &place.prefix };
    let folder = if forge == Forge::GitHub { GITHUB_FOLDER } else { GITLAB_FOLDER };
    let (file, called) = own_file(&place.checkout.top().join(folder), gated)?;
    let path = format!("{folder}/{file}");
    let Some(judge) = judge else {
        if place.checkout.top().join(&path).symlink_metadata().is_err() {
            wiring.notes.push(format!(
                "no {name} is written: give `--judge OWNER/NAME@COMMIT`, the Gatefold that judges in CI, by the id of a \
                 commit that you have read"
            ));
        }
        return Ok(wiring);
    };
    if forge == Forge::GitHub {
        let branch = place.checkout.default_branch().unwrap_or_else(|| "main".to_owned());
        let text = stamp::wired(GITHUB, gated, Some(judge))
            .replace("branches: [main]", &format!("branches: [{branch}]"));
        let why = format!("judges each pull request; require its job `{called}`");
        wiring.files.push((path, called_on_github(&text, &called), why));
        wiring.files.push((
            format!("{folder}/{called}-comment.yml"),
            comment_called(&called),
            "keeps one comment with the reviewers' brief up to date".to_owned(),
        ));
    } else {
        let host = place
            .checkout
            .remotes()
            .iter()
            .find_map(|url| host(url))
            .unwrap_or_else(|| "gitlab.com".to_owned());
        let text = GITLAB
            .replace("\n  GATED: .\n", &format!("\n  GATED: {}\n", stamp::scalar(gated)))
            .replace(
                "\n  JUDGE_REPOSITORY: \"\"\n",
                &format!("\n  JUDGE_REPOSITORY: https://{host}/{}.git\n", judge.repository),
            )
            .replace("\n  JUDGE_COMMIT: \"\"\n", &format!("\n  JUDGE_COMMIT: {}\n", judge.commit));
        let own = source::read_regular_text(&place.checkout.top().join(GITLAB_CI)).unwrap_or_default();
        if place.checkout.top().join(&path).symlink_metadata().is_err() {
            wiring.notes.extend(gitlab::notes(&own));
        }
        let text = gitlab::in_stage(&text, &own);
        let why = "judges each merge request; let the project ask that pipelines succeed".to_owned();
        wiring.included = Some(path.clone());
        wiring.files.push((path, called_on_gitlab(&text, &called), why));
    }
    Ok(wiring)
}

/// The file that judges a folder, or is to judge it, and what its workflow and its job are called: what is there for it
/// already; else `gatefold`; else, where that judges another folder, a name of its own.
fn own_file(folder: &Path, gated: &str) -> Result<(String, String), Failure> {
    let mut there = BTreeMap::new();
    for file in disk::names(folder)? {
        let text = source::read_regular_text(&folder.join(&file)).unwrap_or_default();
        there.insert(file, stamp::gated(&text));
    }
    if let Some((file, called)) = there.iter().find_map(|(file, judged)| {
        let called = file.strip_suffix(".yml").or(file.strip_suffix(".yaml"))?;
        (judged.as_deref() == Some(gated)).then(|| (file.clone(), called.to_owned()))
    }) {
        return Ok((file, called));
    }
    let first = format!("{FIRST}.yml");
    if there.get(&first).is_none_or(Option::is_none) {
        return Ok((first, FIRST.to_owned()));
    }
    let letter = |letter: char| if letter.is_ascii_alphanumeric() || letter == '_' { letter } else { '-' };
    let own: String = if gated == "." { "root".to_owned() } else { gated.chars().map(letter).collect() };
    let names = (1..).map(|number| match number {
        1 => format!("{FIRST}-{own}"),
        number => format!("{FIRST}-{own}-{number}"),
    });
    let mut files = names.map(|name| (format!("{name}.yml"), name));
    let free = files.find(|(file, _)| !there.contains_key(file));
    Ok(free.unwrap_or((first, FIRST.to_owned())))
}

/// The workflow under a name of its own: checks are required by the names of their jobs.
fn called_on_github(workflow: &str, called: &str) -> String {
    workflow
        .replace("\nname: gatefold\n", &format!("\nname: {called}\n"))
        .replace("\n  gatefold:\n", &format!("\n  {called}:\n"))
}

/// The comment of a workflow of that name, which stands beside those of others.
fn comment_called(called: &str) -> String {
    GITHUB_COMMENT
        .replace("gatefold-comment", &format!("{called}-comment"))
        .replace("workflows: [gatefold]", &format!("workflows: [{called}]"))
        .replace("<!-- gatefold -->", &format!("<!-- {called} -->"))
        .replace("**gatefold:", &format!("**{called}:"))
        .replace("when `gatefold` has", &format!("when `{called}` has"))
}

/// The jobs under names of their own. What is included shares one set of variables, in which the last file wins, so that
/// those of a second workspace stand at its own jobs.
fn called_on_gitlab(jobs: &str, called: &str) -> String {
    if called == FIRST {
        return jobs.to_owned();
    }
    let mut jobs = jobs.replace("\n.gatefold:\n", &format!("\n.{called}:\n"));
    jobs = jobs.replace("extends: .gatefold\n", &format!("extends: .{called}\n"));
    for job in ["judge", "static", "live"] {
        jobs = jobs.replace(&format!("gatefold-{job}"), &format!("{called}-{job}"));
    }
    let parts = jobs.split_once("\nvariables:\n").and_then(|(before, rest)| {
        let (variables, rest) = rest.split_once("\n\n")?;
        let (template, rest) = rest.split_once("  variables:\n")?;
        Some((before, variables, template, rest))
    });
    let Some((before, variables, template, rest)) = parts else { return jobs };
    let variables: String = variables.lines().map(|line| format!("  {line}\n")).collect();
    format!("{before}\n{template}  variables:\n{variables}{rest}")
}

/// A file of GitLab's own without one that is included no longer, where others still are.
pub(super) fn without_include(text: &str, file: &str) -> String {
    text.split_inclusive('\n').filter(|line| !includes(line, file)).collect()
}

/// Whether a file that was put in is what GitLab's own must include.
pub(super) fn is_included(file: &str) -> bool {
    file.strip_prefix(GITLAB_FOLDER).is_some_and(|rest| rest.starts_with('/') && rest.ends_with("yml"))
}

/// The name of the machine that an address of git leads to.
fn host(url: &str) -> Option<String> {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let rest = rest.split_once('@').map_or(rest, |(_, rest)| rest);
    let host = rest.split(['/', ':']).next().filter(|host| host.contains('.') && !host.starts_with('.'))?;
    host.chars()
        .all(|letter| letter.is_ascii_alphanumeric() || ".-".contains(letter))
        .then(|| host.to_owned())
}

/// GitLab's file with an include, or what is to be done by hand. The text is not read as YAML: GitLab has tags of its own
/// in it (`!reference`), which no reader of plain YAML takes.
pub(super) fn with_include(text: &str, file: &str) -> Result<String, String> {
    if text.lines().any(|line| includes(line, file)) {
        return Ok(text.to_owned());
    }
    if let Some(why) = policy::no_yaml(text) {
        return Err(format!(
            "{GITLAB_CI} is left as it is, since it is no YAML ({why}): mend it, then run this again, or add `- local: {file}` to \
             `include` there"
        ));
    }
    let end = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let by_hand = || {
        format!(
            "add `- local: {file}` to `include` in {GITLAB_CI}: it is written in a way that is not edited"
        )
    };
    if text.trim_start_matches('\u{feff}').trim_start().starts_with(['{', '[']) {
        return Err(by_hand());
    }
    let is_include = |line: &str| line.split_once(':').is_some_and(|(key, _)| key.trim_end() == "include");
    let Some(at) = text.lines().position(is_include) else {
        let gap = if text.is_empty() || text.ends_with('\n') { "" } else { end };
        return Ok(format!("{text}{gap}include:{end}  - local: {file}{end}"));
    };
    let mut lines = text.split_inclusive('\n').skip(at);
    let head = without_comment(lines.next().unwrap_or_default());
    let next = lines.find(|line| !without_comment(line).is_empty()).unwrap_or_default();
    let indent = &next[..next.len() - next.trim_start_matches(' ').len()];
    if head != "include:" || !next[indent.len()..].starts_with("- ") {
        return Err(by_hand());
    }
    let until: usize = text.split_inclusive('\n').take(at + 1).map(str::len).sum();
    Ok(format!("{}{indent}- local: {file}{end}{}", &text[..until], &text[until..]))
}

/// Whether a line takes a file in: one item of a list, in whatever quotes, and no comment about it.
fn includes(line: &str, file: &str) -> bool {
    let item = without_comment(line).trim_start().trim_start_matches("- ").trim_start();
    let path = item.strip_prefix("local:").unwrap_or(item).trim().trim_matches(['"', '\'']);
    path.trim_start_matches('/') == file
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_include_joins_the_others() {
        let check = |text: &str, expected: &str| {
            assert_eq!(with_include(text, ".gitlab/gatefold.yml").as_deref(), Ok(expected));
            assert_eq!(with_include(expected, ".gitlab/gatefold.yml").as_deref(), Ok(expected));
        };
        let ours = "include:\n  - local: .gitlab/gatefold.yml\n";
        check("", ours);
        check("a: !reference [b, c]", &format!("a: !reference [b, c]\n{ours}"));
        let theirs = "spec: {}\n---\na: &a { b: c }\nb: { <<: *a, b: !x d }\nb: e\n# f\n";
        check(theirs, &format!("{theirs}{ours}"));
        check(
            "include:\n- local: a.yml # a\nb: {}\n",
            "include:\n- local: .gitlab/gatefold.yml\n- local: a.yml # a\nb: {}\n",
        );
        // A comment that speaks of it includes nothing, nor does a job whose name begins alike.
        check("# see .gitlab/gatefold.yml\n", &format!("# see .gitlab/gatefold.yml\n{ours}"));
        check("included:\n  - a\n", &format!("included:\n  - a\n{ours}"));
        check(
            "include: # ours\r\n\r\n  # of the team\r\n  - local: a.yml\r\n",
            "include: # ours\r\n  - local: .gitlab/gatefold.yml\r\n\r\n  # of the team\r\n  - local: a.yml\r\n",
        );
        for same in [
            "include:\n  - local: '/.gitlab/gatefold.yml' # judges\n",
            "include:\n  - \".gitlab/gatefold.yml\"\n",
            "include:\n  - project: a/b\n    file: c.yml\n  - local: .gitlab/gatefold.yml\r\n",
        ] {
            check(same, same);
        }
        for other in [
            "{include: [a.yml]}\n",
            "include: a.yml\n",
            "include: [a.yml]\n",
            "include:\n  local: a.yml\n",
            "a: [b\nc: d\n",
            "a:\n\tscript: b\n",
        ] {
            assert!(
                with_include(other, "x.yml").is_err_and(|note| note.contains("- local: x.yml")),
                "{other}"
            );
        }
    }

    #[test]
    fn a_judge_is_fetched_from_the_forge_of_the_repository() {
        let check = |url: &str, expected: Option<&str>| assert_eq!(host(url).as_deref(), expected, "{url}");
        check("https://gitlab.example.com/a/b.git", Some("gitlab.example.com"));
        check("git@gitlab.example.com:a/b.git", Some("gitlab.example.com"));
        check("ssh://git@gitlab.example.com:22/a/b", Some("gitlab.example.com"));
        check("../beside", None);
        check("https://a b.c/d", None);
    }

    #[test]
    fn the_templates_have_what_is_set_in_them() {
        for line in ["\n  GATED: .\n", "\n  JUDGE_REPOSITORY: \"\"\n", "\n  JUDGE_COMMIT: \"\"\n"] {
            assert_eq!(GITLAB.matches(line).count(), 1, "{line}");
        }
        for line in ["branches: [main]", "\nname: gatefold\n", "\n  gatefold:\n"] {
            assert_eq!(GITHUB.matches(line).count(), 1, "{line}");
        }
    }
}
