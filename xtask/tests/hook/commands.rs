//! Before a command is run: it does not go round what judges, whatever its shape.

use serde_json::json;

use crate::before::denied;
use crate::workspace::Workspace;

#[test]
fn a_command_does_not_go_round_the_judge() {
    let workspace = Workspace::new();
    for (command, is_denied) in [
        ("git add . && git commit -m x --no-verify", true),
        ("git -c core.hookspath=/dev/null commit -m x", true),
        ("cargo insta accept", true),
        ("INSTA_UPDATE=always cargo test", true),
        ("cargo xtask approve ranking-changed --reason fine --by mira", true),
        ("echo 'mode: observe' >> gatefold.yaml", true),
        ("sed -i s/CALLERS/WIRE/ gatefold.yaml", true),
        ("cat a > services/now-playing/golden/rankings.jsonl", true),
        ("cd services/now-playing && cp /tmp/rankings.jsonl golden/rankings.jsonl", true),
        ("echo '{\"disableAllHooks\":true}' > .claude/settings.local.json", true),
        ("echo x | tee .claude/settings.json", true),
        ("mv .claude/settings.json /tmp", true),
        ("git checkout old -- .claude/settings.json", true),
        ("chmod -x .claude/gatefold-hook", true),
        ("chmod +x .claude/gatefold-hook", false),
        ("printf '{}' | .claude/gatefold-hook", true),
        ("gatefold hook claude-code < event.json", true),
        ("cargo xtask hook codex", true),
        ("cargo xtask hook claude-code --help", false),
        ("cargo xtask hook install", false),
        ("find .claude -name settings.json -delete", true),
        ("find .claude -name 'settings*' -delete", true),
        ("find . -name '*.orig' -delete", false),
        ("cp crates/telemetry/* .", false),
        ("vim -es .claude/settings.json -c wq", true),
        ("ed -s .claude/settings.json", true),
        ("git config alias.c 'commit --no-verify'", true),
        ("sed -i s/a/b/ .claude/*.json", true),
        ("sed -i s/a/b/ crates/telemetry/src/*.rs", false),
        ("rm -rf .claude", true),
        ("rm -rf .claude/*", true),
        ("mv .claude .claude.off", true),
        ("git rm -r --quiet .claude", true),
        ("git checkout HEAD~1 -- .claude", true),
        ("rm -rf .git", true),
        ("cp /tmp/gatefold.yaml .", true),
        ("mv -f /tmp/gatefold.yaml ./", true),
        ("yq -i .mode=x gatefold.yaml", true),
        ("mv gatefold.yaml /tmp", true),
        ("pushd services; echo x > ../gatefold.yaml", true),
        ("cp -r .claude /tmp/copy", false),
        ("mv notes.md .github/", false),
        ("git checkout -p gatefold.yaml", false),
        ("perl -Mstrict -ne print gatefold.yaml", false),
        ("rm -rf approvals/allowed_signers", true),
        ("cat gatefold.yaml", false),
        ("grep -n 'a > b' services/now-playing/golden/rankings.jsonl", false),
        ("git commit -m 'never say --no-verify'", false),
        ("git checkout -- services/now-playing/golden/rankings.jsonl", false),
        ("cat > notes.md <<'EOF'\ngit commit --no-verify > gatefold.yaml\nEOF\n", false),
        ("git log -n 5 gatefold.yaml", false),
        ("cargo insta test", false),
        ("cargo xtask golden accept", false),
        ("cargo xtask approve", false),
        ("cargo test > /tmp/log 2>&1", false),
        ("sed -i s/a/b/ crates/telemetry/src/clock.rs", false),
        ("rm -f .git/index.lock", false),
    ] {
        let reason = denied(&workspace, "Bash", json!({ "command": command }));
        assert_eq!(reason.is_some(), is_denied, "{command}: {reason:?}");
    }
}

#[test]
fn a_command_is_followed_into_what_it_runs() {
    let workspace = Workspace::small();
    workspace.write(".claude/settings.json", "{}\n");
    workspace.write("CODEOWNERS", "* @mira\n");
    workspace.commit("what judges");
    workspace.git(&["branch", "same"]);
    workspace.git(&["switch", "--quiet", "--create", "old", "main"]);
    workspace.write("CODEOWNERS", "* @nobody\n");
    workspace.commit("other owners");
    workspace.git(&["switch", "--quiet", "work"]);
    let patch = |path: &str| format!("--- a/{path}\n+++ b/{path}\n@@ -1 +1 @@\n-x\n+y\n");
    workspace.write("bad.diff", patch("CODEOWNERS"));
    workspace.write("good.diff", patch("src/lib.rs"));
    let root = workspace.root().display();
    for (command, is_denied) in [
        ("python3 -c \"open('gatefold.yaml','w').write('mode: observe')\"".to_owned(), true),
        ("python3 - <<'EOF'\nfrom pathlib import Path\np = Path('gatefold.yaml')\np.write_text('x')\nEOF".to_owned(), true),
        ("python3 -c \"import os; os.system('git commit --no-verify')\"".to_owned(), true),
        ("node -e \"require('fs').rmSync('.claude/settings.json')\"".to_owned(), true),
        ("python3 -c \"print(open('gatefold.yaml').read())\"".to_owned(), false),
        ("python3 -c \"open('notes.md','w').write(open('gatefold.yaml').read())\"".to_owned(), false),
        ("bash <<EOF\necho x > gatefold.yaml\nEOF".to_owned(), true),
        ("cat <<'EOF' | sh -s\nrm CODEOWNERS\nEOF".to_owned(), true),
        ("git apply bad.diff".to_owned(), true),
        ("patch -p1 < bad.diff".to_owned(), true),
        ("git apply good.diff".to_owned(), false),
        ("git apply --check bad.diff".to_owned(), false),
        ("echo x > $PWD/gatefold.yaml".to_owned(), true),
        ("echo x > \"$(pwd)/gatefold.yaml\"".to_owned(), true),
        ("echo x > $(git rev-parse --show-toplevel)/CODEOWNERS".to_owned(), true),
        ("F=gatefold.yaml; sed -i s/a/b/ \"$F\"".to_owned(), true),
        ("for f in README.md CODEOWNERS; do rm $f; done".to_owned(), true),
        (format!("HERE={root}; cd / && echo x > $HERE/gatefold.yaml"), true),
        ("(cd src && ls); echo x > gatefold.yaml".to_owned(), true),
        ("(cd src && echo x > gatefold.yaml)".to_owned(), false),
        ("git checkout old -- .".to_owned(), true),
        ("git restore --source=old .".to_owned(), true),
        ("git checkout old -- src".to_owned(), false),
        ("git checkout same -- .".to_owned(), false),
        ("git checkout main -- .".to_owned(), false),
        ("git restore .".to_owned(), false),
        ("rm -rf ./*".to_owned(), true),
        ("git rm -r --cached . && git add .".to_owned(), false),
        ("git -C src rm ../CODEOWNERS".to_owned(), true),
        ("sudo env A=b nohup time tee CODEOWNERS < /dev/null".to_owned(), true),
        ("echo CODEOWNERS | xargs rm".to_owned(), true),
        ("perl -pi -e s/a/b/ CODEOWNERS".to_owned(), true),
        ("perl -e 'open(F, \">CODEOWNERS\")'".to_owned(), true),
        ("ln -sf /dev/null CODEOWNERS".to_owned(), true),
        ("dd if=/dev/null of=CODEOWNERS".to_owned(), true),
        ("install -m 644 x CODEOWNERS".to_owned(), true),
        ("rsync -a x/ .claude/settings.json".to_owned(), true),
        ("curl -s -o CODEOWNERS https://example.org".to_owned(), true),
        ("INSTA_UPDATE= cargo test".to_owned(), false),
        ("INSTA_UPDATE=no cargo test".to_owned(), false),
        ("cat gatefold.yaml | head -5; grep no-verify -r .; git log --grep=no-verify".to_owned(), false),
        ("git commit -m \"$(cat <<'EOF'\nDon't use \"--no-verify\" (ever).\n\necho x > gatefold.yaml\nEOF\n)\"".to_owned(), false),
        ("echo \"never use --no-verify\" >> notes.md".to_owned(), false),
        ("diff <(git show main:gatefold.yaml) gatefold.yaml".to_owned(), false),
        ("find . -name '*.rs' -exec grep -l gatefold.yaml {} +".to_owned(), false),
    ] {
        let reason = denied(&workspace, "Bash", json!({ "command": command }));
        assert_eq!(reason.is_some(), is_denied, "{command}: {reason:?}");
    }
}

/// Commands as long as one may be, of a kind each that is not done in time where work grows with its square.
#[test]
fn a_command_of_any_shape_is_answered_in_time() {
    let workspace = Workspace::small();
    let all = |text: &str| text.repeat(250_000 / text.len());
    let big = all("a");
    for command in [
        all("a;"),
        all("cd a;"),
        all("pushd a;"),
        all("(cd a;"),
        format!("cd {};{}", "a/".repeat(20_000), "x;".repeat(100_000)),
        format!("{}\n{}", "cat <<E;".repeat(25_000), "E\n".repeat(25_000)),
        all("x >a;"),
        all("rm a;"),
        (0..20_000).map(|at| format!("rm a{at};")).collect(),
        format!("cp {}", all("a ")),
        format!("find . {}", all("-exec ")),
        all("echo a | xargs rm;"),
        format!("echo {}{}", &big[..100_000], "|cat".repeat(30_000)),
        format!("for x in {}; do rm {}; done", "a ".repeat(32), "$x".repeat(100_000)),
        format!("for x in {}; do rm {}; done", "a ".repeat(32), "$x ".repeat(80_000)),
        all("for x in a b c;do rm $x;done;"),
        format!("python3 -c '{}'", all("a=1 ")),
        format!("python3 -c '{}{}'", ")".repeat(100_000), ".open(".repeat(20_000)),
    ] {
        let answer = denied(&workspace, "Bash", json!({ "command": format!("{command}\ngit commit -n") }));
        assert!(answer.is_some(), "{}", &command[..60]);
    }
}

#[test]
fn a_command_that_writes_more_files_than_are_looked_at_is_denied() {
    let workspace = Workspace::small();
    let command = |write: &dyn Fn(usize) -> String, count: usize, last: &str| {
        let all: String = (0..count).map(write).collect();
        json!({ "command": format!("{all}{last}") })
    };
    let echo = |at: usize| format!("echo x > f{at}; ");
    assert_eq!(denied(&workspace, "Bash", command(&echo, 1_000, "ls")), None);
    let reason = denied(&workspace, "Bash", command(&echo, 1_000, "echo 'mode: observe' > gatefold.yaml"));
    assert!(reason.expect("it is denied").contains("gatefold.yaml"));
    for write in [&echo as &dyn Fn(usize) -> String, &|at| format!("git checkout HEAD~{at} -- a; ")] {
        let reason = denied(&workspace, "Bash", command(write, 2_001, "ls")).expect("it is denied");
        assert!(reason.contains("more than 2000 files"), "{reason}");
    }
}

#[test]
fn a_command_that_is_too_long_to_be_looked_through_is_denied() {
    let workspace = Workspace::small();
    let command = |length: usize| json!({ "command": format!("echo {}", "a".repeat(length)) });
    assert_eq!(denied(&workspace, "Bash", command(250_000)), None);
    for length in [300_000, 4_000_000] {
        let reason = denied(&workspace, "Bash", command(length)).expect("it is denied");
        assert!(reason.contains("256 KiB are the most"), "{reason}");
    }
}
