//! What became of a message on its way.

/// What becomes of a message, from good to bad.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Verdict {
    /// It arrives as it was sent.
    Identical,
    /// Part of it is not there.
    Lost,
    /// It can be read and means something else.
    Lossy,
    /// It cannot be read.
    Undecodable,
}

impl Verdict {
    /// What it is called.
    pub(super) fn word(self) -> &'static str {
        match self {
            Verdict::Identical => "identical",
            Verdict::Lost => "lost",
            Verdict::Lossy => "lossy",
            Verdict::Undecodable => "undecodable",
        }
    }
}
