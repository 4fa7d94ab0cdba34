//! `golden measure`: any two runs, or lists in JSON, by every measure. It judges nothing.

use std::io::Read;
use std::path::Path;

use findings::Exit;
use golden::Refusal;
use golden::measuring::{Selection, of_cases, of_runs};
use golden::trec::{MAX_BYTES, Order, Pairs, Qrels, Run};

use crate::cli::{MeasureArgs, MeasureFormat, RunOrder};
use crate::console;
use crate::failure::Failure;

/// Prints what was measured. What cannot be read ends with 3, and nothing is printed of it.
pub(crate) fn run(args: &MeasureArgs) -> Result<Exit, Failure> {
    let selection =
        Selection { measures: args.measures.clone(), depths: args.k.clone(), shares: args.p.clone() };
    if let Some(fault) = selection.fault() {
        return Err(Failure::usage(fault));
    }
    match (&args.pairs, &args.run, &args.against) {
        (Some(file), ..) => cases(args, file, &selection),
        (None, Some(run), Some(against)) => runs(args, run, against, &selection),
        _ => Err(Failure::usage("`golden measure` takes `--run` and `--against`, or `--pairs`")),
    }
}

fn cases(args: &MeasureArgs, file: &Path, selection: &Selection) -> Result<Exit, Failure> {
    let text = read(file)?;
    let cases = Pairs::parse(&text).map_err(|refusal| refused(file, &refusal))?;
    let measured = of_cases(&cases, selection, order(args.order));
    for case in measured.pairs.iter().filter(|case| case.error.is_some()) {
        let error = case.error.as_deref().unwrap_or_default();
        console::say(format_args!("`{}` is not measured: {error}", case.id));
    }
    console::print(&match args.format {
        MeasureFormat::Human => measured.human(),
        MeasureFormat::Json => measured.json(),
    });
    Ok(Exit::Clean)
}

fn runs(args: &MeasureArgs, run: &Path, against: &Path, selection: &Selection) -> Result<Exit, Failure> {
    let texts = [read(run)?, read(against)?];
    let order = order(args.order);
    let parse = |file: &Path, text| Run::parse(text, order).map_err(|refusal| refused(file, &refusal));
    let sides = [parse(run, &texts[0])?, parse(against, &texts[1])?];
    for (file, side) in [run, against].iter().zip(&sides) {
        let unsorted = side.unsorted();
        if unsorted > 0 {
            console::say(format_args!(
                "{unsorted} of {} topics of `{}` are ranked against their scores; trec_eval goes by the scores, as does \
                 `--order trec_eval`",
                side.topics.len(),
                file.display()
            ));
        }
    }
    let qrels = args
        .qrels
        .as_deref()
        .map(|file| Qrels::parse(&read(file)?).map_err(|refusal| refused(file, &refusal)));
    let qrels = qrels.transpose()?;
    let measured = of_runs(&sides[0], &sides[1], qrels.as_ref(), selection, args.per_query);
    if measured.topics.compared == 0 {
        return Err(Failure::could_not_run("the two runs have no topic in common"));
    }
    console::print(&match args.format {
        MeasureFormat::Human => measured.human(),
        MeasureFormat::Json => measured.json(),
    });
    Ok(Exit::Clean)
}

fn order(order: RunOrder) -> Order {
    match order {
        RunOrder::Rank => Order::Rank,
        RunOrder::Score => Order::Score,
        RunOrder::TrecEval => Order::TrecEval,
    }
}

fn refused(file: &Path, refusal: &Refusal) -> Failure {
    Failure::could_not_run(format_args!("{}:{}: {}", file.display(), refusal.line, refusal.reason))
}

fn read(file: &Path) -> Result<String, Failure> {
    let failed = |reason: String| {
        Failure::could_not_run(format_args!("failed to read `{}`: {reason}", file.display()))
    };
    let said = |error: std::io::Error| failed(error.to_string());
    if file.metadata().map_err(said)?.is_dir() {
        return Err(failed("it is a folder".to_owned()));
    }
    let mut bytes = Vec::new();
    // A pipe has no size beforehand, and a file may grow.
    std::fs::File::open(file)
        .and_then(|open| open.take(MAX_BYTES + 1).read_to_end(&mut bytes))
        .map_err(said)?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(failed(format!("it has more than the {MAX_BYTES} bytes that are read")));
    }
    String::from_utf8(bytes).map_err(|error| {
        let valid = error.utf8_error().valid_up_to();
        let line = 1 + error.as_bytes()[..valid].iter().filter(|byte| **byte == b'\n').count();
        Failure::could_not_run(format_args!("{}:{line}: it is not UTF-8", file.display()))
    })
}
