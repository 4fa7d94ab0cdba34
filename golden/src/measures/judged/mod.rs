//! How good one list is, by what people judged. A measure is a function of the order in which the list stands.

mod average_precision;
mod bpref;
mod compatibility;
mod cut;
mod err;
mod ndcg;
mod ndcg_retrieved;
mod rbp;

use std::collections::HashMap;

pub use average_precision::{AP, AP_AT, RR, RR_AT};
pub use bpref::{BPREF, BPREF_STRICT};
pub use compatibility::COMPATIBILITY;
pub use cut::{F1_AT, JUDGED_AT, PRECISION_AT, R_PRECISION, RECALL_AT, SUCCESS_AT};
pub use err::{ERR_AT, err_at};
pub use ndcg::{NDCG, NDCG_AT, NDCG_EXP_AT, ndcg_at, ndcg_exp_at};
pub use ndcg_retrieved::{NDCG_RETRIEVED_AT, NDCG_TIES_AVERAGED_AT};
pub use rbp::RBP;

/// What people said of the items for one request: the grade of each, by id. An item is relevant from grade 1 on.
pub type Grades = HashMap<String, i32>;

/// The largest grade, either way. Beyond it the gain 2^grade is no number that anybody means.
pub const MAX_GRADE: i32 = 100;

/// A list as the judgments see it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Judged {
    /// The grade of the item at each rank; `None` where nobody judged it.
    grades: Vec<Option<i32>>,
    /// For each rank, the first rank of its tie group.
    tops: Vec<u32>,
    /// The grades of all judged items, best first.
    ideal: Vec<i32>,
}

impl Judged {
    /// The list in the order in which it stands, without ties. An id that stands twice is judged where it stands first.
    pub fn of<'a>(ids: impl IntoIterator<Item = &'a str>, grades: &Grades) -> Judged {
        let mut left: HashMap<&str, i32> = grades.iter().map(|(id, grade)| (id.as_str(), *grade)).collect();
        let of_list: Vec<Option<i32>> = ids.into_iter().map(|id| left.remove(id)).collect();
        let mut judged = Judged {
            tops: (0..).take(of_list.len()).collect(),
            ideal: grades.values().copied().collect(),
            grades: of_list,
        };
        judged.finish();
        judged
    }

    /// Forgets the list and the judgments, and keeps the memory.
    pub(super) fn clear(&mut self) {
        self.grades.clear();
        self.tops.clear();
        self.ideal.clear();
    }

    /// One more item is judged.
    pub(super) fn judge(&mut self, grade: i32) {
        self.ideal.push(grade);
    }

    /// The next item of the list; a repeated one is judged where it stands first.
    pub(super) fn rank(&mut self, grade: Option<i32>) {
        self.tops.push(self.tops.len() as u32);
        self.grades.push(grade);
    }

    /// Orders what was judged. Grades are few, so that they are counted and not compared.
    pub(super) fn finish(&mut self) {
        let mut counts = [0_u32; 8];
        for grade in &self.ideal {
            let Some(count) = usize::try_from(*grade).ok().and_then(|grade| counts.get_mut(grade)) else {
                return self.ideal.sort_unstable_by(|a, b| b.cmp(a));
            };
            *count += 1;
        }
        self.ideal.clear();
        for (grade, count) in (0..8).zip(counts).rev() {
            self.ideal.extend(std::iter::repeat_n(grade, count as usize));
        }
    }

    /// The grades of the judged items that are not in the list, best first.
    fn missed(&self) -> Vec<i32> {
        let mut returned: Vec<i32> = self.grades.iter().flatten().copied().collect();
        returned.sort_unstable_by(|a, b| b.cmp(a));
        let mut returned = returned.into_iter().peekable();
        // Every grade of the list is one of those that were judged.
        self.ideal.iter().copied().filter(|grade| returned.next_if_eq(grade).is_none()).collect()
    }

    /// The same with ties: neighbours for which `tied` holds, given both ranks from 0, share a group. Only measures
    /// that say so look at ties.
    pub fn tied(mut self, tied: impl Fn(usize, usize) -> bool) -> Judged {
        super::pair::tie(&mut self.tops, tied);
        self
    }

    /// How many items are relevant, in the list or not.
    pub fn relevant(&self) -> usize {
        self.ideal.iter().filter(|grade| **grade > 0).count()
    }

    /// Whether the item at each of the first `k` ranks is relevant.
    fn hits(&self, k: usize) -> impl Iterator<Item = bool> + '_ {
        self.grades.iter().take(k).map(|grade| grade.is_some_and(|grade| grade > 0))
    }

    /// How many of the first `k` items are relevant.
    fn found(&self, k: usize) -> usize {
        self.hits(k).filter(|hit| *hit).count()
    }
}

/// `None` where nothing is relevant, which is where a share of what is relevant has no meaning.
fn share(part: f64, of: usize) -> Option<f64> {
    (of > 0).then(|| part / of as f64)
}
