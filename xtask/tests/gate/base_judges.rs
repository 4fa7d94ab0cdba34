//! The judge comes from the base: every way in which a change, or what lies around it, could take effect on its own
//! verdict. Each is tried together with a cheat, and the cheat is found all the same.

use std::fs;
use std::os::unix::fs::symlink;
use std::process::Command;

use crate::workspace::{Verdict, Workspace, run};

const CODE: &str = "src/lib.rs";
const LAX: &str =
    "mode: observe\nexclude: [\"**\"]\nlevels: { unfinished-code: \"off\", test-deleted: \"off\" }\n";

/// A test goes and code that is not finished comes.
pub(crate) fn cheat(it: &Workspace) {
    let test = "    #[test]\n    fn nothing_has_no_best() {\n        assert_eq!(best(&[]), None);\n    }\n";
    it.replace(CODE, test, "");
    it.append(CODE, "\n/// Later.\npub fn later() {\n    todo!()\n}\n");
}

/// What else a change does, and what it is called.
type Way = (&'static str, fn(&Workspace));

/// What is set around the judge, and what it is called.
type Setting = (&'static str, fn(&Workspace, &mut Command));

/// The cheat blocks in a change that also does this, committed or not.
fn changes(ways: &[Way]) {
    for (name, way) in ways {
        for committed in [false, true] {
            let it = Workspace::small();
            cheat(&it);
            way(&it);
            if committed {
                it.commit(name);
            }
            blocks(name, it.gatefold(&["gate", "--format", "json"]));
        }
    }
}

/// The cheat blocks in surroundings like these.
fn surroundings(ways: &[Setting]) {
    for (name, way) in ways {
        let it = Workspace::small();
        cheat(&it);
        it.commit("the cheat");
        let mut gate = it.gatefold(&["gate", "--format", "json"]);
        way(&it, &mut gate);
        blocks(name, gate);
    }
}

#[track_caller]
fn blocks(name: &str, mut gate: Command) {
    let ran = run(&mut gate);
    assert_eq!(ran.status, 1, "{name}: {ran}");
    let blocking = Verdict::of(ran).blocking();
    for found in ["lints unfinished-code src/lib.rs", "integrity test-deleted src/lib.rs"] {
        assert!(blocking.iter().any(|finding| finding.starts_with(found)), "{name}: {blocking:#?}");
    }
}

#[test]
fn what_is_changed_in_the_policy() {
    changes(&[
        ("the mode", |it| it.append("gatefold.yaml", "mode: observe\n")),
        ("guards that only observe", |it| it.append("gatefold.yaml", "observe: [lints, integrity]\n")),
        ("files of all guards", |it| it.append("gatefold.yaml", "exclude: [\"**\"]\n")),
        ("files of the lints", |it| it.append("gatefold.yaml", "lints: { exclude: [\"src/**\"] }\n")),
        ("levels", |it| {
            it.write("gatefold.yaml", "levels: { unfinished-code: note, test-deleted: warning }\n");
        }),
        ("everything at once", |it| it.write("gatefold.yaml", LAX)),
        ("what may except itself", |it| {
            it.append("gatefold.yaml", "self_exceptable: [unfinished-code]\n");
            it.replace(CODE, "    todo!()", "    // gatefold: allow(unfinished-code): later\n    todo!()");
        }),
        ("who vouches", |it| {
            it.append("gatefold.yaml", "approvals: owners\n");
            approve_oneself(it, "me");
        }),
    ]);
}

/// Writes every approval that the report asks for, under a name; `approve` writes none that nobody can sign.
fn approve_oneself(it: &Workspace, by: &str) -> Vec<std::path::PathBuf> {
    let requests = it.gate().report["requests"].as_array().cloned().unwrap_or_default();
    assert!(!requests.is_empty());
    let write = |request: &serde_json::Value| {
        let (file, text) =
            (request["file"].as_str().expect("a path"), request["text"].as_str().expect("a text"));
        it.write(file, text.replace("reason: ''", "reason: meant").replace("by: ''", &format!("by: {by}")));
        it.root().join(file)
    };
    requests.iter().map(write).collect()
}

#[test]
fn what_stands_where_the_policy_stood() {
    changes(&[
        ("nothing", |it| fs::remove_file(it.root().join("gatefold.yaml")).expect("it is ours")),
        ("another extension", |it| {
            fs::remove_file(it.root().join("gatefold.yaml")).expect("it is ours");
            it.write("gatefold.yml", LAX);
        }),
        ("names that look alike", |it| {
            for name in [
                "gatefold.yaml ",
                " gatefold.yaml",
                "Gatefold.yaml",
                "gatefold.yaml\n",
                "gatefold\u{200B}.yaml",
            ] {
                it.write(name, LAX);
            }
        }),
        ("twins beside it", |it| {
            for name in ["gatefold.yml", ".gatefold.yaml", ".github/gatefold.yaml", "src/gatefold.yaml"] {
                it.write(name, LAX);
            }
        }),
        ("a link to a lax twin", |it| {
            it.write("lax.yaml", LAX);
            fs::remove_file(it.root().join("gatefold.yaml")).expect("it is ours");
            symlink("lax.yaml", it.root().join("gatefold.yaml")).expect("a link");
        }),
    ]);
}

#[test]
fn exceptions_and_approvals_that_the_change_brings() {
    changes(&[
        ("an exception in the code", |it| {
            it.replace(
                CODE,
                "    todo!()",
                "    // gatefold: allow(unfinished-code) until 2027-01-31: later\n    todo!()",
            );
        }),
        ("an approval of one's own", |it| {
            approve_oneself(it, "owner@example");
        }),
        ("who is trusted", |it| {
            let key = it.outside().join("key");
            let made =
                it.command("ssh-keygen").args(["-q", "-t", "ed25519", "-N", "", "-f"]).arg(&key).status();
            assert!(made.expect("ssh-keygen runs").success());
            let public = fs::read_to_string(key.with_extension("pub")).expect("the public key");
            it.write("approvals/allowed_signers", format!("owner@example {public}"));
            it.write(".mailmap", "Owner <owner@example> Author <author@example>\n");
            for file in approve_oneself(it, "owner@example") {
                let mut sign = it.command("ssh-keygen");
                sign.args(["-q", "-Y", "sign", "-n", "gatefold-approval", "-f"]).arg(&key).arg(file);
                assert!(sign.status().expect("ssh-keygen runs").success());
            }
        }),
        ("approvals behind a link", |it| {
            fs::create_dir_all(it.outside().join("approvals")).expect("a folder");
            symlink(it.outside().join("approvals"), it.root().join("approvals")).expect("a link");
        }),
    ]);
}

#[test]
fn what_git_and_cargo_read_of_the_change() {
    changes(&[
        ("attributes", |it| {
            let all = "* export-ignore binary linguist-generated linguist-vendored -diff -text ident eol=crlf\n\
                       *.rs working-tree-encoding=ISO-8859-1 filter=lax diff=lax merge=ours\n";
            it.write(".gitattributes", all);
            it.write("src/.gitattributes", all);
            it.write(".git/info/attributes", all);
        }),
        ("what is ignored", |it| {
            it.write(".gitignore", "*\n!.gitignore\n");
            it.write("src/.gitignore", "*\n");
            it.write(".git/info/exclude", "*\n");
        }),
        ("cargo's configuration and toolchain", |it| {
            it.write(
                ".cargo/config.toml",
                "[alias]\nxtask = \"version\"\n[env]\nGATEFOLD_BASE = \"HEAD\"\nCI = \"1\"\n",
            );
            it.write("rust-toolchain.toml", "[toolchain]\nchannel = \"1.0.0\"\n");
        }),
        ("a judge of its own", |it| {
            it.write(
                "xtask/Cargo.toml",
                "[package]\nname = \"xtask\"\nversion = \"0.1.0\"\nedition = \"2024\"\n",
            );
            it.write("xtask/src/main.rs", "//! Passes.\nfn main() {\n    std::process::exit(0)\n}\n");
            it.write("integrity/src/rules/mod.rs", "//! Nothing.\n");
        }),
        ("submodules", |it| {
            it.write(".gitmodules", "[submodule \"src\"]\n\tpath = src\n\turl = .\n\tignore = all\n");
        }),
        ("a repository inside", |it| {
            it.git(&["init", "--quiet", "src"]);
        }),
    ]);
}

#[test]
fn what_the_repository_is_told_about_the_files() {
    changes(&[
        ("assume that it is unchanged", |it| {
            it.git(&["update-index", "--assume-unchanged", CODE]);
        }),
        ("skip the working tree", |it| {
            it.git(&["update-index", "--skip-worktree", CODE]);
        }),
        ("settings", |it| {
            let lax = it.outside().join("lax");
            fs::write(&lax, "[core]\n\tfileMode = false\n\tsymlinks = false\n\tignoreCase = true\n[status]\n\tshowUntrackedFiles = no\n")
                .expect("it is ours");
            for (key, value) in [
                ("include.path", lax.to_str().expect("a path")),
                ("core.fsmonitor", "true"),
                ("core.hooksPath", "."),
                ("core.trustctime", "false"),
                ("core.checkStat", "minimal"),
                ("core.excludesFile", "/dev/stdin"),
                ("diff.ignoreSubmodules", "all"),
                ("init.defaultBranch", "work"),
            ] {
                it.git(&["config", key, value]);
            }
        }),
        ("other objects in place of the base's", |it| {
            let lax = it.git(&["hash-object", "-w", CODE]);
            let base = it.git(&["rev-parse", "main:src/lib.rs"]);
            it.git(&["replace", base.trim(), lax.trim()]);
        }),
    ]);
}

#[test]
fn other_parents_than_the_commits_have() {
    let it = Workspace::small();
    cheat(&it);
    it.commit("the cheat");
    it.append("README.md", "More.\n");
    it.commit("more");
    // With these, the default branch would come out of the change, and the cheat would be the base's.
    let [main, head] = ["main", "HEAD"].map(|name| it.git(&["rev-parse", name]).trim().to_owned());
    it.write(".git/info/grafts", format!("{main} {head}\n"));
    let ran = it.run(&["gate"]);
    assert!(ran.status == 3 && ran.stderr.contains("gives commits other parents than they have"), "{ran}");
    fs::remove_file(it.root().join(".git/info/grafts")).expect("it is ours");
    it.git(&["replace", "--graft", &main, &head]);
    blocks("replaced commits", it.gatefold(&["gate", "--format", "json"]));
}

#[test]
fn what_stands_in_the_environment() {
    surroundings(&[
        ("another base, where no CI system runs", |_, gate| {
            gate.envs([
                ("GATEFOLD_BASE", "HEAD"),
                ("CI_COMMIT_BEFORE_SHA", "HEAD"),
                ("GATEFOLD_POLICY", "lax.yaml"),
            ]);
        }),
        ("another repository", |it, gate| {
            let lax = Workspace::small();
            let git = lax.root().join(".git");
            gate.env("GIT_DIR", &git)
                .env("GIT_WORK_TREE", lax.root())
                .env("GIT_INDEX_FILE", git.join("index"));
            gate.env("GIT_OBJECT_DIRECTORY", git.join("objects")).env("GIT_COMMON_DIR", &git);
            gate.env("GIT_ALTERNATE_OBJECT_DIRECTORIES", git.join("objects"));
            gate.env("GIT_NAMESPACE", "lax").env("GIT_CEILING_DIRECTORIES", it.root());
        }),
        ("other settings of git", |it, gate| {
            let lax = it.outside().join("config");
            fs::write(&lax, "[core]\n\tworktree = /\n\tbare = true\n").expect("it is ours");
            gate.env("GIT_CONFIG_GLOBAL", &lax).env("GIT_CONFIG_SYSTEM", &lax).env("GIT_CONFIG", &lax);
            gate.envs([
                ("GIT_CONFIG_COUNT", "1"),
                ("GIT_CONFIG_KEY_0", "core.bare"),
                ("GIT_CONFIG_VALUE_0", "true"),
            ]);
            gate.env("GIT_CONFIG_PARAMETERS", "'core.bare=true'").env("GIT_ATTR_SOURCE", "HEAD");
            gate.env("GIT_GRAFT_FILE", &lax)
                .env("GIT_SHALLOW_FILE", &lax)
                .env("GIT_REPLACE_REF_BASE", "refs/heads/");
        }),
        ("cargo, rustc and a home in the tree", |it, gate| {
            it.write(".gitconfig", "[core]\n\texcludesFile = /dev/stdin\n[safe]\n\tdirectory = *\n");
            gate.env("HOME", it.root()).env("XDG_CONFIG_HOME", it.root()).env("CARGO_HOME", it.root());
            gate.envs([
                ("CARGO_MANIFEST_DIR", "/"),
                ("RUSTFLAGS", "--cap-lints allow"),
                ("RUSTC_WRAPPER", "true"),
            ]);
        }),
    ]);
}

#[test]
fn facts_that_somebody_else_kept() {
    surroundings(&[
        ("a cache in the tree", |it, gate| {
            gate.env("XDG_CACHE_HOME", it.root().join("cache"));
        }),
        ("a cache of lax files under the name of this one", |it, gate| {
            let lax = Workspace::small();
            assert_eq!(lax.run(&["gate"]).status, 0);
            let [from, to] = [&lax, it].map(|it| it.outside().join("../cache/gatefold"));
            fs::create_dir_all(&to).expect("a folder");
            for entry in fs::read_dir(from).expect("a cache was written") {
                let entry = entry.expect("an entry");
                let mut bytes = fs::read(entry.path()).expect("a file");
                fs::write(to.join(entry.file_name()), &bytes).expect("it is ours");
                bytes.truncate(bytes.len() / 2);
                fs::write(to.join("facts-0-0.0.0.bin"), bytes).expect("it is ours");
            }
            gate.arg("--all");
        }),
    ]);
    // A link from outside into the tree is the tree.
    let it = Workspace::small();
    fs::create_dir(it.root().join("cache")).expect("a folder");
    let link = it.outside().join("cache");
    symlink(it.root().join("cache"), &link).expect("a link");
    let ran = it.run(&["gate", "--cache-dir", link.to_str().expect("a path")]);
    assert!(ran.status == 2 && ran.stderr.contains("lies in the judged tree"), "{ran}");
}
