//! Which records are read, from where, and what they are held to.
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use catalogue::{belief, schemas, title};
use features::Schema;
use quality::Standard;
use telemetry::{Clock, SystemClock};

use crate::failure::Failure;

/// The folder of records and what they are held to.
#[derive(Debug, clap::Args)]
pub(crate) struct Batch {
    /// The folder of the records [default: this workspace's data].
    #[arg(long, value_name = "DIR", default_value = concat!(env!("CARGO_MANIFEST_DIR"), "/../../data"), hide_default_value = true)]
    pub(crate) data: PathBuf,
    /// What the records have to be like [default: this workspace's data/quality.yaml].
    #[arg(long, value_name = "FILE", default_value = concat!(env!("CARGO_MANIFEST_DIR"), "/../../data/quality.yaml"), hide_default_value = true)]
    expectations: PathBuf,
    /// The time at which the records are read, as 2026-11-20T12:00:00Z; now, if it is not given.
    #[arg(long, value_name = "RFC3339", value_parser = humantime::parse_rfc3339)]
    clock: Option<SystemTime>,
}

impl Batch {
    pub(crate) fn standard(&self, schemas: Vec<Schema>) -> Result<Standard, Failure> {
        Ok(Standard::read(&self.expectations, schemas)?)
    }

    pub(crate) fn now(&self) -> SystemTime {
        self.clock.unwrap_or_else(|| SystemClock.now())
    }
}

/// The schemas of all records that a folder may hold: those of the catalogue, and others whose file is there.
pub(crate) fn all_in(folder: &Path) -> Vec<Schema> {
    schemas()
        .into_iter()
        .chain([title::schema(), belief::schema()].into_iter().filter(|schema| is_in(folder, schema)))
        .collect()
}

/// The schemas of the records that stores serve. Titles are in an index instead.
pub(crate) fn served_from(folder: &Path) -> Vec<Schema> {
    schemas()
        .into_iter()
        .chain([belief::schema()].into_iter().filter(|schema| is_in(folder, schema)))
        .collect()
}

fn is_in(folder: &Path, schema: &Schema) -> bool {
    folder.join(schema.entity.file()).exists()
}
