//! Expressions of the policy: what they say about values, what is refused, and what no expression and no value can do.

use expression::{
    Expression, MARK, MAX_BYTES, MAX_DEPTH, MAX_MACROS, MAX_VALUE_DEPTH, Values, with_large_stack,
};
use serde_json::{Value, json};

const NAMES: &[&str] = &["request", "ranking", "item"];

fn values() -> Values {
    let mut values = Values::default();
    let request = json!({"limit": 3, "viewer": "v1", "exclude": ["t9"], "big": "9007199254740993"});
    let items = json!([
        {"id": "t1", "score": 0.9, "parts": {"model": 0.7, "boost": 0.2}},
        {"id": "t2", "score": 0.5, "parts": {"model": 0.5}},
        {"id": "t3", "score": "NaN", "parts": {}},
    ]);
    values.set("request", &request).unwrap();
    values.set("ranking", &json!({"items": items})).unwrap();
    values.set("item", &items[0]).unwrap();
    values
}

#[track_caller]
fn check(text: &str, expected: Value) {
    let expression = Expression::compile(text, NAMES).unwrap_or_else(|fault| panic!("{fault}"));
    assert_eq!(expression.evaluate(&values()), Ok(expected), "{text}");
}

/// The text is refused when it is compiled, or has no value.
#[track_caller]
fn fails(text: &str, expected: &str) {
    let fault = Expression::compile(text, NAMES).and_then(|expression| expression.evaluate(&values()));
    let fault = fault.expect_err(text).to_string();
    assert!(fault.starts_with("the expression `") && fault.contains(expected), "{fault}");
}

#[test]
fn an_expression_reads_what_is_named() {
    check("item.score", json!(0.9));
    check("item.parts['boost'] + item.parts.model", json!(0.8999999999999999));
    check("ranking.items.map(i, i.id)", json!(["t1", "t2", "t3"]));
    check("ranking.items.filter(i, i.id != 't2').map(i, {'id': i.id, 'n': size(i.parts)})", {
        json!([{"id": "t1", "n": 2}, {"id": "t3", "n": 0}])
    });
    check("ranking.items.all(i, !(i.id in request.exclude))", json!(true));
    check("ranking.items.exists_one(i, i.id.startsWith('t') && i.id.endsWith('2'))", json!(true));
    check("size(ranking.items) <= request.limit ? 'short' : 'long'", json!("short"));
    check("has(item.parts.boost) && !has(item.shelf)", json!(true));
    check("ranking.items[1].score < 1", json!(true));
    check("null", json!(null));
    check("[item.score, request.limit, 7u, -1]", json!([0.9, 3, 7, -1]));
}

#[test]
fn numbers_are_read_and_written_as_proto_json_writes_them() {
    check("int(request.big) == 9007199254740993", json!(true));
    check("double(ranking.items[2].score)", json!("NaN"));
    check("double(ranking.items[2].score) == double(ranking.items[2].score)", json!(false));
    check("1.0 / 0.0", json!("Infinity"));
    check(
        "[1.5, 1.0 / 0.0, double(ranking.items[2].score)].map(x, isFinite(x))",
        json!([true, false, false]),
    );
    check("isFinite(7) && isFinite(7u)", json!(true));
    fails("isFinite(ranking.items[2].score)", "meets a string where it needs a number");
    check("-1.0 / 0.0", json!("-Infinity"));
    check("ranking.items.filter(i, type(i.score) == string).map(i, i.id)", json!(["t3"]));
}

#[test]
fn a_map_is_walked_in_the_order_of_its_keys() {
    for _ in 0..20 {
        check("item.parts.map(stage, stage)", json!(["boost", "model"]));
    }
    check("item.parts.exists(stage, item.parts[stage] > 0.6)", json!(true));
    check("{10: 'a', 9: 'b', -1: 'c'}.map(k, k)", json!([-1, 9, 10]));
    check(
        "{'b': 1, 10u: 2, true: 3, 'a': 4, 9: 5, false: 6}.map(k, k)",
        json!([false, true, 9, 10, "a", "b"]),
    );
}

#[test]
fn an_expression_knows_what_must_be_set_for_it() {
    let expression =
        Expression::compile("ranking.items.all(item, item.id == 't1' && size(item.id) > 0)", NAMES).unwrap();
    assert!(expression.names("ranking") && !expression.names("request") && !expression.names("items"));
}

#[test]
fn a_path_has_no_mark() {
    assert_eq!(Expression::marked("response.items", NAMES), None);
    let marked = Expression::marked(&format!("{MARK} item.id"), NAMES).unwrap().unwrap();
    assert_eq!((marked.text(), marked.evaluate(&values())), ("item.id", Ok(json!("t1"))));
    assert!(Expression::marked("cel:", NAMES).unwrap().is_err());
}

#[test]
fn only_true_and_false_hold() {
    let holds =
        |text| Expression::compile(text, NAMES).unwrap().holds(&values()).map_err(|fault| fault.reason);
    assert_eq!(holds("request.limit == 3"), Ok(true));
    assert_eq!(holds("request.limit == 4"), Ok(false));
    assert_eq!(holds("request.limit"), Err("gives a number where true or false is asked for".to_owned()));
}

#[test]
fn what_there_is_not_is_refused_when_it_is_compiled() {
    let refused = |text: &str| Expression::compile(text, NAMES).unwrap_err().reason;
    let names = "there are `request`, `ranking`, `item`";
    assert_eq!(refused("respons.items"), format!("names `respons`, which there is not; {names}"));
    assert_eq!(refused("ranking.items.all(i, j.ok)"), format!("names `j`, which there is not; {names}"));
    assert_eq!(refused("[1].map(i, i) == i"), format!("names `i`, which there is not; {names}"));
    assert!(
        refused("matches(item.id, 'a+')")
            .starts_with("calls `matches`, which there is not; there are `bool`")
    );
    assert!(refused("optional.of(item)").contains("which there is not"));
    assert!(refused("item.?id").contains("does not parse"), "{}", refused("item.?id"));
    assert!(refused("Item{id: 'a'}").contains("makes a message"), "{}", refused("Item{id: 'a'}"));
    assert_eq!(refused(" "), "is empty");
    assert!(refused("item.score >").starts_with("does not parse at column 1"), "{}", refused("item.score >"));
    assert!(refused("item.id == 'open").starts_with("does not parse at column"));
}

#[test]
fn what_has_no_value_says_why_and_quotes_the_expression() {
    fails("item.shelf.row > 1", "the expression `item.shelf.row > 1` finds no field `shelf`");
    fails("ranking.items[7].id", "looks beyond the end of a list");
    fails("item.score > 'a'", "does not fit its values");
    fails("item.id.all(c, true)", "meets a string where it needs a iterable");
    fails("1 / 0", "divides by zero");
    fails("9223372036854775807 + 1", "a number that is too large");
    fails("int('x')", "fails in `int`");
    fails("type(item)", "gives a `type`, which JSON cannot hold");
    fails("b'bytes'", "gives a `bytes`, which JSON cannot hold");
}

#[test]
fn a_long_or_deep_expression_is_refused_before_it_is_read() {
    let long = "1+".repeat(MAX_BYTES / 2) + "1";
    fails(&long, "more than the 2000 that are read");
    let deep = MAX_DEPTH + 1;
    let nested = |open: &str, inner: &str, close: &str, times: usize| {
        format!("{}{inner}{}", open.repeat(times), close.repeat(times))
    };
    for (open, close) in
        [("(", ")"), ("[", "]"), ("[", ""), ("{'a':", "}"), ("size(", ")"), ("!(", ")"), ("", ")")]
    {
        let text = nested(open, "1", close, 300);
        let fault = Expression::compile(&text, NAMES).expect_err(&text);
        assert!(fault.reason.contains("nested deeper") || fault.reason.contains("not parse"), "{fault}");
    }
    fails(&"true ? 1 : ".repeat(deep), "nested deeper than");
    fails(&("1+".repeat(900) + "1"), "nested deeper than");
    fails(&("item".to_owned() + &".a".repeat(900)), "nested deeper than");
    fails(&("item".to_owned() + &"[0]".repeat(600)), "nested deeper than");
    check(&nested("(", "1", ")", MAX_DEPTH), json!(1));
    // Long runs of one operator are no nesting, or are refused; neither needs a deep stack.
    for prefix in ["!", "-", "- ", "! "] {
        let _ = Expression::compile(&(prefix.repeat(900) + "1"), NAMES);
    }
    check(&vec!["true"; 200].join("&&"), json!(true));
    fails(&format!("[1]{}", ".map(x, x)".repeat(MAX_MACROS + 1)), "more than 4 macros");
    fails(
        &format!("{}1{}", "[1].all(x, ".repeat(MAX_MACROS + 1), ")".repeat(MAX_MACROS + 1)),
        "more than 4 macros",
    );
    check(&format!("{}1{} == []", "[1].map(x, ".repeat(MAX_MACROS), ")".repeat(MAX_MACROS)), json!(false));
    // The deepest that there may be.
    let nots = MAX_DEPTH - 3 * MAX_MACROS;
    let deepest = format!("{}{}true", "[1].all(x, ".repeat(MAX_MACROS), "!(".repeat(nots));
    check(&format!("{deepest}{}", ")".repeat(MAX_MACROS + nots)), json!(nots.is_multiple_of(2)));
}

#[test]
fn a_deep_value_is_refused() {
    let nested = |depth| (0..depth).fold(json!(1), |inner, _| json!([inner]));
    let mut values = Values::default();
    assert_eq!(values.set("item", &nested(MAX_VALUE_DEPTH)), Ok(()));
    let refused = values.set("item", &nested(MAX_VALUE_DEPTH + 1));
    assert_eq!(refused, Err("`item` is nested deeper than 64".to_owned()));
    let expression = Expression::compile("size(item)", NAMES).unwrap();
    assert_eq!(expression.evaluate(&values), Ok(json!(1)));
}

#[test]
fn an_expression_that_grows_without_end_is_stopped() {
    let items: Vec<Value> = (0..2_000).map(|id| json!({"id": id.to_string(), "score": 0.5})).collect();
    let mut values = Values::default();
    values.set("item", &json!(items)).unwrap();
    let stopped = |text: &str| {
        let fault = Expression::compile(text, NAMES).unwrap().evaluate(&values).err();
        let reason = fault.unwrap_or_else(|| panic!("{text} has a value")).reason;
        assert_eq!(reason, "takes more than 1000000 steps over these values", "{text}");
    };
    stopped("item.map(a, item.map(b, item.map(c, 1)))");
    stopped("item.all(a, item.all(b, item.all(c, true)))");
    stopped("item.exists(a, item.exists(b, item.exists(c, false)))");
    stopped("item.exists_one(a, item.exists_one(b, true))");
    stopped("item.filter(a, item.filter(b, false) == item) == []");
    stopped("item.all(a, item == item)");
    stopped("item.all(a, a in item)");
    stopped("item.all(a, item.all(b, false) || true)");
    stopped("item.all(a, true || item.all(b, false)) && item.all(a, size(item + item) > 0)");
    let long = "0123456789".repeat(100);
    let grown = |from: &str, body: &str| format!("{from}{}", format!(".map(x, {body})").repeat(MAX_MACROS));
    let eight = "((x + x + x + x) + (x + x + x + x))";
    let sum = &format!("({eight} + {eight}) + ({eight} + {eight})");
    stopped(&grown(&format!("['{long}']"), sum));
    stopped(&grown("[[1]]", sum));
    stopped(&grown("[1]", &format!("[{}]", vec!["x"; 40].join(", "))));
    let fields: Vec<String> = (0..40).map(|name| format!("'{name}': x")).collect();
    stopped(&grown("[1]", &format!("{{{}}}", fields.join(", "))));
    // What people write over a long list is far from it.
    let pairs = "item.all(a, item.exists_one(b, b.id == a.id))";
    let shorter = json!(items[..400]);
    values.set("item", &shorter).unwrap();
    assert_eq!(Expression::compile(pairs, NAMES).unwrap().evaluate(&values), Ok(json!(true)));
}

#[test]
fn what_is_parsed_together_on_one_large_stack_says_what_it_says_alone() {
    let chain = format!("1{}", " + 1".repeat((MAX_BYTES - 1) / 4));
    let texts = ["1 + 1", "request.limit > 2", "nobody == 1", "(", &"(".repeat(MAX_DEPTH + 1), &chain];
    let said = |text: &&str| Expression::compile(text, NAMES).map(|_| ()).map_err(|fault| fault.to_string());
    let alone: Vec<_> = texts.iter().map(said).collect();
    assert_eq!(with_large_stack(|| texts.iter().map(said).collect::<Vec<_>>()).expect("a thread"), alone);
    assert!(alone[0].is_ok() && alone[2..].iter().all(Result::is_err), "{alone:?}");
}
