//! What is advised about a circle that a change closes: to take out what the change added.

use crate::workspace::Workspace;

const POLICY: &str = "arch:\n  acyclic:\n    modules: { members: [small], because: a module is read after those that it uses, \
                      fails_on: \"crate small\\nsmall/src/a.rs | use crate::b::B;\\nsmall/src/a.rs | pub struct A;\\n\
                      small/src/b.rs | pub struct B(crate::a::A);\\n\" }\n";

/// Modules of which `select` uses `score` once, on the branch `main`.
fn one_way() -> Workspace {
    let it = Workspace::small();
    it.git(&["switch", "--quiet", "main"]);
    it.write("gatefold.yaml", POLICY);
    it.append("src/lib.rs", "\npub mod score;\npub mod select;\n");
    it.write("src/score.rs", "//! Scores.\n\n/// A score.\npub struct Score;\n");
    it.write(
        "src/select.rs",
        "//! Selects.\n\n/// A slate.\npub struct Slate(pub Vec<crate::score::Score>);\n",
    );
    it.commit("one way");
    it.git(&["switch", "--quiet", "--force-create", "work"]);
    it
}

#[track_caller]
fn check(it: &Workspace, arguments: &[&str], advises: &str) {
    let said = it.run(&[&["gate", "--only", "arch"], arguments].concat()).stdout;
    assert!(said.contains(&format!("help: {advises}")), "{advises}: {said}");
}

#[test]
fn what_the_change_added_is_to_be_taken_out_however_often_it_is_used() {
    let it = one_way();
    let uses = "\n/// One.\npub fn one(_: &crate::select::Slate) {}\n\n/// Two.\npub fn two(_: &crate::select::Slate) {}\n";
    it.append("src/score.rs", uses);
    check(&it, &[], "take out `small::score` -> `small::select`, which this change adds");
    // Where nothing is known of before, the fewest uses are told.
    check(&it, &["--base", "none"], "take out `small::select` -> `small::score`");
    it.write("src/score.rs", "//! Scores.\n\n/// A score.\npub struct Score;\n");
    // Of two new edges, one is enough.
    it.append("src/score.rs", "\n/// Three.\npub fn three() {\n    crate::rank::rank();\n}\n");
    it.write(
        "src/rank.rs",
        "//! Ranks.\n\n/// Ranks.\npub fn rank() {\n    let _ = (crate::select::Slate(Vec::new()), crate::select::Slate(Vec::new()));\n}\n",
    );
    it.append("src/lib.rs", "pub mod rank;\n");
    check(&it, &[], "take out `small::score` -> `small::rank`");
}
