//! What is judged when an agent ends: every gated root, and beside the base that git tells, what the base knew before it
//! was moved, and of code that was moved.

use std::path::{Path, PathBuf};

use source::BaseRequest;

use super::event::Event;
use super::touched::Found;
use super::{look, memory, root};
use crate::failure::Failure;
use crate::gate::{Judgement, judge_scene};
use crate::gated;
use crate::scene::Scene;

/// One root, judged.
pub(super) struct Looked {
    pub(super) judgement: Judgement,
    /// What shows the same to whoever mends it.
    pub(super) command: String,
    /// What is to be known beside.
    pub(super) note: Option<String>,
}

/// Judges all that an event at an end is about. One of the roots is open, or the top, where none is left.
pub(super) fn all(
    event: &Event,
    first: Scene,
    roots: Vec<PathBuf>,
    found: &Found,
) -> Result<Vec<Looked>, String> {
    let root = first.ask.root.clone();
    let remembered = remembered(event, &first)?;
    let mut looked = by_one_base(event, first, roots.clone(), found, None)?;
    if let Some(base) = remembered {
        let first = look::open_since(&root, &base)?;
        let found = Found::of(&root, &first.change);
        looked.extend(by_one_base(event, first, roots, &found, Some(&base))?);
    }
    Ok(looked)
}

/// The commit that this would be judged against, had nobody here moved the base since the session began.
fn remembered(event: &Event, scene: &Scene) -> Result<Option<String>, String> {
    let base = source::remembered_base(&scene.ask.root, &scene.change, &memory::tips(event));
    base.map_err(|error| format!("the base with which this session began is gone ({error})"))
}

/// Judges the first root, which is open, and the others in which something differs. Where the top of the checkout has no
/// policy, each root has its own, and judges what lies outside of all, too: CI and owners, for instance.
fn by_one_base(
    event: &Event,
    first: Scene,
    roots: Vec<PathBuf>,
    found: &Found,
    base: Option<&str>,
) -> Result<Vec<Looked>, String> {
    let top = Path::new(&found.folder);
    let roots = root::of_change(roots, top, &first.change);
    let moved = gated::moved(top, &first.change);
    let open = |root: &Path| base.map_or_else(|| look::open(root), |base| look::open_since(root, base));
    let came_whole =
        |root: &PathBuf| moved.iter().any(|moved| moved.is_whole && top.join(&moved.to) == *root);
    let is_alone = roots.len() == 1 && roots[0] == first.ask.root;
    let differs_outside = found.differs_outside(&roots);
    let is_judged =
        |root: &&PathBuf| !came_whole(root) && (is_alone || differs_outside || found.differs_below(root));
    let mut first = Some(first);
    let mut looked = Vec::new();
    for root in roots.iter().filter(is_judged) {
        let scene = match first.take_if(|first| first.ask.root == *root) {
            Some(first) => first,
            None => open(root)?,
        };
        looked.push(judged(scene, event, base)?);
    }
    let listed = root::with_listed(&roots);
    for below in listed[roots.len()..].iter().filter(|below| found.differs_below(below)) {
        looked.push(judged(open(below)?, event, base)?);
    }
    for moved in &moved {
        let request = base.map_or(BaseRequest::Default, |base| BaseRequest::Revision(base.to_owned()));
        let scene = look::open_moved(top, moved, request, source::Head::WorkingTree);
        let looked_at = judged(scene.map_err(|failure| failure.message)?, event, base)?;
        looked.push(Looked { note: Some(gated::told(moved, SEEN_AT_END)), ..looked_at });
    }
    Ok(looked)
}

fn judged(scene: Scene, event: &Event, base: Option<&str>) -> Result<Looked, String> {
    let judgement = judge_scene(scene).map_err(|failure: Failure| failure.message)?;
    let command = look::command(&judgement.scene.ask.root, &event.folder);
    let short = base.map(|base| base.get(..12).unwrap_or(base));
    Ok(Looked {
        command: short.map_or(command.clone(), |short| format!("{command} --base {short}")),
        note: short.map(of_remembered),
        judgement,
    })
}

/// Who sees what becomes of a gated folder, as an agent is told.
const SEEN_AT_END: &str = "The gate alone does not see that: verify by ending again.";

fn of_remembered(base: &str) -> String {
    format!(
        "The default branch was moved or lost while you worked, by no fetch, so that this is judged by `{base}` as well, where the \
         change began."
    )
}
