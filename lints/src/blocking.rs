//! What blocks a thread, and where nobody waits for it.

use syn::{Expr, Ident, ReceiverKind, Signature};

use crate::bound::binds;
use crate::calls::{chain, ends, identifiers, method, variable};
use crate::facts::type_name;
use crate::rpc::handler;
use crate::site::{Site, Step};
use crate::sorts::calls_in;
use crate::texts::held;
use crate::words::{has_word, words};

/// What to use instead of a function that blocks, by its canonical path.
pub fn instead_of(path: &str) -> Option<&'static str> {
    Some(match path {
        "std::thread::sleep" | "std::thread::park_timeout" => "use `tokio::time::sleep(..).await`",
        "std::thread::park" => "await what is waited for",
        "std::net::TcpStream::connect" | "std::net::TcpStream::connect_timeout" => {
            "use `tokio::net::TcpStream::connect(..).await`"
        }
        "futures::executor::block_on"
        | "futures_executor::block_on"
        | "futures_lite::future::block_on"
        | "async_std::task::block_on"
        | "pollster::block_on"
        | "smol::block_on" => "await the future",
        "std::fs::File::open" | "std::fs::File::create" | "std::fs::File::create_new" => {
            "use `tokio::fs`, or move it into `tokio::task::spawn_blocking(..).await`"
        }
        _ => {
            let function = |module: &str| path.strip_prefix(module).is_some_and(|rest| !rest.contains("::"));
            if function("std::fs::") && !path.ends_with("::DirBuilder") {
                "use `tokio::fs`, or move it into `tokio::task::spawn_blocking(..).await`"
            } else if path == "reqwest::blocking::get" || path.starts_with("reqwest::blocking::Client") {
                "use the async client of `reqwest`"
            } else {
                return None;
            }
        }
    })
}

/// Functions of `std::fs` that touch names and attributes of files, never their content.
const BRIEF: &[&str] = &[
    "canonicalize",
    "create_dir",
    "create_dir_all",
    "exists",
    "hard_link",
    "metadata",
    "read_link",
    "remove_dir",
    "remove_file",
    "rename",
    "set_permissions",
    "symlink_metadata",
];

/// Whether a function that blocks only touches names and attributes of files.
pub fn is_brief(path: &str) -> bool {
    path.strip_prefix("std::fs::").is_some_and(|function| BRIEF.contains(&function))
}

/// Words by which a function says that it runs before anything is served, or when nothing is any more.
const STARTS: &[&str] = &[
    "acceptor",
    "bind",
    "boot",
    "bootstrap",
    "exit",
    "init",
    "initialise",
    "initialize",
    "listen",
    "launch",
    "listener",
    "migrate",
    "setup",
    "panic",
    "preload",
    "shutdown",
    "sigterm",
    "start",
    "startup",
    "stop",
    "warm",
    "warmup",
];

/// Calls by which a server begins to serve.
const SERVES: &[&str] =
    &["serve", "serve_with_shutdown", "serve_with_incoming", "serve_with_incoming_shutdown"];

/// Words by which a function says that it ends what waits for its threads.
const ENDS: &[&str] = &[
    "abort",
    "cleanup",
    "close",
    "destroy",
    "drain",
    "exit",
    "finish",
    "halt",
    "quit",
    "teardown",
    "terminate",
];

/// Whether nobody asks any more where a thread is waited for: in what ends by its name, or takes its own value to end it.
pub fn ends_threads(what: &str, site: &Site<'_>) -> bool {
    what == "std::thread::JoinHandle::join"
        && handler(site).is_none()
        && site.function().is_some_and(|(signature, _)| {
            let consumes = signature.receiver().is_some_and(|own| matches!(own.kind, ReceiverKind::Value));
            (consumes || has_word(&signature.ident.to_string(), ENDS)) && !is_for_somebody(signature)
        })
}

/// Whether a variable is one of a list of threads: `for thread in threads`, `threads.into_iter().map(|thread| ..)`, where what
/// the list is made of, or what is pushed to it, is `std::thread::spawn(..)`.
pub fn is_one_of_threads(receiver: &Expr, site: &Site<'_>) -> bool {
    let Some(list) = variable(receiver).and_then(|name| list_of(name, site)) else { return false };
    let is_spawn = |expr: &Expr| match chain(expr).1 {
        Expr::Call(call) => match &*call.func {
            Expr::Path(function) => {
                site.resolve(&function.path).is_some_and(|path| path == "std::thread::spawn")
            }
            _ => false,
        },
        _ => false,
    };
    let is_made_of = held(list, site).is_some_and(|made| {
        chain(made).0.iter().any(|method| match method.args.first() {
            Some(Expr::Closure(closure)) => {
                method.name == "map" && ends(&closure.body).into_iter().any(is_spawn)
            }
            _ => false,
        })
    });
    let is_pushed = |block| {
        calls_in(block).into_iter().filter_map(method).any(|push| {
            push.name == "push"
                && variable(push.receiver) == Some(list)
                && push.args.first().is_some_and(|pushed| is_spawn(pushed))
        })
    };
    is_made_of || site.function().is_some_and(|(_, block)| is_pushed(block))
}

/// The list that a variable comes out of, one after the other.
fn list_of<'a>(name: &Ident, site: &Site<'a>) -> Option<&'a Ident> {
    let mut steps = site.steps.iter().rev();
    while let Some(step) = steps.next() {
        match step {
            Step::Expr(Expr::ForLoop(each)) if binds(&each.pat, name) => {
                return variable(chain(&each.expr).1);
            }
            Step::Expr(Expr::Closure(closure)) if closure.inputs.iter().any(|input| binds(input, name)) => {
                let Some(Step::Expr(Expr::MethodCall(of))) = steps.next() else { return None };
                return variable(chain(&of.receiver).1);
            }
            Step::Function(..) => return None,
            _ => {}
        }
    }
    None
}

/// Whether nobody waits yet: in `main`, and in a function that starts something or serves, is no request's and runs the call itself
/// rather than in a task that it spawns. What is brief may stand in a constructor, too.
pub fn is_before_serving(is_brief: bool, site: &Site<'_>) -> bool {
    if site.steps.iter().any(|step| matches!(step, Step::Function(signature, _) if signature.ident == "main"))
    {
        return true;
    }
    let Some((signature, _)) = site.function() else { return false };
    let mut own = site.steps.iter().rev().take_while(|step| !matches!(step, Step::Function(..)));
    let spawned = own.any(|step| matches!(step, Step::Expr(Expr::Async(_))));
    let name = signature.ident.to_string();
    let starts = has_word(&name, STARTS)
        || name.starts_with("run_server")
        || (name == "run" && (site.file.path == "main.rs" || site.file.path.ends_with("/main.rs")))
        || (is_brief && matches!(name.as_str(), "new" | "open"))
        || SERVES.iter().any(|serves| site.flow().mentions(serves));
    starts && !spawned && handler(site).is_none() && !is_for_somebody(signature) && !site.ranks()
}

/// Whether a function is handed who asks, or what is asked: `user_id`, `query`, a `RankRequest`.
fn is_for_somebody(signature: &Signature) -> bool {
    const ASKED: &[&str] = &["request", "req", "query", "candidates"];
    const SOMEBODY: &[&str] = &["user", "viewer", "member", "session", "candidate"];
    identifiers(&signature.inputs).iter().any(|name| {
        let said = words(&name.to_string());
        let said: Vec<&str> = said.iter().map(String::as_str).collect();
        match said.as_slice() {
            [.., last] if ASKED.contains(last) => true,
            [who] | [who, "id"] => SOMEBODY.contains(who),
            _ => false,
        }
    })
}

/// Whether the node stands in what makes a value of its own type, from no request: made once, and before anybody asks, more
/// often than not. So it is with what reads settings, and with what loads a model or builds a state by its name.
pub fn is_of_constructor(site: &Site<'_>) -> bool {
    const SETTINGS: &[&str] =
        &["certificate", "certificates", "certs", "config", "configuration", "settings"];
    let Some((signature, _)) = site.function() else { return false };
    let made = site.impl_block().and_then(|item| type_name(&item.self_ty));
    let gives = identifiers(&signature.output);
    let makes = signature.receiver().is_none()
        && gives.iter().any(|name| name == "Self" || made.as_ref().is_some_and(|made| name == made));
    let name = signature.ident.to_string();
    (makes || has_word(&name, SETTINGS) || loads_parts(&name) || is_put_together(signature))
        && handler(site).is_none()
        && !is_for_somebody(signature)
}

/// `build(config)`, `prepare(&mut self)`: a program, or a part of it, by a function that says no more than that.
fn is_put_together(signature: &Signature) -> bool {
    const PUTS: &[&str] = &["assemble", "build", "compose", "prepare", "wire"];
    let reads_itself = signature.receiver().is_some_and(
        |own| matches!(&own.kind, ReceiverKind::Reference(_, _, mutability) if mutability.is_none()),
    );
    PUTS.iter().any(|puts| signature.ident == puts) && !reads_itself
}

/// `load_model`, `build_state`, `connect_db`
fn loads_parts(function: &str) -> bool {
    const LOADS: &[&str] = &["build", "create", "load", "make", "open", "prepare", "read"];
    const PARTS: &[&str] = &[
        "app",
        "artefacts",
        "artifacts",
        "index",
        "model",
        "models",
        "router",
        "server",
        "state",
        "tls",
        "tokenizer",
        "vocabulary",
        "weights",
    ];
    const CONNECTS: &[&str] = &["build", "connect", "create", "make", "open"];
    const ENDPOINTS: &[&str] = &["channel", "channels", "client", "clients", "database", "db", "pool"];
    let said = words(function);
    let said: Vec<&str> = said.iter().map(String::as_str).collect();
    let [first, .., last] = said.as_slice() else { return false };
    (LOADS.contains(first) && PARTS.contains(last)) || (CONNECTS.contains(first) && ENDPOINTS.contains(last))
}

/// Packages that read a command line.
const PARSERS: &[&str] = &["clap", "structopt", "argh", "bpaf", "gumdrop", "lexopt", "pico_args"];

/// Packages by which something is served; those that clients stand on as well say nothing.
const SERVERS: &[&str] = &["tonic", "axum", "actix_web", "warp", "rocket", "poem", "salvo", "tarpc"];

/// Whether the code is of a program that does one thing and ends, where a thread that waits keeps nobody waiting: in a package
/// that reads a command line and serves nothing, or in a module of commands.
pub fn is_of_tool(site: &Site<'_>) -> bool {
    let of_commands = |part: &str| has_word(part, &["cli", "cmd", "cmds", "command", "commands"]);
    let depends_on = |packages: &[&str]| packages.iter().any(|package| site.names.depends_on(package));
    let path = site.file.path.rsplit_once("src/").map_or(&*site.file.path, |(_, path)| path);
    let parts = path.split('/').map(|part| part.strip_suffix(".rs").unwrap_or(part));
    handler(site).is_none()
        && (parts.into_iter().any(of_commands) || depends_on(PARSERS) && !depends_on(SERVERS))
}

/// Code that is sync in one build and async in another, or that asks whether there is a runtime, knows what it does.
pub fn knows_better(site: &Site<'_>) -> bool {
    site.flow().mentions("try_current")
        || site
            .attributes()
            .any(|attribute| attribute.path().segments.last().is_some_and(|last| last.ident == "maybe_async"))
}
