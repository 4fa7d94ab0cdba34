//! Assertions that hold whatever the code does.

use findings::{Finding, Level, rule};
use syn::Macro;

use crate::always::{always, equal};
use crate::{Check, Lint, Node, Site};

rule! {
    /// An assertion that cannot fail: one of two opposites (`is_ok() || is_err()`, `x || !x`, `a == b || a != b`, of whole
    /// numbers `n < 5 || n >= 5`), something or `true`, a whole number of which nothing is left (`n % 1 == 0`, `n & 0 == 0`,
    /// `0 * n == 0`, `n.min(0) == 0`), a length or an unsigned cast that is not below zero, a number that is not below the
    /// least of its type (`x >= u64::MIN`), a pattern that everything matches, a closure that gives one answer to a method
    /// that passes it on (`is_none_or(|_| true)`), a variable that is bound to `true`, `false` or one of these and never
    /// changes, and a variable that is compared with the very value that the test bound it to (`let ids = vec![2, 1];
    /// assert_eq!(ids, [2, 1])`), which nothing that is tested had a part in. Within a closure or an `async` block that something is
    /// given, that the value is still there may be what is tested.
    ///
    /// Two opposites are of one thing only where nothing between them can change it: `rows.next().is_some() ||
    /// rows.next().is_none()` takes two rows, and a method of the workspace may answer otherwise the second time. The signs,
    /// methods and variants are meant that the language and the standard library have: a number is whole where the code in
    /// sight says so, and a type of the workspace may have a `len` with a sign, a `%` or a method `all` of its own, and three
    /// variants of which two are called `Ok` and `Err`. The `len` of a type that is not in sight advises and does not block.
    ///
    /// Literals and equal operands, as in `assert!(true)` and `assert_eq!(x, x)`, are found by `clippy`
    /// (`assertions_on_constants`, `eq_op`) and are not found again here: a test of `PartialEq` compares a value with itself.
    ///
    /// ## Why it hurts
    /// It looks like a check, it is counted as one, and it stays green when the ranking breaks.
    ///
    /// ## Example
    /// ```bad
    /// use std::assert as must;
    ///
    /// fn ranked(page: Result<Vec<f32>, Error>, shown: Option<u32>) {
    ///     assert!(page.is_ok() || page.is_err()); //~
    ///     debug_assert!(shown.is_none() || page.is_ok() || shown.is_some(), "shown or not"); //~
    ///     let page = page.unwrap_or_default();
    ///     std::assert!(page.len() >= 0); //~
    ///     must!(0 <= page.iter().count()); //~
    ///     assert!(page.is_empty() || !page.is_empty()); //~
    ///     assert!(matches!(shown, _)); //~
    ///     assert!(matches!(shown, Some(_) | None), "it is one of them"); //~
    ///     assert!(page.is_empty() || true, "empty or not"); //~
    ///     assert!(page.is_empty() || (shown.is_some() || !false)); //~
    ///     let sum = page.iter().map(|score| *score as u64).sum::<u64>();
    ///     assert!(sum % 1 == 0); //~
    ///     assert_eq!(sum % 1, 0, "a whole number"); //~
    ///     assert!(sum == 7 || 0 == sum % 1u64); //~
    ///     assert!(sum >= u64::MIN); //~
    ///     must!(std::i32::MAX >= (sum as i32)); //~
    ///     assert!(sum & 0 == 0); //~
    ///     assert_eq!(0 * sum, 0); //~
    ///     assert!(!((sum << 1) * 0 != 0)); //~
    ///     assert!(shown.is_some() | true); //~
    ///     assert!(!(page.is_empty() & false)); //~
    ///     assert!(!(shown.is_some() && shown.is_none())); //~
    ///     assert!(shown.is_none_or(|_| true)); //~
    ///     assert!(!shown.is_some_and(|_| { false })); //~
    ///     must!(page.iter().all(|score| score.to_bits() as u64 >= 0)); //~
    ///     assert!(shown.map_or(true, |_| !false)); //~
    ///     assert!(Basket { rows: Vec::new() }.len() >= 0); //~
    ///     let rows = Vec::<u64>::from([1]);
    ///     let count = rows.len();
    ///     let shown: usize = later();
    ///     assert!(count >= 0); //~
    ///     assert!(shown >= 0, "of {count}"); //~
    ///     assert!(page[0] as usize >= 0); //~
    ///     assert!(page.len() as i64 >= 0); //~
    ///     assert!(later().len() >= 0); //~
    ///     assert!(page.len() == 3 || 3 != page.len()); //~
    ///     assert!(shown == other() || sum < 5 || sum >= 5); //~
    ///     assert!(!(sum > 5 && 5 >= sum)); //~
    ///     assert!(page.len() < 3 || page.len() >= 3); //~
    ///     assert!(page.is_empty() || heads() || !page.is_empty()); //~
    ///     assert!(matches!(shown, _,)); //~
    ///     assert!(matches!(shown, Option::None | Option::Some(..),)); //~
    ///     let best = 7;
    ///     assert!(best % 1 == 0); //~
    ///     let mut scores = page.iter().map(|score| score * 2.0);
    ///     assert!(scores.all(|_| true)); //~
    ///     let failed = false;
    ///     let check = || {
    ///         assert!(!failed); //~
    ///     };
    ///     let ids = vec![2, 1];
    ///     println!("{ids:?}");
    ///     assert_eq!(ids, [2, 1]); //~
    ///     assert!(ids.windows(99).all(|pair| pair[0] > pair[1])); //~
    ///     let met = sum == 7 || sum != 7;
    ///     assert!(met); //~
    ///     assert!((sum == 7) ^ (sum != 7)); //~
    ///     assert!(bool::from(true)); //~
    ///     assert_eq!(sum.min(0), 0); //~
    ///     assert_eq!(sum.pow(0), 1); //~
    ///     tokio::select! {
    ///         page = later() => assert!(page.is_some() || page.is_none()), //~
    ///     }
    /// }
    ///
    /// struct Basket {
    ///     rows: Vec<u32>,
    /// }
    ///
    /// impl Basket {
    ///     fn len(&self) -> usize {
    ///         self.rows.len()
    ///     }
    /// }
    /// ```
    ///
    /// ## Instead
    /// Say which of the two must hold.
    ///
    /// ```good
    /// fn ranked(page: Result<Vec<f32>, Error>, shown: Option<u32>, other: Option<u32>) {
    ///     assert!(page.is_ok());
    ///     assert!(shown.is_some() || other.is_none());
    ///     let page = page.unwrap_or_default();
    ///     assert!(page.len() >= 1);
    ///     assert!(page.iter().sum::<f32>() >= 0.0);
    ///     assert!(matches!(shown, Some(_)));
    ///     assert!(page[0] % 1.0 == 0.0, "a whole score");
    ///     assert_eq!(page.len() % 2, 0);
    ///     assert!(page.len() >= usize::MAX && page.len() > usize::MIN);
    ///     assert!(page.iter().sum::<f32>() >= f32::MIN);
    ///     assert!(usize::MAX >= 4_294_967_295 && usize::MAX as u64 <= u64::MAX);
    ///     assert!(usize::MAX >= MOST_PAGES);
    ///     assert!(shown.unwrap_or(0) as i32 >= 0 && page.len() as i16 >= 0);
    ///     assert!(page.is_empty() || false);
    ///     assert!(page.is_empty() || !shown.is_some());
    ///     let mut failed = false;
    ///     page.iter().for_each(|score| failed |= score.is_nan());
    ///     assert!(!failed);
    ///     let met = true;
    ///     let check = |met: bool| assert!(met);
    ///     assert!(shown.is_none_or(|met| met));
    ///     assert!(page.iter().any(|_| true) && !page.iter().all(|_| false));
    ///     let mut rows = page.iter();
    ///     assert!(rows.next().is_some() || rows.next().is_none());
    ///     assert!(heads() || !heads());
    ///     assert!(page.len() & 1 == 0 && page.len() * 0 == met as usize);
    ///     let balance: Balance = ledger.balance();
    ///     assert!(balance.len() >= 0 && balance % 1 == 0);
    ///     assert!(ledger.len() >= 0, "of a type that is declared elsewhere");
    ///     assert!(ledger.balance().len() >= 0 && store().count() >= 0);
    ///     assert!(ledger.balance() % 1 == 0, "an amount of whole euros");
    ///     assert!(spent() & 0 == 0 && 0 * spent() == 0);
    ///     assert!(met == spent() || ledger.is_once() || !ledger.is_once());
    ///     assert!(ledger.get(1).is_some() || ledger.get(1).is_none());
    ///     assert!(balance.is_empty() || !balance.is_empty());
    ///     assert!(page.is_empty() || fill(&mut page) || !page.is_empty());
    ///     assert!(page[0] < 5.0 || page[0] >= 5.0, "a number");
    ///     assert!(balance < 5 || balance >= 5);
    ///     assert!(matches!(ledger.verdict(), Verdict::Ok(_) | Verdict::Err(_)));
    ///     let ids = vec![2, 1];
    ///     assert_eq!(ordered(&ids), ids);
    ///     let mut ids = ids;
    ///     ids.sort();
    ///     assert_eq!(ids, [1, 2]);
    ///     let ids = ordered(&ids);
    ///     assert_eq!(ids, [2, 1]);
    ///     let mut input = [3, 1, 2];
    ///     sort(&mut input);
    ///     assert_eq!(input, [3, 1, 2]);
    ///     let kept = vec![3, 1];
    ///     pool().scope(|scope| scope.spawn(|_| assert_eq!(kept, [3, 1])));
    ///     pool().spawn(async move { assert_eq!(kept, [3, 1]) });
    ///     assert_eq!(ids.clone(), ids, "a type of its own may have another `clone`");
    ///     assert_eq!(spent().min(0), 0);
    ///     let all = Everybody;
    ///     assert!(all.all(|_| true));
    ///     assert!(Everybody.len() >= 0 && all.len() >= 0);
    ///     assert!(balance.is_none_or(|_| true));
    ///     let met = true;
    ///     if let Some(met) = shown && page.len() > 3 {
    ///         assert!(met);
    ///     }
    /// }
    ///
    /// use crate::ledger::Ledger;
    ///
    /// enum Verdict {
    ///     Ok(u32),
    ///     Err(u32),
    ///     Open,
    /// }
    ///
    /// struct Everybody;
    ///
    /// impl Everybody {
    ///     fn all(&self, is: impl Fn(u32) -> bool) -> bool {
    ///         is(self.len() as u32)
    ///     }
    ///
    ///     fn len(&self) -> i64 {
    ///         -1
    ///     }
    /// }
    ///
    /// static ledger: Ledger = Ledger::new();
    ///
    /// struct Balance(i64);
    ///
    /// impl Balance {
    ///     fn len(&self) -> i64 {
    ///         self.0
    ///     }
    ///
    ///     fn is_empty(&self) -> bool {
    ///         TAKEN.fetch_add(self.0, Ordering::Relaxed) == 0
    ///     }
    ///
    ///     fn is_none_or(&self, is: impl Fn(i64) -> bool) -> bool {
    ///         self.0 == 0 && is(self.0)
    ///     }
    /// }
    /// ```
    pub static TAUTOLOGICAL_ASSERTION = {
        id: "tautological-assertion",
        guard: "lints",
        group: "test-integrity",
        level: Error,
        summary: "finds assertions that hold whatever the code does",
    };
}

pub(super) static LINT: Lint = Lint { rule: &TAUTOLOGICAL_ASSERTION, check: Check::Everywhere(check) };

fn check(node: &Node<'_>, site: &Site<'_>, findings: &mut Vec<Finding>) {
    let Node::Macro(mac, body) = node else { return };
    if !asserts(mac, site) && !compares(mac) {
        return;
    }
    let reason = match (body.expressions(), compares(mac)) {
        ([one, other, ..], true) => equal(one, other, site),
        ([condition, ..], false) => always(condition, false, site),
        _ => None,
    };
    if let Some(reason) = reason {
        let said = format!("this assertion cannot fail: {}", reason.text);
        let mut finding = site.finding(&TAUTOLOGICAL_ASSERTION, mac, said);
        finding.help = Some("assert what must hold and can fail to".to_owned());
        if !reason.is_sure {
            finding.level = Level::Warning;
        }
        findings.push(finding);
    }
}

/// Whether a macro asserts that two values are equal.
fn compares(mac: &Macro) -> bool {
    let name = mac.path.segments.last().map(|last| last.ident.to_string());
    name.is_some_and(|name| matches!(name.as_str(), "assert_eq" | "debug_assert_eq" | "prop_assert_eq"))
}

fn asserts(mac: &Macro, site: &Site<'_>) -> bool {
    let is_one = |name: &str| {
        matches!(name, "assert" | "debug_assert" | "prop_assert" | "async_assert" | "ensure" | "assert_true")
    };
    let Some(written) = mac.path.segments.last() else { return false };
    if is_one(&written.ident.to_string()) {
        return true;
    }
    mac.path.get_ident().is_some()
        && site
            .resolve_macro(&mac.path)
            .is_some_and(|path| path == "std::assert" || path == "std::debug_assert")
}
