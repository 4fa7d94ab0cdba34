//! A change with a ranking that moved, people with keys, and what they sign.

use findings::{Finding, Location, rule};
use gatefold_policy::approvals::{Approvals, NAMESPACE, SIGNERS_FILE, Words, request_for};
use gatefold_policy::{Settings, Today};
use source::{Change, Tree};
use ssh_key::private::{Ed25519Keypair, PrivateKey};
use ssh_key::{HashAlg, LineEnding};

rule! {
    /// Only for tests.
    static RANKING_CHANGED = { id: "ranking-changed", guard: "golden", group: "tests", level: Error, summary: "finds changes" };
}

pub(crate) const RANKINGS: &str = "services/home/golden/rankings.jsonl";
pub(crate) const APPROVAL: &str = "approvals/one.yaml";
pub(crate) const ANN: &str = "ann@example.org";

pub(crate) type Files = Vec<(String, String)>;

pub(crate) fn files(entries: &[(&str, &str)]) -> Files {
    entries.iter().map(|(path, text)| (path.to_string(), text.to_string())).collect()
}

/// The files, with others added or in their place.
pub(crate) fn with(base: &Files, more: &[(&str, &str)]) -> Files {
    let replaced = |path: &String| more.iter().any(|(other, _)| other == path);
    base.iter().filter(|(path, _)| !replaced(path)).cloned().chain(files(more)).collect()
}

pub(crate) fn change(base: &Files, head: &Files) -> Change {
    Change::of_trees(Some(Tree::from_memory(base.clone())), Tree::from_memory(head.clone()))
}

pub(crate) fn moved() -> Finding {
    Finding::new(&RANKING_CHANGED, Location::file(RANKINGS), "two rankings moved").fact("home")
}

pub(crate) fn on(date: &str) -> Today {
    Today::on(date).expect("a date")
}

/// A key pair; the same number gives the same.
pub(crate) struct Key(pub(crate) PrivateKey);

impl Key {
    pub(crate) fn new(seed: u8) -> Key {
        Key(PrivateKey::from(Ed25519Keypair::from_seed(&[seed; 32])))
    }

    pub(crate) fn public(&self) -> String {
        self.0.public_key().to_openssh().expect("a public key")
    }

    /// A line of `allowed_signers`.
    pub(crate) fn line(&self, principals: &str) -> String {
        format!("{principals} {}\n", self.public())
    }

    pub(crate) fn sign(&self, text: &str) -> String {
        let signature = self.0.sign(NAMESPACE, HashAlg::Sha512, text.as_bytes()).expect("it signs");
        signature.to_pem(LineEnding::LF).expect("a signature")
    }
}

/// A ranking that moved, in a workspace whose base trusts keys.
pub(crate) struct Moved {
    pub(crate) base: Files,
    pub(crate) head: Files,
    pub(crate) settings: Settings,
}

impl Moved {
    /// Where the base has these signers and this policy.
    pub(crate) fn under(signers: &str, settings: Settings) -> Moved {
        let base = files(&[(RANKINGS, "a b c\n"), (SIGNERS_FILE, signers)]);
        let head = with(&base, &[(RANKINGS, "b a c\n")]);
        Moved { base, head, settings }
    }

    /// The approval of what moved, as a file.
    pub(crate) fn request(&self, words: &Words<'_>) -> String {
        request_for(&[&moved()], &change(&self.base, &self.head), on("2026-11-20"), words)
    }

    /// With an approval by a name, signed by a key.
    pub(crate) fn signed(&self, by: &str, key: &Key) -> Moved {
        let text = self.request(&Words { reason: "meant", by, ..Words::default() });
        self.with(&[(APPROVAL, &text), ("approvals/one.yaml.sig", &key.sign(&text))])
    }

    /// With other files at head.
    pub(crate) fn with(&self, more: &[(&str, &str)]) -> Moved {
        Moved { base: self.base.clone(), head: with(&self.head, more), settings: self.settings.clone() }
    }

    pub(crate) fn change(&self) -> Change {
        change(&self.base, &self.head)
    }

    pub(crate) fn read(&self) -> Approvals {
        Approvals::read(&self.change(), Some(&self.settings), on("2026-11-20"))
    }

    /// Why what moved is not covered: nothing where it is.
    pub(crate) fn why(&self) -> Option<String> {
        why(&self.read(), &self.change())
    }

    #[track_caller]
    pub(crate) fn passes(&self) {
        assert_eq!(self.why(), None);
    }

    #[track_caller]
    pub(crate) fn blocks(&self, because: &str) {
        assert_eq!(self.why().as_deref(), Some(because));
    }
}

/// Why a ranking that moved is not covered, by the first approval that names it.
pub(crate) fn why(approvals: &Approvals, change: &Change) -> Option<String> {
    let refused = approvals.not_covering(&moved(), change);
    match approvals.covering(&moved(), change) {
        Some(_) => None,
        None => Some(refused.into_iter().next().map_or("nothing names it".to_owned(), |(_, why)| why)),
    }
}
