//! The live tier: services built from head's tree and asked over loopback. It can add blocks, never lift one.

use findings::Checked;
use service::{Circumstances, Protos, Session, Workshop};

use crate::answer::{Answer, said, with_section};
use crate::cost;
use crate::scene::Scene;
use crate::starting::Starter;
use crate::store;
use crate::surroundings;

/// Replays the corpora of the golden guard.
pub(crate) fn golden(scene: &Scene) -> Answer {
    with_section(scene, "golden", |policy: &golden::Policy| {
        if policy.corpora.is_empty() {
            return Answer::NotConfigured("the policy names no corpora under `golden`".to_owned());
        }
        match Stage::of(scene) {
            Ok(mut stage) => {
                let store = store::of(&scene.ask.root, policy, None, &surroundings::process_env);
                let mut start = |corpus: &golden::Corpus| stage.start(corpus);
                said(golden::check_live_with(&scene.change, policy, &store, &mut start))
            }
            Err(reason) => Answer::CouldNotRun(reason),
        }
    })
}

/// Runs the scenarios of the contracts guard, and compares what answers cost with what they cost at the base.
pub(crate) fn contracts(scene: &Scene) -> Answer {
    with_section(scene, "contracts", |policy: &contracts::Policy| {
        let mut start = match start_for(scene, policy) {
            Ok(start) => start,
            Err(reason) => return Answer::CouldNotRun(reason),
        };
        let mut checked = contracts::check_live_with(&scene.change, policy, &scene.outside(), &mut start);
        drop(start);
        if let Ok(checked) = &mut checked {
            match cost::check(scene, policy) {
                Ok(cost) => {
                    checked.findings.extend(cost.findings);
                    checked.counts.extend(cost.counts);
                }
                Err(reason) => return Answer::CouldNotRun(reason),
            }
        }
        match checked {
            Ok(checked) if asked_nothing(&checked) => match checked.counts.get(cost::CORPORA).copied() {
                None => Answer::NotConfigured("there are no scenario files".to_owned()),
                // What the static tier looked at stands beside it.
                Some(_) if scene.ask.tier.is_static() => Answer::Checked(checked),
                Some(count) => Answer::NotConfigured(format!(
                    "there are no scenario files, and no requests were compared of {count} corpora that \
                     `contracts.cost.corpora` matches"
                )),
            },
            result => said(result),
        }
    })
}

/// Whether nothing was asked of a service.
fn asked_nothing(checked: &Checked) -> bool {
    let of_asking = |(what, count): (&&str, &u64)| *what == cost::CORPORA || *count == 0;
    checked.findings.is_empty() && checked.counts.iter().all(of_asking)
}

/// Looks for requests that break a law of head's scenario files.
pub(crate) fn search(
    scene: &Scene,
    policy: &contracts::Policy,
    search: contracts::Search,
) -> Result<contracts::Searched, String> {
    let mut start = start_for(scene, policy)?;
    contracts::search(&scene.change, policy, search, &scene.outside(), &mut start)
        .map_err(|error| error.to_string())
}

/// Builds and starts services at the time and under the seed of the section `contracts`.
pub(crate) fn start_for(
    scene: &Scene,
    policy: &contracts::Policy,
) -> Result<impl FnMut(&contracts::Wanted<'_>) -> Result<Session, String> + use<>, String> {
    let mut starter = Starter::of(scene)?;
    let circumstances = Circumstances { clock: policy.clock.clone(), seed: policy.seed };
    Ok(move |wanted: &contracts::Wanted<'_>| {
        let start =
            |workshop: &mut Workshop| workshop.start(wanted.target, wanted.pool.clone(), &circumstances);
        start(starter.workshop(wanted.target, start)?).map_err(|error| error.to_string())
    })
}

/// What services are built, started and asked with.
pub(crate) struct Stage {
    starter: Starter,
    protos: Protos,
}

impl Stage {
    /// The services as the policy that judges describes them, and head's protos.
    pub(crate) fn of(scene: &Scene) -> Result<Stage, String> {
        let contracts: contracts::Policy =
            scene.effective.section("contracts").map_err(|error| error.to_string())?;
        let protos = contracts::compile_protos(&scene.change.head, &contracts, &scene.outside());
        Ok(Stage { starter: Starter::of(scene)?, protos })
    }

    /// Starts the service of a corpus and gives back who asks it.
    pub(crate) fn start(&mut self, corpus: &golden::Corpus) -> Result<golden::Ask, String> {
        let circumstances = Circumstances { clock: corpus.clock.clone(), seed: corpus.seed };
        let start = |workshop: &mut Workshop| {
            workshop.start(&corpus.service, self.protos.pool.clone(), &circumstances)
        };
        let workshop = self.starter.workshop(&corpus.service, start)?;
        golden::grpc::ask(workshop, &self.protos, corpus)
    }
}
