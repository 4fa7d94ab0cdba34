//! Ways around the rules for order: iterators in variables, lists of indices, other comparators.

use gatefold_lints::{self as lints, Policy};
use source::{Cache, Code, Tree};

use super::check;

/// The rules that find something in a file, with the line.
fn found(text: &str) -> Vec<(&'static str, u32)> {
    let tree = Tree::from_memory([("src/lib.rs", text)]);
    let code = Code::read(&tree, &Cache::off());
    let checked = lints::check(&code, &tree, &Policy::default(), None).expect("the guard looks");
    let line = |finding: &findings::Finding| {
        finding.location.as_ref().and_then(|location| location.span).map_or(0, |span| span.line)
    };
    checked.findings.iter().map(|finding| (finding.rule.id, line(finding))).collect()
}

#[test]
fn the_order_of_a_hash_map_is_followed_through_what_a_let_holds() {
    let ranks = |body: &str| {
        let head = "use std::collections::{HashMap as Map, HashSet};\npub fn rank(scores: Map<u64, f32>, seen: HashSet<u64>) -> Vec<u64> {\n";
        format!("{head}    let mut out = Vec::new();\n    {body}\n    out\n}}\n")
    };
    for shown in [
        "let ids = scores.into_keys(); let few = ids.filter(|id| *id > 0); for id in few { out.push(id); }",
        "let mut ids = scores.keys(); ids.by_ref().for_each(|id| out.push(*id));",
        "let ids = Vec::from_iter(seen); out = ids; drop(ids.first());",
        "let all = seen; let ids = all.iter(); out.extend(ids);",
        "out = vec![scores.iter().max_by(|(_, a), (_, b)| a.total_cmp(b)).map(|(id, _)| *id).unwrap()];",
        "let by = |a: &(u64, f32), b: &(u64, f32)| b.1.partial_cmp(&a.1).unwrap_or(Ordering::Less); scores.into_iter().min_by(by).map(|best| out.push(best.0));",
        "fn all(scores: &Map<u64, f32>) -> Option<bool> { scores.iter().max_by_key(|(_, score)| OrderedFloat(**score)).map(|(id, _)| *id > 0) }",
    ] {
        let found = found(&ranks(shown));
        assert!(found.contains(&("unordered-iteration", 4)), "{shown}: {found:?}");
    }
    for hidden in [
        "let ids = scores.into_keys(); let mut ids: Vec<u64> = ids.collect(); ids.sort_unstable(); out = ids;",
        "let ids = ids; let ids = ids.iter(); for id in ids { out.push(*id); }",
        "let a = b.iter(); let b = a.iter(); for id in b { out.push(*id); }",
        "out.push(scores.iter().max_by(|a, b| a.0.cmp(b.0)).map(|(id, _)| *id).unwrap());",
        "let most = scores.iter().max_by(|a, b| a.1.total_cmp(b.1)).unwrap().1; out.push(*most as u64);",
        "let best = scores.values().max_by(|a, b| a.total_cmp(b)); out.push(best.map_or(0, |it| *it as u64));",
    ] {
        check(&[("src/lib.rs", &ranks(hidden))], &[]);
    }
}

#[test]
fn indices_are_put_in_order_by_the_scores_behind_them() {
    for (sort, rule) in [
        ("order.sort_unstable_by(|&a, &b| scores[b].total_cmp(&scores[a]));", "untied-sort"),
        ("order.sort_unstable_by(|a, b| f32::total_cmp(&scores[*b], &scores[*a]));", "untied-sort"),
        ("order.sort_by(|&a, &b| scores[b].total_cmp(&scores[a]));", "untied-stable-sort"),
        ("order.sort_unstable_by_key(|&at| Reverse(OrderedFloat(scores[at])));", "untied-sort"),
    ] {
        let text = format!("pub fn put(order: &mut [usize], scores: &[f32]) {{\n    {sort}\n}}\n");
        check(&[("src/lib.rs", &text)], &[(rule, "src/lib.rs", 2)]);
    }
    for tied in [
        "order.sort_unstable_by(|&a, &b| scores[b].total_cmp(&scores[a]).then(a.cmp(&b)));",
        "order.sort_unstable_by(|&a, &b| offsets[b].total_cmp(&offsets[a]));",
        "let mut order: Vec<_> = (0..scores.len()).collect(); order.sort_by(|&a, &b| scores[b].total_cmp(&scores[a]));",
    ] {
        let text = format!("pub fn put(order: &mut [usize], scores: &[f32]) {{\n    {tied}\n}}\n");
        check(&[("src/lib.rs", &text)], &[]);
    }
}
