//! An upgrade, a feature, and the ranking that nobody wanted after all.

use golden::Recording;

use crate::change::{after, rename, rerecord};
use crate::keys;
use crate::request::{Request, cheat, honest, lives_on, refused};

const PAGES: &str = "services/home/golden/page-rankings.jsonl";
const TRACK: &str = "crates/catalogue/src/track.rs";

pub(crate) const REQUESTS: &[Request] = &[
    honest("The next Gatefold", |it| {
        it.replace("gatefold.yaml", "gatefold: \">=0.1\"", "gatefold: \">=0.1.0\"");
        it.replace(
            ".github/workflows/gatefold.yml",
            "0123456789abcdef0123456789abcdef01234567",
            "89abcdef0123456789abcdef0123456789abcdef",
        );
    }),
    lives_on("Home knows what is new", &["ranking-changed"], |it| {
        rerecord(it, PAGES, |recording| swap(recording, 0));
    }),
    honest("The compiler of this month", |it| {
        it.replace("rust-toolchain.toml", "1.95", "1.96");
    }),
    refused("The compiler of tonight", "toolchain-swapped", |it| {
        it.replace("rust-toolchain.toml", "1.96", "nightly-2026-11-20");
    }),
    cheat("Rules by hand", "budget-loosened", |it| {
        rename(it, "services/search/operations/slo.rules.yaml", "> 14.4 *", "> 144 *");
    }),
    honest("How loud a track is", |it| {
        after(
            it,
            TRACK,
            "pub const SKIPS: Feature<f64> = Feature::new(\"skips\").within(0.0, 1.0);\n",
            "/// How loud the track is, in decibels below full scale.\npub const LOUDNESS: Feature<f64> = Feature::new(\"loudness\").within(-100.0, 0.0);\n",
        );
        after(
            it,
            "crates/catalogue/src/schemas.rs",
            "                track::SKIPS.declare(),\n",
            "                track::LOUDNESS.declare(),\n",
        );
    }),
    cheat("It was approved before", "ranking-changed", |it| {
        rerecord(it, PAGES, |recording| swap(recording, 1));
        it.commit("Another order");
        keys::approve(it, &["ranking-changed"], keys::OWNER, &[]);
        // Signed was one order; this is another.
        rerecord(it, PAGES, |recording| swap(recording, 2));
    }),
    honest("A candidate that was seen is never kept", |it| {
        after(it, "crates/stages/src/seen_filter.rs", "[(\"a\", false), (\"b\", true)", ", (\"\", true)");
    }),
    cheat("Tests of the stages take too long", "test-disabled", |it| {
        after(it, "crates/stages/Cargo.toml", "[lints]\nworkspace = true\n", "\n[lib]\ntest = false\n");
    }),
    honest("Say who was late", |it| {
        rename(
            it,
            "crates/serving/src/refusal.rs",
            "too many requests are being answered",
            "too many requests are in flight",
        );
    }),
    honest("Room for all candidates at once", |it| {
        it.replace(
            "crates/stages/src/unique_merge.rs",
            "let mut first = BTreeMap::new();",
            "let mut first: BTreeMap<&str, usize> = BTreeMap::new();",
        );
    }),
];

/// Puts the two best of a ranking in each other's place.
fn swap(recording: &mut Recording, entry: usize) {
    let items = &mut recording.entries[entry].ranking.items;
    let (best, second) = (items[0].id.clone(), items[1].id.clone());
    (items[0].id, items[1].id) = (second, best);
}
