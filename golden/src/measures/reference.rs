//! `MEASURES.md`: every measure, from the definitions that stand beside the functions.

use std::fmt::Write;

use super::{AGREEMENT, Measure, NAMED, QUALITY};
use crate::trec::Order;

/// The reference of all measures as Markdown.
pub fn reference() -> String {
    let mut text = String::from(
        "<!-- Written by cargo xtask docs from the measures. Edit golden/src/measures instead. -->\n\n# Measures\n\nWhat \
         `cargo xtask golden measure` computes and reports show. A measure reads the list that a service returned, in the \
         order in which it returned it; none re-sorts a list. `@k` is the number of items from the top, `@p` a parameter \
         between 0 and 1. What independent packages compute, in \
         `golden/tests/rank_oracle.json`, is reproduced to 1e-9, and what gdeval.pl rounds to its five digits.\n\n## Of two lists\n\n",
    );
    for measure in AGREEMENT {
        write_measure(&mut text, measure);
    }
    text.push_str(
        "## Of one list with judgments\n\nAn item is relevant from grade 1 on; g(i) is the grade of the item at rank i, 0 \
         where nobody judged it.\n\n",
    );
    for measure in QUALITY {
        write_measure(&mut text, measure);
    }
    text.push_str(
        "## Under the names of other packages\n\nTwo packages that print different values under one name mostly read a run \
         in different orders. `golden measure --pairs` computes these names in the order of their package.\n\n| name | \
         measure | order |\n|---|---|---|\n",
    );
    for named in NAMED {
        let order = match named.order {
            Order::Rank => "as it stands",
            Order::Score => "score, then id downwards",
            Order::TrecEval => "score in 32 bits, then id downwards",
            Order::ScoreThenId => "score, then id upwards",
            Order::Ranx => "score by numba's quicksort, which is not stable",
            Order::Sklearn => {
                "score by numpy's sort turned round; above 16 items the order of ties depends on the processor there, and \
                 is stable here"
            }
        };
        let _ = writeln!(text, "| `{}` | `{}` | {order} |", named.name.replace('|', "\\|"), named.measure.id);
    }
    text
}

fn write_measure<T>(text: &mut String, measure: &Measure<T>) {
    let _ = write!(
        text,
        "### `{}`\n\n- Formula: {}\n- Source: {}\n- Range: {}\n- Undefined: {}\n\n",
        measure.id, measure.formula, measure.source, measure.range, measure.undefined
    );
}
