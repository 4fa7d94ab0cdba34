//! Where a finding is, as it is kept of a file.

use findings::{Finding, Span};

/// Line, column, end line and end column.
pub(crate) type Place = (u32, u32, u32, u32);

pub(crate) fn place(finding: &Finding) -> Option<Place> {
    finding.location.as_ref()?.span.map(spanned)
}

pub(crate) fn spanned(Span { line, column, end_line, end_column }: Span) -> Place {
    (line, column, end_line, end_column)
}
