//! Files that try to be more than they are.

use gatefold_policy::approvals::{Approvals, SIGNERS_FILE, Words};
use gatefold_policy::{Settings, Vouching};
use source::{Change, Tree};

use crate::common::{ANN, APPROVAL, Key, Moved, on};

const SIGNATURE: &str = "approvals/one.yaml.sig";

fn trusted() -> Moved {
    Moved::under(&Key::new(1).line(ANN), Settings::default())
}

/// What the approval says, signed as it stands.
fn saying(edit: impl Fn(&str) -> String) -> Moved {
    let it = trusted();
    let text = edit(&it.request(&Words { reason: "meant", by: ANN, ..Words::default() }));
    it.with(&[(APPROVAL, &text), (SIGNATURE, &Key::new(1).sign(&text))])
}

/// The file accepts nothing, since it is none.
#[track_caller]
fn malformed(it: &Moved, message: &str) {
    let read = it.read();
    let told: Vec<_> = read.findings.iter().map(|finding| finding.message.as_str()).collect();
    assert_eq!(told, [format!("this approval accepts nothing: {message}")]);
    it.blocks("nothing names it");
}

#[test]
fn a_key_that_the_change_brings_signs_nothing() {
    let both = Key::new(1).line(ANN) + &Key::new(2).line("bob@example.org");
    let it = trusted().with(&[(SIGNERS_FILE, &both)]).signed("bob@example.org", &Key::new(2));
    let key = Key::new(2).0.public_key().fingerprint(ssh_key::HashAlg::Sha256);
    it.blocks(&format!("its key {key} is not one that the base trusts"));
}

#[test]
fn another_name_than_the_keys_signs_nothing() {
    trusted().signed("bob@example.org", &Key::new(1)).blocks("its key does not sign for `bob@example.org`");
    trusted().signed("Ann@example.org", &Key::new(1)).blocks("its key does not sign for `Ann@example.org`");
    let wide = Moved::under(&Key::new(1).line("*"), Settings::default());
    let odd = "`by` has letters that are not plain ASCII, so that it could be read as another name";
    // The first letter is Cyrillic; then a character without width, and one that turns the direction.
    for name in ["аnn@example.org", "ann\u{200b}@example.org", "\u{202e}nna", "ann\t"] {
        wide.signed(name, &Key::new(1)).blocks(odd);
    }
    wide.signed("ann@example.org", &Key::new(1)).passes();
}

#[test]
fn other_line_ends_are_other_bytes() {
    let it = trusted().signed(ANN, &Key::new(1));
    let text =
        it.head.iter().find(|(path, _)| path == APPROVAL).expect("it is there").1.replace('\n', "\r\n");
    it.with(&[(APPROVAL, &text)]).blocks("its signature does not fit its content");
    let mark = format!("\u{feff}{}", text.replace("\r\n", "\n"));
    it.with(&[(APPROVAL, &mark)]).blocks("nothing names it");
    // Signed as they stand, both read alike.
    saying(|text| text.replace('\n', "\r\n")).passes();
}

#[test]
fn a_file_is_one_document_that_says_everything_once() {
    malformed(
        &saying(|text| format!("{text}---\n{text}")),
        "failed to read the file: deserializing from YAML containing more than one document is not supported",
    );
    malformed(
        &saying(|text| format!("{text}by: bob@example.org\n")),
        "failed to read the file: the key `by` stands here twice, first in line 9",
    );
    malformed(
        &saying(|text| format!("{text}# {}\n", "x".repeat(2_000_000))),
        "failed to read the file: it has 2000269 bytes, more than the 1048576 that are read",
    );
}

#[test]
fn a_signature_is_no_longer_than_signatures_are() {
    let it = trusted().signed(ANN, &Key::new(1)).with(&[(SIGNATURE, &"A".repeat(20_000))]);
    it.blocks("its signature is not read: it has more than 16384 bytes");
}

#[test]
fn dates_are_days_of_the_judges_clock() {
    for (date, why) in [
        ("2026-11-20", None),
        ("2026-11-21", None),
        ("2026-11-22", Some("it is dated ahead, 2026-11-22")),
        ("9999-12-31", Some("it is dated ahead, 9999-12-31")),
    ] {
        assert_eq!(saying(|text| text.replace("2026-11-20", date)).why().as_deref(), why, "{date}");
    }
    for until in ["2026-11-20T23:59:59-12:00", "2026-11-20 UTC", "20261120"] {
        malformed(
            &saying(|text| format!("{text}until: '{until}'\n")),
            &format!("failed to read the file: `{until}` is no date such as `2027-01-31`"),
        );
    }
}

#[test]
fn below_the_folder_of_a_kind_nothing_is_read() {
    let it = trusted().signed(ANN, &Key::new(1));
    let moved = |to: &str| {
        let head = it.head.iter().map(|(path, text)| (path.replace("approvals/one", to), text.clone()));
        Moved { base: it.base.clone(), head: head.collect(), settings: it.settings.clone() }
    };
    moved("approvals/kind/one").passes();
    for to in ["approvals/kind/deeper/one", "Approvals/one", "approvals2/one", "docs/approvals/one"] {
        moved(to).blocks("nothing names it");
    }
}

/// A tree on the disk, where files may be links.
#[cfg(unix)]
#[test]
fn a_link_is_neither_an_approval_nor_a_list_of_signers() {
    let settings = Settings { approvals: Some(Vouching::Owners), ..Settings::default() };
    let mut it = Moved::under(&Key::new(1).line(ANN), settings.clone()).signed(ANN, &Key::new(1));
    it.base.push(("CODEOWNERS".to_owned(), "* @all\n".to_owned()));
    let folder = tempfile::tempdir().expect("a temporary folder");
    let tree = |name: &str, files: &[(String, String)], link: &str| {
        let root = folder.path().join(name);
        for (path, text) in files {
            let linked = path == link;
            let file = root.join(if linked { "elsewhere" } else { path });
            std::fs::create_dir_all(root.join("approvals")).expect("a folder");
            std::fs::create_dir_all(file.parent().expect("it lies in a folder")).expect("a folder");
            std::fs::write(file, text).expect("a file");
            if linked {
                std::os::unix::fs::symlink("../elsewhere", root.join(path)).expect("a link");
            }
        }
        Tree::from_disk(root, files.iter().map(|(path, _)| path.clone()).collect())
    };
    let read = |change: &Change, settings: &Settings| {
        let read = Approvals::read(change, Some(settings), on("2026-11-20"));
        let told = read.findings.iter().map(|finding| finding.message.clone()).collect::<Vec<_>>();
        (read.covering(&crate::common::moved(), change).is_some(), told)
    };
    let plain = Change { base: Some(tree("a", &it.base, "")), head: tree("b", &it.head, ""), ..it.change() };
    assert_eq!(read(&plain, &settings), (true, vec![]));
    let linked = Change { head: tree("c", &it.head, APPROVAL), ..plain.clone() };
    let message = "this approval accepts nothing: it is a link, and where that leads anybody may write";
    assert_eq!(read(&linked, &settings), (false, vec![message.to_owned()]));
    let signers = Change { base: Some(tree("d", &it.base, SIGNERS_FILE)), ..plain };
    let (covered, told) = read(&signers, &Settings::default());
    let message = "this approval is only a request: `approvals/allowed_signers` of the base is a link, which trusts nobody";
    assert_eq!((covered, told), (false, vec![message.to_owned()]));
}
