//! Commands that go round what judges: git's hooks, accepted snapshots, approvals, the hooks of this session.

mod git;

use policy::approvals::NAMESPACE;

use super::shell::Simple;

const HOOKS: &str = "do not go round git's hooks; mend what they find";
const SNAPSHOTS: &str = "snapshots are not accepted by an agent: a person reads what changed. Mend the code, or describe the \
                         change in your last message.";
const APPROVALS: &str = "an approval is written and signed by a person. Describe in your last message what needs one and why; \
                         without arguments, `approve` lists what is open and the gate's report carries the file.";
const ASKED: &str = "only the client asks its hooks: what an event says of a session is the client's to say. What the gate finds, \
                     `gatefold gate` prints.";
const SESSION: &str =
    "only a person takes the hooks out; describe in your last message what is wrong with them";

/// Variables that write over what was accepted, or switch hooks off, and the values that do not.
const VARIABLES: [(&str, &[&str], &str); 14] = [
    ("INSTA_UPDATE", &["", "no", "new", "auto", "unseen"], SNAPSHOTS),
    ("INSTA_FORCE_PASS", &["", "0"], SNAPSHOTS),
    ("INSTA_FORCE_UPDATE", &["", "0"], SNAPSHOTS),
    ("INSTA_FORCE_UPDATE_SNAPSHOTS", &["", "0"], SNAPSHOTS),
    ("SNAPSHOTS", &["", "verify"], SNAPSHOTS),
    ("TRYCMD", &["", "dump"], SNAPSHOTS),
    ("TRYBUILD", &["", "wip"], SNAPSHOTS),
    ("UPDATE_EXPECT", &["", "0"], SNAPSHOTS),
    ("UPDATE_SNAPSHOTS", &["", "0"], SNAPSHOTS),
    ("HUSKY", &["", "1"], HOOKS),
    ("LEFTHOOK", &["", "1", "true"], HOOKS),
    ("LEFTHOOK_EXCLUDE", &[""], HOOKS),
    ("GATEFOLD_BIN", &[], SESSION),
    ("CLAUDE_CODE_SIMPLE", &["", "0"], SESSION),
];

/// Why a command must not be run as it is, if so.
pub(super) fn why_not(command: &Simple) -> Option<&'static str> {
    if let Some(reason) = command.assignments().find_map(why_not_set) {
        return Some(reason);
    }
    let (program, given) = command.program()?;
    let has = |wanted: &str| given.iter().any(|word| word == wanted);
    match program {
        "git" => git::why_not(given).or_else(|| git::why_not_with(command.assignments(), given)),
        "ssh-keygen" if has("sign") && has(NAMESPACE) => Some(APPROVALS),
        "lefthook" | "pre-commit" | "husky" if has("uninstall") && !has("--help") => Some(HOOKS),
        "gatefold" => why_not_gatefold(given),
        "gatefold-hook" => (!asks_for_help(given)).then_some(ASKED),
        "cargo" | "cargo-insta" => {
            let insta = program == "cargo-insta" || has("insta");
            let overwrites = |word: &String| {
                matches!(
                    word.as_str(),
                    "accept"
                        | "review"
                        | "--accept"
                        | "--accept-unseen"
                        | "--review"
                        | "--force-update-snapshots"
                )
            };
            if insta && given.iter().any(overwrites) && !has("--help") {
                return Some(SNAPSHOTS);
            }
            let behind = |word: &str| given.iter().position(|other| other == word).map(|at| &given[at + 1..]);
            // `cargo xtask ..`, and `cargo run -p gatefold-xtask -- ..`; other programs may approve what they like.
            let runs_judge =
                || has("run") && given.iter().any(|word| word.contains("xtask") || word.contains("gatefold"));
            let judge = behind("xtask").or_else(|| behind("--").filter(|_| runs_judge()));
            judge.and_then(why_not_gatefold)
        }
        _ => None,
    }
}

fn why_not_set(word: &str) -> Option<&'static str> {
    let (name, value) = word.split_once('=')?;
    if name.starts_with("GIT_CONFIG") && git::leads_hooks(value) {
        return Some(HOOKS);
    }
    if name == "SKIP" && value.split(',').any(|hook| hook.contains("gatefold")) {
        return Some(HOOKS);
    }
    if name.ends_with("_SNAPSHOTS") && value == "overwrite" {
        return Some(SNAPSHOTS);
    }
    let (_, harmless, reason) = VARIABLES.iter().find(|(variable, ..)| *variable == name)?;
    (!harmless.contains(&value)).then_some(*reason)
}

/// Approvals are people's, and so is taking Gatefold out. Options may stand in front of the command with their values, so that
/// any word may be it.
fn why_not_gatefold(given: &[String]) -> Option<&'static str> {
    let has = |wanted: &str| given.iter().any(|word| word == wanted);
    if has("init") && has("--remove") && has("--apply") {
        return Some(SESSION);
    }
    let is_hook =
        |words: &[String]| words[0] == "hook" && matches!(words[1].as_str(), "claude-code" | "codex");
    if given.windows(2).any(is_hook) && !asks_for_help(given) {
        return Some(ASKED);
    }
    let command = given.iter().position(|word| word == "approve")?;
    let rest = &given[command + 1..];
    let asks = asks_for_help(rest);
    let decides = |word: &String| {
        ["--reason", "--by", "--sign-with", "--emergency", "--until"].iter().any(|it| word.starts_with(it))
    };
    (!asks && rest.iter().any(decides)).then_some(APPROVALS)
}

fn asks_for_help(given: &[String]) -> bool {
    given.iter().any(|word| matches!(word.as_str(), "--help" | "-h"))
}

#[cfg(test)]
mod tests {
    use super::super::shell;
    use super::*;

    #[track_caller]
    fn check(denied: bool, commands: &[&str]) {
        for command in commands {
            let setting = shell::Setting { folder: "/top".into(), home: None };
            let commands = shell::commands_within(command, &setting);
            let found = commands.iter().any(|command| why_not(command).is_some());
            assert_eq!(found, denied, "{command}");
        }
    }

    #[test]
    fn gits_hooks_are_not_gone_round() {
        check(
            true,
            &[
                "git commit --no-verify -m x",
                "git add . && git commit -m x --no-verify",
                "git commit -nm x",
                "git commit -anm x",
                "git commit --no-veri -m x",
                "git -C x commit -n",
                "git push --no-verify",
                "git merge --no-verify other",
                "git -c core.hooksPath=/dev/null commit -m x",
                "git -c CORE.HOOKSPATH= commit",
                "git --config-env=core.hookspath=X commit",
                "git --config-env core.hooksPath=X commit",
                "git config core.hooksPath /dev/null",
                "git config --global core.hookspath x",
                "git config set core.hooksPath x",
                "git config --unset core.hooksPath",
                "git config unset core.hooksPath",
                "git config alias.c 'commit --no-verify'",
                "git -c alias.x='commit --no-verify' x",
                "git -calias.X='!cd a && git commit -n' x",
                "git config alias.c '!f() { git add . && git commit -n \"$@\"; }; f'",
                "git config set alias.c 'push --no-verify'",
                "git rebase --exec 'git commit --amend --no-verify' main",
                "git rebase -i -x 'cd a; git commit -n' main",
                "git rebase --exec='git commit -n' main",
                "git bisect run sh -c 'git commit -n'",
                "git -c include.path=../x commit",
                "git -c includeIf.gitdir:a.path=../x commit",
                "git --config-env=include.path=X commit",
                "git config include.path ../x",
                "git config --global includeIf.onbranch:a.path x",
                "GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=include.path GIT_CONFIG_VALUE_0=x git commit",
                "GIT_CONFIG_PARAMETERS=\"'include.path=x'\" git commit",
                "git config core.fileMode false",
                "git config --local core.filemode 0",
                "git submodule absorbgitdirs",
                "GIT_CONFIG_GLOBAL=/tmp/x git commit -m y",
                "env GIT_CONFIG_SYSTEM=x git push",
                "git config --global alias.c '!git commit -n'",
                "GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=core.hooksPath GIT_CONFIG_VALUE_0=x git commit",
                "GIT_CONFIG_PARAMETERS=\"'core.hooksPath=x'\" git commit",
                "export GIT_CONFIG_KEY_0=core.hooksPath",
                "LEFTHOOK=0 git commit",
                "HUSKY=0 git push",
                "lefthook uninstall",
                "bash -c 'git commit --no-verify'",
                "timeout 60 git commit -n",
                "env A=b git commit -n",
                "env -i A=b git commit -n",
                "env -u GIT_DIR git commit -n",
                "nice -n 5 git commit -n",
                "sudo -u mira git commit -n",
                "setsid git commit -n",
                "echo x | xargs git commit --no-verify -m",
                "SKIP=clippy,gatefold git commit -m x",
                "bash <<EOF\ngit commit --no-verify\nEOF",
                "sh -s <<'EOF'\ncd x\ngit commit -n -m y\nEOF",
                "echo 'git commit --no-verify' | sh",
                "time git commit -n",
                "nohup sudo env A=b git commit --no-verify &",
                "echo \"$(git commit --no-verify)\"",
                "FLAG=--no-verify; git commit $FLAG -m x",
                "git commit -m \"$(cat <<'EOF'\nit's\nEOF\n)\" --no-verify",
                "env -S 'git commit --no-verify'",
                "find . -name x -exec git commit --no-verify ';'",
            ],
        );
        check(
            false,
            &[
                "git commit -m 'never say --no-verify'",
                "git commit -m --no-verify",
                "git commit -F - <<'EOF'\n--no-verify\nEOF",
                "git commit -F - -m --no-verify",
                "git commit - -m x",
                "nice -n 5 git commit -m x",
                "SKIP=clippy git commit -m x",
                "lefthook uninstall --help",
                "git commit -m -n",
                "git commit --message --no-verify",
                "git commit -am none",
                "git push -n",
                "git log -n 5 --no-verify",
                "git config core.hooksPath",
                "git config --get core.hooksPath",
                "git config alias.c 'commit -v'",
                "git -c alias.x='commit -v' x",
                "git config alias.c '!git log --oneline'",
                "git rebase --exec 'cargo test' main",
                "git rebase -x 'git commit -m --no-verify' main",
                "git bisect run cargo test",
                "git config --get include.path",
                "git config include.path",
                "git config core.fileMode",
                "git config core.fileMode true",
                "git -c core.fileMode=false diff",
                "git submodule update --init",
                "git log -- include.path",
                "GIT_CONFIG_GLOBAL=/dev/null git commit -m y",
                "GIT_CONFIG_GLOBAL=x git log",
                "GIT_CONFIG_GLOBAL=x cargo test",
                "git config alias.c",
                "git config --unset alias.c",
                "git config user.name core",
                "git commit -- -n",
                "echo git commit --no-verify",
                "grep -rn core.hooksPath .",
                "LEFTHOOK=1 git commit",
                "grep no-verify -r .",
                "git log --grep=no-verify",
                "git log --grep --no-verify",
                "echo \"never use --no-verify\"",
                "git commit -m \"$(cat <<'EOF'\nDon't (ever) say \"--no-verify\".\n\ngit commit --no-verify\nEOF\n)\"",
                "gh pr create --title x --body \"$(cat <<EOF\ngit commit --no-verify\nEOF\n)\"",
                "cat <<EOF > notes.md\ngit commit --no-verify\nEOF",
                "rg -- --no-verify src",
                "echo x | grep --no-verify",
                "git commit -m x && echo --no-verify",
            ],
        );
    }

    #[test]
    fn snapshots_are_not_accepted() {
        check(
            true,
            &[
                "cargo insta accept",
                "cargo insta review",
                "cargo insta test --accept",
                "cargo insta test --accept-unseen",
                "env -u A INSTA_UPDATE=always cargo test",
                "cargo-insta accept",
                "cargo insta test --force-update-snapshots",
                "INSTA_UPDATE=always cargo test",
                "INSTA_UPDATE=1 cargo test",
                "export INSTA_UPDATE=always",
                "INSTA_FORCE_PASS=1 cargo test",
                "SNAPSHOTS=overwrite cargo test",
                "RUFF_SNAPSHOTS=overwrite cargo test",
                "UPDATE_EXPECT=1 cargo test",
                "TRYBUILD=overwrite cargo test",
            ],
        );
        check(
            false,
            &[
                "cargo insta test",
                "cargo insta pending-snapshots",
                "cargo insta accept --help",
                "INSTA_UPDATE= cargo test",
                "INSTA_UPDATE='' cargo test",
                "env INSTA_UPDATE=no cargo test",
                "export INSTA_UPDATE=",
                "INSTA_UPDATE=no cargo test",
                "INSTA_UPDATE=new cargo test",
                "cargo test accept",
                "echo INSTA_UPDATE=always",
                "MY_SNAPSHOTS=dir cargo test",
            ],
        );
    }

    #[test]
    fn an_agent_approves_nothing() {
        check(
            true,
            &[
                "cargo xtask approve 12345678 --reason x --by mira --sign-with ~/.ssh/id_ed25519",
                "cargo xtask approve ranking-changed --reason x",
                "cd x && gatefold approve a --sign-with=key",
                "cargo run -q -p gatefold-xtask -- approve a --reason y",
                "gatefold approve --emergency --until 2027-01-01",
                "gatefold init --remove --apply",
                "gatefold --root . approve a --reason y --by z",
                "gatefold --root=. approve a --reason y --by z",
                "cargo xtask --root . approve a --reason y --by z",
                "gatefold --root approve approve a --sign-with key",
                "cargo run -p xtask --bin xtask -- --root . approve a --reason y",
                "gatefold --root . init --remove --apply",
                "ssh-keygen -Y sign -n gatefold-approval -f key approvals/a.yaml",
                "GATEFOLD_BIN=/bin/true git commit",
            ],
        );
        check(
            false,
            &[
                "ssh-keygen -Y sign -n git -f key commit",
                "gatefold approve",
                "gatefold --root . approve",
                "gatefold --root . approve --reason --help",
                "gatefold --root . init --remove",
                "gatefold explain approve",
                "cargo xtask approve --format json",
                "cargo xtask approve --help",
                "cargo xtask gate",
                "gatefold init --remove",
                "cargo test approve",
                "cargo run -p wallet -- approve 12 --reason x",
                "cargo run -- init --remove --apply",
                "cargo test -p gatefold-xtask -- approve --reason",
            ],
        );
    }
}
