//! TLS connections that believe anybody.

use findings::{Finding, rule};
use syn::visit::Visit;
use syn::{BinOp, Block, Expr, Lit, Signature, Stmt, UnOp};

use crate::built::Built;
use crate::calls::{Call, chain, identifiers, method, peel, variable};
use crate::facts::type_name;
use crate::texts::{held, held_or_constant};
use crate::types::{head_name, type_of};
use crate::{Check, Lint, Node, Site, Step};

rule! {
    /// The verification of TLS certificates, switched off: `danger_accept_invalid_certs(true)` and its like, OpenSSL's
    /// `SslVerifyMode::NONE`, and a certificate verifier of `rustls` that says yes without looking.
    ///
    /// A setting that decides (`danger_accept_invalid_certs(config.insecure)`, or an `if` around the call) is left
    /// alone: it is the operator's. A verifier is judged where it is used, and by what it says in the same file.
    ///
    /// It blocks: of two hits in 3.5 million lines of published crates one was right (the other is in a function that is named
    /// after what it does), and of mutants made of clean code nine in nine were found.
    ///
    /// ## Why it hurts
    /// Whoever can answer in place of the server reads the viewers' requests and decides what they are shown. Nothing
    /// fails and nothing is logged, so that the line that was written to get a test environment going stays.
    ///
    /// ## Example
    /// ```bad
    /// use openssl::ssl::{SslVerifyMode, SslVerifyMode as Mode};
    ///
    /// fn clients(url: &str) -> Result<Clients> {
    ///     let http = reqwest::Client::builder().timeout(WAIT).danger_accept_invalid_certs(true).build()?; //~
    ///     let accept = true;
    ///     let names = native_tls::TlsConnector::builder().danger_accept_invalid_hostnames(accept).build()?; //~
    ///     let builder = builder();
    ///     let qualified = reqwest::ClientBuilder::danger_accept_invalid_certs(builder, true); //~
    ///     let all = vec![tls().danger_accept_invalid_certs(true)]; //~
    ///     let mut ssl = openssl::ssl::SslConnector::builder(METHOD)?;
    ///     ssl.set_verify(SslVerifyMode::NONE); //~
    ///     let lax = |ssl: &mut Builder| ssl.set_verify(Mode::NONE); //~
    ///     let constant = tls().danger_accept_invalid_certs(LAX); //~
    ///     let turned = tls().danger_accept_invalid_certs(!false); //~
    ///     let any = tls().danger_accept_invalid_certs(config.insecure || !STRICT || true); //~
    ///     Clients::new(http, names, qualified, all, ssl, lax, constant)
    /// }
    ///
    /// const LAX: bool = true;
    /// ```
    ///
    /// ```bad
    /// use rustls::client::danger::{ServerCertVerified, ServerCertVerifier};
    ///
    /// impl ServerCertVerifier for Anybody {
    ///     fn verify_server_cert(&self, certificate: &Certificate, now: UnixTime) -> Result<ServerCertVerified, Error> {
    ///         Ok(ServerCertVerified::assertion())
    ///     }
    /// }
    ///
    /// fn config() -> ClientConfig {
    ///     let anybody = std::sync::Arc::new(Anybody);
    ///     ClientConfig::builder().dangerous().with_custom_certificate_verifier(anybody).with_no_client_auth() //~
    /// }
    /// ```
    ///
    /// ## Instead
    /// ```good
    /// use openssl::ssl::SslVerifyMode;
    ///
    /// fn clients(authority: Certificate) -> Result<Clients> {
    ///     let http = reqwest::Client::builder().timeout(WAIT).add_root_certificate(authority).build()?;
    ///     let asked = builder().danger_accept_invalid_certs(config.insecure).build()?;
    ///     let strict = builder().danger_accept_invalid_certs(false).build()?;
    ///     let debug = builder().danger_accept_invalid_certs(config.insecure || !true).build()?;
    ///     let mut local = builder();
    ///     if config.insecure {
    ///         local = local.danger_accept_invalid_certs(true);
    ///     }
    ///     let mut ssl = openssl::ssl::SslConnector::builder(METHOD)?;
    ///     ssl.set_verify(SslVerifyMode::PEER);
    ///     let mut server = openssl::ssl::SslAcceptor::mozilla_modern(METHOD)?;
    ///     server.set_verify(SslVerifyMode::NONE);
    ///     Clients::new(http, asked, strict, local, ssl, server)
    /// }
    ///
    /// impl ServerCertVerifier for Pinned {
    ///     fn verify_server_cert(&self, certificate: &Certificate) -> Result<ServerCertVerified, Error> {
    ///         if self.pins.contains(certificate) {
    ///             return Ok(ServerCertVerified::assertion());
    ///         }
    ///         self.inner.verify_server_cert(certificate)
    ///     }
    /// }
    ///
    /// fn pinned(pins: Pins) -> ClientConfig {
    ///     ClientConfig::builder().dangerous().with_custom_certificate_verifier(Arc::new(Pinned::new(pins)))
    /// }
    /// ```
    pub static TLS_VERIFICATION_DISABLED = {
        id: "tls-verification-disabled",
        guard: "lints",
        group: "security",
        level: Error,
        summary: "finds TLS connections that verify no certificate",
    };
}

pub(super) static LINT: Lint = Lint { rule: &TLS_VERIFICATION_DISABLED, check: Check::Syntax(check) };

const HELP: &str = "trust the authority that signed the certificate: add its root certificate";

/// Settings that are harmless unless they are true.
const ACCEPTS: &[&str] = &[
    "danger_accept_invalid_certs",
    "danger_accept_invalid_hostnames",
    "tls_danger_accept_invalid_certs",
    "tls_danger_accept_invalid_hostnames",
];

fn check(node: &Node<'_>, site: &Site<'_>, findings: &mut Vec<Finding>) {
    let Node::Call(call) = node else { return };
    let name = call.name;
    let is_told = method(call.expr).is_some_and(|outer| {
        chain(outer.receiver).0.iter().any(|inner| ACCEPTS.iter().any(|accepts| inner.name == accepts))
    });
    if is_told {
        return;
    }
    let disables: fn(&Expr, &Site<'_>) -> bool = if ACCEPTS.iter().any(|accepts| name == accepts) {
        is_true
    } else if name == "set_verify" {
        is_no_mode
    } else if name == "set_certificate_verifier" || name == "with_custom_certificate_verifier" {
        believes_anybody
    } else {
        return;
    };
    if last_argument(call).is_some_and(|given| disables(given, site))
        && !is_decided(site)
        && !accepts(call, site)
    {
        let message = format!("`{name}` makes this connection believe any certificate");
        findings.push(site.finding(&TLS_VERIFICATION_DISABLED, call.expr, message).help(HELP));
    }
}

/// Whether a server is set up, of which `NONE` says that it asks its clients for no certificates.
fn accepts(call: &Call<'_>, site: &Site<'_>) -> bool {
    call.name == "set_verify"
        && method(call.expr).is_some_and(|set| {
            let built = Built::of(set.receiver, site).origin().is_some_and(|path| path.contains("Acceptor"));
            built
                || type_of(set.receiver, site)
                    .and_then(|ty| head_name(&ty, site))
                    .is_some_and(|name| name.contains("Acceptor"))
        })
}

/// Whether a condition stands around: somebody decides.
fn is_decided(site: &Site<'_>) -> bool {
    site.steps.iter().any(|step| match step {
        Step::Arm(_) => true,
        Step::Expr(Expr::If(branches)) => !matches!(&*branches.cond, Expr::Lit(_)),
        _ => false,
    })
}

fn last_argument<'a>(call: &Call<'a>) -> Option<&'a Expr> {
    match call.expr {
        Expr::MethodCall(call) => call.args.last(),
        Expr::Call(call) => call.args.last(),
        _ => None,
    }
}

fn is_true(given: &Expr, site: &Site<'_>) -> bool {
    let init = variable(given).and_then(|name| held_or_constant(name, site));
    truth(init.unwrap_or(given)) == Some(true)
}

/// What an expression of literals comes to; `x || true` is true whatever `x` is.
fn truth(expr: &Expr) -> Option<bool> {
    match peel(expr) {
        Expr::Lit(literal) => match &literal.lit {
            Lit::Bool(value) => Some(value.value),
            _ => None,
        },
        Expr::Unary(syn::ExprUnary { op: UnOp::Not(_), expr, .. }) => truth(expr).map(|value| !value),
        Expr::Binary(both) => {
            let decides = match both.op {
                BinOp::Or(_) => true,
                BinOp::And(_) => false,
                _ => return None,
            };
            match (truth(&both.left), truth(&both.right)) {
                (Some(value), _) | (_, Some(value)) if value == decides => Some(decides),
                (Some(_), Some(_)) => Some(!decides),
                _ => None,
            }
        }
        _ => None,
    }
}

/// Whether this is OpenSSL's mode that verifies nothing.
fn is_no_mode(mode: &Expr, site: &Site<'_>) -> bool {
    let Expr::Path(path) = peel(mode) else { return false };
    match site.resolve(&path.path) {
        Some(path) => path.ends_with("SslVerifyMode::NONE"),
        None => false,
    }
}

/// Whether a verifier is of a type of this file that says yes without looking.
fn believes_anybody(verifier: &Expr, site: &Site<'_>) -> bool {
    let mut said = identifiers(verifier);
    if let Some(init) = variable(verifier).and_then(|name| held(name, site)) {
        said.extend(identifiers(init));
    }
    let verifiers = site.facts.once(|| {
        let mut verifiers = Verifiers(Vec::new());
        verifiers.visit_file(&site.file.ast);
        verifiers
    });
    verifiers.0.iter().any(|name| said.iter().any(|word| word == name))
}

/// The types whose `verify_server_cert` does nothing but say yes.
struct Verifiers(Vec<String>);

impl Visit<'_> for Verifiers {
    fn visit_item_impl(&mut self, item: &syn::ItemImpl) {
        let believes = item.items.iter().any(|part| match part {
            syn::ImplItem::Fn(method) => says_yes(&method.sig, &method.block),
            _ => false,
        });
        self.0.extend(type_name(&item.self_ty).filter(|_| believes));
    }
}

fn says_yes(signature: &Signature, block: &Block) -> bool {
    if signature.ident != "verify_server_cert" {
        return false;
    }
    let [Stmt::Expr(answer, None)] = block.stmts.as_slice() else { return false };
    let mut said: Vec<String> = identifiers(answer).iter().map(ToString::to_string).collect();
    said.retain(|word| !matches!(word.as_str(), "tokio_rustls" | "rustls" | "client" | "danger"));
    said == ["Ok", "ServerCertVerified", "assertion"]
}
