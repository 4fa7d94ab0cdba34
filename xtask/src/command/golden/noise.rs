//! `golden noise`: how far the answers of one build differ from run to run.

use std::fmt::Write as _;
use std::path::Path;

use findings::Exit;
use golden::compare::Class;
use golden::{Measured, Noisy, Runs};
use serde_json::{Value, json};

use super::scene;
use crate::cli::{NoiseArgs, NoiseFormat};
use crate::console;
use crate::failure::Failure;
use crate::live::Stage;
use crate::surroundings::Env;

/// The schema of the JSON answer.
const SCHEMA: &str = "gatefold.golden-noise/1";

/// How many noisy requests a table names.
const SHOWN: usize = 10;

/// Measures, and writes nothing but its answer.
pub(crate) fn run(root: &Path, args: &NoiseArgs, env: Env<'_>) -> Result<Exit, Failure> {
    let scene = scene(root, env)?;
    let policy: golden::Policy = scene.head_policy.section("golden")?;
    if policy.corpora.is_empty() {
        return Err(Failure::usage("the policy names no corpora under `golden`"));
    }
    let known = |name: &str| policy.corpora.iter().any(|corpus| corpus.name == name);
    if let Some(unknown) = args.corpus.as_deref().filter(|name| !known(name)) {
        return Err(Failure::usage(format_args!("the policy names no corpus `{unknown}`")));
    }
    let mut stage = Stage::of(&scene).map_err(Failure::could_not_run)?;
    let runs = Runs::new(usize::try_from(args.runs).unwrap_or(usize::MAX));
    let step = (runs.runs() / 10).max(1);
    let mut start = |corpus: &golden::Corpus| stage.start(corpus);
    let mut passed = |corpus: &str, over: usize| {
        if over.is_multiple_of(step) {
            console::say(format_args!("{corpus}: {over} of {} runs", runs.runs()));
        }
    };
    let measured = golden::noise(root, &policy, args.corpus.as_deref(), runs, &mut start, &mut passed)
        .map_err(Failure::could_not_run)?;
    match args.format {
        NoiseFormat::Human => console::print(&measured.iter().map(told).collect::<String>()),
        NoiseFormat::Json => console::print(&format!("{:#}\n", answer(&measured))),
    }
    Ok(if measured.iter().all(Measured::is_quiet) { Exit::Clean } else { Exit::Blocked })
}

const CLASSES: [Class; 7] = [
    Class::Identical,
    Class::Noise,
    Class::TieOrder,
    Class::Scores,
    Class::Order,
    Class::Items,
    Class::Answer,
];

fn told(measured: &Measured) -> String {
    let Measured { corpus, requests, runs, by_run, alarms, alarm, recorded, .. } = measured;
    let (all, starts) = (runs.runs(), runs.starts());
    let mut text = format!("{corpus}: {requests} requests, {all} runs over {starts} starts of the service\n");
    let kinds: Vec<String> =
        CLASSES.iter().filter_map(|class| Some(format!("{} {}", by_run.get(class)?, class.name()))).collect();
    let _ = writeln!(text, "  against the first run: {} of {}", kinds.join(", "), all - 1);
    let noisy = measured.noisy().len();
    let bound = 100.0 * measured.upper_bound();
    let _ = writeln!(
        text,
        "  noisy requests: {noisy} of {requests}, allowed {}; at 95 percent confidence at most {bound:.1} percent",
        measured.allowed
    );
    for Noisy { id, runs, example, .. } in measured.noisy().take(SHOWN) {
        let _ = writeln!(text, "    {id} in {runs} runs, first {example}");
    }
    if noisy > SHOWN {
        let _ = writeln!(text, "    and {} more", noisy - SHOWN);
    }
    let _ = writeln!(text, "  against the {recorded} recorded rankings: {alarms} of {all} runs blocked");
    if let Some(alarm) = alarm {
        let _ = writeln!(text, "    {alarm}");
    }
    text
}

fn answer(measured: &[Measured]) -> Value {
    let corpora: Vec<Value> = measured.iter().map(corpus).collect();
    let quiet = measured.iter().all(Measured::is_quiet);
    json!({ "schema": SCHEMA, "verdict": if quiet { "pass" } else { "fail" }, "corpora": corpora })
}

fn corpus(measured: &Measured) -> Value {
    let counted = |counts: &std::collections::BTreeMap<Class, u64>| -> Value {
        let count = |class: &Class| {
            let count = counts.get(class).copied().unwrap_or_default();
            (class.name().replace(' ', "-"), json!(count))
        };
        Value::Object(CLASSES.iter().map(count).collect())
    };
    let noisy = |noisy: &Noisy| {
        let Noisy { id, segment, runs, noise, example } = noisy;
        json!({ "id": id, "segment": segment, "runs": runs, "noise": noise, "example": example })
    };
    json!({
        "corpus": measured.corpus,
        "service": measured.service,
        "requests": measured.requests,
        "recorded": measured.recorded,
        "runs": measured.runs.runs(),
        "starts": measured.runs.starts(),
        "runs_by_class": counted(&measured.by_run),
        "answers_by_class": counted(&measured.answers),
        "noisy": measured.noisy().map(noisy).collect::<Vec<_>>(),
        "noisy_allowed": measured.allowed,
        "noisy_share_at_most": measured.upper_bound(),
        "alarms": measured.alarms,
        "alarm": measured.alarm,
        "verdict": if measured.is_quiet() { "pass" } else { "fail" },
    })
}
