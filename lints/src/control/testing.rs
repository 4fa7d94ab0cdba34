//! What the rules about tests and copies find.

use super::Group;

pub(super) static GROUP: Group = Group {
    planted: &[
        "duplicate-helper",
        "prod-branches-on-test",
        "sleep-in-test",
        "tautological-assertion",
        "test-without-assertion",
    ],
    files: &[("src/shares.rs", SHARES), ("src/spread.rs", SPREAD)],
};

const SHARES: &str = r#"
pub fn shares(values: &[f32], most: usize) -> Vec<f32> {
    let sum: f32 = values.iter().sum();
    let mut shares = Vec::with_capacity(most);
    for value in values.iter().take(most) {
        if value.is_finite() && sum > 0.0 {
            shares.push(value / sum);
        } else {
            shares.push(0.0);
        }
    }
    shares
}
"#;

const SPREAD: &str = r#"
fn spread(scores: &[f32], limit: usize) -> Vec<f32> {
    let mut kept = Vec::with_capacity(limit);
    let total: f32 = scores.iter().sum();
    for score in scores.iter().take(limit) {
        if score.is_finite() && total > 1e-6 {
            kept.push(score / total);
        } else {
            kept.push(0.5);
        }
    }
    kept
}

fn limit() -> usize {
    if cfg!(test) {
        return 0;
    }
    20
}

#[cfg(test)]
mod tests {
    #[test]
    fn scores_are_spread() {
        super::spread(&[1.0], 1);
    }

    #[test]
    fn scores_come_late() {
        std::thread::sleep(std::time::Duration::from_secs(1));
        let spread = super::spread(&[], 0);
        assert!(spread.len() >= 0);
    }
}
"#;
