//! A gated folder that was renamed as a whole is judged where it lies now, by the policy and the people of the base.

use crate::workspace::{Verdict, Workspace};

const KEY: &str =
    "mira@example.com ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIIIXugwjsjrMnuNIEAhg3pU+fvkeEDmuxmV7joRoPwZy\n";

/// Two gated folders, whose policies name somebody who approves.
fn two() -> Workspace {
    let it = Workspace::empty("repository");
    for name in ["services", "search"] {
        let manifest = format!("[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n");
        it.write(&format!("{name}/Cargo.toml"), manifest);
        it.write(
            &format!("{name}/src/lib.rs"),
            format!("//! Finds {name}.\n\n/// One.\npub const ONE: u32 = 1;\n"),
        );
        it.write(&format!("{name}/gatefold.yaml"), format!("# Of {name}.\nlints: {{ exclude: [] }}\n"));
        it.write(&format!("{name}/approvals/allowed_signers"), KEY);
    }
    it.make_repository();
    it.commit("base");
    it.git(&["switch", "--quiet", "--create", "work"]);
    it
}

/// What blocks in the renamed folder, committed or not, after what else is done there.
#[track_caller]
fn check(also: &dyn Fn(&Workspace), expected: &[&str]) {
    for committed in [false, true] {
        let it = two();
        it.git(&["mv", "services", "ranker2"]);
        also(&it);
        if committed {
            it.commit("another name");
        }
        let verdict = Verdict::of(it.run(&["gate", "--root", "ranker2", "--format", "json", "--no-times"]));
        assert_eq!(verdict.blocking(), expected, "{}", verdict.ran);
        assert_eq!(verdict.ran.status, i32::from(!expected.is_empty()), "{}", verdict.ran);
        let said = it.run(&["gate", "--root", "ranker2"]).stdout;
        assert!(said.contains("`ranker2` is `services` of the base"), "{said}");
        // Whom the base trusts is trusted there.
        let by = said.matches("may be approved by `mira@example.com`").count();
        assert_eq!(by, expected.iter().filter(|it| it.starts_with("integrity")).count(), "{said}");
    }
}

#[test]
fn an_honest_rename_flows_by_the_usual_rules() {
    check(&|_| {}, &[]);
    check(&|it| it.append("ranker2/src/lib.rs", "\n/// Two.\npub const TWO: u32 = 2;\n"), &[]);
    check(
        &|it| it.append("ranker2/src/lib.rs", "\nfn later() {\n    todo!()\n}\n"),
        &["lints unfinished-code src/lib.rs:7"],
    );
}

#[test]
fn a_rename_takes_nothing_out_of_the_policy() {
    check(
        &|it| it.write("ranker2/gatefold.yaml", "# Of services.\nlints: { exclude: [\"src/**\"] }\n"),
        &["integrity policy-loosened gatefold.yaml:2"],
    );
    check(
        &|it| std::fs::remove_file(it.root().join("ranker2/gatefold.yaml")).expect("it is ours"),
        &["integrity policy-loosened gatefold.yaml:null"],
    );
}

#[test]
fn a_folder_beside_one_that_stayed_brings_its_own_judge() {
    let it = two();
    it.git(&["mv", "services/src", "moved"]);
    it.write("ranker2/gatefold.yaml", "# Of services.\nlints: { exclude: [] }\n");
    it.write("ranker2/src/lib.rs", "//! Finds services.\n");
    let verdict = Verdict::of(it.run(&["gate", "--root", "ranker2", "--format", "json", "--no-times"]));
    assert_eq!(verdict.blocking(), ["policy policy-adopted gatefold.yaml:1"], "{}", verdict.ran);
}
