//! Which files a shell command evidently writes.

use super::shell::Simple;

/// Revisions from which a file is put back as it was, which is no edit.
const PUT_BACK_FROM: [&str; 8] =
    ["HEAD", "@", "main", "master", "origin/HEAD", "origin/main", "origin/master", "upstream/main"];

/// The targets of `>`, and what `rm`, `mv`, `tee`, `sed -i` and their like are given.
pub(super) fn by(command: &Simple) -> Vec<String> {
    let mut written = command.into.clone();
    let Some((program, given)) = command.program() else { return written };
    let paths = || given.iter().filter(|word| !word.starts_with('-')).cloned();
    match program {
        "chmod" if only_lets_run(given) => {}
        "rm" | "tee" | "truncate" | "unlink" | "chmod" | "touch" | "shred" => written.extend(paths()),
        "ed" | "ex" => written.extend(paths()),
        "vi" | "vim" | "nvim" if given.iter().any(|word| saves(word)) => written.extend(paths()),
        "find" if given.iter().any(|word| word == "-delete") => written.extend(super::shell::found(given)),
        "sed" | "gsed" if given.iter().any(|word| in_place(word, "efl")) => written.extend(paths()),
        "perl" | "ruby" if given.iter().any(|word| in_place(word, "eEFIMmrx")) => written.extend(paths()),
        "yq" if given.iter().any(|word| in_place(word, "op") || word == "--inplace") => {
            written.extend(paths())
        }
        "patch" => written.extend(paths().next()),
        "sponge" => written.extend(paths()),
        "mv" => {
            let paths: Vec<String> = paths().collect();
            if let Some(renamed) = snapshot_renamed(&paths) {
                return vec![renamed];
            }
            written.extend(copied(&paths).into_iter().chain(paths.iter().rev().skip(1).cloned()));
        }
        "cp" | "ln" | "install" | "rsync" | "scp" => {
            let to = into(given);
            let paths = paths().filter(|path| Some(path.as_str()) != to);
            written.extend(copied(&paths.chain(to.map(str::to_owned)).collect::<Vec<_>>()));
        }
        "curl" => written.extend(named(given, &["-o", "--output"])),
        "wget" => written.extend(named(given, &["-O", "--output-document"])),
        "dd" => written.extend(given.iter().filter_map(|word| word.strip_prefix("of=")).map(str::to_owned)),
        "git" => written.extend(by_git(given)),
        _ => {}
    }
    written
}

/// Whether a mode takes nothing from anybody but that a file cannot be run.
fn only_lets_run(given: &[String]) -> bool {
    let mode = given.iter().find(|word| !word.starts_with('-'));
    mode.is_some_and(|mode| {
        let who = mode.strip_suffix("+x").map(|who| who.chars().all(|letter| "ugoa".contains(letter)));
        who == Some(true) || matches!(mode.as_str(), "755" | "0755")
    })
}

/// Whether a command of an editor writes the file.
fn saves(word: &str) -> bool {
    let last = word.trim_start_matches('+').rsplit(['|', ' ']).next().unwrap_or_default();
    matches!(
        last.trim_start_matches(':').trim_end_matches('!'),
        "w" | "wq" | "x" | "wa" | "wqa" | "xa" | "update"
    )
}

/// Whether nothing is left of the files that a command names.
pub(super) fn removes(command: &Simple) -> bool {
    match command.program() {
        Some(("rm" | "unlink" | "shred", _)) => true,
        Some(("git", given)) => super::shell::subcommand(given).is_some_and(|(name, _)| name == "rm"),
        _ => false,
    }
}

/// What `rm`, `mv` and git take away or put something else for, folders as a whole; and the revision that git takes it
/// from.
pub(super) fn taken_away(command: &Simple) -> (Vec<String>, Option<&str>) {
    let Some((program, given)) = command.program() else { return (Vec::new(), None) };
    let mut paths: Vec<String> = given.iter().filter(|word| !word.starts_with('-')).cloned().collect();
    match program {
        "rm" | "shred" => (paths, None),
        "mv" => {
            paths.pop();
            (paths, None)
        }
        // What is taken out of the index only still lies there.
        "git" if given.iter().any(|word| word == "--cached") => (Vec::new(), None),
        "git" => (by_git(given), revision(given)),
        _ => (Vec::new(), None),
    }
}

/// The new name of a snapshot that goes with its test: what it says is judged in the gate.
fn snapshot_renamed(paths: &[String]) -> Option<String> {
    match paths {
        [from, to] if from.ends_with(".snap") && to.ends_with(".snap") => Some(to.clone()),
        _ => None,
    }
}

/// The revision from which git puts files back, where it is told one.
fn revision(given: &[String]) -> Option<&str> {
    let (subcommand, rest) = super::shell::subcommand(given)?;
    match subcommand {
        "checkout" => rest.iter().map(String::as_str).find(|word| !word.starts_with('-')),
        "restore" => source_of(rest),
        _ => None,
    }
}

/// The folder that `-t DIR` and `--target-directory=DIR` name.
fn into(given: &[String]) -> Option<&str> {
    let is_short = |word: &String| word == "-t" || word == "--target-directory";
    let behind = given.iter().position(is_short).and_then(|at| given.get(at + 1));
    behind
        .map(String::as_str)
        .or_else(|| given.iter().find_map(|word| word.strip_prefix("--target-directory=")))
}

/// The values of an option: `-o FILE`, `-oFILE`, `--output FILE`, `--output=FILE`.
fn named(given: &[String], names: &[&str]) -> Vec<String> {
    let value = |(at, word): (usize, &String)| {
        names.iter().find_map(|name| match word.strip_prefix(name)? {
            "" => given.get(at + 1).cloned(),
            value if name.starts_with("--") => value.strip_prefix('=').map(str::to_owned),
            value => Some(value.to_owned()),
        })
    };
    given.iter().enumerate().filter_map(value).collect()
}

/// The last of the paths; also what it holds then of the others, if it is a folder.
fn copied(paths: &[String]) -> Vec<String> {
    let Some((to, from)) = paths.split_last() else { return Vec::new() };
    let to = to.trim_end_matches('/');
    let inside = from.iter().filter_map(|from| Some(format!("{to}/{}", from.rsplit('/').next()?)));
    std::iter::once(to.to_owned()).chain(inside).collect()
}

/// `-i` among short options, in front of one that takes the rest of the word.
fn in_place(word: &str, with_value: &str) -> bool {
    let Some(letters) = word.strip_prefix('-') else { return false };
    word.starts_with("--in-place")
        || !letters.starts_with('-')
            && letters.chars().take_while(|letter| !with_value.contains(*letter)).any(|letter| letter == 'i')
}

/// What git takes out of another commit, moves, removes, or no longer looks at; from the folder that `-C` names.
fn by_git(given: &[String]) -> Vec<String> {
    let at = given.iter().position(|word| word == "-C").and_then(|at| given.get(at + 1));
    let found = within_git(given);
    match at {
        Some(folder) => found.iter().map(|path| format!("{folder}/{path}")).collect(),
        None => found,
    }
}

fn within_git(given: &[String]) -> Vec<String> {
    let Some((subcommand, rest)) = super::shell::subcommand(given) else { return Vec::new() };
    let paths = || rest.iter().filter(|word| !word.starts_with('-')).cloned();
    let (revisions, files) = match rest.iter().position(|word| word == "--") {
        Some(at) => (&rest[..at], &rest[at + 1..]),
        None => (rest, rest),
    };
    let mut from = (0..revisions.len()).filter(|at| !revisions[*at].starts_with('-'));
    match subcommand {
        "rm" | "mv" => {
            let paths: Vec<String> = paths().collect();
            snapshot_renamed(&paths).filter(|_| subcommand == "mv").map_or(paths, |renamed| vec![renamed])
        }
        "update-index"
            if rest.iter().any(|word| word.starts_with("--assume") || word.starts_with("--skip")) =>
        {
            paths().collect()
        }
        "checkout" => {
            let Some(at) = from.next().filter(|at| !PUT_BACK_FROM.contains(&rest[*at].as_str())) else {
                return Vec::new();
            };
            let files = if files.len() == rest.len() { &rest[at + 1..] } else { files };
            files.iter().filter(|word| !word.starts_with('-')).cloned().collect()
        }
        "restore" if source_of(rest).is_some_and(|from| !PUT_BACK_FROM.contains(&from)) => paths().collect(),
        _ => Vec::new(),
    }
}

/// `--source=REV`, `--source REV`, `-s REV`.
fn source_of(rest: &[String]) -> Option<&str> {
    rest.iter().enumerate().find_map(|(at, word)| match word.as_str() {
        "--source" | "-s" => rest.get(at + 1).map(String::as_str),
        word => word.strip_prefix("--source=").or_else(|| word.strip_prefix("-s")),
    })
}

#[cfg(test)]
mod tests {
    use super::super::shell;
    use super::*;

    fn check(command: &str, expected: &[&str]) {
        let setting = shell::Setting { folder: "/top".into(), home: None };
        let written: Vec<String> = shell::commands_within(command, &setting).iter().flat_map(by).collect();
        assert_eq!(written, expected, "{command}");
    }

    #[test]
    fn a_command_writes_where_it_evidently_writes() {
        check("cat gatefold.yaml", &[]);
        check("cat gatefold.yaml > /tmp/x", &["/tmp/x"]);
        check("echo 'a > b' gatefold.yaml", &[]);
        check("echo x >>gatefold.yaml; ls", &["gatefold.yaml"]);
        check("sed -n 1,5p gatefold.yaml", &[]);
        check("sed -i s/a/b/ gatefold.yaml", &["s/a/b/", "gatefold.yaml"]);
        check("sed -Ei.bak s/a/b/ gatefold.yaml", &["s/a/b/", "gatefold.yaml"]);
        check("perl -pi -e s/a/b/ gatefold.yaml", &["s/a/b/", "gatefold.yaml"]);
        check("cd x && rm -rf 'approvals/a.sig'", &["approvals/a.sig"]);
        check("sed -n -e /i/p gatefold.yaml", &[]);
        check("find .claude a -type f -name s.json -delete", &[".claude/s.json", "a/s.json"]);
        check("find .claude -name s.json", &[]);
        check("ed -s a", &["a"]);
        check("vim -es a -c ':%s/b/c/ | wq!'", &["a", ":%s/b/c/ | wq!"]);
        check("vim -R a", &[]);
        check("chmod u+x a", &[]);
        check("chmod 644 a", &["644", "a"]);
        check("perl -Mstrict -wne print gatefold.yaml", &[]);
        check("perl -MList::Util=min -ne print gatefold.yaml", &[]);
        check("yq -i .mode=1 gatefold.yaml", &[".mode=1", "gatefold.yaml"]);
        check("patch gatefold.yaml < p", &["gatefold.yaml"]);
        check("cp x/gatefold.yaml .", &[".", "./gatefold.yaml"]);
        check("cp gatefold.yaml /tmp/", &["/tmp", "/tmp/gatefold.yaml"]);
        check("printf x | tee -a .claude/settings.json", &[".claude/settings.json"]);
        check("A=b dd if=x of=y", &["y"]);
        check("bash -c 'echo x > y'", &["y"]);
        check("cp -t a b/c", &["a", "a/c"]);
        check("install --target-directory=a c", &["a", "a/c"]);
        check("ln -sf /tmp/x a", &["a", "a/x"]);
        check("curl -sSo a https://example.org/b", &[]);
        check("curl -s -o a https://example.org/b", &["a"]);
        check("curl --output=a https://example.org/b", &["a"]);
        check("wget -Oa https://example.org/b", &["a"]);
        check("sudo nohup time env A=b tee a", &["a"]);
        check("echo a | xargs -n 1 sed -i s/x/y/", &["s/x/y/", "a"]);
        check("for f in a b; do rm $f; done", &["a", "b"]);
    }

    #[test]
    fn git_writes_what_it_takes_from_elsewhere_and_puts_back_what_was() {
        check("git checkout -- .claude/settings.json", &[]);
        check("git checkout HEAD -- a", &[]);
        check("git checkout origin/main -- a", &[]);
        check("git checkout other -- a b", &["a", "b"]);
        check("git checkout HEAD~3 a", &["a"]);
        check("git checkout work", &[]);
        check("git checkout -p a", &[]);
        check("git checkout -q --theirs a", &[]);
        check("git checkout -q other a", &["a"]);
        check("git restore a", &[]);
        check("git restore --source=HEAD~2 a", &["a"]);
        check("git -C x restore -s old a", &["x/old", "x/a"]);
        check("git rm -f a", &["a"]);
        check("git mv a b", &["a", "b"]);
        check("git update-index --assume-unchanged a", &["a"]);
        check("git log -- a", &[]);
    }
}
