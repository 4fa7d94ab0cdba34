//! How protos are written: what `buf lint` says where it is installed, and what it has no rule for.

mod buf;
mod ranking;

use findings::Checked;
use service::Protos;
use source::Tree;

use crate::{Asks, Error, Outside, Policy};

/// The group of the rules that judge how the protos of one side are written.
pub(crate) const GROUP: &str = "proto-lint";

/// What counts the protos that buf did not look at.
const UNASKED: &str = "protos not linted by buf";

/// Judges the protos of one side. `configured` is the tree whose `buf.yaml` says what buf looks for: the base's.
///
/// # Errors
/// `buf` is required and cannot be asked, or a glob of the policy makes no sense.
pub(crate) fn check_side(
    tree: &Tree,
    protos: &Protos,
    configured: &Tree,
    policy: &Policy,
    outside: &Outside,
) -> Result<Checked, Error> {
    let mut checked = Checked { findings: ranking::check(protos, &policy.lint)?, ..Checked::default() };
    let asks = policy.lint.buf;
    let is_wanted =
        asks == Asks::Required || (asks == Asks::WhereInstalled && buf::is_configured(configured));
    // What does not compile is told already, and buf would say nothing else.
    if !is_wanted || !protos.errors.is_empty() || protos.paths.is_empty() {
        return Ok(checked);
    }
    let roots = service::roots(tree, &policy.protos);
    match buf::ask(outside.buf.as_ref(), tree, configured, &roots) {
        Ok(findings) => {
            checked.findings.extend(findings);
            let unasked = buf::unasked(tree, configured) as u64;
            if unasked > 0 {
                checked.counts.insert(UNASKED, unasked);
            }
        }
        Err(reason) if asks == Asks::Required => {
            return Err(Error::Tool { tool: "buf lint".to_owned(), reason });
        }
        // Nobody is kept from working for a tool that is not there; the report says that it was not asked.
        Err(_) => drop(checked.counts.insert(UNASKED, protos.paths.len() as u64)),
    }
    Ok(checked)
}
