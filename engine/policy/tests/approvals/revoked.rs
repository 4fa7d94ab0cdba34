//! Keys that are taken back sign nothing, at once.

use gatefold_policy::Settings;
use gatefold_policy::approvals::{REVOKED_FILE, RevokedKeys};

use crate::common::{ANN, Key, Moved};

fn signed() -> Moved {
    Moved::under(&Key::new(1).line(ANN), Settings::default()).signed(ANN, &Key::new(1))
}

#[test]
fn a_key_that_either_side_revokes_signs_nothing() {
    let list = format!("# lost\n\n  {} on the train\n", Key::new(1).public());
    let fingerprint = Key::new(1).0.public_key().fingerprint(ssh_key::HashAlg::Sha256);
    let why = format!("its key {fingerprint} is revoked by `approvals/revoked_keys`");
    let by_head = signed().with(&[(REVOKED_FILE, &list)]);
    by_head.blocks(&why);
    let mut by_base = signed();
    by_base.base.push((REVOKED_FILE.to_owned(), list));
    by_base.blocks(&why);
    signed().with(&[(REVOKED_FILE, &Key::new(2).public())]).passes();
}

#[test]
fn a_list_that_is_not_read_lets_no_signature_count() {
    for (text, what) in [
        ("SSHKRL\n\0....", "it is a KRL, of which nothing is read; list the public keys, one a line"),
        ("\nssh-ed25519 AAAA", "line 2 is no public key: Base64 encoding error: invalid Base64 length"),
    ] {
        let it = signed().with(&[(REVOKED_FILE, text)]);
        let why = format!("`approvals/revoked_keys` is not read, so that no signature counts: {what}");
        it.blocks(&why);
        assert!(it.read().remarks.contains(&why));
        // The base's is told, and bars nobody from putting it right.
        let mut of_base = signed();
        of_base.base.push((REVOKED_FILE.to_owned(), text.to_owned()));
        of_base.passes();
        assert!(of_base.read().remarks[0].starts_with("`approvals/revoked_keys` of the base: "));
    }
    assert_eq!(RevokedKeys::parse(b"\xff\xfe").problems, ["it is not text"]);
}
