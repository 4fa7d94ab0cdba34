//! What the verdicts promise is held against simulated experiments whose truth is known.
#![expect(
    clippy::print_stderr,
    reason = "how near the numbers come is shown to whoever asks with --nocapture"
)]

use std::collections::BTreeMap;
use std::time::SystemTime;

use experiment::{ALPHA, ArmSample, MISMATCH, Sample, UnitTotal, Verdict, judge};
use experiments::{Assignments, Experiment};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

const EXPERIMENTS: usize = 2_000;
const UNITS: usize = 900;

/// An experiment with this primary metric and these guardrails.
fn experiment(primary: &str, guardrails: &str) -> Experiment {
    let yaml = format!(
        "[{{ name: e, salt: s, owner: o, hypothesis: h, ends: 1970-01-02, {primary} guardrails: [{guardrails}], arms: [\
         {{ name: control, from: 0, to: 400 }}, {{ name: one, from: 400, to: 700 }}, \
         {{ name: two, from: 700, to: 1000 }}] }}]"
    );
    let assignments = Assignments::from_yaml(&yaml).expect("the experiment is right");
    assignments.experiments()[0].clone()
}

const SKIPPED: &str = "primary: { name: skipped, kind: ratio, bad: increase },";
const MINUTES: &str = "{ name: minutes, kind: mean, bad: decrease, margin: { relative: 0.1 } }";
const COMPLAINED: &str = "{ name: complained, kind: proportion, bad: increase, margin: { absolute: 0.05 } }";

/// What units of the arms other than control do, beside those of control.
#[derive(Clone, Copy)]
struct World {
    skips: f64,
    minutes: f64,
    complaints: f64,
    /// The probability that a unit of the last arm is lost.
    lost: f64,
}

/// All arms are the same.
const SAME: World = World { skips: 1.0, minutes: 1.0, complaints: 1.0, lost: 0.0 };

struct Chance(ChaCha8Rng);

impl Chance {
    fn unit(&mut self) -> f64 {
        (self.0.next_u64() >> 11) as f64 / (1_u64 << 53) as f64
    }
}

/// A unit's outcomes: skips, which are alike within a unit, minutes, which are as skewed as such numbers are, and
/// complaints, which are rare.
fn unit(chance: &mut Chance, skips: f64, minutes: f64, complaints: f64) -> [UnitTotal; 3] {
    let temper = chance.unit();
    let mut totals = [UnitTotal::default(); 3];
    for _ in 0..1 + (chance.unit() * 6.0) as usize {
        totals[0].add(f64::from(u8::from(chance.unit() < 0.6 * temper * skips)));
        totals[1].add(-(1.0 - chance.unit()).ln() * (0.5 + temper) * minutes);
    }
    if chance.unit() < 0.1 * complaints {
        totals[2].add(1.0);
    }
    totals
}

/// Deals units to arms by chance, as hashes do.
fn arms(chance: &mut Chance, world: World, metrics: &[usize]) -> Vec<ArmSample> {
    let mut arms = vec![ArmSample { units: 0, samples: vec![Sample::default(); metrics.len()] }; 3];
    for _ in 0..UNITS {
        let bucket = (chance.unit() * 1000.0) as u32;
        let arm = usize::from(bucket >= 400) + usize::from(bucket >= 700);
        let totals = if arm == 0 {
            unit(chance, 1.0, 1.0, 1.0)
        } else {
            unit(chance, world.skips, world.minutes, world.complaints)
        };
        if arm == 2 && chance.unit() < world.lost {
            continue;
        }
        arms[arm].units += 1;
        for (sample, metric) in arms[arm].samples.iter_mut().zip(metrics) {
            sample.add(totals[*metric]);
        }
    }
    arms
}

/// In which share of simulated experiments an arm has each verdict. `metrics` are those of the experiment: 0 skips, 1
/// minutes, 2 complaints.
fn verdicts(
    experiment: &Experiment,
    world: World,
    metrics: &[usize],
    count: usize,
) -> BTreeMap<Verdict, f64> {
    let mut chance = Chance(ChaCha8Rng::seed_from_u64(8));
    let mut shares = BTreeMap::new();
    let after_the_end = experiment.ends;
    for _ in 0..count {
        let arms = arms(&mut chance, world, metrics);
        let (_, judgements) = judge(experiment, &arms, after_the_end, ALPHA);
        let mut found: Vec<_> = judgements.into_iter().flatten().map(|judgement| judgement.verdict).collect();
        found.sort_unstable();
        found.dedup();
        for verdict in found {
            *shares.entry(verdict).or_insert(0.0) += 1.0 / count as f64;
        }
    }
    shares
}

/// The largest share that chance makes of a probability, but for once in a thousand times.
fn at_most(probability: f64, count: usize) -> f64 {
    probability + 3.1 * (probability * (1.0 - probability) / count as f64).sqrt() + 1.0 / count as f64
}

fn share(shares: &BTreeMap<Verdict, f64>, verdict: Verdict) -> f64 {
    shares.get(&verdict).copied().unwrap_or(0.0)
}

#[test]
fn where_nothing_changes_each_verdict_is_false_no_more_often_than_it_says() {
    let experiment = experiment(SKIPPED, &[MINUTES, COMPLAINED].join(","));
    let shares = verdicts(&experiment, SAME, &[0, 1, 2], EXPERIMENTS);
    let (harmful, shippable) = (share(&shares, Verdict::Harmful), share(&shares, Verdict::Shippable));
    // Shown with `--nocapture`, for whoever wants to know how near.
    eprintln!("where nothing changes: {shares:?}");
    assert!(harmful <= at_most(ALPHA / 2.0, EXPERIMENTS), "{harmful} of the experiments have a harmful arm");
    assert!(shippable <= at_most(ALPHA / 2.0, EXPERIMENTS), "{shippable} have a ship-able arm");
    let invalid = share(&shares, Verdict::Invalid);
    assert!(invalid <= at_most(MISMATCH, EXPERIMENTS), "{invalid} are invalid");
    // The correction is not so strong that nothing would ever be found.
    assert!(harmful >= ALPHA / 8.0, "only {harmful} of the experiments have a harmful arm");
}

#[test]
fn an_arm_as_bad_as_a_margin_allows_is_shippable_no_more_often_than_it_says() {
    let at_margin =
        [(MINUTES, 1, World { minutes: 0.9, ..SAME }), (COMPLAINED, 2, World { complaints: 1.5, ..SAME })];
    for (guardrail, metric, world) in at_margin {
        let shares = verdicts(&experiment("", guardrail), world, &[metric], EXPERIMENTS);
        let shippable = share(&shares, Verdict::Shippable);
        eprintln!("at the margin of {guardrail}: {shippable}");
        assert!(shippable <= at_most(ALPHA / 2.0, EXPERIMENTS), "{shippable} at the margin of {guardrail}");
        assert!(shippable >= ALPHA / 8.0, "only {shippable} at the margin of {guardrail}");
    }
}

#[test]
fn what_is_plain_is_found() {
    let experiment = experiment(SKIPPED, &[MINUTES, COMPLAINED].join(","));
    let cases = [
        (World { minutes: 0.4, ..SAME }, Verdict::Harmful),
        (World { complaints: 3.0, ..SAME }, Verdict::Harmful),
        (World { skips: 1.6, ..SAME }, Verdict::Harmful),
        (World { skips: 0.3, minutes: 1.5, complaints: 0.2, ..SAME }, Verdict::Shippable),
        (World { lost: 0.4, ..SAME }, Verdict::Invalid),
    ];
    for (world, verdict) in cases {
        let found = share(&verdicts(&experiment, world, &[0, 1, 2], 200), verdict);
        assert!(found > 0.95, "{verdict:?} in {found} of the experiments");
    }
}

#[test]
fn before_the_end_and_with_few_units_nothing_is_shippable() {
    let experiment = experiment("", COMPLAINED);
    let mut chance = Chance(ChaCha8Rng::seed_from_u64(8));
    let better = World { complaints: 0.0, ..SAME };
    let verdict = |arms: &[ArmSample], now| {
        let (_, judgements) = judge(&experiment, arms, now, ALPHA);
        let judgement = judgements[1].clone().expect("the arm is judged");
        (judgement.verdict, judgement.reasons)
    };
    let arms = arms(&mut chance, better, &[2]);
    assert_eq!(verdict(&arms, experiment.ends).0, Verdict::Shippable);
    let (early, reasons) = verdict(&arms, SystemTime::UNIX_EPOCH);
    assert_eq!(early, Verdict::Inconclusive);
    assert_eq!(reasons, ["it has not run to its end, before which only harm is told"]);
    let mut few = arms.clone();
    few[1].units = 99;
    assert_eq!(verdict(&few, experiment.ends).1, ["an arm has 99 units, fewer than 100"]);
}
