//! What a build script tells cargo to switch on, and when: what stands in code that never runs, or is told to nobody, is
//! nothing.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{TokenStream, TokenTree};
use syn::visit::{self, Visit};
use syn::{Block, Expr, File, Item, Stmt};

use super::dead::{constant, is_compiled_out};
use super::tokens;
use super::values::Values;

/// When something is told.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum When {
    Always,
    /// Where a variable of the environment is set, or where it is not.
    Variable {
        name: String,
        is_set: bool,
    },
    /// Where something else holds.
    Sometimes,
}

/// The texts of a build script that it may tell, as they are written, each with when. None where there is no `main` in sight.
pub(crate) fn said(text: &str) -> Option<Vec<(String, When)>> {
    source::with_stack(|| {
        let file = source::parse("build.rs", text).ok()?;
        let mut reader = Reader {
            functions: functions(&file.ast),
            seen: BTreeSet::new(),
            when: When::Always,
            said: Vec::new(),
        };
        let main = reader.functions.get("main")?.clone();
        for item in &file.ast.items {
            if matches!(item, Item::Const(_) | Item::Static(_) | Item::Macro(_)) {
                reader.visit_item(item);
            }
        }
        main.iter().for_each(|block| reader.visit_block(block));
        Some(reader.said)
    })
}

/// The functions and methods of a file by their names.
fn functions(file: &File) -> BTreeMap<String, Vec<Block>> {
    struct Functions(BTreeMap<String, Vec<Block>>);
    impl Visit<'_> for Functions {
        fn visit_item_fn(&mut self, function: &syn::ItemFn) {
            self.0.entry(function.sig.ident.to_string()).or_default().push((*function.block).clone());
            visit::visit_item_fn(self, function);
        }

        fn visit_impl_item_fn(&mut self, method: &syn::ImplItemFn) {
            self.0.entry(method.sig.ident.to_string()).or_default().push(method.block.clone());
            visit::visit_impl_item_fn(self, method);
        }
    }
    let mut functions = Functions(BTreeMap::new());
    functions.visit_file(file);
    functions.0
}

/// Macros that write where cargo does not read.
const UNHEARD: [&str; 9] = ["dbg", "debug", "eprint", "eprintln", "error", "info", "log", "trace", "warn"];

/// What is written to is no output of the script.
const SINKS: [&str; 2] = ["sink", "stderr"];

struct Reader {
    functions: BTreeMap<String, Vec<Block>>,
    /// Functions that were read, with when they run.
    seen: BTreeSet<(String, When)>,
    /// When the place that is read is reached.
    when: When,
    said: Vec<(String, When)>,
}

impl Reader {
    fn says(&mut self, stream: TokenStream) {
        for tree in stream {
            match tree {
                TokenTree::Group(group) => self.says(group.stream()),
                TokenTree::Literal(literal) => self.said.push((literal.to_string(), self.when.clone())),
                TokenTree::Ident(name) => self.calls(&name.to_string()),
                TokenTree::Punct(_) => {}
            }
        }
    }

    /// Reads a function of the file that is called, or handed over.
    fn calls(&mut self, name: &str) {
        let Some(blocks) = self.functions.get(name).cloned() else { return };
        if self.seen.insert((name.to_owned(), self.when.clone())) {
            blocks.iter().for_each(|block| self.visit_block(block));
        }
    }

    /// Reads what runs under a condition only. Under two, nobody asks which.
    fn under(&mut self, when: When, read: impl FnOnce(&mut Self)) {
        let both = if self.when == When::Always { when } else { When::Sometimes };
        let outside = std::mem::replace(&mut self.when, both);
        read(self);
        self.when = outside;
    }
}

impl<'ast> Visit<'ast> for Reader {
    /// What stands behind a way out runs where that is not taken.
    fn visit_block(&mut self, block: &'ast Block) {
        let outside = self.when.clone();
        for statement in &block.stmts {
            if leaves(statement) {
                break;
            }
            self.visit_stmt(statement);
            if let Stmt::Expr(Expr::If(branch), _) = statement
                && branch.else_branch.is_none()
                && branch.then_branch.stmts.iter().any(leaves)
            {
                let otherwise = condition(&branch.cond, false);
                self.when = if self.when == When::Always { otherwise } else { When::Sometimes };
            }
        }
        self.when = outside;
    }

    fn visit_item(&mut self, item: &'ast Item) {
        // A function within runs where it is called.
        if !matches!(item, Item::Fn(_) | Item::Impl(_) | Item::Mod(_)) {
            visit::visit_item(self, item);
        }
    }

    fn visit_expr_if(&mut self, branch: &'ast syn::ExprIf) {
        self.visit_expr(&branch.cond);
        let otherwise = branch.else_branch.as_ref();
        match constant(&branch.cond, &Values::default()) {
            Some(true) => self.visit_block(&branch.then_branch),
            Some(false) => otherwise.into_iter().for_each(|(_, other)| self.visit_expr(other)),
            None => {
                self.under(condition(&branch.cond, true), |reader| reader.visit_block(&branch.then_branch));
                if let Some((_, other)) = otherwise {
                    self.under(condition(&branch.cond, false), |reader| reader.visit_expr(other));
                }
            }
        }
    }

    fn visit_expr_match(&mut self, choice: &'ast syn::ExprMatch) {
        self.visit_expr(&choice.expr);
        for arm in &choice.arms {
            self.under(When::Sometimes, |reader| reader.visit_arm(arm));
        }
    }

    fn visit_expr_while(&mut self, turn: &'ast syn::ExprWhile) {
        if constant(&turn.cond, &Values::default()) != Some(false) {
            self.visit_expr(&turn.cond);
            self.under(When::Sometimes, |reader| reader.visit_block(&turn.body));
        }
    }

    fn visit_stmt(&mut self, statement: &'ast Stmt) {
        let attributes: &[syn::Attribute] = match statement {
            Stmt::Macro(call) => &call.attrs,
            Stmt::Local(local) => &local.attrs,
            Stmt::Expr(Expr::Block(block), _) => &block.attrs,
            _ => &[],
        };
        match attributes.iter().any(|attribute| attribute.path().is_ident("cfg")) {
            true if is_compiled_out(attributes) => {}
            true => self.under(When::Sometimes, |reader| visit::visit_stmt(reader, statement)),
            false => visit::visit_stmt(self, statement),
        }
    }

    fn visit_macro(&mut self, call: &'ast syn::Macro) {
        let name = call.path.segments.last().map(|last| last.ident.to_string()).unwrap_or_default();
        let is_write = name == "write" || name == "writeln";
        let to = || tokens::of(&call.tokens).into_iter().take_while(|token| token != ",");
        let is_unheard =
            UNHEARD.contains(&name.as_str()) || is_write && to().any(|token| SINKS.contains(&token.as_str()));
        if !is_unheard {
            self.says(call.tokens.clone());
        }
    }

    fn visit_lit_str(&mut self, text: &'ast syn::LitStr) {
        self.said.push((text.token().to_string(), self.when.clone()));
    }

    fn visit_expr_path(&mut self, path: &'ast syn::ExprPath) {
        if let Some(last) = path.path.segments.last() {
            self.calls(&last.ident.to_string());
        }
    }

    fn visit_expr_method_call(&mut self, call: &'ast syn::ExprMethodCall) {
        self.calls(&call.method.to_string());
        visit::visit_expr_method_call(self, call);
    }
}

/// Whether nothing behind a statement runs.
fn leaves(statement: &Stmt) -> bool {
    match statement {
        Stmt::Expr(Expr::Return(_), _) => true,
        Stmt::Expr(Expr::Call(call), _) => tokens::of(&call.func).concat().ends_with("process::exit"),
        _ => false,
    }
}

/// When a condition holds, or does not.
fn condition(condition: &Expr, holds: bool) -> When {
    let words = tokens::of(condition);
    let asks = words.iter().position(|word| matches!(word.as_str(), "option_env" | "var" | "var_os"));
    let names: Vec<&String> =
        asks.map_or_else(Vec::new, |at| words[at..].iter().filter(|word| word.starts_with('"')).collect());
    let joined = words.iter().any(|word| word == "&" || word == "|");
    let compared = words.windows(2).any(|pair| pair[0] == "=" && pair[1] == "=");
    match names.as_slice() {
        [name] | [name, _] if !joined && (names.len() == 1 || compared) => {
            let negated =
                words.iter().filter(|word| ["!", "is_err", "is_none"].contains(&word.as_str())).count();
            // The mark of `option_env!` is none.
            let marks = words.iter().filter(|word| *word == "option_env").count();
            let is_set = holds == (negated - marks.min(negated)).is_multiple_of(2);
            When::Variable { name: name.trim_matches('"').to_owned(), is_set }
        }
        _ => When::Sometimes,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[When]) {
        let said = said(text).expect("a script");
        let found: Vec<When> =
            said.into_iter().filter(|(text, _)| text.contains("rustc-cfg=")).map(|(_, when)| when).collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn what_cargo_hears_is_told_with_when() {
        const FLAG: &str = "println!(\"cargo::rustc-cfg=slow\");";
        let main = |body: &str| format!("fn main() {{ {} }}", body.replace("FLAG", FLAG));
        let variable = |is_set| When::Variable { name: "SLOW".to_owned(), is_set };
        for (body, expected) in [
            ("FLAG", &[When::Always][..]),
            ("for _ in 0..1 { FLAG }", &[When::Always]),
            ("announce(); fn announce() { FLAG }", &[When::Always]),
            ("[1].iter().for_each(announce); fn announce(_: &u32) { FLAG }", &[When::Always]),
            ("emit(\"cargo::rustc-cfg=slow\"); fn emit(_: &str) {}", &[When::Always]),
            (
                "use std::io::Write; writeln!(std::io::stdout(), \"cargo::rustc-cfg=slow\").unwrap();",
                &[When::Always],
            ),
            ("if std::env::var(\"SLOW\").is_ok() { FLAG }", &[variable(true)]),
            ("if std::env::var_os(\"SLOW\").is_none() { FLAG }", &[variable(false)]),
            ("if std::env::var(\"SLOW\").as_deref() == Ok(\"1\") { FLAG }", &[variable(true)]),
            ("if option_env!(\"SLOW\").is_some() { FLAG }", &[variable(true)]),
            ("if let Ok(_) = std::env::var(\"SLOW\") {} else { FLAG }", &[variable(false)]),
            ("if std::env::var_os(\"SLOW\").is_some() { return; } FLAG", &[variable(false)]),
            ("if nightly() { FLAG }", &[When::Sometimes]),
            ("match nightly() { true => { FLAG } false => {} }", &[When::Sometimes]),
            ("#[cfg(unix)] FLAG", &[When::Sometimes]),
            ("if false { FLAG }", &[]),
            ("if cfg!(any()) { FLAG }", &[]),
            ("return; FLAG", &[]),
            ("fn announce() { FLAG }", &[]),
            ("eprintln!(\"cargo::rustc-cfg=slow\");", &[]),
            ("use std::io::Write; writeln!(std::io::sink(), \"cargo::rustc-cfg=slow\").unwrap();", &[]),
            ("#[cfg(any())] FLAG", &[]),
            ("// FLAG", &[]),
        ] {
            check(&main(&format!("{body}\n")), expected);
        }
        assert_eq!(said("pub fn one() {}"), None);
    }
}
