//! What is planted in experiments, and units that are dealt anew while one runs.

use findings::Finding;
use policy::Today;
use source::{Cache, Change, Code, Tree};

use super::Plot;
use crate::{Codes, Error, Experiments, Outside, Policy, check_static_with};

pub(super) static PLOT: Plot = Plot {
    rules: &[
        "experiment-rerandomised",
        "experiment-salt-shared",
        "experiment-buckets-overlap",
        "experiment-out-of-range",
        "experiment-without-end",
        "experiment-past-its-end",
        "experiment-without-kill-switch",
        "experiment-without-guardrail",
        "experiment-metric-unknown",
        "experiment-without-exposure",
        "unreadable-experiments",
    ],
    judge,
};

fn judge() -> Result<Vec<Finding>, Error> {
    let tree = |salt: &str| {
        let home = format!(
            "- {{ name: salted, salt: {salt}, ends: 2026-12-14, arms: [{{ name: a, from: 0, to: 9 }}] }}\n{EXPERIMENTS}"
        );
        Tree::from_memory([
            ("Cargo.toml", "[package]\nname = \"planted\"\n"),
            ("src/lib.rs", "pub fn build() {}\n"),
            ("services/home/experiments.yaml", home.as_str()),
            (
                "services/search/experiments.yaml",
                "- { name: twin, salt: salt-2, primary: { name: unknown } }\n",
            ),
            ("services/torn/experiments.yaml", "- { name: torn }\n"),
        ])
    };
    let change = Change::of_trees(Some(tree("salt-1")), tree("salt-3"));
    let experiments = Experiments {
        metrics: Some(vec!["metrics.yaml".to_owned()]),
        exposure: Some(vec!["stages::ExposureEffect".to_owned()]),
        ..Experiments::default()
    };
    let code = Code::read(&change.head, &Cache::off());
    let codes = Codes { head: &|| &code, base: &|| None };
    let outside = Outside { today: Today::on("2026-11-20"), ..Outside::default() };
    Ok(check_static_with(&change, &Policy { experiments, ..Policy::default() }, codes, &outside)?.findings)
}

const EXPERIMENTS: &str = "
- { name: again, salt: salt-2, arms: [{ name: a, from: 0, to: 10 }, { name: b, from: 9, to: 2000 }] }
- { name: old, salt: salt-4, ends: 2026-01-01, arms: [{ name: a, from: 10, to: 20 }, { name: b, from: 15, to: 30 }] }
";
