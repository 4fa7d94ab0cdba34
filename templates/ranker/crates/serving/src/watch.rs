//! What is measured of each stage of a ranking.
use pipeline::Watched;
use telemetry::{Branch, StageTimer};

use crate::host::Host;

/// Measures one stage: how long it takes, and that it does not wait for what stages beside it ask.
pub struct StageWatch {
    _timer: StageTimer,
    branch: Branch,
}

impl Watched for StageWatch {
    fn enter(&mut self) {
        self.branch.enter();
    }

    fn leave(&mut self) {
        self.branch.leave();
    }
}

impl Host {
    /// Measures stages: called before a stage begins, and what it gives is dropped as the stage ends.
    pub fn stage_watch(&self) -> impl Fn(&'static str) -> StageWatch + Send + Sync + use<> {
        let timer = self.metrics.stage_timer();
        move |stage| StageWatch { _timer: timer(stage), branch: Branch::begin() }
    }
}
