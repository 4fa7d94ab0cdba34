//! Which commit is the base, and how it was chosen.

use findings::BaseInfo;
use git2::{Commit, ErrorCode, Oid, Reference, Repository};

use super::OpenError;
use crate::regular::read_regular_text;

/// Which base the caller asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum BaseRequest {
    /// What the change started from, found by itself.
    #[default]
    Default,
    /// This revision: a branch, a tag, a hash or its beginning, `HEAD~3`.
    Revision(String),
    /// No base: a full audit.
    None,
}

/// What the process knows about where it runs. Libraries do not read the environment; the binary does.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Surroundings {
    /// Whether this is a CI run, where a base must be found and none may be guessed.
    pub ci: bool,
    /// The commit that the event started from, for instance the tip of a pull request's target.
    pub event_base: Option<String>,
    /// What the forge calls the change, for instance `#12`.
    pub change: Option<String>,
}

/// How a base is described that had to be guessed.
pub const NO_DEFAULT_BRANCH: &str = "found no default branch";

/// A base that was chosen.
pub(crate) struct Base<'a> {
    pub(crate) commit: Option<Commit<'a>>,
    chosen: String,
}

impl Base<'_> {
    pub(crate) fn info(&self) -> BaseInfo {
        BaseInfo {
            commit: self.commit.as_ref().map(|commit| commit.id().to_string()),
            chosen: self.chosen.clone(),
        }
    }
}

/// Chooses the base of a head that stands on `head` and differs from it if `dirty`.
pub(crate) fn choose<'a>(
    repository: &'a Repository,
    request: &BaseRequest,
    surroundings: &Surroundings,
    head: Option<&Commit<'a>>,
    dirty: bool,
) -> Result<Base<'a>, OpenError> {
    match request {
        BaseRequest::None => return Ok(base(None, "none")),
        BaseRequest::Revision(revision) => return Ok(base(Some(commit(repository, revision)?), "given")),
        BaseRequest::Default => {}
    }
    let Some(head) = head else {
        return if surroundings.ci {
            Err(OpenError::NoBaseInCi("there are no commits".to_owned()))
        } else {
            Ok(base(None, "no commits"))
        };
    };
    // A forge gives a row of zeros for a branch that is new.
    let event = surroundings.event_base.as_deref().filter(|event| !event.bytes().all(|byte| byte == b'0'));
    if let Some(event) = event.filter(|_| surroundings.ci) {
        return event_base(repository, event, head);
    }
    let default = default_branch(repository)?;
    if let Some((name, upstream)) = &default {
        let fork = fork_point(repository, head.id(), *upstream, name)?;
        if fork.id() != head.id() {
            return Ok(base(Some(fork), &format!("merge-base with {name}")));
        }
    }
    if surroundings.ci {
        let why = "head is on the default branch, or there is none, and the event names no commit";
        return Err(OpenError::NoBaseInCi(why.to_owned()));
    }
    if dirty {
        return Ok(base(Some(head.clone()), "HEAD (working tree differs)"));
    }
    match head.parent_count() {
        0 if is_cut_off(repository, head) => Err(OpenError::Shallow("the parent of head".to_owned())),
        0 => Ok(base(None, "first commit")),
        _ => {
            let parent = head.parent(0).map_err(OpenError::git("read the parent of head"))?;
            let guessed = default.is_none() && !is_on_default_branch(repository);
            Ok(base(
                Some(parent),
                &if guessed {
                    format!("first parent; {NO_DEFAULT_BRANCH}")
                } else {
                    "first parent".to_owned()
                },
            ))
        }
    }
}

/// Where a head left the default branch; the head itself where it has not.
pub(crate) fn origin<'a>(repository: &'a Repository, head: &Commit<'a>) -> Result<Commit<'a>, OpenError> {
    match default_branch(repository)? {
        Some((name, upstream)) => fork_point(repository, head.id(), upstream, &name),
        None => Ok(head.clone()),
    }
}

/// The commit that a revision names.
pub(crate) fn commit<'a>(repository: &'a Repository, revision: &str) -> Result<Commit<'a>, OpenError> {
    repository.revparse_single(revision).and_then(|object| object.peel_to_commit()).map_err(|error| {
        let shallow = if repository.is_shallow() { " (this clone is shallow)" } else { "" };
        OpenError::NoRevision {
            revision: revision.to_owned(),
            reason: format!("{}{shallow}", error.message()),
        }
    })
}

fn base<'a>(commit: Option<Commit<'a>>, chosen: &str) -> Base<'a> {
    Base { commit, chosen: chosen.to_owned() }
}

/// The event's commit, or where head left it: a target branch moves on while a change is open.
fn event_base<'a>(repository: &'a Repository, event: &str, head: &Commit<'a>) -> Result<Base<'a>, OpenError> {
    let missing = |error: OpenError| OpenError::NoBaseInCi(error.to_string());
    let event = commit(repository, event).map_err(missing)?;
    let fork = fork_point(repository, head.id(), event.id(), "the event's base").map_err(missing)?;
    let chosen = if fork.id() == event.id() { "event base" } else { "merge-base with the event base" };
    Ok(base(Some(fork), chosen))
}

fn fork_point<'a>(
    repository: &'a Repository,
    head: Oid,
    upstream: Oid,
    name: &str,
) -> Result<Commit<'a>, OpenError> {
    let fork = repository.merge_base(head, upstream).map_err(|error| match error.code() {
        ErrorCode::NotFound if repository.is_shallow() => {
            OpenError::Shallow(format!("the merge base with {name}"))
        }
        ErrorCode::NotFound => OpenError::Unrelated(name.to_owned()),
        _ => OpenError::git("find the merge base")(error),
    })?;
    repository.find_commit(fork).map_err(OpenError::git("read the merge base"))
}

/// Where the default branch stands, with the reference's name; HEAD, where there is none beside it.
pub(super) fn default_tip(repository: &Repository) -> Option<(String, Oid)> {
    let head = || repository.head().ok();
    let reference = default_reference(repository).or_else(head)?;
    Some((reference.name().ok()?.to_owned(), reference.peel_to_commit().ok()?.id()))
}

/// The default branch as the remote has it; without a remote, a local `main` or `master` that head has left.
fn default_branch(repository: &Repository) -> Result<Option<(String, Oid)>, OpenError> {
    let Some(reference) = default_reference(repository) else { return Ok(None) };
    let commit = reference.peel_to_commit().map_err(OpenError::git("read the default branch"))?;
    let shown = reference.shorthand().unwrap_or("the default branch");
    Ok(Some((shown.to_owned(), commit.id())))
}

fn default_reference(repository: &Repository) -> Option<Reference<'_>> {
    let current = repository.find_reference("HEAD").ok();
    let current = current.as_ref().and_then(|head| head.symbolic_target().ok().flatten());
    let remote = ["HEAD", "main", "master"].map(|name| format!("refs/remotes/origin/{name}"));
    let local = ["main", "master"].map(|name| format!("refs/heads/{name}"));
    // A reference that leads nowhere is as good as none.
    let found =
        |name: &String| repository.find_reference(name).and_then(|reference| reference.resolve()).ok();
    remote.iter().chain(local.iter().filter(|name| current != Some(name.as_str()))).find_map(found)
}

/// Whether the current branch has a name that only default branches have.
fn is_on_default_branch(repository: &Repository) -> bool {
    let head = repository.head().ok();
    head.is_some_and(|head| head.shorthand().is_ok_and(|name| ["main", "master"].contains(&name)))
}

pub(super) fn is_cut_off(repository: &Repository, commit: &Commit<'_>) -> bool {
    let cut = read_regular_text(&repository.commondir().join("shallow")).unwrap_or_default();
    cut.lines().any(|line| line.trim() == commit.id().to_string())
}
