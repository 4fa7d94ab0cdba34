//! Which calls go to another service, and whether they have a deadline.

use syn::visit::Visit;
use syn::{Expr, Pat, Signature, Type};

use crate::calls::{Call, chain, identifiers, variable};
use crate::facts::type_name;
use crate::site::{Site, Step};
use crate::timeouts::{Deadline, deadline};
use crate::types::{first_argument_of, head, head_name, type_of};
use crate::words::has_word;

/// Methods of clients and of what holds them that go nowhere.
const LOCAL: &[&str] =
    &["lock", "read", "write", "ready", "close", "shutdown", "acquire", "get_or_init", "closed", "notified"];

/// The client that an awaited call goes to, by the name of its type: that of what the method is called on.
pub fn client(call: &Call<'_>, site: &Site<'_>) -> Option<String> {
    if call.awaited { client_of(call.expr, site) } else { None }
}

/// The same of a future that is known to be awaited.
pub fn client_of(future: &Expr, site: &Site<'_>) -> Option<String> {
    if let Expr::Call(call) = future
        && !is_of_client(call)
    {
        return None;
    }
    let written = crate::calls::method(future)?;
    let (methods, root) = chain(written.receiver);
    let without_arguments = written.args.is_empty() && methods.iter().all(|method| method.args.is_empty());
    if without_arguments && LOCAL.iter().any(|local| written.name == local)
        || has_word(&written.name.to_string(), &["check", "parse", "set"])
    {
        return None;
    }
    // `client.get(url).send()` goes where `client` does.
    let receivers =
        [written.receiver].into_iter().chain(methods.iter().map(|method| method.receiver)).chain([root]);
    for receiver in receivers {
        // What a client does to itself may stay at home.
        if variable(receiver).is_some_and(|name| name == "self") {
            continue;
        }
        let name = type_of(receiver, site).and_then(|ty| {
            let name = head_name(&ty, site)?;
            is_client(&ty, &name, site).then_some(name)
        });
        if name.is_some() {
            return name;
        }
    }
    None
}

/// `RankerClient::rank(&mut client, ..)`, and no constructor.
fn is_of_client(call: &syn::ExprCall) -> bool {
    let Expr::Path(function) = &*call.func else { return false };
    let mut segments = function.path.segments.iter().rev();
    let (Some(name), Some(owner)) = (segments.next(), segments.next()) else { return false };
    let makes = ["new", "connect", "open", "build", "default"].iter().any(|makes| name.ident == makes);
    let owner = owner.ident.to_string();
    !makes && owner.starts_with(char::is_uppercase)
}

/// Words of clients that answer by themselves: of a store, of a node in the same process.
const AT_HOME: &[&str] =
    &["local", "node", "storage", "store", "chain", "wallet", "weak", "memory", "in", "cache"];

/// Whether a type is a client of another service: its name says of which, or that it speaks over a channel of tonic.
fn is_client(ty: &Type, name: &str, site: &Site<'_>) -> bool {
    if name == "Client" {
        return head(ty, site).is_some_and(|path| path == "reqwest::Client");
    }
    let over_channel = first_argument_of(ty).and_then(type_name).is_some_and(|name| name == "Channel");
    (name.ends_with("Client") || name.ends_with("Stub")) && (over_channel || !has_word(name, AT_HOME))
}

/// The innermost function around the node where it answers one request: it is handed a request as the frameworks hand
/// it over.
pub fn handler<'a>(site: &Site<'a>) -> Option<&'a Signature> {
    let (signature, _) = site.function()?;
    signature
        .inputs
        .iter()
        .any(|input| matches!(input, syn::FnArg::Typed(typed) if is_request(&typed.pat, &typed.ty, site)))
        .then_some(signature)
}

fn is_request(pat: &Pat, ty: &Type, site: &Site<'_>) -> bool {
    const WHOLE: &[&str] = &[
        "tonic::Request",
        "http::Request",
        "hyper::Request",
        "axum::extract::Request",
        "axum::http::Request",
        "actix_web::HttpRequest",
    ];
    // Extractors are patterns: `Json(request): Json<Rank>`.
    let extracts = matches!(pat, Pat::TupleStruct(_));
    head(ty, site).is_some_and(|path| {
        let framework = path.starts_with("axum::") || path.starts_with("axum_extra::");
        WHOLE.contains(&path.as_str()) || (framework && extracts) || path.starts_with("actix_web::web::")
    })
}

/// How far out a node stands from its function, with closures and async blocks: what is between them runs where the
/// node runs. Steps of the innermost function's body only.
pub fn own_steps<'s, 'a>(site: &'s Site<'a>) -> impl Iterator<Item = &'s Step<'a>> {
    site.steps.iter().rev().take_while(|step| {
        !matches!(step, Step::Function(..) | Step::Expr(Expr::Closure(_) | Expr::Async(_)))
    })
}

/// Whether the file gives calls a deadline: whose channel it is that they go through, is not known.
pub fn calls_have_deadlines(site: &Site<'_>) -> bool {
    let found = site.facts.once(|| {
        let mut deadlines = Deadlines(false);
        deadlines.visit_file(&site.file.ast);
        deadlines
    });
    found.0
}

struct Deadlines(bool);

impl Visit<'_> for Deadlines {
    fn visit_expr(&mut self, expr: &Expr) {
        self.0 |= match deadline(expr) {
            Some(Deadline::Call) => true,
            Some(Deadline::Around(call)) => !waits_for_connection(call),
            _ => false,
        };
        syn::visit::visit_expr(self, expr);
    }
}

/// Whether what a `timeout` bounds is the wait for a connection, and no call.
fn waits_for_connection(call: &syn::ExprCall) -> bool {
    let connects = |name: &String| name.starts_with("connect") && !name.ends_with("_lazy");
    identifiers(&call.args).iter().map(ToString::to_string).any(|name| connects(&name))
}
