//! Who may approve, how it is said, and what an approval lives through.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::Value;

use crate::workspace::{Ran, Workspace, run};

const SIGNERS: &str = "approvals/allowed_signers";
const OWNER: &str = "owner@example";

/// A new key beside the repository, and its public part.
fn key(it: &Workspace, name: &str, passphrase: &str) -> (PathBuf, String) {
    let file = it.outside().join(name);
    let mut keygen = it.command("ssh-keygen");
    keygen.args(["-q", "-t", "ed25519", "-C", name, "-N", passphrase, "-f"]).arg(&file);
    assert!(keygen.status().expect("ssh-keygen runs").success());
    let public = fs::read_to_string(file.with_extension("pub")).expect("the public key");
    (file, public)
}

/// A ranking that moved on the branch `work`, and a base with this policy that trusts the owner's key.
fn moved(policy: &str) -> (Workspace, PathBuf) {
    let it = Workspace::new();
    let (file, public) = key(&it, "owner", "");
    it.git(&["switch", "--quiet", "main"]);
    it.write(SIGNERS, format!("{OWNER} {public}"));
    it.append("gatefold.yaml", policy);
    it.commit("who approves");
    it.git(&["switch", "--quiet", "--force-create", "work"]);
    it.swap_best(0);
    it.commit("another ranking");
    (it, file)
}

fn approve(it: &Workspace, key: &Path, by: &str, more: &[&str]) -> Ran {
    let key = key.to_str().expect("a path");
    let words = ["approve", "ranking-changed", "--reason", "meant", "--by", by, "--sign-with", key];
    it.run(&[&words, more].concat())
}

/// It was signed, and whoever did it is told why that is for nothing.
#[track_caller]
fn will_not_count(ran: &Ran, why: &str) {
    assert_eq!(ran.status, 2, "{ran}");
    assert!(ran.stderr.contains(".sig, but it will not count: ") && ran.stderr.contains(why), "{why}: {ran}");
}

/// As somebody else than the author.
fn commit_as(it: &Workspace, name: &str, message: &str) {
    it.git(&["add", "--all"]);
    let (name, email) = (format!("user.name={name}"), format!("user.email={name}@example"));
    it.git(&["-c", &name, "-c", &email, "commit", "--quiet", "--no-verify", "--message", message]);
}

#[track_caller]
fn passes(it: &Workspace) {
    let verdict = it.gate();
    assert_eq!((verdict.blocking(), verdict.ran.status), (vec![], 0), "{}", verdict.ran);
}

#[track_caller]
fn blocks(it: &Workspace, because: &str) {
    let verdict = it.gate();
    assert_eq!(verdict.blocking().len(), 1, "{}", verdict.ran);
    assert!(verdict.ran.stdout.contains(because), "{because}: {}", verdict.ran);
}

/// Somebody else's merge to the default branch.
fn meanwhile(it: &Workspace, line: &str) {
    it.git(&["switch", "--quiet", "main"]);
    it.append("README.md", line);
    it.commit("meanwhile");
}

#[test]
fn it_lives_through_two_rebases_and_a_merge_queue() {
    let (it, key) = moved("exclude_authors: true\n");
    assert_eq!(approve(&it, &key, OWNER, &[]).status, 0);
    commit_as(&it, "owner", "approve it");
    passes(&it);
    for line in ["\nOnce.\n", "\nTwice.\n"] {
        meanwhile(&it, line);
        it.git(&["switch", "--quiet", "work"]);
        it.git(&["rebase", "--quiet", "main"]);
        passes(&it);
    }
    meanwhile(&it, "\nThrice.\n");
    let base = it.git(&["rev-parse", "main"]);

    // The queue merges it onto the tip, or squashes it: then the forge names everyone as an author.
    it.git(&["switch", "--quiet", "--create", "queue", "main"]);
    it.git(&["merge", "--quiet", "--no-ff", "--no-edit", "work"]);
    let judge = |it: &Workspace| {
        let mut gate = it.gatefold(&["gate"]);
        gate.env("CI", "true").env("GATEFOLD_BASE", base.trim());
        let ran = run(&mut gate);
        assert_eq!(ran.status, 0, "{ran}");
    };
    judge(&it);
    it.git(&["switch", "--quiet", "--create", "squashed", "main"]);
    it.git(&["merge", "--quiet", "--squash", "work"]);
    it.commit("another ranking (#7)\n\nCo-authored-by: Owner <owner@example>");
    judge(&it);
    // And once more where it has landed.
    it.git(&["switch", "--quiet", "main"]);
    it.git(&["merge", "--quiet", "--ff-only", "squashed"]);
    passes(&it);
}

#[test]
fn nobody_approves_what_they_wrote() {
    let it = Workspace::new();
    let (file, public) = key(&it, "author", "");
    it.git(&["switch", "--quiet", "main"]);
    it.write(SIGNERS, format!("author@example {public}"));
    it.append("gatefold.yaml", "exclude_authors: true\n");
    it.commit("who approves");
    it.git(&["switch", "--quiet", "--force-create", "work"]);
    it.swap_best(0);
    will_not_count(
        &approve(&it, &file, "author@example", &[]),
        "`author@example` wrote what is not committed yet",
    );
    blocks(&it, "`author@example` wrote what is not committed yet, and the policy wants somebody else");
    it.commit("another ranking, and its approval");
    blocks(&it, "`author@example` wrote `");
}

#[test]
fn what_is_open_is_told_with_who_approves_it_and_how() {
    let kinds = "approvers:\n  rankings: {guards: [golden], by: [\"*@ranking.example\"]}\n";
    let (it, key) = moved(kinds);
    let listed = it.run(&["approve"]);
    assert_eq!(listed.status, 1, "{listed}");
    assert!(listed.stdout.contains("\n    by `*@ranking.example`, with a signature\n"), "{listed}");
    let id = &listed.stdout[..12];
    let command = format!("    gatefold approve {id} --reason TEXT --by NAME --sign-with KEY\n");
    assert!(listed.stdout.contains(&command), "{listed}");

    let json = it.run(&["approve", "--format", "json"]);
    assert_eq!(json.stdout, it.run(&["approve", "--format", "json"]).stdout);
    let open: Value = serde_json::from_str(&json.stdout).expect("JSON");
    assert_eq!(open["schema"], "gatefold.open/1");
    assert_eq!(open["open"][0]["rule"], "ranking-changed");
    assert_eq!(open["open"][0]["kinds"], serde_json::json!(["rankings"]));
    let file = open["requests"][0]["file"].as_str().expect("a path");
    assert!(file.starts_with("approvals/rankings/ranking-changed-"), "{file}");

    will_not_count(&approve(&it, &key, OWNER, &[]), "`rankings` is for `*@ranking.example` to approve");
    blocks(&it, "`rankings` is for `*@ranking.example` to approve, and not for `owner@example`");
}

#[test]
fn the_file_in_the_report_needs_a_reason_a_name_and_a_signature() {
    let (it, key) = moved("");
    let report = it.gate().report;
    let request = &report["requests"][0];
    let (file, text) = (request["file"].as_str().expect("a path"), request["text"].as_str().expect("a text"));
    it.write(file, text);
    it.commit("as it stands");
    blocks(&it, "nothing is said here");
    it.write(file, text.replace("reason: ''", "reason: meant").replace("by: ''", "by: owner@example"));
    let mut sign = it.command("ssh-keygen");
    sign.args(["-q", "-Y", "sign", "-n", "gatefold-approval", "-f"]).arg(&key).arg(it.root().join(file));
    assert!(sign.status().expect("ssh-keygen runs").success());
    it.commit("approve it");
    passes(&it);

    let mut verify = it.command("ssh-keygen");
    verify.args(["-Y", "verify", "-n", "gatefold-approval", "-I", OWNER, "-f"]).arg(it.root().join(SIGNERS));
    verify.arg("-s").arg(it.root().join(format!("{file}.sig")));
    verify.stdin(fs::File::open(it.root().join(file)).expect("the approval")).stdout(Stdio::null());
    assert!(verify.status().expect("ssh-keygen runs").success());
}

#[test]
fn an_emergency_is_signed_short_and_told() {
    let (it, key) = moved("approvers:\n  rankings: {guards: [golden], by: [nobody]}\n");
    let date = |days: i64| {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_secs() as i64;
        policy::Today::at(now + days * 24 * 60 * 60).date()
    };
    let declare = |until: &str| approve(&it, &key, OWNER, &["--emergency", "--until", until]);
    for until in [&date(4), &date(-2)] {
        let ran = declare(until);
        assert_eq!(ran.status, 2, "{ran}");
        assert!(ran.stderr.contains("an emergency ends from today to "), "{ran}");
    }
    let words = ["approve", "ranking-changed", "--reason", "down", "--by", OWNER, "--emergency"];
    assert!(it.run(&words).stderr.contains("say until when"));
    let unsigned = it.run(&[&words[..], &["--until", &date(1)]].concat());
    assert!(unsigned.stderr.contains("only with a signature"), "{unsigned}");

    assert_eq!(declare(&date(1)).status, 0);
    it.commit("rankings are down");
    let verdict = it.gate();
    assert_eq!(verdict.ran.status, 0, "{}", verdict.ran);
    let remarks = verdict.report["remarks"].to_string();
    assert!(remarks.contains("an emergency that owner@example declared is in force until"), "{remarks}");
    assert!(remarks.contains("lets 1 finding"), "{remarks}");
}

#[test]
fn ids_that_name_nothing_open_are_told_what_to_do() {
    let (it, _) = moved("");
    for (id, expected) in [
        ("untied-sort", "nothing open is called `untied-sort`; open is "),
        ("ranking-change", "and how each is approved; did you mean `ranking-changed`?"),
        ("0123", "`0123` is too short: give 8 digits of a fingerprint at least; open is "),
        ("0123456789ab", "nothing open is called `0123456789ab`; open is "),
    ] {
        let ran = it.run(&["approve", id, "--reason", "because", "--by", "me"]);
        assert_eq!(ran.status, 2, "{ran}");
        assert!(ran.stderr.contains(expected), "{ran}");
    }
    let ran = it.run(&["approve", "--reason", "because"]);
    assert!(ran.status == 2 && ran.stderr.contains("say what is approved"), "{ran}");
    meanwhile(&it, "\nMore.\n");
    let ran = it.run(&["approve"]);
    assert_eq!(
        (ran.status, ran.stdout.as_str()),
        (0, "nothing blocks, so nothing needs an approval\n"),
        "{ran}"
    );
}

#[test]
fn a_signature_that_will_not_count_is_told_at_once() {
    let (it, owner) = moved("");
    let (stranger, public) = key(&it, "stranger", "");
    will_not_count(&approve(&it, &stranger, OWNER, &[]), "is not one that the base trusts");
    it.write("approvals/revoked_keys", public);
    assert_eq!(approve(&it, &owner, OWNER, &[]).status, 0);
    // Where the only key is revoked, nobody is left to sign.
    let public = fs::read_to_string(owner.with_extension("pub")).expect("the public key");
    it.write("approvals/revoked_keys", public);
    let ran = approve(&it, &owner, OWNER, &[]);
    assert_eq!(ran.status, 2, "{ran}");
    assert!(ran.stderr.contains("nothing was written, since nobody can approve it yet: no key in"), "{ran}");
}

#[test]
fn what_cannot_be_signed_leaves_nothing_behind() {
    let (it, owner) = moved("");
    let ran = approve(&it, &owner, "ownr@example", &[]);
    let said = "nothing was written: no key in `approvals/allowed_signers` of the base signs for `ownr@example`; there are \
                keys of `owner@example`; did you mean `owner@example`?";
    assert!(ran.status == 2 && ran.stderr.contains(said), "{ran}");
    assert_eq!(it.git(&["status", "--porcelain"]), "");
    let ran = approve(&it, &owner, OWNER, &["--until", "2026-01-31"]);
    assert!(ran.status == 2 && ran.stderr.contains("`--until 2026-01-31` is over"), "{ran}");
    let ran = approve(&it, &it.outside().join("missing"), OWNER, &[]);
    assert!(ran.status == 3 && ran.stderr.contains("no request is left behind"), "{ran}");
    assert_eq!(it.git(&["status", "--porcelain"]), "");
}

#[test]
fn a_kind_for_people_without_a_key_is_told() {
    let (it, _) = moved("approvers:\n  rankings: {guards: [golden], by: [nobody@example]}\n");
    let remarks = it.gate().report["remarks"].to_string();
    assert!(
        remarks.contains("the base's `approvers.rankings` names `nobody@example`, for whom no key"),
        "{remarks}"
    );
}

#[test]
fn a_key_with_a_passphrase_signs_through_the_agent() {
    let (it, _) = moved("");
    let (locked, public) = key(&it, "locked", "a passphrase");
    it.git(&["switch", "--quiet", "main"]);
    it.append(SIGNERS, &format!("locked@example {public}"));
    it.commit("one more");
    it.git(&["switch", "--quiet", "work"]);
    it.git(&["rebase", "--quiet", "main"]);
    let ask = it.outside().join("ask");
    fs::write(&ask, "#!/bin/sh\necho 'a passphrase'\n").expect("a program");
    assert!(it.command("chmod").arg("+x").arg(&ask).status().expect("chmod runs").success());
    // The agent ends with the command that it is started for.
    let mut agent = it.command("ssh-agent");
    agent
        .current_dir(it.root())
        .env("SSH_ASKPASS", &ask)
        .env("SSH_ASKPASS_REQUIRE", "force")
        .env("DISPLAY", ":0");
    agent.args(["sh", "-c", "ssh-add -q \"$1\" && shift && exec \"$@\"", "sh"]).arg(&locked);
    agent.arg(env!("CARGO_BIN_EXE_gatefold"));
    agent.args(["approve", "ranking-changed", "--reason", "meant", "--by", "locked@example", "--sign-with"]);
    let ran = run(agent.arg(locked.with_extension("pub")));
    assert_eq!(ran.status, 0, "{ran}");
    it.commit("approve it");
    passes(&it);
}

#[test]
fn findings_that_are_alike_are_named_once() {
    let (it, _) = moved("");
    it.git(&["switch", "--quiet", "--force-create", "later", "main"]);
    it.append("crates/telemetry/src/clock.rs", "fn later() {\n    todo!();\n    todo!();\n}\n");
    it.commit("later");
    let ran = it.run(&["approve"]);
    let commands: Vec<&str> = ran.stdout.lines().filter(|line| line.contains(" approve ")).collect();
    let [command] = commands.as_slice() else { panic!("{ran}") };
    assert!(ran.stdout.contains(", 2 times\n"), "{ran}");
    let words: Vec<&str> = command.split_whitespace().skip_while(|word| *word != "approve").collect();
    assert_eq!(words[2], "--reason", "{command}");
    // The report's own advice, which is about both.
    assert!(it.run(&["gate"]).stdout.contains(&format!("approve {} --reason", words[1])), "{ran}");
}
