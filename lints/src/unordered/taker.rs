//! Who takes a list, and puts it in order.

use syn::{Expr, ExprCall};

use crate::calls::{method, path_calls, variable};
use crate::flow::{self, Fate};
use crate::site::{Site, Step};
use crate::sorts::calls_in;

/// Whether a constructor of the file that is handed the list puts it in order: `Page::new(list)`.
pub(super) fn is_sorted_by_taker(made: &Expr, site: &Site<'_>) -> bool {
    let held = match flow::fate(made, site) {
        Fate::Held(name, _) => Some(name),
        _ => None,
    };
    let around = site.steps.iter().rev().map_while(|step| match step {
        Step::Expr(expr) => Some(*expr),
        _ => None,
    });
    let mut takers = around.filter_map(|expr| match expr {
        Expr::Call(call) => Some(call),
        _ => None,
    });
    let is_handed =
        |call: &&ExprCall| held.is_some() && call.args.iter().any(|argument| variable(argument) == held);
    takers.any(|taker| sorts_what_it_takes(taker, site))
        || held.is_some()
            && site.function().is_some_and(|(_, block)| {
                path_calls(block).into_iter().filter(is_handed).any(|taker| sorts_what_it_takes(taker, site))
            })
}

/// Whether a constructor has a sort in its body.
fn sorts_what_it_takes(taker: &ExprCall, site: &Site<'_>) -> bool {
    let Expr::Path(function) = &*taker.func else { return false };
    let mut segments = function.path.segments.iter().rev().map(|segment| segment.ident.to_string());
    let (Some(name), Some(owner)) = (segments.next(), segments.next()) else { return false };
    let body = site.facts.method_with_body(&owner, &name).map(|(_, block)| block);
    let sorts = |call: &&Expr| method(call).is_some_and(|call| call.name.to_string().contains("sort"));
    body.is_some_and(|block| calls_in(block).iter().any(sorts))
}
