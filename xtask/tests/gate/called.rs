//! How Gatefold is called in what is advised: so that what is copied judges the root that was judged.

use std::path::Path;

use crate::workspace::{Workspace, run};

/// Two gated folders, and on the branch `work` something that blocks in one of them.
fn two() -> Workspace {
    let it = Workspace::empty("repository");
    for name in ["home", "search"] {
        let manifest = format!("[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n");
        it.write(&format!("{name}/Cargo.toml"), manifest);
        it.write(&format!("{name}/src/lib.rs"), "//! Small.\n");
        it.write(&format!("{name}/gatefold.yaml"), "mode: enforce\napprovals: owners\n");
    }
    it.write(".github/CODEOWNERS", "* @all\n/home/approvals/ @us\n/search/approvals/ @us\n");
    it.make_repository();
    it.commit("base");
    it.git(&["switch", "--quiet", "--create", "work"]);
    it.append("home/src/lib.rs", "\nfn later() {\n    todo!()\n}\n");
    it
}

#[test]
fn what_is_advised_names_the_root_that_is_not_found_from_there() {
    let it = two();
    let home = it.root().join("home").display().to_string();
    let outside = it.outside();
    for (folder, named, called) in [
        (it.root(), "home", "gatefold --root home"),
        (&it.root().join("home/src"), "..", "gatefold"),
        (&it.root().join("search/src"), "../../home", "gatefold --root ../../home"),
        // Who reads it elsewhere, as of a run of CI, stands at the top of a clone.
        (&outside, &home, "gatefold --root home"),
    ] as [(&Path, &str, &str); 4]
    {
        let mut gate = it.gatefold(&["gate", "--root", named]);
        let gate = run(gate.current_dir(folder));
        let mut approve = it.gatefold(&["approve", "--root", named]);
        let approve = run(approve.current_dir(folder));
        assert_eq!((gate.status, approve.status), (1, 1), "{gate}{approve}");
        let explain = format!("`{called} explain unfinished-code` says why");
        assert!(gate.stdout.contains(&explain), "{explain}: {gate}");
        assert!(gate.stdout.contains(&format!("`{called} approve` lists what is open")), "{gate}");
        for said in [&gate.stdout, &approve.stdout] {
            let id = approve.stdout.split(' ').next().expect("a fingerprint");
            let command = format!("    {called} approve {id} --reason TEXT --by NAME\n");
            assert!(said.contains(&command), "{command}: {said}");
        }
    }
}

#[test]
fn a_root_is_taken_from_the_top_where_it_is_not_found_from_here() {
    let it = two();
    for folder in ["home", "home/src", "search"] {
        let mut gate = it.gatefold(&["gate", "--root", "home"]);
        let gate = run(gate.current_dir(it.root().join(folder)));
        assert!(gate.status == 1 && gate.stdout.contains("unfinished-code"), "{folder}: {gate}");
    }
    let mut gate = it.gatefold(&["gate", "--root", "gone"]);
    let gate = run(gate.current_dir(it.root().join("home")));
    assert!(gate.status == 2 && gate.stderr.contains("there is no folder `gone`"), "{gate}");
}

#[test]
fn a_gated_folder_that_is_gone_is_named_and_let_go_as_anything_else() {
    let it = two();
    it.git(&["rm", "-rq", "search"]);
    for (folder, named) in [("", "search"), ("home", "search"), ("home/src", "../../search")] {
        let mut gate = it.gatefold(&["gate", "--root", named]);
        let gate = run(gate.current_dir(it.root().join(folder)));
        assert!(gate.status == 1 && gate.stdout.contains("the policy is gone"), "{folder}: {gate}");
    }
    let approve = ["approve", "policy-loosened", "--root", "search", "--reason", "over", "--by", "ann"];
    let approve = it.run(&approve);
    assert!(approve.status == 0 && approve.stderr.contains("search/approvals/"), "{approve}");
    it.git(&["add", "--all"]);
    let gate = it.run(&["gate", "--root", "search"]);
    assert_eq!(gate.status, 0, "{gate}");
    let gate = it.run(&["gate", "--root", "nowhere"]);
    assert!(gate.status == 2 && gate.stderr.contains("there is no folder `nowhere`"), "{gate}");
}
