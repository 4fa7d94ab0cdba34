//! The drill, run as people run it.

mod support;

use source::{BaseRequest, Surroundings};
use support::{Run, Sandbox, ranker};

const FAULTS: [(&str, &str); 5] = [
    ("blocking call", "lints blocking-in-async"),
    ("broken layer", "arch layer-broken"),
    ("renumbered field", "contracts field-renumbered"),
    ("changed tie-break", "golden ranking-changed"),
    ("weakened test", "integrity assertion-weakened"),
];

/// The line of the table about a fault that was planted alone.
fn line_of<'a>(run: &'a Run, fault: &str) -> &'a str {
    let mut lines = run.stdout.lines().filter(|line| line.starts_with(fault));
    lines.next().unwrap_or_else(|| panic!("no line about {fault}: {run:?}"))
}

/// A drill in a copy of the reference workspace in which a file reads otherwise.
fn drill_where(file: &str, from: &str, to: &str) -> Run {
    let sandbox = Sandbox::new();
    let tree =
        source::open(&ranker(), &BaseRequest::None, &Surroundings::default()).expect("a workspace").head;
    let files: Vec<(&str, Vec<u8>)> =
        tree.paths().map(|path| (path, tree.read(path).expect("a file that can be read").to_vec())).collect();
    sandbox.write("ranker", &files);
    let text = tree.text(file).expect("a file of the reference workspace");
    assert!(text.contains(from), "`{file}` has `{from}`");
    sandbox.write("ranker", &[(file, text.replace(from, to))]);
    sandbox.gatefold(&sandbox.path("ranker"), &["drill"])
}

#[test]
fn each_fault_is_caught_by_its_own_guard_and_nothing_stays_behind() {
    let sandbox = Sandbox::new();
    let run = sandbox.gatefold(&ranker(), &["drill"]);
    assert_eq!(run.status, 0, "{run:?}");
    for (fault, caught) in FAULTS {
        assert!(line_of(&run, fault).contains(caught), "{run:?}");
    }
    assert!(line_of(&run, "nothing planted").contains("clean"), "{run:?}");
    assert!(line_of(&run, "all five").contains("5 of 5"), "{run:?}");
    assert!(
        run.stdout.contains("5 of 5 faults caught, each by its own guard; every other guard stayed quiet"),
        "{run:?}"
    );
    assert_eq!(run.stderr, "", "progress belongs on a terminal");
    let left = std::fs::read_dir(sandbox.path("temporary")).expect("a folder");
    assert_eq!(left.count(), 0, "temporary copies are removed");
}

#[test]
fn a_rule_that_is_switched_off_lets_its_fault_slip() {
    let run = drill_where("gatefold.yaml", "\narch:", "\nlevels: { blocking-in-async: \"off\" }\n\narch:");
    assert_eq!(run.status, 1, "{run:?}");
    assert!(line_of(&run, "blocking call").contains("SLIPPED THROUGH"), "{run:?}");
    assert!(line_of(&run, "all five").contains("1 SLIPPED THROUGH"), "{run:?}");
    assert!(run.stdout.contains("4 of 5 faults caught"), "{run:?}");
    assert!(run.stdout.contains("slipped through in `blocking call`: blocking call"), "{run:?}");
}

#[test]
fn a_guard_that_speaks_beside_the_right_one_is_no_success() {
    let also =
        "  forbidden:\n    sleep: { paths: [\"std::thread::sleep\"], because: arch says it as well }\n";
    let run = drill_where("gatefold.yaml", "  forbidden:\n", also);
    assert_eq!(run.status, 1, "{run:?}");
    assert!(line_of(&run, "blocking call").contains("lints blocking-in-async"), "{run:?}");
    assert!(
        run.stdout
            .contains("    besides: arch error[forbidden-path] at services/now-playing/src/service.rs:"),
        "{run:?}"
    );
    assert!(run.stdout.contains("5 of 5 faults caught; a guard spoke that had nothing to say"), "{run:?}");
}

#[test]
fn a_fault_that_cannot_be_planted_is_no_pass() {
    let run = drill_where("protos/ranking/v1/now_playing.proto", "uint32 limit = 5;", "uint32 most = 5;");
    assert_eq!(run.status, 3, "{run:?}");
    assert!(run.stderr.contains("failed to plant `renumbered field`"), "{run:?}");
    assert!(
        run.stderr.contains("`protos/ranking/v1/now_playing.proto` no longer has `uint32 limit = 5;`"),
        "{run:?}"
    );
}

#[test]
fn a_workspace_that_the_faults_do_not_fit_is_refused() {
    let sandbox = Sandbox::new();
    sandbox.write("other", &[("gatefold.yaml", "")]);
    let run = sandbox.gatefold(&sandbox.path("other"), &["drill"]);
    assert_eq!(run.status, 2, "{run:?}");
    assert!(run.stderr.contains("the drill needs the reference workspace"), "{run:?}");
}
