//! A service's own test of its rankings, in process: a small ranker, its corpus beside this file, and what the library
//! refuses. Change a weight, and `cargo insta review` shows the request that changed.

use std::cell::Cell;

use rankings::{
    Case, Form, InProcess, Item, Kind, MIN_RUNS, Noise, Part, Ranking, Recording, Requests, snapshot,
};

/// A shelf of tracks for a viewer, from a catalogue that is part of the code.
struct Shelf {
    weights: [(&'static str, f64); 3],
}

struct Track {
    id: &'static str,
    age_days: f64,
    plays: f64,
    fans: &'static [&'static str],
}

const CATALOGUE: &[Track] = &[
    Track { id: "t1", age_days: 1.0, plays: 120.0, fans: &["ada"] },
    Track { id: "t2", age_days: 400.0, plays: 90_000.0, fans: &["bob"] },
    Track { id: "t3", age_days: 30.0, plays: 4_000.0, fans: &["ada", "bob"] },
    Track { id: "t4", age_days: 30.0, plays: 4_000.0, fans: &[] },
    Track { id: "t5", age_days: 2.0, plays: 0.0, fans: &[] },
    Track { id: "t6", age_days: f64::NAN, plays: 10.0, fans: &[] },
];

impl Shelf {
    fn start() -> Self {
        Shelf { weights: [("freshness", 0.5), ("popularity", 0.4), ("taste", 0.3)] }
    }

    fn rank(&self, viewer: &str, limit: usize) -> Vec<Item> {
        let mut items: Vec<Item> = CATALOGUE.iter().map(|track| self.score(track, viewer)).collect();
        items.retain(|item| item.score.is_finite());
        items.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.id.cmp(&b.id)));
        items.truncate(limit);
        items
    }

    fn score(&self, track: &Track, viewer: &str) -> Item {
        let taste = if track.fans.contains(&viewer) { 1.0 } else { 0.0 };
        let features = [1.0 / (1.0 + track.age_days / 7.0), track.plays.ln_1p() / 12.0, taste];
        let parts = self
            .weights
            .iter()
            .zip(features)
            .map(|((stage, weight), feature)| Part { stage: (*stage).to_owned(), score: weight * feature });
        let parts: Vec<Part> = parts.collect();
        let score = parts.iter().map(|part| part.score).sum();
        Item { parts, ..Item::new(track.id, score) }
    }
}

fn answer(shelf: &Shelf, case: &Case) -> Ranking {
    let Some(viewer) = case.request["viewer"].as_str() else { return Ranking::refused("INVALID_ARGUMENT") };
    let limit = case.request["limit"].as_u64().unwrap_or(0) as usize;
    Ranking { model: Some("shelf-1".to_owned()), ..Ranking::of(shelf.rank(viewer, limit)) }
}

fn corpus() -> InProcess {
    InProcess::new("shelf", "shelf.v1.Shelf/Rank").folder("tests/shelf").limit("limit")
}

#[test]
fn the_rankings_are_the_recorded_ones() {
    rankings::assert_rankings!(corpus(), || {
        let shelf = Shelf::start();
        move |case: &Case| answer(&shelf, case)
    });
}

#[test]
fn what_somebody_bound_around_the_test_has_no_say() {
    struct Lenient;
    impl rankings::insta::Comparator for Lenient {
        fn matches(&self, _: &rankings::insta::Snapshot, _: &rankings::insta::Snapshot) -> bool {
            true
        }
        fn dyn_clone(&self) -> Box<dyn rankings::insta::Comparator> {
            Box::new(Lenient)
        }
    }
    let folder = tempfile::tempdir().unwrap();
    std::fs::copy("tests/shelf/requests.jsonl", folder.path().join("requests.jsonl")).unwrap();
    let text = std::fs::read_to_string("tests/shelf/rankings.snap").unwrap();
    std::fs::write(folder.path().join("rankings.snap"), text.replace("  1. ", "  2. ")).unwrap();
    let mut lenient = rankings::insta::Settings::clone_current();
    lenient.set_comparator(Box::new(Lenient));
    let prepared = corpus().folder(folder.path()).prepare("", || |case: &Case| answer(&Shelf::start(), case));
    let settings = prepared.unwrap().settings();
    lenient.bind(|| {
        let of_test = settings.comparator();
        let with = |text: &str| {
            let path = folder.path().join("one.snap");
            std::fs::write(&path, format!("---\nexpression: x\n---\n{text}\n")).unwrap();
            rankings::insta::Snapshot::from_file(&path).unwrap()
        };
        assert!(!of_test.matches(&with("a"), &with("b")));
    });
    assert_eq!(settings.snapshot_path(), folder.path());
}

fn requests() -> Requests {
    Requests::parse(&std::fs::read_to_string("tests/shelf/requests.jsonl").unwrap()).unwrap()
}

#[track_caller]
fn refused(answer: impl Fn(&Case, usize) -> Ranking, reason: &str) {
    let run = Cell::new(0);
    let asked = corpus().ask(&requests(), &Recording::default(), || {
        run.set(run.get() + 1);
        let run = run.get();
        let answer = &answer;
        move |case: &Case| answer(case, run)
    });
    assert_eq!(asked.unwrap_err().to_string(), reason);
}

#[test]
fn runs_that_differ_by_more_than_noise_are_refused() {
    let noisy = |by: f64| {
        move |case: &Case, run: usize| {
            let mut ranking = answer(&Shelf::start(), case);
            if let Some(item) = ranking.items.first_mut().filter(|_| run == 4 && case.id == "regular/1") {
                item.score += by;
            }
            ranking
        }
    };
    refused(
        noisy(0.1),
        "failed to record the rankings of `shelf`: run 4 answers `regular/1` otherwise than run 1: scores",
    );
    let asked = corpus().ask(&requests(), &Recording::default(), {
        let mut run = 0;
        move || {
            run += 1;
            let (run, noisy) = (run, noisy(1e-9));
            move |case: &Case| noisy(case, run)
        }
    });
    assert_eq!(asked.unwrap().entries.len(), 5);
}

#[test]
fn noise_that_is_recorded_is_none_here_and_stays_recorded() {
    let mut recorded =
        snapshot::parse(&std::fs::read_to_string("tests/shelf/rankings.snap").unwrap()).unwrap();
    let noise = Noise { drift: 0.05, kind: Kind::Scores, rank: None };
    let entry = recorded.entries.iter_mut().find(|entry| entry.id == "regular/1").unwrap();
    entry.noise = Some(noise);
    let mut run = 0.0;
    let asked = corpus().ask(&requests(), &recorded, || {
        run += 1.0;
        let by = 0.01 * run;
        move |case: &Case| {
            let mut ranking = answer(&Shelf::start(), case);
            ranking.items.iter_mut().filter(|_| case.id == "regular/1").for_each(|item| item.score += by);
            ranking
        }
    });
    assert_eq!(asked.unwrap().write(Form::Snapshot, None), recorded.write(Form::Snapshot, None));
}

#[test]
fn what_a_request_leaves_for_the_next_is_seen() {
    let left = Cell::new(false);
    let asked = corpus().ask(&requests(), &Recording::default(), || {
        left.set(false);
        |case: &Case| {
            let mut ranking = answer(&Shelf::start(), case);
            if left.replace(true) && ranking.items.len() > 2 {
                ranking.items.swap(0, 1);
                let scores = [ranking.items[1].score, ranking.items[0].score];
                (ranking.items[0].score, ranking.items[1].score) = (scores[0], scores[1]);
            }
            ranking
        }
    });
    assert!(
        asked.unwrap_err().to_string().contains("run 2 answers `cold-start/1` otherwise than run 1: order")
    );
}

#[test]
fn invalid_rankings_are_refused_in_the_first_run() {
    refused(
        |case, _| match case.id.as_str() {
            "cold-start/1" => Ranking::of(vec![Item::new("t1", 1.0), Item::new("t1", 0.5)]),
            "cold-start/2" => Ranking::of(vec![Item::new("t1", 1.0); 3]),
            _ => answer(&Shelf::start(), case),
        },
        "failed to record the rankings of `shelf`: the ranking of `cold-start/1` is invalid: `t1` stands in it more \
         than once\nthe ranking of `cold-start/2` is invalid: `t1` stands in it more than once; it has 3 items where \
         2 were asked for",
    );
}

#[test]
fn every_run_has_a_service_of_its_own_and_there_are_at_least_five() {
    let started = Cell::new(0);
    let start = || {
        started.set(started.get() + 1);
        |case: &Case| answer(&Shelf::start(), case)
    };
    corpus().runs(2).ask(&requests(), &Recording::default(), start).unwrap();
    assert_eq!(started.get(), MIN_RUNS);
}

#[test]
fn noise_against_what_is_recorded_leaves_the_text_as_it_is() {
    let recorded = snapshot::parse(&std::fs::read_to_string("tests/shelf/rankings.snap").unwrap()).unwrap();
    let ask = |by: f64| {
        let asked = corpus().ask(&requests(), &recorded, || {
            move |case: &Case| {
                let mut ranking = answer(&Shelf::start(), case);
                ranking.items.iter_mut().for_each(|item| item.score += by);
                ranking
            }
        });
        asked.unwrap().write(Form::Snapshot, None) == recorded.write(Form::Snapshot, None)
    };
    assert!(ask(1e-9), "another machine adds in another order");
    assert!(!ask(1e-3));
}

#[test]
fn requests_that_cannot_be_read_say_so() {
    let nowhere = corpus().folder("nowhere").prepare("tests", || |_: &Case| Ranking::default());
    assert!(nowhere.unwrap_err().to_string().starts_with("failed to read tests/nowhere/requests.jsonl: "));
    let unfit = corpus().prepare(".", || |_: &Case| Ranking::of(vec![Item::new("t 1", 1.0)]));
    let reason = unfit.unwrap_err().to_string();
    assert!(reason.starts_with("failed to record the rankings: line 11 would read: "), "{reason}");
}
