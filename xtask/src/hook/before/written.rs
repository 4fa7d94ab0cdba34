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
        "rm" | "tee" | "truncate" | "unlink" | "chmod" | "touch" | "shred" => written.extend(paths()),
        "sed" | "gsed" if given.iter().any(|word| in_place(word, "efl")) => written.extend(paths()),
        "perl" | "ruby" if given.iter().any(|word| in_place(word, "eEFIMmrx")) => written.extend(paths()),
        "yq" if given.iter().any(|word| in_place(word, "op") || word == "--inplace") => {
            written.extend(paths())
        }
        "patch" => written.extend(paths().next()),
        "sponge" => written.extend(paths()),
        "mv" => {
            let paths: Vec<String> = paths().collect();
            written.extend(copied(&paths).into_iter().chain(paths.iter().rev().skip(1).cloned()));
        }
        "cp" | "ln" | "install" | "rsync" => written.extend(copied(&paths().collect::<Vec<_>>())),
        "dd" => written.extend(given.iter().filter_map(|word| word.strip_prefix("of=")).map(str::to_owned)),
        "git" => written.extend(by_git(given)),
        _ => {}
    }
    written
}

/// What `rm`, `mv` and git take away or put something else for, folders as a whole.
pub(super) fn taken_away(command: &Simple) -> Vec<String> {
    let Some((program, given)) = command.program() else { return Vec::new() };
    let mut paths: Vec<String> = given.iter().filter(|word| !word.starts_with('-')).cloned().collect();
    match program {
        "rm" | "shred" => paths,
        "mv" => {
            paths.pop();
            paths
        }
        "git" => by_git(given),
        _ => Vec::new(),
    }
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

/// What git takes out of another commit, moves, removes, or no longer looks at.
fn by_git(given: &[String]) -> Vec<String> {
    let Some((subcommand, rest)) = super::shell::subcommand(given) else { return Vec::new() };
    let paths = || rest.iter().filter(|word| !word.starts_with('-')).cloned();
    let (revisions, files) = match rest.iter().position(|word| word == "--") {
        Some(at) => (&rest[..at], &rest[at + 1..]),
        None => (rest, rest),
    };
    let mut from = (0..revisions.len()).filter(|at| !revisions[*at].starts_with('-'));
    match subcommand {
        "rm" | "mv" => paths().collect(),
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
        let written: Vec<String> = shell::commands_within(command).iter().flat_map(by).collect();
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
        check("perl -Mstrict -wne print gatefold.yaml", &[]);
        check("perl -MList::Util=min -ne print gatefold.yaml", &[]);
        check("yq -i .mode=1 gatefold.yaml", &[".mode=1", "gatefold.yaml"]);
        check("patch gatefold.yaml < p", &["gatefold.yaml"]);
        check("cp x/gatefold.yaml .", &[".", "./gatefold.yaml"]);
        check("cp gatefold.yaml /tmp/", &["/tmp", "/tmp/gatefold.yaml"]);
        check("printf x | tee -a .claude/settings.json", &[".claude/settings.json"]);
        check("A=b dd if=x of=y", &["y"]);
        check("bash -c 'echo x > y'", &["y"]);
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
        check("git -C x restore -s old a", &["old", "a"]);
        check("git rm -f a", &["a"]);
        check("git mv a b", &["a", "b"]);
        check("git update-index --assume-unchanged a", &["a"]);
        check("git log -- a", &[]);
    }
}
