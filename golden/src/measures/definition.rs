//! What a measure is: the words that reports and `MEASURES.md` print, beside the function that computes it.

/// A measure of a `T`: of two lists, see [`Pair`](super::Pair), or of one list with judgments, see
/// [`Judged`](super::Judged).
#[derive(Clone, Copy, Debug)]
pub struct Measure<T: 'static> {
    /// Its name in reports, with `@k` and `@p` where it has such a parameter; see [`Measure::name`].
    pub id: &'static str,
    /// The formula, as plain text.
    pub formula: &'static str,
    /// Where it was published.
    pub source: &'static str,
    /// Between which values it lies, and which of them is agreement or the best.
    pub range: &'static str,
    /// Where there is no value.
    pub undefined: &'static str,
    /// Computes it; `None` where it is undefined.
    pub compute: fn(&T, Parameters) -> Option<f64>,
}

/// What measures may depend on beside the lists.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Parameters {
    /// How many items from the top are looked at.
    pub k: usize,
    /// How patient the reader is, or what a pair costs that one list lacks.
    pub p: f64,
}

impl<T> Measure<T> {
    /// The id with the parameters in their places: `jaccard@10`, `rbo_a.ext@p=0.9`, `ndcg@10/lin/judged-ideal`.
    pub fn name(&self, with: Parameters) -> String {
        let name = self.id.replace("@k", &format!("@{}", with.k));
        if self.has_p() { format!("{name}={:?}", with.p) } else { name }
    }

    /// Whether it looks at the first `k` items only.
    pub fn has_k(&self) -> bool {
        self.id.contains("@k")
    }

    /// Whether it has a parameter `p`.
    pub fn has_p(&self) -> bool {
        self.id.ends_with("@p")
    }
}
