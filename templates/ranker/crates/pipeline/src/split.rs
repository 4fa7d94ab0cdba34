//! A list parted in two.

/// What a stage kept and what it took out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Split<T> {
    /// What goes on, in the order in which it goes on.
    pub kept: Vec<T>,
    /// What was taken out.
    pub removed: Vec<T>,
}

impl<T> Split<T> {
    /// Nothing taken out.
    pub fn all(kept: Vec<T>) -> Self {
        Self { kept, removed: Vec::new() }
    }
}
