//! Changes of protos, honest and not, as findings.
