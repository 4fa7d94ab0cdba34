//! Conditions that hold whatever the code does, as far as the code in sight says so.

mod numbers;
mod own;
mod patterns;
mod sides;
mod written;

use syn::{BinOp, Expr, ExprBinary, Lit, Pat, Stmt, UnOp};

use numbers::{is_least, is_no_power, is_nothing, is_one, is_zero, not_less};
use own::{is_iterator, is_own};
use patterns::{pattern, takes_all};
use sides::{opposites, sides};
use written::{is_shorter, is_written};

use crate::Site;
use crate::bound::binds;
use crate::calls::{chain, method, peel, variable};
use crate::site::{LOOK_BACK, Step};
use crate::texts::shown;

/// Why a condition always holds.
pub(crate) struct Reason {
    /// As a message gives it.
    pub(crate) text: String,
    /// Whether the code in sight leaves no doubt.
    pub(crate) is_sure: bool,
}

impl Reason {
    fn sure(text: impl Into<String>) -> Reason {
        Reason { text: text.into(), is_sure: true }
    }
}

/// Why a condition always holds, or with `negated`, never; `None` where it need not, and where it is no more than a literal.
pub(crate) fn always(condition: &Expr, negated: bool, site: &Site<'_>) -> Option<Reason> {
    match peel(condition) {
        Expr::Unary(not) if matches!(not.op, UnOp::Not(_)) => always(&not.expr, !negated, site),
        Expr::Binary(binary) => match (&binary.op, negated) {
            (BinOp::Or(_) | BinOp::BitOr(_), false) | (BinOp::And(_) | BinOp::BitAnd(_), true) => {
                one_side(binary, negated, site)
            }
            (BinOp::And(_) | BinOp::BitAnd(_), false) | (BinOp::Or(_) | BinOp::BitOr(_), true) => {
                both_sides(binary, negated, site)
            }
            (BinOp::BitXor(_), false) => {
                opposites(&[&*binary.left, &*binary.right], false, site).map(Reason::sure)
            }
            (BinOp::Eq(_), false) | (BinOp::Ne(_), true) => equal(&binary.left, &binary.right, site),
            (BinOp::Ge(_), false) | (BinOp::Lt(_), true) => not_less(&binary.left, &binary.right, site),
            (BinOp::Le(_), false) | (BinOp::Gt(_), true) => not_less(&binary.right, &binary.left, site),
            _ => None,
        },
        Expr::Macro(inner)
            if !negated && inner.mac.path.segments.last().is_some_and(|last| last.ident == "matches") =>
        {
            let pattern = pattern(inner.mac.tokens.clone())?;
            takes_all(&pattern, site).then(|| Reason::sure(patterns::why(&pattern)))
        }
        call @ Expr::MethodCall(_) => answers(call, negated, site),
        Expr::Call(call) => handed_back(call, negated, site),
        _ => bound(condition, !negated, site),
    }
}

/// Why two values are always equal: both are written down beside the assertion, or one is a number and the other never is
/// another one: what is left of whole numbers, `x.min(0)` without a sign, `x.pow(0)`.
pub(crate) fn equal(one: &Expr, other: &Expr, site: &Site<'_>) -> Option<Reason> {
    let sides = [(one, other), (other, one)];
    let fixed = sides.into_iter().find_map(|(side, number)| {
        let always = |what: &str| Reason::sure(format!("`{}` is always {what}", shown(side)));
        match () {
            () if is_zero(side) => None,
            () if is_zero(number) && (is_nothing(side, site) || is_least(side, site)) => Some(always("zero")),
            () if is_one(number) && is_no_power(side, site) => Some(always("one")),
            () => None,
        }
    });
    fixed.or_else(|| written::equal(one, other, site))
}

/// A flag that is handed through a function of the standard library: `bool::from(true)`.
fn handed_back(call: &syn::ExprCall, negated: bool, site: &Site<'_>) -> Option<Reason> {
    let Expr::Path(function) = &*call.func else { return None };
    let is_bool = function.path.segments.iter().map(|part| part.ident.to_string()).eq(["bool", "from"]);
    let hands_back = |path: &str| ["std::convert::identity", "std::hint::black_box"].contains(&path);
    let value = call.args.first().filter(|_| call.args.len() == 1)?;
    (is_bool || site.resolve_function(function).is_some_and(|path| hands_back(&path))).then_some(())?;
    match is_literal(value, !negated) {
        true => Some(Reason::sure(format!("`{}` is `{}`", shown(value), !negated))),
        false => always(value, negated, site),
    }
}

/// Why a method of the standard library gives one answer whatever it is called on: each closure that it takes does,
/// `is_none_or(|_| true)`.
fn answers(expr: &Expr, negated: bool, site: &Site<'_>) -> Option<Reason> {
    let call = method(expr)?;
    let name = call.name.to_string();
    let (takes, is_std) = match (name.as_str(), negated) {
        ("all", false) | ("any", true) => (1, is_iterator(call.receiver, site)),
        ("is_none_or", false) | ("is_some_and" | "is_ok_and" | "is_err_and", true) => {
            (1, !is_own(call.receiver, &name, site))
        }
        ("map_or" | "map_or_else", _) => (2, !is_own(call.receiver, &name, site)),
        _ => return None,
    };
    let goes_through_nothing = || {
        let methods = chain(call.receiver).0;
        let made = methods.last().filter(|made| made.args.len() == 1);
        made.is_some_and(|made| is_shorter(made.receiver, &made.name.to_string(), made.args[0], site))
    };
    let is_fixed = |argument: &&Expr| {
        // What the closure is given has its names within.
        let steps = [site.steps, &[Step::Expr(expr), Step::Expr(argument)]].concat();
        let value = given(argument);
        let is_sure = |reason: Reason| reason.is_sure;
        is_literal(value, !negated)
            || always(value, negated, &site.at(&steps)).is_some_and(is_sure)
            || name == "all" && is_itself(argument) && is_written(chain(call.receiver).1, site)
    };
    let is_std = is_std && call.args.len() == takes;
    let all = is_std && (call.args.iter().all(is_fixed) || takes == 1 && goes_through_nothing());
    all.then(|| Reason::sure(format!("`{name}` is `{}` whatever it is called on", !negated)))
}

/// What a closure that does nothing else gives back; the value itself of what is none.
fn given(argument: &Expr) -> &Expr {
    match argument {
        Expr::Closure(closure) => match &*closure.body {
            Expr::Block(block) => match block.block.stmts.as_slice() {
                [Stmt::Expr(value, None)] => value,
                _ => argument,
            },
            value => value,
        },
        value => value,
    }
}

/// `|id| id == id`
fn is_itself(argument: &Expr) -> bool {
    let Expr::Closure(closure) = argument else { return false };
    let Expr::Binary(both) = peel(given(argument)) else { return false };
    let (Some(Pat::Ident(name)), 1) = (closure.inputs.first(), closure.inputs.len()) else { return false };
    let is_it = |side: &Expr| variable(side).is_some_and(|variable| *variable == name.ident);
    matches!(both.op, BinOp::Eq(_)) && is_it(&both.left) && is_it(&both.right)
}

/// Why a chain of `||` always holds, or one of `&&` never: by two of its sides, or by one alone.
fn one_side(chain: &ExprBinary, negated: bool, site: &Site<'_>) -> Option<Reason> {
    let sides = sides(chain);
    opposites(&sides, negated, site).map(Reason::sure).or_else(|| {
        sides.into_iter().find_map(|side| match is_literal(side, !negated) {
            true => Some(Reason::sure(format!("`{}` is one of its sides", shown(side)))),
            false => always(side, negated, site),
        })
    })
}

/// Why both sides always hold, or with `negated`, neither.
fn both_sides(binary: &ExprBinary, negated: bool, site: &Site<'_>) -> Option<Reason> {
    let reasons = [&binary.left, &binary.right].map(|side| always(side, negated, site));
    match reasons {
        [Some(one), Some(other)] => Some(Reason { is_sure: one.is_sure && other.is_sure, ..one }),
        [Some(one), None] => is_literal(&binary.right, !negated).then_some(one),
        [None, Some(other)] => is_literal(&binary.left, !negated).then_some(other),
        [None, None] => None,
    }
}

/// Whether a side is the literal, or the opposite of the other one.
fn is_literal(side: &Expr, value: bool) -> bool {
    match peel(side) {
        Expr::Lit(literal) => matches!(&literal.lit, Lit::Bool(literal) if literal.value == value),
        Expr::Unary(not) if matches!(not.op, UnOp::Not(_)) => is_literal(&not.expr, !value),
        _ => false,
    }
}

/// Why a variable has the value: it is bound where it stands to the literal, or to a condition that always has it, and cannot
/// change.
fn bound(condition: &Expr, value: bool, site: &Site<'_>) -> Option<Reason> {
    let name = variable(condition)?;
    let Bound { local, step, at } = binding(name, site)?;
    let pattern = match &local.pat {
        Pat::Type(typed) => &*typed.pat,
        pattern => pattern,
    };
    let Pat::Ident(pattern) = pattern else { return None };
    let init = &*local.init.as_ref()?.expr;
    // What is bound to what is bound is not followed: each step would double what is to be looked at.
    let is_fixed = || {
        let Step::Statements(statements, _) = site.steps[step] else { return false };
        let steps = [&site.steps[..step], &[Step::Statements(statements, at)]].concat();
        let site = site.at(&steps);
        match peel(init) {
            Expr::Binary(both) => match (&both.op, value) {
                (BinOp::Or(_), true) | (BinOp::And(_), false) => {
                    opposites(&sides(both), !value, &site).is_some()
                }
                (BinOp::Eq(_), true) | (BinOp::Ne(_), false) => {
                    equal(&both.left, &both.right, &site).is_some()
                }
                _ => false,
            },
            _ => false,
        }
    };
    let stays = pattern.mutability.is_none() && pattern.by_ref.is_none();
    let is_value = match init {
        Expr::Lit(_) => is_literal(init, value),
        _ => stays && is_fixed(),
    };
    (is_value && stays).then(|| Reason::sure(format!("`{name}` is always `{value}`")))
}

/// A `let`, and where it stands: in which of the steps, as which of its statements.
struct Bound<'a> {
    local: &'a syn::Local,
    step: usize,
    at: usize,
}

/// The `let` that binds a name, unless something nearer does, or may.
fn binding<'a>(name: &syn::Ident, site: &Site<'a>) -> Option<Bound<'a>> {
    let bound = |pat: &&Pat| binds(pat, name);
    for (step, way) in site.steps.iter().enumerate().rev() {
        let nearer = match way {
            Step::Statements(statements, here) => {
                let before = (here.saturating_sub(LOOK_BACK)..*here).rev();
                let mut found = before.filter_map(|at| match &statements[at] {
                    Stmt::Local(local) if binds(&local.pat, name) => Some(Bound { local, step, at }),
                    _ => None,
                });
                match found.next() {
                    Some(bound) => return Some(bound),
                    None => false,
                }
            }
            Step::Expr(Expr::Closure(closure)) => closure.inputs.iter().any(|pat| bound(&pat)),
            Step::Expr(Expr::ForLoop(each)) => binds(&each.pat, name),
            Step::Expr(Expr::If(syn::ExprIf { cond, .. }) | Expr::While(syn::ExprWhile { cond, .. })) => {
                is_bound_in(cond, name)
            }
            Step::Arm(arm) => binds(&arm.pat, name),
            // What a macro binds is its own affair: `select! { page = later() => .. }`.
            Step::Function(..) | Step::Macro(_) => true,
            _ => false,
        };
        if nearer {
            return None;
        }
    }
    None
}

/// Whether a condition binds a name, `if let Some(x) = a && let Some(y) = b`.
fn is_bound_in(condition: &Expr, name: &syn::Ident) -> bool {
    match condition {
        Expr::Let(condition) => binds(&condition.pat, name),
        Expr::Binary(both) => is_bound_in(&both.left, name) || is_bound_in(&both.right, name),
        _ => false,
    }
}
