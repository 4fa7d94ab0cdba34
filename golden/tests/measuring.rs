//! Runs, judgments and lists as people hand them to `golden measure`: what is read, what is refused, what is told.

use golden::measures::{AGREEMENT, QUALITY};
use golden::measuring::{Selection, of_cases, of_runs};
use golden::trec::{Order, Pairs, Qrels, Run};

const OLD: &str =
    "1 Q0 d1 1 0.9 old\n1 Q0 d2 2 0.5 old\n1 Q0 d3 3 0.5 old\n2 Q0 d1 1 0.4 old\n3 Q0 d9 1 1 old\n";
const NEW: &str =
    "1 Q0 d2 1 0.9 new\n1 Q0 d1 2 0.8 new\n1 Q0 d4 3 0.1 new\n2 Q0 d1 1 0.4 new\n4 Q0 d9 1 1 new\n";
const JUDGED: &str = "1 0 d1 2\n1 0 d2 0\n1 0 d3 1\n5 0 d1 1\n";

#[test]
fn two_runs_are_measured_by_topic_and_what_one_lacks_is_told() {
    let (new, old) = (Run::parse(NEW, Order::Rank).unwrap(), Run::parse(OLD, Order::Rank).unwrap());
    let qrels = Qrels::parse(JUDGED).unwrap();
    let measured = of_runs(&new, &old, Some(&qrels), &Selection::default(), true);
    let topics = &measured.topics;
    assert_eq!(
        (topics.compared, &topics.only_in_run[..], &topics.only_in_against[..]),
        (2, &["4".into()][..], &["3".into()][..])
    );
    assert_eq!((&topics.not_judged[..], &topics.only_judged[..]), (&["2".into()][..], &["5".into()][..]));
    let jaccard = measured.agreement.iter().find(|row| row.measure == "jaccard@10").unwrap();
    assert_eq!((jaccard.mean, jaccard.least, jaccard.topics), (Some(0.75), Some(0.5), 2));
    // One topic has a single item, of which no order can be told.
    let tau = measured.agreement.iter().find(|row| row.measure == "kendall_tau_b.common").unwrap();
    assert_eq!((tau.mean, tau.topics), (Some(-1.0), 1));
    let rr = measured.quality.iter().find(|row| row.measure == "rr@10").unwrap();
    assert_eq!((rr.run, rr.against, rr.difference, rr.topics), (Some(0.5), Some(1.0), Some(-0.5), 1));
    assert_eq!(measured.per_query[1].agreement["jaccard@10"], Some(1.0));
    assert!(measured.human().contains("1 only in the first run: 4"), "{}", measured.human());
    assert!(measured.json().contains("\"schema\": \"gatefold.measures/1\""));
}

#[test]
fn the_order_is_that_of_the_ranks_unless_another_is_asked_for() {
    let text = "1 Q0 low 1 0.1 x\n1 Q0 b 3 0.9 x\n1 Q0 a 2 0.9 x\n";
    let ids = |order| {
        Run::parse(text, order).unwrap().topics["1"].items.iter().map(|item| item.0).collect::<Vec<_>>()
    };
    assert_eq!(ids(Order::Rank), ["low", "a", "b"]);
    assert_eq!(ids(Order::Score), ["b", "a", "low"]);
    assert_eq!(Run::parse(text, Order::Rank).unwrap().unsorted(), 1);
    assert_eq!(Run::parse(text, Order::Score).unwrap().unsorted(), 0);
}

#[test]
fn a_run_that_is_no_run_is_refused_with_its_line() {
    for (text, line, reason) in [
        ("", 1, "the file is empty"),
        ("\n \n", 1, "the file is empty"),
        ("1 Q0 d1 1 0.5\n", 1, "has 6 columns"),
        ("1 Q0 d1 1 0.5 x\n\n1 Q0 d2 2 0.5 x y\n", 3, "this one has 7"),
        ("1 Q0 d1 1 NaN x\n", 1, "a finite number, and not `NaN`"),
        ("1 Q0 d1 1 inf x\n", 1, "a finite number"),
        ("1 Q0 d1 first 0.5 x\n", 1, "a rank is a whole number, and not `first`"),
        (
            "1 Q0 d1 1 0.5 x\n2 Q0 d1 1 0.5 x\n1 Q0 d1 2 0.4 x\n",
            3,
            "`d1` already stands for the topic `1` on line 1",
        ),
        ("1 Q0 d1 1 0.5 x\n1 Q0 d2 1 0.4 x\n", 2, "`--order score`"),
        ("1 Q0 d`1 1 0.5 x\n", 1, "without control characters and backticks"),
    ] {
        let refusal = Run::parse(text, Order::Rank).unwrap_err();
        assert!(refusal.line == line && refusal.reason.contains(reason), "{text:?}: {refusal:?}");
    }
}

#[test]
fn judgments_are_read_in_both_forms_and_refused_alike() {
    let trec = Qrels::parse("q 0 a 2\nq 0 b -1\n").unwrap();
    let json =
        "{\"request\":\"q\",\"item\":\"a\",\"grade\":2}\n{\"request\":\"q\",\"item\":\"b\",\"grade\":-1}\n";
    assert_eq!(Qrels::parse(json).unwrap(), trec);
    assert_eq!(trec.len(), 2);
    for (text, line, reason) in [
        ("", 1, "the file is empty"),
        ("q 0 a\n", 1, "has 4 columns"),
        ("q 0 a 2\nq 0 a 1\n", 2, "`a` is already judged for `q`"),
        ("q 0 a 1.5\n", 1, "a grade is a whole number"),
        ("q 0 a 101\n", 1, "from -100 to 100"),
        ("{\"request\":\"q\",\"item\":\"a\"}\n", 1, "missing field `grade`"),
        ("{\"request\":\"q\",\"item\":\"a\",\"grade\":1,\"by\":\"x\"}\n", 1, "unknown field `by`"),
        ("{\"request\":\"q\",\"item\":\"\",\"grade\":1}\n", 1, "an id is empty"),
        ("{\"request\":\"q\",\"item\":\"a\",\"grade\":101}\n", 1, "from -100 to 100"),
    ] {
        let refusal = Qrels::parse(text).unwrap_err();
        assert!(refusal.line == line && refusal.reason.contains(reason), "{text:?}: {refusal:?}");
    }
}

#[test]
fn lists_in_json_are_refused_where_they_are_none() {
    for (text, reason) in [
        ("", "it does not parse"),
        ("{}", "neither `pairs` nor `eval`"),
        ("{\"pairs\":[{\"id\":\"x\",\"a\":[\"d\"],\"b\":[]}]}", "it does not parse"),
        (
            "{\"pairs\":[{\"id\":\"x\",\"a\":[],\"b\":[]},{\"id\":\"x\",\"a\":[],\"b\":[]}]}",
            "two cases are called `x`",
        ),
        ("{\"eval\":[{\"id\":\"x\",\"qrels\":{\"a\":1,\"a\":2},\"run\":{}}]}", "`a` stands twice"),
        ("{\"eval\":[{\"id\":\"x\",\"qrels\":{\"a\":101},\"run\":{}}]}", "is not from -100 to 100"),
        ("{\"eval\":[{\"id\":\"x\",\"qrels\":{},\"run\":{\"a\":1e999}}]}", "number out of range"),
    ] {
        let refusal = Pairs::parse(text).unwrap_err();
        assert!(refusal.reason.contains(reason), "{text:?}: {refusal:?}");
    }
}

#[test]
fn a_case_that_cannot_be_measured_says_why_and_the_others_are() {
    let text = "{\"pairs\":[{\"id\":\"twice\",\"a\":[[\"a\"],[\"a\"]],\"b\":[]},{\"id\":\"good\",\"a\":[[\"a\"]],\"b\":[[\"a\"]]}]}";
    let measured = of_cases(&Pairs::parse(text).unwrap(), &Selection::default(), Order::Rank);
    assert_eq!(measured.pairs[0].error.as_deref(), Some("`a` stands twice in `a`"));
    assert_eq!(measured.pairs[1].values["jaccard@1"], 1.0);
    assert!(measured.pairs[1].values["kendall_tau_b.common"].is_null());
}

#[test]
fn measures_are_chosen_by_name_or_by_how_names_begin() {
    let run = Run::parse(OLD, Order::Rank).unwrap();
    let names = |measures: &[&str], depths: &[usize]| -> Vec<String> {
        let measures = measures.iter().map(|name| (*name).to_owned()).collect();
        let selection = Selection { measures, depths: depths.to_vec(), shares: Vec::new() };
        assert_eq!(selection.fault(), None);
        of_runs(&run, &run, None, &selection, false).agreement.into_iter().map(|row| row.measure).collect()
    };
    assert_eq!(
        names(&["jaccard@k", "tau_ap.symmetric"], &[3, 5]),
        ["jaccard@3", "jaccard@5", "tau_ap.symmetric"]
    );
    assert_eq!(names(&["rbo_a.ext@p=0.9"], &[]), ["rbo_a.ext@p=0.9"]);
    assert_eq!(names(&["fagin_kendall.raw"], &[]), ["fagin_kendall.raw@p=0.0", "fagin_kendall.raw@p=0.5"]);
    for selection in [
        Selection { measures: vec!["ndgc".to_owned()], ..Selection::default() },
        Selection { depths: vec![0], ..Selection::default() },
        Selection { shares: vec![1.5], ..Selection::default() },
        Selection { shares: vec![f64::NAN], ..Selection::default() },
    ] {
        assert!(selection.fault().is_some(), "{selection:?}");
    }
}

#[test]
fn every_measure_is_defined_in_words_and_its_name_stands_once() {
    let mut seen = std::collections::BTreeSet::new();
    let of_lists = AGREEMENT.iter().map(|m| [m.id, m.formula, m.source, m.range, m.undefined]);
    let judged = QUALITY.iter().map(|m| [m.id, m.formula, m.source, m.range, m.undefined]);
    for words in of_lists.chain(judged) {
        assert!(seen.insert(words[0]), "{} stands twice", words[0]);
        assert!(words.iter().all(|word| word.len() >= 2 && !word.ends_with('.')), "{words:?}");
    }
}

#[test]
fn lists_of_a_hundred_thousand_items_are_measured_with_ties_of_every_size() {
    let many = 100_000_u32;
    let ids: Vec<String> = (0..many).map(|number| format!("d{number}")).collect();
    let strict: Vec<Vec<String>> = ids.iter().rev().map(|id| vec![id.clone()]).collect();
    let tied: Vec<Vec<String>> = ids.chunks(70_000).map(<[String]>::to_vec).collect();
    let text = serde_json::json!({"pairs": [
        {"id": "strict", "a": strict, "b": ids.iter().map(|id| vec![id.clone()]).collect::<Vec<_>>()},
        {"id": "tied", "a": strict, "b": tied},
    ]})
    .to_string();
    // What takes the square of the length would not end here.
    let measured = of_cases(&Pairs::parse(&text).unwrap(), &Selection::default(), Order::Rank);
    let [strict, tied] = &measured.pairs[..] else { panic!("two cases were asked for") };
    assert_eq!(strict.values["kendall_tau_b.common"], -1.0);
    assert_eq!(strict.values["tau_ap.symmetric"], -1.0);
    assert_eq!(strict.values["fagin_footrule.raw"], f64::from(many) * f64::from(many) / 2.0);
    let rbo = tied.values["rbo_a.ext@p=0.9"].as_f64().unwrap();
    assert!((0.0..0.01).contains(&rbo), "{rbo}");
}
