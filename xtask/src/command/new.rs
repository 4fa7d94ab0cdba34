//! `new`: a service or a whole workspace, stamped from the living template.

use std::path::Path;

use findings::Exit;

use crate::approvers;
use crate::cli::{NewCommand, NewServiceArgs, NewWorkspaceArgs};
use crate::console;
use crate::failure::Failure;
use crate::shell;
use crate::stamp::{self, Decided, MOULD, Name, Origin, Plan};
use crate::surroundings::Env;

/// Stamps what is asked for. `root` finds the workspace that a service joins.
pub(crate) fn run(
    command: &NewCommand,
    root: &dyn Fn() -> Result<std::path::PathBuf, Failure>,
    env: Env<'_>,
) -> Result<Exit, Failure> {
    match command {
        NewCommand::Service(args) => service(&root()?, args, env),
        NewCommand::Workspace(args) => workspace(args),
    }
}

fn service(root: &Path, args: &NewServiceArgs, env: Env<'_>) -> Result<Exit, Failure> {
    let name = Name::read(&args.name).map_err(Failure::usage)?;
    let stamp::Stamped { plan, origin } = stamp::service(root, &name)?;
    let mould = match origin {
        Origin::Own => format!("`services/{MOULD}` of this workspace"),
        Origin::Carried => {
            format!("the mould that this binary carries (there is no `services/{MOULD}` here)")
        }
    };
    let name = name.kebab();
    if args.dry_run {
        console::print(&format!(
            "Would stamp `services/{name}` from {mould}, in `{}`:\n{}",
            root.display(),
            plan.listing()
        ));
        tell_notes(&plan.notes);
        return Ok(Exit::Clean);
    }
    let mut notes = plan.join_workspace()?;
    notes.extend(plan.notes.iter().cloned());
    console::print(&format!("Stamped `services/{name}` from {mould}:\n{}", summary(&plan)));
    tell_notes(&notes);
    let mut next = Vec::new();
    // Cargo knows the alias `xtask` in Gatefold's checkout only, so the gate stands before the way out of it.
    if env("CARGO_MANIFEST_DIR").is_some() {
        next.push(format!("cargo xtask gate --root {}", shell::word(root.display())));
    }
    let here = std::env::current_dir().and_then(|here| here.canonicalize());
    if here.map_or(true, |here| here != root) {
        next.push(format!("cd {}", shell::word(root.display())));
    }
    next.push(format!("cargo test -p {name}     # builds it and runs its tests"));
    next.push(format!("cargo run -p {name}      # serves"));
    if env("CARGO_MANIFEST_DIR").is_none() {
        next.push("gatefold gate".to_owned());
    }
    console::print(&format!("\nNext:\n  {}\n", next.join("\n  ")));
    Ok(Exit::Clean)
}

fn workspace(args: &NewWorkspaceArgs) -> Result<Exit, Failure> {
    let folder = args.path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let name = Name::read(args.name.as_deref().unwrap_or(folder)).map_err(Failure::usage)?;
    let service = match &args.service {
        Some(service) => Name::read(service).map_err(Failure::usage)?,
        None => name.clone(),
    };
    let signers = approvers::signers(&args.signer)?;
    let decided = Decided { judge: args.judge.as_ref(), owner: args.owner.as_deref(), signers: &signers };
    let plan = stamp::workspace(&args.path, &name, &service, &decided)?;
    let (title, shown, service) = (name.title(), args.path.display(), service.kebab());
    if args.dry_run {
        console::print(&format!(
            "Would write the workspace {title} with the service `{service}` to `{shown}`:\n{}",
            plan.listing()
        ));
        return Ok(Exit::Clean);
    }
    let mut notes = plan.become_workspace()?;
    notes.extend(undecided(&decided));
    let written = args.path.canonicalize().unwrap_or_else(|_| args.path.clone());
    let repository = written.ancestors().skip(1).any(|above| above.join(".git").exists());
    if repository {
        notes.push(
            "it lies in a git repository: move .github and .claude to the root of that, set GATED in the workflow, and put the \
             folder in front of `/approvals/` in CODEOWNERS"
                .to_owned(),
        );
    }
    console::print(&format!(
        "Wrote the workspace {title} with the service `{service}` to `{shown}`: {} files.\n",
        plan.create.len()
    ));
    tell_notes(&notes);
    console::print(&format!(
        "\nNext:\n  cd {}\n  cargo test --workspace\n  git init && git add --all && git commit -m 'The workspace'\n  \
         gatefold hook install    # once a clone: the binary that the hooks start\n  \
         gatefold gate\n  README.md says who approves, who judges in CI, and how the next service is stamped\n",
        shell::word(shown)
    ));
    Ok(Exit::Clean)
}

/// What nobody decided yet, and is decided freely only before the first commit; and what keys are for beside owners.
fn undecided(decided: &Decided<'_>) -> Vec<String> {
    let nobody = decided.owner.is_none() && decided.signers.is_empty();
    let approves = nobody.then_some(
        "nobody may approve yet: before the first commit put keys into approvals/allowed_signers, a line a person (`NAME \
         ssh-ed25519 KEY`; `--signer` writes it), or name code owners (`--owner`). Once it is committed, nobody is there to \
         let the first key pass, and a person has to merge it past the gate",
    );
    let judges = decided.judge.is_none().then_some(
        "CI does not know who judges: before the first commit set JUDGE_REPOSITORY and JUDGE_COMMIT in \
         .github/workflows/gatefold.yml (`--judge` writes them)",
    );
    let both = decided.owner.is_some() && !decided.signers.is_empty();
    let keys = both.then(approvers::keys_beside_owners);
    approves.into_iter().chain(judges).map(str::to_owned).chain(keys).collect()
}

/// What was written: folders with their number of files, and each file that was there before.
fn summary(plan: &Plan) -> String {
    let mut folders: Vec<(&str, usize)> = Vec::new();
    for path in plan.create.keys() {
        let depth = if path.starts_with("services/") { 2 } else { usize::MAX };
        let end =
            path.match_indices('/').map(|(at, _)| at).nth(depth.saturating_sub(1)).unwrap_or(path.len());
        match folders.last_mut().filter(|(folder, _)| *folder == &path[..end]) {
            Some((_, count)) => *count += 1,
            None => folders.push((&path[..end], 1)),
        }
    }
    let created = folders.iter().map(|(folder, count)| match count {
        1 => format!("  wrote   {folder}\n"),
        count => format!("  wrote   {folder} ({count} files)\n"),
    });
    let changed = plan.edit.keys().map(|path| format!("  changed {path}\n"));
    created.chain(changed).collect()
}

fn tell_notes(notes: &[String]) {
    for note in notes {
        console::say(format_args!("note: {note}"));
    }
}
