//! The faults: what an agent does in good faith or under pressure, and which guard has to say no.

use golden::{Item, Recording};

use super::plot::{Plot, Unplantable};

/// Something that must not get through.
pub(crate) struct Fault {
    /// What it is, in words.
    pub(crate) name: &'static str,
    /// The branch that holds it.
    pub(crate) branch: &'static str,
    /// The guard that has to catch it.
    pub(crate) guard: &'static str,
    /// The rule by which.
    pub(crate) rule: &'static str,
    /// Plants it.
    pub(crate) plant: fn(&mut Plot<'_>) -> Result<(), Unplantable>,
}

/// Faults that can be read.
pub(crate) static STATIC: &[Fault] = &[
    Fault {
        name: "blocking call",
        branch: "blocking-call",
        guard: "lints",
        rule: "blocking-in-async",
        plant: blocking_call,
    },
    Fault {
        name: "broken layer",
        branch: "broken-layer",
        guard: "arch",
        rule: "layer-broken",
        plant: broken_layer,
    },
    Fault {
        name: "renumbered field",
        branch: "renumbered-field",
        guard: "contracts",
        rule: "field-renumbered",
        plant: renumbered_field,
    },
    Fault {
        name: "changed tie-break",
        branch: "changed-tie-break",
        guard: "golden",
        rule: "ranking-changed",
        plant: recorded_tie_break,
    },
    Fault {
        name: "weakened test",
        branch: "weakened-test",
        guard: "integrity",
        rule: "assertion-weakened",
        plant: weakened_test,
    },
];

/// Faults that only the running service shows.
pub(crate) static LIVE: &[Fault] = &[Fault {
    name: "changed tie-break, not recorded",
    branch: "live-tie-break",
    guard: "golden",
    rule: "ranking-drifted",
    plant: tie_break,
}];

/// The recorded rankings of the service that the faults are planted in.
pub(crate) const RANKINGS: &str = "services/now-playing/golden/rankings.jsonl";

/// Waits for a moment where the thread answers other requests.
fn blocking_call(plot: &mut Plot<'_>) -> Result<(), Unplantable> {
    let anchor = "let query = decode(";
    let wait = format!("std::thread::sleep(std::time::Duration::from_millis(2));\n            {anchor}");
    plot.replace("services/now-playing/src/service.rs", anchor, &wait)
}

/// A crate reaches up for a word that a layer above it owns.
fn broken_layer(plot: &mut Plot<'_>) -> Result<(), Unplantable> {
    let (lib, manifest) = ("crates/telemetry/src/lib.rs", "crates/telemetry/Cargo.toml");
    plot.replace(lib, "pub use metrics::", "pub use stages::EXPOSURE;\npub use metrics::")?;
    plot.replace(manifest, "[dependencies]\n", "[dependencies]\nstages.workspace = true\n")
}

/// A field gets a number that looks tidier.
fn renumbered_field(plot: &mut Plot<'_>) -> Result<(), Unplantable> {
    plot.replace("protos/ranking/v1/now_playing.proto", "uint32 limit = 5;", "uint32 limit = 15;")
}

/// Equal scores stand the other way round.
fn tie_break(plot: &mut Plot<'_>) -> Result<(), Unplantable> {
    let (before, after) = ("self.candidate.cmp(&other.candidate)", "other.candidate.cmp(&self.candidate)");
    plot.replace("crates/pipeline/src/scored.rs", before, after)
}

/// The same, and the rankings recorded anew, which turns the live tier green.
fn recorded_tie_break(plot: &mut Plot<'_>) -> Result<(), Unplantable> {
    tie_break(plot)?;
    let text = plot.text(RANKINGS)?;
    let mut recording = Recording::parse(&text)
        .map_err(|refusal| Unplantable(format!("`{RANKINGS}`, line {}: {}", refusal.line, refusal.reason)))?;
    let tied = recording.entries.iter_mut().map(|entry| turn_ties(&mut entry.ranking.items));
    if tied.filter(|turned| *turned).count() == 0 {
        return Err(Unplantable(format!("`{RANKINGS}` has no ranking with tied items")));
    }
    plot.write(RANKINGS, recording.to_text())
}

/// Turns every run of items of the same score round, and says whether there was one.
fn turn_ties(items: &mut [Item]) -> bool {
    let runs = items.chunk_by_mut(|one, next| one.score == next.score);
    runs.filter(|run| run.len() > 1).map(<[Item]>::reverse).count() > 0
}

/// A test that no longer says what it is called.
fn weakened_test(plot: &mut Plot<'_>) -> Result<(), Unplantable> {
    let (before, after) = ("assert_eq!(sizes(3, 10), (3, 7));", "assert!(sizes(3, 10).0 <= 10);");
    plot.replace("crates/stages/src/top_k.rs", before, after)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_items_of_the_same_score_change_places() {
        let items = |list: &[(&str, f64)]| -> Vec<Item> {
            list.iter().map(|(id, score)| Item::new(*id, *score)).collect()
        };
        let mut tied = items(&[("a", 0.9), ("b", 0.5), ("c", 0.5), ("d", 0.5), ("e", 0.1)]);
        assert!(turn_ties(&mut tied));
        assert_eq!(tied, items(&[("a", 0.9), ("d", 0.5), ("c", 0.5), ("b", 0.5), ("e", 0.1)]));
        assert!(!turn_ties(&mut items(&[("a", 0.9), ("b", 0.5)])));
    }
}
