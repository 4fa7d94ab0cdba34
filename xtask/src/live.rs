//! The live tier: services built from head's tree and asked over loopback. It can add blocks, never lift one.

use service::{Protos, Services, Workshop};

use crate::guards::{Answer, said, with_section};
use crate::scene::Scene;
use crate::surroundings;

/// Replays the corpora of the golden guard.
pub(crate) fn golden(scene: &Scene) -> Answer {
    with_section(scene, "golden", |policy: &golden::Policy| {
        if policy.corpora.is_empty() {
            return Answer::NotConfigured("the policy names no corpora under `golden`".to_owned());
        }
        match Stage::of(scene) {
            Ok(mut stage) => {
                said(golden::check_live(&scene.change, policy, &mut |corpus| stage.start(corpus)))
            }
            Err(reason) => Answer::CouldNotRun(reason),
        }
    })
}

/// Runs the scenarios of the contracts guard.
pub(crate) fn contracts(_scene: &Scene) -> Answer {
    Answer::NotConfigured("scenarios".to_owned())
}

/// What services are built, started and asked with.
pub(crate) struct Stage {
    workshop: Workshop,
    protos: Protos,
}

impl Stage {
    /// The services as the policy that judges describes them, and head's protos.
    pub(crate) fn of(scene: &Scene) -> Result<Stage, String> {
        let services: Services = scene.effective.section("services").map_err(|error| error.to_string())?;
        let contracts: contracts::Policy =
            scene.effective.section("contracts").map_err(|error| error.to_string())?;
        let roots = service::roots(&scene.change.head, &contracts.protos);
        let environment = surroundings::all();
        let workshop = Workshop::new(
            &scene.ask.root,
            services,
            service::build_environment(environment.clone()),
            service::run_environment(environment),
        );
        Ok(Stage { workshop, protos: service::compile(&scene.change.head, &roots) })
    }

    /// Starts the service of a corpus and gives back who asks it.
    pub(crate) fn start(&mut self, corpus: &golden::Corpus) -> Result<golden::Ask, String> {
        golden::grpc::ask(&mut self.workshop, &self.protos, corpus)
    }
}
