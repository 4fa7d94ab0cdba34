//! Scripts as data: what runs, and what becomes of its failure.

use super::{Shell, commands};

/// One line a command: its words, `?` before each condition, `~` where its failure is lost, `!` before why it does not count.
fn check(script: &str, expected: &[&str]) {
    check_as(Shell { errexit: true, pipefail: false, ci: true }, script, expected);
}

fn check_as(shell: Shell, script: &str, expected: &[&str]) {
    let shown: Vec<String> = commands(script, shell)
        .iter()
        .filter(|command| command.checks().is_some())
        .map(|command| {
            let conditions: String = command.conditions.iter().map(|one| format!(" ? {one}")).collect();
            let loose = if command.loose { " ~" } else { "" };
            let soft = command.soft.as_ref().map(|why| format!(" ! {why}")).unwrap_or_default();
            format!("{}{conditions}{loose}{soft}", command.words.join(" "))
        })
        .collect();
    assert_eq!(shown, expected, "{script}");
}

#[test]
fn what_stands_before_a_command_is_no_part_of_it() {
    check("A=1 sudo -E env -u B C=2 cargo test # all", &["cargo test"]);
    check("timeout -k 5 600 cargo \\\n  test --all", &["cargo test --all"]);
    check("cargo test > log 2>&1 && cargo-deny check", &["cargo test", "cargo deny check"]);
    check("cargo test --target ${{ matrix.target }}", &["cargo test --target ${{matrix.target}}"]);
    check("bash -ec 'cargo test; cargo fmt --check'", &["cargo test", "cargo fmt --check"]);
    check("out=$(cargo test)\neval \"cargo fmt --check\"", &["cargo test", "cargo fmt --check"]);
}

#[test]
fn a_failure_that_something_lets_pass_does_not_count() {
    check("cargo test || true", &["cargo test ! is let pass by `|| true`"]);
    check("cargo test && true || true", &["cargo test ! is let pass by `|| true`"]);
    check("cargo test || { echo no; exit 0; }", &["cargo test ! is let pass by `|| echo no .. exit 0`"]);
    check("cargo test || { echo no; exit 1; }\ncargo fmt --check", &["cargo test", "cargo fmt --check"]);
    check("fail() { exit 1; }\ncargo test || fail", &["cargo test"]);
    check("cargo test || failed=1\nexit $failed", &["cargo test"]);
    check("cargo test &", &["cargo test ! runs in the background"]);
    check("! cargo test", &["cargo test ! has its failure turned round by `!`"]);
    check("if cargo test; then echo good; fi", &["cargo test ! only decides what is done next"]);
    check("if ! cargo test; then exit 1; fi", &["cargo test"]);
    check("trap 'exit 0' EXIT\ncargo test", &["cargo test ! is let pass by `trap 'exit 0' EXIT`"]);
}

#[test]
fn without_errexit_only_the_last_failure_counts() {
    let loose = Shell { ci: true, ..Shell::default() };
    check_as(loose, "cargo fmt --check\ncargo test", &["cargo fmt --check ~", "cargo test"]);
    check_as(loose, "cargo test\nexit 0", &["cargo test ~"]);
    check_as(loose, "cargo test; true", &["cargo test ~"]);
    check_as(loose, "set -euo pipefail\ncargo test | tee log\n", &["cargo test"]);
    check_as(loose, "cargo test || exit 1\ncargo fmt --check", &["cargo test", "cargo fmt --check"]);
    check_as(loose, "cargo test\nstatus=$?\nexit $status", &["cargo test"]);
    check("set +e\ncargo test\nset -e\ncargo fmt --check", &["cargo test ~", "cargo fmt --check"]);
    check("cargo test | tee log", &["cargo test ~"]);
    check("(set +e; cargo test; true)\ncargo fmt --check", &["cargo test ~", "cargo fmt --check"]);
}

#[test]
fn what_is_never_reached_never_runs() {
    check("exit 0\ncargo test", &["cargo test ! never runs, since `exit 0` stands before it"]);
    check("exec true\ncargo test", &["cargo test ! never runs, since `exec` stands before it"]);
    check("if false; then cargo test; fi", &["cargo test ! stands behind `if false`"]);
    check("false && cargo test", &["cargo test ! stands behind `false`"]);
    check("true || cargo test", &["cargo test ! runs only if `true` fails"]);
    check(
        "[ -n \"$CI\" ] && exit 0\ncargo test",
        &["cargo test ! never runs, since `exit 0` stands before it"],
    );
    check("[ -z \"$CI\" ] && cargo test", &["cargo test ! stands behind `[ -z \"$CI\" ]`"]);
    check("if [ -n \"$CI\" ]; then cargo test; fi", &["cargo test"]);
    check(": <<'END'\ncargo test\nEND\ncargo fmt --check", &["cargo fmt --check"]);
    check("bash -e <<END\ncargo test\nEND", &["cargo test"]);
    check("for x in; do cargo test; done", &["cargo test ! stands in a loop over nothing"]);
    check("check() { cargo test; }\ncargo fmt --check", &["cargo fmt --check"]);
}

#[test]
fn conditions_are_told() {
    check("[ \"$FULL\" = 1 ] && cargo test", &["cargo test ? [ \"$FULL\" = 1 ]"]);
    check("if [ -f skip ]; then exit 0; fi\ncargo test", &["cargo test ? not [ -f skip ]"]);
    check("[ -f skip ] && exit 0\ncargo test", &["cargo test ? not [ -f skip ]"]);
    check("[ -f there ] || exit 1\ncargo test", &["cargo test"]);
    check(
        "if [ a = $1 ]; then cargo test; else cargo fmt --check; fi",
        &["cargo test ? [ a = $1 ]", "cargo fmt --check ? not [ a = $1 ]"],
    );
    check(
        "case $1 in test) cargo test ;; fmt | f) cargo fmt --check; exit 0 ;; esac\ncargo deny check",
        &["cargo test", "cargo fmt --check", "cargo deny check"],
    );
}

#[test]
fn functions_and_aliases_stand_in_for_what_they_are_named_after() {
    check("cargo() { :; }\ncargo test", &[]);
    check("cargo() { command cargo \"$@\"; }\ncargo test", &["cargo test"]);
    check("alias cargo=true\ncargo test", &[]);
    check("check() { cargo test; }\ncheck", &["cargo test"]);
    check("check() { cargo test; }\n\"$@\"", &["cargo test"]);
    check("check() { cargo test; }\ncheck || true", &["cargo test ! is let pass by `|| true`"]);
    check("for p in a b; do cargo test -p \"$p\"; done", &["cargo test -p a", "cargo test -p b"]);
    check("a() { b; }\nb() { a; cargo test; }\na", &["cargo test"]);
}

#[test]
fn no_script_stops_the_reader() {
    let deep = format!("{}cargo test{}", "if true; then\n".repeat(5_000), "\nfi".repeat(5_000));
    let brackets = "(".repeat(50_000);
    let long = "cargo test && echo a;".repeat(20_000);
    let quotes = "\"$(".repeat(20_000);
    let documents = "cat <<A <<B\n".repeat(5_000);
    for script in [
        &deep,
        &brackets,
        &long,
        &quotes,
        &documents,
        "fi\ndone\n}\n)\ncargo test",
        "\\",
        "<",
        "a <<",
        "case",
    ] {
        commands(script, Shell::default());
    }
    check("fi\n)\ncargo test", &["cargo test"]);
}
