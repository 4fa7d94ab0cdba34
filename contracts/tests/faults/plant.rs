//! How a fault is planted in the reference workspace, and how it is judged.

use std::cell::OnceCell;

use contracts::{Codes, Outside, check_static_with};
use findings::Finding;
use source::{Cache, Change, Code, Tree};

use crate::workspace::{base, base_code, files, policy, services};

/// A fault, where it is planted, and what has to catch it.
pub(crate) struct Fault {
    /// What is wrong, for the table.
    pub(crate) what: &'static str,
    pub(crate) edits: &'static [Edit],
    /// Every rule that fires.
    pub(crate) caught_by: &'static [&'static str],
    /// Whether it is only told, and blocks nothing.
    pub(crate) advises: bool,
}

/// A change of one file.
pub(crate) enum Edit {
    /// Every place where a text stands has another; it has to stand there.
    Replace(&'static str, &'static str, &'static str),
    /// A file is there that was not.
    Add(&'static str, &'static str),
    /// A file is somewhere else.
    Move(&'static str, &'static str),
    /// A file has what another has.
    Copy(&'static str, &'static str),
}

/// A fault that blocks.
pub(crate) const fn fault(
    what: &'static str,
    edits: &'static [Edit],
    caught_by: &'static [&'static str],
) -> Fault {
    Fault { what, edits, caught_by, advises: false }
}

/// A fault that is only told: often it is none.
pub(crate) const fn advice(
    what: &'static str,
    edits: &'static [Edit],
    caught_by: &'static [&'static str],
) -> Fault {
    Fault { what, edits, caught_by, advises: true }
}

/// What the static tier finds in the workspace with some edits.
pub(crate) fn judge(edits: &[Edit]) -> Vec<Finding> {
    let mut head = files().clone();
    for edit in edits {
        match edit {
            Edit::Replace(path, from, to) => {
                let text = head.get(*path).unwrap_or_else(|| panic!("{path} is not there"));
                let text = std::str::from_utf8(text).expect("it is text");
                assert!(text.contains(from), "`{from}` does not stand in {path}");
                let text = text.replace(from, to).into_bytes();
                head.insert((*path).to_owned(), text);
            }
            Edit::Add(path, text) => {
                let was = head.insert((*path).to_owned(), text.as_bytes().to_vec());
                assert!(was.is_none(), "{path} is there");
            }
            Edit::Move(from, to) => {
                let content = head.remove(*from).unwrap_or_else(|| panic!("{from} is not there"));
                head.insert((*to).to_owned(), content);
            }
            Edit::Copy(from, to) => {
                let content = head.get(*from).unwrap_or_else(|| panic!("{from} is not there")).clone();
                head.insert((*to).to_owned(), content);
            }
        }
    }
    let touches_code = edits.iter().any(|edit| match edit {
        Edit::Replace(path, ..) | Edit::Add(path, _) | Edit::Copy(_, path) | Edit::Move(_, path) => {
            path.ends_with(".rs") || path.ends_with("Cargo.toml")
        }
    });
    let head = Tree::from_memory(head);
    let change = Change::of_trees(Some(base().clone()), head.clone());
    let own = OnceCell::new();
    let head_code = || match touches_code {
        true => own.get_or_init(|| Code::read(&head, &Cache::off())),
        false => base_code(),
    };
    let codes = Codes { head: &head_code, base: &|| Some(base_code()) };
    let outside = Outside { services: services(&head), ..Outside::default() };
    let checked = check_static_with(&change, policy(), codes, &outside);
    checked.unwrap_or_else(|error| panic!("{error}")).findings
}
