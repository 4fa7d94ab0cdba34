//! The wiring in `ci/`: valid by the platforms' schemas, held to what keeps it safe, and its scripts run.

mod files;
#[cfg(unix)]
mod generic;
#[cfg(unix)]
mod github;
#[cfg(unix)]
mod gitlab;
mod planted;
#[cfg(unix)]
mod repository;
mod safe;
mod schema;
