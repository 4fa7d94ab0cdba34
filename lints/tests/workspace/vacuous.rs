//! Assertions whose types and methods are declared in another file: what is theirs is not the standard library's.

use findings::Level;
use gatefold_lints::{self as lints, Policy};
use source::{Cache, Code, Tree};

use super::MANIFEST;

const LEDGER: &str = "\
pub struct Mat;
impl Mat {
    pub fn all(&self, _: impl Fn(u32) -> bool) -> bool {
        false
    }
    pub fn len(&self) -> i64 {
        -1
    }
}
pub struct Ticket(AtomicBool);
impl Ticket {
    pub fn is_once(&self) -> bool {
        self.0.swap(true, Ordering::AcqRel)
    }
}
pub const MOST: u32 = 7;
pub enum Verdict {
    Ok(u32),
    Err(u32),
    Open,
}
pub enum Shown {
    Some(u32),
    None,
    Hidden,
}
";

/// What is said of an assertion in a test, the level that it has.
fn said(assertion: &str) -> Option<Level> {
    let test = format!(
        "use crate::ledger::{{own, Mat, Shown, Ticket, Verdict}};\n\
         fn holds(m: Mat, ticket: &Ticket, page: &[f32], n: u64, c: bool) {{\n    {assertion}\n}}\n"
    );
    let files =
        [("Cargo.toml", MANIFEST), ("src/lib.rs", "mod ledger;\nmod test;\n"), ("src/ledger.rs", LEDGER)];
    let tree = Tree::from_memory(files.into_iter().chain([("src/test.rs", test.as_str())]));
    let checked = lints::check(&Code::read(&tree, &Cache::off()), &tree, &Policy::default(), None);
    let findings = checked.expect("the guard looks").findings;
    let mut of_rule = findings.iter().filter(|finding| finding.rule.id == "tautological-assertion");
    of_rule.next().map(|finding| finding.level)
}

#[test]
fn what_a_type_of_another_file_says_may_fail() {
    for assertion in [
        "assert!(m.len() >= 0);",
        "assert!(m.all(|_| true));",
        "let m = Mat; assert!(m.all(|_| true));",
        "assert!(own().all(|_| true));",
        "assert!(own() % 1 == 0);",
        "assert!(own().score % 1 == 0 && 0 * own() == 0);",
        "assert_eq!(own().count() % 1, 0);",
        "let rows = own().len(); assert!(rows % 1 == 0);",
        "let page = page.len(); let page = own(page); assert!(page % 1 == 0);",
        "assert!(own().count() >= 0);",
        "assert!(page[0] % 1.0 == 0.0);",
        "assert!(ticket.is_once() || !ticket.is_once());",
        "assert!(!(ticket.is_once() && !ticket.is_once()));",
        "assert!(own().is_empty() || !own().is_empty());",
        "assert!(page[0] < 1.0 || page[0] >= 1.0);",
        "assert!(m < 5 || m >= 5);",
        "assert!(m >= i64::MIN);",
        "assert!(matches!(own(), Verdict::Ok(_) | Verdict::Err(_)));",
        "assert!(matches!(own(), Shown::Some(_) | Shown::None));",
        "use Shown::*; assert!(matches!(own(), Some(_) | None));",
        "use Verdict::{Err, Ok}; assert!(matches!(own(), Ok(_) | Err(_)));",
        "let c = true; if let Some(c) = own() && n > 3 { assert!(c); }",
        "let c = true; select! { c = own() => assert!(c) }",
        "let ids = own(); assert_eq!(ids, [2, 1]);",
        "let mut ids = vec![2, 1]; ids.sort(); assert_eq!(ids, [1, 2]);",
        "let mut ids = vec![2, 1]; own(&mut ids); assert_eq!(ids, [2, 1]);",
        "let ids = vec![2, 1]; let ids = own(ids); assert_eq!(ids, [2, 1]);",
        "let ids = [2, 1]; sorted!(ids); assert_eq!(ids, [2, 1]);",
        "let ids = [2, 1]; for ids in own() { assert_eq!(ids, [2, 1]); }",
        "let ids = vec![2, 1]; assert_eq!(own(&ids), ids);",
        "let ids = vec![2, 1]; assert_eq!(ids, [1, 2]);",
        "let ids = [own(), 1]; assert_eq!(ids, [2, 1]);",
        "let id = \"home\".into(); assert_eq!(id, \"home\");",
        "let id: Mat = 7.into(); assert_eq!(id, 7);",
        "let ids: Mat = [2, 1].into_iter().collect(); assert_eq!(ids, [2, 1]);",
        "let ids = [2, 1].into_iter().collect::<Mat>(); assert_eq!(ids, [2, 1]);",
        "let ids: Vec<u64> = [2, 1].into_iter().rev().collect(); assert_eq!(ids, [2, 1]);",
        "let ids: Vec<u64> = own().into(); assert_eq!(ids, [2, 1]);",
        "let ids = own(); let again = ids.clone(); assert_eq!(ids, again);",
        "let id = Some(own()); assert_eq!(id, Some(7));",
        "use crate::ledger::Shown::Some; let id = Some(7); assert_eq!(id, Some(7));",
        "assert_eq!(crate::ledger::MOST, 7);",
        "use crate::ledger::MOST; assert_eq!(MOST, 7);",
        "let ok = own() == 2 || own() != 2; assert!(ok);",
        "let ok = n == 2 || c; assert!(ok);",
        "let ok = page == [own(), 1.0] || page != [own(), 1.0]; assert!(ok);",
        "let mut ok = n == 2 || n != 2; ok &= own(); assert!(ok);",
        "assert!((n == 2) ^ (n == 3));",
        "assert!((n == 2) ^ (n == 2));",
        "assert!(page.iter().all(|score| score == score), \"a number\");",
        "assert!(own().iter().all(|mat| mat == mat), \"equal to itself\");",
        "assert!([1, 2, 3].windows(2).all(|pair| pair[0] < pair[1]));",
        "let ids = own(); assert!(ids.windows(99).all(|pair| pair[0] < pair[1]));",
        "assert!(bool::from(own()));",
        "assert!(crate::ledger::from(true));",
        "assert!(std::convert::identity(c));",
        "assert_eq!(own().min(0), 0);",
        "let left: i64 = own(); assert_eq!(left.min(0), 0);",
        "assert_eq!(n.min(1), 0);",
        "assert_eq!(own().pow(0), 1);",
        "assert_eq!(m.pow(0), 1);",
    ] {
        assert_eq!(said(assertion), None, "{assertion}");
    }
}

#[test]
fn what_the_language_and_its_library_say_cannot() {
    for assertion in [
        "assert!(page.len() >= 0);",
        "assert!(own().iter().map(|row| row.len()).count() >= 0);",
        "assert!([own(), own()].len() >= 0);",
        "assert!(own().iter().take(3).all(|_| true));",
        "assert!((0..n).all(|_| true));",
        "assert!(n % 1 == 0);",
        "assert_eq!((n + 3) % 1, 0);",
        "assert!(own() as u32 % 1 == 0);",
        "let best = 7; assert!(best % 1 == 0);",
        "let rows = page.len(); assert!(rows % 1 == 0);",
        "assert!(c || !c);",
        "assert!(n == 3 || n != 3);",
        "assert!(n == own().len() || own() == n || c || n != own().len() || !c);",
        "assert!(n < 5 || n >= 5);",
        "assert!(n > 5 || n <= 5);",
        "assert!(page.len() < 5 || 5 <= page.len());",
        "assert!(own(n) || c || own(n) || !c);",
        "assert!(matches!(own(), _,));",
        "assert!(matches!(own(), Some(_) | None,));",
        "assert!(matches!(own(), Result::Ok(_) | Result::Err(_)));",
        "use Shown::Hidden; assert!(matches!(own(), Option::Some(..) | None));",
        "let ids = vec![2, 1]; assert_eq!(ids, [2, 1]);",
        "let ids = [2, 1]; own(&ids); println!(\"{ids:?}\"); assert_eq!([2, 1], ids, \"as they were\");",
        "let ids: Vec<u64> = vec![2, 1]; let order = ids.clone(); own(ids); assert!(order == [2, 1u64]);",
        "let ids = vec![2, 1]; let expected = ids.clone(); assert_eq!(ids, expected);",
        "let ids = Vec::from([2, 1]); assert_eq!(ids, [2, 1]);",
        "let ids = [2, 1].into_iter().collect::<Vec<_>>(); assert_eq!(ids, [2, 1]);",
        "let ids: Vec<u64> = [2, 1].iter().copied().collect(); assert_eq!(ids, vec![2, 1]);",
        "let ids: Vec<u64> = [2, 1].into(); assert_eq!([2, 1], ids);",
        "let id: String = \"home\".into(); assert_eq!(id, \"home\");",
        "let ids = [[2, -1], [0, 1]]; assert_eq!(ids.to_vec(), &[[2, -1], [0, 1]]);",
        "let id = String::from(\"home\"); debug_assert_eq!(id.as_str(), \"home\");",
        "let id = Some((7, true)); assert_eq!(id, Some((7, true)));",
        "let id = 7; if c { assert_eq!(id, 7); }",
        "let none = None; assert_eq!(none, None);",
        "let ok = n == 2 || n != 2; assert!(ok);",
        "let ok = page == [2.0, 1.0] || [2.0, 1.0] != page; assert!(ok);",
        "let ok = n % 1 == 0; assert!(ok || own());",
        "let never = n == 2 && n != 2; assert!(!never);",
        "assert!((n == 2) ^ (n != 2));",
        "let ids = [2, 1]; assert!(ids.iter().all(|id| id == id));",
        "let ids = vec![2, 1]; assert!(ids.windows(99).all(|pair| pair[0] < pair[1]));",
        "assert!(![1, 2].windows(3).any(|three| three[0] < three[2]));",
        "assert!(bool::from(true));",
        "assert!(std::convert::identity(n == 2 || n != 2));",
        "assert_eq!(n.min(0), 0);",
        "assert_eq!(0, page.len().min(0));",
        "assert!((own() as u8).min(0) == 0);",
        "assert_eq!(n.pow(0), 1);",
    ] {
        assert_eq!(said(assertion), Some(Level::Error), "{assertion}");
    }
}

#[test]
fn the_length_of_what_is_not_in_sight_is_advised_about() {
    for assertion in
        ["assert!(own().len() >= 0);", "assert!(0 <= own().rows.len() as i64 && page.len() >= 0);"]
    {
        assert_eq!(said(assertion), Some(Level::Warning), "{assertion}");
    }
}
