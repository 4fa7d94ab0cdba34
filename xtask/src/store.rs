//! Where the files stand that the manifests of large corpora name.

use std::path::Path;

use golden::bulk::Store;

use crate::surroundings::Env;

/// The store: the folder on the command line, else `GATEFOLD_STORE`, else the policy's, which lies below the root. Only
/// whoever runs Gatefold can name one elsewhere, since a policy is part of what is judged.
pub(crate) fn of(root: &Path, policy: &golden::Policy, given: Option<&Path>, env: Env<'_>) -> Store {
    let below_root = || policy.store.as_deref().map(|path| root.join(path));
    let folder =
        given.map(Path::to_owned).or_else(|| env("GATEFOLD_STORE").map(Into::into)).or_else(below_root);
    folder.map_or_else(Store::none, Store::at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_runs_gatefold_says_where_the_store_is_before_the_policy_does() {
        let policy = |store: Option<&str>| golden::Policy {
            store: store.map(str::to_owned),
            ..golden::Policy::default()
        };
        let check = |given: Option<&str>, variable: Option<&str>, store: Option<&str>, expected: Store| {
            let env = |name: &str| variable.filter(|_| name == "GATEFOLD_STORE").map(str::to_owned);
            assert_eq!(of(Path::new("/checkout"), &policy(store), given.map(Path::new), &env), expected);
        };
        check(None, None, None, Store::none());
        check(None, None, Some("golden/store"), Store::at("/checkout/golden/store"));
        check(None, Some("/else"), Some("golden/store"), Store::at("/else"));
        check(Some("/given"), Some("/else"), Some("golden/store"), Store::at("/given"));
    }
}
