//! Entries of the lock file that are another package under the same name.

use findings::{Finding, Location, rule};

use crate::Scene;
use crate::evidence::{line_of, short};
use crate::rules::Check;
use crate::scene::base_path;
use crate::supply::lock::{Lock, swapped};
use crate::supply::sources::Explained;
use crate::supply::touched;

rule! {
    /// An entry of `Cargo.lock` that no resolution writes: another checksum in the same version, no checksum any more,
    /// another commit under the same tag or revision, or another source that no manifest names. Updates are silent, with
    /// or without a change of a manifest.
    ///
    /// ## Why it hurts
    /// The checksum is the only thing that holds a build to what was reviewed. Lock files are long and generated, and
    /// nobody reads them.
    ///
    /// ## Example
    /// ```base toml Cargo.lock
    /// [[package]]
    /// name = "serde"
    /// version = "1.0.200"
    /// source = "registry+https://github.com/rust-lang/crates.io-index"
    /// checksum = "ddc6f9cc94d67c0e21aaf7eda3a010fd3af78ebf6e096aa6e2e13c79749cce4f"
    /// ```
    /// ```head toml Cargo.lock bad
    /// [[package]]
    /// name = "serde" #~
    /// version = "1.0.200"
    /// source = "registry+https://github.com/rust-lang/crates.io-index"
    /// checksum = "0000000000000000000000000000000000000000000000000000000000000000"
    /// ```
    ///
    /// ## Instead
    /// Let `cargo update` write it.
    /// ```base toml Cargo.lock
    /// [[package]]
    /// name = "serde"
    /// version = "1.0.200"
    /// source = "registry+https://github.com/rust-lang/crates.io-index"
    /// checksum = "ddc6f9cc94d67c0e21aaf7eda3a010fd3af78ebf6e096aa6e2e13c79749cce4f"
    /// ```
    /// ```head toml Cargo.lock good
    /// [[package]]
    /// name = "serde"
    /// version = "1.0.201"
    /// source = "registry+https://github.com/rust-lang/crates.io-index"
    /// checksum = "780f1cebed1629e4753a1a38a3c72d30b97ec044f0aef68cb26650a3c5cf363c"
    /// ```
    pub static LOCK_ENTRY_SWAPPED = {
        id: "lock-entry-swapped",
        guard: "integrity",
        group: "supply",
        level: Error,
        summary: "finds entries of the lock file that are another package under the same name",
    };
}

pub(super) static CHECK: Check = Check { rule: &LOCK_ENTRY_SWAPPED, check };

const HELP: &str = "restore `Cargo.lock` from the base and let `cargo update --package NAME` write it; where a registry or a \
     repository really gave another package, ask for an approval with `cargo xtask approve ID --reason ..`";

fn check(scene: &Scene<'_>, findings: &mut Vec<Finding>) {
    for (file, before, after) in touched(scene, "Cargo.lock") {
        let (Some(before), Some(after)) = (before, after) else { continue };
        let (Some(base), Some(head)) = (Lock::read(&before), Lock::read(&after)) else { continue };
        let mut swaps = swapped(&base, &head);
        if swaps.iter().any(|swap| swap.moved_to.is_some()) {
            let explained = Explained::by(scene);
            let said = |source: &Option<String>, name: &str| explained.covers(name, source.as_deref());
            swaps.retain(|swap| !swap.moved_to.as_ref().is_some_and(|to| said(to, &swap.package.name)));
        }
        for swap in swaps {
            let name = &swap.package.name;
            let place = line_of(&after, &format!("name = \"{name}\""))
                .map_or(Location::file(&file.path), |line| Location::point(&file.path, line, 1));
            let message = format!("`{} {}` {}", short(name), short(&swap.package.version), swap.what);
            findings.push(
                Finding::new(&LOCK_ENTRY_SWAPPED, place, message)
                    .help(HELP)
                    .note_at_base(
                        Location::file(base_path(file)),
                        format!("- {}\n+ {}", swap.before, swap.after),
                    )
                    .fact(name)
                    .fact(&swap.after)
                    .judged(swap.before, swap.after),
            );
        }
    }
}
