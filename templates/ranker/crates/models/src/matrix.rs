//! The rows that a model is asked about.

/// Rows of numbers, one row a candidate and one column a feature.
#[derive(Debug, Clone, PartialEq)]
pub struct Matrix {
    columns: usize,
    values: Vec<f32>,
}

impl Matrix {
    /// An empty matrix with room for `rows`.
    pub fn with_capacity(rows: usize, columns: usize) -> Self {
        Self { columns, values: Vec::with_capacity(rows * columns) }
    }

    /// Adds a row: exactly `columns` numbers, more are left out and too few are filled up with NaN, so that a row that
    /// is not whole has no finite score.
    pub fn push(&mut self, row: impl IntoIterator<Item = f32>) {
        let end = self.values.len() + self.columns;
        self.values.extend(row.into_iter().take(self.columns));
        self.values.resize(end, f32::NAN);
    }

    /// The number of rows.
    pub fn rows(&self) -> usize {
        self.values.len().checked_div(self.columns).unwrap_or(0)
    }

    /// The number of columns.
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// All numbers, row by row.
    pub fn values(&self) -> &[f32] {
        &self.values
    }
}

#[cfg(test)]
mod tests {
    use super::Matrix;

    #[test]
    fn a_row_has_as_many_numbers_as_there_are_columns() {
        let mut matrix = Matrix::with_capacity(2, 2);
        matrix.push([1.0, 2.0, 3.0]);
        matrix.push([4.0]);
        assert_eq!(matrix.rows(), 2);
        assert_eq!(matrix.values()[..3], [1.0, 2.0, 4.0]);
        assert!(matrix.values()[3].is_nan());
    }
}
