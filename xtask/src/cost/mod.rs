//! What a change costs: the services of base and head, started side by side and asked the corpora that the policy names.

mod workload;

use std::collections::BTreeMap;
use std::io::IsTerminal as _;
use std::path::Path;
use std::time::Duration;

use contracts::compile_protos;
use contracts::cost::{Side, VARIABLE, compare, not_compared, touches};
use findings::Checked;
use service::{Circumstances, Protos, Services, Workshop};
use source::Tree;

use crate::base::{Checkout, Folder};
use crate::console;
use crate::scene::Scene;
use crate::starting::places;
use crate::surroundings;

/// The count of the corpora that the policy matches, whether or not the change touches what they ask.
pub(crate) const CORPORA: &str = "corpora matched by cost";
/// The count of the requests that were compared.
const COMPARED: &str = "requests compared by cost";

/// Compares what answers cost, for every corpus that `contracts.cost` names and whose service the change touches.
/// A service that is new has no base; one that runs elsewhere is not built here.
///
/// # Errors
/// Where head's service cannot be built, started or asked, or a policy cannot be read.
pub(crate) fn check(scene: &Scene, policy: &contracts::Policy) -> Result<Checked, String> {
    let mut checked = Checked::default();
    if policy.cost.corpora.is_empty() {
        return Ok(checked);
    }
    let golden: golden::Policy = section(&scene.effective, "golden")?;
    let mut matched = golden.corpora;
    matched.retain(|corpus| policy.cost.asks(&corpus.name));
    checked.counts.extend([(CORPORA, matched.len() as u64), (COMPARED, 0)]);
    let Some(base) = scene.change.base.as_ref() else { return Ok(checked) };
    let corpora = touched(scene, matched)?;
    if corpora.is_empty() {
        return Ok(checked);
    }
    let before: contracts::Policy = section(&scene.base_policy, "contracts")?;
    let mut base = Base::of(scene, base, &before)?;
    let (judging, own) = (section(&scene.effective, "services")?, section(&scene.head_policy, "services")?);
    let places = places(&judging, &own, &scene.base_policy, &scene.head_policy);
    let mut head = workshop(&scene.ask.root, judging).placed(places);
    let protos = compile_protos(&scene.change.head, policy, &scene.outside());
    for corpus in &corpora {
        let workload = workload::of(&scene.change, corpus, policy.cost.requests);
        if workload.requests.is_empty() {
            continue;
        }
        if base.lacks(corpus) {
            continue;
        }
        // Head first: what it builds of other crates is the base's, too.
        let is = side(&mut head, &protos, corpus)?;
        let was = match base.side(corpus) {
            Ok(was) => was,
            Err(reason) => {
                checked.findings.push(not_compared(&workload, &reason));
                continue;
            }
        };
        let found = compare(&workload, &policy.cost, was, is).map_err(|error| error.to_string())?;
        checked.findings.extend(found.findings);
        for (what, count) in found.counts {
            *checked.counts.entry(what).or_default() += count;
        }
    }
    Ok(checked)
}

/// Of the corpora, those to ask: of services that both sides build and the change touches.
fn touched(scene: &Scene, matched: Vec<golden::Corpus>) -> Result<Vec<golden::Corpus>, String> {
    let before: Services = section(&scene.base_policy, "services")?;
    let now: Services = section(&scene.effective, "services")?;
    let mut known: BTreeMap<String, bool> = BTreeMap::new();
    let is_touched = |name: &str| {
        let (Some(was), Some(is)) = (before.0.get(name), now.0.get(name)) else { return false };
        let built_here = was.address.is_none() && is.address.is_none();
        let started_anew = format!("{was:?}") != format!("{is:?}");
        built_here && (started_anew || touches(&scene.change, name, &is.build))
    };
    Ok(matched
        .into_iter()
        .filter(|corpus| *known.entry(corpus.service.clone()).or_insert_with(|| is_touched(&corpus.service)))
        .collect())
}

/// The services as they are built from the base.
struct Base<'a> {
    services: Services,
    protos: Protos,
    tree: &'a Tree,
    /// Head's, and where it is built.
    head: &'a Tree,
    root: &'a Path,
    /// Where it is built, once it has to be.
    checkout: Option<Result<Checkout, String>>,
    folder: Folder,
    /// Services that could not be built or started.
    missing: BTreeMap<String, String>,
}

impl<'a> Base<'a> {
    fn of(scene: &'a Scene, tree: &'a Tree, policy: &contracts::Policy) -> Result<Base<'a>, String> {
        Ok(Base {
            services: section(&scene.base_policy, "services")?,
            protos: compile_protos(tree, policy, &scene.outside()),
            tree,
            head: &scene.change.head,
            root: &scene.ask.root,
            checkout: None,
            folder: Folder::of(scene)?,
            missing: BTreeMap::new(),
        })
    }

    /// Whether the base does not have the method: then there is nothing to compare.
    fn lacks(&self, corpus: &golden::Corpus) -> bool {
        service::method(&self.protos.pool, &corpus.rpc).is_err()
    }

    /// Builds the service of a corpus unless that was done, and starts it; or says why it cannot be asked.
    fn side(&mut self, corpus: &golden::Corpus) -> Result<Side, String> {
        if let Some(reason) = self.missing.get(&corpus.service) {
            return Err(reason.clone());
        }
        self.start(corpus).map_err(|reason| {
            let reason = format!("the base does not serve: {reason}");
            self.missing.insert(corpus.service.clone(), reason.clone());
            reason
        })
    }

    fn start(&mut self, corpus: &golden::Corpus) -> Result<Side, String> {
        let name = corpus.service.as_str();
        let checkout =
            self.checkout.get_or_insert_with(|| self.folder.checkout(self.root, self.tree, self.head));
        let checkout = checkout.as_mut().map_err(|reason| reason.clone())?;
        let mut services = self.services.clone();
        let Some(service) = services.0.get_mut(name) else {
            return Err(format!("it has no service `{name}`"));
        };
        let built = service.clone();
        if checkout.has_built(name, service) {
            service.build.clear();
        } else if std::io::stderr().is_terminal() {
            console::say(format_args!("{name}: building the base, to compare what answers cost .."));
        }
        let side = side(&mut workshop(&checkout.root(), services), &self.protos, corpus)?;
        checkout.note_built(name, &built)?;
        Ok(side)
    }
}

/// The services of a root, each asked to say what its answers cost.
fn workshop(root: &Path, services: Services) -> Workshop {
    let environment = surroundings::all();
    let build = service::build_environment(environment.clone());
    let mut run = service::run_environment(environment);
    run.push((VARIABLE.to_owned(), "1".to_owned()));
    Workshop::new(root, services, build, run)
}

fn side(workshop: &mut Workshop, protos: &Protos, corpus: &golden::Corpus) -> Result<Side, String> {
    let method = service::method(&protos.pool, &corpus.rpc).map_err(|error| error.to_string())?;
    let circumstances = Circumstances { clock: corpus.clock.clone(), seed: corpus.seed };
    let session = workshop.start(&corpus.service, protos.pool.clone(), &circumstances);
    let session = session.map_err(|error| error.to_string())?;
    Ok(Side { session, method, deadline: Duration::from_millis(corpus.deadline_ms) })
}

fn section<S: serde::de::DeserializeOwned + Default>(
    document: &policy::Document,
    name: &str,
) -> Result<S, String> {
    document.section(name).map_err(|error| error.to_string())
}
