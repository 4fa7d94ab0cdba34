//! What a property touches of its service: every field of a request, and what its laws name of answers.

use prost_reflect::DescriptorPool;

use super::Property;
use super::law::Law;
use crate::promise::{Terms, Touched};
use crate::statement::Statements;

impl Property {
    pub(crate) fn touch(&self, terms: &Terms, pool: &DescriptorPool, touched: &mut Touched) {
        let Ok(method) = service::method(pool, &terms.method(&self.rpc)) else { return };
        let output = method.output();
        touched.call(&method);
        touched.send_all(&method.input());
        for law in &self.require {
            match (law, law.check()) {
                (_, Some(check)) => {
                    let (field, by) = check.path();
                    touched.look(&output, field, by);
                }
                (Law::Limit(limit), _) => touched.look(&output, &limit.field, None),
                (Law::Among(among), _) => touched.look(&output, &among.field, among.by.as_deref()),
                (Law::PrefixOfLarger(larger), _) => touched.look(&output, &larger.of, larger.by.as_deref()),
                (Law::Cel(_), _) => {
                    let statements = law.statements(&method).ok().flatten();
                    statements.iter().flat_map(Statements::fields).for_each(|field| touched.look_at(field));
                }
                _ => {}
            }
        }
    }
}
