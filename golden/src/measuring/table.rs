//! Tables of texts and numbers for a terminal.

/// A number with six decimals, or that there is none.
pub(super) fn number(value: Option<f64>) -> String {
    value.map_or_else(|| "undefined".to_owned(), |value| format!("{value:.6}"))
}

/// The rows, the first column to the left and the others to the right, as wide as they need to be.
pub(super) fn aligned<const N: usize>(rows: &[[String; N]]) -> String {
    let mut widths = [0; N];
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let mut text = String::new();
    for row in rows {
        let mut line = String::new();
        for (column, (width, cell)) in widths.iter().zip(row).enumerate() {
            let gap = " ".repeat(width - cell.chars().count());
            line.push_str(&if column == 0 { format!("{cell}{gap}") } else { format!("  {gap}{cell}") });
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}
