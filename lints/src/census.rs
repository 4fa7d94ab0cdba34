//! The census: what every rule finds in published code that nobody here wrote, how often it was right, and which
//! level follows from that.
//!
//! The sources are pinned by name and version and are never committed; what is committed lies in `lints/census` and
//! is described in its README.

mod catalogue;
mod changes;
mod labels;
mod measure;
mod page;
mod precision;
mod records;
mod rows;
#[cfg(test)]
mod tests;

pub use catalogue::{Entry, catalogue_page};
pub use changes::{Changes, changes};
pub use labels::{Label, LeftOut};
pub use measure::{Hit, Measured, Size, Source, Unread, measure};
pub use page::page;
pub use precision::{Precision, Sample, precision};
pub use records::{Census, Explained, Records};
pub use rows::Error;
