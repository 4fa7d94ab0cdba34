//! TLS connections that believe anybody.

use findings::{Finding, rule};
use syn::{Block, Expr, Lit, Signature, Stmt};

use crate::calls::{Call, identifiers, peel};
use crate::{Check, Lint, Node, Site};

rule! {
    /// The verification of TLS certificates, switched off: `danger_accept_invalid_certs(true)` and its like, OpenSSL's
    /// `SslVerifyMode::NONE`, and a certificate verifier of `rustls` that says yes without looking.
    ///
    /// A setting that decides (`danger_accept_invalid_certs(config.insecure)`) is left alone: it is the operator's.
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
    ///     Clients::new(http, names, qualified, all, ssl, lax)
    /// }
    /// ```
    ///
    /// ```bad
    /// use rustls::client::danger::{ServerCertVerified, ServerCertVerifier};
    ///
    /// impl ServerCertVerifier for Anybody {
    ///     fn verify_server_cert(&self, certificate: &Certificate, now: UnixTime) -> Result<ServerCertVerified, Error> { //~
    ///         Ok(ServerCertVerified::assertion())
    ///     }
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
    ///     let mut ssl = openssl::ssl::SslConnector::builder(METHOD)?;
    ///     ssl.set_verify(SslVerifyMode::PEER);
    ///     Clients::new(http, asked, strict, ssl)
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
    match node {
        Node::Call(call) => {
            let name = call.name;
            if ACCEPTS.iter().any(|accepts| name == accepts) && last_argument(call).is_some_and(|given| is_true(given, site))
                || name == "set_verify" && last_argument(call).is_some_and(|mode| is_no_mode(mode, site))
            {
                let message = format!("`{name}` makes this connection believe any certificate");
                findings.push(site.finding(&TLS_VERIFICATION_DISABLED, call.expr, message).help(HELP));
            }
        }
        Node::Function(signature, block) if believes_anybody(signature, block) => {
            let message = format!("`{}` believes any certificate", signature.ident);
            findings.push(site.finding(&TLS_VERIFICATION_DISABLED, *signature, message).help(HELP));
        }
        _ => {}
    }
}

fn last_argument<'a>(call: &Call<'a>) -> Option<&'a Expr> {
    match call.expr {
        Expr::MethodCall(call) => call.args.last(),
        Expr::Call(call) => call.args.last(),
        _ => None,
    }
}

fn is_true(given: &Expr, site: &Site<'_>) -> bool {
    match peel(given) {
        Expr::Lit(literal) => matches!(&literal.lit, Lit::Bool(value) if value.value),
        Expr::Path(path) => path
            .path
            .get_ident()
            .and_then(|name| crate::texts::held(name, site))
            .is_some_and(|init| matches!(init, Expr::Lit(literal) if matches!(&literal.lit, Lit::Bool(value) if value.value))),
        _ => false,
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

/// Whether a verifier's method does nothing but say yes.
fn believes_anybody(signature: &Signature, block: &Block) -> bool {
    if signature.ident != "verify_server_cert" {
        return false;
    }
    let [Stmt::Expr(answer, None)] = block.stmts.as_slice() else { return false };
    let mut said: Vec<String> = identifiers(answer).iter().map(ToString::to_string).collect();
    said.retain(|word| !matches!(word.as_str(), "tokio_rustls" | "rustls" | "client" | "danger"));
    said == ["Ok", "ServerCertVerified", "assertion"]
}
