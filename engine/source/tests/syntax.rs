//! Spans are those of the file, to the character; what is not Rust is told with its place.

use gatefold_source::{ProblemKind, SourceFile, macro_expressions, macro_statements, parse};
use quote::ToTokens;
use syn::visit::{self, Visit};

fn read(text: &str) -> SourceFile {
    parse("a.rs", text).unwrap_or_else(|problem| panic!("{problem:?}\n{text}"))
}

/// The first call of `here` in a text, as `line:column-line:column`.
fn place_of_here(text: &str) -> String {
    struct Here<'a> {
        file: &'a SourceFile,
        found: Option<String>,
    }
    impl<'ast> Visit<'ast> for Here<'_> {
        fn visit_expr_call(&mut self, node: &'ast syn::ExprCall) {
            if node.func.to_token_stream().to_string() == "here" {
                let span = self.file.span_of(node);
                let shown = format!("{}:{}-{}:{}", span.line, span.column, span.end_line, span.end_column);
                self.found.get_or_insert(shown);
            }
            visit::visit_expr_call(self, node);
        }
    }
    let file = read(text);
    let mut here = Here { file: &file, found: None };
    here.visit_file(&file.ast);
    here.found.expect("the text calls here")
}

fn check(text: &str, place: &str) {
    assert_eq!(place_of_here(text), place, "{text:?}");
}

#[test]
fn columns_count_characters_from_one() {
    check("fn f() { here() }", "1:10-1:16");
    check("fn f() {\n    here(\n  1)\n}", "2:5-3:5");
    check("fn f() { \"äöü\"; here() }", "1:17-1:23");
    check("fn f() { /* 🦀🦀 */ here() }", "1:19-1:25");
    check("fn ф() { here() }", "1:10-1:16");
}

#[test]
fn windows_line_ends_do_not_move_anything() {
    check("fn f() {\r\n\"é\r\n\"; here()\r\n}\r\n", "3:4-3:10");
}

#[test]
fn a_byte_order_mark_is_no_column() {
    check("\u{feff}fn f() { here() }", "1:10-1:16");
    check("\u{feff}fn f() {\n here() }", "2:2-2:8");
}

#[test]
fn a_shebang_is_no_code_and_an_attribute_is_no_shebang() {
    check("#!/usr/bin/env rust\nfn f() { here() }", "2:10-2:16");
    check("\u{feff}#!/usr/bin/env é\nfn f() { here() }", "2:10-2:16");
    check("#![allow(x)] fn f() { here() }", "1:23-1:29");
    check("#! /* no shebang */\n[allow(x)] fn f() { here() }", "2:21-2:27");
}

#[test]
fn byte_ranges_point_into_the_text_as_it_is() {
    let text = "\u{feff}#!x é\r\nfn f() { \"ß\"; here() }";
    let file = read(text);
    let range = file.ast.items[0].to_token_stream().into_iter().nth(1).expect("a name").span().byte_range();
    assert_eq!(&file.text[range], "f");
}

/// A text that does not parse, and where it is said to be wrong.
fn refused(text: &str, kind: ProblemKind, line: u32, column: u32) {
    let problem = parse("a.rs", text).err().unwrap_or_else(|| panic!("{text:?} parses"));
    assert_eq!((problem.kind, problem.line, problem.column), (kind, Some(line), Some(column)), "{text:?}");
    assert!(!problem.message.contains('\n') && !problem.message.is_empty());
}

#[test]
fn what_is_not_rust_is_told_with_its_place() {
    refused("fn f() {", ProblemKind::Unparsable, 1, 8);
    refused("fn f() {\n  (]\n}", ProblemKind::Unparsable, 2, 4);
    refused("fn f() {\n \"", ProblemKind::Unparsable, 2, 2);
    refused("fn f() {\n let = 3;\n}", ProblemKind::Unparsable, 2, 6);
    refused("\u{feff}fn 3() {}", ProblemKind::Unparsable, 1, 4);
    refused("struct A {}\nstruct", ProblemKind::Unparsable, 2, 7);
    refused("<<<<<<< HEAD\nfn f() {}\n", ProblemKind::Unparsable, 1, 1);
}

#[test]
fn a_merge_that_is_not_finished_is_told_as_such() {
    let text = "fn f() {}\n<<<<<<< HEAD\nfn g() {}\n=======\nfn h() {}\n>>>>>>> topic\n";
    refused(text, ProblemKind::Unparsable, 2, 1);
    let problem = parse("a.rs", text).err().expect("no Rust");
    assert_eq!(problem.message, "it holds conflict markers (line 2); finish the merge");
}

#[test]
fn what_is_too_deep_or_too_large_is_not_parsed() {
    let deep = format!("fn f() {{\n{}1{}\n}}", "(".repeat(600), ")".repeat(600));
    refused(&deep, ProblemKind::TooDeep, 2, 510);
    let problem = parse("a.rs", &" ".repeat(8 * 1024 * 1024 + 1)).err().expect("too large");
    assert_eq!((problem.kind, problem.line), (ProblemKind::TooLarge, None));
}

/// The expressions, else the statements, of the one macro call in a function.
fn body(call: &str) -> Vec<String> {
    let file = read(&format!("fn f() {{ {call} }}"));
    let syn::Item::Fn(function) = &file.ast.items[0] else { panic!("a function") };
    let mac = match &function.block.stmts[0] {
        syn::Stmt::Macro(statement) => &statement.mac,
        syn::Stmt::Expr(syn::Expr::Macro(expression), _) => &expression.mac,
        _ => panic!("a macro"),
    };
    let text = |node: &dyn Fn() -> proc_macro2::TokenStream| node().to_string();
    let expressions = macro_expressions(mac);
    if expressions.is_empty() {
        return macro_statements(mac).iter().map(|node| text(&|| node.to_token_stream())).collect();
    }
    expressions.iter().map(|node| text(&|| node.to_token_stream())).collect()
}

#[test]
fn the_bodies_of_macro_calls_are_looked_into() {
    for (call, expressions) in [
        ("vec![a, b(c)];", &["a", "b (c)"][..]),
        ("vec![a(); n];", &["a ()", "n"]),
        ("println!(\"{} {}\", a::<B, C>(), d = e);", &["\"{} {}\"", "a :: < B , C > ()", "d = e"]),
        ("info!(a.b = f(), ?c, %d, \"text {}\", e);", &["f ()", "c", "d", "\"text {}\"", "e"]),
        ("event!(target: \"x\", Level::INFO, \"m\");", &["\"x\"", "Level :: INFO", "\"m\""]),
        ("matches!(a(), Some(x) | Ok(x) if f(x));", &["a ()", "f (x)"]),
        (
            "select! { biased; x = f() => g(x), Some(y) = h(), if c => { y } _ = z => {} else => k(), }",
            &["f ()", "g (x)", "h ()", "c", "{ y }", "z", "{ }", "k ()"],
        ),
        ("json!({ \"a\": f(), \"b\": [g(), null], c: { \"d\": 1 } });", &["f ()", "[g () , null]", "1"]),
        ("lazy_static! { static ref A: B<C, D> = f(); static ref E: G = h(); }", &["f ()", "h ()"]),
        ("stream! { let a = f(); yield a; }", &["let a = f () ;", "yield a ;"]),
        ("maplit! { \"a\" => f(), \"b\" => g() };", &["f ()", "g ()"]),
        ("nothing!();", &[]),
        ("odd!(= = =);", &[]),
    ] {
        assert_eq!(body(call), expressions, "{call}");
    }
}

#[test]
fn expressions_in_macros_have_the_spans_of_the_file() {
    let file = read("fn f() {\n    info!(a = here(1));\n}");
    let syn::Item::Fn(function) = &file.ast.items[0] else { panic!("a function") };
    let syn::Stmt::Macro(statement) = &function.block.stmts[0] else { panic!("a macro") };
    let expressions = macro_expressions(&statement.mac);
    let syn::Expr::Assign(assign) = &expressions[0] else { panic!("an assignment") };
    assert_eq!(file.span_of(&assign.right), findings::Span::on_line(2, 15, 22));
}

#[test]
fn macro_bodies_that_are_too_deep_are_left_alone() {
    let count = |body: &str| {
        let file = read(&format!("m! {{ {body} }}"));
        let syn::Item::Macro(item) = &file.ast.items[0] else { panic!("a macro") };
        (macro_expressions(&item.mac).len(), macro_statements(&item.mac).len())
    };
    gatefold_source::with_stack(|| {
        assert_eq!(count(&format!("{}1", "-".repeat(100))), (1, 0));
        assert_eq!(count(&format!("{}1", "-".repeat(9_000))), (0, 0));
        // Objects within objects, which are no Rust.
        assert_eq!(count(&format!("{}1{}", "{ \"a\": ".repeat(400), "}".repeat(400))), (0, 0));
    });
}
