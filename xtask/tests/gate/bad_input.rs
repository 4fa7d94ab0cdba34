//! Code that wants the lints to crash, to hang or to look away: a finding each, through the real binary, which is given no
//! more memory than an honest workspace takes.

use std::fs::{self, File};
use std::os::unix::fs::symlink;
use std::process::Command;

use crate::workspace::{Verdict, Workspace, run};

/// Levels of whatever can be nested.
const DEEP: usize = 10_000;

/// Kibibytes of address space. Stacks of 128 MiB a thread and what an allocator sets aside are most of it.
const MEMORY: &str = "4194304";

/// What the lints say of a workspace whose library has these modules: `rule file`, sorted.
#[track_caller]
fn check(modules: &[&str], make: impl FnOnce(&Workspace), expected: &[&str]) {
    let it = Workspace::small();
    let names = modules.iter().map(|name| format!("mod {name};\n"));
    it.write("src/lib.rs", names.collect::<String>());
    make(&it);
    let lint = it.gatefold(&["lint", "--base", "none", "--all", "--format", "json", "--no-times"]);
    let mut bounded = it.command("sh");
    bounded.args(["-c", "ulimit -v \"$0\" && exec \"$@\"", MEMORY]);
    bounded.arg(lint.get_program()).args(lint.get_args()).current_dir(it.root());
    let verdict = Verdict::of(run(&mut bounded));
    assert_eq!(verdict.ran.status, 1, "{}", verdict.ran);
    let said = verdict.report["findings"].as_array().expect("a report has findings");
    let mut said: Vec<String> = said
        .iter()
        .map(|finding| ["rule", "file"].map(|key| finding[key].as_str().unwrap_or("-")).join(" "))
        .collect();
    said.sort();
    assert_eq!(said, expected, "{}", verdict.ran);
}

/// A function whose body is `inner` behind so many times `open`.
fn nested(open: &str, close: &str) -> String {
    format!("fn f() {{ {}1{}; }}\n", open.repeat(DEEP), close.repeat(DEEP))
}

#[test]
fn brackets_that_are_nested_deeply_are_findings() {
    check(
        &["angles", "braces", "brackets", "calls", "macros", "parentheses"],
        |it| {
            it.write("src/angles.rs", format!("type T = {}u8{};\n", "Vec<".repeat(DEEP), ">".repeat(DEEP)));
            it.write("src/braces.rs", nested("{", "}"));
            it.write("src/brackets.rs", nested("[", "]"));
            it.write("src/calls.rs", nested("f(", ")"));
            it.write("src/macros.rs", nested("m!(", ")"));
            it.write("src/parentheses.rs", nested("(", ")"));
        },
        &[
            "source-too-deep src/angles.rs",
            "source-too-deep src/braces.rs",
            "source-too-deep src/brackets.rs",
            "source-too-deep src/calls.rs",
            "source-too-deep src/macros.rs",
            "source-too-deep src/parentheses.rs",
        ],
    );
}

#[test]
fn operators_that_are_nested_deeply_are_findings() {
    check(
        &["borrow", "closure", "deref", "less", "minus", "moved", "not"],
        |it| {
            it.write("src/borrow.rs", nested("&", ""));
            it.write("src/closure.rs", nested("|| ", ""));
            it.write("src/deref.rs", nested("*", ""));
            it.write("src/less.rs", nested("<", ""));
            it.write("src/minus.rs", nested("-", ""));
            it.write("src/moved.rs", nested("move |x| ", ""));
            it.write("src/not.rs", nested("!", ""));
        },
        &[
            "source-too-deep src/borrow.rs",
            "source-too-deep src/closure.rs",
            "source-too-deep src/deref.rs",
            "source-too-deep src/less.rs",
            "source-too-deep src/minus.rs",
            "source-too-deep src/moved.rs",
            "source-too-deep src/not.rs",
        ],
    );
}

#[test]
fn files_that_are_no_code_are_findings() {
    check(
        &["binary", "latin", "large", "pipe", "round"],
        |it| {
            it.write("src/binary.rs", (0..=u8::MAX).cycle().take(100_000).collect::<Vec<_>>());
            it.write("src/latin.rs", b"fn f() {} // caf\xe9\n");
            let large = File::create(it.root().join("src/large.rs")).expect("a file");
            large.set_len(50 << 20).expect("a large file");
            let made = Command::new("mkfifo").arg(it.root().join("src/pipe.rs")).status();
            assert!(made.expect("mkfifo runs").success());
            symlink("around.rs", it.root().join("src/round.rs")).expect("a link");
            symlink("round.rs", it.root().join("src/around.rs")).expect("a link");
        },
        &[
            // Opening a pipe would wait for its other end, so that it is no file to anybody.
            "missing-module src/lib.rs",
            "source-too-large src/large.rs",
            "unreadable-file src/around.rs",
            "unreadable-file src/binary.rs",
            "unreadable-file src/latin.rs",
            "unreadable-file src/round.rs",
        ],
    );
}

#[test]
fn packages_and_modules_that_lead_nowhere_are_findings() {
    check(
        &["itself"],
        |it| {
            it.write("src/itself.rs", "#[path = \"itself.rs\"]\nmod itself;\n");
            it.append("Cargo.toml", "\n[workspace]\nmembers = [\"none\"]\n");
            it.write(
                "none/Cargo.toml",
                "[package]\nname = \"none\"\nversion = \"0.1.0\"\nedition = \"2024\"\n",
            );
            fs::create_dir(it.root().join("none/src")).expect("a folder");
        },
        &["broken-manifest none/Cargo.toml", "missing-module src/itself.rs"],
    );
}

#[test]
fn lines_and_files_that_are_long_or_begin_oddly_are_read() {
    check(
        &["line", "mark", "shebang", "statements"],
        |it| {
            let line = "y".repeat(1 << 20);
            it.write("src/line.rs", format!("fn f() {{ let _y = \"{line}\"; todo!() }}\n"));
            it.write("src/mark.rs", "\u{feff}fn f() { todo!() }\n");
            it.write("src/shebang.rs", "#!/usr/bin/env run\nfn f() { todo!() }\n");
            it.write("src/statements.rs", format!("fn f() {{ {} todo!() }}\n", "a();".repeat(20_000)));
        },
        &[
            "unfinished-code src/line.rs",
            "unfinished-code src/mark.rs",
            "unfinished-code src/shebang.rs",
            "unfinished-code src/statements.rs",
        ],
    );
}
