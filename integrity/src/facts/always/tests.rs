//! What always holds, and what does not.

use super::*;

/// Whether the condition at the end of a piece of code always holds, by the file around it.
fn check(text: &str, expected: bool) {
    let file = source::parse("src/page.rs", FILE).expect("the file is Rust");
    let block: Block = syn::parse_str(&format!("{{ {text} }}")).expect("a piece of code");
    let (condition, before) = block.stmts.split_last().expect("a condition");
    let mut values = Values::of_file(&file, false);
    for statement in before {
        values.bind(values.bound(statement));
    }
    let Stmt::Expr(condition, None) = condition else { panic!("{text} is no condition") };
    assert_eq!(holds(condition, false, &values), expected, "{text}");
}

const FILE: &str = "
const LIVE: bool = true;
mod one {
    const TWICE: bool = true;
}
mod other {
    const TWICE: bool = set();
}
impl Page {
    fn len(&self) -> usize {
        self.count()
    }
    fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }
    fn capacity(&self) -> i64 {
        self.left - self.spent
    }
    fn first(&self) -> Option<u32> {
        self.rows.borrow_mut().pop()
    }
    fn is_ok_and(&self, is: impl Fn(u32) -> bool) -> bool {
        is(0) && self.stands
    }
}
#[cfg(test)]
mod tests {
    const OK: bool = true;
    const ROWS: [u32; 0] = [];
}
";

#[test]
fn what_the_code_does_is_not_asked() {
    for text in [
        "true",
        "!false",
        "let x = 7; x % 1 == 0",
        "0u32 == (sum(a) as u32 % 1u32)",
        "let x = 7; !(x % 1 != 0)",
        "x == y || true",
        "true || x == y || z",
        "z || (x || !false)",
        "!(x && false)",
        "!(a.is_ok() && a.is_err())",
        "x >= u64::MIN",
        "std::i32::MIN <= x.score()",
        "usize::MAX >= x",
        "!(x < u8::MIN)",
        "page.len() >= 0",
        "0 <= (score as u64)",
        "page.len() as i64 >= 0",
        "a.b.is_ok() || a.b.is_err()",
        "a.get(1).is_none() || a.get(1).is_some()",
        "a[0].is_none() || matches!(b, Some(1)) || !matches!(b, Some(1))",
        "x.is_some() | true",
        "!(x.is_some() & false)",
        "a.is_ok() | a.is_err()",
        "let x = 7; x & 0 == 0",
        "let x = 7; 0 * x == 0",
        "let x = 7; x * 0 as u64 == 0",
        "let x = 7; !((x << 1) * 0 != 0)",
        "let x = 7; 0 == 0 % x",
        "shown.is_none_or(|_| true)",
        "page.iter().all(|row| row.len() >= 0)",
        "!shown.is_some_and(|_| { false })",
        "shown.map_or(true, |row| !false || row)",
        "!shown.map_or_else(|| false, |_| false)",
        "a == b || !(a == b) || c",
        "!a || c || a",
        "let x = 7; true && x % 1 == 0",
        "let x: u64 = sum(a); (x + 3) % 1 == 0",
        "let x = &rows; rows.iter().sum::<u64>() & 0 == 0",
        "let mut x: u64 = 0; x % 1 == 0",
        "page.len() % 1 == 0",
        "x - x == 0",
        "0 == (page.len() - page.len())",
        "x ^ x == 0",
        "let t = true; t",
        "let t = 1 < 2; !!t",
        "let t: bool = true; let u = t; u",
        "const OK: bool = true; OK",
        "OK",
        "if c { true } else { true }",
        "if let Some(t) = c { true } else if d { !false } else { true }",
        "match c { Some(_) => true, None => x ^ x == 0 }",
        "{ true }",
        "!(if c { false } else { false })",
        "page.iter().take(0).all(|row| row.ok)",
        "[].iter().all(is_ok)",
        "!Vec::<u32>::new().iter().any(|row| row.ok)",
        "ROWS.iter().all(|row| row.ok)",
        "let rows = vec![]; rows.iter().all(is_ok)",
        "(0..0).all(is_ok)",
        "a == b || a != b",
        "!(a == b && b != a)",
        "x < 5 || x >= 5",
        "5 > x || 5 <= x",
        "let x = page.len(); x > y || x <= y",
        "a.is_ok() || c(1) || a.is_err()",
        "page.is_empty() || !page.is_empty()",
        "page.len() >= 0 && OK",
        "let ids = vec![2, 1]; ids == [2, 1]",
        "let ids = [2u32, 1]; let order = ids.clone(); [2, 1] == order",
        "let ids = vec![2, 1]; let expected = ids.clone(); ids == expected",
        "let ids = [(2, \"a\"), (1, \"b\")]; &ids.to_vec() == &vec![(2, \"a\"), (1, \"b\")]",
        "const IDS: [i32; 2] = [-2, 1]; let ids = [-2, 1]; ids == IDS",
        "let ids = Vec::from([2, 1]); ids == [2, 1]",
        "let id = std::string::String::from(\"a\"); \"a\" == id",
        "let ids = [2, 1].into_iter().collect::<Vec<_>>(); ids == [2, 1]",
        "let ids: Vec<u32> = [2, 1].iter().copied().collect(); ids == vec![2, 1]",
        "let ids: Vec<u32> = [2, 1].into(); [2, 1] == ids",
        "let id: String = \"home\".into(); id == \"home\"",
        "let ok = a == 2 || a != 2; ok",
        "let never = a.is_ok() && a.is_err(); !never",
        "(p == q) ^ (p != q)",
        "let ids = vec![2, 1]; ids.iter().all(|id| id == id)",
        "let ids = vec![2, 1]; ids.windows(99).all(|pair| pair[0] > pair[1])",
        "![2, 1].windows(3).any(|three| three[0] > three[2])",
        "bool::from(true)",
        "std::convert::identity(p == q || p != q)",
        "page.len().min(0) == 0",
        "0 == (score as u32).min(0)",
        "let x = 7; x.pow(0) == 1",
    ] {
        check(text, true);
    }
}

#[test]
fn what_may_fail_is_an_assertion() {
    for text in [
        "false",
        "true && x % 1 == 0",
        "0 == 0 % x",
        "!((x << 1) * 0 != 0)",
        "x * 0 as u64 == 0",
        "0 * x == 0",
        "x & 0 == 0",
        "!(x % 1 != 0)",
        "0u32 == (sum(a) % 1u32)",
        "x % 1 == 0",
        "x % 2 == 0",
        "x % 1.0 == 0.0",
        "x % 1 == 1",
        "x || false",
        "true && x",
        "!(x || true)",
        "x > u64::MIN",
        "x >= u64::MAX",
        "x <= u64::MIN",
        "x >= Score::MIN",
        "usize::MAX >= 4_294_967_295",
        "usize::MAX >= (MOST as usize)",
        "x >= MIN",
        "x >= f64::MIN",
        "page.len() > 0",
        "page.len() >= 1",
        "page.score() >= 0",
        "score as i64 >= 0",
        "page.len() as i32 >= 0",
        "rows.count() >= 0",
        "a.head.is_ok() || a.tail.is_err()",
        "a.is_ok() || b.is_err()",
        "a.is_ok() || a.is_none()",
        "x == x",
        "x >= x",
        "is_ok() || is_err()",
        "a.next().is_some() || a.next().is_none()",
        "a(1).is_none() || a(1).is_some()",
        "heads() || !heads()",
        "queue.pop() == x || !(queue.pop() == x)",
        "matches!(a.next(), Some(1)) || !matches!(a.next(), Some(1))",
        "x | y",
        "x & 1 == 0",
        "x * 0.0 == 0.0",
        "x / 0 == 0",
        "x + 0 == 0",
        "shown.is_none_or(|row| row)",
        "shown.is_some_and(|_| true)",
        "page.iter().any(|_| true)",
        "!page.iter().all(|_| false)",
        "shown.map_or(true, |_| false)",
        "page.iter().all(|row| { seen.push(row); true })",
        "!(a.is_ok() && b.is_err())",
        "x % 1.0 == 0.0 && true",
        "f() % 1 == 0",
        "x.y % 1 == 0",
        "x - x == 0.0",
        "x - y == 0",
        "rows.next() - rows.next() == 0",
        "f() ^ f() == 0",
        "let mut t = true; t",
        "let t = true; let t = run(); t",
        "let t = true; let (t, u) = run(); t",
        "LIVE",
        "let on = LIVE; on",
        "TWICE",
        "if c { true } else { x }",
        "if c { run(); true } else { true }",
        "let t = true; if let Some(t) = c { t } else { t }",
        "match c { Some(_) => true, None => x }",
        "let t = true; match c { t => t }",
        "let t = true; rows.iter().all(|t| t)",
        "m.all(|_| true)",
        "mat().all(|_| true)",
        "[].all(is_ok)",
        "page.iter().take(1).all(is_ok)",
        "a.is_ok_and(|_| false) == false",
        "!a.is_ok_and(|_| false)",
        "page.capacity() >= 0",
        "page.first().is_some() || page.first().is_none()",
        "ticket.is_once() || !ticket.is_once()",
        "a < b || a >= b",
        "x < 5.0 || x >= 5.0",
        "a == b || a != c",
        "a.is_ok() || run(&mut a) || a.is_err()",
        "let ids = rank(); ids == [2, 1]",
        "let mut ids = vec![2, 1]; ids == [2, 1]",
        "let ids = vec![2, 1]; let ids = rank(ids); ids == [2, 1]",
        "let ids = vec![2, 1]; ids == [1, 2]",
        "let ids = [rank(), 1]; ids == [2, 1]",
        "let ids = vec![2, 1]; rank(&ids) == ids",
        "let ids = rank(); let again = ids.clone(); ids == again",
        "let id = \"home\".into(); id == \"home\"",
        "let id: Id = \"home\".into(); id == \"home\"",
        "let ids: Ids = [2, 1].into_iter().collect(); ids == [2, 1]",
        "let ids: Vec<u32> = [2, 1].into_iter().rev().collect(); ids == [2, 1]",
        "let ids = [2, 1].into_iter().collect::<Ids>(); ids == [2, 1]",
        "let ids = Ids::from([2, 1]); ids == [2, 1]",
        "let ids = MyVec::from([2, 1]); ids == [2, 1]",
        "let ids: Vec<u32> = rank().into(); ids == [2, 1]",
        "ROWS == []",
        "let ok = a == 2 || b != 2; ok",
        "let mut ok = a == 2 || a != 2; ok",
        "(p == q) ^ (p != r)",
        "(p == q) ^ (p == q)",
        "ids.iter().all(|id| id == id)",
        "let ids = vec![2, 1]; ids.iter().all(|id| id == other)",
        "let ids = vec![2, 1]; ids.windows(2).all(|pair| pair[0] > pair[1])",
        "let ids = rank(); ids.windows(99).all(|pair| pair[0] > pair[1])",
        "bool::from(ok)",
        "score.min(0) == 0",
        "page.len().min(1) == 0",
        "x.pow(0) == 1",
    ] {
        check(text, false);
    }
}
