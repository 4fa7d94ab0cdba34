//! From text to a tree that is known to be small, names nothing unknown, and counts what it does.

use std::cell::Cell;
use std::collections::BTreeSet;
use std::thread::{self, Builder, ScopedJoinHandle};

use cel::Env;
use cel::common::ast::operators::{
    ADD, CONDITIONAL, DIVIDE, EQUALS, GREATER, GREATER_EQUALS, IN, INDEX, LESS, LESS_EQUALS, LOGICAL_AND,
    LOGICAL_NOT, LOGICAL_OR, MODULO, MULTIPLY, NEGATE, NOT_EQUALS, NOT_STRICTLY_FALSE, SUBSTRACT,
};
use cel::common::ast::{CallExpr, ComprehensionExpr, EntryExpr, Expr};
use cel::parser::Expression as Tree;

use crate::budget::{RANGE, WEIGH};
#[cfg(feature = "messages")]
use crate::types::{Scope, Type};
use crate::words::{BROKEN, HAS, shown};

/// The longest expression, in bytes.
pub const MAX_BYTES: usize = 2_000;

/// The deepest nesting of an expression, in its text and as a tree. A chain of operators, fields or macros is as deep as
/// it is long; one of `&&` or of `||` is not.
pub const MAX_DEPTH: usize = 20;

/// How many macros may stand inside or behind one another; each takes much of the stack that evaluates.
pub const MAX_MACROS: usize = 4;

/// The functions that an expression may call, beside operators and macros.
pub const FUNCTIONS: &[&str] = &[
    "bool",
    "contains",
    "double",
    "endsWith",
    "int",
    "isFinite",
    "size",
    "startsWith",
    "string",
    "type",
    "uint",
];

const OPERATORS: &[&str] = &[
    ADD,
    CONDITIONAL,
    DIVIDE,
    EQUALS,
    GREATER,
    GREATER_EQUALS,
    IN,
    INDEX,
    LESS,
    LESS_EQUALS,
    LOGICAL_AND,
    LOGICAL_NOT,
    LOGICAL_OR,
    MODULO,
    MULTIPLY,
    NEGATE,
    NOT_EQUALS,
    NOT_STRICTLY_FALSE,
    SUBSTRACT,
];

/// What looks at no more of its operands than it gives back, or leaves some of them unevaluated.
const LAZY: &[&str] = &[CONDITIONAL, INDEX, LOGICAL_AND, LOGICAL_NOT, LOGICAL_OR, NOT_STRICTLY_FALSE, "size"];

/// Names of types, for instance in `type(x) == string`.
const TYPES: &[&str] = &["bool", "double", "int", "list", "map", "null_type", "string", "type", "uint"];

/// What the macros call the variable that collects their result.
const COLLECTED: &str = "@result";

/// The stack of the thread that parses. The parser goes a level down for every operator of a chain, whatever limits it
/// has for brackets; the longest chain that fits into [`MAX_BYTES`] takes a quarter of this without optimisation.
const STACK_BYTES: usize = 32 << 20;

/// An expression as it is evaluated.
pub(crate) struct Parsed {
    pub(crate) tree: Tree,
    /// Those of the variables that it names.
    pub(crate) named: BTreeSet<String>,
    /// The fields that it looks at, by their full names.
    pub(crate) fields: BTreeSet<String>,
}

/// Parses on a stack that is large enough for any text, where neither a deep tree nor a panic can hurt.
pub(crate) fn apart(text: &str, variables: &[&str]) -> Result<Parsed, String> {
    on_large_stack(|| finish(parse(text)?, variables, BTreeSet::new()))
}

/// The same with types, and the type of what it gives.
#[cfg(feature = "messages")]
pub(crate) fn apart_typed(text: &str, scope: &Scope<'_>) -> Result<(Parsed, Type), String> {
    on_large_stack(|| {
        let mut tree = parse(text)?;
        let (found, fields) = crate::check::check(&mut tree, scope)?;
        let variables: Vec<&str> = scope.variables.iter().map(|(name, _)| *name).collect();
        Ok((finish(tree, &variables, fields)?, found))
    })
}

/// Does something that parses many expressions: on one thread with a large stack, where each would have one of its own.
/// A panic goes on in the caller.
///
/// # Errors
/// The system has no thread to give.
pub fn with_large_stack<T: Send>(work: impl FnOnce() -> T + Send) -> std::io::Result<T> {
    thread::scope(|scope| {
        let done = on_thread(scope, work)?.join();
        Ok(done.unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
    })
}

/// The same while the caller does something else. None where the system has no thread to give, or the work panics.
pub fn beside_large_stack<T: Send, M>(
    work: impl FnOnce() -> T + Send,
    meanwhile: impl FnOnce() -> M,
) -> (Option<T>, M) {
    thread::scope(|scope| {
        let thread = on_thread(scope, work);
        let done = meanwhile();
        (thread.ok().and_then(|thread| thread.join().ok()), done)
    })
}

fn on_thread<'s, T: Send + 's>(
    scope: &'s thread::Scope<'s, '_>,
    work: impl FnOnce() -> T + Send + 's,
) -> std::io::Result<ScopedJoinHandle<'s, T>> {
    let work = || {
        IS_LARGE.set(true);
        work()
    };
    Builder::new().stack_size(2 * STACK_BYTES).spawn_scoped(scope, work)
}

thread_local! {
    /// Whether the stack of this thread is large enough for any text, whoever calls.
    static IS_LARGE: Cell<bool> = const { Cell::new(false) };
}

fn on_large_stack<T: Send>(work: impl FnOnce() -> Result<T, String> + Send) -> Result<T, String> {
    if IS_LARGE.get() {
        return crate::guarded(work);
    }
    thread::scope(|scope| {
        let parser = Builder::new().stack_size(STACK_BYTES);
        let parser = parser.spawn_scoped(scope, work);
        let parser = parser.map_err(|error| format!("cannot be read: no thread was to be had, {error}"))?;
        parser.join().unwrap_or_else(|_| Err(BROKEN.to_owned()))
    })
}

fn parse(text: &str) -> Result<Tree, String> {
    check_text(text)?;
    let parser = Env::stdlib().with_optional_support(false).parser();
    parser.parse(text).map_err(|errors| {
        errors.errors.first().map_or_else(
            || "does not parse".to_owned(),
            |error| {
                // What could stand there instead is most of the grammar.
                let said = error.msg.split(" expecting {").next().unwrap_or_default();
                format!("does not parse at column {}: {}", error.pos.1.max(1), shown(said, 160))
            },
        )
    })
}

fn finish(mut tree: Tree, variables: &[&str], fields: BTreeSet<String>) -> Result<Parsed, String> {
    let mut names = Names { known: variables, named: BTreeSet::new(), bound: Vec::new(), macros: 0 };
    names.check(&tree, 0)?;
    count(&mut tree);
    weigh(&mut tree);
    Ok(Parsed { tree, named: names.named, fields })
}

/// Refuses what the parser would need a deep stack for, before it sees it.
fn check_text(text: &str) -> Result<(), String> {
    if text.is_empty() {
        return Err("is empty".to_owned());
    }
    if text.len() > MAX_BYTES {
        return Err(format!("is {} bytes long, more than the {MAX_BYTES} that are read", text.len()));
    }
    let (mut depth, mut deepest) = (0_usize, 0);
    for letter in text.chars() {
        match letter {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth = depth.saturating_sub(1),
            _ => continue,
        }
        deepest = deepest.max(depth);
    }
    // Each alternative of a chain stands inside the one before.
    let choices = text.matches('?').count();
    match deepest.max(choices) > MAX_DEPTH {
        true => Err(too_deep()),
        false => Ok(()),
    }
}

fn too_deep() -> String {
    format!("is nested deeper than {MAX_DEPTH}")
}

/// The names that an expression may use at a place.
struct Names<'a> {
    known: &'a [&'a str],
    /// Those of them that were met.
    named: BTreeSet<String>,
    /// Variables of the macros around the place.
    bound: Vec<String>,
    /// How many macros that is.
    macros: usize,
}

impl Names<'_> {
    fn check(&mut self, tree: &Tree, depth: usize) -> Result<(), String> {
        if depth > MAX_DEPTH {
            return Err(too_deep());
        }
        let depth = depth + 1;
        match &tree.expr {
            Expr::Unspecified => Err("does not parse".to_owned()),
            Expr::Literal(_) => Ok(()),
            Expr::Ident(name) => self.known_name(name),
            Expr::Select(select) => self.check(&select.operand, depth),
            Expr::Call(call) => {
                let name = call.func_name.as_str();
                if !OPERATORS.contains(&name) && !FUNCTIONS.contains(&name) && name != HAS {
                    let known = FUNCTIONS.join("`, `");
                    return Err(format!(
                        "calls `{}`, which there is not; there are `{known}`",
                        shown(name, 40)
                    ));
                }
                call.target.iter().try_for_each(|target| self.check(target, depth))?;
                call.args.iter().try_for_each(|argument| self.check(argument, depth))
            }
            Expr::List(list) => list.elements.iter().try_for_each(|element| self.check(element, depth)),
            Expr::Map(map) => map.entries.iter().try_for_each(|entry| match &entry.expr {
                EntryExpr::MapEntry(entry) => {
                    self.check(&entry.key, depth)?;
                    self.check(&entry.value, depth)
                }
                EntryExpr::StructField(_) => Err("makes a message, which nothing here can hold".to_owned()),
            }),
            Expr::Struct(_) => Err("makes a message, which nothing here can hold".to_owned()),
            Expr::Comprehension(comprehension) => self.check_comprehension(comprehension, depth),
        }
    }

    fn check_comprehension(&mut self, comprehension: &ComprehensionExpr, depth: usize) -> Result<(), String> {
        if self.macros == MAX_MACROS {
            return Err(format!("has more than {MAX_MACROS} macros inside or behind one another"));
        }
        self.macros += 1;
        self.check(&comprehension.iter_range, depth)?;
        self.check(&comprehension.accu_init, depth)?;
        let outside = self.bound.len();
        self.bound.push(comprehension.accu_var.clone());
        self.bound.push(comprehension.iter_var.clone());
        self.bound.extend(comprehension.iter_var2.clone());
        let inside = [&comprehension.loop_cond, &comprehension.loop_step, &comprehension.result];
        let checked = inside.into_iter().try_for_each(|tree| self.check(tree, depth));
        self.bound.truncate(outside);
        self.macros -= 1;
        checked
    }

    fn known_name(&mut self, name: &str) -> Result<(), String> {
        if self.known.contains(&name) {
            self.named.insert(name.to_owned());
            return Ok(());
        }
        if TYPES.contains(&name) || self.bound.iter().any(|bound| bound == name) {
            return Ok(());
        }
        let known = self.known.join("`, `");
        Err(format!("names `{}`, which there is not; there are `{known}`", shown(name, 40)))
    }
}

/// Makes everything that an evaluation looks at pass through what counts it. The rounds of a macro are counted with what
/// it walks, before the first of them. What a macro appends to its result keeps its form, by which the library knows
/// that it need not copy the list each time.
fn count(tree: &mut Tree) {
    match &mut tree.expr {
        Expr::Unspecified | Expr::Literal(_) | Expr::Ident(_) | Expr::Struct(_) => {}
        Expr::Select(select) => count(&mut select.operand),
        Expr::Call(call) => {
            call.target.iter_mut().for_each(|target| count(target));
            call.args.iter_mut().for_each(count);
            if !LAZY.contains(&call.func_name.as_str()) && !collects(call) {
                call.target.iter_mut().for_each(|target| weigh(target));
                call.args.iter_mut().for_each(weigh);
            }
        }
        Expr::List(list) => {
            list.elements.iter_mut().for_each(count);
            list.elements.iter_mut().for_each(weigh);
        }
        Expr::Map(map) => {
            for entry in &mut map.entries {
                if let EntryExpr::MapEntry(entry) = &mut entry.expr {
                    for tree in [&mut entry.key, &mut entry.value] {
                        count(tree);
                        weigh(tree);
                    }
                }
            }
        }
        Expr::Comprehension(comprehension) => {
            count(&mut comprehension.iter_range);
            count(&mut comprehension.loop_step);
            call(&mut comprehension.iter_range, RANGE);
        }
    }
}

/// Whether it adds to the result of a macro.
fn collects(call: &CallExpr) -> bool {
    call.args.iter().any(|argument| matches!(&argument.expr, Expr::Ident(name) if name == COLLECTED))
}

/// What stands in the expression itself is no larger than its text.
fn weigh(tree: &mut Tree) {
    if !matches!(tree.expr, Expr::Literal(_)) {
        call(tree, WEIGH);
    }
}

fn call(tree: &mut Tree, name: &str) {
    let inner = std::mem::take(tree);
    tree.id = inner.id;
    tree.expr = Expr::Call(CallExpr { func_name: name.to_owned(), target: None, args: vec![inner] });
}
