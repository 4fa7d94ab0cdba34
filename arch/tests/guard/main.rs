//! The guard as its users meet it: rules by their examples, ways round them, honest changes, policies.

mod bad_input;
mod browser;
mod contradictions;
#[path = "../evasion/mod.rs"]
mod evasion;
mod evidence;
mod examples;
mod external;
mod gone;
mod honest_changes;
mod house;
mod item_policies;
mod items;
mod let_through;
mod notation;
mod picture;
mod pipelines;
mod policies;
mod presets;
mod proofs;
mod relations;
mod sets;
mod strangers;
mod ways_round;
