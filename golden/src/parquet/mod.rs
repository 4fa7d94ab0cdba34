//! Rankings as Parquet: one long table, for those who keep their logs in a warehouse.
//!
//! | column | type | meaning |
//! |---|---|---|
//! | request | string | id of the request |
//! | segment | string | its segment |
//! | rank | int32, null | from 1; null in the only row of an answer without items |
//! | id | string, null | the item |
//! | score | double, null | its score |
//! | status | string | name of the gRPC status |
//! | model | string, null | version of the model |
//! | degraded | string, null | stages done without, a line each |
//!
//! Rows stand in the order of requests and ranks. A file of another's making is read where it has these columns, by name
//! and among others, in that order of rows; `rank` may be int64 and `score` float.

mod corpus;
mod read;
mod write;

pub use corpus::{export, import};
pub use read::read;
pub use write::write;

/// How many rows are in memory at once.
const ROWS: usize = 65_536;
