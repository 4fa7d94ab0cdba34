//! The requests that base and head are asked: the base's as the base has them, and what head adds.

use std::collections::{BTreeMap, BTreeSet};

use contracts::cost::{Request, Workload};
use golden::{Case, Corpus, Requests};
use source::{Change, Tree};

/// At most so many requests of a corpus, spread evenly over it. A file that cannot be read, or whose requests lie in a
/// store, has none: what is wrong with it is for the golden guard to say.
pub(super) fn of(change: &Change, corpus: &Corpus, most: usize) -> Workload {
    let file = corpus.requests();
    let head = cases(&change.head, &file);
    let base = change.base.as_ref().map(|base| cases(base, change.base_path(&file))).unwrap_or_default();
    let lines: BTreeMap<&str, u32> = head.iter().map(|case| (case.id.as_str(), case.line)).collect();
    let known: BTreeSet<&str> = base.iter().map(|case| case.id.as_str()).collect();
    let added = head.iter().filter(|case| !known.contains(case.id.as_str()));
    let requests: Vec<Request> = base
        .iter()
        .chain(added)
        .map(|case| Request {
            id: case.id.clone(),
            line: lines.get(case.id.as_str()).copied(),
            message: case.request.clone(),
        })
        .collect();
    let (corpus, service) = (corpus.name.clone(), corpus.service.clone());
    Workload { corpus, service, file, requests: spread(requests, most) }
}

fn cases(tree: &Tree, path: &str) -> Vec<Case> {
    let text = tree.text(path).ok();
    text.and_then(|text| Requests::parse(&text).ok()).map(|requests| requests.cases).unwrap_or_default()
}

/// At most so many, evenly.
fn spread<T>(all: Vec<T>, most: usize) -> Vec<T> {
    let count = all.len();
    if count <= most {
        return all;
    }
    let chosen: BTreeSet<usize> = (0..most).map(|index| index * count / most).collect();
    all.into_iter().enumerate().filter(|(index, _)| chosen.contains(index)).map(|(_, one)| one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "services/x/golden/requests.jsonl";

    fn corpus() -> Corpus {
        let text = "golden: { corpora: { x: { rpc: p.S/M, items: items, id: id, score: score } } }";
        let schema = &crate::house::SCHEMA;
        let document = policy::Document::parse("gatefold.yaml", text, schema).expect("a policy");
        let golden: golden::Policy = document.section("golden").expect("a section");
        golden.corpora[0].clone()
    }

    fn line(id: &str, limit: u32) -> String {
        format!("{{\"id\":\"{id}\",\"segment\":\"s\",\"request\":{{\"limit\":{limit}}}}}\n")
    }

    fn tree(lines: &[String]) -> Tree {
        Tree::from_memory([(FILE, lines.concat())])
    }

    #[test]
    fn the_bases_requests_are_asked_as_the_base_has_them_and_heads_own_after_them() {
        let base = tree(&[line("a", 1), line("b", 2)]);
        let head = tree(&[line("c", 3), line("b", 20)]);
        let workload = of(&Change::of_trees(Some(base), head), &corpus(), 10);
        let asked: Vec<_> = workload
            .requests
            .iter()
            .map(|request| (request.id.as_str(), request.line, request.message["limit"].as_u64()))
            .collect();
        assert_eq!(asked, [("a", None, Some(1)), ("b", Some(2), Some(2)), ("c", Some(1), Some(3))]);
    }

    #[test]
    fn no_more_are_asked_than_the_policy_says_and_they_are_spread() {
        assert_eq!(spread((0..10).collect(), 4), [0, 2, 5, 7]);
        assert_eq!(spread(vec![1, 2], 2), [1, 2]);
        assert_eq!(spread((0..1000).collect::<Vec<u32>>(), 1), [0]);
    }

    #[test]
    fn a_file_that_cannot_be_read_has_no_requests() {
        let base = Tree::from_memory([(FILE, "no json")]);
        assert_eq!(of(&Change::of_trees(Some(base), tree(&[line("a", 1)])), &corpus(), 9).requests.len(), 1);
        assert_eq!(
            of(&Change::of_trees(None, Tree::from_memory([("a", "")])), &corpus(), 9).requests.len(),
            0
        );
    }
}
