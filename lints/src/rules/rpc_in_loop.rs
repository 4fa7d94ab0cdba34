//! Calls to another service, one after the other for every element of a list.

use findings::{Finding, rule};
use syn::visit::Visit;
use syn::{Expr, ExprForLoop, Pat};

use crate::calls::identifiers;
use crate::{Check, Lint, Node, Site, Step};

rule! {
    /// An awaited call to another service in the body of a `for` loop, for the element of the turn.
    ///
    /// A call goes to another service where the type of what it is called on says so: `reqwest`'s client, or a name such
    /// as `FeatureClient` or `FeatureStub`. Loops over numbers are taken for retries, and loops that leave at the first success
    /// try one replica after the other: both are left alone, and so is what is spawned.
    ///
    /// ## Why it hurts
    /// A page of fifty candidates waits for fifty answers, one after the other: two milliseconds become a hundred, and
    /// the slowest in a hundred calls is in every second page.
    ///
    /// ## Example
    /// ```bad
    /// use crate::proto::FeatureClient as Features;
    ///
    /// async fn load(client: &mut Features, authors: &[Author]) -> Result<Vec<Row>> {
    ///     let mut rows = Vec::new();
    ///     for author in authors {
    ///         let row = client.get_features(author.id).await?; //~
    ///         rows.push(row);
    ///     }
    ///     for (at, author) in authors.iter().enumerate() {
    ///         let request = Request::of(author);
    ///         rows[at].seen = Features::get_seen(client, request).await?; //~
    ///         tracing::info!(known = client.is_known(author.id).await); //~
    ///     }
    ///     Ok(rows)
    /// }
    /// ```
    ///
    /// ## Instead
    /// Ask for all of them at once; where the service cannot, ask a few at a time.
    ///
    /// ```good
    /// async fn load(client: &FeatureClient, replicas: &[ReplicaClient], authors: &[Author]) -> Result<Vec<Row>> {
    ///     for attempt in 0..3 {
    ///         client.warm(attempt).await?;
    ///     }
    ///     for replica in replicas {
    ///         if let Ok(rows) = replica.client.rows(authors).await {
    ///             return Ok(rows);
    ///         }
    ///     }
    ///     for author in authors {
    ///         let client = client.clone();
    ///         tokio::spawn(async move { client.get_features(author.id).await });
    ///     }
    ///     client.batch_get_features(authors.iter().map(|author| author.id)).await
    /// }
    /// ```
    pub static RPC_IN_LOOP = {
        id: "rpc-in-loop",
        guard: "lints",
        group: "async-latency",
        level: Warning,
        summary: "finds calls to another service, one for each turn of a loop",
    };
}

pub(super) static LINT: Lint = Lint { rule: &RPC_IN_LOOP, check: Check::Syntax(check) };

fn check(node: &Node<'_>, site: &Site<'_>, findings: &mut Vec<Finding>) {
    let Node::Call(call) = node else { return };
    let around = if call.awaited { around(site) } else { None };
    let Some((each, bound)) = around else { return };
    let Some(client) = crate::rpc::client(call, site) else { return };
    let said = identifiers(call.expr);
    if !bound.iter().any(|name| said.contains(name)) || leaves_early(each) {
        return;
    }
    let message = format!("`{}` of `{client}` is waited for in every turn of this loop", call.name);
    findings.push(
        site.finding(&RPC_IN_LOOP, call.expr, message)
            .help("ask for all of them with one call, or a few at a time with `buffered(..)`"),
    );
}

/// The `for` loop over data around a node, and the variables that differ from turn to turn.
fn around<'a>(site: &Site<'a>) -> Option<(&'a ExprForLoop, Vec<syn::Ident>)> {
    let each = crate::rpc::own_steps(site).find_map(|step| match step {
        Step::Expr(Expr::ForLoop(each)) => Some(each),
        _ => None,
    })?;
    if matches!(crate::calls::peel(&each.expr), Expr::Range(_)) {
        return None;
    }
    let mut bound = identifiers(&each.pat);
    for statement in &each.body.stmts {
        if let syn::Stmt::Local(local) = statement
            && let Some(init) = &local.init
            && let Pat::Ident(name) = &local.pat
            && identifiers(&init.expr).iter().any(|word| bound.contains(word))
        {
            bound.push(name.ident.clone());
        }
    }
    Some((each, bound))
}

/// Whether a loop ends at the first success: it tries.
fn leaves_early(each: &ExprForLoop) -> bool {
    let mut found = Leaves(false);
    found.visit_block(&each.body);
    found.0
}

struct Leaves(bool);

impl Visit<'_> for Leaves {
    fn visit_expr(&mut self, expr: &Expr) {
        match expr {
            Expr::Break(_) => self.0 = true,
            Expr::Return(returned) => {
                let error = returned
                    .expr
                    .as_ref()
                    .is_some_and(|value| identifiers(value).first().is_some_and(|first| first == "Err"));
                self.0 |= !error;
            }
            Expr::Closure(_) | Expr::Async(_) => return,
            _ => {}
        }
        syn::visit::visit_expr(self, expr);
    }
}
