//! What a scenario touches of its service.

use prost_reflect::DescriptorPool;

use super::Scenario;
use crate::promise::{Terms, Touched};
use crate::statement::Statements;

impl Scenario {
    pub(crate) fn touch(&self, terms: &Terms, pool: &DescriptorPool, touched: &mut Touched) {
        let Ok(method) = service::any_method(pool, &terms.method(&self.rpc)) else { return };
        let (input, output) = (method.input(), method.output());
        touched.call(&method);
        self.sent().iter().for_each(|request| touched.send(request, &input));
        let expected = self.expect.response.iter().chain(self.expect.responses.iter().flatten());
        expected.for_each(|response| touched.compare(response, &output));
        for check in &self.expect.checks {
            let (field, by) = check.path();
            touched.look(&output, field, by);
        }
        let code = service::parse_code(&self.expect.status).unwrap_or(service::Code::Ok);
        if let Ok(statements) = Statements::of(&self.expect.cel, &method, code) {
            statements.fields().for_each(|field| touched.look_at(field));
        }
    }
}
