//! What honest people do every day. Each passes: a wrong block counts like a missed fault.

use golden::{Recording, Requests};

use crate::workspace::{RANKINGS, Workspace};

const SCORED: &str = "crates/pipeline/src/scored.rs";
const TOP_K: &str = "crates/stages/src/top_k.rs";
const REASONS: &str = "services/now-playing/src/reasons.rs";
const NAMES: &str = "crates/telemetry/src/names.rs";
const CONFIG: &str = "crates/serving/src/config.rs";
const CONFIG_FILE: &str = "services/now-playing/config.yaml";
const PROTO: &str = "protos/ranking/v1/now_playing.proto";
const REQUESTS: &str = "services/now-playing/golden/requests.jsonl";

/// The change is made on a branch, committed and judged.
fn check(change: impl FnOnce(&Workspace)) {
    check_from(|_| {}, change);
}

/// The same, from a base to which something was added before.
fn check_from(before: impl FnOnce(&Workspace), change: impl FnOnce(&Workspace)) {
    let workspace = Workspace::new();
    workspace.git(&["switch", "--quiet", "main"]);
    before(&workspace);
    workspace.commit("before");
    workspace.git(&["switch", "--quiet", "--force-create", "work"]);
    change(&workspace);
    workspace.commit("an honest change");
    let verdict = workspace.gate();
    assert_eq!((verdict.blocking(), verdict.ran.status), (vec![], 0), "{}", workspace.run(&["gate"]));
}

#[test]
fn a_private_function_is_renamed() {
    check(|it| it.write(REASONS, it.read(REASONS).replace("similar(", "sounds_alike(")));
}

#[test]
fn a_file_that_no_target_reaches_is_no_rust() {
    check(|it| it.write("crates/reward/tests/refused/missing_name.rs", "pub fn (shown to the compiler {\n"));
}

#[test]
fn a_crate_depends_on_a_package_beside_the_root() {
    check(|it| {
        it.append("crates/reward/Cargo.toml", "\n[dependencies.house]\npath = \"../../../house\"\n");
    });
}

#[test]
fn a_local_variable_is_renamed() {
    check(|it| {
        it.write(
            TOP_K,
            it.read(TOP_K)
                .replace("removed", "cut_off")
                .replace("{ kept: ranked, cut_off }", "{ kept: ranked, removed: cut_off }")
                .replace("split.cut_off", "split.removed"),
        )
    });
}

#[test]
fn a_function_is_extracted() {
    check(|it| {
        it.replace(TOP_K, "(self.limit)(query).min(ranked.len())", "self.most(query, &ranked)");
        it.replace(
            TOP_K,
            "        Self { limit }\n    }\n",
            "        Self { limit }\n    }\n\n    fn most<C>(&self, query: &Q, ranked: &[C]) -> usize {\n        \
             (self.limit)(query).min(ranked.len())\n    }\n",
        );
    });
}

#[test]
fn everything_is_formatted_another_way() {
    check(|it| {
        let files = it.git(&["ls-files", "*.rs"]);
        let mut rustfmt = it.command("rustfmt");
        rustfmt
            .current_dir(it.root())
            .args(["--edition", "2024", "--config", "max_width=70"])
            .args(files.lines());
        // The one that finds the toolchain wants a home of its own.
        if let Some(home) = std::env::var_os("HOME") {
            rustfmt.env("HOME", home);
        }
        for name in ["RUSTUP_HOME", "CARGO_HOME"] {
            if let Some(folder) = std::env::var_os(name) {
                rustfmt.env(name, folder);
            }
        }
        assert!(rustfmt.status().expect("rustfmt runs").success());
    });
}

#[test]
fn imports_stand_in_another_order() {
    let (one, other) = ("use crate::candidate::{Candidate, Origin};\n", "use crate::query::Query;\n");
    check(|it| it.replace(REASONS, &format!("{one}{other}"), &format!("{other}{one}")));
}

#[test]
fn a_test_is_added() {
    let test = "\n    #[test]\n    fn nothing_of_nothing_stays() {\n        assert_eq!(sizes(0, 0), (0, 0));\n    }\n}\n";
    check(|it| {
        let text = it.read(TOP_K);
        it.write(TOP_K, text.strip_suffix("}\n").expect("the module's end").to_owned() + test);
    });
}

#[test]
fn an_assertion_is_made_stricter() {
    let lax = "assert!(split.removed.is_empty(), \"nothing is taken out\");";
    let strict = "assert_eq!(split.removed, [], \"nothing is taken out\");";
    check(|it| it.replace("crates/stages/src/diversity.rs", lax, strict));
}

#[test]
fn a_test_is_renamed() {
    check(|it| {
        it.replace(TOP_K, "fn fewer_than_were_asked_for_all_stay", "fn all_stay_where_few_are_asked_for")
    });
}

#[test]
fn a_test_moves_to_a_file_of_its_own() {
    check(|it| {
        let text = it.read(TOP_K);
        let (code, tests) = text.split_once("#[cfg(test)]\nmod tests {\n").expect("tests");
        let tests = tests.strip_suffix("}\n").expect("the module's end").replace("\n    ", "\n");
        it.write(TOP_K, format!("{code}#[cfg(test)]\nmod tests;\n"));
        it.write(
            "crates/stages/src/top_k/tests.rs",
            format!("//! Tests of the cut.\n\n{}", tests.trim_start()),
        );
    });
}

#[test]
fn a_proto_field_is_added_with_a_fresh_number() {
    check(|it| {
        it.replace(
            PROTO,
            "uint32 limit = 5;",
            "uint32 limit = 5;\n  // Which player asks.\n  string player = 15;",
        )
    });
}

#[test]
fn a_deprecated_proto_field_goes_and_stays_reserved() {
    let before = |it: &Workspace| {
        it.replace(PROTO, "uint32 limit = 5;", "uint32 limit = 5;\n  string player = 15 [deprecated = true];")
    };
    check_from(before, |it| {
        it.replace(PROTO, "string player = 15 [deprecated = true];", "reserved 15;\n  reserved \"player\";")
    });
}

#[test]
fn a_proto_field_is_deprecated() {
    check(|it| it.replace(PROTO, "uint32 limit = 5;", "uint32 limit = 5 [deprecated = true];"));
}

#[test]
fn a_crate_joins_a_layer() {
    check(|it| {
        let manifest = it.read("crates/telemetry/Cargo.toml");
        let (head, _) = manifest.split_once("[dependencies]").expect("dependencies");
        let head = head.replace("name = \"telemetry\"", "name = \"session\"");
        it.write("crates/session/Cargo.toml", format!("{head}[lints]\nworkspace = true\n"));
        it.write("crates/session/src/lib.rs", "//! What a session is.\n\n/// How long a session lasts at most, in seconds.\npub const LONGEST: u64 = 6 * 60 * 60;\n");
        it.replace(
            "gatefold.yaml",
            "telemetry]\n      because: each can be read",
            "session, telemetry]\n      because: each can be read",
        );
        it.replace("Cargo.toml", "stages = {", "session = { path = \"crates/session\" }\nstages = {");
        it.replace(
            "crates/stages/Cargo.toml",
            "pipeline.workspace = true\n",
            "pipeline.workspace = true\nsession.workspace = true\n",
        );
        it.append("crates/stages/src/seen_filter.rs", "\n/// For how long a track counts as seen, in seconds.\npub const SEEN_FOR: u64 = session::LONGEST;\n");
    });
}

/// A crate beside the others, in their layer.
pub(crate) fn add_session(it: &Workspace) {
    let manifest = it.read("crates/telemetry/Cargo.toml");
    let (head, _) = manifest.split_once("[dependencies]").expect("dependencies");
    let head = head.replace("name = \"telemetry\"", "name = \"session\"");
    it.write("crates/session/Cargo.toml", format!("{head}[lints]\nworkspace = true\n"));
    it.write("crates/session/src/lib.rs", "//! What a session is.\n\n/// How long a session lasts at most, in seconds.\npub const LONGEST: u64 = 6 * 60 * 60;\n");
    it.replace(
        "gatefold.yaml",
        "telemetry]\n      because: each can be read",
        "session, telemetry]\n      because: each can be read",
    );
}

#[test]
fn a_crate_gets_another_name_in_its_layer() {
    check_from(add_session, |it| {
        it.git(&["mv", "crates/session", "crates/visit"]);
        it.replace("crates/visit/Cargo.toml", "name = \"session\"", "name = \"visit\"");
        it.replace("gatefold.yaml", "session, telemetry]", "telemetry, visit]");
    });
}

#[test]
fn a_crate_is_removed_with_its_place() {
    check_from(add_session, |it| {
        it.git(&["rm", "-r", "--quiet", "crates/session"]);
        it.replace("gatefold.yaml", "session, telemetry]", "telemetry]");
    });
}

#[test]
fn a_dependency_gets_a_patch_release() {
    check(|it| {
        let lock = it.read("Cargo.lock");
        let at = lock.find("name = \"async-trait\"").expect("async-trait is locked");
        let version =
            lock[at..].find("version = \"0.1.").map(|offset| at + offset + "version = \"0.1.".len());
        let mut bumped = lock.clone();
        let start = version.expect("its version");
        let end = start + lock[start..].find('"').expect("the end");
        bumped.replace_range(start..end, "999");
        it.write("Cargo.lock", bumped);
    });
}

#[test]
fn comments_change() {
    check(|it| {
        it.replace(SCORED, "// Adding zero makes", "// By adding zero we make");
        it.replace(SCORED, "/// What one stage added to a score.", "/// What a stage added to the score.");
        it.replace(PROTO, "// What may follow, at most 500,", "// What may follow: at most 500,");
        it.replace(
            "gatefold.yaml",
            "# What was decided about this workspace.",
            "# What we decided about this workspace.",
        );
    });
}

#[test]
fn a_golden_request_is_added_with_its_ranking() {
    check(|it| {
        it.append(
            REQUESTS,
            &it.read(REQUESTS).lines().last().expect("a request").replace("heavy/029", "heavy/030"),
        );
        it.append(REQUESTS, "\n");
        let requests = Requests::parse(&it.read(REQUESTS)).expect("requests").digest();
        it.rerecord(|recording: &mut Recording| {
            let mut entry = recording.get("heavy/029").expect("it is recorded").clone();
            entry.id = "heavy/030".to_owned();
            let at = recording.entries.partition_point(|other| other.id < entry.id);
            recording.entries.insert(at, entry);
            recording.requests = requests;
        });
        assert_eq!(it.read(RANKINGS).lines().count(), 118);
    });
}

#[test]
fn documents_change() {
    check(|it| {
        it.append("README.md", "\n## Questions\nAsk the people who run it.\n");
        it.write("docs/decisions/0001-ranking.md", "# Why rankings are recorded\n");
        it.git(&["rm", "--quiet", "services/now-playing/README.md"]);
    });
}

#[test]
fn a_metric_is_added() {
    check(|it| {
        it.replace(NAMES, "\n/// All names", "/// Requests that were refused because too many were in flight.\npub const BUSY: &str = \"ranking_requests_busy\";\n\n/// All names");
        let names = it.read(NAMES);
        let count =
            names.split_once("[&str; ").and_then(|(_, rest)| rest.split(']').next()?.parse::<u32>().ok());
        let count = count.expect("a number of names");
        it.replace(NAMES, &format!("[&str; {count}]"), &format!("[&str; {}]", count + 1));
        it.replace(NAMES, "    EXPOSURES,\n", "    EXPOSURES,\n    BUSY,\n");
    });
}

#[test]
fn a_key_is_added_to_the_configuration() {
    check(|it| {
        it.append(
            CONFIG_FILE,
            "# How many tracks an answer has where the request does not say.\nlimit: 20\n",
        );
        it.replace(CONFIG, "    pub shutdown_ms: u64,\n", "    pub shutdown_ms: u64,\n    /// How many tracks an answer has where the request does not say.\n    pub limit: u32,\n");
    });
}

#[test]
fn the_policy_is_tightened() {
    check(|it| {
        it.replace("gatefold.yaml", "    exits:\n", "    threads:\n      paths: [\"std::thread::spawn\"]\n      because: the runtime owns the threads\n      fails_on: |\n        crate home\n        home/src/lib.rs | pub fn go() { std::thread::spawn(wait); }\n    exits:\n");
        it.replace("gatefold.yaml", "    category: CALLERS", "    category: FILE");
        it.append("gatefold.yaml", "\nlevels: {unbounded-channel: error}\nrequired: [golden]\n");
    });
}

#[test]
fn code_goes_and_takes_its_exception_along() {
    let excepted = "\nfn wait() {\n    // gatefold: allow(unfinished-code) until 2027-01-31: asked for in the next release\n    todo!()\n}\n";
    let (file, text) =
        ("crates/telemetry/src/clock.rs", |it: &Workspace| it.read("crates/telemetry/src/clock.rs"));
    check_from(
        |it| it.append(file, excepted),
        |it| it.write(file, text(it).strip_suffix(excepted).expect("it stands at the end")),
    );
}

#[test]
fn a_file_moves_within_its_crate() {
    check(|it| {
        let folder = it.root().join("crates/stages/src/selectors");
        std::fs::create_dir(folder).expect("a folder");
        it.git(&["mv", TOP_K, "crates/stages/src/selectors/top_k.rs"]);
        it.write("crates/stages/src/selectors/mod.rs", "//! Stages that choose.\npub mod top_k;\n");
        it.replace("crates/stages/src/lib.rs", "mod top_k;", "mod selectors;");
        it.replace("crates/stages/src/lib.rs", "top_k::TopK", "selectors::top_k::TopK");
    });
}

#[test]
fn files_are_checked_out_with_other_line_ends() {
    let workspace = Workspace::new();
    for file in workspace.git(&["ls-files", "*.rs", "*.proto", "*.yaml", "*.jsonl", "*.toml"]).lines() {
        workspace.write(file, workspace.read(file).replace('\n', "\r\n"));
    }
    workspace.git(&["config", "core.autocrlf", "true"]);
    workspace.git(&["add", "--renormalize", "."]);
    let verdict = workspace.gate();
    assert_eq!((verdict.blocking(), verdict.ran.status), (vec![], 0), "{}", workspace.run(&["gate"]));
}
