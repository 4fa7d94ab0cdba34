//! Measures of files of lists, outside of any gate: `golden measure`.

mod cases;
mod runs;
mod table;

use crate::measures::{AGREEMENT, Measure, NAMED, Parameters, QUALITY};

pub use cases::{Cases, Measured, of_cases};
pub use runs::{Agreed, Judgement, OfTopic, Runs, Topics, of_runs};

/// The version of the JSON that this writes.
pub const SCHEMA: &str = "gatefold.measures/1";

/// Which measures are taken, and with which parameters.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Selection {
    /// Names of measures, with or without their parameters, or how names begin; all where there are none.
    pub measures: Vec<String>,
    /// Depths; where there are none, those that the form of the input is usually measured at.
    pub depths: Vec<usize>,
    /// Values of the parameter `p`; where there are none, those that are usual for each measure.
    pub shares: Vec<f64>,
}

impl Selection {
    /// The first name that no measure has, and the first parameter that none can take.
    pub fn fault(&self) -> Option<String> {
        if let Some(p) = self.shares.iter().find(|p| !(0.0..=1.0).contains(*p)) {
            return Some(format!("`p` lies between 0 and 1, and {p} does not"));
        }
        if self.depths.contains(&0) {
            return Some("a depth is at least 1".to_owned());
        }
        let ids = AGREEMENT.iter().map(|measure| measure.id).chain(QUALITY.iter().map(|measure| measure.id));
        let known: Vec<&str> = ids.chain(NAMED.iter().map(|named| named.name)).collect();
        // What stands before the parameters is what has to be known.
        let head = |name: &str| name.split(['@', '{']).next().unwrap_or_default().to_owned();
        let is_known = |wanted: &String| {
            known
                .iter()
                .any(|id| id.starts_with(wanted.as_str()) || *id == wanted || head(id) == head(wanted))
                || NAMED.iter().any(|named| wanted.starts_with(&head(named.name)))
        };
        let unknown = self.measures.iter().find(|wanted| wanted.is_empty() || !is_known(wanted))?;
        Some(format!("no measure is called `{unknown}`; golden/MEASURES.md names them"))
    }

    /// A name with its parameters is meant alone; any other is how names begin.
    fn takes(&self, id: &str, name: &str) -> bool {
        let begins = |wanted: &String| !wanted.contains('@') && name.starts_with(wanted.as_str());
        let takes = |wanted: &String| id == wanted || name == wanted || begins(wanted);
        self.measures.is_empty() || self.measures.iter().any(takes)
    }

    /// Every measure with every choice of its parameters, under its name.
    fn of<T>(&self, measures: &'static [&'static Measure<T>], depths: &[usize]) -> Vec<Chosen<T>> {
        let mut chosen = Vec::new();
        for measure in measures {
            for with in self.parameters(measure, depths) {
                let name = measure.name(with);
                if self.takes(measure.id, &name) {
                    chosen.push(Chosen { name, measure, with });
                }
            }
        }
        chosen
    }

    fn parameters<T>(&self, measure: &Measure<T>, depths: &[usize]) -> Vec<Parameters> {
        let depths = if self.depths.is_empty() { depths } else { &self.depths };
        let depths = if measure.has_k() { depths } else { &[0] };
        let usual = usual_shares(measure.id);
        let shares = if self.shares.is_empty() { usual } else { &self.shares };
        let shares = if measure.has_p() { shares } else { &[0.0] };
        // A reader who goes on never, or always, has no rank-biased overlap.
        let fits = |p: &f64| !measure.has_p() || measure.id.starts_with("fagin") || (*p > 0.0 && *p < 1.0);
        let fitting = shares.iter().filter(|p| fits(p));
        fitting.flat_map(|p| depths.iter().map(|k| Parameters { k: *k, p: *p })).collect()
    }
}

fn usual_shares(id: &str) -> &'static [f64] {
    match id.split(['.', '@']).next() {
        Some("fagin_kendall") => &[0.0, 0.5],
        Some("compat") => &[0.95],
        Some("rbp") => &[0.8],
        _ => &[0.5, 0.9, 0.98],
    }
}

/// A measure with its parameters.
struct Chosen<T: 'static> {
    name: String,
    measure: &'static Measure<T>,
    with: Parameters,
}

impl<T> Chosen<T> {
    fn value(&self, of: &T) -> Option<f64> {
        (self.measure.compute)(of, self.with)
    }
}
