//! The measures of judged runs beside `pytrec_eval` and `ranx` from PyPI, over the same data in one run: once the runs
//! are loaded, a mean of NDCG at 10, average precision and reciprocal rank. Where a package is not installed it says so.
//! The `python3` of the path is called: with that of a virtual environment before it, its packages are found.
#![expect(clippy::print_stdout, reason = "a benchmark tells what it measured")]

use std::process::Command;
use std::time::Instant;

use golden::measures::{Judged, Kernel, Measure, Parameters, QUALITY};

const TOPICS: u32 = 20_000;
const ITEMS: u32 = 50;
const JUDGED: u32 = 20;
const REPEATS: usize = 7;

/// Measures the same lists in Python, and prints name, seconds and the means of each package.
const PYTHON: &str = r#"
import statistics, sys, time
T, N, J, R = (int(word) for word in sys.argv[1:5])
run = {str(t): {str((t * 7919 + r * 31) % 997): float(N - r) for r in range(N)} for t in range(T)}
qrels = {str(t): {str((t * 7919 + j * 62) % 997): j % 4 for j in range(J)} for t in range(T)}
def median(name, once):
    times = []
    for _ in range(R):
        start = time.process_time()
        value = once()
        times.append(time.process_time() - start)
    print(name, statistics.median(times), value)
try:
    import pytrec_eval
    evaluator = pytrec_eval.RelevanceEvaluator(qrels, {"ndcg_cut.10", "map", "recip_rank"})
    def once():
        values = evaluator.evaluate(run).values()
        return " ".join(str(sum(v[m] for v in values) / T) for m in ("ndcg_cut_10", "map", "recip_rank"))
    median("pytrec_eval", once)
except ImportError:
    print("pytrec_eval missing")
try:
    import ranx
    q, r = ranx.Qrels(qrels), ranx.Run(run)
    def once():
        values = ranx.evaluate(q, r, ["ndcg@10", "map", "mrr"])
        return " ".join(str(values[m]) for m in ("ndcg@10", "map", "mrr"))
    once()
    median("ranx", once)
except ImportError:
    print("ranx missing")
"#;

fn main() {
    let lists: Vec<Vec<u32>> =
        (0..TOPICS).map(|t| (0..ITEMS).map(|r| (t * 7_919 + r * 31) % 997).collect()).collect();
    let grades: Vec<Vec<(u32, i32)>> = (0..TOPICS)
        .map(|t| (0..JUDGED).map(|j| ((t * 7_919 + j * 62) % 997, (j % 4) as i32)).collect())
        .collect();
    let measures = ["ndcg@k/lin/judged-ideal", "ap", "rr"]
        .map(|id| QUALITY.iter().find(|measure| measure.id == id).copied().expect("the measure is there"));
    let mut times = Vec::new();
    let mut means = [0.0; 3];
    for _ in 0..REPEATS {
        let start = Instant::now();
        means = mean(&lists, &grades, &measures);
        times.push(start.elapsed().as_secs_f64());
    }
    let own = median(times);
    println!("{TOPICS} lists of {ITEMS} items, {JUDGED} judged, medians of {REPEATS}");
    println!("gatefold     {:>10.0} lists/s  {means:?}", f64::from(TOPICS) / own);
    let numbers = [TOPICS, ITEMS, JUDGED, REPEATS as u32].map(|number| number.to_string());
    let output = match Command::new("python3").arg("-c").arg(PYTHON).args(numbers).output() {
        Ok(output) => output,
        Err(error) => return println!("`python3` does not run, so nothing is compared: {error}"),
    };
    let text = String::from_utf8_lossy(&output.stdout);
    for line in text.lines() {
        let words: Vec<&str> = line.split(' ').collect();
        match words.get(1).and_then(|seconds| seconds.parse::<f64>().ok()) {
            Some(seconds) => println!(
                "{:<12} {:>10.0} lists/s  {:?}  gatefold is {:.0} times as fast",
                words[0],
                f64::from(TOPICS) / seconds,
                &words[2..],
                seconds / own
            ),
            None => println!("{line}"),
        }
    }
}

fn mean(
    lists: &[Vec<u32>],
    grades: &[Vec<(u32, i32)>],
    measures: &[&'static Measure<Judged>; 3],
) -> [f64; 3] {
    let mut kernel = Kernel::default();
    let mut sums = [0.0; 3];
    for (list, grades) in lists.iter().zip(grades) {
        let judged = kernel.judged(list, grades);
        for (sum, measure) in sums.iter_mut().zip(measures) {
            *sum += (measure.compute)(judged, Parameters { k: 10, p: 0.0 }).unwrap_or(0.0);
        }
    }
    sums.map(|sum| sum / lists.len() as f64)
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}
