//! The command as people and scripts call it.
use std::process::{Command, Output};

fn operations(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_operations")).args(arguments).output().expect("the program starts")
}

#[test]
fn a_check_of_the_committed_rules_finds_them_as_they_follow() {
    let checked = operations(&["--check"]);
    assert!(checked.status.success(), "run `cargo run -p operations`");
    let said = String::from_utf8(checked.stdout).expect("it is text");
    assert!(!said.is_empty() && said.lines().all(|line| line.ends_with(": unchanged")), "{said}");
}

#[test]
fn help_teaches_and_what_is_unknown_is_wrong_usage() {
    let help = operations(&["--help"]);
    assert!(help.status.success() && String::from_utf8_lossy(&help.stdout).contains("--check"));
    for unknown in [&["--chek"][..], &["services/home"]] {
        assert_eq!(operations(unknown).status.code(), Some(2), "{unknown:?}");
    }
}
