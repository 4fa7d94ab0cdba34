//! Features of a belief about the long-term reward of a track, as `reward-update` writes them.
use features::{Entity, Feature, Schema};

/// The mean of the belief.
pub const MEAN: Feature<f64> = Feature::new("mean").within(-1e6, 1e6);
/// The variance of the belief.
pub const VARIANCE: Feature<f64> = Feature::new("variance").within(1e-12, 1e6);
/// How many outcomes it rests on.
pub const OUTCOMES: Feature<f64> = Feature::new("outcomes").within(0.0, 1e15);

/// The schema of beliefs. It stands apart from [`schemas`](crate::schemas): only services that blend read them.
pub fn schema() -> Schema {
    Schema { entity: Entity::Belief, features: vec![MEAN.declare(), VARIANCE.declare(), OUTCOMES.declare()] }
}
