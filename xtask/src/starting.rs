//! Starting the services of the live tier: by the policy that judges, and by head's own commands where those await an
//! approval, so that one that does not start is told as what it is.

use std::collections::{BTreeMap, BTreeSet};

use policy::{Document, POLICY_FILE};
use service::{Error, Services, Session, Workshop};

use crate::scene::Scene;
use crate::surroundings;

/// What is said behind the error of a command that nobody approved.
const AWAITS: &str = "it awaits the approval of `policy-loosened`, and has to start the service all the same";

/// Builds and starts the services of head's tree.
pub(crate) struct Starter {
    /// By the policy that judges.
    judging: Workshop,
    /// By head's own.
    heads: Workshop,
    /// Services that head starts otherwise than the policy that judges, until head's command was tried.
    awaiting: BTreeSet<String>,
}

impl Starter {
    /// For the services of a scene.
    ///
    /// # Errors
    /// A section `services` cannot be read.
    pub(crate) fn of(scene: &Scene) -> Result<Starter, String> {
        let environment = surroundings::all();
        let build = service::build_environment(environment.clone());
        let run = service::run_environment(environment);
        let workshop = |services: &Services| {
            Workshop::new(&scene.ask.root, services.clone(), build.clone(), run.clone())
        };
        let (judging, heads) = (services(&scene.effective)?, services(&scene.head_policy)?);
        let places = places(&judging, &heads, &scene.base_policy, &scene.head_policy);
        let of_head = heads.0.keys().flat_map(|name| at(&scene.head_policy, name, POLICY_FILE));
        Ok(Starter {
            judging: workshop(&judging).placed(places),
            heads: workshop(&heads).placed(of_head.collect()),
            awaiting: awaiting(&judging, &heads),
        })
    }

    /// Whoever starts services, once the named one could also be started by head's own commands.
    ///
    /// # Errors
    /// It could not.
    pub(crate) fn workshop(
        &mut self,
        name: &str,
        start: impl FnOnce(&mut Workshop) -> Result<Session, Error>,
    ) -> Result<&mut Workshop, String> {
        if self.awaiting.contains(name) {
            start(&mut self.heads).map_err(|error| format!("{error}; {AWAITS}"))?;
            self.awaiting.remove(name);
        }
        Ok(&mut self.judging)
    }
}

fn services(document: &Document) -> Result<Services, String> {
    document.section("services").map_err(|error| error.to_string())
}

/// Where the commands that judge stand: in head's policy, or in the base's where head has none or another that is not
/// approved.
pub(crate) fn places(
    judging: &Services,
    heads: &Services,
    base: &Document,
    head: &Document,
) -> BTreeMap<String, String> {
    let of_base = format!("the base's {POLICY_FILE}");
    let named = judging.0.keys().flat_map(|name| match differs(judging, heads, name) {
        true => at(base, name, &of_base),
        false => at(head, name, POLICY_FILE),
    });
    named.collect()
}

/// Where the commands of a service stand.
fn at(document: &Document, name: &str, file: &str) -> Vec<(String, String)> {
    let placed = ["build", "run"].into_iter().filter_map(|key| {
        let (line, column) = document.locate(&format!("services[\"{name}\"].{key}"))?;
        Some((format!("services.{name}.{key}"), format!("{file}:{line}:{column}")))
    });
    placed.collect()
}

/// Services that head starts otherwise, itself or what it depends on. What runs at an address that nobody approved is not
/// called.
fn awaiting(judging: &Services, heads: &Services) -> BTreeSet<String> {
    let is_here = |name: &&str| heads.0.get(*name).is_some_and(|service| service.address.is_none());
    let awaits = |name: &&String| {
        let all = with_dependencies(heads, name);
        all.iter().any(|one| differs(judging, heads, one)) && all.iter().all(is_here)
    };
    let names = heads.0.keys().filter(|name| judging.0.contains_key(*name));
    names.filter(awaits).cloned().collect()
}

/// A service and all that it depends on.
fn with_dependencies<'a>(services: &'a Services, name: &'a str) -> BTreeSet<&'a str> {
    let (mut found, mut next) = (BTreeSet::new(), vec![name]);
    while let Some(name) = next.pop() {
        if found.insert(name) {
            let below = services.0.get(name).map(|service| service.dependencies.values());
            next.extend(below.into_iter().flatten().map(String::as_str));
        }
    }
    found
}

fn differs(judging: &Services, heads: &Services, name: &str) -> bool {
    let (is, own) = (judging.0.get(name), heads.0.get(name));
    format!("{is:?}") != format!("{own:?}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(text: &str) -> Document {
        Document::parse(POLICY_FILE, text, &crate::house::SCHEMA).expect("a policy")
    }

    /// What awaits an approval when none was given, and where the commands stand that judge.
    fn check(base: &str, head: &str, waits: &[&str], expected: &[(&str, &str)]) {
        let (base, head) = (document(base), document(head));
        let effective =
            policy::effective(&base, &head, &crate::house::SCHEMA, &crate::house::rules(), &|_| false);
        let (judging, heads) = (services(&effective).expect("services"), services(&head).expect("services"));
        let found = places(&judging, &heads, &base, &head);
        let found: Vec<_> = found.iter().map(|(key, place)| (key.as_str(), place.as_str())).collect();
        assert_eq!(found, expected);
        let found = awaiting(&judging, &heads);
        assert_eq!(found.iter().map(String::as_str).collect::<Vec<_>>(), waits);
    }

    const BASE: &str = "services:\n  a: { run: [bin/a] }\n  b: { run: [bin/b, \"{dependency:a}\"], dependencies: { a: a } }\n";

    #[test]
    fn a_command_that_nobody_approved_is_tried_and_the_bases_judges() {
        let b = ("services.b.run", "gatefold.yaml:3:8");
        check(BASE, BASE, &[], &[("services.a.run", "gatefold.yaml:2:8"), b]);
        let of_base = ("services.a.run", "the base's gatefold.yaml:2:8");
        check(BASE, &BASE.replace("bin/a]", "bin/aa]"), &["a", "b"], &[of_base, b]);
        let elsewhere = BASE.replace("run: [bin/a]", "address: \"192.0.2.1:80\", remote: true");
        check(BASE, &elsewhere, &[], &[of_base, b]);
        let more = format!("{BASE}  c: {{ build: [make], run: [bin/c] }}\n");
        let c = [("services.c.build", "gatefold.yaml:4:8"), ("services.c.run", "gatefold.yaml:4:23")];
        check(BASE, &more, &[], &[("services.a.run", "gatefold.yaml:2:8"), b, c[0], c[1]]);
        check(
            &more,
            BASE,
            &[],
            &[
                ("services.a.run", "gatefold.yaml:2:8"),
                b,
                ("services.c.build", "the base's gatefold.yaml:4:8"),
                ("services.c.run", "the base's gatefold.yaml:4:23"),
            ],
        );
    }
}
