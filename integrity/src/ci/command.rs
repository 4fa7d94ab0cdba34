//! One command of a script: what it checks, how much of it, and whether its failure counts.

/// One command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Command {
    /// Without what only prepares it: environment, `sudo`, toolchain.
    pub(crate) words: Vec<String>,
    /// As it is written, on one line.
    pub(crate) raw: String,
    /// Why its failure does not count, or why it never runs: `is let pass by ..`.
    pub(crate) soft: Option<String>,
    /// Whether its failure is lost for want of `set -e` or `pipefail`.
    pub(crate) loose: bool,
    /// Whether its script ends with it when it fails, and not only because it is the last.
    pub(crate) stops: bool,
    /// Under what it runs.
    pub(crate) conditions: Vec<String>,
}

impl Command {
    /// The use of an action.
    pub(crate) fn action(uses: &str) -> Command {
        let name = uses.split('@').next().unwrap_or(uses);
        Command {
            words: vec!["uses".to_owned(), name.to_owned()],
            raw: uses.to_owned(),
            soft: None,
            loose: false,
            stops: true,
            conditions: Vec::new(),
        }
    }

    /// The variables that it is given, or sets for those after it.
    pub(crate) fn variables(&self) -> Vec<(String, String)> {
        let exported = ["export", "set", "declare"].iter().any(|word| self.raw.starts_with(word));
        let words = self.raw.split_whitespace();
        let before = words.skip(usize::from(exported)).take_while(|word| exported || word.contains('='));
        let pair = |word: &str| {
            let (name, value) = word.split_once('=')?;
            let named = name.chars().all(|c| c.is_ascii_uppercase() || c == '_' || c.is_ascii_digit());
            (named && !name.is_empty()).then(|| (name.to_owned(), value.trim_matches(['"', '\'']).to_owned()))
        };
        before.filter_map(pair).collect()
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
            "bazel", "bazelisk", "sbt",
        ];
        // Their phases after compiling run tests, whatever they are called.
        const JVM: &[&str] = &["mvn", "mvnw", "gradle", "gradlew"];
        const PREPARING: &[&str] = &[
            "install", "ci", "build", "pull", "login", "push", "run", "tool", "mod", "setup", "clean", "-c",
            "-m",
        ];
        // The gate's own script, wherever it was put.
        if program == "gatefold-ci" {
            return Some(program.to_owned());
        }
        // Which of its tests it runs is compared with its other words.
        if program == "pytest" {
            return Some(program.to_owned());
        }
        if CHECKERS.contains(&program) {
            return Some(format!("{program} {next}").trim_end().to_owned());
        }
        if JVM.contains(&program) {
            let phase =
                |word: &&String| !word.starts_with('-') && !["clean", "compile"].contains(&word.as_str());
            return self.words.iter().skip(1).any(|word| phase(&word)).then(|| format!("{program} tests"));
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
            let script = target.ends_with(".sh") && !prepares(target);
            return (telling || script).then(|| format!("{program} {target}"));
        }
        let script = first.starts_with("./")
            || first.starts_with("ci/")
            || first.starts_with(".ci/")
            || first.starts_with("scripts/");
        let telling = ["test", "check", "lint", "verify", "gate"].iter().any(|word| first.contains(word));
        // What cargo built lies wherever it is told to build.
        let built = first.contains("target/");
        (script && !built && (telling || !prepares(first))).then(|| first.trim_start_matches("./").to_owned())
    }
}

/// Whether a script is for what comes before or after a check, by its name.
fn prepares(path: &str) -> bool {
    const NAMES: &[&str] = &[
        "install",
        "setup",
        "collect",
        "upload",
        "download",
        "build",
        "release",
        "publish",
        "deploy",
        "notify",
        "bump",
        "clean",
        "start",
        "stop",
        "create",
        "push",
        "prepare",
        "changelog",
        "version",
    ];
    let name = path.rsplit('/').next().unwrap_or(path);
    NAMES.iter().any(|word| name.contains(word))
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
