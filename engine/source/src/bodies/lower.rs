//! Lowers the bodies of one file.

use proc_macro2::Ident;
use quote::ToTokens as _;
use syn::visit::{self, Visit};
use syn::{Expr, Pat, Stmt};

use super::{Body, PathPiece, Piece};
use crate::names::{Names, Scope};
use crate::syntax::{MacroBody, SourceFile, macro_body};

/// The bodies of all functions of a file, those of other functions' bodies and of macros left out.
pub(super) fn bodies(names: &Names, file: &SourceFile) -> Vec<Body> {
    let mut lowering = Lowering { names, file, scope: Scope::of(file), itself: None, bodies: Vec::new() };
    lowering.visit_file(&file.ast);
    lowering.bodies
}

struct Lowering<'a> {
    names: &'a Names,
    file: &'a SourceFile,
    scope: Scope,
    /// The canonical path of `Self`.
    itself: Option<String>,
    bodies: Vec<Body>,
}

impl<'ast> Visit<'ast> for Lowering<'_> {
    fn visit_item_mod(&mut self, module: &'ast syn::ItemMod) {
        let scope = self.scope.enter_module(module);
        let outer = std::mem::replace(&mut self.scope, scope);
        visit::visit_item_mod(self, module);
        self.scope = outer;
    }

    fn visit_item_impl(&mut self, item: &'ast syn::ItemImpl) {
        let itself = match &*item.self_ty {
            syn::Type::Path(ty) => self.names.resolve(self.file, &self.scope, &ty.path),
            _ => None,
        };
        let outer = std::mem::replace(&mut self.itself, itself);
        visit::visit_item_impl(self, item);
        self.itself = outer;
    }

    fn visit_item_fn(&mut self, function: &'ast syn::ItemFn) {
        self.function(&function.sig, &function.block);
    }

    fn visit_impl_item_fn(&mut self, function: &'ast syn::ImplItemFn) {
        self.function(&function.sig, &function.block);
    }

    fn visit_trait_item_fn(&mut self, function: &'ast syn::TraitItemFn) {
        if let Some(block) = &function.default {
            self.function(&function.sig, block);
        }
    }
}

impl Lowering<'_> {
    fn function(&mut self, signature: &syn::Signature, block: &syn::Block) {
        let parameters = signature.inputs.iter().map(|input| match input {
            syn::FnArg::Receiver(_) => "self".to_owned(),
            syn::FnArg::Typed(input) => match &names_of(&input.pat)[..] {
                [only] => only.clone(),
                _ => String::new(),
            },
        });
        let parameters = parameters.collect();
        let (line, column) = self.file.start(signature.ident.span());
        let does = self.block(block);
        self.bodies.push(Body { file: self.file.path.clone(), line, column, parameters, does });
    }

    fn block(&mut self, block: &syn::Block) -> Piece {
        let scope = self.scope.enter(block);
        let outer = std::mem::replace(&mut self.scope, scope);
        let piece = self.statements(&block.stmts);
        self.scope = outer;
        piece
    }

    fn statements(&mut self, statements: &[Stmt]) -> Piece {
        let mut lowered = Vec::new();
        let mut tail = false;
        for statement in statements {
            tail = false;
            match statement {
                Stmt::Local(local) => self.local(local, &mut lowered),
                Stmt::Item(_) => {}
                Stmt::Expr(expression, semicolon) => {
                    tail = semicolon.is_none();
                    lowered.push(self.expression(expression));
                }
                Stmt::Macro(statement) => {
                    tail = statement.semi_token.is_none();
                    lowered.push(self.macro_call(&statement.mac));
                }
            }
        }
        Piece::Block { statements: lowered, tail }
    }

    fn local(&mut self, local: &syn::Local, lowered: &mut Vec<Piece>) {
        let Some(init) = &local.init else { return };
        match (&local.pat, &*init.expr) {
            (Pat::Tuple(pattern), Expr::Tuple(values)) if pattern.elems.len() == values.elems.len() => {
                for (pattern, value) in pattern.elems.iter().zip(&values.elems) {
                    let value = Box::new(self.expression(value));
                    lowered.push(Piece::Let { names: names_of(pattern), value });
                }
            }
            (pattern, value) => {
                let value = Box::new(self.expression(value));
                lowered.push(Piece::Let { names: names_of(pattern), value });
            }
        }
        if let Some((_, otherwise)) = &init.diverge {
            let otherwise = self.expression(otherwise);
            lowered.push(Piece::Fork { arms: vec![otherwise], whole: false });
        }
    }

    fn all<'e>(&mut self, expressions: impl IntoIterator<Item = &'e Expr>) -> Vec<Piece> {
        expressions.into_iter().map(|expression| self.expression(expression)).collect()
    }

    fn expression(&mut self, expression: &Expr) -> Piece {
        match expression {
            Expr::Path(it) => Piece::Path(self.path(&it.path, Vec::new(), false)),
            Expr::Struct(it) => {
                let values = it.fields.iter().map(|field| &field.expr).chain(it.rest.as_deref());
                let arguments = self.all(values);
                Piece::Path(self.path(&it.path, arguments, false))
            }
            Expr::Call(it) => {
                let arguments = self.all(&it.args);
                match &*it.func {
                    Expr::Path(function) if is_error(&function.path) => Piece::Group(arguments),
                    Expr::Path(function) => Piece::Path(self.path(&function.path, arguments, true)),
                    function => {
                        let function = self.expression(function);
                        Piece::Group(std::iter::once(function).chain(arguments).collect())
                    }
                }
            }
            Expr::MethodCall(it) => self.method(it),
            Expr::Macro(it) => self.macro_call(&it.mac),
            Expr::Block(it) => self.block(&it.block),
            Expr::Unsafe(it) => self.block(&it.block),
            Expr::Async(it) => self.block(&it.block),
            Expr::TryBlock(it) => self.block(&it.block),
            Expr::Const(it) => self.block(&it.block),
            Expr::If(it) => {
                let condition = self.expression(&it.cond);
                let mut arms = vec![self.block(&it.then_branch)];
                if let Some((_, otherwise)) = &it.else_branch {
                    arms.push(self.expression(otherwise));
                }
                Piece::Group(vec![condition, Piece::Fork { arms, whole: it.else_branch.is_some() }])
            }
            Expr::Match(it) => {
                let value = self.expression(&it.expr);
                let arms = self.all(it.arms.iter().map(|arm| &*arm.body));
                Piece::Group(vec![value, Piece::Fork { arms, whole: true }])
            }
            Expr::Let(it) => {
                let value = Box::new(self.expression(&it.expr));
                Piece::Let { names: names_of(&it.pat), value }
            }
            Expr::ForLoop(it) => self.for_loop(it),
            Expr::While(it) => {
                let parts = vec![self.expression(&it.cond), self.block(&it.body)];
                Piece::Loop(Box::new(Piece::Group(parts)))
            }
            Expr::Loop(it) => Piece::Loop(Box::new(self.block(&it.body))),
            Expr::Closure(it) => Piece::Closure(Box::new(self.expression(&it.body))),
            Expr::Return(it) => self.returned(it.expr.as_deref()),
            Expr::Break(_) | Expr::Continue(_) => Piece::Diverge,
            Expr::Assign(it) => self.assign(&it.left, &it.right),
            Expr::Binary(it) if matches!(it.op, syn::BinOp::And(_) | syn::BinOp::Or(_)) => {
                let right = self.expression(&it.right);
                Piece::Group(vec![self.expression(&it.left), Piece::Fork { arms: vec![right], whole: false }])
            }
            Expr::Binary(it) => Piece::Group(self.all([&*it.left, &*it.right])),
            Expr::Array(it) => Piece::Group(self.all(&it.elems)),
            Expr::Tuple(it) => Piece::Group(self.all(&it.elems)),
            Expr::Await(it) => self.expression(&it.base),
            Expr::Cast(it) => self.expression(&it.expr),
            Expr::Field(it) => self.expression(&it.base),
            Expr::Group(it) => self.expression(&it.expr),
            Expr::Index(it) => Piece::Group(self.all([&*it.expr, &*it.index])),
            Expr::Paren(it) => self.expression(&it.expr),
            Expr::Reference(it) => self.expression(&it.expr),
            Expr::Repeat(it) => self.expression(&it.expr),
            Expr::Try(it) => self.expression(&it.expr),
            Expr::Unary(it) => self.expression(&it.expr),
            Expr::Yield(it) => it.expr.as_deref().map_or(Piece::NOTHING, |value| self.expression(value)),
            _ => Piece::NOTHING,
        }
    }

    fn method(&mut self, call: &syn::ExprMethodCall) -> Piece {
        let mut arguments = match &call.turbofish {
            Some(generics) => self.types(generics),
            None => Vec::new(),
        };
        arguments.extend(self.all(&call.args));
        let is_self = matches!(&*call.receiver, Expr::Path(path) if path.path.is_ident("self"));
        if let Some(itself) = self.itself.as_ref().filter(|_| is_self) {
            let (line, column) = self.file.start(call.method.span());
            let canonical = Some(format!("{itself}::{}", text(&call.method)));
            let written = format!("self.{}", call.method);
            arguments.insert(0, self.expression(&call.receiver));
            return Piece::Path(PathPiece { canonical, written, arguments, called: true, line, column });
        }
        let receiver = Box::new(self.expression(&call.receiver));
        Piece::Method { receiver, name: text(&call.method), arguments }
    }

    fn for_loop(&mut self, it: &syn::ExprForLoop) -> Piece {
        let values = self.expression(&it.expr);
        // What is listed on the spot is there.
        let listed = |expression: &Expr| matches!(expression, Expr::Array(array) if !array.elems.is_empty());
        let is_listed = match &*it.expr {
            Expr::Reference(reference) => listed(&reference.expr),
            other => listed(other),
        };
        let bound = Piece::Let { names: names_of(&it.pat), value: Box::new(values) };
        let body = self.block(&it.body);
        let body = if is_listed { body } else { Piece::Loop(Box::new(body)) };
        Piece::Block { statements: vec![bound, body], tail: false }
    }

    fn returned(&mut self, value: Option<&Expr>) -> Piece {
        match value {
            Some(Expr::Call(call)) if matches!(&*call.func, Expr::Path(path) if is_error(&path.path)) => {
                Piece::Diverge
            }
            Some(value) => Piece::Return(Box::new(self.expression(value))),
            None => Piece::Return(Box::new(Piece::NOTHING)),
        }
    }

    fn assign(&mut self, left: &Expr, right: &Expr) -> Piece {
        let value = self.expression(right);
        match left {
            Expr::Path(path) => match path.path.get_ident() {
                Some(name) => Piece::Assign { name: text(name), value: Box::new(value) },
                None => value,
            },
            // A part of something: that grows.
            left => {
                let receiver = Box::new(self.expression(left));
                Piece::Method { receiver, name: "=".to_owned(), arguments: vec![value] }
            }
        }
    }

    fn macro_call(&mut self, mac: &syn::Macro) -> Piece {
        let name = mac.path.segments.last().map(|last| text(&last.ident)).unwrap_or_default();
        if matches!(name.as_str(), "panic" | "unreachable" | "todo" | "unimplemented" | "bail") {
            return Piece::Diverge;
        }
        match macro_body(mac) {
            MacroBody::Statements(statements) => self.statements(&statements),
            MacroBody::Expressions(expressions) => Piece::Group(self.all(&expressions)),
        }
    }

    fn path(&mut self, path: &syn::Path, mut arguments: Vec<Piece>, called: bool) -> PathPiece {
        let written: Vec<String> = path.segments.iter().map(|segment| text(&segment.ident)).collect();
        let canonical = match (written.first().map(String::as_str), &self.itself) {
            (Some("Self"), Some(itself)) => {
                let rest = written[1..].iter().map(|name| format!("::{name}"));
                Some(format!("{itself}{}", rest.collect::<String>()))
            }
            _ => self.names.resolve(self.file, &self.scope, path),
        };
        let mut types = Vec::new();
        for segment in &path.segments {
            if let syn::PathArguments::AngleBracketed(generics) = &segment.arguments {
                types.extend(self.types(generics));
            }
        }
        types.append(&mut arguments);
        let first = path.segments.first().map(|segment| segment.ident.span());
        let (line, column) = first.map_or((1, 1), |span| self.file.start(span));
        PathPiece { canonical, written: written.join("::"), arguments: types, called, line, column }
    }

    /// The types that a call names among its generics.
    fn types(&mut self, generics: &syn::AngleBracketedGenericArguments) -> Vec<Piece> {
        let mut found = Vec::new();
        for argument in &generics.args {
            if let syn::GenericArgument::Type(syn::Type::Path(ty)) = argument {
                found.push(Piece::Path(self.path(&ty.path, Vec::new(), false)));
            }
        }
        found
    }
}

/// Whether a path is that of an error: what a function gives back then is no result of its work.
fn is_error(path: &syn::Path) -> bool {
    path.is_ident("Err")
}

/// The names that a pattern binds.
fn names_of(pattern: &Pat) -> Vec<String> {
    struct Bound(Vec<String>);
    impl<'ast> Visit<'ast> for Bound {
        fn visit_pat_ident(&mut self, pattern: &'ast syn::PatIdent) {
            self.0.push(text(&pattern.ident));
            visit::visit_pat_ident(self, pattern);
        }

        fn visit_expr(&mut self, _: &'ast Expr) {}
    }
    let mut bound = Bound(Vec::new());
    bound.visit_pat(pattern);
    bound.0
}

fn text(name: &Ident) -> String {
    let text = name.to_token_stream().to_string();
    text.strip_prefix("r#").map(str::to_owned).unwrap_or(text)
}
