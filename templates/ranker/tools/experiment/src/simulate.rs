//! Exposures and outcomes of an experiment whose truth is known.
use std::time::{Duration, SystemTime};

use clap::ValueEnum;
use experiments::{CONTROL, Direction, Experiment, Exposure, Kind, Metric, Outcome, Shown};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

const SERVICE: &str = "simulated";

/// One request in this many is tried again, and so is written twice.
const RETRIES: f64 = 0.01;

/// What the arms do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Truth {
    /// Nothing: all arms are the same.
    Null,
    /// The primary metric becomes better.
    Better,
    /// The guardrails become worse.
    Worse,
    /// Nothing, but one unit in eight of the last arm is lost before it is logged.
    Mismatch,
}

/// What is simulated.
#[derive(Debug, Clone, Copy)]
pub struct Simulation {
    /// How chance falls.
    pub seed: u64,
    /// How many units there are.
    pub units: u64,
    /// What the arms do.
    pub truth: Truth,
}

/// One event.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// A unit was served.
    Exposure(Exposure),
    /// Something became of it.
    Outcome(Outcome),
}

/// Simulates an experiment, unit by unit; `write` takes the events.
///
/// # Errors
/// The first error of `write`.
pub fn simulate<E>(
    experiment: &Experiment,
    simulation: Simulation,
    mut write: impl FnMut(Event) -> Result<(), E>,
) -> Result<(), E> {
    let mut random = Random(ChaCha8Rng::seed_from_u64(simulation.seed));
    let guardrails: Vec<_> = experiment.guardrails.iter().map(|guardrail| guardrail.metric()).collect();
    let last = experiment.arms.last().map(|arm| arm.name.as_str());
    for number in 0..simulation.units {
        let unit = format!("viewer-{number:06}");
        let Some(arm) = experiment.arm_of(&unit) else { continue };
        let treated = arm.name != CONTROL;
        if simulation.truth == Truth::Mismatch && Some(arm.name.as_str()) == last && random.chance(0.125) {
            continue;
        }
        let temper = random.unit();
        let requests = 2 + random.below(4);
        let first = random.moment(experiment);
        for request in 0..requests {
            let at_ms = first + request * 60_000;
            let exposure = exposure(experiment, &unit, &arm.name, number * 8 + request, at_ms);
            if random.chance(RETRIES) {
                write(Event::Exposure(exposure.clone()))?;
            }
            write(Event::Exposure(exposure))?;
        }
        let primary = experiment.primary.iter().map(|metric| (metric, Truth::Better));
        for (metric, changed_by) in primary.chain(guardrails.iter().map(|metric| (metric, Truth::Worse))) {
            let changed = treated && simulation.truth == changed_by;
            let effect = if changed { effect(metric, simulation.truth) } else { 1.0 };
            for outcome in outcomes(&mut random, metric, effect, temper, requests) {
                let (request, value) = outcome;
                let (unit, metric, at_ms) = (unit.clone(), metric.name.clone(), first + request * 60_000 + 1);
                write(Event::Outcome(Outcome { unit, metric, value, at_ms }))?;
            }
        }
    }
    Ok(())
}

fn exposure(experiment: &Experiment, unit: &str, arm: &str, number: u64, at_ms: u64) -> Exposure {
    Exposure {
        at_ms,
        service: SERVICE.to_owned(),
        request_id: format!("r{number}"),
        unit: unit.to_owned(),
        arms: [(experiment.name.clone(), arm.to_owned())].into(),
        model_version: "1".to_owned(),
        degraded: Vec::new(),
        shown: vec![Shown { id: "trk-00001".to_owned(), score: 0.5 }],
    }
}

/// By what a metric is multiplied if it becomes better or worse.
fn effect(metric: &Metric, truth: Truth) -> f64 {
    match (truth, metric.bad) {
        (Truth::Better, Direction::Increase) => 0.9,
        (Truth::Better, Direction::Decrease) => 1.1,
        (_, Direction::Increase) => 1.4,
        (_, Direction::Decrease) => 0.85,
    }
}

/// Which request had an outcome, and its value. Units differ by their temper, so that outcomes of one unit are alike.
fn outcomes(
    random: &mut Random,
    metric: &Metric,
    effect: f64,
    temper: f64,
    requests: u64,
) -> Vec<(u64, f64)> {
    match metric.kind {
        Kind::Proportion if random.chance(0.05 * effect) => vec![(requests - 1, 1.0)],
        Kind::Proportion => Vec::new(),
        Kind::Mean => {
            let minutes = |random: &mut Random| {
                let minutes = 12.0 * effect * (0.75 + 0.5 * temper) * (random.unit() + random.unit());
                (minutes * 10.0).round() / 10.0
            };
            (0..requests).map(|request| (request, minutes(random))).collect()
        }
        Kind::Ratio => {
            let probability = (0.15 + 0.3 * temper) * effect;
            (0..requests).map(|request| (request, f64::from(u8::from(random.chance(probability))))).collect()
        }
    }
}

/// A stream of chance that is the same on every machine, which `rand_chacha` promises.
struct Random(ChaCha8Rng);

impl Random {
    /// A number from 0 up to, not including, 1.
    fn unit(&mut self) -> f64 {
        (self.0.next_u64() >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn chance(&mut self, probability: f64) -> bool {
        self.unit() < probability
    }

    /// A number below `end`, which is not 0.
    fn below(&mut self, end: u64) -> u64 {
        self.0.next_u64() % end
    }

    /// A moment of the experiment that leaves an hour to its end, in milliseconds since 1970.
    fn moment(&mut self, experiment: &Experiment) -> u64 {
        let since_1970 = |moment: SystemTime| {
            let since = moment.duration_since(SystemTime::UNIX_EPOCH).unwrap_or(Duration::ZERO);
            since.as_secs() * 1000
        };
        let ends = since_1970(experiment.ends);
        let starts = experiment.starts.map_or(ends.saturating_sub(14 * 24 * 3_600_000), since_1970);
        starts + self.below(ends.saturating_sub(starts + 3_600_000).max(1))
    }
}
