//! Alerts, objectives, metrics and runbooks of every service, found by listing the folders, held to each other.
mod files;
mod promtool;
mod rules;
mod runbooks;
mod support;
