//! New services and workspaces: complete, clean at once, and nothing half written where they are refused.

use std::fs;
use std::path::Path;

use crate::workspace::{Ran, Workspace, run};

/// Every file below a folder but git's own, with its content.
fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().expect("a name").to_str().expect("UTF-8").to_owned();
        if path.is_dir() && name != ".git" {
            found.extend(
                files(&path).into_iter().map(|(below, content)| (format!("{name}/{below}"), content)),
            );
        } else if path.is_file() {
            found.push((name, fs::read(&path).expect("a file")));
        }
    }
    found.sort();
    found
}

/// Files in whose name or content the word stands, in any casing.
fn traces<'f>(files: impl IntoIterator<Item = &'f (String, Vec<u8>)>, word: &str) -> Vec<String> {
    let has =
        |bytes: &[u8]| bytes.windows(word.len()).any(|window| window.eq_ignore_ascii_case(word.as_bytes()));
    let traced = files.into_iter().filter(|(name, content)| has(name.as_bytes()) || has(content));
    traced.map(|(name, _)| name.clone()).collect()
}

fn assert_ran(ran: Ran) -> Ran {
    assert_eq!(ran.status, 0, "{ran}");
    ran
}

/// The gate says nothing new about the change, and lets it pass.
fn assert_clean(workspace: &Workspace) {
    let verdict = workspace.gate();
    let loud: Vec<_> = verdict.findings("new").into_iter().filter(|(level, _)| level != "note").collect();
    assert_eq!((loud, verdict.ran.status), (vec![], 0), "{}", workspace.run(&["gate"]));
}

/// A workspace that the binary wrote, as a repository with one commit.
fn written(arguments: &[&str]) -> Workspace {
    let workspace = Workspace::empty("night-radio");
    let mut command = workspace.gatefold(&["new", "workspace", "../night-radio"]);
    command.args(arguments).current_dir(workspace.outside());
    assert_ran(run(command.args(["--name", "night-radio"])));
    workspace.make_repository();
    workspace.commit("The workspace");
    workspace
}

#[test]
fn a_service_is_complete_and_passes_every_guard_at_once() {
    let workspace = Workspace::new();
    let before = files(workspace.root());
    let ran = assert_ran(workspace.run(&["new", "service", "night-owl"]));
    assert!(ran.stdout.contains("from `services/mould` of this workspace"), "{ran}");
    let notes = ran.stderr.lines().filter(|line| !line.contains("rustfmt"));
    assert_eq!(notes.filter(|line| line.starts_with("note:")).count(), 0, "{ran}");

    let after = files(workspace.root());
    let is_new = |file: &&(String, Vec<u8>)| before.iter().all(|(name, _)| *name != file.0);
    assert_eq!(traces(after.iter().filter(is_new), "mould"), Vec::<String>::new());
    for path in [
        "services/night-owl/src/main.rs",
        "services/night-owl/golden/rankings.jsonl",
        "services/night-owl/contracts/rank.yaml",
        "services/night-owl/operations/alerts.yaml",
        "services/night-owl/README.md",
        "protos/ranking/v1/night_owl.proto",
    ] {
        assert!(after.iter().any(|(name, _)| name == path), "{path}");
    }
    // Whatever the mould has, the service has, but for what was said of faults planted in the mould.
    let of = |files: &[(String, Vec<u8>)], folder: &str| {
        let is_its = |name: &str| name.starts_with(folder) && !name.ends_with("/golden/mutants.yaml");
        files.iter().filter(|(name, _)| is_its(name)).count()
    };
    assert_eq!(of(&after, "services/night-owl/"), of(&before, "services/mould/"));

    // Each line that was there stays where it was.
    for path in ["gatefold.yaml", "Cargo.lock", "README.md"] {
        let diff = workspace.git(&["diff", "--numstat", "--", path]);
        let removed = diff.split('\t').nth(1).expect("a changed file");
        assert!(removed == "0" || (path == "gatefold.yaml" && removed == "1"), "{path}: {diff}");
    }
    let row = "| [`services/night-owl`](services/night-owl) | ranks tracks by how well they fit and how popular they are | \
               `ranking.v1.NightOwl/Rank` | 50155 | 40 ms |\n";
    assert!(workspace.read("README.md").contains(row), "{}", workspace.read("README.md"));
    assert!(workspace.read("services/night-owl/config.yaml").contains("listen: 127.0.0.1:50155\n"));
    // The workspace is where the command ran.
    assert!(ran.stdout.contains("\nNext:\n  cargo test -p night-owl "), "{ran}");
    let policy = workspace.read("gatefold.yaml");
    for part in ["night-owl:\n    build:", "night-owl:\n      rpc: ranking.v1.NightOwl/Rank", ", night-owl, "]
    {
        assert!(policy.contains(part), "{part}: {policy}");
    }
    assert_clean(&workspace);
    workspace.commit("a service");
    assert_clean(&workspace);
}

#[test]
fn what_is_stamped_is_formatted() {
    let workspace = Workspace::new();
    // The one that finds the toolchain wants a home of its own, which `run` hides.
    let mut command = workspace.gatefold(&["new", "service", "a-service-with-quite-a-long-name"]);
    for name in ["HOME", "RUSTUP_HOME", "CARGO_HOME"] {
        if let Some(folder) = std::env::var_os(name) {
            command.env(name, folder);
        }
    }
    assert_ran(run(&mut command));
    let rustfmt = std::process::Command::new("rustfmt")
        .current_dir(workspace.root())
        .args(["--check", "--edition", "2024", "services/a-service-with-quite-a-long-name/src/main.rs"])
        .args(["services/a-service-with-quite-a-long-name/src/lib.rs"])
        .output()
        .expect("rustfmt runs");
    assert!(rustfmt.status.success(), "{}", String::from_utf8_lossy(&rustfmt.stdout));
}

#[test]
fn the_way_to_a_workspace_elsewhere_is_said() {
    let workspace = Workspace::new();
    let root = workspace.root().to_str().expect("UTF-8");
    let mut command = workspace.gatefold(&["new", "service", "night-owl", "--root", root]);
    let ran = assert_ran(run(command.current_dir(workspace.outside())));
    assert!(ran.stdout.contains(&format!("\nNext:\n  cd {root}\n  cargo test -p night-owl ")), "{ran}");
}

#[test]
fn a_root_without_the_moulds_crates_leads_to_the_workspace_that_has_them() {
    let workspace = Workspace::in_folder("repository", "templates/ranker");
    let repository = workspace.repository();
    fs::write(repository.join("gatefold.yaml"), "workspaces: [., other, templates/ranker]\n")
        .expect("a file");
    for manifest in ["[workspace]\nmembers = []\n", "[workspace]\nmembers = []\n[workspace.dependencies]\n"] {
        fs::write(repository.join("Cargo.toml"), manifest).expect("a file");
        let mut command = workspace.gatefold(&["new", "service", "night-owl"]);
        let ran = run(command.current_dir(repository));
        assert!(ran.status == 2 && ran.stderr.contains("which is not in this workspace"), "{ran}");
        assert!(ran.stderr.contains("did you mean `--root templates/ranker`?"), "{ran}");
    }
    let before = files(repository);
    let mut command = workspace.gatefold(&["new", "service", "tonic"]);
    let ran = run(command.current_dir(repository));
    assert!(ran.status == 2 && !ran.stderr.contains("did you mean"), "{ran}");
    assert_eq!(files(repository), before);
}

#[test]
fn files_keep_their_line_ends() {
    const EDITED: [&str; 4] = ["Cargo.toml", "Cargo.lock", "README.md", "gatefold.yaml"];
    let stamped = |end: &str| {
        let workspace = Workspace::new();
        // A list of members, so that the manifest is edited, too.
        workspace.replace(
            "Cargo.toml",
            "\"services/*\"",
            "\"services/home\", \"services/mould\", \"services/now-playing\", \"services/search\"",
        );
        for path in EDITED {
            workspace.write(path, workspace.read(path).replace('\n', end));
        }
        let before = EDITED.map(|path| workspace.read(path));
        let ran = assert_ran(workspace.run(&["new", "service", "night-owl"]));
        assert!(!ran.stderr.contains("Cargo.lock"), "{ran}");
        let after = EDITED.map(|path| workspace.read(path));
        for (path, (before, after)) in EDITED.iter().zip(before.iter().zip(&after)) {
            assert!(before != after && after.contains("night-owl"), "{path}");
        }
        after
    };
    assert_eq!(stamped("\r\n"), stamped("\n").map(|text| text.replace('\n', "\r\n")));
}

#[test]
fn services_follow_each_other() {
    let workspace = Workspace::new();
    for name in ["night-owl", "aviary", "mould-maker"] {
        assert_ran(workspace.run(&["new", "service", name]));
    }
    let config = |name: &str| workspace.read(&format!("services/{name}/config.yaml"));
    let port = |name: &str| config(name).lines().find(|line| line.starts_with("listen:")).map(str::to_owned);
    assert!(
        port("night-owl") != port("aviary") && port("night-owl") != port("mould"),
        "{:?}",
        port("aviary")
    );
    let maker = workspace.read("services/mould-maker/src/main.rs");
    assert!(maker.contains("mould_maker::") && !maker.contains("mould_maker_maker"), "{maker}");
    assert!(workspace.read("protos/ranking/v1/mould_maker.proto").contains("service MouldMaker {"));
    assert_clean(&workspace);
}

#[test]
fn without_a_mould_in_the_workspace_the_one_of_the_binary_is_taken() {
    let workspace = Workspace::new();
    workspace.git(&["rm", "--quiet", "-r", "services/mould", "protos/ranking/v1/mould.proto"]);
    let ran = workspace.run(&["new", "service", "night-owl"]);
    assert!(assert_ran(ran).stdout.contains("from the mould that this binary carries"));
    assert!(workspace.root().join("services/night-owl/src/main.rs").is_file());
}

#[test]
fn a_service_that_is_refused_leaves_nothing() {
    let workspace = Workspace::new();
    fs::create_dir(workspace.root().join("services/taken")).expect("a folder");
    fs::write(workspace.root().join("services/taken/notes"), "mine").expect("a file");
    let before = files(workspace.root());
    for (name, says) in [
        ("", "the name is empty"),
        ("NightOwl", "write it in kebab-case, `night-owl`"),
        ("../night-owl", "`night-owl`"),
        ("2nd", "every word begins with a letter"),
        ("night-", "every word begins with a letter"),
        ("nachtkäuzchen", "use the letters a to z"),
        ("async", "a word of Rust"),
        ("core", "a crate or a folder of Cargo"),
        ("nul", "Windows keeps it"),
        ("mould", "the service that others are stamped from"),
        ("now-playing", "the package `now-playing` in `services/now-playing`"),
        ("pipeline", "the package `pipeline` in `crates/pipeline`"),
        ("tonic", "the dependency `tonic`"),
        ("viewer", "would declare `ranking.v1.Viewer`"),
        ("request", "uses `Request` for something else, and would not compile; say more"),
        ("arc", "for instance `arc-ranking`"),
        ("taken", "`services/taken"),
    ] {
        let ran = workspace.run(&["new", "service", "--", name]);
        assert_eq!(ran.status, 2, "{name}: {ran}");
        assert!(ran.stderr.contains(says), "{says}: {ran}");
    }
    let ran = workspace.run(&["new", "service", "night-owl", "--dry-run"]);
    assert!(assert_ran(ran).stdout.contains("create services/night-owl/src/main.rs"));
    assert_eq!(files(workspace.root()), before);
}

#[cfg(unix)]
#[test]
fn what_cannot_be_written_is_taken_back() {
    use std::os::unix::fs::PermissionsExt;

    let workspace = Workspace::new();
    let services = workspace.root().join("services");
    fs::rename(&services, workspace.root().join("real")).expect("it moves");
    std::os::unix::fs::symlink("real", &services).expect("a link");
    let ran = workspace.run(&["new", "service", "night-owl"]);
    assert!(ran.status == 2 && ran.stderr.contains("is a link"), "{ran}");

    let workspace = Workspace::new();
    let before = files(workspace.root());
    let allow = |mode| {
        let folder = workspace.root().join("services");
        fs::set_permissions(folder, fs::Permissions::from_mode(mode)).expect("it is ours");
    };
    allow(0o555);
    let ran = workspace.run(&["new", "service", "night-owl"]);
    allow(0o755);
    // Whoever is root may write everywhere.
    if ran.status != 0 {
        assert!(ran.status == 3 && ran.stderr.contains("nothing was written"), "{ran}");
        assert_eq!(files(workspace.root()), before);
    }
}

#[test]
fn a_workspace_is_complete_and_its_own_gate_works() {
    let workspace = written(&["--service", "queue"]);
    let found = files(workspace.root());
    assert_eq!(traces(&found, "mould"), Vec::<String>::new());
    for path in [
        ".claude/gatefold-hook",
        ".claude/settings.json",
        ".github/workflows/gatefold.yml",
        "Cargo.lock",
        "README.md",
    ] {
        assert!(found.iter().any(|(name, _)| name == path), "{path}");
    }
    let workflow = workspace.read(".github/workflows/gatefold.yml");
    assert!(workflow.contains("  GATED: .\n") && workflow.contains("  JUDGE_COMMIT: \"\"\n"), "{workflow}");
    assert!(!workspace.read("gatefold.yaml").contains("xtask"));
    let readme = workspace.read("README.md");
    for part in [
        "| `data/` | what the first service ranks with, until yours takes its place | |",
        "| `models/` | a model to try `crates/models` and `tools/inference-server` with; no service uses it yet | |",
        "git init && git add --all && git commit",
        "no `--bootstrap`",
        "--timeout 5s",
    ] {
        assert!(readme.contains(part), "{part}: {readme}");
    }

    // The adoption, a full audit, and a first change.
    for arguments in [&["gate", "--base", "none"][..], &["gate"]] {
        let ran = assert_ran(workspace.run(arguments));
        assert!(!ran.stdout.contains("warning["), "{ran}");
    }
    workspace.git(&["switch", "--quiet", "--create", "work"]);
    workspace.append("README.md", "\nMore.\n");
    workspace.append("services/queue/src/lib.rs", "\n/// How many.\npub const MANY: u32 = 3;\n");
    assert_clean(&workspace);
    workspace.commit("a change");
    assert_clean(&workspace);

    let ran = assert_ran(workspace.run(&["new", "service", "night-owl"]));
    assert!(ran.stdout.contains("the mould that this binary carries"), "{ran}");
    let after = files(workspace.root());
    assert_eq!(traces(&after, "mould"), Vec::<String>::new());
    assert_clean(&workspace);
    workspace.commit("a service");
    assert_clean(&workspace);
}

#[test]
fn a_workspace_may_keep_the_mould_to_stamp_from() {
    let workspace = written(&["--service", "mould"]);
    assert_ran(workspace.run(&["gate", "--base", "none"]));
    let ran = assert_ran(workspace.run(&["new", "service", "night-owl"]));
    assert!(ran.stdout.contains("from `services/mould` of this workspace"), "{ran}");
    assert_clean(&workspace);
}

#[test]
fn a_workspace_is_called_like_its_folder_and_its_judge_is_written_down() {
    let commit = "0123456789abcdef0123456789abcdef01234567";
    let workspace = written(&["--judge", &format!("our/gatefold@{commit}")]);
    assert!(workspace.root().join("services/night-radio/Cargo.toml").is_file());
    assert!(workspace.read("README.md").starts_with("# Night Radio\n"));
    let workflow = workspace.read(".github/workflows/gatefold.yml");
    let named = format!("  JUDGE_REPOSITORY: our/gatefold\n  JUDGE_COMMIT: {commit}\n");
    assert!(workflow.contains(&named), "{workflow}");
}

#[test]
fn a_workspace_that_is_refused_leaves_nothing() {
    let workspace = Workspace::new();
    let outside = workspace.outside();
    fs::create_dir(outside.join("full")).expect("a folder");
    fs::write(outside.join("full/notes"), "mine").expect("a file");
    let before = files(&outside);
    let inside = workspace.root().join("night-radio");
    let inside = inside.to_str().expect("UTF-8");
    for (arguments, says) in [
        (&["full"][..], "`full` is not empty"),
        (&["full/notes"], "`full/notes` is a file"),
        (&["nowhere/night-radio"], "make it first"),
        (&["Night Radio"], "write it in kebab-case, `night-radio`"),
        (&["night-radio", "--service", "tonic"], "the name of a dependency"),
        (&["night-radio", "--service", "pipeline"], "is taken by the crate `pipeline`"),
        (&["night-radio", "--service", "body"], "uses `Body` for something else"),
        (&["night-radio", "--judge", "main"], "OWNER/NAME@COMMIT"),
        (&[inside], "lies in the workspace"),
    ] {
        let mut command = workspace.gatefold(&["new", "workspace"]);
        let ran = run(command.args(arguments).current_dir(&outside));
        assert_eq!(ran.status, 2, "{arguments:?}: {ran}");
        assert!(ran.stderr.contains(says), "{says}: {ran}");
    }
    let mut command = workspace.gatefold(&["new", "workspace", "night-radio", "--dry-run"]);
    let ran = assert_ran(run(command.current_dir(&outside)));
    assert!(ran.stdout.contains("create services/night-radio/src/main.rs"), "{ran}");
    assert_eq!(files(&outside), before);
}
