//! Which programs are installed, in which version, and who needs them.

use std::path::Path;
use std::time::Duration;

use lints::{Asked, Delegate};
use policy::{Document, POLICY_FILE};
use service::Tool;

use super::Entry;
use crate::delegate::deny;
use crate::house;
use crate::surroundings::{self, Env};

const AREA: &str = "programs";
/// How long a program may take to say its version: some are scripts that start a machine of their own.
const WITHIN: Duration = Duration::from_secs(20);

/// Files that name a toolchain.
const TOOLCHAINS: [&str; 2] = ["rust-toolchain.toml", "rust-toolchain"];

/// A program that something of Gatefold asks.
struct Program {
    /// Names under which it is installed, the best first.
    names: &'static [&'static str],
    /// What names another one.
    variable: Option<&'static str>,
    version: &'static str,
    /// Who needs it, and what for.
    by: &'static str,
    /// Files of the root of which one means that it is needed here; empty means always. An entry `*` is never met.
    where_there_is: &'static [&'static str],
    /// What the policy says of it, where that has a word for it.
    delegated: Option<fn(&Delegate) -> Asked>,
    install: &'static str,
}

static PROGRAMS: &[Program] = &[
    Program {
        names: &["git"],
        variable: None,
        version: "--version",
        by: "hooks of git, and by this doctor",
        where_there_is: &[],
        delegated: None,
        install: "sudo apt-get install git   (or: brew install git)",
    },
    Program {
        names: &["cargo"],
        variable: None,
        version: "--version",
        by: "`cargo xtask` itself, and the live tier, which builds services",
        where_there_is: &["Cargo.toml"],
        delegated: None,
        install: "curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs | sh",
    },
    Program {
        names: &["cargo-clippy"],
        variable: None,
        version: "--version",
        by: "the live tier, for the lints that `lints.delegate.clippy` leaves to it",
        where_there_is: &["clippy.toml", ".clippy.toml"],
        delegated: Some(|delegate| delegate.clippy),
        install: "rustup component add clippy",
    },
    Program {
        names: &["cargo-deny"],
        variable: None,
        version: "--version",
        by: "the live tier, about dependencies, as `lints.delegate.deny` says",
        where_there_is: &deny::CONFIGS,
        delegated: Some(|delegate| delegate.deny),
        install: "cargo install --locked cargo-deny",
    },
    Program {
        names: &["buf"],
        variable: Some("GATEFOLD_BUF"),
        version: "--version",
        by: "`contracts`, for the lint rules of buf.yaml",
        where_there_is: &["buf.yaml", "buf.work.yaml"],
        delegated: None,
        install: "go install github.com/bufbuild/buf/cmd/buf@latest   (or: brew install bufbuild/buf/buf)",
    },
    Program {
        names: &["promtool"],
        variable: Some("GATEFOLD_PROMTOOL"),
        version: "--version",
        by: "`contracts`, for alert rules where `contracts.operations.promtool` asks it",
        where_there_is: &["*"],
        delegated: None,
        install: "sudo apt-get install prometheus   (or: brew install prometheus)",
    },
    Program {
        names: &["ssh-keygen"],
        variable: None,
        version: "",
        by: "whoever makes a key to sign approvals with",
        where_there_is: &["approvals/allowed_signers"],
        delegated: None,
        install: "sudo apt-get install openssh-client   (or: brew install openssh)",
    },
    Program {
        names: &["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "firefox"],
        variable: None,
        version: "--version",
        by: "whoever reads `review --html`",
        where_there_is: &["*"],
        delegated: None,
        install: "sudo apt-get install chromium   (or any browser)",
    },
];

pub(super) fn examine(root: &Path, env: Env<'_>) -> Vec<Entry> {
    // Outside the tree, where no file of it can tell a program what to do.
    let Ok(aside) = tempfile::Builder::new().prefix("gatefold-doctor-").tempdir() else {
        let said = "there is no folder for temporary files";
        return vec![Entry::unseen(AREA, "programs", said, "mkdir -p \"${TMPDIR:-/tmp}\"")];
    };
    let delegate = delegate(root);
    let mut entries = std::thread::scope(|scope| {
        let (aside, delegate) = (aside.path(), delegate.as_ref());
        // The environment is read here: what reads it is no business of other threads.
        let asked: Vec<_> = PROGRAMS
            .iter()
            .map(|program| {
                let tool = find(program, root, env);
                let said = delegate.zip(program.delegated).map(|(delegate, said)| said(delegate));
                scope.spawn(move || entry(program, said, tool, root, aside))
            })
            .collect();
        asked.into_iter().filter_map(|thread| thread.join().ok()).collect::<Vec<_>>()
    });
    entries.extend(delegate.and_then(|delegate| without_configuration(root, &delegate)));
    entries
}

/// What the policy of the working tree says of tools; nothing where it cannot be read, which the guards tell.
fn delegate(root: &Path) -> Option<Delegate> {
    let text = source::read_regular_text(&root.join(POLICY_FILE)).ok()?;
    let policy: lints::Policy =
        Document::parse(POLICY_FILE, &text, &house::SCHEMA).ok()?.section("lints").ok()?;
    Some(policy.delegate)
}

/// cargo-deny is asked only where it is told what to look for.
fn without_configuration(root: &Path, delegate: &Delegate) -> Option<Entry> {
    let is_there = deny::CONFIGS.iter().any(|file| root.join(file).is_file());
    (delegate.deny == Asked::Required && !is_there).then(|| {
        let said = "`lints.delegate.deny` requires cargo-deny, and there is no `deny.toml` in this root";
        Entry::mend(AREA, "deny.toml", said, "cargo deny init   (then commit it: the base's counts)")
    })
}

fn find(program: &Program, root: &Path, env: Env<'_>) -> Option<Tool> {
    let named = program.variable.and_then(env);
    let mut tool =
        program.names.iter().find_map(|name| surroundings::tool(root, name, named.clone(), env("PATH")))?;
    // Cargo's own programs are found by way of a home.
    for name in ["HOME", "CARGO_HOME", "RUSTUP_HOME", "RUSTUP_TOOLCHAIN"] {
        tool.environment.extend(env(name).map(|value| (name.to_owned(), value)));
    }
    Some(tool)
}

fn entry(program: &Program, said: Option<Asked>, tool: Option<Tool>, root: &Path, aside: &Path) -> Entry {
    let name = program.names[0];
    if said == Some(Asked::Off) {
        return Entry::not_needed(AREA, name, format!("the policy says `off`; else asked by {}", program.by));
    }
    let is_required = said == Some(Asked::Required);
    let is_needed = is_required
        || program.where_there_is.is_empty()
        || program.where_there_is.iter().any(|file| root.join(file).is_file());
    let by = match is_required {
        true => format!("{}, and required there", program.by),
        false => program.by.to_owned(),
    };
    let wrong = |said: String, install: &str| match is_needed {
        true => Entry::mend(AREA, name, said, install),
        false => Entry::not_needed(AREA, name, said),
    };
    let Some(tool) = tool else {
        let said =
            format!("there is none on the PATH (what lies in this root does not count); asked by {by}");
        return wrong(said, program.install);
    };
    let path = tool.program.display().to_string();
    if program.version.is_empty() {
        return Entry::well(AREA, name, format!("{path}; asked by {by}"));
    }
    match tool.run(&[program.version], aside, WITHIN) {
        Ok(said) if said.status == Some(0) => {
            let text = String::from_utf8_lossy(&said.output).into_owned();
            let version = text.lines().find(|line| !line.trim().is_empty()).unwrap_or("no version").trim();
            Entry::well(AREA, name, format!("{version}; asked by {by}"))
        }
        Ok(said) => {
            let why = said.complaint.lines().next().unwrap_or("it says nothing").to_owned();
            // It is there, and the manager of toolchains does not know which one is meant; in the root a file may say it.
            if why.contains("rustup") && TOOLCHAINS.iter().any(|file| root.join(file).is_file()) {
                return Entry::well(
                    AREA,
                    name,
                    format!("of the toolchain that the root names; asked by {by}"),
                );
            }
            let mend = if why.contains("rustup") { "rustup default stable" } else { program.install };
            wrong(format!("`{path}` does not say its version: {why}; asked by {by}"), mend)
        }
        Err(error) => wrong(format!("`{path}` cannot be asked: {error}; asked by {by}"), program.install),
    }
}
