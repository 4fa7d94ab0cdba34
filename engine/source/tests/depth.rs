//! Whatever is nested, and however deeply: it is parsed or refused, and never overflows the stack.

mod productions;

use std::time::{Duration, Instant};

use gatefold_source::{ProblemKind, STACK_BYTES, parse};
use productions::{PRODUCTIONS, Production};
use quote::ToTokens as _;
use syn::visit::{self, Visit};

const DEEP: usize = 100_000;

/// Visits with a frame as large as that of a rule, on top of syn's own.
struct Rule {
    nodes: usize,
}

impl<'ast> Visit<'ast> for Rule {
    fn visit_expr(&mut self, node: &'ast syn::Expr) {
        self.nodes += frame();
        visit::visit_expr(self, node);
    }

    fn visit_type(&mut self, node: &'ast syn::Type) {
        self.nodes += frame();
        visit::visit_type(self, node);
    }

    fn visit_pat(&mut self, node: &'ast syn::Pat) {
        self.nodes += frame();
        visit::visit_pat(self, node);
    }
}

fn frame() -> usize {
    std::hint::black_box([1_u8; 1024]).len()
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
            let started = Instant::now();
            let accepted = survives(production, if production.flat { DEEP / 10 } else { DEEP });
            assert_eq!(accepted, production.flat, "`{}` is accepted: {accepted}", production.name);
            assert!(
                started.elapsed() < Duration::from_secs(20),
                "`{}` took {:?}",
                production.name,
                started.elapsed()
            );
            proc_macro2::extra::invalidate_current_thread_spans();
        }
    });
}

#[test]
fn the_deepest_that_is_accepted_can_be_parsed_visited_printed_and_dropped() {
    on_half_the_stack(|| {
        for production in PRODUCTIONS.iter().filter(|production| !production.flat) {
            let (mut accepted, mut refused) = (1, DEEP / 10);
            while refused - accepted > 1 {
                let depth = accepted.midpoint(refused);
                if survives(production, depth) {
                    accepted = depth
                } else {
                    refused = depth
                }
                proc_macro2::extra::invalidate_current_thread_spans();
            }
            assert!(accepted >= 40, "`{}` is refused at {refused} levels already", production.name);
        }
    });
}
