//! What a service depends on, as the policy says it: which of the services really answers, and where its address goes.

use std::collections::{BTreeMap, BTreeSet};

use policy::{Document, PolicyError};

/// What a service calls by which name: which of the services really answers.
pub(crate) type Dependencies = BTreeMap<String, String>;

/// What stands in a command for the address of a dependency, up to its name and behind it.
const MARK: (&str, &str) = ("{dependency:", "}");

/// What stands in a command for the address of a dependency.
pub(crate) fn mark(name: &str) -> String {
    format!("{}{name}{}", MARK.0, MARK.1)
}

/// Refuses dependencies that are no services, are called in a circle, or are not handed over in the command.
pub(crate) fn check(
    document: &Document,
    services: &BTreeMap<&str, &Dependencies>,
    name: &str,
    run: &[String],
) -> Result<(), PolicyError> {
    let own = services.get(name).copied();
    for (dependency, real) in own.into_iter().flatten() {
        let at = format!("services[\"{name}\"].dependencies[\"{dependency}\"]");
        if !services.contains_key(real.as_str()) {
            return Err(document.error_at(&at, format!("there is no service `{real}`")));
        }
        if leads_to(services, real, name) {
            return Err(document.error_at(&at, "the service would depend on itself"));
        }
        if !run.iter().any(|word| word.contains(&mark(dependency))) {
            return Err(document.error_at(&at, format!("`run` has no `{}`", mark(dependency))));
        }
    }
    let unknown = run.iter().find_map(|word| {
        let (_, rest) = word.split_once(MARK.0)?;
        let (named, _) = rest.split_once(MARK.1)?;
        own.is_none_or(|own| !own.contains_key(named)).then_some(named)
    });
    match unknown {
        Some(named) => {
            let at = format!("services[\"{name}\"].run");
            Err(document.error_at(&at, format!("`dependencies` says nothing of `{named}`")))
        }
        None => Ok(()),
    }
}

/// Whether a service is another or depends on it, directly or through others.
fn leads_to(services: &BTreeMap<&str, &Dependencies>, from: &str, to: &str) -> bool {
    let (mut seen, mut next) = (BTreeSet::new(), vec![from]);
    while let Some(name) = next.pop() {
        if name == to {
            return true;
        }
        if seen.insert(name) {
            let below = services.get(name).into_iter().flat_map(|below| below.values());
            next.extend(below.map(String::as_str));
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use policy::{Schema, Section};

    use super::*;

    fn check(text: &str, expected: Result<(), &str>) {
        static SECTIONS: &[Section] = &[crate::SECTION];
        let schema = Schema { sections: SECTIONS };
        let found =
            Document::parse("gatefold.yaml", text, &schema).map(drop).map_err(|error| error.to_string());
        match expected {
            Ok(()) => assert_eq!(found, Ok(()), "{text}"),
            Err(part) => {
                assert!(found.as_ref().is_err_and(|error| error.contains(part)), "{text}: {found:?}")
            }
        }
    }

    #[test]
    fn what_a_service_depends_on_is_another_one_and_is_handed_over() {
        let two = |a: &str, b: &str| {
            let run = "['x', 'at={dependency:m}']";
            format!(
                "services: {{ a: {{ run: {run}, dependencies: {{ m: {a} }} }}, \
                 b: {{ run: {run}, dependencies: {{ m: {b} }} }}, c: {{ run: [x] }} }}"
            )
        };
        check(&two("b", "c"), Ok(()));
        check(&two("d", "c"), Err("no service `d`"));
        check(&two("b", "a"), Err("depend on itself"));
        check(&two("a", "c"), Err("depend on itself"));
        let unused = "services: { a: { run: [a] }, b: { run: [b], dependencies: { m: a } } }";
        check(unused, Err("`run` has no `{dependency:m}`"));
        check("services: { a: { run: [a, '{dependency:m}'] } }", Err("says nothing of `m`"));
    }
}
