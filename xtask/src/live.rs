//! The live tier: services built from head's tree and asked over loopback. It can add blocks, never lift one.

use service::{Circumstances, Protos, Services, Session, Workshop};

use crate::answer::{Answer, said, with_section};
use crate::scene::Scene;
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

/// Runs the scenarios of the contracts guard.
pub(crate) fn contracts(scene: &Scene) -> Answer {
    with_section(scene, "contracts", |policy: &contracts::Policy| {
        let mut workshop = match workshop(scene) {
            Ok(workshop) => workshop,
            Err(reason) => return Answer::CouldNotRun(reason),
        };
        let circumstances = Circumstances { clock: policy.clock.clone(), seed: policy.seed };
        let mut start = |name: &str, pool: &_| {
            let session = workshop
                .start(name, Clone::clone(pool), &circumstances)
                .map_err(|error| error.to_string())?;
            Ok(asked(session))
        };
        match contracts::check_live(&scene.change, policy, &mut start) {
            Ok(checked) if checked.counts.get("scenarios") == Some(&0) => {
                Answer::NotConfigured("there are no scenario files".to_owned())
            }
            result => said(result),
        }
    })
}

fn asked(mut session: Session) -> contracts::Ask {
    Box::new(move |method, request, deadline, metadata| {
        session.call_message(method, request, deadline, metadata).map_err(|error| error.to_string())
    })
}

/// What services are built, started and asked with.
pub(crate) struct Stage {
    workshop: Workshop,
    protos: Protos,
}

impl Stage {
    /// The services as the policy that judges describes them, and head's protos.
    pub(crate) fn of(scene: &Scene) -> Result<Stage, String> {
        let contracts: contracts::Policy =
            scene.effective.section("contracts").map_err(|error| error.to_string())?;
        let roots = service::roots(&scene.change.head, &contracts.protos);
        Ok(Stage { workshop: workshop(scene)?, protos: service::compile(&scene.change.head, &roots) })
    }

    /// Starts the service of a corpus and gives back who asks it.
    pub(crate) fn start(&mut self, corpus: &golden::Corpus) -> Result<golden::Ask, String> {
        golden::grpc::ask(&mut self.workshop, &self.protos, corpus)
    }
}

fn workshop(scene: &Scene) -> Result<Workshop, String> {
    let services: Services = scene.effective.section("services").map_err(|error| error.to_string())?;
    let environment = surroundings::all();
    let build = service::build_environment(environment.clone());
    Ok(Workshop::new(&scene.ask.root, services, build, service::run_environment(environment)))
}
