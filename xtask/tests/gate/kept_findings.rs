//! What is kept of earlier runs changes no report: after each edit, who has everything kept says what somebody says who
//! has nothing.

use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use crate::workspace::{Workspace, binary, run};

const MANIFEST: &str = "[package]\nname = \"small\"\nversion = \"0.1.0\"\nedition = \"2024\"\n[dependencies]\n\
                        runtime = { package = \"tokio\", version = \"1\" }\n";

const BLOCKS: &str = "//! Names.\n\npub use std::thread::sleep as pause;\n";

const SERVICE: &str =
    "//! Serves.\n\nuse crate::prelude::*;\n\n/// Waits.\npub async fn f() {\n    pause(D);\n}\n";

/// A crate in which one file's finding depends on another file.
fn workspace() -> Workspace {
    let workspace = Workspace::small();
    workspace.git(&["switch", "--quiet", "main"]);
    workspace.write("Cargo.toml", MANIFEST);
    workspace.write("src/lib.rs", "//! Ranks.\n\nmod prelude;\nmod service;\n");
    workspace.write("src/prelude.rs", BLOCKS);
    workspace.write("src/service.rs", SERVICE);
    workspace.commit("all");
    workspace.git(&["branch", "--force", "work", "main"]);
    workspace.git(&["switch", "--quiet", "work"]);
    workspace
}

/// Who judges: all guards, and lints alone.
const COMMANDS: [&str; 2] = ["gate", "lint"];

/// The whole report of each, with what it keeps in a folder of its own.
fn told(workspace: &Workspace, kept: &Path) -> String {
    let told = COMMANDS.map(|command| {
        let kept = kept.join(command);
        let kept = kept.to_str().expect("a path");
        let arguments = [command, "--all", "--no-times", "--format", "json", "--cache-dir", kept];
        let ran = run(&mut workspace.gatefold(&arguments));
        assert!(ran.stderr.is_empty(), "{ran}");
        ran.stdout
    });
    told.concat()
}

/// What is kept for a build is kept once the build is older than the clocks of file systems are coarse.
fn wait_until_the_build_is_known() {
    let built = Path::new(&binary()).metadata().and_then(|file| file.modified());
    let age = SystemTime::now().duration_since(built.expect("it is there")).unwrap_or_default();
    std::thread::sleep(Duration::from_secs(4).saturating_sub(age));
}

fn notes(kept: &Path) -> Vec<PathBuf> {
    let files = COMMANDS.iter().flat_map(|command| std::fs::read_dir(kept.join(command)).expect("a cache"));
    let files = files.flatten().map(|entry| entry.path());
    files.filter(|file| file.to_string_lossy().contains("notes-")).collect()
}

#[test]
fn what_is_kept_changes_no_report_whatever_is_edited() {
    wait_until_the_build_is_known();
    let workspace = workspace();
    let kept = workspace.outside().join("kept");
    let step = std::cell::Cell::new(0);
    let check = |what: &str, expected: &[&str]| {
        step.set(step.get() + 1);
        let nothing = workspace.outside().join(format!("nothing-{}", step.get()));
        let cold = told(&workspace, &nothing);
        for rule in ["blocking-in-async", "unfinished-code", "hidden-unicode"] {
            assert_eq!(cold.contains(rule), expected.contains(&rule), "{what}: {rule}: {cold}");
        }
        for time in ["first", "second"] {
            assert_eq!(told(&workspace, &kept), cold, "{what}, the {time} time");
        }
    };
    check("nothing", &["blocking-in-async"]);
    assert!(notes(&kept).len() > 2, "{:?}", notes(&kept));

    workspace.append("src/service.rs", "\n/// Later.\npub fn g() {\n    todo!()\n}\n");
    check("a finding is new, and the base has another", &["unfinished-code", "blocking-in-async"]);
    workspace.replace("src/prelude.rs", "std::thread::sleep", "runtime::time::sleep");
    check("a name means something else", &["unfinished-code"]);
    workspace
        .write("gatefold.yaml", "levels: { untied-sort: error }\nlints: { exclude: [src/service.rs] }\n");
    check("the policy leaves a file out, which loosens", &["unfinished-code"]);
    workspace.write("gatefold.yaml", "levels: { untied-sort: error, unfinished-code: note }\n");
    check("the policy has other levels", &["unfinished-code"]);
    workspace.write("gatefold.yaml", "levels: { untied-sort: error }\n");

    workspace.git(&["mv", "src/service.rs", "src/moved.rs"]);
    workspace.write("src/lib.rs", "//! Ranks.\n\nmod moved;\nmod prelude;\n");
    check("a file has another name", &["unfinished-code"]);
    workspace.write("README.md", "A\u{202E} small crate.\n");
    check("a text hides something", &["unfinished-code", "hidden-unicode"]);
    workspace.commit("work");
    check("it is committed", &["unfinished-code", "hidden-unicode"]);
    workspace.git(&["branch", "--force", "main", "work"]);
    check("the base has moved", &["unfinished-code", "hidden-unicode"]);
    workspace.replace("src/prelude.rs", "runtime::time::sleep", "std::thread::sleep");
    check("a name means what it meant", &["unfinished-code", "hidden-unicode", "blocking-in-async"]);
    workspace.git(&["rm", "--quiet", "--force", "src/prelude.rs"]);
    check("a file is gone", &["unfinished-code", "hidden-unicode"]);

    for file in notes(&kept) {
        let bytes = std::fs::read(&file).expect("it is kept");
        std::fs::write(&file, &bytes[..bytes.len() / 2]).expect("it is torn");
    }
    check("what is kept is torn", &["unfinished-code", "hidden-unicode"]);
}

#[test]
fn runs_at_once_say_the_same_and_leave_nothing_torn() {
    let workspace = workspace();
    workspace.append("src/service.rs", "\n/// Later.\npub fn g() {\n    todo!()\n}\n");
    let kept = workspace.outside().join("kept");
    let cold = told(&workspace, &workspace.outside().join("nothing"));
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| assert_eq!(told(&workspace, &kept), cold));
        }
    });
    assert_eq!(told(&workspace, &kept), cold);
}
