//! What the rules about flags, telemetry and what is left for later find.

use super::Group;

pub(super) static GROUP: Group = Group {
    planted: &[
        "expired-flag",
        "flag-default-conflict",
        "pii-in-telemetry",
        "placeholder-comment",
        "stage-missing-convention",
        "unbounded-message-size",
        "unregistered-flag-key",
    ],
    files: &[("flags.yaml", FLAGS), ("src/switches.rs", SWITCHES), ("src/watched.rs", WATCHED)],
};

const FLAGS: &str = "[{ key: spacing, expires: 2020-01-01 }, { key: width }]\n";

const SWITCHES: &str = r#"
fn spacing() -> bool {
    // This is a placeholder.
    flag("spacing", false)
}

fn width() -> i64 {
    flag("width", 2) + flag("widht", 3) + flag("width", 4)
}
"#;

const WATCHED: &str = r#"
impl Stage for Source { #[instrument(skip_all)] fn run(&self) {} }
impl Stage for Filter { #[instrument(skip_all)] fn run(&self) {} }
impl Stage for Hydrator { #[instrument(skip_all)] fn run(&self) {} }
impl Stage for Scorer { #[instrument(skip_all)] fn run(&self) {} }
impl Stage for Mixer {
    fn run(&self) {
        tracing::info!("asked by {}", self.viewer.email);
        FeatureClient::new(self.channel.clone()).max_decoding_message_size(usize::MAX);
    }
}
"#;
