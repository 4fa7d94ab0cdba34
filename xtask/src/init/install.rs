//! What is put in: each piece beside what is there already.

mod approvers;

use std::collections::BTreeSet;
use std::path::Path;

use policy::POLICY_FILE;
use source::{BaseRequest, Cache, Surroundings, Tree};

use super::disk::{self, File};
use super::ledger::{Entry, Ledgers};
use super::place::Place;
use super::plan::{Plan, Step};
use super::settings::{self, Added};
use super::{ci, git_hooks, own_crate, proposal, undo};
use crate::cli::InitArgs;
use crate::failure::Failure;
use crate::shell;

/// The launcher of the hooks, as it is kept in `ci/`.
const LAUNCHER: &str = include_str!("../../../ci/claude-code/gatefold-hook");

pub(super) const LAUNCHER_FILE: &str = ".claude/gatefold-hook";
pub(super) const SETTINGS_FILE: &str = ".claude/settings.json";
const LOCAL_SETTINGS: &str = ".claude/settings.local.json";

/// Collects steps, and what was put in by whom.
struct Install<'p> {
    place: &'p Place,
    plan: Plan,
    ledgers: Ledgers,
}

/// A text after the edit, with what was added to settings.
type Edited = (String, Option<Added>);

/// Plans everything. A second time there is nothing to do.
pub(super) fn plan(place: &Place, args: &InitArgs, cache: &Cache) -> Result<Plan, Failure> {
    let listed = source::open(place.checkout.top(), &BaseRequest::None, &Surroundings::default())?.head;
    let mut install = Install { place, plan: Plan::default(), ledgers: Ledgers::of(place, &listed)? };
    let before = install.ledgers.clone();
    install.add_policy(args, &listed, cache)?;
    install.add_hooks(&listed)?;
    install.add_owners(args)?;
    install.add_signers(args)?;
    install.add_ci(args)?;
    if args.xtask {
        install.add_xtask(args)?;
    }
    install.tell_surroundings(before.own().is_none());
    let Install { mut plan, mut ledgers, .. } = install;
    if !plan.steps.is_empty() {
        ledgers.begin_own();
    }
    if args.git_hooks {
        git_hooks::add(place, &mut plan)?;
    }
    plan.steps.extend(ledgers.steps(&before, place)?);
    Ok(plan)
}

impl Install<'_> {
    fn add_policy(&mut self, args: &InitArgs, listed: &Tree, cache: &Cache) -> Result<(), Failure> {
        let path = self.place.below_top(POLICY_FILE);
        if disk::read(self.place.checkout.top(), &disk::real_path(self.place.checkout.top(), &path)?)?
            .is_some()
        {
            if self.ledgers.entry(&path).is_none() {
                self.note(format!("`{path}` is there already and is kept as it is"));
            }
            return Ok(());
        }
        self.refuse_inner(listed)?;
        let tree = source::open(&self.place.root, &BaseRequest::None, &Surroundings::default())?.head;
        let below: Vec<String> = tree
            .paths()
            .filter_map(|path| path.strip_suffix(POLICY_FILE)?.strip_suffix('/'))
            .map(str::to_owned)
            .collect();
        let proposal = proposal::propose(&tree, &below, args.owner.is_some(), cache)?;
        self.plan.notes.extend(proposal.notes);
        self.tell_of_workspaces(&tree, &below);
        let why = match proposal.layers.len() {
            0 => "the policy, which only observes".to_owned(),
            count => format!(
                "the policy, which only observes, with {count} layers that allow every dependency of today"
            ),
        };
        self.own(&path, File::text(proposal.text), &why)
    }

    /// Names the workspaces that one policy would hold together, where no manifest does.
    fn tell_of_workspaces(&mut self, tree: &Tree, gated: &[String]) {
        const MOST: usize = 4;
        let folders: BTreeSet<&str> =
            tree.paths().filter_map(|path| path.strip_suffix("/Cargo.toml")).collect();
        let stands = |folder: &&&str| {
            let mut above = Path::new(**folder).ancestors().filter_map(Path::to_str);
            !above.clone().skip(1).any(|above| folders.contains(above))
                && !above.any(|above| gated.iter().any(|gated| gated == above))
        };
        let names: Vec<&&str> = folders.iter().filter(stands).collect();
        if tree.contains("Cargo.toml") || names.is_empty() {
            return;
        }
        let mut shown: Vec<String> = names.iter().take(MOST).map(|name| format!("`{name}`")).collect();
        shown.extend(names.len().checked_sub(MOST + 1).map(|more| format!("{} more", more + 1)));
        self.note(format!(
            "there is no Cargo.toml here, and this one policy holds together what are workspaces of their own: {}; for a \
             policy beside each, `gatefold init {}`",
            shown.join(", "),
            shell::word(names[0])
        ));
    }

    /// A policy inside a folder that another one judges counts only where that one lists it.
    fn refuse_inner(&self, listed: &Tree) -> Result<(), Failure> {
        let mut above = self.place.prefix.as_str();
        while !above.is_empty() {
            above = above.rsplit_once('/').map_or("", |(above, _)| above);
            let outer =
                if above.is_empty() { POLICY_FILE.to_owned() } else { format!("{above}/{POLICY_FILE}") };
            if listed.contains(&outer) {
                let inner = self.place.prefix.strip_prefix(above).unwrap_or_default().trim_start_matches('/');
                let text = listed.text(&outer).unwrap_or_default();
                if !text.contains(inner) {
                    return Err(Failure::usage(format_args!(
                        "`{outer}` judges this folder already; list `{inner}` under its `workspaces` and merge that \
                         first, or leave it to that policy"
                    )));
                }
            }
        }
        Ok(())
    }

    fn add_hooks(&mut self, listed: &Tree) -> Result<(), Failure> {
        let launcher = File { content: LAUNCHER.as_bytes().to_vec(), executable: true };
        self.own(LAUNCHER_FILE, launcher, "finds the binary and hands it the events of Claude Code")?;
        let prefix = self.place.prefix.clone();
        let mut notes = Vec::new();
        self.edit(SETTINGS_FILE, "hooks of Claude Code, denied paths, and INSTA_UPDATE=no", |text, path| {
            let merged = settings::merge(text, &prefix, &|pattern| holds(listed, &prefix, pattern)).map_err(
                |fault| {
                    Failure::usage(format_args!(
                        "failed to merge `{path}:{}:{}`: {}; nothing was written",
                        fault.line, fault.column, fault.message
                    ))
                },
            )?;
            notes.extend(merged.notes.into_iter().map(|note| format!("{path}: {note}")));
            Ok((merged.text, Some(merged.added)))
        })?;
        self.plan.notes.extend(notes);
        for path in [SETTINGS_FILE, LAUNCHER_FILE] {
            if self.place.checkout.ignores(path) {
                self.note(format!(
                    "git ignores `{path}`: worktrees and other clones would have no hooks; take it out of .gitignore, and \
                     commit it"
                ));
            }
        }
        Ok(())
    }

    fn add_ci(&mut self, args: &InitArgs) -> Result<(), Failure> {
        let wiring = ci::wiring(self.place, args)?;
        self.plan.notes.extend(wiring.notes);
        for (path, text, why) in wiring.files {
            self.own(&path, File::text(text), &why)?;
        }
        if let Some(file) = wiring.included {
            let mut by_hand = None;
            self.edit(ci::GITLAB_CI, "runs the jobs of the file above", |text, _| {
                match ci::with_include(text, &file) {
                    Ok(text) => Ok((text, None)),
                    Err(note) => {
                        by_hand = Some(note);
                        Ok((text.to_owned(), None))
                    }
                }
            })?;
            self.plan.notes.extend(by_hand);
        }
        Ok(())
    }

    fn add_xtask(&mut self, args: &InitArgs) -> Result<(), Failure> {
        let Some(judge) = &args.judge else {
            return Err(Failure::usage(
                "`--xtask` needs `--judge OWNER/NAME@COMMIT`: the Gatefold that the crate depends on",
            ));
        };
        let top = self.place.checkout.top();
        let folder = self.place.below_top(own_crate::FOLDER);
        let manifest = format!("{folder}/Cargo.toml");
        let is_first = self.ledgers.entry(&manifest).is_none();
        if is_first && top.join(&folder).symlink_metadata().is_ok() {
            return Err(Failure::usage(format_args!(
                "`{folder}` is there already; let its `main` call `xtask::run` of the package `gatefold-xtask`, or leave \
                 `--xtask` out and use the installed binary"
            )));
        }
        let files = own_crate::files(judge).into_iter();
        for (path, text) in files.filter(|(path, _)| is_first || !own_crate::is_cargos(path)) {
            self.own(
                &format!("{folder}/{path}"),
                File::text(text),
                "`cargo xtask`, built from a pinned Gatefold",
            )?;
        }
        let config = self.place.below_top(".cargo/config.toml");
        self.edit(&config, "the alias `cargo xtask`", |text, path| {
            Ok((own_crate::with_alias(text, path)?, None))
        })?;
        let workspace = self.place.below_top("Cargo.toml");
        self.edit(
            &workspace,
            "the crate has a lock file of its own, so that yours stays as it is",
            |text, path| Ok((own_crate::excluded(text, path)?, None)),
        )
    }

    fn tell_surroundings(&mut self, is_first: bool) {
        let top = self.place.checkout.top();
        if source::read_regular_text(&top.join(LOCAL_SETTINGS))
            .is_ok_and(|text| text.contains("disableAllHooks"))
        {
            self.note(format!(
                "`{LOCAL_SETTINGS}` speaks of `disableAllHooks`: where it is true, no hook runs"
            ));
        }
        if !self.place.prefix.is_empty() {
            self.note(format!(
                "hooks lie at the repository's root: Claude Code reads them where it is started there, not in `{}`",
                self.place.prefix
            ));
        }
        if !self.place.checkout.has_commit() {
            self.note(
                "there is no commit yet: commit what is there first, so that changes have a base".to_owned(),
            );
        } else if self.place.checkout.is_dirty() && is_first {
            self.note("there are changes that are not committed; they are left alone".to_owned());
        }
    }

    fn note(&mut self, note: String) {
        self.plan.notes.push(note);
    }

    /// A file that is ours as a whole. One of that name that is not is kept.
    fn own(&mut self, path: &str, file: File, why: &str) -> Result<(), Failure> {
        let top = self.place.checkout.top();
        let path = disk::real_path(top, path)?;
        let there = disk::read(top, &path)?;
        let entry = self.ledgers.entry(&path);
        match &there {
            Some(there) if there.content == file.content && there.executable >= file.executable => {
                return Ok(());
            }
            Some(there) if entry.is_none_or(|entry| entry.digest != findings::digest(&there.content)) => {
                let whose =
                    if entry.is_some() { "was changed since it was put in" } else { "is there already" };
                let anew = match path.ends_with(LAUNCHER_FILE) {
                    true => format!(
                        "; `rm {}`, then this again, writes the one of this version",
                        shell::word(&path)
                    ),
                    false => String::new(),
                };
                self.note(format!("`{path}` {whose} and is kept as it is{anew}"));
                return Ok(());
            }
            _ => {}
        }
        let digest = findings::digest(&file.content);
        let stood = self.stood(&path);
        self.ledgers.put(&path, Entry { digest, created: true, pieces: Vec::new(), settings: None, stood });
        self.plan.steps.push(Step {
            path,
            before: there,
            after: Some(file),
            why: why.to_owned(),
            folders: Vec::new(),
        });
        Ok(())
    }

    /// A file in which others write, too.
    fn edit(
        &mut self,
        path: &str,
        why: &str,
        edit: impl FnOnce(&str, &str) -> Result<Edited, Failure>,
    ) -> Result<(), Failure> {
        let top = self.place.checkout.top();
        let path = disk::real_path(top, path)?;
        let there = disk::read(top, &path)?;
        let content = there.as_ref().map(|file| file.content.clone()).unwrap_or_default();
        let text = String::from_utf8(content).map_err(|_| {
            Failure::usage(format_args!("`{path}` is no UTF-8 text; write it anew, then run this again"))
        })?;
        let (new, added) = edit(&text, &path)?;
        if new == text {
            return Ok(());
        }
        let entry = self.ledgers.entry(&path);
        // What somebody else wrote into a file of ours since stays when ours is taken out.
        let is_ours = |entry: &Entry| entry.created && entry.digest == findings::digest(text.as_bytes());
        let created = entry.map_or(there.is_none(), is_ours);
        let original = match entry {
            _ if created => String::new(),
            Some(entry) => undone(&text, entry),
            None => text.clone(),
        };
        let before = entry.and_then(|entry| entry.settings.clone());
        let settings = added.map(|added| joined(before.unwrap_or_default(), added));
        let pieces = if created && settings.is_some() { Vec::new() } else { undo::pieces(&original, &new) };
        let digest = findings::digest(new.as_bytes());
        let stood = self.stood(&path);
        self.ledgers.put(&path, Entry { digest, created, pieces, settings, stood });
        let executable = there.as_ref().is_some_and(|file| file.executable);
        let after = Some(File { content: new.into_bytes(), executable });
        self.plan.steps.push(Step { path, before: there, after, why: why.to_owned(), folders: Vec::new() });
        Ok(())
    }

    /// The folders around a file that is put in which are empty before, as the first run saw them.
    fn stood(&self, path: &str) -> Vec<String> {
        if let Some(entry) = self.ledgers.entry(path) {
            return entry.stood.clone();
        }
        disk::empty_folders(self.place.checkout.top(), path)
    }
}

/// Whether a file of the gated folder fits a pattern, in which `*` stands for one part of a path.
fn holds(listed: &Tree, prefix: &str, pattern: &str) -> bool {
    let wanted: Vec<&str> = pattern.split('/').collect();
    let fits = |path: &str| {
        let parts: Vec<&str> = path.split('/').collect();
        parts.len() == wanted.len()
            && parts.iter().zip(&wanted).all(|(part, want)| *want == "*" || part == want)
    };
    let below = |path: &str| match prefix {
        "" => fits(path),
        prefix => path.strip_prefix(prefix).and_then(|path| path.strip_prefix('/')).is_some_and(fits),
    };
    listed.paths().any(below)
}

/// A text as it would be had nothing been put in.
pub(super) fn undone(text: &str, entry: &Entry) -> String {
    let exact =
        (findings::digest(text.as_bytes()) == entry.digest).then(|| undo::exactly(text, &entry.pieces));
    let of_settings = || settings::without(text, entry.settings.as_ref()?).ok();
    exact.flatten().or_else(of_settings).unwrap_or_else(|| undo::wherever(text, &entry.pieces).0)
}

fn joined(before: Added, now: Added) -> Added {
    let all = |one: Vec<String>, other: Vec<String>| -> Vec<String> {
        one.into_iter().chain(other).collect::<BTreeSet<_>>().into_iter().collect()
    };
    Added { deny: all(before.deny, now.deny), env: all(before.env, now.env) }
}
