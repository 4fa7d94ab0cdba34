//! One file a command; each ends with an exit status or says why it could not.

pub(crate) mod approve;
pub(crate) mod arch;
pub(crate) mod ci;
pub(crate) mod contracts;
pub(crate) mod drill;
pub(crate) mod gate;
pub(crate) mod golden;
pub(crate) mod new;
pub(crate) mod review;
pub(crate) mod rules;
