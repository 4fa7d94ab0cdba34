//! The last day: what was open is merged.

use crate::change::{after, rename, revert_merge};
use crate::keys::{self, OWNER};
use crate::request::{Request, cheat, honest, revert};

pub(crate) const REQUESTS: &[Request] = &[
    honest("Where the weeks went", |it| {
        it.write(
            "docs/decisions/0002-two-weeks.md",
            "# Two weeks\n\nEverything that was merged stands in the history.\n",
        );
    }),
    cheat("The gate is red again", "ci-step-weakened", |it| {
        std::fs::remove_file(it.root().join(".github/workflows/gatefold.yml")).expect("the workflow");
    }),
    honest("A runner that does not change under us", |it| {
        rename(it, ".github/workflows/tests.yml", "ubuntu-latest", "ubuntu-24.04");
    }),
    honest("CI runs what people run", |it| {
        it.write(".ci/run", "#!/bin/sh\nset -e\ncargo test --locked --workspace --no-fail-fast\n");
        it.replace(
            ".github/workflows/tests.yml",
            "run: cd \"$GATED\" && cargo test --locked --workspace --no-fail-fast",
            "run: cd \"$GATED\" && .ci/run",
        );
    }),
    cheat("CI runs what is quick", "ci-step-weakened", |it| {
        it.replace(".ci/run", "--no-fail-fast", "--no-fail-fast -- --skip every_golden_request");
    }),
    honest("Line ends are the same everywhere", |it| {
        it.write(".gitattributes", "* text=auto\n*.onnx binary\n")
    }),
    cheat("Quality has a life of its own", "test-disabled", |it| {
        after(
            it,
            "Cargo.toml",
            "members = [\"crates/*\", \"services/*\", \"tools/*\"]\n",
            "exclude = [\"crates/quality\"]\n",
        );
    }),
    cheat("Viewers are dealt anew", "expectation-changed", |it| {
        let file = "crates/experiments/testdata/assignments.jsonl";
        let text = it.read(file);
        it.write(file, text.lines().take(240).map(|line| format!("{line}\n")).collect::<String>());
    }),
    revert("Search is up again", |it| revert_merge(it, "Search is down, its scenarios can wait")),
    cheat("It was an emergency in January", "ranking-changed", |it| {
        it.swap_best(11);
        it.commit("Another order");
        let today = keys::today(it);
        keys::approve(it, &["ranking-changed"], OWNER, &["--emergency", "--until", &today]);
        keys::months_pass(it, &keys::emergencies(it), OWNER);
    }),
    honest("A service says what it is called", |it| {
        rename(it, "services/now-playing/README.md", "# ", "# ");
        it.append("services/now-playing/README.md", "\nIt is called now-playing everywhere.\n");
    }),
    honest("Nothing to do", |it| it.append("README.md", "\nThe weekend begins.\n")),
];
