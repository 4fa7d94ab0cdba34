//! Values that are written into the text of a shell command.

use findings::{Finding, rule};
use quote::ToTokens;
use syn::{Expr, ExprMethodCall};

use crate::built::Built;
use crate::calls::{Call, chain, identifiers, peel, variable};
use crate::few::{Needs, Shown, few, is_few};
use crate::texts::{grown, held, holes, joined, known, replaced, shown, written};
use crate::types::{head_name, type_of};
use crate::{Check, Lint, Node, Site};

rule! {
    /// A shell (`sh`, `bash`, `zsh`, `cmd`, `powershell`) that is started with a command line which `format!`, `+`, `concat`, `join`,
    /// `push_str`, `write!` or `replace` puts together from values: `Command::new("sh").arg("-c").arg(format!(..))`.
    ///
    /// Constants, numbers and truths are left alone, and so are texts that the program itself has: a `&'static str` by its type, a
    /// loop over literals and an enum without fields, in whatever file of the workspace they are declared; and what `shlex`,
    /// `shell_words`, `shell_escape` or `snailquote` quotes.
    ///
    /// ## Why it hurts
    /// The shell reads the value as part of the command: `; rm -rf /` in a file's name is run. What starts as a helper
    /// of a batch job ends where a request can reach it.
    ///
    /// ## Example
    /// ```bad
    /// use std::process::Command as Run;
    ///
    /// fn export(path: &str) -> Result<()> {
    ///     std::process::Command::new("sh").arg("-c").arg(format!("gzip {path}")).status()?; //~
    ///     Run::new("/bin/bash").args(["-c", &format!("gzip {}", path)]).status()?; //~
    ///     let line = "cat ".to_owned() + path;
    ///     let mut command = Run::new("bash");
    ///     command.arg("-lc");
    ///     command.arg(&line); //~
    ///     let later = |name: &str| Run::new("sh").args(&["-c".to_owned(), format!("ls {name}")]).output(); //~
    ///     let all = vec![<Run>::new("sh").arg("-c").arg(format!("ls {path}")).output()?]; //~
    ///     let shell = "sh";
    ///     let flag = "-c";
    ///     Run::new(shell).arg(flag).arg(["ls ", path].concat()).status()?; //~
    ///     let mut grown = String::from("gzip ");
    ///     grown.push_str(path);
    ///     Run::new(SHELL).arg("-c").arg(grown).status()?; //~
    ///     let parts = vec!["gzip", path];
    ///     Run::new("sh").arg("-c").arg(parts.join(" ")).status()?; //~
    ///     let mut parts = vec!["gzip".to_owned()];
    ///     parts.push(path.to_owned());
    ///     let joined = parts.join(" ");
    ///     Run::new("sh").arg("-c").arg(&joined).status()?; //~
    ///     let mut told = String::new();
    ///     write!(told, "gzip {path}")?;
    ///     Run::new("sh").arg("-c").arg(&told).status()?; //~
    ///     let given = ["-c".to_owned(), format!("ls {path}")];
    ///     Run::new("/usr/bin/env").arg("bash").args(given).status()?; //~
    ///     Run::new(shells::PLAIN).arg("-c").arg("gzip {}".replace("{}", path)).status()?; //~
    ///     let filled = TEMPLATE.replace("PATH", path);
    ///     Run::new("sh").arg("-c").arg(&filled).status()?; //~
    ///     done(command, later, all)
    /// }
    ///
    /// mod shells {
    ///     pub const PLAIN: &str = "/bin/sh";
    /// }
    ///
    /// const TEMPLATE: &str = "gzip PATH";
    /// const SHELL: &str = "bash";
    /// ```
    ///
    /// ## Instead
    /// Start the program itself, with the value as an argument of its own.
    ///
    /// ```good
    /// use std::process::Command;
    ///
    /// fn export(path: &str, level: u8) -> Result<()> {
    ///     let wait = 3;
    ///     let level_option = if level > 5 { "-9" } else { "-1" };
    ///     Command::new("sh").arg("-c").arg(format!("gzip {level_option} {}-{}", all.len() * 64, std::process::id())).status()?;
    ///     Command::new("sh").arg("-c").arg(format!("sleep {wait}; gzip -{level} all.tsv")).status()?;
    ///     let mut line = String::from("gzip ");
    ///     line += "all.tsv";
    ///     line.push_str(SUFFIX);
    ///     write!(line, " -{level}")?;
    ///     let parts = vec!["gzip", SUFFIX];
    ///     Command::new("sh").arg("-c").arg(parts.join(" ")).status()?;
    ///     Command::new("sh").arg("-c").arg(line).status()?;
    ///     Command::new("gzip").arg(path).status()?;
    ///     Command::new("gzip").arg(format!("{path}.tsv")).status()?;
    ///     Command::new("sh").arg("-c").arg("gzip \"$1\"").arg("sh").arg(format!("{path}.tsv")).status()?;
    ///     Command::new("sh").arg("-c").arg(format!("ulimit -n {LIMIT}; exec ranker")).status()?;
    ///     Command::new("sh").arg("deploy.sh").arg(format!("--path={path}")).status()?;
    ///     Command::new("sh").arg("-c").arg("sleep N; gzip all.tsv".replace("N", &wait.to_string())).status()?;
    ///     Command::new("sh").arg("-c").arg("gzip a.tsv\n".replace('\n', " ")).status()?;
    ///     let word = shlex::try_quote(path)?;
    ///     Command::new("sh").arg("-c").arg(format!("zcat {word} | head")).status()?;
    ///     Command::new("sh").arg("-c").arg(format!("zcat {} | head", shell_words::quote(path))).status()?;
    ///     for name in ["users", "posts"] {
    ///         Command::new("sh").arg("-c").arg(format!("gzip {name}.tsv")).status()?;
    ///     }
    ///     Ok(())
    /// }
    ///
    /// enum Level { Fast, Best }
    ///
    /// impl Level {
    ///     fn flag(&self) -> &'static str {
    ///         flag_of(matches!(self, Level::Best))
    ///     }
    /// }
    ///
    /// fn compress(level: &Level, is_fast: bool) -> Result<()> {
    ///     let flag = level.flag();
    ///     Command::new("sh").arg("-c").arg(format!("gzip -{flag} all.tsv")).status()?;
    ///     Command::new("sh").arg("-c").arg(format!("gzip -{} all.tsv", flag_of(is_fast))).status()?;
    ///     Ok(())
    /// }
    ///
    /// fn flag_of(is_fast: bool) -> &'static str {
    ///     if is_fast { "1" } else { "9" }
    /// }
    ///
    /// const SUFFIX: &str = ".bak";
    /// ```
    pub static INTERPOLATED_SHELL_COMMAND = {
        id: "interpolated-shell-command",
        guard: "lints",
        group: "security",
        level: Error,
        summary: "finds values that are written into the text of a shell command",
    };
}

pub(super) static LINT: Lint = Lint { rule: &INTERPOLATED_SHELL_COMMAND, check: Check::Syntax(check) };

const SHELLS: &[&str] = &["sh", "bash", "zsh", "dash", "ksh", "fish", "cmd", "cmd.exe", "powershell", "pwsh"];

fn check(node: &Node<'_>, site: &Site<'_>, findings: &mut Vec<Finding>) {
    let Node::Call(call) = node else { return };
    let Expr::MethodCall(written) = call.expr else { return };
    if call.name != "arg" && call.name != "args" {
        return;
    }
    let Some(value) = line(written, site).and_then(|line| interpolated(line, site).into_iter().next()) else {
        return;
    };
    if starts_shell(&written.receiver, site) {
        let message = format!("`{}` becomes part of a shell command", shown(&value));
        findings.push(
            site.finding(&INTERPOLATED_SHELL_COMMAND, call.expr, message)
                .help("start the program itself and pass the value with `.arg(..)`"),
        );
    }
}

/// What must be few elsewhere so that only texts of the program itself become part of a command; none where something else
/// does whatever other files say.
pub(crate) fn needs_of_command(node: &Node<'_>, site: &Site<'_>) -> Option<Needs> {
    let Node::Call(Call { expr: Expr::MethodCall(written), .. }) = node else { return None };
    let values = interpolated(line(written, site)?, site);
    let needs: Option<Vec<Needs>> = values.iter().map(|value| few(value, site)).collect();
    Some(needs?.concat())
}

/// The command line of `-c` that a call hands over.
fn line<'a>(call: &'a ExprMethodCall, site: &Site<'a>) -> Option<&'a Expr> {
    let given = call.args.first()?;
    if call.method == "args" {
        let given = variable(given).and_then(|name| held(name, site)).unwrap_or(given);
        let Expr::Array(list) = peel(given) else { return None };
        let at = list.elems.iter().position(|argument| is_flag(argument, site))?;
        return list.elems.iter().nth(at + 1);
    }
    follows_flag(&call.receiver, site).then_some(given)
}

/// Whether the argument in front is `-c`: in the chain, or, where that begins with the variable, in the statement
/// in front of this one.
fn follows_flag(receiver: &Expr, site: &Site<'_>) -> bool {
    let (methods, root) = chain(receiver);
    let in_front = match methods.first() {
        Some(last) => return last.name == "arg" && last.args.first().is_some_and(|flag| is_flag(flag, site)),
        None => variable(root),
    };
    let Some(name) = in_front else { return false };
    let statement = site.steps.iter().rev().find_map(|step| match step {
        crate::Step::Statements(statements, at) => Some(at.checked_sub(1).map(|before| &statements[before])),
        _ => None,
    });
    let set = match statement.flatten() {
        Some(syn::Stmt::Expr(Expr::MethodCall(set), _)) => Some(set),
        Some(syn::Stmt::Local(local)) => match local.init.as_ref().map(|init| peel(&init.expr)) {
            Some(Expr::MethodCall(set)) if crate::bound::binds(&local.pat, name) => Some(set),
            _ => None,
        },
        _ => None,
    };
    set.is_some_and(|set| {
        let begins = variable(chain(&set.receiver).1);
        set.method == "arg"
            && begins.is_none_or(|begins| begins == name)
            && set.args.first().is_some_and(|flag| is_flag(flag, site))
    })
}

/// `-c`, also together with other letters, `/C` and `-Command`.
fn is_flag(argument: &Expr, site: &Site<'_>) -> bool {
    known(argument, site).is_some_and(|flag| {
        let letters = flag.strip_prefix('-').filter(|letters| letters.len() <= 4);
        letters.is_some_and(|letters| letters.ends_with('c'))
            || flag.eq_ignore_ascii_case("/c")
            || flag == "-Command"
    })
}

/// The values in the line that are no constants.
fn interpolated(line: &Expr, site: &Site<'_>) -> Vec<Expr> {
    let holes_of_line = holes(line, site).into_iter().chain(joined(line, site)).chain(written(line, site));
    let put_in = holes_of_line.map(|hole| (hole.is_debug, hole.value));
    let put_in = put_in.chain(replaced(line, site).into_iter().map(|value| (false, value)));
    let added = grown(line, site).into_iter().flat_map(|added| {
        let within = holes(added, site).into_iter().map(|hole| (hole.is_debug, hole.value));
        let within: Vec<(bool, Expr)> = within.collect();
        if within.is_empty() && known(added, site).is_none() { vec![(false, added.clone())] } else { within }
    });
    let is_open = |is_debug: bool, value: &Expr| match peel(value) {
        _ if is_harmless(value, site, HOPS) || is_few(value, Shown::by(is_debug), site) => false,
        Expr::Path(path) => {
            let last = path.path.segments.last().map(|last| last.ident.to_string()).unwrap_or_default();
            last.chars().any(char::is_lowercase)
        }
        Expr::Lit(_) => false,
        _ => true,
    };
    let open = put_in.chain(added).filter(|(is_debug, value)| is_open(*is_debug, value));
    open.map(|(_, value)| value).collect()
}

/// Whether a value is a number or a truth, which nobody can write a command into.
fn is_harmless(value: &Expr, site: &Site<'_>, hops: u32) -> bool {
    let Some(hops) = hops.checked_sub(1) else { return false };
    let is_one = |value: &Expr| is_harmless(value, site, hops);
    let is_number = || {
        let ty = type_of(value, site).and_then(|ty| head_name(&ty, site));
        ty.is_some_and(|name| NUMBERS.contains(&&*name))
    };
    match peel(value) {
        Expr::Lit(_) => true,
        Expr::Paren(inner) => is_one(&inner.expr),
        Expr::Cast(cast) => is_one(&cast.expr) || is_number(),
        Expr::Binary(sum) => is_one(&sum.left) && is_one(&sum.right),
        Expr::Macro(mac) => {
            ["env", "line", "stringify", "concat"].iter().any(|name| mac.mac.path.is_ident(name))
        }
        Expr::MethodCall(call) => {
            COUNTS.iter().any(|name| call.method == name)
                || KEEPS.iter().any(|name| call.method == name) && is_one(&call.receiver)
        }
        Expr::Try(tried) => is_one(&tried.expr),
        Expr::Call(call) => {
            let name = identifiers(&call.func).last().map(ToString::to_string);
            let path = match &*call.func {
                Expr::Path(function) => site.resolve_function(function),
                _ => None,
            };
            matches!(
                &call.func.to_token_stream().to_string().replace(' ', "")[..],
                "std::process::id" | "process::id"
            ) || path.is_some_and(|path| QUOTES.contains(&&*path))
                || name.as_deref() == Some("from") && call.args.iter().all(is_one)
        }
        path => {
            let init = variable(path).and_then(|name| held(name, site));
            init.is_some_and(is_one) || is_number()
        }
    }
}

/// How many variables and operands are followed.
const HOPS: u32 = 8;

/// Functions that make one word for a shell of whatever they are given.
const QUOTES: &[&str] = &[
    "shell_escape::escape",
    "shell_escape::unix::escape",
    "shell_words::join",
    "shell_words::quote",
    "shlex::try_join",
    "shlex::try_quote",
    "snailquote::escape",
];

/// Methods that count or measure.
const COUNTS: &[&str] = &["len", "count", "as_secs", "as_millis", "as_micros", "as_nanos"];

/// Methods that give a number of a number.
const KEEPS: &[&str] =
    &["min", "max", "clamp", "pow", "saturating_sub", "saturating_add", "to_string", "clone"];

const NUMBERS: &[&str] = &[
    "bool", "f32", "f64", "i8", "i16", "i32", "i64", "i128", "isize", "u8", "u16", "u32", "u64", "u128",
    "usize",
];

/// Whether a command begins with a shell.
fn starts_shell(receiver: &Expr, site: &Site<'_>) -> bool {
    let built = Built::of(receiver, site);
    if !built.origin().is_some_and(|origin| origin.ends_with("process::Command::new")) {
        return false;
    }
    let mut root = chain(receiver).1;
    while let Some(init) = variable(root).and_then(|name| held(name, site)) {
        let begins = chain(init).1;
        if variable(begins).is_some() && variable(begins) == variable(root) {
            return false;
        }
        root = begins;
    }
    let Expr::Call(new) = root else { return false };
    let text = |argument: Option<&Expr>| known(argument?, site);
    let program = text(new.args.first()).unwrap_or_default();
    let name = program.rsplit('/').next().unwrap_or_default();
    // `env bash -c ..`
    let first = || text(chain(receiver).0.last().and_then(|first| first.args.first().copied()));
    SHELLS.contains(&name) || name == "env" && first().is_some_and(|name| SHELLS.contains(&name.as_str()))
}
