//! The walk through macros: what a call is given, and what a `macro_rules!` of the file is replaced by.

use source::MacroBody;
use syn::Macro;
use syn::visit::Visit;

use super::{Ground, Walk};
use crate::asyncness::runs_async;
use crate::site::Step;

impl<'a> Walk<'a, '_> {
    /// Goes on in a macro: in what it is given, and in what it is replaced by where the file says that. Each macro of the file
    /// is looked into where it is made and once where a call of it runs on the runtime, which its code alone does not say.
    pub(super) fn body(&mut self, mac: &'a Macro, body: &MacroBody) {
        self.parts(mac, body);
        // Whether what another macro is given is there as it is written, only that one knows.
        if !self.steps.iter().any(|step| matches!(step, Step::Macro(_))) {
            for arm in source::macro_arms(mac) {
                self.parts(mac, &arm);
            }
        }
        let Ground { facts, .. } = self.ground;
        let Some(called) = mac.path.get_ident().and_then(|name| facts.macro_rules(&name.to_string())) else {
            return;
        };
        if runs_async(&self.site()) && facts.is_first_async_call(called) {
            for arm in source::macro_arms(called) {
                self.parts(called, &arm);
            }
        }
    }

    /// Goes on in code of a macro, which lives only as long as this call.
    fn parts(&mut self, mac: &Macro, body: &MacroBody) {
        let mut inner = Walk {
            ground: self.ground,
            checks: self.checks,
            in_tests: self.in_tests,
            scope: self.scope.clone(),
            steps: self.steps.clone(),
            awaited: None,
            flow: self.flow.clone(),
            findings: self.findings,
            onlooker: self.onlooker,
        };
        inner.within(Step::Macro(mac), |walk| {
            walk.within(Step::Statements(body.statements(), 0), |walk| {
                walk.statements(body.statements());
                for expression in body.expressions() {
                    walk.visit_expr(expression);
                }
            });
        });
    }
}
