//! `arch graph`: the picture of the architecture, and of what a change does to it.

use std::path::Path;

use arch::picture::{By, Picture, Side};
use findings::{Exit, Tier};
use source::{BaseRequest, Code};

use crate::cli::{GraphArgs, GraphBy, GraphFormat};
use crate::command::gate::{base_request, cache};
use crate::console;
use crate::failure::Failure;
use crate::output;
use crate::scene::{Ask, Scene};
use crate::surroundings::{self, Env};

/// Nodes of a drawing; more can be asked for as JSON.
const DRAWN: usize = 200;

/// Draws the picture and prints it, or writes it to a file.
pub(super) fn run(root: &Path, args: &GraphArgs, env: Env<'_>) -> Result<Exit, Failure> {
    let format = args.format();
    if format != GraphFormat::Json && args.nodes > DRAWN {
        return Err(Failure::usage(format_args!("a drawing has {DRAWN} nodes at most; ask for json")));
    }
    let scene = Scene::open(Ask {
        root: root.to_owned(),
        base: args.base.as_deref().map_or(BaseRequest::None, |base| base_request(Some(base))),
        head: None,
        surroundings: surroundings::of(env),
        tier: Tier::Static,
        intent: None,
        only: vec!["arch".to_owned()],
        files: None,
        bootstrap: true,
        against: None,
        cache: cache(None, root, env)?,
        today: surroundings::today(),
    })?;
    let code = scene.head_code();
    if code.workspace.crates.is_empty() {
        return Err(Failure::could_not_run("there is no crate to draw in this root"));
    }
    let policy: arch::Policy = scene.effective.section("arch")?;
    let checked = arch::check(code, &scene.change.head, &policy).map_err(Failure::could_not_run)?;
    let base = scene.base_code().map(|code| Side { code });
    let picture = Picture::of(Side { code }, base, &policy, by(args, code), &checked.findings)
        .map_err(Failure::could_not_run)?;
    let picture = match &args.focus {
        Some(place) => picture.around(place).ok_or_else(|| unknown(&picture, place))?,
        None => picture,
    };
    let folded = picture.folded(args.nodes);
    let text = match format {
        GraphFormat::Mermaid => folded.mermaid(),
        GraphFormat::Json => folded.json(),
        GraphFormat::Svg => folded.svg(),
    };
    match &args.output {
        Some(file) => output::write(file, &text)?,
        None => console::print(&text),
    }
    if let Some(count) = checked.unresolved.filter(|count| *count > 0) {
        console::say(format_args!("{count} paths could not be resolved; what they mean is not drawn"));
    }
    Ok(Exit::Clean)
}

fn by(args: &GraphArgs, code: &Code) -> By {
    match args.by {
        Some(GraphBy::Crate) => By::Crate,
        Some(GraphBy::Module) => By::Module,
        None if code.workspace.crates.len() == 1 => By::Module,
        None => By::Crate,
    }
}

fn unknown(picture: &Picture, place: &str) -> Failure {
    let noun = match picture.by {
        By::Crate => "crate",
        By::Module => "crate or module",
    };
    let like: Vec<String> = picture.like(place).iter().map(|name| format!("`{name}`")).collect();
    let like = if like.is_empty() { String::new() } else { format!("; there is {}", like.join(", ")) };
    Failure::usage(format_args!("there is no {noun} `{}`{like}", place.escape_debug()))
}
