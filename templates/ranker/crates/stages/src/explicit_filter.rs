//! Nothing explicit for those who must not have it.
use pipeline::Filter;

/// Takes out what is explicit where the query is restricted. What nobody knows to be clean counts as explicit there.
#[derive(Debug)]
pub struct ExplicitFilter<Q, C> {
    restricted: fn(&Q) -> bool,
    explicit: fn(&C) -> Option<bool>,
}

impl<Q, C> ExplicitFilter<Q, C> {
    /// Takes out `explicit` candidates of `restricted` queries.
    pub fn new(restricted: fn(&Q) -> bool, explicit: fn(&C) -> Option<bool>) -> Self {
        Self { restricted, explicit }
    }
}

impl<Q, C> Filter<Q, C> for ExplicitFilter<Q, C> {
    fn name(&self) -> &'static str {
        "explicit"
    }

    fn keep(&self, query: &Q, candidate: &C) -> bool {
        !(self.restricted)(query) || (self.explicit)(candidate) == Some(false)
    }
}

#[cfg(test)]
mod tests {
    use pipeline::Filter;

    use super::ExplicitFilter;

    fn keep(restricted: bool, explicit: Option<bool>) -> bool {
        ExplicitFilter::<bool, Option<bool>>::new(|query| *query, |candidate| *candidate)
            .keep(&restricted, &explicit)
    }

    #[test]
    fn a_restricted_query_keeps_only_what_is_known_to_be_clean() {
        assert!(keep(true, Some(false)));
        assert!(!keep(true, Some(true)));
        assert!(!keep(true, None));
    }

    #[test]
    fn a_query_without_restriction_keeps_all() {
        assert!(keep(false, Some(false)) && keep(false, Some(true)) && keep(false, None));
    }
}
