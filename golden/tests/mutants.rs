//! Mutants: which a text has, what each is called, and what becomes of them on a service made of a function.

mod common;

use std::cell::RefCell;
use std::collections::BTreeMap;

use common::{Row, fake, policy, recording, requests_text, rows};
use golden::mutants::{
    Asked, Bench, Built, Excused, Mutant, OPERATORS, Outcome, Source, Summary, catalogue, code_of, try_all,
};
use golden::{Ask, Corpus, Requests};
use source::Tree;

fn mutants(path: &str, text: &str) -> Vec<Mutant> {
    catalogue(&[Source { path: path.to_owned(), text: text.to_owned() }]).unwrap()
}

/// The mutants of a text, each as its operator, what stands there and what is to stand there.
#[track_caller]
fn check(text: &str, expected: &[(&str, &str, &str)]) {
    let found = mutants("src/lib.rs", text);
    let found: Vec<_> =
        found.iter().map(|mutant| (mutant.operator, mutant.before.as_str(), mutant.after.as_str())).collect();
    assert_eq!(found, expected, "{text}");
}

/// As [`check`], for an expression.
#[track_caller]
fn check_expr(text: &str, expected: &[(&str, &str, &str)]) {
    check(&format!("fn rank() {{ _ = {text}; }}"), expected);
}

#[test]
fn every_operator_says_what_it_does() {
    for operator in OPERATORS {
        assert!(
            operator.id.chars().all(|letter| letter.is_ascii_lowercase() || letter == '-'),
            "{}",
            operator.id
        );
        assert!(!operator.summary.is_empty() && !operator.summary.ends_with('.'), "{}", operator.id);
    }
}

#[test]
fn a_second_key_is_dropped_and_each_order_flipped() {
    check_expr(
        "a.cmp(b).then_with(|| c.cmp(d))",
        &[
            ("tie-break-dropped", "a.cmp(b).then_with(|| c.cmp(d))", "a.cmp(b)"),
            ("order-flipped", "a.cmp(b)", "a.cmp(b).reverse()"),
            ("order-flipped", "c.cmp(d)", "c.cmp(d).reverse()"),
        ],
    );
    check_expr("flag.then(|| 1)", &[]);
    check_expr(
        "a.partial_cmp(b)",
        &[("order-flipped", "a.partial_cmp(b)", "a.partial_cmp(b).map(::core::cmp::Ordering::reverse)")],
    );
    check_expr("list.iter().rev()", &[("order-flipped", "list.iter().rev()", "list.iter()")]);
    check_expr("Reverse(score)", &[("order-flipped", "Reverse(score)", "score")]);
    check_expr("list.iter().max_by(f)", &[("order-flipped", "max_by", "min_by")]);
    check_expr(
        "list.sort_by(order)",
        &[("order-flipped", "order", "|one, other| (order)(one, other).reverse()")],
    );
}

#[test]
fn stages_of_a_pipeline_are_dropped_and_those_of_a_kind_swapped() {
    check_expr(
        "Pipeline::default().source(a).selector(diversity()).selector(top_k())",
        &[
            ("stage-dropped", ".source(a)", ""),
            ("stage-dropped", ".selector(diversity())", ""),
            ("stages-swapped", "diversity()).selector(top_k()", "top_k()).selector(diversity()"),
            ("stage-dropped", ".selector(top_k())", ""),
        ],
    );
    check_expr("list.iter().map(a).map(b).map(c)", &[]);
    check(
        "fn rank() { list.sort(); list.truncate(k); other.log(); }",
        &[
            ("stage-dropped", "list.sort();", ""),
            ("stages-swapped", "list.sort(); list.truncate(k);", "list.truncate(k); list.sort();"),
            ("stage-dropped", "list.truncate(k);", ""),
            ("k-off-by-one", "k", "(k) + 1"),
            ("k-off-by-one", "k", "(k).saturating_sub(1)"),
        ],
    );
}

#[test]
fn counts_are_off_by_one() {
    check_expr("list.iter().take(3)", &[("k-off-by-one", "3", "4"), ("k-off-by-one", "3", "2")]);
    check_expr(
        "&list[..k]",
        &[("k-off-by-one", "k", "(k) + 1"), ("k-off-by-one", "k", "(k).saturating_sub(1)")],
    );
}

#[test]
fn defaults_filters_and_bounds_are_changed() {
    check_expr("plays.map_or(0.0, f)", &[("default-changed", "0.0", "1.0")]);
    check_expr("explicit.unwrap_or(false)", &[("default-changed", "false", "true")]);
    check_expr("length.unwrap_or(f64::NAN)", &[("default-changed", "f64::NAN", "0.0")]);
    check_expr("a.is_none_or(f)", &[("default-changed", "is_none_or", "is_some_and")]);
    check_expr(
        "list.iter().filter(|item| item.ok())",
        &[
            ("filter-changed", ".filter(|item| item.ok())", ""),
            ("filter-changed", "item.ok()", "!(item.ok())"),
        ],
    );
    check_expr("list.retain(keep)", &[("filter-changed", "keep", "|each| !(keep)(each)")]);
    check_expr("score.clamp(0, 1)", &[("clamp-dropped", "score.clamp(0, 1)", "score")]);
    check_expr("score.min(top)", &[("clamp-dropped", "score.min(top)", "score")]);
}

#[test]
fn features_are_swapped_in_pairs_and_names_stay_where_they_are() {
    check_expr("[a(), b(), c()]", &[("features-swapped", "a(), b()", "b(), a()")]);
    check_expr(
        r#"[Input { name: "a", read: x }, Input { name: "b", read: y }]"#,
        &[("features-swapped", r#"x }, Input { name: "b", read: y"#, r#"y }, Input { name: "b", read: x"#)],
    );
    check_expr("[a, a]", &[]);
}

#[test]
fn comparisons_conditions_and_arithmetic_are_flipped() {
    check_expr("a < b", &[("comparison-flipped", "<", ">="), ("comparison-flipped", "<", "<=")]);
    check_expr("a == b", &[("comparison-flipped", "==", "!=")]);
    check_expr("a && !b", &[("condition-flipped", "&&", "||"), ("condition-flipped", "!b", "b")]);
    check(
        "fn f() { if seen(a) {} if a < b {} if let Some(x) = y {} }",
        &[
            ("condition-flipped", "seen(a)", "!(seen(a))"),
            ("comparison-flipped", "<", ">="),
            ("comparison-flipped", "<", "<="),
        ],
    );
    check_expr("a - b * c", &[("arithmetic-changed", "-", "+"), ("arithmetic-changed", "*", "/")]);
    check("fn f() { count += 1; }", &[("arithmetic-changed", "+=", "-=")]);
}

#[test]
fn weights_are_changed_in_code_in_constants_and_in_configuration() {
    check_expr(
        "0.1f32 * 0.0",
        &[
            ("weight-changed", "0.1f32", "0.125f32"),
            ("arithmetic-changed", "*", "/"),
            ("weight-changed", "0.0", "1.0"),
        ],
    );
    check("const AT_MOST: usize = 200; fn f() { g(200) }", &[("weight-changed", "200", "201")]);
    let found = mutants(
        "config.yaml",
        "name: 1.0.0\nweights:\n  model: 0.5 # of 0.9\n  count: 7\nscale = 2.0\nboosts: { a: 1.0, b: 0.4 }\n",
    );
    let found: Vec<_> =
        found.iter().map(|mutant| (mutant.line, mutant.item.as_str(), mutant.after.as_str())).collect();
    assert_eq!(found, [(3, "model", "0.625"), (5, "scale", "2.5"), (6, "a", "1.25"), (6, "b", "0.5")]);
}

#[test]
fn tests_and_what_only_shows_are_left_alone() {
    check("#[cfg(test)] mod tests { fn f() { a < b } }", &[]);
    check("#[test] fn f() { a < b }", &[]);
    check("#[tokio::test] fn f() { a < b }", &[]);
    check("impl fmt::Display for A { fn fmt(&self) { a < b } }", &[]);
    check("const A: [u8; 2 + 3] = x; type B = [u8; 2 + 3];", &[]);
    check("fn f() { debug_assert!(a < b); let [a, b] = c; }", &[]);
    check("#[cfg(feature = \"x\")] fn f() { a == b }", &[("comparison-flipped", "==", "!=")]);
}

#[test]
fn an_id_outlives_moved_lines_and_new_neighbours() {
    let before = "impl Order { fn rank(&self) { a < b } }\nfn other() { a < b; a < b }\n";
    let after = "//! Moved.\n\nfn new() { a < b }\nfn other() { a  <\n b; a < b }\nimpl Order { fn rank(&self) { a < b } }\n";
    let ids = |text: &str| -> BTreeMap<String, String> {
        let named = |mutant: Mutant| (mutant.id.clone(), mutant.item);
        mutants("src/lib.rs", text).into_iter().map(named).collect()
    };
    let (before, after) = (ids(before), ids(after));
    assert_eq!((before.len(), after.len()), (6, 8));
    assert!(before.iter().all(|(id, item)| after.get(id) == Some(item)), "{before:?} {after:?}");
    assert_eq!(before.values().filter(|item| *item == "Order::rank").count(), 2);
}

#[test]
fn an_edit_is_planted_where_it_stands_and_shown_as_a_diff() {
    let text = "fn rank() {\n    let é = a < b;\n}\n";
    let mutant = &mutants("src/lib.rs", text)[0];
    assert_eq!(mutant.planted(text), "fn rank() {\n    let é = a >= b;\n}\n");
    assert_eq!(mutant.diff(text), "-    let é = a < b;\n+    let é = a >= b;\n");
    assert_eq!(mutant.edit(), "src/lib.rs, rank: `<` -> `>=`");
    assert_eq!((mutant.line, mutant.item.as_str()), (2, "rank"));
}

#[test]
fn code_is_what_policy_names_or_the_crate_and_what_it_depends_on() {
    let manifest = |name: &str, more: &str| format!("[package]\nname = \"{name}\"\n{more}");
    let tree = Tree::from_memory([
        ("Cargo.toml", "[workspace]\nmembers = [\"crates/*\", \"services/*\"]\n".to_owned()),
        ("crates/stages/Cargo.toml", manifest("stages", "")),
        ("crates/stages/src/lib.rs", "fn a() {}".to_owned()),
        ("crates/stages/tests/all.rs", "fn a() {}".to_owned()),
        ("crates/testkit/Cargo.toml", manifest("testkit", "")),
        ("crates/testkit/src/lib.rs", "fn a() {}".to_owned()),
        (
            "services/queue/Cargo.toml",
            manifest(
                "queue",
                "[dependencies]\nstages = { path = \"../../crates/stages\" }\n[dev-dependencies]\ntestkit = { path = \
             \"../../crates/testkit\" }\n",
            ),
        ),
        ("services/queue/src/main.rs", "fn main() {}".to_owned()),
        ("services/queue/config.yaml", "a: 1.5\n".to_owned()),
    ]);
    let code = |named: &[&str]| -> Result<Vec<String>, String> {
        let named: Vec<String> = named.iter().map(|name| (*name).to_owned()).collect();
        Ok(code_of(&tree, "queue", &named)?.into_iter().map(|source| source.path).collect())
    };
    let expected = ["crates/stages/src/lib.rs", "services/queue/src/main.rs"];
    assert_eq!(code(&[]).unwrap(), expected);
    assert_eq!(
        code(&["services/queue/config.yaml", "crates/stages"]).unwrap(),
        ["crates/stages/src/lib.rs", "services/queue/config.yaml"]
    );
    assert_eq!(code(&["crates/none"]), Err("there is no code at `crates/none`".to_owned()));
    assert!(
        code_of(&tree, "radio", &[]).unwrap_err().contains("no crate of the workspace is called `radio`")
    );
    assert!(catalogue(&[Source { path: "a.rs".to_owned(), text: "fn (".to_owned() }]).is_err());
}

/// A service that ranks as its one file says, built by looking at the file.
struct Toy {
    text: String,
    written: RefCell<Vec<String>>,
    rows: Vec<Row>,
}

impl Bench for Toy {
    fn write(&mut self, path: &str, text: &str) -> Result<(), String> {
        self.written.borrow_mut().push(path.to_owned());
        self.text = text.to_owned();
        Ok(())
    }

    fn build(&mut self) -> Built {
        match () {
            () if self.text.contains("a >= b") => Built::Refused("error: no".to_owned()),
            () if self.text.contains("a <= b") => Built::TooSlow,
            () => Built::Done,
        }
    }

    fn start(&mut self, _: &Corpus) -> Result<Ask, String> {
        if self.text.contains("!(start())") {
            return Err("it ended".to_owned());
        }
        let mut rows = self.rows.clone();
        if self.text.contains("0.625") {
            rows[1].ranking.as_mut().unwrap().items.reverse();
        }
        if self.text.contains("c != d") {
            return Ok(Box::new(|_| {
                let unsent = Some("it hung".to_owned());
                Ok(golden::Answer { status: "UNAVAILABLE".to_owned(), response: None, unsent })
            }));
        }
        Ok(fake(rows))
    }
}

#[test]
fn each_mutant_is_tried_alone_and_told_by_what_became_of_it() {
    let text = "const WEIGHT: f64 = 0.5;\nfn rank() { if start() {} a < b; c == d; e + f }\n";
    let sources = [Source { path: "src/lib.rs".to_owned(), text: text.to_owned() }];
    let rows =
        rows("a limit=2: x=0.9 y=0.5\nb limit=2: x=0.8 y=0.1\nc limit=2: x=0.8 y=0.1\nd limit=1: x=1\n");
    let corpus = &policy("").corpora[0];
    let (requests, recording) = (Requests::parse(&requests_text(&rows)).unwrap(), recording(&rows));
    let all = catalogue(&sources).unwrap();
    let mut bench = Toy { text: text.to_owned(), written: RefCell::default(), rows: rows.clone() };
    let mut told = 0;
    let corpora = [Asked { corpus, requests: requests.clone(), recording: recording.clone() }];
    let tried = try_all(&mut bench, &corpora, &sources, &all, &mut |_| told += 1).unwrap();
    assert_eq!((told, bench.text.as_str(), bench.written.borrow().len()), (all.len(), text, 2 * all.len()));
    let outcomes: Vec<_> = tried.iter().map(|tried| (tried.mutant.after.as_str(), &tried.outcome)).collect();
    let broke = Outcome::Broke("failed to start `queue`: it ended".to_owned());
    let seen = Outcome::Seen { changed: 1, of: 4, worst: golden::compare::Class::Order };
    assert_eq!(
        outcomes,
        [
            ("0.625", &seen),
            ("!(start())", &broke),
            (">=", &Outcome::Unbuildable),
            ("<=", &Outcome::TimedOut),
            ("!=", &Outcome::TimedOut),
            ("-", &Outcome::Unseen),
        ]
    );
    let summary = Summary::of(&tried, &Excused::default());
    assert_eq!(
        (summary.seen, summary.unseen, summary.unbuildable, summary.timed_out, summary.broke),
        (2, 1, 1, 2, 1)
    );
    assert_eq!(summary.share(), 2.0 / 3.0);

    let excuse = |list: &str, id: &str, edit: &str| {
        let text = format!("{list}:\n- id: {id}\n  edit: '{edit}'\n  reason: the sum is of zeros\n");
        Excused::parse("mutants.yaml", &text).unwrap()
    };
    let survivor = &tried[5].mutant;
    let excused = excuse("equivalent", &survivor.id, &survivor.edit());
    assert_eq!((Summary::of(&tried, &excused).share(), excused.faults(&all, &tried)), (1.0, Vec::new()));
    let known = excuse("unseen", &survivor.id, &survivor.edit());
    assert_eq!((Summary::of(&tried, &known).share(), Summary::of(&tried, &known).unseen), (2.0 / 3.0, 0));
    let faults = |excused: Excused| excused.faults(&all, &tried).concat();
    assert!(faults(excuse("unseen", "0000000000", "x")).contains("is no mutant of the code any more"));
    assert!(faults(excuse("unseen", &survivor.id, "x")).contains("is another edit than its entry says"));
    assert!(faults(excuse("unseen", &all[0].id, &all[0].edit())).contains("is seen after all"));
}

#[test]
fn a_service_that_answers_something_else_without_a_mutant_is_refused() {
    let rows = rows("a limit=2: x=0.9 y=0.5\nb limit=2: x=0.8 y=0.1\nc limit=1: x=1\n");
    let corpus = &policy("").corpora[0];
    let (requests, recording) = (Requests::parse(&requests_text(&rows)).unwrap(), recording(&rows));
    let mut answered = rows.clone();
    answered[0].ranking.as_mut().unwrap().items.reverse();
    let refused = |text: &str, rows: Vec<Row>| {
        let mut bench = Toy { text: text.to_owned(), written: RefCell::default(), rows };
        let corpora = [Asked { corpus, requests: requests.clone(), recording: recording.clone() }];
        try_all(&mut bench, &corpora, &[], &[], &mut |_| ()).unwrap_err().to_string()
    };
    assert!(refused("", answered).contains("1 of 3 answers are not what is recorded for `queue`"));
    assert!(refused("a >= b", rows.clone()).contains("does not build without a mutant: error: no"));
    assert!(refused("a <= b", rows.clone()).contains("takes too long"));
    assert!(refused("c != d", rows).contains("3 answers in a row did not come"), "a hanging service");
}

#[test]
fn a_file_of_excuses_gives_reasons_and_names_each_mutant_once() {
    let entry = |id: &str, reason: &str| format!("- id: {id}\n  edit: e\n  reason: {reason}\n");
    let fault = |text: String| Excused::parse("mutants.yaml", &text).unwrap_err().to_string();
    assert!(fault(format!("equivalent:\n{}", entry("a", "ok"))).contains("needs a reason"));
    let twice = format!("equivalent:\n{0}unseen:\n{0}", entry("a", "it is the same"));
    assert!(fault(twice).contains("`a` stands twice"));
    assert!(fault("equivalence: []".to_owned()).contains("equivalence"));
    assert_eq!(Excused::parse("mutants.yaml", "unseen: []").unwrap(), Excused::default());
}
