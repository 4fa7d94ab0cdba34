//! The keys of the top level, and which way each loosens.

use crate::schema::{Direction, Key};

/// The keys of the top level.
pub(crate) static KEYS: &[Key] = &[
    Key::new(
        "gatefold",
        "version requirement",
        "none",
        Direction::Free,
        "Which versions of Gatefold may judge, for instance `\">=0.1\"`. Any other version ends with exit status 2.",
    ),
    Key::new(
        "mode",
        "`enforce` or `observe`",
        "enforce",
        Direction::Words(&["enforce", "observe"]),
        "`observe` blocks nothing and says what would have blocked; hooks deny an agent nothing, and tell it what they would deny.",
    ),
    Key::new(
        "observe[]",
        "list of guards",
        "none",
        Direction::MoreLoosens,
        "Guards that only observe, whatever the mode.",
    ),
    Key::new(
        "required[]",
        "list of guards",
        "none",
        Direction::MoreTightens,
        "Guards that must have something to look at. Without this, a guard that has nothing to look at is green.",
    ),
    Key::new(
        "approvals",
        "`signed` or `owners`",
        "signed",
        Direction::Words(&["signed", "owners"]),
        "Who vouches for an approval. `signed`: an SSH signature by a key in the base's `approvals/allowed_signers`. \
               `owners`: the forge, which asks a code owner to review `approvals/`, where CODEOWNERS of the base names one; the \
               verdict says that it relies on that. A key that `approvals/revoked_keys` of either side lists signs nothing, and \
               while head's list is not read, no key does. Times at which keys are valid are those of the judge's clock, in UTC.",
    ),
    Key::new(
        "user_presence",
        "true or false",
        "false",
        Direction::FalseLoosens,
        "Whether a signature counts only if its key, on a security device, asked for a touch.",
    ),
    Key::new(
        "exclude_authors",
        "true or false",
        "false",
        Direction::FalseLoosens,
        "Whether a signature does not count by whom a commit of the change that touches what is approved names as its author, \
               committer or co-author, or, before it is committed, git's configuration. Names are compared with all for which the \
               signer's key is trusted, so a key for `*@example.org` signs nothing that anybody there wrote. Git's names are what \
               people write into commits; with `approvals: owners` it is the forge's to keep authors from approving.",
    ),
    Key::new(
        "approvers.*",
        "map by a name in kebab-case",
        "none",
        Direction::MoreTightens,
        "Kinds of findings that particular people approve. Which findings are of a kind is said by `rules`, `guards` and \
               `files`: any of them makes one belong, and one must be there, as must `by` unless it is `approvals: owners`. One of \
               several kinds needs an approval for each. With `approvals: owners`, an approval for a kind lies in `approvals/NAME/`, \
               for which CODEOWNERS of the base must have a line of its own. An emergency needs none of them. The base's kinds \
               hold, as all that it says of approvals.",
    ),
    Key::new(
        "approvers.*.rules[]",
        "list of rule ids",
        "none",
        Direction::MoreTightens,
        "Rules whose findings are of the kind, for instance `policy-loosened`.",
    ),
    Key::new(
        "approvers.*.guards[]",
        "list of guards",
        "none",
        Direction::MoreTightens,
        "Guards whose findings are of the kind, for instance `golden`.",
    ),
    Key::new(
        "approvers.*.files[]",
        "list of globs",
        "none",
        Direction::MoreTightens,
        "Files whose findings are of the kind, where they are or where they were, for instance `services/home/**`.",
    ),
    Key::new(
        "approvers.*.by[]",
        "list of names",
        "none",
        Direction::MoreLoosens,
        "Who approves them: names under which `approvals/allowed_signers` trusts a key. `*` stands for any letters, `?` for one.",
    ),
    Key::new("approvers.*.because", "text", "none", Direction::Free, "Why they do."),
    Key::new(
        "exclude[]",
        "list of globs",
        "none",
        Direction::MoreLoosens,
        "Files that no guard looks at, for instance generated code.",
    ),
    Key::new(
        "levels.*",
        "`error`, `warning`, `note` or `off`",
        "the level of the rule",
        Direction::LevelOrder,
        "The level of a rule, by its id. Rules that say that something was not looked at keep their level in files \
               that the change touches.",
    ),
    Key::new(
        "self_exceptable[]",
        "list of rule ids",
        "none",
        Direction::MoreLoosens,
        "Rules whose new exceptions in code count without an approval.",
    ),
    Key::new(
        "workspaces[]",
        "list of folders",
        "none",
        Direction::MoreLoosens,
        "Folders below the root that have a `gatefold.yaml` of their own. One that is not listed is refused.",
    ),
    Key::new(
        "protected[]",
        "list of globs",
        "none",
        Direction::MoreTightens,
        "Files that an agent must not write, beside the policy, the approvals and what the guards expect. Any edit \
               of one, by whomever, needs an approval.",
    ),
    Key::new(
        "revert_window_days",
        "number of days",
        "90",
        Direction::HigherLoosens,
        "How long ago a state may lie that a change may restore under the approvals of that time. For as long an approval \
               without `until` counts for the change that it accepts, from its date on: done once more, that is going back.",
    ),
];
