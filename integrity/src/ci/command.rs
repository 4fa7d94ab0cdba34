//! One command of a script: what it checks, how much of it, and whether its failure counts.

/// One command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Command {
    /// Without what only prepares it: environment, `sudo`, toolchain.
    pub(crate) words: Vec<String>,
    /// As it is written, on one line.
    pub(crate) raw: String,
    /// Whether its failure is swallowed: `|| true`.
    pub(crate) soft: bool,
}

impl Command {
    /// The use of an action.
    pub(crate) fn action(uses: &str) -> Command {
        let name = uses.split('@').next().unwrap_or(uses);
        Command { words: vec!["uses".to_owned(), name.to_owned()], raw: uses.to_owned(), soft: false }
    }

    /// Whether it is for some packages only.
    pub(crate) fn names_packages(&self) -> bool {
        self.words.iter().any(|word| word == "-p" || word.starts_with("--package") || word.starts_with("-p="))
    }

    /// The toolchain that it asks for.
    pub(crate) fn toolchain(&self) -> Option<&String> {
        self.words.iter().find(|word| word.starts_with('+'))
    }

    /// What it checks: commands that check the same have the same name. `None` for what only prepares.
    pub(crate) fn checks(&self) -> Option<String> {
        let first = self.words.first()?;
        let program = first.rsplit('/').next().unwrap_or(first);
        let next = self.words.get(1).map(String::as_str).unwrap_or_default();
        if first == "uses" {
            return is_checking_action(next).then(|| format!("uses {next}"));
        }
        if is_cargo(first) {
            return cargo_check(&self.words[1..]);
        }
        const CHECKERS: &[&str] = &[
            "pytest",
            "tox",
            "shellcheck",
            "actionlint",
            "typos",
            "codespell",
            "yamllint",
            "markdownlint",
            "buf",
            "gatefold",
            "rustfmt",
            "clippy-driver",
            "miri",
            "eslint",
            "ruff",
            "mypy",
            "golangci-lint",
            "promtool",
            "taplo",
            "zizmor",
            "lychee",
            "vale",
            "hadolint",
            "semgrep",
            "trivy",
            "gitleaks",
            "pre-commit",
            "lefthook",
            "wasm-pack",
        ];
        const RUNNERS: &[&str] = &[
            "make", "just", "npm", "yarn", "pnpm", "bash", "sh", "python", "python3", "go", "docker", "task",
        ];
        const PREPARING: &[&str] = &[
            "install", "ci", "build", "pull", "login", "push", "run", "tool", "mod", "setup", "clean", "-c",
            "-m",
        ];
        if CHECKERS.contains(&program) {
            return Some(format!("{program} {next}").trim_end().to_owned());
        }
        if RUNNERS.contains(&program) {
            let target = self
                .words
                .iter()
                .skip(1)
                .find(|word| !word.starts_with('-') && !PREPARING.contains(&word.as_str()))?;
            let telling = ["test", "check", "lint", "ci", "verify", "audit", "fmt", "gate"]
                .iter()
                .any(|word| target.contains(word));
            return (telling || target.ends_with(".sh") && !target.contains("install"))
                .then(|| format!("{program} {target}"));
        }
        let script = first.starts_with("./")
            || first.starts_with("ci/")
            || first.starts_with(".ci/")
            || first.starts_with("scripts/");
        (script && !first.contains("install") && !first.contains("setup"))
            .then(|| first.trim_start_matches("./").to_owned())
    }
}

fn is_cargo(word: &str) -> bool {
    let program = word.rsplit('/').next().unwrap_or(word);
    matches!(program, "cargo" | "cross" | "cargo.exe") || word.contains("CARGO")
}

fn is_checking_action(name: &str) -> bool {
    let setup = [
        "setup",
        "install",
        "cache",
        "checkout",
        "toolchain",
        "upload",
        "download",
        "artifact",
        "deploy",
        "publish",
        "release",
    ];
    let check = [
        "check", "lint", "test", "audit", "deny", "typos", "semver", "coverage", "verify", "scan", "codeql",
        "clippy", "/buf-", "gate",
    ];
    let plain = name.to_lowercase();
    !setup.iter().any(|word| plain.contains(word)) && check.iter().any(|word| plain.contains(word))
        || plain.starts_with(".github/")
        || plain.starts_with("./")
}

fn cargo_check(words: &[String]) -> Option<String> {
    let mut rest = words.iter().filter(|word| {
        !word.starts_with('+') && !word.starts_with("--") && !word.starts_with('-') && !word.starts_with('$')
    });
    let command = rest.next()?.as_str();
    Some(match command {
        "t" | "test" | "nextest" | "llvm-cov" | "tarpaulin" => "tests".to_owned(),
        "hack" => format!("cargo hack {}", rest.next().map(String::as_str).unwrap_or_default()),
        "b" | "build" | "c" | "check" => "build".to_owned(),
        "clippy"
        | "fmt"
        | "doc"
        | "miri"
        | "bench"
        | "deny"
        | "audit"
        | "vet"
        | "udeps"
        | "machete"
        | "semver-checks"
        | "public-api"
        | "minimal-versions"
        | "msrv"
        | "fuzz"
        | "insta"
        | "careful"
        | "kani"
        | "mutants"
        | "rdme"
        | "sort"
        | "check-external-types"
        | "spellcheck"
        | "deadlinks"
        | "geiger"
        | "rustdoc"
        | "fix" => format!("cargo {command}"),
        "xtask" | "make" | "run" | "x" => {
            let target = rest.find(|word| *word != "run");
            format!("cargo {command} {}", target.map(String::as_str).unwrap_or_default())
        }
        _ => return None,
    })
}

/// The commands of a shell script, or of a recipe in a Makefile.
pub(crate) fn in_script(script: &str) -> Vec<Command> {
    let mut commands = Vec::new();
    let mut lenient = false;
    for line in script.replace("\\\n", " ").lines() {
        let line = without_comment(line.trim());
        if line == "set +e" {
            lenient = true;
        } else if line.starts_with("set -") && line.contains('e') {
            lenient = false;
        }
        let ignored = line.strip_prefix('-').filter(|rest| rest.starts_with(char::is_alphabetic));
        for part in split(ignored.unwrap_or(line)) {
            let (command, soft) = soft(&part);
            let words = words(command);
            if !words.is_empty() {
                let raw = command.split_whitespace().collect::<Vec<_>>().join(" ");
                commands.push(Command { words, raw, soft: soft || lenient || ignored.is_some() });
            }
        }
    }
    commands
}

fn without_comment(line: &str) -> &str {
    if line.starts_with('#') { "" } else { line.split(" # ").next().unwrap_or(line).trim_end() }
}

/// Splits at `&&` and `;` outside quotes.
fn split(line: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut quote = None;
    let mut letters = line.chars().peekable();
    while let Some(letter) = letters.next() {
        let last = parts.last_mut().expect("there is always a last part");
        match (quote, letter) {
            (Some(open), letter) if letter == open => quote = None,
            (None, '"' | '\'') => quote = Some(letter),
            (None, '&') if letters.peek() == Some(&'&') => {
                letters.next();
                parts.push(String::new());
                continue;
            }
            (None, ';') => {
                parts.push(String::new());
                continue;
            }
            _ => {}
        }
        last.push(letter);
    }
    parts
}

/// The command without what swallows its failure, and whether anything does.
fn soft(part: &str) -> (&str, bool) {
    let Some((command, other)) = part.split_once("||") else {
        return (part.split(" | ").next().unwrap_or(part), false);
    };
    // What is done instead fails where its last command does.
    let inside = other.trim_matches(|c: char| c.is_whitespace() || "{}();".contains(c));
    let last = inside.rsplit([';', '\n', '&']).next().unwrap_or_default().trim();
    let status = last.strip_prefix("exit").or_else(|| last.strip_prefix("return"));
    let fails = last == "false" || status.is_some_and(|status| status.trim() != "0");
    (command, !fails)
}

/// The words of a command, without what stands before the program.
fn words(command: &str) -> Vec<String> {
    let unquoted = |word: &str| word.trim_matches(['"', '\'']).to_owned();
    let mut words: Vec<String> =
        command.replace("${{ ", "${{").replace(" }}", "}}").split_whitespace().map(unquoted).collect();
    let skipped = |word: &String| {
        matches!(
            word.as_str(),
            "sudo" | "time" | "if" | "then" | "do" | "!" | "env" | "exec" | "run:" | "-" | "&" | "@"
        ) || word.split_once('=').is_some_and(|(name, _)| {
            name.chars().all(|c| c.is_ascii_uppercase() || c == '_' || c.is_ascii_digit())
        })
    };
    while words.first().is_some_and(skipped) {
        words.remove(0);
    }
    // `cargo sort` and `cargo-sort` are one.
    if let Some(tool) = words.first().and_then(|first| first.strip_prefix("cargo-")).map(str::to_owned) {
        words.splice(0..1, ["cargo".to_owned(), tool]);
    }
    if let Some(first) = words.first_mut()
        && let Some(plain) = first.strip_prefix('@')
    {
        *first = plain.to_owned();
    }
    words
}
