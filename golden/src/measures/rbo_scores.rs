//! Rank-biased overlap with ties as measures: three ways to see a tie, four scores each.

use super::{Measure, Pair, Parameters, Ties, rbo};

/// `a`, `b` and `w`, each extrapolated, at least, at most, and what is not known.
pub(super) static RBO_WITH_TIES: [Measure<Pair>; 12] = [
    score("rbo_a.ext@p", |pair, with| Some(rbo(pair, with.p, Ties::Average).ext)),
    score("rbo_a.min@p", |pair, with| Some(rbo(pair, with.p, Ties::Average).min)),
    score("rbo_a.max@p", |pair, with| Some(rbo(pair, with.p, Ties::Average).max)),
    score("rbo_a.res@p", |pair, with| Some(rbo(pair, with.p, Ties::Average).res())),
    score("rbo_b.ext@p", |pair, with| Some(rbo(pair, with.p, Ties::Corrected).ext)),
    score("rbo_b.min@p", |pair, with| Some(rbo(pair, with.p, Ties::Corrected).min)),
    score("rbo_b.max@p", |pair, with| Some(rbo(pair, with.p, Ties::Corrected).max)),
    score("rbo_b.res@p", |pair, with| Some(rbo(pair, with.p, Ties::Corrected).res())),
    score("rbo_w.ext@p", |pair, with| Some(rbo(pair, with.p, Ties::EqualRank).ext)),
    score("rbo_w.min@p", |pair, with| Some(rbo(pair, with.p, Ties::EqualRank).min)),
    score("rbo_w.max@p", |pair, with| Some(rbo(pair, with.p, Ties::EqualRank).max)),
    score("rbo_w.res@p", |pair, with| Some(rbo(pair, with.p, Ties::EqualRank).res())),
];

const fn score(id: &'static str, compute: fn(&Pair, Parameters) -> Option<f64>) -> Measure<Pair> {
    Measure {
        id,
        formula: "(1-p)/p · Σ_d A(d) · p^d, with A(d) the agreement of the lists down to depth d, seen and unseen. w: tied \
                  items have equal rank, A = 2 Σ c·c' / (Σ c + Σ c') with c = 1 from the top of its tie group on. a: the \
                  mean over all ways to break the ties, A = Σ c·c' / d with c the share of its tie group above d. b: \
                  corrected for what ties hide, A = Σ c·c' / √(Σ c² · Σ c'²). ext: the unseen agrees as the seen does; \
                  min, max: the least and the most that it can; res: max - min",
        source: "Corsi and Urbano, \"The treatment of ties in rank-biased overlap\", SIGIR 2024; without ties Webber, \
                 Moffat and Zobel, TOIS 28(4), 2010",
        range: "0 to 1; ext is 1 for the same list, with ties in b and w, and for two empty ones",
        undefined: "never",
        compute,
    }
}
