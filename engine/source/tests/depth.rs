//! Whatever is nested, and however deeply: it is parsed or refused, and never overflows the stack.

mod productions;

use std::time::Instant;

use gatefold_source::{ProblemKind, STACK_BYTES, parse};
use productions::{PRODUCTIONS, Production};
use quote::ToTokens as _;
use syn::visit::{self, Visit};

/// More levels than any production is accepted with.
const DEEP: usize = 10_000;

/// Visits with a frame as large as that of a rule, on top of syn's own.
struct Rule {
    nodes: usize,
}

impl<'ast> Visit<'ast> for Rule {
    fn visit_expr(&mut self, node: &'ast syn::Expr) {
        let frame = std::hint::black_box([1_u8; 1024]);
        visit::visit_expr(self, node);
        self.nodes += frame.len();
    }

    fn visit_type(&mut self, node: &'ast syn::Type) {
        let frame = std::hint::black_box([1_u8; 1024]);
        visit::visit_type(self, node);
        self.nodes += frame.len();
    }

    fn visit_pat(&mut self, node: &'ast syn::Pat) {
        let frame = std::hint::black_box([1_u8; 1024]);
        visit::visit_pat(self, node);
        self.nodes += frame.len();
    }
}

/// Parses, visits, prints and drops; tells whether the depth was accepted.
fn survives(production: &Production, depth: usize) -> bool {
    match parse("a.rs", &production.text(depth)) {
        Ok(file) => {
            let mut rule = Rule { nodes: 0 };
            rule.visit_file(&file.ast);
            drop(file.ast.to_token_stream());
            true
        }
        Err(problem) => problem.kind != ProblemKind::TooDeep,
    }
}

/// On a thread with half of the stack that the workers have, so that what is measured has a margin of two.
fn on_half_the_stack(run: impl FnOnce() + Send + 'static) {
    let thread = std::thread::Builder::new().stack_size(STACK_BYTES / 2).spawn(run);
    thread.expect("a thread").join().expect("no panic");
}

#[test]
fn a_hundred_thousand_levels_are_parsed_or_refused() {
    on_half_the_stack(|| {
        for production in PRODUCTIONS {
            // A debug build reads 100,000 levels of the long ones for a second each; a tenth is as far out of reach.
            let short = production.text(1).len() - production.text(0).len() <= 8;
            let depth = if short && !production.flat { 10 * DEEP } else { DEEP };
            let started = Instant::now();
            let accepted = survives(production, depth);
            assert_eq!(accepted, production.flat, "`{}` is accepted: {accepted}", production.name);
            let seconds = started.elapsed().as_secs();
            assert!(seconds < 60, "`{}` took {seconds} seconds", production.name);
            proc_macro2::extra::invalidate_current_thread_spans();
        }
    });
}

#[test]
fn the_deepest_that_is_accepted_can_be_parsed_visited_printed_and_dropped() {
    on_half_the_stack(|| {
        for production in PRODUCTIONS.iter().filter(|production| !production.flat) {
            let (mut accepted, mut refused) = (1, DEEP);
            while refused - accepted > 1 {
                let depth = accepted.midpoint(refused);
                if survives(production, depth) {
                    accepted = depth
                } else {
                    refused = depth
                }
                proc_macro2::extra::invalidate_current_thread_spans();
            }
            assert!(accepted >= 30, "`{}` is refused at {refused} levels already", production.name);
        }
    });
}
