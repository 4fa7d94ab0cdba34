//! Before a tool is used: writes that would weaken what judges the change are denied, with what to do instead.
//!
//! This is a fence and no wall: a shell command can write in ways that nobody can foresee. What gets through is found
//! by `integrity`, in the gate.

use std::path::Path;

use golden::Policy as Golden;
use policy::approvals::{FOLDER, SIGNERS_FILE};
use policy::{Document, Effect, POLICY_FILE, Settings};

use super::after::place;
use super::event::{Call, Event};
use super::reply::Reply;
use crate::house;

/// Answers with a denial or with silence.
pub(crate) fn answer(event: &Event, call: &Call) -> Reply {
    let reason = match (call.written(&event.folder), call.command()) {
        (Some(file), _) => why_not_write(&file, call),
        (None, Some(command)) => why_not_run(&event.folder, command),
        (None, None) => None,
    };
    reason.map_or(Reply::Nothing, Reply::Deny)
}

/// Why a file must not be written by an agent, if so.
fn why_not_write(file: &Path, call: &Call) -> Option<String> {
    let (root, path) = place(file)?;
    if path == POLICY_FILE {
        return why_not_policy(&root, call);
    }
    why_not_touch(&root, &path)
}

/// Why a path must be left alone whatever is written there, if so.
fn why_not_touch(root: &Path, path: &str) -> Option<String> {
    let name = path.rsplit('/').next().unwrap_or(path);
    if path == SIGNERS_FILE || (path.starts_with(&format!("{FOLDER}/")) && path.ends_with(".sig")) {
        return Some(format!(
            "`{path}` says who may approve. Only a person changes it; say in your last message what is needed."
        ));
    }
    let in_claude = path == format!(".claude/{name}") || path.ends_with(&format!("/.claude/{name}"));
    if in_claude && name.starts_with("settings") && name.ends_with(".json") {
        return Some(format!("`{path}` holds the hooks that judge this session. Only a person changes it."));
    }
    let document = std::fs::read_to_string(root.join(POLICY_FILE))
        .ok()
        .and_then(|text| Document::parse(POLICY_FILE, &text, &house::SCHEMA).ok())?;
    let golden: Golden = document.section("golden").unwrap_or_default();
    if golden.corpora.iter().any(|corpus| corpus.rankings() == path) {
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

/// The policy may be edited, as long as nothing in it is loosened: a new crate must find its layer.
fn why_not_policy(root: &Path, call: &Call) -> Option<String> {
    let now = std::fs::read_to_string(root.join(POLICY_FILE)).unwrap_or_default();
    let then = text_after(&now, call)?;
    let then = match Document::parse(POLICY_FILE, &then, &house::SCHEMA) {
        Ok(document) => document,
        Err(error) => return Some(format!("the policy would be invalid: {error}")),
    };
    let Ok(now) = Document::parse(POLICY_FILE, &now, &house::SCHEMA) else { return None };
    let loosened: Vec<String> = policy::differences(&now, &then, &house::SCHEMA, &house::rules())
        .into_iter()
        .filter(|difference| difference.effect == Effect::Loosens)
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

/// What the file would hold; `None` where the tool itself will refuse.
fn text_after(now: &str, call: &Call) -> Option<String> {
    if let Some(content) = call.text("content") {
        return Some(content.to_owned());
    }
    let (old, new) = (call.text("old_string")?, call.text("new_string")?);
    let all = call.input.get("replace_all").and_then(serde_json::Value::as_bool).unwrap_or(false);
    now.contains(old).then(|| if all { now.replace(old, new) } else { now.replacen(old, new, 1) })
}

/// Why a shell command must not be run, if so. Looks at words, not at shell syntax.
fn why_not_run(folder: &Path, command: &str) -> Option<String> {
    let words: Vec<&str> = command
        .split(|c: char| c.is_whitespace() || ";|&()".contains(c))
        .filter(|word| !word.is_empty())
        .collect();
    let has = |wanted: &str| words.contains(&wanted);
    if has("git") && (has("--no-verify") || words.iter().any(|word| word.starts_with("core.hooksPath"))) {
        return Some("do not go round git's hooks; mend what they find".to_owned());
    }
    let forced = |word: &&str| {
        matches!(word.split_once('='), Some(("INSTA_UPDATE", value)) if value != "no")
            || matches!(word.split_once('='), Some(("INSTA_FORCE_PASS", value)) if value != "0")
    };
    let accepts = has("insta") && (has("accept") || has("review") || has("--accept"));
    if accepts || words.iter().any(forced) {
        return Some(
            "snapshots are not accepted by an agent: a person reads what changed. Mend the code, or describe the change \
             in your last message."
                .to_owned(),
        );
    }
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
}

/// The paths that a shell command evidently writes: targets of `>`, and what `rm`, `mv`, `tee`, `sed -i` and their like
/// are given.
fn written_by(command: &str) -> Vec<String> {
    let mut written = Vec::new();
    for simple in command.split([';', '|', '&', '\n']) {
        let words: Vec<&str> = simple.split_whitespace().map(|word| word.trim_matches(['"', '\''])).collect();
        for (at, word) in words.iter().enumerate() {
            if let Some((_, target)) =
                word.split_once('>').filter(|(before, _)| before.bytes().all(|b| b.is_ascii_digit()))
            {
                let target = target.trim_start_matches('>');
                let target =
                    if target.is_empty() { words.get(at + 1).copied().unwrap_or_default() } else { target };
                written.push(target.trim_matches(['"', '\'']).to_owned());
            }
        }
        let Some((tool, given)) = words.split_first() else { continue };
        let paths = || given.iter().filter(|word| !word.starts_with('-')).map(|word| (*word).to_owned());
        match *tool {
            "rm" | "mv" | "tee" | "truncate" | "unlink" => written.extend(paths()),
            "sed" | "perl" if given.iter().any(|word| word.starts_with("-i")) => written.extend(paths()),
            "cp" | "ln" | "install" => written.extend(paths().next_back()),
            "dd" => {
                written.extend(given.iter().filter_map(|word| word.strip_prefix("of=")).map(str::to_owned))
            }
            _ => {}
        }
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(command: &str, expected: &[&str]) {
        assert_eq!(written_by(command), expected, "{command}");
    }

    #[test]
    fn a_command_writes_where_it_evidently_writes() {
        check("cat gatefold.yaml", &[]);
        check("cat gatefold.yaml > /tmp/x", &["/tmp/x"]);
        check("echo 'a -> b' gatefold.yaml", &[]);
        check("echo x >>gatefold.yaml; ls", &["gatefold.yaml"]);
        check("sed -n 1,5p gatefold.yaml", &[]);
        check("sed -i s/a/b/ gatefold.yaml", &["s/a/b/", "gatefold.yaml"]);
        check("cd x && rm -rf 'approvals/a.sig'", &["approvals/a.sig"]);
        check("cp gatefold.yaml /tmp", &["/tmp"]);
        check("printf x | tee -a .claude/settings.json", &[".claude/settings.json"]);
    }
}
