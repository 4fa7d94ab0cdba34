//! `contracts --endpoint ADDRESS`: what a running server serves, beside what is committed.

use std::net::{SocketAddr, ToSocketAddrs};
use std::path::Path;
use std::time::Duration;

use findings::{Exit, Finding};

use super::scene;
use crate::console;
use crate::failure::Failure;
use crate::surroundings::Env;

/// How long a server may take to say what it serves.
const WITHIN: Duration = Duration::from_secs(30);

/// Asks the server by reflection and compares the answer with the working tree's protos. Nothing else is judged.
pub(super) fn run(root: &Path, endpoint: &str, env: Env<'_>) -> Result<Exit, Failure> {
    let address = resolved(endpoint)?;
    let scene = scene(root, env)?;
    let policy: contracts::Policy = scene.head_policy.section("contracts")?;
    let served = service::reflect(address, WITHIN).map_err(Failure::could_not_run)?;
    let served = served.ok_or_else(|| {
        Failure::could_not_run(format_args!("`{endpoint}` does not say by reflection what it serves"))
    })?;
    let checked = contracts::check_served(&scene.change.head, &policy, &served, &scene.outside());
    let findings = checked.map_err(Failure::could_not_run)?.findings;
    for finding in &findings {
        console::print(&shown(finding));
    }
    let word = if findings.len() == 1 { "difference" } else { "differences" };
    console::print(&format!(
        "{} {word} between what `{endpoint}` serves ({}) and what is committed\n",
        findings.len(),
        served.services.join(", ")
    ));
    Ok(if findings.is_empty() { Exit::Clean } else { Exit::Blocked })
}

fn resolved(endpoint: &str) -> Result<SocketAddr, Failure> {
    let wrong = |reason: &dyn std::fmt::Display| {
        Failure::usage(format_args!("`{endpoint}` is no address of the form `HOST:PORT`: {reason}"))
    };
    if let Some((scheme, address)) = endpoint.split_once("://") {
        let address = address.trim_end_matches('/');
        return Err(wrong(&format_args!("leave out `{scheme}://`, as in `{address}`")));
    }
    let mut found = endpoint.to_socket_addrs().map_err(|error| wrong(&error))?;
    found.next().ok_or_else(|| wrong(&"it names nothing"))
}

fn shown(finding: &Finding) -> String {
    let place = finding.location.as_ref().map_or_else(String::new, |place| match place.span {
        Some(span) => format!("{}:{}:{}: ", place.file, span.line, span.column),
        None => format!("{}: ", place.file),
    });
    let notes = finding.notes.iter().map(|note| format!("  {}\n", note.text));
    let help = finding.help.iter().map(|help| format!("  help: {help}\n"));
    format!("{place}{}\n", finding.message) + &notes.chain(help).collect::<String>()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_a_host_and_a_port_without_a_scheme() {
        let check = |endpoint: &str, says: &str| match resolved(endpoint) {
            Ok(address) => assert_eq!(address.to_string(), says),
            Err(failure) => {
                assert_eq!(failure.exit, Exit::Usage);
                assert!(failure.message.contains(says), "{}", failure.message);
            }
        };
        check("127.0.0.1:50151", "127.0.0.1:50151");
        check("http://127.0.0.1:50151", "leave out `http://`, as in `127.0.0.1:50151`");
        check("https://localhost:443/", "leave out `https://`, as in `localhost:443`");
        check("localhost", "no address of the form `HOST:PORT`");
    }
}
