//! A merge request: what it is called, what it changes, and what the gate has to say about it.

use crate::workspace::Workspace;

/// One merge request.
pub(crate) struct Request {
    /// What its merge commit is called; by it a later request reverts it.
    pub(crate) title: &'static str,
    pub(crate) kind: Kind,
    /// Changes the files; what it leaves uncommitted is committed for it.
    pub(crate) change: fn(&Workspace),
}

/// What has to become of it.
pub(crate) enum Kind {
    /// Brings the policy: needs to be told so, and passes.
    Adoption,
    /// Passes.
    Honest,
    /// Goes back to what the branch was, and passes.
    Revert,
    /// Blocks under these rules and no other, until somebody else approves it.
    NeedsApproval(&'static [&'static str]),
    /// The same; approved, it stays open while others are merged: two rebases, a merge queue, the default branch.
    LivesOn(&'static [&'static str]),
    /// Blocks under these rules and no other, until somebody declares an emergency.
    Emergency(&'static [&'static str]),
    /// Passes, and stands on the page of whoever reviews under this rule, who refuses it.
    Refused(&'static str),
    /// Blocks under this rule, whatever else is found, and is thrown away.
    Cheat(&'static str),
}

pub(crate) const fn adoption(title: &'static str, change: fn(&Workspace)) -> Request {
    Request { title, kind: Kind::Adoption, change }
}

pub(crate) const fn honest(title: &'static str, change: fn(&Workspace)) -> Request {
    Request { title, kind: Kind::Honest, change }
}

pub(crate) const fn revert(title: &'static str, change: fn(&Workspace)) -> Request {
    Request { title, kind: Kind::Revert, change }
}

pub(crate) const fn needs_approval(
    title: &'static str,
    rules: &'static [&'static str],
    change: fn(&Workspace),
) -> Request {
    Request { title, kind: Kind::NeedsApproval(rules), change }
}

pub(crate) const fn lives_on(
    title: &'static str,
    rules: &'static [&'static str],
    change: fn(&Workspace),
) -> Request {
    Request { title, kind: Kind::LivesOn(rules), change }
}

pub(crate) const fn emergency(
    title: &'static str,
    rules: &'static [&'static str],
    change: fn(&Workspace),
) -> Request {
    Request { title, kind: Kind::Emergency(rules), change }
}

pub(crate) const fn cheat(title: &'static str, rule: &'static str, change: fn(&Workspace)) -> Request {
    Request { title, kind: Kind::Cheat(rule), change }
}

pub(crate) const fn refused(title: &'static str, rule: &'static str, change: fn(&Workspace)) -> Request {
    Request { title, kind: Kind::Refused(rule), change }
}
