//! What persons are and know, in logs and spans.

use findings::{Finding, rule};
use proc_macro2::{Delimiter, TokenTree};
use quote::ToTokens;
use syn::{Attribute, Expr, Lit, Macro, Member, Pat, Signature};

use crate::calls::{chain, identifiers, peel};
use crate::texts::shown;
use crate::types::{head_name, type_of};
use crate::words::{has_word, words};
use crate::{Check, Lint, Node, Site, Step};

rule! {
    /// An e-mail address, a phone number, a password, a token that lets somebody in, a place on earth or a full name in a line of
    /// `tracing` or `log`, in the field of a span, or among the parameters of a function under `#[instrument]` that does not skip
    /// them. Identifiers are compared by words, and what is said *about* such a thing is left alone: `email_id`, `password_hash`, `token_type`,
    /// `cookie_count`, `is_password_set`.
    ///
    /// Quiet where a call on the way says that it hides the value (`redacted`, `masked`, `hash`, `len`, `is_some`), and where its type
    /// says so (`Redacted<_>`, `SecretString`). Addresses of hosts and names of accounts are left alone: most belong to machines.
    ///
    /// ## Why it hurts
    /// Logs are copied to where nobody asks who may read them, and kept longer than anybody promised. A viewer who asks to be
    /// forgotten is still there, and a token in a log lets in whoever reads it.
    ///
    /// ## Example
    /// ```bad
    /// use tracing::info as say;
    ///
    /// #[tracing::instrument]
    /// async fn sign_in(email: &str, attempt: u32) -> Session { //~
    ///     open(email, attempt).await
    /// }
    ///
    /// fn greet(viewer: &Viewer, access_token: &str) {
    ///     say!("hello {}", viewer.email); //~
    ///     tracing::debug!(phone = %viewer.phone_number, "asked back"); //~
    ///     log::warn!("refused {access_token}"); //~
    ///     let shown = || tracing::error!(email = ?viewer.contact(), latitude = viewer.place.latitude); //~
    ///     let span = tracing::info_span!("rank", viewer.full_name); //~
    ///     span.record("email", viewer.contact()); //~
    ///     let words = vec![tracing::info!(?viewer.password)]; //~
    ///     shown();
    /// }
    /// ```
    ///
    /// ## Instead
    /// Log the id by which the viewer is known here, or what the value is like.
    ///
    /// ```good
    /// #[tracing::instrument(skip(email))]
    /// async fn sign_in(email: &str, attempt: u32) -> Session {
    ///     open(email, attempt).await
    /// }
    ///
    /// #[tracing::instrument(skip_all, fields(attempt))]
    /// async fn reset(password: &str, attempt: u32) {}
    ///
    /// #[tracing::instrument]
    /// async fn unlock(password: SecretString) {}
    ///
    /// fn greet(viewer: &Viewer, token: Redacted<String>, email_template: &str) {
    ///     tracing::info!(viewer = %viewer.id, "hello");
    ///     tracing::debug!(phone = viewer.phone.is_some(), email = %redacted(&viewer.email), "asked back");
    ///     tracing::warn!(access_token = ?token, email_template, "refused");
    ///     log::info!("{} of {}", viewer.emails.len(), viewer.email.domain());
    ///     tracing::info!(latency = 3, lat = viewer.lat_ms, password_hash = "none", "{email_template}");
    ///     span.record("attempt", 2);
    /// }
    /// ```
    pub static PII_IN_TELEMETRY = {
        id: "pii-in-telemetry",
        guard: "lints",
        group: "observability",
        level: Warning,
        summary: "finds what persons are and know in logs and spans",
    };
}

pub(super) static LINT: Lint = Lint { rule: &PII_IN_TELEMETRY, check: Check::Syntax(check) };

const HELP: &str = "log the id by which it is known here, or hide the value: `redacted(..)`, `skip(..)`";

/// What nobody but the person should know.
const SENSITIVE: &[&str] = &[
    "email",
    "emails",
    "phone",
    "msisdn",
    "password",
    "passwd",
    "passphrase",
    "ssn",
    "passport",
    "birthday",
    "birthdate",
    "dob",
    "iban",
    "jwt",
    "cookie",
    "cookies",
    "authorization",
    "credentials",
    "latitude",
    "longitude",
];

/// The same in two words.
const PAIRS: &[(&[&str], &[&str])] = &[
    (&["first", "last", "full", "real"], &["name"]),
    (&["access", "refresh", "auth", "bearer", "session", "api"], &["token"]),
    (&["api", "private", "secret"], &["key"]),
    (&["client", "shared"], &["secret"]),
    (&["credit"], &["card"]),
    (&["card"], &["number"]),
    (&["street", "home", "postal", "billing"], &["address"]),
];

/// Words that make of it something that is said about it.
const ABOUT: &[&str] = &[
    "id",
    "ids",
    "type",
    "kind",
    "hash",
    "hashed",
    "len",
    "length",
    "count",
    "path",
    "file",
    "dir",
    "error",
    "err",
    "expiry",
    "expires",
    "ttl",
    "age",
    "url",
    "uri",
    "endpoint",
    "host",
    "provider",
    "policy",
    "field",
    "version",
    "enabled",
    "required",
    "missing",
    "valid",
    "verified",
    "present",
    "format",
    "template",
    "domain",
    "public",
    "source",
    "store",
    "manager",
    "status",
    "state",
    "name",
    "names",
    "header",
    "failed",
    "is",
    "has",
    "no",
    "redacted",
    "masked",
    "encrypted",
    "ref",
];

/// Calls that give less than the value, or nothing of it.
const HIDES: &[&str] = &[
    "redact",
    "redacted",
    "mask",
    "masked",
    "hash",
    "hashed",
    "anonymize",
    "anonymized",
    "anonymise",
    "obfuscate",
    "encrypt",
    "scrub",
    "sanitize",
    "len",
    "count",
    "is",
    "has",
    "public",
    "domain",
    "kind",
    "map",
    "digest",
];

/// Words of types that do not show what they hold.
const HIDDEN: &[&str] = &["redacted", "secret", "masked", "sensitive", "hidden", "hashed"];

fn check(node: &Node<'_>, site: &Site<'_>, findings: &mut Vec<Finding>) {
    match node {
        Node::Macro(mac, body) if tells(mac, site) => {
            if let Some(told) = body.expressions().iter().find_map(|part| told(part, site)) {
                findings.push(
                    site.finding(
                        &PII_IN_TELEMETRY,
                        *mac,
                        format!("`{told}` is told to all who read the logs"),
                    )
                    .help(HELP),
                );
            }
        }
        Node::Call(call) if call.name == "record" => {
            let Expr::MethodCall(record) = call.expr else { return };
            let (Some(field), Some(value), None) =
                (record.args.first().and_then(text), record.args.get(1), record.args.get(2))
            else {
                return;
            };
            let is_said = text(value).is_some() || !matches!(peel(value), Expr::Lit(_));
            if is_sensitive(&field) && is_said && !is_hidden(value, site) {
                let message = format!("`{field}` is told to all who read the traces");
                findings.push(site.finding(&PII_IN_TELEMETRY, call.expr, message).help(HELP));
            }
        }
        Node::Function(signature, _) => {
            let Some(Step::Attributes(attributes)) = site.steps.iter().rev().nth(1) else { return };
            let Some(skipped) = attributes.iter().find_map(skipped) else { return };
            for name in shown_by_span(signature, site).filter(|name| !skipped.contains(name)) {
                let message = format!("`{name}` is told to all who read the traces, by `#[instrument]`");
                findings.push(site.finding(&PII_IN_TELEMETRY, &signature.ident, message).help(HELP));
            }
        }
        _ => {}
    }
}

/// Whether a macro writes a line or opens a span.
fn tells(mac: &Macro, site: &Site<'_>) -> bool {
    let Some(last) = mac.path.segments.last() else { return false };
    let resolved = site.resolve_macro(&mac.path);
    let name = match &resolved {
        Some(path) if path.starts_with("tracing::") || path.starts_with("log::") => {
            path.rsplit("::").next().unwrap_or_default().to_owned()
        }
        Some(_) => return false,
        None => last.ident.to_string(),
    };
    let name = name.strip_suffix("_span").unwrap_or(&name);
    matches!(name, "trace" | "debug" | "info" | "warn" | "error" | "event" | "span" | "log")
}

/// What an argument tells that it should not, as it is written.
fn told(part: &Expr, site: &Site<'_>) -> Option<String> {
    let (field, value) = match part {
        Expr::Assign(assign) => {
            (Some(assign.left.to_token_stream().to_string().replace(' ', "")), &*assign.right)
        }
        value => (None, value),
    };
    if let Some(literal) = text(value) {
        return named_in(&literal).into_iter().find(|name| is_sensitive(name));
    }
    if matches!(peel(value), Expr::Lit(_)) || is_hidden(value, site) {
        return None;
    }
    if let Some(field) = field.filter(|field| is_sensitive(field)) {
        return Some(field);
    }
    let (methods, root) = chain(value);
    let asked = methods.iter().any(|method| is_sensitive(&method.name.to_string()));
    (asked || name_of(root).is_some_and(|name| is_sensitive(&name))).then(|| shown(peel(value)))
}

fn text(expr: &Expr) -> Option<String> {
    match peel(expr) {
        Expr::Lit(syn::ExprLit { lit: Lit::Str(text), .. }) => Some(text.value()),
        _ => None,
    }
}

/// The names that stand in the braces of a message.
fn named_in(message: &str) -> Vec<String> {
    let parts = message.split('{').skip(1).filter_map(|part| part.split_once('}'));
    parts.filter_map(|(inside, _)| inside.split(':').next()).map(|name| name.trim().to_owned()).collect()
}

/// A variable or a field; none of a constant, which is no person's.
fn name_of(root: &Expr) -> Option<String> {
    let name = match root {
        Expr::Path(path) => path.path.get_ident()?.to_string(),
        Expr::Field(syn::ExprField { member: Member::Named(name), .. }) => name.to_string(),
        Expr::Unary(unary) => return name_of(chain(&unary.expr).1),
        _ => return None,
    };
    name.contains(char::is_lowercase).then_some(name)
}

/// Whether what an identifier names should be told to nobody.
fn is_sensitive(name: &str) -> bool {
    let said = words(&name.replace('.', "_"));
    let has = |list: &[&str]| said.iter().any(|word| list.contains(&word.as_str()));
    let is_pair = |(before, behind): &(&[&str], &[&str])| {
        said.windows(2).any(|two| before.contains(&two[0].as_str()) && behind.contains(&two[1].as_str()))
    };
    // `full_name` ends with a word by which `email_name` is only about one.
    PAIRS.iter().any(is_pair) && !said.iter().any(|word| word != "name" && ABOUT.contains(&word.as_str()))
        || has(SENSITIVE) && !has(ABOUT)
}

/// Whether a call on the way or the type hides the value.
fn is_hidden(value: &Expr, site: &Site<'_>) -> bool {
    let (methods, root) = chain(value);
    let hides = |name: &syn::Ident| has_word(&name.to_string(), HIDES);
    if methods.iter().any(|method| hides(method.name)) {
        return true;
    }
    if let Expr::Call(call) = root {
        let Expr::Path(function) = &*call.func else { return false };
        return function
            .path
            .segments
            .iter()
            .any(|part| hides(&part.ident) || has_word(&part.ident.to_string(), HIDDEN));
    }
    type_of(root, site).and_then(|ty| head_name(&ty, site)).is_some_and(|name| has_word(&name, HIDDEN))
}

/// What `#[instrument]` leaves out; none where it is no such attribute or leaves out everything.
fn skipped(attribute: &Attribute) -> Option<Vec<String>> {
    if attribute.path().segments.last().is_none_or(|last| last.ident != "instrument") {
        return None;
    }
    let syn::Meta::List(list) = &attribute.meta else { return Some(Vec::new()) };
    let mut left_out = Vec::new();
    let mut tokens = list.tokens.clone().into_iter().peekable();
    while let Some(token) = tokens.next() {
        let TokenTree::Ident(word) = token else { continue };
        if word == "skip_all" {
            return None;
        }
        if let (true, Some(TokenTree::Group(group))) = (word == "skip", tokens.peek())
            && group.delimiter() == Delimiter::Parenthesis
        {
            left_out.extend(identifiers(&group.stream()).iter().map(ToString::to_string));
        }
    }
    Some(left_out)
}

/// The parameters that a span shows though it should not.
fn shown_by_span<'s>(signature: &'s Signature, site: &'s Site<'_>) -> impl Iterator<Item = String> + 's {
    signature.inputs.iter().filter_map(|input| {
        let syn::FnArg::Typed(typed) = input else { return None };
        let Pat::Ident(name) = &*typed.pat else { return None };
        let name = name.ident.to_string();
        let hidden = head_name(strip(&typed.ty), site).is_some_and(|ty| has_word(&ty, HIDDEN));
        (is_sensitive(&name) && !hidden).then_some(name)
    })
}

fn strip(ty: &syn::Type) -> &syn::Type {
    match ty {
        syn::Type::Reference(reference) => strip(&reference.elem),
        other => other,
    }
}
