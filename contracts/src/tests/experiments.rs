//! Experiments: what may be changed freely, and what deals units anew.

use policy::Today;
use source::{Change, Tree};

use super::trees::judged;
use crate::{Experiments, Outside, Policy, check_static};

const RUNNING: &str = "
- name: spacing
  salt: s1
  state: running
  starts: 2026-11-16
  ends: 2026-12-14
  guardrails: [{ name: minutes }]
  arms:
    - { name: control, from: 0, to: 400 }
    - { name: wide, from: 500, to: 900 }
";

fn ids(base: Option<&str>, head: &[(&str, &str)]) -> Vec<&'static str> {
    let base = base.map(|text| Tree::from_memory([("services/home/experiments.yaml", text)]));
    let change = Change::of_trees(base, Tree::from_memory(head.iter().copied()));
    let outside = Outside { today: Today::on("2026-11-20"), ..Outside::default() };
    judged(&change, &outside).iter().map(|finding| finding.rule.id).collect()
}

#[test]
fn units_of_a_running_experiment_stay_in_their_arms() {
    for (from, to, expected) in [
        ("salt: s1", "salt: s2", &["experiment-rerandomised"][..]),
        ("to: 400", "to: 500", &[]),
        ("to: 900", "to: 1000", &[]),
        // Taken out is not dealt anew.
        ("to: 400", "to: 100", &[]),
        ("    - { name: wide, from: 500, to: 900 }\n", "", &[]),
        ("{ name: control, from: 0, to: 400 }", "{ name: control, from: 0, to: 500 }", &[]),
        ("from: 500", "from: 450", &[]),
        ("name: wide", "name: wider", &["experiment-rerandomised"]),
        (
            "from: 0, to: 400 }\n    - { name: wide, from: 500, to: 900",
            "from: 500, to: 900 }\n    - { name: wide, from: 0, to: 400",
            &["experiment-rerandomised"],
        ),
        ("state: running", "state: stopped", &[]),
        ("ends: 2026-12-14", "ends: 2026-12-31", &[]),
        ("name: spacing", "name: spacing-again", &[]),
        ("name: spacing\n  salt: s1", "name: again\n  salt: s2", &["experiment-rerandomised"]),
        // Off, it deals nobody anew, and everybody when it is on again.
        ("salt: s1\n  state: running", "salt: s2\n  state: stopped", &["experiment-rerandomised"]),
        (
            "salt: s1\n  state: running\n  starts: 2026-11-16",
            "salt: s2\n  state: running\n  starts: 2026-11-21",
            &["experiment-rerandomised"],
        ),
    ] {
        let head = RUNNING.replace(from, to);
        assert_ne!(head, RUNNING);
        assert_eq!(
            ids(Some(RUNNING), &[("services/home/experiments.yaml", &head)]),
            expected,
            "{from} to {to}"
        );
        // In a file of another name it is the same experiment.
        let elsewhere = [("services/radio/experiments.yaml", head.as_str())];
        assert_eq!(ids(Some(RUNNING), &elsewhere), expected, "{from} to {to}, elsewhere");
    }
    assert_eq!(ids(Some(RUNNING), &[]), [""; 0], "it is taken out");
}

#[test]
fn a_running_experiment_that_goes_under_another_name_is_the_same() {
    let base = RUNNING
        .replace("guardrails", "primary: { name: returns }\n  guardrails")
        .replace("to: 900 }", "to: 900, parameters: { gap: 4 } }");
    let other = |primary: &str, names: [&str; 2], gap: u32, salt: &str, state: &str| {
        let [first, second] = names;
        format!(
            "- name: other\n  salt: {salt}\n  state: {state}\n  starts: 2026-11-16\n  ends: 2026-12-14\n  \
             primary: {{ name: {primary} }}\n  guardrails: [{{ name: minutes }}]\n  arms:\n    \
             - {{ name: {first}, from: 0, to: 400 }}\n    \
             - {{ name: {second}, from: 500, to: 900, parameters: {{ gap: {gap} }} }}\n"
        )
    };
    let anew = &["experiment-rerandomised"][..];
    let (same, others) = (["control", "wide"], ["plain", "bold"]);
    for (head, expected) in [
        (other("clicks", same, 5, "s2", "running"), anew),
        (other("clicks", others, 4, "s2", "running"), anew),
        (other("returns", others, 5, "s2", "running"), anew),
        // It is another one, it deals nobody, or it deals as before.
        (other("clicks", others, 5, "s2", "running"), &[]),
        (other("returns", same, 4, "s2", "stopped"), &[]),
        (other("returns", same, 4, "s1", "running"), &[]),
        // The old one stands beside it, and is stopped.
        (
            format!(
                "{}{}",
                base.replace("state: running", "state: stopped"),
                other("returns", same, 4, "s2", "running")
            ),
            &[],
        ),
    ] {
        let found = ids(Some(&base), &[("services/home/experiments.yaml", &head)]);
        assert_eq!(found, expected, "{head}");
    }
    let elsewhere = other("returns", same, 4, "s2", "running");
    let beside = [("services/home/experiments.yaml", ""), ("services/radio/experiments.yaml", &elsewhere)];
    assert_eq!(ids(Some(&base), &beside), [""; 0], "it is of another service");
}

#[test]
fn a_running_experiment_stays_where_it_is_read() {
    for (path, text, expected) in [
        ("services/home/trials.yaml", RUNNING.to_owned(), &["experiment-rerandomised"][..]),
        ("services/home/trials.yaml", RUNNING.replace("state: running", "state: stopped"), &[]),
        (
            "services/home/trials.yaml",
            RUNNING.replace("starts: 2026-11-16", "starts: 2026-11-23"),
            &["experiment-rerandomised"],
        ),
        ("services/home/trials.yaml", "- [".to_owned(), &[]),
        ("services/home/notes.md", RUNNING.to_owned(), &[]),
        ("services/home/experiments.json5", RUNNING.to_owned(), &["experiment-rerandomised"]),
        ("services/home/experiments.yaml.tmpl", format!("all:\n{RUNNING}"), &["experiment-rerandomised"]),
        ("services/home/config.toml", "[spacing]\nsalt = \"s2\"\nwide = 4\n".to_owned(), &[]),
    ] {
        assert_eq!(ids(Some(RUNNING), &[(path, &text)]), expected, "{path}: {text}");
    }
}

#[test]
fn a_running_experiment_does_not_go_to_a_file_that_was_there_and_nobody_reads() {
    let moved = |was: &str, now: &str| {
        let base = [("services/home/experiments.yaml", RUNNING), ("services/home/arms.yaml", was)];
        let head = [("services/home/arms.yaml", now)];
        let change = Change::of_trees(Some(Tree::from_memory(base)), Tree::from_memory(head));
        let outside = Outside { today: Today::on("2026-11-20"), ..Outside::default() };
        judged(&change, &outside).iter().map(|finding| finding.rule.id).collect::<Vec<_>>()
    };
    assert_eq!(moved("[]\n", RUNNING), ["experiment-rerandomised"]);
    assert_eq!(moved(&format!("{RUNNING}# a copy\n"), RUNNING), [""; 0], "it stood in both");
    assert_eq!(moved("[]\n", "- a\n"), [""; 0], "it ended");
}

#[test]
fn arms_of_a_running_experiment_do_what_they_did() {
    use findings::Level::{Error, Warning};
    let arms = |control: &str, wide: &str| {
        RUNNING
            .replace("to: 400 }", &format!("to: 400{control} }}"))
            .replace("to: 900 }", &format!("to: 900{wide} }}"))
    };
    let (four, five) = (", parameters: { gap: 4 }", ", parameters: { gap: 5 }");
    let base = arms("", four);
    let file = |text: &str| Tree::from_memory([("services/home/experiments.yaml", text)]);
    for (head, expected) in [
        (base.clone(), None),
        (arms(", parameters: {}", four), None),
        (arms(four, ""), Some(Error)),
        (arms(four, five), Some(Error)),
        (arms("", five), Some(Warning)),
        (arms(five, four), Some(Warning)),
        (arms("", ""), Some(Warning)),
        (arms(four, "").replace("state: running", "state: stopped"), None),
        (arms(four, "").replace("starts: 2026-11-16", "starts: 2026-11-23"), Some(Error)),
    ] {
        let outside = Outside { today: Today::on("2026-11-20"), ..Outside::default() };
        let found = judged(&Change::of_trees(Some(file(&base)), file(&head)), &outside);
        assert_eq!(found.first().map(|finding| finding.level), expected, "{head}");
        assert!(found.iter().all(|finding| finding.rule.id == "experiment-rerandomised"), "{found:#?}");
        found.iter().for_each(findings::testing::check_message);
    }
    let later = base.replace("starts: 2026-11-16", "starts: 2026-11-23");
    let swapped = later.replace(four, "").replace("to: 400 }", &format!("to: 400{four} }}"));
    assert_eq!(ids(Some(&later), &[("services/home/experiments.yaml", &swapped)]), [""; 0]);
}

#[test]
fn an_experiment_that_begins_later_stays_where_somebody_looks() {
    let later = RUNNING.replace("starts: 2026-11-16", "starts: 2026-11-23");
    let moved = [("services/home/trials.yaml", later.as_str())];
    assert_eq!(ids(Some(&later), &moved), ["watched-by-nobody"]);
    let over = RUNNING.replace("ends: 2026-12-14", "ends: 2026-11-19");
    assert_eq!(ids(Some(&over), &[("services/home/trials.yaml", &over)]), [""; 0]);
}

#[test]
fn an_experiment_that_does_not_run_may_be_dealt_anew() {
    for (from, to) in [
        ("state: running", "state: stopped"),
        ("starts: 2026-11-16", "starts: 2026-11-23"),
        ("starts: 2026-11-16\n  ends: 2026-12-14", "ends: 2026-11-19"),
    ] {
        let base = RUNNING.replace(from, to);
        let head = base.replace("salt: s1", "salt: s2");
        let found = ids(Some(&base), &[("services/home/experiments.yaml", &head)]);
        assert!(!found.contains(&"experiment-rerandomised"), "{to}: {found:?}");
    }
}

#[test]
fn experiments_of_one_layer_share_its_buckets() {
    let second = |more: &str, from: u32, to: u32| {
        format!(
            "- name: second\n  {more}\n  ends: 2026-12-14\n  guardrails: [{{ name: minutes }}]\n  \
             arms: [{{ name: a, from: {from}, to: {to} }}]\n"
        )
    };
    let overlap = &["experiment-buckets-overlap"][..];
    for (first, second, expected) in [
        ("salt: s1", second("salt: s1\n  state: running", 900, 1000), &[][..]),
        ("salt: s1", second("salt: s1\n  state: running", 899, 1000), overlap),
        ("salt: s1", second("salt: s1\n  state: stopped", 0, 1000), &[]),
        ("salt: s1", second("salt: s2\n  state: running", 0, 1000), &[]),
        ("salt: s1\n  layer: l", second("salt: s1\n  layer: l\n  state: running", 0, 10), overlap),
        (
            "salt: s1\n  layer: l",
            second("salt: s1\n  layer: m\n  state: running", 0, 10),
            &["experiment-salt-shared"],
        ),
        (
            "salt: s1\n  layer: l",
            second("salt: s2\n  layer: l\n  state: running", 950, 960),
            &["experiment-salt-shared"],
        ),
    ] {
        let text = format!("{}{second}", RUNNING.replace("salt: s1", first));
        assert_eq!(ids(None, &[("services/home/experiments.yaml", &text)]), expected, "{text}");
    }
}

#[test]
fn one_experiment_may_be_served_by_two_services() {
    let other = RUNNING.replace("to: 900", "to: 800");
    for (text, expected) in [(RUNNING, &[][..]), (&other, &["experiment-salt-shared"])] {
        let files = [("services/home/experiments.yaml", RUNNING), ("services/search/experiments.yaml", text)];
        assert_eq!(ids(None, &files), expected, "{text}");
    }
}

#[test]
fn ranges_that_no_machine_has_are_out_of_range() {
    for (from, to) in [(i64::MIN, i64::MAX), (-1, 5), (0, 1001), (5, 5), (6, 5), (i64::MAX, i64::MIN)] {
        let text = RUNNING.replace("from: 500, to: 900", &format!("from: {from}, to: {to}"));
        let found = ids(Some(RUNNING), &[("services/home/experiments.yaml", &text)]);
        assert!(found.contains(&"experiment-out-of-range"), "{from}..{to}: {found:?}");
    }
}

#[test]
fn a_state_that_nobody_knows_is_told_and_deals_units_until_it_is_repaired() {
    let file = |text: &str| Tree::from_memory([("services/home/experiments.yaml", text)]);
    for (state, help) in [
        ("runing", "write `running`"),
        ("stoped", "write `stopped`"),
        ("shadow", "write `running` or `stopped`"),
    ] {
        let head = RUNNING.replace("state: running", &format!("state: {state}"));
        let found = judged(&Change::of_trees(None, file(&head)), &Outside::default());
        let [finding] = found.as_slice() else { panic!("{state}: {found:#?}") };
        assert_eq!((finding.rule.id, finding.help.as_deref()), ("unreadable-experiments", Some(help)));
        let span = finding.location.as_ref().and_then(|place| place.span).expect("it has a place");
        assert_eq!((span.line, span.column), (4, 10), "{state}");
        findings::testing::check_message(finding);
        let dealt = head.replace("salt: s1", "salt: s2");
        let found = ids(Some(&head), &[("services/home/experiments.yaml", &dealt)]);
        assert_eq!(found, ["unreadable-experiments", "experiment-rerandomised"], "{state}");
    }
    for state in ["Enabled", "active", "completed", "inactive"] {
        let head = RUNNING.replace("state: running", &format!("state: {state}"));
        assert_eq!(ids(None, &[("services/home/experiments.yaml", &head)]), [""; 0], "{state}");
    }
}

#[test]
fn experiments_beside_no_rust_code_are_counted_as_not_looked_at() {
    const COUNT: &str = "files of experiments whose exposures were not looked at";
    let check = |exposure: &[&str], more: &[(&str, &str)], expected: Option<u64>| {
        let exposure: Vec<String> = exposure.iter().map(|path| (*path).to_owned()).collect();
        let exposure = (!exposure.is_empty()).then_some(exposure);
        let experiments = Experiments { exposure, ..Experiments::default() };
        let policy = Policy { experiments, ..Policy::default() };
        let files = [("services/home/experiments.yaml", RUNNING)].into_iter().chain(more.iter().copied());
        let change = Change::of_trees(None, Tree::from_memory(files));
        let checked = check_static(&change, &policy).expect("it looks");
        assert_eq!(checked.counts.get(COUNT).copied(), expected, "{more:?}");
    };
    let package = [
        ("services/home/Cargo.toml", "[package]\nname = \"home\"\n"),
        ("services/home/src/lib.rs", ""),
        ("Cargo.toml", "[workspace]\nmembers = [\"services/home\"]\n"),
    ];
    check(&["stages::Exposure"], &[], Some(1));
    check(&["stages::Exposure"], &package, None);
    check(&[], &[], None);
}

#[test]
fn what_deals_units_says_the_same_while_experiments_run() {
    const CODE: &str = "pub const OF: u32 = 1000;\npub fn bucket(unit: &str) -> u32 { hash(unit) % OF }\n\
                        pub fn hash(unit: &str) -> u32 { unit.len() as u32 }\n";
    let tree = |experiments: &str, code: &str| {
        Tree::from_memory([
            ("Cargo.toml", "[package]\nname = \"deal\"\nversion = \"1.0.0\"\nedition = \"2024\"\n"),
            ("src/lib.rs", code),
            ("services/home/experiments.yaml", experiments),
        ])
    };
    let buckets_in = ["deal::bucket", "deal::OF"].map(str::to_owned).to_vec();
    let policy =
        Policy { experiments: Experiments { buckets_in, ..Experiments::default() }, ..Policy::default() };
    let found = |base: (&str, &str), head: (&str, &str)| -> Vec<&'static str> {
        let change = Change::of_trees(Some(tree(base.0, base.1)), tree(head.0, head.1));
        let checked = check_static(&change, &policy).expect("the guard looks");
        checked.findings.iter().map(|finding| finding.rule.id).collect()
    };
    let stopped = RUNNING.replace("state: running", "state: stopped");
    let other = CODE.replace("hash(unit) %", "(hash(unit) + 1) %");
    let anew = &["experiment-rerandomised"][..];
    for (base, head, expected) in [
        ((RUNNING, CODE), (RUNNING, other.as_str()), anew),
        ((RUNNING, CODE), (RUNNING, &CODE.replace("1000", "100")), anew),
        // It is dealt anew as soon as it is on again.
        ((RUNNING, CODE), (&stopped, &other), anew),
        ((&stopped, CODE), (RUNNING, &other), &[]),
        ((RUNNING, CODE), ("", &other), &[]),
        ((RUNNING, CODE), (RUNNING, &CODE.replace("hash(unit) %", "hash( unit, )\n %")), &[]),
        ((RUNNING, CODE), (RUNNING, &CODE.replace("unit.len()", "unit.chars().count()")), &[]),
        ((RUNNING, CODE), (RUNNING, &CODE.replace("fn bucket", "fn bucket_of")), &["unreadable-experiments"]),
        ((RUNNING, &CODE.replace("fn bucket", "fn bucket_of")), (RUNNING, CODE), &[]),
    ] {
        assert_eq!(found(base, head), expected, "{head:?}");
    }
}
