//! Sorts by comparators of other files.

use super::{MANIFEST, check};
use crate::kept::check_kept;

const UNTIED: &str = "untied-sort";
const STABLE: &str = "untied-stable-sort";
const PARTIAL: &str = "partial-order-sort";

const RANKING: &str = "use std::cmp::Ordering;
pub struct Hit { pub score: f32, pub id: u64 }
pub fn by_score(a: &Hit, b: &Hit) -> Ordering {
    b.score.total_cmp(&a.score)
}
pub fn by_score_and_id(a: &Hit, b: &Hit) -> Ordering {
    b.score.total_cmp(&a.score).then(a.id.cmp(&b.id))
}
pub fn by_id(a: &Hit, b: &Hit) -> Ordering {
    a.id.cmp(&b.id)
}
pub fn by_any(a: &Hit, b: &Hit) -> Ordering {
    b.score.partial_cmp(&a.score).unwrap().then(a.id.cmp(&b.id))
}
impl Hit {
    pub fn against(&self, other: &Hit) -> Ordering {
        other.score.total_cmp(&self.score)
    }
}
pub fn key(hit: &Hit) -> std::cmp::Reverse<OrderedFloat<f32>> {
    std::cmp::Reverse(OrderedFloat(hit.score))
}
pub fn key_and_id(hit: &Hit) -> (std::cmp::Reverse<OrderedFloat<f32>>, u64) {
    (std::cmp::Reverse(OrderedFloat(hit.score)), hit.id)
}
";

/// Checks a function of another file that sorts hits in its only line.
#[track_caller]
fn sorts(sort: &str, expected: &[(&str, &str, u32)]) {
    let page =
        format!("use crate::ranking::{{self, *}};\npub fn page(hits: &mut Vec<Hit>) {{\n    {sort};\n}}\n");
    let lib = "mod page;\nmod ranking;\npub use ranking::by_score as best_first;\n";
    check(&[("src/lib.rs", lib), ("src/page.rs", &page), ("src/ranking.rs", RANKING)], expected);
}

#[test]
fn a_comparator_of_another_file_leaves_ties_as_one_of_the_same_file_does() {
    for by in ["by_score", "ranking::by_score", "crate::best_first", "Hit::against"] {
        sorts(&format!("hits.sort_unstable_by({by})"), &[(UNTIED, "src/page.rs", 3)]);
    }
    sorts("hits.sort_by(ranking::by_score)", &[(STABLE, "src/page.rs", 3)]);
    sorts("let order = by_score; hits.sort_unstable_by(order)", &[(UNTIED, "src/page.rs", 3)]);
    for by in
        ["by_score_and_id", "ranking::by_id", "by_nothing", "|a, b| by_score(a, b).then(a.id.cmp(&b.id))"]
    {
        sorts(&format!("hits.sort_unstable_by({by})"), &[]);
    }
    sorts("hits.iter().max_by(|a, b| by_score(a, b))", &[]);
}

#[test]
fn a_comparator_that_is_partial_is_found_where_it_stands_once_something_is_sorted_by_it() {
    sorts("hits.sort_unstable_by(by_any)", &[(PARTIAL, "src/ranking.rs", 13)]);
    sorts("hits.iter().min_by(ranking::by_any)", &[(PARTIAL, "src/ranking.rs", 13)]);
    sorts("hits.retain(|hit| hit.score.is_finite()); hits.sort_unstable_by(by_any)", &[]);
    sorts("hits.sort_unstable_by(by_id)", &[]);
}

#[test]
fn a_namesake_of_the_file_is_not_the_comparator() {
    let page = "fn by_score(a: &Hit, b: &Hit) -> Ordering {\n    b.score.total_cmp(&a.score)\n}\npub fn page(hits: &mut Vec<Hit>) {\n    hits.sort_unstable_by(crate::tied::by_score);\n}\n";
    let tied = "pub fn by_score(a: &Hit, b: &Hit) -> Ordering {\n    b.score.total_cmp(&a.score).then(a.id.cmp(&b.id))\n}\n";
    check(&[("src/lib.rs", "mod page;\nmod tied;\n"), ("src/page.rs", page), ("src/tied.rs", tied)], &[]);
}

#[test]
fn what_is_kept_of_a_sort_is_another_finding_once_its_comparator_is_another() {
    let page = "use crate::ranking::*;\npub fn page(hits: &mut Vec<Hit>) {\n    hits.sort_unstable_by(by_score);\n}\n";
    let files = |ranking| {
        [("src/lib.rs", "mod page;\nmod ranking;\n"), ("src/page.rs", page), ("src/ranking.rs", ranking)]
    };
    let tied = RANKING.replacen("total_cmp(&a.score)\n", "total_cmp(&a.score).then(a.id.cmp(&b.id))\n", 1);
    check_kept(MANIFEST, &[(&files(RANKING), 1), (&files(&tied), 0), (&files(RANKING), 1)]);
}

#[test]
fn a_closure_that_only_hands_on_is_what_it_hands_to() {
    for by in [
        "by_score(a, b)",
        "ranking::by_score(b, a)",
        "a.against(b)",
        "Hit::against(a, b)",
        "b.against(a).reverse()",
    ] {
        sorts(&format!("hits.sort_unstable_by(|a, b| {by})"), &[(UNTIED, "src/page.rs", 3)]);
    }
    for by in
        ["by_score_and_id(a, b)", "by_score(a, b).then(a.id.cmp(&b.id))", "by_score(a, &best)", "a.other(b)"]
    {
        sorts(&format!("hits.sort_unstable_by(|a, b| {by})"), &[]);
    }
    sorts("hits.sort_unstable_by(|a, b| by_any(a, b))", &[(PARTIAL, "src/ranking.rs", 13)]);
    let here = "use crate::ranking::Hit;\nfn best(a: &Hit, b: &Hit) -> std::cmp::Ordering {\n    b.score.total_cmp(&a.score)\n}\npub fn page(hits: &mut Vec<Hit>) {\n    hits.sort_unstable_by(|a, b| best(a, b));\n}\n";
    let files =
        [("src/lib.rs", "mod page;\nmod ranking;\n"), ("src/page.rs", here), ("src/ranking.rs", RANKING)];
    check(&files, &[(UNTIED, "src/page.rs", 6)]);
}

#[test]
fn a_key_of_another_file_leaves_ties_as_one_of_the_same_file_does() {
    for key in ["key", "ranking::key", "|hit| key(hit)"] {
        sorts(&format!("hits.sort_unstable_by_key({key})"), &[(UNTIED, "src/page.rs", 3)]);
    }
    sorts("hits.sort_by_key(ranking::key)", &[(STABLE, "src/page.rs", 3)]);
    for key in ["key_and_id", "|hit| key_and_id(hit)", "|hit| (key(hit), hit.id)", "Hit::key"] {
        sorts(&format!("hits.sort_unstable_by_key({key})"), &[]);
    }
}
