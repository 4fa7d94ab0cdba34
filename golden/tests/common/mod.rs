//! A corpus in a few words: `ID limit=N by=MODEL: item=score item=score` a line, the request left of the colon; a last word
//! `noisy` where the order below rank 2 was recorded as noise. What stages gave to a score stands behind it, `t1=0.9(model:0.9)`.
#![allow(dead_code, reason = "each test binary uses its part")]

pub(crate) mod depot;

use golden::{Answer, Ask, Entry, Item, Kind, Noise, Part, Policy, Ranking, Recording, Requests};
use serde_json::{Value, json};
use source::Tree;

pub(crate) const REQUESTS: &str = "services/queue/golden/requests.jsonl";
pub(crate) const MANIFEST: &str = "services/queue/golden/coverage.json";
pub(crate) const JUDGMENTS: &str = "services/queue/golden/judgments.jsonl";
pub(crate) const RANKINGS: &str = "services/queue/golden/rankings.jsonl";

/// A corpus of two segments with an answer that is an error.
pub(crate) const BASE: &str = "cold/1 limit=3: t1=0.9 t2=0.5 t3=0.1\ncold/2 limit=3: t4=0.9 t5=0.5 t6=0.1\n\
                    home/1 limit=2: t1=0.9 t9=0.5\nhome/2 limit=2: NOT_FOUND";

/// A policy with one corpus; `more` are further keys of it.
pub(crate) fn policy(more: &str) -> Policy {
    let text = format!(
        "corpora: {{queue: {{rpc: r.v1.Queue/Rank, items: items, id: track_id, score: score, limit: limit, \
         model: model, degraded: degraded.stage, minimum: 1{more}}}}}"
    );
    policy::yaml("gatefold.yaml", &text).unwrap()
}

/// [`BASE`] with one place changed.
#[track_caller]
pub(crate) fn edit(from: &str, to: &str) -> String {
    assert!(BASE.contains(from), "{from}");
    BASE.replacen(from, to, 1)
}

/// One line of the notation.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    pub(crate) id: String,
    pub(crate) limit: Option<u64>,
    pub(crate) ranking: Option<Ranking>,
    pub(crate) noise: Option<Noise>,
}

pub(crate) fn rows(notation: &str) -> Vec<Row> {
    notation.lines().filter(|line| !line.starts_with(['+', '*'])).map(row).collect()
}

fn row(line: &str) -> Row {
    let (left, right) = line.split_once(": ").map_or((line, None), |(left, right)| (left, Some(right)));
    let mut words = left.split(' ');
    let id = words.next().unwrap().to_owned();
    let (mut limit, mut model, mut noise) = (None, None, None);
    for word in words {
        match word.split_once('=') {
            Some(("limit", number)) => limit = number.parse().ok(),
            Some(("by", name)) => model = Some(name.to_owned()),
            None if word == "noisy" => {
                noise = Some(Noise { drift: 0.2, kind: Kind::Order, rank: Some(2) });
            }
            _ => panic!("{line}"),
        }
    }
    let ranking = right.map(|notation| Ranking { model, ..ranking(notation) });
    Row { id, limit, ranking, noise }
}

/// Items as `id=score`, or a status alone.
pub(crate) fn ranking(notation: &str) -> Ranking {
    if !notation.contains('=') {
        return Ranking { status: notation.to_owned(), ..Ranking::default() };
    }
    let item = |word: &str| {
        let (id, score) = word.split_once('=').unwrap();
        let (score, parts) = score.split_once('(').unwrap_or((score, ")"));
        let part = |part: &str| {
            let (stage, score) = part.split_once(':').unwrap();
            Part { stage: stage.to_owned(), score: score.parse().unwrap() }
        };
        let parts = parts.trim_end_matches(')').split(',').filter(|part| !part.is_empty()).map(part);
        Item { parts: parts.collect(), ..Item::new(id, score.parse().unwrap()) }
    };
    let items = notation.split_whitespace().map(item).collect();
    Ranking { status: "OK".to_owned(), items, ..Ranking::default() }
}

fn segment(id: &str) -> String {
    id.split('/').next().unwrap().to_owned()
}

pub(crate) fn requests_text(rows: &[Row]) -> String {
    let line = |row: &Row| {
        let request = json!({"request_id": row.id, "limit": row.limit});
        json!({"id": row.id, "segment": segment(&row.id), "request": request}).to_string() + "\n"
    };
    rows.iter().map(line).collect()
}

pub(crate) fn recording(rows: &[Row]) -> Recording {
    let entry = |row: &Row| {
        let ranking = row.ranking.clone()?;
        Some(Entry { id: row.id.clone(), segment: segment(&row.id), ranking, noise: row.noise, line: 0 })
    };
    Recording {
        service: "queue".to_owned(),
        rpc: "r.v1.Queue/Rank".to_owned(),
        requests: Requests::parse(&requests_text(rows)).unwrap().digest(),
        entries: rows.iter().filter_map(entry).collect(),
        ..Recording::default()
    }
}

/// The manifest of a corpus, a hazard a line: `+HAZARD ID ID`.
fn manifest(notation: &str) -> Option<String> {
    let mut hazards = serde_json::Map::new();
    for line in notation.lines().filter_map(|line| line.strip_prefix('+')) {
        let mut words = line.split_whitespace();
        hazards.insert(words.next().unwrap().to_owned(), words.collect());
    }
    (!hazards.is_empty()).then(|| Value::from(hazards).to_string())
}

/// The judgments of a corpus, one a line: `*REQUEST ITEM GRADE`.
fn judgments(notation: &str) -> Option<String> {
    let line = |line: &str| {
        let mut words = line.strip_prefix('*')?.split_whitespace();
        let [request, item, grade] = [(); 3].map(|()| words.next().unwrap());
        let grade: i32 = grade.parse().unwrap();
        Some(json!({"request": request, "item": item, "grade": grade}).to_string() + "\n")
    };
    let text: String = notation.lines().filter_map(line).collect();
    (!text.is_empty()).then_some(text)
}

/// One side. Text that begins with `{` is a file of rankings as it stands.
pub(crate) fn tree(notation: &str) -> Tree {
    if notation.starts_with('{') {
        let requests = requests_text(&rows("a limit=1: t1=1\nb limit=1: t1=1\n"));
        return Tree::from_memory([(REQUESTS, requests.as_str()), (RANKINGS, notation)]);
    }
    let manifest = manifest(notation).map(|text| (MANIFEST, text));
    let judgments = judgments(notation).map(|text| (JUDGMENTS, text));
    let rows = rows(notation);
    let files = [(REQUESTS, requests_text(&rows)), (RANKINGS, recording(&rows).to_text())];
    Tree::from_memory(files.into_iter().chain(manifest).chain(judgments))
}

/// A service that answers by the notation.
pub(crate) fn fake(rows: Vec<Row>) -> Ask {
    Box::new(move |request: &Value| {
        let row = rows.iter().find(|row| request["request_id"] == row.id.as_str()).ok_or("no such row")?;
        let ranking = row.ranking.as_ref().ok_or("no answer")?;
        Ok(answer(ranking))
    })
}

pub(crate) fn answer(ranking: &Ranking) -> Answer {
    let items: Vec<Value> = ranking
        .items
        .iter()
        .map(|item| {
            // As proto JSON writes what JSON has no number for.
            let score = if item.score.is_nan() { json!("NaN") } else { json!(item.score) };
            let part = |part: &golden::Part| json!({"stage": part.stage, "score": part.score});
            let parts: Vec<Value> = item.parts.iter().map(part).collect();
            json!({"track_id": item.id, "score": score, "stage_scores": parts})
        })
        .collect();
    let degraded: Vec<Value> = ranking.degraded.iter().map(|stage| json!({"stage": stage})).collect();
    let response =
        json!({"items": items, "model": ranking.model.clone().unwrap_or_default(), "degraded": degraded});
    let response = (ranking.status == "OK").then_some(response);
    Answer { status: ranking.status.clone(), response, unsent: None }
}

/// A tree with one more file.
pub(crate) fn beside(tree: Tree, path: &str, content: String) -> Tree {
    let files = tree.paths().map(|path| (path.to_owned(), tree.read(path).unwrap().to_vec()));
    Tree::from_memory(files.chain([(path.to_owned(), content.into_bytes())]).collect::<Vec<_>>())
}
