//! Before a tool is used: writes that would weaken what judges the change are denied, with what to do instead.
//!
//! This is a fence and no wall: a shell command can write in ways that nobody can foresee. What gets through is found
//! by `integrity`, in the gate.

use std::path::Path;

use golden::Policy as Golden;
use policy::approvals::{FOLDER, NAMESPACE, REVOKED_FILE, SIGNERS_FILE};
use policy::{Document, POLICY_FILE, Settings};

use super::after::{ask_of_hook, place};
use super::answer::{Answer, Verdict};
use super::event::{Call, Edit, Event};
use super::shell::{self, Simple};
use crate::house;
use crate::scene::Scene;

/// Answers with a denial or with silence.
pub(crate) fn answer(event: &Event, call: &Call) -> Answer {
    let written =
        || call.writes.iter().find_map(|write| why_not_write(&event.folder.join(&write.file), &write.edit));
    let run = || call.command.as_deref().and_then(|command| why_not_run(&event.folder, command));
    written().or_else(run).map_or_else(Answer::nothing, |reason| Verdict::Deny(reason).into())
}

/// Why a file must not be written by an agent, if so.
fn why_not_write(file: &Path, edit: &Edit) -> Option<String> {
    let (root, path) = place(file)?;
    if path == POLICY_FILE {
        return why_not_policy(&root, edit);
    }
    why_not_touch(&root, &path)
}

/// Why a path must be left alone whatever is written there, if so.
fn why_not_touch(root: &Path, path: &str) -> Option<String> {
    let name = path.rsplit('/').next().unwrap_or(path);
    if path == SIGNERS_FILE
        || path == REVOKED_FILE
        || (path.starts_with(&format!("{FOLDER}/")) && path.ends_with(".sig"))
    {
        return Some(format!(
            "`{path}` says who may approve. Only a person changes it; say in your last message what is needed."
        ));
    }
    let in_claude = path == format!(".claude/{name}") || path.ends_with(&format!("/.claude/{name}"));
    if in_claude && name == "gatefold-hook" {
        return Some(format!("`{path}` is what the hooks of this session run. Only a person changes it."));
    }
    if in_claude && name.starts_with("settings") && name.ends_with(".json") {
        return Some(format!("`{path}` holds the hooks that judge this session. Only a person changes it."));
    }
    if let Some(reason) = why_not_wiring(path) {
        return Some(reason);
    }
    let document = std::fs::read_to_string(root.join(POLICY_FILE))
        .ok()
        .and_then(|text| Document::parse(POLICY_FILE, &text, &house::SCHEMA).ok())?;
    let golden: Golden = document.section("golden").unwrap_or_default();
    if golden.corpora.iter().any(|corpus| corpus.records(path)) {
        return Some(format!(
            "`{path}` is recorded, never written by hand. If a ranking was meant to change, run \
             `cargo xtask golden accept`; a person then approves what moved."
        ));
    }
    let settings = Settings::read(&document).ok()?;
    settings.protected_files().is_match(path).then(|| {
        format!(
            "`{path}` is protected by the policy. Describe the change that you need in your last message."
        )
    })
}

/// Why a path belongs to what runs the hooks, if it does: Codex' settings, the installed binary, git's own hooks.
fn why_not_wiring(path: &str) -> Option<String> {
    let is =
        |folder: &str| path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    let what = match path.rsplit_once(".codex/") {
        Some((_, "hooks.json" | "config.toml")) => "holds the hooks that judge this session",
        _ if is(".git/gatefold") => "is what the hooks of this session run",
        _ if is(".git/hooks") => "is run by git before it commits and pushes",
        _ => return None,
    };
    Some(format!("`{path}` {what}. Only a person changes it."))
}

/// The policy may be edited, as long as nothing in it is loosened: a new crate must find its layer.
fn why_not_policy(root: &Path, edit: &Edit) -> Option<String> {
    let now = std::fs::read_to_string(root.join(POLICY_FILE)).unwrap_or_default();
    let then = edit.text_after(&now)?;
    let then = match Document::parse(POLICY_FILE, &then, &house::SCHEMA) {
        Ok(document) => document,
        Err(error) => return Some(format!("the policy would be invalid: {error}")),
    };
    let Ok(now) = Document::parse(POLICY_FILE, &now, &house::SCHEMA) else { return None };
    let mut loosened = policy::loosenings(&now, &then, &house::SCHEMA, &house::rules());
    // Only then the change is read.
    if loosened.iter().any(arch::may_be_gone)
        && let Some(scene) = ask_of_hook(root, None).ok().and_then(|ask| Scene::open(ask).ok())
    {
        loosened.retain(|difference| !is_gone(&scene, difference, &now, &then));
    }
    let loosened: Vec<String> = loosened
        .into_iter()
        .map(|difference| {
            let or_nothing = |text: Option<String>| text.unwrap_or_else(|| "nothing".to_owned());
            format!(
                "`{}`: from {} to {}",
                difference.path,
                or_nothing(difference.before),
                or_nothing(difference.after)
            )
        })
        .collect();
    (!loosened.is_empty()).then(|| {
        format!(
            "this would loosen the policy that judges the change ({}). Mend the code instead, or describe in your last \
             message why the policy is wrong: only a person can approve that.",
            loosened.join("; ")
        )
    })
}

/// Whether a difference takes out of the policy what the working tree has no more: nothing is loosened by that.
fn is_gone(scene: &Scene, difference: &policy::Difference, now: &Document, then: &Document) -> bool {
    let section = |document: &Document| document.section::<arch::Policy>(arch::SECTION.name);
    let (Some(base), Ok(before), Ok(after)) = (scene.base_code(), section(now), section(then)) else {
        return false;
    };
    let sides =
        arch::Sides { change: &scene.change, base: (&before, base), head: (&after, scene.head_code()) };
    arch::is_gone(&sides, difference).unwrap_or(false)
}

/// Why a shell command must not be run, if so.
fn why_not_run(folder: &Path, command: &str) -> Option<String> {
    shell::commands(command).iter().find_map(|command| {
        why_not_call(command).map(str::to_owned).or_else(|| {
            written_by(command).iter().find_map(|word| {
                let (root, path) = place(&folder.join(word))?;
                if path == POLICY_FILE {
                    return Some(
                        "edit `gatefold.yaml` with the edit tool, so that it can be read before it is written"
                            .to_owned(),
                    );
                }
                why_not_touch(&root, &path)
            })
        })
    })
}

/// Why a program must not be called as it is, if so.
fn why_not_call(command: &Simple) -> Option<&'static str> {
    const HOOKS: &str = "do not go round git's hooks; mend what they find";
    const SNAPSHOTS: &str = "snapshots are not accepted by an agent: a person reads what changed. Mend the code, or \
                             describe the change in your last message.";
    const SIGNATURES: &str = "an approval is signed by a person, with that person's own hands. Leave the signature out, which \
                              makes a request, or describe in your last message what needs an approval and why.";
    let forced = |word: &String| {
        matches!(word.split_once('='), Some(("INSTA_UPDATE", value)) if value != "no")
            || matches!(word.split_once('='), Some(("INSTA_FORCE_PASS", value)) if value != "0")
    };
    if command.words.iter().any(forced) {
        return Some(SNAPSHOTS);
    }
    let (program, given) = command.program()?;
    let has = |wanted: &str| given.iter().any(|word| word == wanted);
    match program {
        "git" => {
            let skips = has("--no-verify")
                || has("commit") && given.iter().any(|word| is_no_verify(word))
                || given.iter().any(|word| word.starts_with("core.hooksPath"));
            skips.then_some(HOOKS)
        }
        "ssh-keygen" if has("sign") && has(NAMESPACE) => Some(SIGNATURES),
        "gatefold" | "cargo"
            if has("approve") && given.iter().any(|word| word.starts_with("--sign-with")) =>
        {
            Some(SIGNATURES)
        }
        "cargo" | "cargo-insta" => {
            let insta = program == "cargo-insta" || has("insta");
            (insta && (has("accept") || has("review") || has("--accept"))).then_some(SNAPSHOTS)
        }
        _ => None,
    }
}

/// Whether short options of `git commit` hold `-n`, before one that takes the rest as its value.
fn is_no_verify(word: &str) -> bool {
    let Some(letters) = word.strip_prefix('-').filter(|letters| !letters.starts_with('-')) else {
        return false;
    };
    letters.chars().take_while(|letter| !"mFCctSu".contains(*letter)).any(|letter| letter == 'n')
}

/// The paths that a command evidently writes: targets of `>`, and what `rm`, `mv`, `tee`, `sed -i` and their like
/// are given.
fn written_by(command: &Simple) -> Vec<String> {
    let mut written = command.into.clone();
    let Some((program, given)) = command.program() else { return written };
    let paths = || given.iter().filter(|word| !word.starts_with('-')).cloned();
    match program {
        "rm" | "mv" | "tee" | "truncate" | "unlink" => written.extend(paths()),
        "sed" | "perl" if given.iter().any(|word| word.starts_with("-i")) => written.extend(paths()),
        "cp" | "ln" | "install" => written.extend(paths().next_back()),
        "dd" => written.extend(given.iter().filter_map(|word| word.strip_prefix("of=")).map(str::to_owned)),
        _ => {}
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(command: &str, expected: &[&str]) {
        let written: Vec<String> = shell::commands(command).iter().flat_map(written_by).collect();
        assert_eq!(written, expected, "{command}");
    }

    #[test]
    fn an_agent_signs_no_approval() {
        for (command, denied) in [
            ("cargo xtask approve 12345678 --reason x --by mira --sign-with ~/.ssh/id_ed25519", true),
            ("cd x && gatefold approve a --sign-with=key", true),
            ("ssh-keygen -Y sign -n gatefold-approval -f key approvals/a.yaml", true),
            ("ssh-keygen -Y sign -n git -f key commit", false),
            ("gatefold approve", false),
            ("cargo xtask approve 12345678 --reason x --by mira", false),
        ] {
            let found = shell::commands(command).iter().any(|command| why_not_call(command).is_some());
            assert_eq!(found, denied, "{command}");
        }
    }

    #[test]
    fn a_command_writes_where_it_evidently_writes() {
        check("cat gatefold.yaml", &[]);
        check("cat gatefold.yaml > /tmp/x", &["/tmp/x"]);
        check("echo 'a > b' gatefold.yaml", &[]);
        check("echo x >>gatefold.yaml; ls", &["gatefold.yaml"]);
        check("sed -n 1,5p gatefold.yaml", &[]);
        check("sed -i s/a/b/ gatefold.yaml", &["s/a/b/", "gatefold.yaml"]);
        check("cd x && rm -rf 'approvals/a.sig'", &["approvals/a.sig"]);
        check("cp gatefold.yaml /tmp", &["/tmp"]);
        check("printf x | tee -a .claude/settings.json", &[".claude/settings.json"]);
        check("A=b dd if=x of=y", &["y"]);
    }
}
