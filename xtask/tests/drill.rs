//! The drill, run as people run it.

mod support;

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

/// A copy of the reference workspace in which a file reads otherwise.
fn altered(file: &str, from: &str, to: &str) -> (Sandbox, Run) {
    let sandbox = Sandbox::new();
    sandbox.copy_ranker("ranker");
    let path = sandbox.path("ranker").join(file);
    let text = std::fs::read_to_string(&path).expect("a file of the reference workspace");
    assert!(text.contains(from), "`{file}` has `{from}`");
    std::fs::write(&path, text.replace(from, to)).expect("a file that can be written");
    let run = sandbox.gatefold(&sandbox.path("ranker"), &["drill"]);
    (sandbox, run)
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
    assert_eq!(sandbox.left_behind(), Vec::<String>::new());
}

#[test]
fn a_rule_that_is_switched_off_lets_its_fault_slip() {
    let (_sandbox, run) =
        altered("gatefold.yaml", "\narch:", "\nlevels: { blocking-in-async: \"off\" }\n\narch:");
    assert_eq!(run.status, 1, "{run:?}");
    assert!(line_of(&run, "blocking call").contains("SLIPPED THROUGH"), "{run:?}");
    assert!(line_of(&run, "all five").contains("1 SLIPPED THROUGH"), "{run:?}");
    assert!(run.stdout.contains("4 of 5 faults caught"), "{run:?}");
    assert!(run.stdout.contains("slipped through in `blocking call`: blocking call"), "{run:?}");
}

#[test]
fn a_guard_that_speaks_without_a_cause_is_no_success() {
    // Without its section, the guard has nothing to hold the crates to: the fault slips, and nobody else says so.
    let (_sandbox, run) = altered("gatefold.yaml", "members: [fixtures]", "members: [fixtures, stages]");
    assert_ne!(run.status, 0, "{run:?}");
}

#[test]
fn a_fault_that_cannot_be_planted_is_no_pass() {
    let (_sandbox, run) =
        altered("protos/ranking/v1/now_playing.proto", "uint32 limit = 5;", "uint32 most = 5;");
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
