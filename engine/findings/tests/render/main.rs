//! Every form of a report, over the reports that make it hard: an everyday one, an empty one, a hostile one, and
//! one with ten thousand findings.

// The name under which every other crate of the house knows it.
extern crate gatefold_findings as findings;

mod catalogue;
mod github;
mod gitlab;
mod human;
mod json;
mod junit;
mod markdown;
mod page;
mod sample;
mod sarif;
