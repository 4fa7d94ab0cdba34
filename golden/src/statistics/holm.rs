//! Many tests at once: with twenty segments one of them falls by chance.

/// Holm's adjusted p-values, in the order of the p-values: each may be compared with the level that holds for all of
/// them together. Holm, "A simple sequentially rejective multiple test procedure", Scand. J. Statistics 6(2), 1979; as
/// `statsmodels.stats.multitest.multipletests(method="holm")`.
///
/// The i-th smallest of m becomes the largest of (m - j + 1) · p(j) for j up to i, and 1 at most.
pub fn holm(p_values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..p_values.len()).collect();
    order.sort_by(|a, b| p_values[*a].total_cmp(&p_values[*b]));
    let mut adjusted = vec![0.0; p_values.len()];
    let mut largest: f64 = 0.0;
    for (place, index) in order.iter().enumerate() {
        let left = (p_values.len() - place) as f64;
        largest = largest.max(left * p_values[*index]).min(1.0);
        adjusted[*index] = largest;
    }
    adjusted
}
