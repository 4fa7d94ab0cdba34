//! Whether what a server serves is what is committed: its protos as reflection tells them, beside those of the tree.

mod outline;

use std::collections::BTreeMap;
use std::time::Duration;

use findings::{Checked, Finding, Location};
use prost_reflect::DescriptorPool;
use service::{DescriptorSet, Protos, Served, Session};
use source::Tree;

use crate::evolution::compile_whole;
use crate::rules::served_schema_differs::SERVED_SCHEMA_DIFFERS;
use crate::surface::Surface;
use crate::{Error, Outside, Policy, Reflection};
use outline::{Outline, outline};

/// How long a server may take to say what it serves.
const WITHIN: Duration = Duration::from_secs(5);
/// How many lines of a declaration a finding shows.
const SHOWN: usize = 20;

/// Compares what a server serves with the protos of a tree, service by service.
///
/// # Errors
/// Where the tree's protos do not compile or are of an edition that nobody explains, what is served makes no sense, or none
/// of it is in the tree.
pub fn check_served(
    tree: &Tree,
    policy: &Policy,
    served: &Served,
    outside: &Outside,
) -> Result<Checked, Error> {
    let protos = compile_whole(tree, policy, outside)?;
    let (count, mut findings) = differences(&protos, served).map_err(Error::NotReflected)?;
    if count == 0 {
        let reason =
            format!("the tree has none of the services that it serves: {}", served.services.join(", "));
        return Err(Error::NotReflected(reason));
    }
    // Somebody who asks one address wants to hear of what nobody committed, too.
    let unknown = served.services.iter().filter(|name| protos.pool.get_service_by_name(name).is_none());
    findings.extend(unknown.map(|name| {
        Finding::new(
            &SERVED_SCHEMA_DIFFERS,
            None,
            format!("`{name}` is served, and the tree does not have it"),
        )
        .help("commit its proto, or stop serving it")
        .fact(name)
    }));
    Ok(Checked { findings, counts: BTreeMap::from([("services compared", count)]), ..Checked::default() })
}

/// What a running service of the live tier serves otherwise than head has it. Services that are not head's are others' to
/// keep.
pub(crate) fn of_session(
    session: &Session,
    target: &str,
    protos: &Protos,
    reflection: Reflection,
) -> Vec<Finding> {
    let silent = |reason: &str| {
        let what = format!("the service `{target}` does not say by reflection what it serves");
        let reason =
            if reason.is_empty() { String::new() } else { format!(": {}", reason.replace('`', "'")) };
        let finding = Finding::new(&SERVED_SCHEMA_DIFFERS, None, format!("{what}{reason}"));
        vec![finding.help("serve `grpc.reflection.v1.ServerReflection`").fact(target)]
    };
    match service::reflect(session.address(), WITHIN) {
        Ok(Some(served)) => match differences(protos, &served) {
            Ok((_, findings)) => findings,
            Err(reason) => silent(&reason),
        },
        Ok(None) if reflection == Reflection::Required => silent(""),
        Ok(None) => Vec::new(),
        // It has it, and it does not work.
        Err(error) => silent(&error.to_string()),
    }
}

/// How many services both sides have, and what differs in them.
fn differences(protos: &Protos, served: &Served) -> Result<(u64, Vec<Finding>), String> {
    if served.services.is_empty() {
        return Ok((0, Vec::new()));
    }
    let theirs = DescriptorSet::read(&served.descriptors)?.protos();
    if let Some(error) = theirs.errors.first() {
        return Err(format!("what it serves cannot be read: {error}"));
    }
    let surface = Surface::of(protos);
    let (mut count, mut found) = (0, BTreeMap::new());
    for name in &served.services {
        if protos.pool.get_service_by_name(name).is_none() {
            continue;
        }
        count += 1;
        let (committed, served) = (outlined(&protos.pool, name)?, outlined(&theirs.pool, name)?);
        for (element, lines) in &committed {
            // What only one side has is named by what refers to it.
            if let Some(others) = served.get(element).filter(|others| *others != lines) {
                found.entry(element.clone()).or_insert_with(|| difference(element, lines, others, &surface));
            }
        }
    }
    Ok((count, found.into_values().collect()))
}

fn outlined(pool: &DescriptorPool, service: &str) -> Result<Outline, String> {
    outline(pool, service).ok_or_else(|| format!("it lists `{service}` and does not say what that is"))
}

fn difference(element: &str, lines: &[String], others: &[String], surface: &Surface) -> Finding {
    let without = |these: &[String], those: &[String]| -> Vec<String> {
        these.iter().filter(|line| !those.contains(line)).cloned().collect()
    };
    let (unserved, uncommitted) = (without(lines, others), without(others, lines));
    let (word, count) = match (unserved.first(), uncommitted.first()) {
        (Some(line), _) => {
            (format!("`{line}` is committed and not served"), unserved.len() + uncommitted.len())
        }
        (None, Some(line)) => (format!("`{line}` is served and not committed"), uncommitted.len()),
        (None, None) => ("the same in another order".to_owned(), 1),
    };
    let more = if count > 1 { format!(" and {} more", count - 1) } else { String::new() };
    let name = element.split_once(' ').map_or(element, |(_, name)| name);
    let mut finding = Finding::new(
        &SERVED_SCHEMA_DIFFERS,
        place(surface, name),
        format!("`{name}` is not served as it is committed: {word}{more}"),
    )
    .help("build and deploy what is committed, or commit what is served")
    .fact(element)
    .fact(unserved.join("\n"))
    .fact(uncommitted.join("\n"));
    let sides = [("committed and not served", &unserved), ("served and not committed", &uncommitted)];
    for (what, lines) in sides {
        for line in lines.iter().take(SHOWN) {
            finding = finding.note(format!("{what}: `{}`", line));
        }
    }
    finding
}

fn place(surface: &Surface, name: &str) -> Option<Location> {
    let message = surface.messages.get(name).and_then(|message| surface.message_place(message));
    let enumeration = || surface.enums.get(name).and_then(|of| surface.enum_place(of));
    let service = || surface.services.get(name).and_then(|of| surface.service_place(of));
    message.or_else(enumeration).or_else(service)
}
