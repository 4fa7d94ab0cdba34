//! `load`: records into Redis, if they are as expected.
use std::io::Write;

use features::publish;
use quality::{LoadError, Loaded, load};

use crate::failure::Failure;
use crate::records::{Batch, served_from};
use crate::table;

/// What to load, and where to.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    batch: Batch,
    /// The server, as redis://127.0.0.1:6379/0.
    #[arg(long, value_name = "URL")]
    redis: String,
    /// The prefix of the keys, which services have in their configuration.
    #[arg(long, value_name = "TEXT", default_value = "ranker")]
    prefix: String,
}

pub(crate) async fn run(args: &Args, out: &mut impl Write) -> Result<(), Failure> {
    let standard = args.batch.standard(served_from(&args.batch.data))?;
    let Loaded { records, report } = match load(&args.batch.data, &standard, args.batch.now()) {
        Err(LoadError::Refused(report)) => {
            table::write(&report, false, out)?;
            return Err(LoadError::Refused(report).into());
        }
        loaded => loaded?,
    };
    table::write(&report, false, out)?;
    let generation = publish(&args.redis, &args.prefix, &records).await?;
    writeln!(out, "generation {generation} is served")?;
    Ok(())
}
