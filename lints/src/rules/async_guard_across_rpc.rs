//! Async locks that are held while another service answers.

use findings::{Finding, rule};
use syn::{Expr, Pat, Stmt};

use crate::calls::{identifiers, peel};
use crate::{Check, Lint, Node, Site, Step};

rule! {
    /// The guard of an async lock (`lock().await`, `read().await`, `write().await`) that still lives while a call to another service
    /// is waited for.
    ///
    /// Quiet where the guard is dropped before, where the call itself names it, as where the client that is called is what
    /// is locked, and where the guard's name begins with `_`: then the lock is there so that one at a time makes the call.
    ///
    /// ## Why it hurts
    /// Everybody who needs the lock waits for the other service, one after the other. When that takes a second, the
    /// whole service answers one request a second.
    ///
    /// ## Example
    /// ```bad
    /// use crate::proto::FeatureClient as Features;
    ///
    /// impl Store {
    ///     async fn load(&self, client: &Features, id: u64) -> Result<Row> {
    ///         let mut rows = self.rows.lock().await;
    ///         let row = client.get_features(id).await?; //~
    ///         rows.insert(id, row.clone());
    ///         Ok(row)
    ///     }
    ///
    ///     async fn version(&self, client: &Features) -> Result<u64> {
    ///         let seen = RwLock::read(&self.seen).await;
    ///         let later = async { seen.len() };
    ///         if seen.is_empty() {
    ///             tokio::join!(client.version().await, later); //~
    ///         }
    ///         client.version().await //~
    ///     }
    /// }
    /// ```
    ///
    /// ## Instead
    /// ```good
    /// impl Store {
    ///     async fn load(&self, client: &FeatureClient, id: u64) -> Result<Row> {
    ///         let row = client.get_features(id).await?;
    ///         self.rows.lock().await.insert(id, row.clone());
    ///         Ok(row)
    ///     }
    ///
    ///     async fn version(&self, client: &FeatureClient) -> Result<u64> {
    ///         let seen = self.seen.read().await;
    ///         let known = seen.len();
    ///         drop(seen);
    ///         let client = self.client.lock().await.clone();
    ///         client.version(known).await
    ///     }
    /// }
    /// ```
    pub static ASYNC_GUARD_ACROSS_RPC = {
        id: "async-guard-across-rpc",
        guard: "lints",
        group: "async-latency",
        level: Warning,
        summary: "finds async locks that are held while another service answers",
    };
}

pub(super) static LINT: Lint = Lint { rule: &ASYNC_GUARD_ACROSS_RPC, check: Check::Syntax(check) };

fn check(node: &Node<'_>, site: &Site<'_>, findings: &mut Vec<Finding>) {
    let Node::Call(call) = node else { return };
    if !call.awaited {
        return;
    }
    let Some(guard) = guard(site) else { return };
    let Some(client) = crate::rpc::client(call, site) else { return };
    // The client itself may be what is locked.
    if identifiers(call.expr).contains(&guard) {
        return;
    }
    let message = format!("`{guard}` is locked while `{}` of `{client}` is waited for", call.name);
    findings.push(
        site.finding(&ASYNC_GUARD_ACROSS_RPC, call.expr, message)
            .help("call first and lock then, or `drop(..)` the guard before the call"),
    );
}

/// The nearest guard that lives at the node.
fn guard(site: &Site<'_>) -> Option<syn::Ident> {
    crate::rpc::own_steps(site).find_map(|step| {
        let Step::Statements(statements, at) = step else { return None };
        let begin = at.saturating_sub(crate::site::LOOK_BACK);
        (begin..*at).rev().find_map(|index| {
            let name = locked(&statements[index])?;
            let dropped = statements[index + 1..*at].iter().any(|statement| drops(statement, name));
            (!dropped).then(|| name.clone())
        })
    })
}

/// The variable that a `let` gives a guard to.
fn locked(statement: &Stmt) -> Option<&syn::Ident> {
    let Stmt::Local(local) = statement else { return None };
    let Pat::Ident(name) = &local.pat else { return None };
    let Expr::Await(awaited) = &*local.init.as_ref()?.expr else { return None };
    let (method, arguments) = match peel(&awaited.base) {
        Expr::MethodCall(call) => (&call.method, call.args.len()),
        Expr::Call(call) => match &*call.func {
            Expr::Path(path) if path.path.segments.len() > 1 => {
                (&path.path.segments.last()?.ident, call.args.len().checked_sub(1)?)
            }
            _ => return None,
        },
        _ => return None,
    };
    let locks = ["lock", "read", "write", "lock_owned", "read_owned", "write_owned"]
        .iter()
        .any(|lock| method == lock);
    let single_flight = name.ident.to_string().starts_with('_');
    (locks && arguments == 0 && !single_flight).then_some(&name.ident)
}

fn drops(statement: &Stmt, name: &syn::Ident) -> bool {
    let Stmt::Expr(expr, _) = statement else { return false };
    let said = identifiers(expr);
    said.windows(2).any(|pair| pair[0] == "drop" && pair[1] == *name)
}
