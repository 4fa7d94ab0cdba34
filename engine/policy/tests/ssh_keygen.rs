//! Signatures against OpenSSH's own `ssh-keygen`, both ways: what it signs counts here, and what counts here it accepts.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use gatefold_policy::Today;
use gatefold_policy::approvals::{AllowedSigners, NAMESPACE, Refusal, RevokedKeys, sign, verify};

const TEXT: &str = "gatefold-approval: 1\nreason: ü\n";

struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Folder {
        Folder(tempfile::tempdir().expect("a temporary folder"))
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn write(&self, name: &str, text: &str) -> PathBuf {
        std::fs::write(self.path(name), text).expect("the folder can be written");
        self.path(name)
    }

    /// A fresh key pair without a passphrase; gives the line of its public part.
    fn key(&self, name: &str, kind: &[&str]) -> String {
        let mut command = keygen();
        command.args(["-q", "-N", "", "-C", "a comment", "-f"]).arg(self.path(name)).arg("-t").args(kind);
        assert!(command.status().expect(MISSING).success(), "ssh-keygen makes a key of type {kind:?}");
        let line = std::fs::read_to_string(self.path(&format!("{name}.pub"))).expect("a public key");
        line.trim().to_owned()
    }

    fn sign(&self, key: &str) -> String {
        let file = self.write("approval.yaml", TEXT);
        sign(&file, &self.path(key)).expect("ssh-keygen signs");
        std::fs::read_to_string(self.path("approval.yaml.sig")).expect("a signature")
    }
}

const MISSING: &str =
    "`ssh-keygen` must be installed: these tests compare with it, and do not pass without it";

fn keygen() -> Command {
    let mut command = Command::new("ssh-keygen");
    // Times without `Z` are local there, and always UTC here.
    command.env("TZ", "UTC").stdin(Stdio::null());
    command
}

fn today() -> Today {
    Today::on("2026-11-20").expect("a date")
}

/// What we say of a signature, and what `ssh-keygen -Y verify` says.
fn both(folder: &Folder, signers: &str, text: &str, armoured: &str) -> (Result<(), Refusal>, bool) {
    let read = AllowedSigners::parse(signers);
    let ours = verify(text.as_bytes(), armoured, "ann@example.org", &read, today(), false).map(drop);
    (ours, theirs(folder, signers, text, armoured))
}

fn theirs(folder: &Folder, signers: &str, text: &str, armoured: &str) -> bool {
    let (signers, signature) =
        (folder.write("allowed_signers", signers), folder.write("given.sig", armoured));
    let content = std::fs::File::open(folder.write("given.yaml", text)).expect("a file");
    let mut command = keygen();
    command.args(["-Y", "verify", "-n", NAMESPACE, "-I", "ann@example.org", "-Overify-time=20261120", "-f"]);
    command.arg(signers).arg("-s").arg(signature).stdin(content).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().expect(MISSING).success()
}

/// Refused by us for the reason, and by them.
#[track_caller]
fn refused(folder: &Folder, signers: &str, text: &str, armoured: &str, why: Refusal) {
    assert_eq!(both(folder, signers, text, armoured), (Err(why), false), "{signers}");
}

#[test]
fn every_kind_of_key_counts_here_and_there() {
    for kind in [
        &["ed25519"][..],
        &["ecdsa", "-b", "256"],
        &["ecdsa", "-b", "384"],
        &["ecdsa", "-b", "521"],
        &["rsa", "-b", "2048"],
        &["rsa", "-b", "3072"],
    ] {
        let folder = Folder::new();
        let key = folder.key("key", kind);
        let armoured = folder.sign("key");
        let signers = format!("# who may\n\nann@example.org {key}\n");
        assert_eq!(both(&folder, &signers, TEXT, &armoured), (Ok(()), true), "{kind:?}");
        refused(&folder, &signers, &TEXT.replace("1", "2"), &armoured, Refusal::Forged);
        refused(&folder, &signers, &TEXT.replace('\n', "\r\n"), &armoured, Refusal::Forged);
    }
}

#[test]
fn the_name_of_a_signer_and_the_fingerprint_of_its_key_are_known() {
    let folder = Folder::new();
    let key = folder.key("key", &["ed25519"]);
    let signers = AllowedSigners::parse(&format!("*@example.org {key}\n"));
    let armoured = folder.sign("key");
    let signer =
        verify(TEXT.as_bytes(), &armoured, "ann@example.org", &signers, today(), false).expect("it counts");
    let shown = keygen().arg("-lf").arg(folder.path("key.pub")).output().expect(MISSING);
    assert!(String::from_utf8_lossy(&shown.stdout).contains(&signer.key), "{signer:?}");
    assert_eq!(signer.name, "ann@example.org");
}

#[test]
fn options_of_a_key_mean_what_they_mean_to_openssh() {
    let folder = Folder::new();
    let key = folder.key("key", &["ed25519"]);
    let armoured = folder.sign("key");
    for line in [
        "ann@example.org namespaces=\"gatefold-approval\" KEY",
        "ann@example.org namespaces=\"git,gatefold-*\" KEY",
        "\"ann@example.org\" KEY",
        "bob@example.org,ann@example.org KEY with a comment",
        "*@example.org,!bob@example.org KEY",
        "ann@example.org valid-after=\"20260101\",valid-before=\"20270101Z\" KEY",
        "ann@example.org NAMESPACES=\"gatefold-approval\",valid-before=\"202611200001\" KEY",
        "ann@example.org valid-before=\"20200101\" KEY\nann@example.org KEY",
        "ann@example.org cert-authority KEY\nann@example.org KEY",
        "  ann@example.org   KEY",
    ] {
        let signers = format!("{}\n", line.replace("KEY", &key));
        assert_eq!(both(&folder, &signers, TEXT, &armoured), (Ok(()), true), "{line}");
    }
    for (line, why) in [
        ("ann@example.org namespaces=\"git\" KEY", Refusal::NotForApprovals),
        ("ann@example.org namespaces=\"*,!gatefold-approval\" KEY", Refusal::NotForApprovals),
        ("bob@example.org KEY", Refusal::OtherName("ann@example.org".to_owned())),
        ("*@example.org,!ann@example.org KEY", Refusal::OtherName("ann@example.org".to_owned())),
        ("ann@example.org valid-before=\"20261119235959Z\" KEY", Refusal::NotValidNow),
        ("ann@example.org valid-after=\"20261121\" KEY", Refusal::NotValidNow),
    ] {
        refused(&folder, &format!("{}\n", line.replace("KEY", &key)), TEXT, &armoured, why);
    }
}

#[test]
fn a_line_that_is_not_read_trusts_nobody_and_is_told() {
    let folder = Folder::new();
    let key = folder.key("key", &["ed25519"]);
    let armoured = folder.sign("key");
    let unknown = {
        let signers = AllowedSigners::parse("");
        verify(TEXT.as_bytes(), &armoured, "ann@example.org", &signers, today(), false)
            .expect_err("nobody is trusted")
    };
    for (line, message) in [
        ("ann@example.org cert-authority KEY", "line 1 trusts nobody: certificates are not read, only keys"),
        ("ann@example.org touch KEY", "line 1 trusts nobody: the option `touch` is not known"),
        (
            "ann@example.org valid-after=\"soon\" KEY",
            "line 1 trusts nobody: `soon` is no time such as `20270131` or `202701311200Z`",
        ),
        (
            "ann@example.org valid-after=\"20270101\",valid-before=\"20260101\" KEY",
            "line 1 trusts nobody: it ends before it begins",
        ),
    ] {
        let text = line.replace("KEY", &key);
        assert_eq!(AllowedSigners::parse(&text).problems, [message]);
        refused(&folder, &text, TEXT, &armoured, unknown.clone());
    }
    for line in [
        "ann@example.org",
        "ann@example.org ssh-ed25519",
        "ann@example.org ssh-ed25519 AAAA",
        "\"ann",
        "ü \u{0}",
    ] {
        let read = AllowedSigners::parse(line);
        assert_eq!((read.entries.len(), read.problems.len()), (0, 1), "{line}: {read:?}");
    }
}

#[test]
fn an_unknown_key_is_refused() {
    let folder = Folder::new();
    folder.key("key", &["ed25519"]);
    let other = folder.key("other", &["ed25519"]);
    let armoured = folder.sign("key");
    let (ours, theirs) = both(&folder, &format!("ann@example.org {other}\n"), TEXT, &armoured);
    assert!(matches!(ours, Err(Refusal::UnknownKey(_))), "{ours:?}");
    assert!(!theirs);
}

#[test]
fn a_signature_for_something_else_is_refused() {
    let folder = Folder::new();
    let key = folder.key("key", &["ed25519"]);
    let file = folder.write("approval.yaml", TEXT);
    let mut command = keygen();
    command.args(["-q", "-Y", "sign", "-n", "git", "-f"]).arg(folder.path("key")).arg(&file);
    assert!(command.status().expect(MISSING).success());
    let armoured = std::fs::read_to_string(folder.path("approval.yaml.sig")).expect("a signature");
    let signers = format!("ann@example.org {key}\n");
    refused(&folder, &signers, TEXT, &armoured, Refusal::Namespace("git".to_owned()));
}

#[test]
fn a_damaged_signature_is_refused_and_nothing_else_happens() {
    let folder = Folder::new();
    let mut signers = String::new();
    for (name, kind) in
        [("a", &["ed25519"][..]), ("b", &["ecdsa", "-b", "256"]), ("c", &["rsa", "-b", "2048"])]
    {
        signers.push_str(&format!("ann@example.org {}\n", folder.key(name, kind)));
    }
    let read = AllowedSigners::parse(&signers);
    for name in ["a", "b", "c"] {
        let armoured = folder.sign(name);
        let lines: Vec<&str> = armoured.lines().collect();
        for index in 0..armoured.len() {
            let mut damaged = armoured.clone().into_bytes();
            damaged[index] = if damaged[index] == b'A' { b'B' } else { b'A' };
            let damaged = String::from_utf8(damaged).expect("letters");
            if verify(TEXT.as_bytes(), &damaged, "ann@example.org", &read, today(), false).is_ok() {
                // The library does not look at lengths that it can do without; what is read is the same then.
                let [damaged, whole] = [&damaged, &armoured].map(|text| ssh_key::SshSig::from_pem(text).ok());
                assert_eq!(damaged, whole, "byte {index} of {name}");
            }
        }
        for cut in 0..lines.len() {
            let damaged = lines[..cut].join("\n");
            assert!(verify(TEXT.as_bytes(), &damaged, "ann@example.org", &read, today(), false).is_err());
        }
    }
}

#[test]
fn either_hash_of_the_text_counts() {
    for hash in ["sha256", "sha512"] {
        let folder = Folder::new();
        let key = folder.key("key", &["rsa", "-b", "3072"]);
        let file = folder.write("approval.yaml", TEXT);
        let mut command = keygen();
        command.args(["-q", "-Y", "sign", "-n", NAMESPACE, &format!("-Ohashalg={hash}"), "-f"]);
        assert!(command.arg(folder.path("key")).arg(&file).status().expect(MISSING).success());
        let armoured = std::fs::read_to_string(folder.path("approval.yaml.sig")).expect("a signature");
        let signers = format!("ann@example.org {key}\n");
        assert_eq!(both(&folder, &signers, TEXT, &armoured), (Ok(()), true), "{hash}");
        refused(&folder, &signers, "another text", &armoured, Refusal::Forged);
    }
}

#[test]
fn a_revoked_key_is_refused_here_and_there() {
    let folder = Folder::new();
    let (key, other) = (folder.key("key", &["ed25519"]), folder.key("other", &["ed25519"]));
    let armoured = folder.sign("key");
    let signers = folder.write("allowed_signers", &format!("ann@example.org {key}\n"));
    let signature = folder.write("given.sig", &armoured);
    for (list, refused) in [
        (format!("{key}\n"), true),
        (format!("# lost\n\n  {key}\n{other}\n"), true),
        (format!("{other}\n"), false),
        (format!("# {key}\n"), false),
        (String::new(), false),
    ] {
        let revoked = RevokedKeys::parse(list.as_bytes());
        assert_eq!(revoked.problems, Vec::<String>::new(), "{list}");
        let mut read = AllowedSigners::parse(&format!("ann@example.org {key}\n"));
        read.revoked = revoked.keys;
        let ours = verify(TEXT.as_bytes(), &armoured, "ann@example.org", &read, today(), false);
        assert_eq!(matches!(ours, Err(Refusal::Revoked(_))), refused, "{ours:?}");
        let content = std::fs::File::open(folder.write("given.yaml", TEXT)).expect("a file");
        let mut command = keygen();
        command.args(["-Y", "verify", "-n", NAMESPACE, "-I", "ann@example.org", "-f"]).arg(&signers);
        command.arg("-s").arg(&signature).arg("-r").arg(folder.write("revoked_keys", &list));
        command.stdin(content).stdout(Stdio::null()).stderr(Stdio::null());
        assert_eq!(!command.status().expect(MISSING).success(), refused, "{list}");
    }
}

#[test]
fn a_krl_is_refused_as_what_it_is() {
    let folder = Folder::new();
    folder.key("key", &["ed25519"]);
    let mut command = keygen();
    command.args(["-q", "-k", "-f"]).arg(folder.path("krl")).arg(folder.path("key.pub"));
    assert!(command.status().expect(MISSING).success());
    let krl = std::fs::read(folder.path("krl")).expect("a revocation list");
    let read = RevokedKeys::parse(&krl);
    assert_eq!(read.problems, ["it is a KRL, of which nothing is read; list the public keys, one a line"]);
}

#[test]
fn a_policy_that_wants_a_touch_refuses_a_key_without() {
    let folder = Folder::new();
    let key = folder.key("key", &["ed25519"]);
    let armoured = folder.sign("key");
    let signers = AllowedSigners::parse(&format!("ann@example.org {key}\n"));
    let found = verify(TEXT.as_bytes(), &armoured, "ann@example.org", &signers, today(), true);
    assert_eq!(found, Err(Refusal::NoPresence));
}

#[test]
fn signing_again_replaces_the_signature_and_failing_says_so() {
    let folder = Folder::new();
    folder.key("key", &["ed25519"]);
    let first = folder.sign("key");
    assert_eq!(folder.sign("key"), first, "ed25519 signs the same text alike");
    let error = sign(&folder.path("approval.yaml"), Path::new("/nowhere/key")).expect_err("no such key");
    assert!(error.to_string().starts_with("failed to sign "), "{error}");
}
