//! `load`: records into Redis, if they are as expected.
use std::io::Write;

use features::publish;
use quality::{LoadError, Loaded, load};
use url::Url;

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
    let failed = |source| Failure::Publish { server: without_secrets(&args.redis), source };
    let generation = publish(&args.redis, &args.prefix, &records).await.map_err(failed)?;
    writeln!(out, "generation {generation} is served")?;
    Ok(())
}

/// The server of a URL, without who asks and by which password.
fn without_secrets(url: &str) -> String {
    match Url::parse(url) {
        Ok(url) if !url.cannot_be_a_base() => {
            let host = url.host_str().unwrap_or_default();
            let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
            format!("{}://{host}{port}{}", url.scheme(), url.path())
        }
        _ => "what is no URL".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::without_secrets;

    #[test]
    fn a_server_is_named_without_secrets() {
        for (url, named) in [
            ("redis://127.0.0.1:6379/0", "redis://127.0.0.1:6379/0"),
            ("redis://me:secret@server:7000/2", "redis://server:7000/2"),
            ("unix:///run/redis.sock?user=me&pass=secret", "unix:///run/redis.sock"),
            ("me:secret@server", "what is no URL"),
            ("secret", "what is no URL"),
        ] {
            assert_eq!(without_secrets(url), named);
        }
    }
}
