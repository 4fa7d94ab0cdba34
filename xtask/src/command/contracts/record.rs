//! `contracts record`: the replay set of a model, from what its service answers now.

use std::path::Path;

use findings::Exit;
use serde_json::{Map, Value};

use super::scene;
use crate::cli::RecordArgs;
use crate::console;
use crate::failure::Failure;
use crate::live::start_for;
use crate::output;
use crate::surroundings::Env;

/// The largest file of requests that is read, in bytes.
const MAX_BYTES: u64 = 256 * 1024 * 1024;

/// Records rows and scores. It approves nothing.
pub(crate) fn run(root: &Path, args: &RecordArgs, env: Env<'_>) -> Result<Exit, Failure> {
    let scene = scene(root, env)?;
    let policy: contracts::Policy = scene.head_policy.section("contracts")?;
    let Some(model) = policy.models.get(&args.model) else {
        return Err(Failure::usage(format_args!("`contracts.models` has no `{}`", args.model)));
    };
    if model.replay.is_empty() {
        return Err(Failure::usage(format_args!("`contracts.models.{}` has no `replay`", args.model)));
    }
    let services: Vec<&str> = model.replay.iter().map(|replay| replay.service.as_str()).collect();
    refuse_unknown(&args.model, &services, args.service.as_deref())?;
    let requests = match &args.from {
        None => Vec::new(),
        Some(file) => spread(requests(file, args.with.as_deref())?, args.count),
    };
    let mut start = start_for(&scene, &policy).map_err(Failure::could_not_run)?;
    let mut start = |wanted: &contracts::Wanted<'_>| {
        console::say(format_args!("building and starting `{}` ..", wanted.target));
        start(wanted)
    };
    let recorded = contracts::record(
        &scene.change,
        &policy,
        &args.model,
        args.service.as_deref(),
        requests,
        &scene.outside(),
        &mut start,
    )
    .map_err(Failure::could_not_run)?;
    output::save(root, &recorded.path, &recorded.text)?;
    let contracts::Recorded { path, requests, items, .. } = &recorded;
    console::print(&format!("{}: {path} written, {items} rows of {requests} requests\n", args.model));
    Ok(Exit::Clean)
}

/// The model has one replay with the service that is asked for.
fn refuse_unknown(model: &str, services: &[&str], service: Option<&str>) -> Result<(), Failure> {
    let there = || services.iter().map(|one| format!("`{one}`")).collect::<Vec<_>>().join(", ");
    match service {
        Some(service) if !services.contains(&service) => Err(Failure::usage(format_args!(
            "`contracts.models.{model}` has no `replay` with the service `{service}`; it has one with {}",
            there()
        ))),
        None if services.len() > 1 => Err(Failure::usage(format_args!(
            "`contracts.models.{model}` has a `replay` with each of {}; say which with `--service NAME`",
            there()
        ))),
        _ => Ok(()),
    }
}

/// The requests of a file by their names, each with what all of them have besides.
fn requests(file: &Path, with: Option<&str>) -> Result<Vec<(String, Value)>, Failure> {
    let failed = |reason: &dyn std::fmt::Display| {
        Failure::could_not_run(format_args!("failed to read `{}`: {reason}", file.display()))
    };
    let with: Map<String, Value> = match with {
        None => Map::new(),
        Some(json) => serde_json::from_str(json)
            .map_err(|error| Failure::usage(format_args!("`--with` is no map in JSON: {error}")))?,
    };
    let size = file.metadata().map_err(|error| failed(&error))?;
    if !size.is_file() || size.len() > MAX_BYTES {
        return Err(failed(&"it is no file of at most 256 MiB"));
    }
    let text = std::fs::read_to_string(file).map_err(|error| failed(&error))?;
    let mut requests = Vec::new();
    for (number, line) in (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty()) {
        let line: Value =
            serde_json::from_str(line).map_err(|error| failed(&format_args!("line {number}: {error}")))?;
        // A corpus may begin with a line about itself.
        let (Some(id), Some(Value::Object(request))) = (line["id"].as_str(), line.get("request")) else {
            continue;
        };
        let mut request = request.clone();
        request.extend(with.clone());
        requests.push((id.to_owned(), Value::Object(request)));
    }
    if requests.is_empty() {
        return Err(failed(&"it has no lines with `id` and `request`"));
    }
    Ok(requests)
}

/// As many as asked for, from all over the list.
fn spread<T>(all: Vec<T>, count: Option<u32>) -> Vec<T> {
    let count = count.map_or(all.len(), |count| (count as usize).min(all.len()));
    let of = all.len();
    let taken = |index: usize| (index * count) / of != (index + 1) * count / of;
    all.into_iter().enumerate().filter(|(index, _)| taken(*index)).map(|(_, one)| one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_service_without_a_replay_is_named_beside_those_that_have_one() {
        let check = |services: &[&str], service, expected: Option<&str>| {
            let refused = refuse_unknown("home", services, service).err().map(|failure| failure.message);
            assert_eq!(refused.as_deref(), expected);
        };
        let unknown =
            "`contracts.models.home` has no `replay` with the service `foo`; it has one with `home`";
        check(&["home"], Some("foo"), Some(unknown));
        check(&["home"], Some("home"), None);
        check(&["home"], None, None);
        check(&["home", "search"], Some("search"), None);
        let several = "`contracts.models.home` has a `replay` with each of `home`, `search`; say which with \
                       `--service NAME`";
        check(&["home", "search"], None, Some(several));
    }

    #[test]
    fn requests_are_taken_from_all_over_the_file() {
        assert_eq!(spread((0..10).collect(), Some(3)), [3, 6, 9]);
        assert_eq!(spread((0..3).collect(), Some(9)), [0, 1, 2]);
        assert_eq!(spread((0..3).collect(), None), [0, 1, 2]);
    }
}
