//! Partial reports: that they merge as a monoid, that shards make up the whole, and what is refused.

mod common;

use std::collections::BTreeMap;

use common::ranking;
use golden::partial::{Mismatch, Outcome, Partial, SCHEMA, Shard, Slice, Sum, Tally, merge};
use golden::witness::{Seen, Wording};
use golden::{Tolerance, compare};
use proptest::prelude::*;

const ANSWERS: [&str; 6] = [
    "t1=0.9 t2=0.5 t3=0.1",
    "t1=0.900001 t2=0.5 t3=0.1",
    "t2=0.9 t1=0.5 t3=0.1",
    "t1=0.9 t4=0.5",
    "t1=0.8 t2=0.5 t3=0.1",
    "NOT_FOUND",
];

/// A request by its number: what was approved for it, what is answered, whether it is sound.
type Case = (u16, u8, u8, u8);

fn tally(cases: &[Case]) -> Tally {
    let mut tally = Tally::default();
    for (number, before, after, fate) in cases {
        let (id, segment) = (format!("r{number}"), format!("s{}", number % 7));
        match fate {
            0 => tally.added(&segment),
            1 => tally.refused(
                &id,
                &segment,
                Outcome::Broken,
                "`t1` stands in it more than once",
                &Wording::default(),
            ),
            2 => tally.refused(&id, &segment, Outcome::Unstable, "two runs differ", &Wording::default()),
            _ => {
                let [mut before, mut after] =
                    [before, after].map(|answer| ranking(ANSWERS[usize::from(*answer) % ANSWERS.len()]));
                before.model = Some((number % 30).to_string());
                after.model = Some((number % 23).to_string());
                let comparison = compare(&before, &after, &Tolerance::default());
                let seen = Seen {
                    id: &id,
                    segment: &segment,
                    line: None,
                    before: &before,
                    after: &after,
                    comparison: &comparison,
                    overlap: 0.0,
                };
                tally.compared(&seen, &Wording::default());
            }
        }
    }
    tally
}

fn cases() -> impl Strategy<Value = Vec<Case>> {
    let case = (any::<u16>(), any::<u8>(), any::<u8>(), 0_u8..20);
    prop::collection::btree_map(any::<u16>(), case, 0..60)
        .prop_map(|cases| cases.into_iter().map(|(number, (_, a, b, fate))| (number, a, b, fate)).collect())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn merging_is_associative_and_commutative_and_nothing_is_its_identity(a in cases(), b in cases(), c in cases()) {
        // No request stands in two of them, as in shards.
        let part = |cases: Vec<Case>, part: u16| -> Tally {
            let mut cases = cases;
            cases.iter_mut().for_each(|case| case.0 = case.0 / 4 * 3 + part);
            cases.dedup_by_key(|case| case.0);
            tally(&cases)
        };
        let (a, b, c) = (part(a, 0), part(b, 1), part(c, 2));
        prop_assert_eq!(a.clone().merge(b.clone()).merge(c.clone()), a.clone().merge(b.clone().merge(c)));
        prop_assert_eq!(a.clone().merge(b.clone()), b.merge(a.clone()));
        prop_assert_eq!(a.clone().merge(Tally::default()), a.clone());
        prop_assert_eq!(Tally::default().merge(a.clone()), a);
    }

    #[test]
    fn shards_make_up_the_whole_whatever_their_number(cases in cases(), of in 1_u32..9) {
        let shards = (0..of).map(|index| {
            let shard = Shard::new(index, of).unwrap();
            let held: Vec<Case> = cases.iter().filter(|case| shard.holds(&format!("r{}", case.0))).copied().collect();
            (format!("{shard}.json"), partial(shard, cases.len(), tally(&held)))
        });
        let whole = merge(shards.collect()).unwrap();
        prop_assert_eq!(whole.partial, partial(Shard::WHOLE, cases.len(), tally(&cases)));
    }

    #[test]
    fn a_sum_is_the_same_in_whatever_order(values in prop::collection::vec(-1.0_f64..1.0, 0..50), cut in 0_usize..50) {
        let sum = |values: &[f64]| values.iter().fold(Sum::default(), |mut sum, value| { sum.add(*value); sum });
        let (left, right) = values.split_at(cut.min(values.len()));
        prop_assert_eq!(sum(right).merge(sum(left)), sum(&values));
        if let Some(mean) = sum(&values).mean() {
            prop_assert!((mean - values.iter().sum::<f64>() / values.len() as f64).abs() < 1e-12);
        }
    }

    #[test]
    fn a_partial_is_read_back_as_it_was_written(cases in cases()) {
        let partial = partial(Shard::new(1, 4).unwrap(), 9_000, tally(&cases));
        prop_assert_eq!(Partial::parse(&partial.to_text()), Ok(partial));
    }

    #[test]
    fn a_partial_that_was_cut_off_is_refused(cut in 0_usize..2_000) {
        let text = sample(0).to_text();
        prop_assume!(cut < text.len());
        prop_assert!(Partial::parse(&text[..cut]).is_err());
    }
}

fn partial(shard: Shard, of: usize, tally: Tally) -> Partial {
    let slice = Slice {
        service: "queue".to_owned(),
        rpc: "r.v1.Queue/Rank".to_owned(),
        requests: "0a".to_owned(),
        rankings: "0b".to_owned(),
        of: of as u64,
        asked: tally.total().requests(),
        tally,
    };
    let [tool, head, policy] = ["0.1.0", "c0ffee", "0c"].map(str::to_owned);
    Partial {
        tool,
        head,
        policy,
        observe: false,
        shard,
        corpora: BTreeMap::from([("queue".to_owned(), slice)]),
    }
}

/// The shard `index` of two of a corpus of six, three in each.
fn sample(index: u32) -> Partial {
    let first = index as u16 * 3;
    let cases: Vec<Case> = (first..first + 3).map(|number| (number, 0, number as u8, 9)).collect();
    partial(Shard::new(index, 2).unwrap(), 6, tally(&cases))
}

#[track_caller]
fn check(edit: impl Fn(&mut Partial), expected: &str) {
    let mut other = sample(1);
    edit(&mut other);
    let refused = merge(vec![("a.json".to_owned(), sample(0)), ("b.json".to_owned(), other)]);
    assert_eq!(refused.unwrap_err().to_string(), expected);
}

fn slice(partial: &mut Partial) -> &mut Slice {
    partial.corpora.get_mut("queue").unwrap()
}

#[test]
fn two_shards_of_one_replay_are_one_whole() {
    let whole = merge(vec![("b".to_owned(), sample(1)), ("a".to_owned(), sample(0))]).unwrap();
    let total = whole.partial.corpora["queue"].tally.total();
    assert_eq!((whole.shards, total.requests(), whole.blocking(), whole.broken()), (2, 6, 4, 0));
    let outcomes: Vec<_> = total.outcomes.into_iter().collect();
    let one_each = [
        Outcome::Identical,
        Outcome::Noise,
        Outcome::Scores,
        Outcome::Order,
        Outcome::Items,
        Outcome::Answer,
    ];
    assert_eq!(outcomes, one_each.map(|outcome| (outcome, 1)));
    let chosen = whole.partial.corpora["queue"].tally.witnesses.chosen();
    assert_eq!(chosen.witnesses[0].id, "r5");
}

#[test]
fn what_was_not_made_alike_is_not_merged() {
    check(
        |other| other.head = "decade".to_owned(),
        "`b.json` has another head than `a.json`: decade instead of c0ffee",
    );
    check(
        |other| other.policy = "0d".to_owned(),
        "`b.json` has another policy than `a.json`: 0d instead of 0c",
    );
    check(
        |other| other.tool = "0.2.0".to_owned(),
        "`b.json` has another version of Gatefold than `a.json`: 0.2.0 instead of 0.1.0",
    );
    check(
        |other| other.observe = true,
        "`b.json` has another mode than `a.json`: observe instead of enforce",
    );
    check(
        |other| other.shard = Shard::new(1, 3).unwrap(),
        "`b.json` has another number of shards than `a.json`: 3 instead of 2",
    );
    check(
        |other| other.corpora = BTreeMap::from([("home".to_owned(), slice(other).clone())]),
        "`b.json` has another set of corpora than `a.json`: home instead of queue",
    );
    check(
        |other| slice(other).requests = "1a".to_owned(),
        "`b.json` has another digest of requests than `a.json`: 1a instead of 0a",
    );
    check(
        |other| slice(other).rankings = "1b".to_owned(),
        "`b.json` has another digest of approved rankings than `a.json`: 1b instead of 0b",
    );
}

#[test]
fn shards_that_are_missing_or_come_twice_are_no_whole() {
    check(|other| *other = sample(0), "shard 0/2 stands in `a.json` and in `b.json`");
    let alone = merge(vec![("a".to_owned(), sample(0))]).unwrap_err();
    assert_eq!(alone.to_string(), "1 of 2 shards are missing, for instance 1/2");
    assert_eq!(merge(Vec::new()), Err(Mismatch::Nothing));
    check(
        |other| {
            slice(other).asked = 2;
            slice(other).tally = tally(&[(3, 0, 0, 9), (4, 0, 0, 9)]);
        },
        "the shards asked 5 of the 6 requests of `queue`",
    );
}

#[test]
fn a_partial_that_replay_did_not_write_is_refused() {
    let text = sample(0).to_text();
    let refused = |text: &str| Partial::parse(text).unwrap_err();
    let newer = text.replace(SCHEMA, "gatefold.golden-partial/2");
    assert_eq!(
        refused(&newer),
        "it has the format `gatefold.golden-partial/2`, this Gatefold reads `gatefold.golden-partial/1`"
    );
    assert_eq!(
        refused(&text.replacen("\"of\": 6", "\"of\": 3", 1)),
        "its digest does not fit: it was damaged, or edited by hand"
    );
    assert_eq!(refused(&text.replacen("\n", "", 1)), "it is not as `golden replay` writes it");
    let mut wrong = sample(0);
    slice(&mut wrong).asked = 2;
    assert_eq!(refused(&wrong.to_text()), "its counts of `queue` contradict each other");
    assert!(refused("{}").starts_with("it does not parse: missing field `schema`"));
}

#[test]
fn a_shard_is_written_as_index_and_number() {
    assert_eq!("3/64".parse::<Shard>().map(|shard| shard.to_string()), Ok("3/64".to_owned()));
    for wrong in ["", "3", "4/4", "-1/4", "1/0", "0/100001", "a/b"] {
        assert!(wrong.parse::<Shard>().is_err(), "{wrong}");
    }
}

#[test]
fn a_request_stays_in_its_shard_from_release_to_release() {
    let shard_of = |id: &str| (0..64).find(|index| Shard::new(*index, 64).unwrap().holds(id)).unwrap();
    assert_eq!(["cold/1", "cold/2", "home/1"].map(shard_of), [25, 29, 55]);
}
