//! The keys of the top level, and which way each loosens.

use crate::schema::{Direction, Key};

/// The keys of the top level.
pub(crate) static KEYS: &[Key] = &[
    Key {
        path: "gatefold",
        shape: "version requirement",
        default: "none",
        direction: Direction::Free,
        docs: "Which versions of Gatefold may judge, for instance `\">=0.1\"`. Any other version ends with exit status 2.",
    },
    Key {
        path: "mode",
        shape: "`enforce` or `observe`",
        default: "enforce",
        direction: Direction::Words(&["enforce", "observe"]),
        docs: "`observe` blocks nothing and says what would have blocked.",
    },
    Key {
        path: "observe[]",
        shape: "list of guards",
        default: "none",
        direction: Direction::MoreLoosens,
        docs: "Guards that only observe, whatever the mode.",
    },
    Key {
        path: "required[]",
        shape: "list of guards",
        default: "none",
        direction: Direction::MoreTightens,
        docs: "Guards that must have something to look at. Without this, a guard that has nothing to look at is green.",
    },
    Key {
        path: "approvals",
        shape: "`signed` or `owners`",
        default: "signed",
        direction: Direction::Words(&["signed", "owners"]),
        docs: "Who vouches for an approval. `signed`: an SSH signature by a key in the base's `approvals/allowed_signers`. \
               `owners`: the forge, which asks a code owner to review `approvals/`, where CODEOWNERS of the base names one; the \
               verdict says that it relies on that. A key that `approvals/revoked_keys` of either side lists signs nothing, and \
               while head's list is not read, no key does. Times at which keys are valid are those of the judge's clock, in UTC.",
    },
    Key {
        path: "user_presence",
        shape: "true or false",
        default: "false",
        direction: Direction::FalseLoosens,
        docs: "Whether a signature counts only if its key, on a security device, asked for a touch.",
    },
    Key {
        path: "exclude_authors",
        shape: "true or false",
        default: "false",
        direction: Direction::FalseLoosens,
        docs: "Whether a signature does not count by whom a commit of the change that touches what is approved names as its author, \
               committer or co-author, or, before it is committed, git's configuration. Names are compared with all for which the \
               signer's key is trusted, so a key for `*@example.org` signs nothing that anybody there wrote. Git's names are what \
               people write into commits; with `approvals: owners` it is the forge's to keep authors from approving.",
    },
    Key {
        path: "approvers.*",
        shape: "map by a name in kebab-case",
        default: "none",
        direction: Direction::MoreTightens,
        docs: "Kinds of findings that particular people approve. Which findings are of a kind is said by `rules`, `guards` and \
               `files`: any of them makes one belong, and one must be there, as must `by` unless it is `approvals: owners`. One of \
               several kinds needs an approval for each. With `approvals: owners`, an approval for a kind lies in `approvals/NAME/`, \
               for which CODEOWNERS of the base must have a line of its own. An emergency needs none of them. The base's kinds \
               hold, as all that it says of approvals.",
    },
    Key {
        path: "approvers.*.rules[]",
        shape: "list of rule ids",
        default: "none",
        direction: Direction::MoreTightens,
        docs: "Rules whose findings are of the kind, for instance `policy-loosened`.",
    },
    Key {
        path: "approvers.*.guards[]",
        shape: "list of guards",
        default: "none",
        direction: Direction::MoreTightens,
        docs: "Guards whose findings are of the kind, for instance `golden`.",
    },
    Key {
        path: "approvers.*.files[]",
        shape: "list of globs",
        default: "none",
        direction: Direction::MoreTightens,
        docs: "Files whose findings are of the kind, where they are or where they were, for instance `services/home/**`.",
    },
    Key {
        path: "approvers.*.by[]",
        shape: "list of names",
        default: "none",
        direction: Direction::MoreLoosens,
        docs: "Who approves them: names under which `approvals/allowed_signers` trusts a key. `*` stands for any letters, `?` for one.",
    },
    Key {
        path: "approvers.*.because",
        shape: "text",
        default: "none",
        direction: Direction::Free,
        docs: "Why they do.",
    },
    Key {
        path: "exclude[]",
        shape: "list of globs",
        default: "none",
        direction: Direction::MoreLoosens,
        docs: "Files that no guard looks at, for instance generated code.",
    },
    Key {
        path: "levels.*",
        shape: "`error`, `warning`, `note` or `off`",
        default: "the level of the rule",
        direction: Direction::LevelOrder,
        docs: "The level of a rule, by its id. Rules that say that something was not looked at keep their level in files \
               that the change touches.",
    },
    Key {
        path: "self_exceptable[]",
        shape: "list of rule ids",
        default: "none",
        direction: Direction::MoreLoosens,
        docs: "Rules whose new exceptions in code count without an approval.",
    },
    Key {
        path: "workspaces[]",
        shape: "list of folders",
        default: "none",
        direction: Direction::MoreLoosens,
        docs: "Folders below the root that have a `gatefold.yaml` of their own. One that is not listed is refused.",
    },
    Key {
        path: "protected[]",
        shape: "list of globs",
        default: "none",
        direction: Direction::MoreTightens,
        docs: "Files that an agent must not write, beside the policy, the approvals and what the guards expect. Any edit \
               of one, by whomever, needs an approval.",
    },
    Key {
        path: "revert_window_days",
        shape: "number of days",
        default: "90",
        direction: Direction::HigherLoosens,
        docs: "How long ago a state may lie that a change may restore under the approvals of that time. For as long an approval \
               without `until` counts for the change that it accepts, from its date on: done once more, that is going back.",
    },
];
