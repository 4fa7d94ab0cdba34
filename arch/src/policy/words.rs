//! What every rule of the policy says in words, and the keys of it.

/// Two shapes of lists.
pub(super) const MEMBERS: &str = "list of patterns of crates or modules";
pub(super) const MEMBERS_OR_LAYERS: &str = "list of patterns of crates or modules, or of `layer:NAME`";

/// The keys that every kind of rule has, below the path of a rule, behind the keys that are its own.
macro_rules! keys {
    ($rule:literal; $($key:expr),* $(,)?) => {
        &[
            $($key,)*
            ::policy::Key::new(
                concat!($rule, ".because"),
                "text",
                "none",
                ::policy::Direction::Free,
                "Why. Findings say it.",
            ),
            ::policy::Key::new(
                concat!($rule, ".instead"),
                "text",
                "none",
                ::policy::Direction::Free,
                "What to do instead. Findings say it.",
            ),
            ::policy::Key::new(
                concat!($rule, ".fails_on"),
                "a small workspace, in lines",
                "none",
                ::policy::Direction::MoreTightens,
                "A workspace of a few lines that breaks the rule, so that it is known to find something. \
                 `crate home -> features, redb as db` is a package with its dependencies, \
                 `home/src/lib.rs | use redb::Database;` one more line of a file. Libraries, and the modules right below a \
                 library, need not be declared. The highest layer needs none where nothing can break it. Another example \
                 loosens nothing where it breaks the rule of the base and that of head; taking it out does.",
            ),
        ]
    };
}

pub(super) use keys;
