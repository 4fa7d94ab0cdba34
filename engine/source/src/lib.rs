//! The code as it is read: the repository, the workspace, files, syntax, names; the base and the head of a change.
//!
//! This crate judges nothing and executes nothing of what it reads.

mod accesses;
mod ahead;
mod awaited;
mod bodies;
mod cache;
mod change;
mod checkout;
mod code;
mod conflict;
mod cores;
mod git;
mod git_folder;
mod hashed;
mod lists;
mod looks;
mod metrics;
mod names;
mod parts;
mod reached;
mod regular;
mod root;
mod scratch;
mod syntax;
mod tree;
mod wording;
mod workspace;

pub use accesses::{Access, AccessKind, Member, Types};
pub use ahead::{Ahead, Early};
pub use awaited::what_git_waits_for;
pub use bodies::{Body, PathPiece, Piece};
pub use cache::{Cache, Notes};
pub use change::{Change, ChangeKind, FileChange, Message, Mode, Said, Wider};
pub use checkout::Checkout;
pub use code::{
    Code, FileInfo, ItemKind, KeptFacts, Known, Position, Problem, ProblemKind, Visibility, is_for_tests,
    is_generated,
};
pub use conflict::conflict;
pub use cores::cores;
pub use git::{
    BaseRequest, Churn, Head, Landing, Moved, NO_DEFAULT_BRANCH, OpenError, Origin, Person, Range, Role,
    Surroundings, Tips, Written, churn, open, open_among, open_gone, open_moved, open_range, open_staged,
    origin, own_paths, remembered_base, resting_on, standing, trust_objects, undone, unstaged, written,
};
pub use git_folder::common_git_folder;
pub use lists::{Listed, ListedEntry, Unlisted};
pub use metrics::{Metric, MetricKind, MetricLabels, MetricSite, Metrics};
pub use names::{
    Asking, Attribute, Exposed, GENERATED, Item, Module, Mounted, Named, Names, Reexport, Reference, Route,
    Scope,
};
pub use parts::Part;
pub use reached::{Reach, Reached};
pub use regular::{read_regular, read_regular_text};
pub use root::{find_root, is_committed, merge_is_open, owned_by_another};
pub use scratch::{Scratch, ScratchError};
pub use syntax::{
    Call, CallKind, Calls, Comment, Inside, Lexed, Lexeme, MacroBody, Place, STACK_BYTES, SourceFile, Token,
    comments, is_same_code, macro_arms, macro_body, macro_expressions, macro_statements, parse, with_stack,
};
pub use tree::{MAX_FILE_BYTES, ReadError, Tree};
pub use wording::Wording;
pub use workspace::{
    Crate, Dependency, DependencyKind, Detour, Feature, Lock, Locked, Target, TargetKind, Workspace,
};
