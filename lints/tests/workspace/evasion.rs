//! Ways around the rules by names: globs within functions, variables called like functions, macros of the file.

use super::check;

/// Checks the only file of a crate; lines that must be found end in `//~`, by the rule for blocking calls.
#[track_caller]
fn marked(text: &str) {
    let lines = text.lines().zip(1..).filter(|(line, _)| line.ends_with("//~"));
    let expected: Vec<_> = lines.map(|(_, line)| ("blocking-in-async", "src/lib.rs", line)).collect();
    check(&[("src/lib.rs", text)], &expected);
}

#[test]
fn a_glob_within_a_function_brings_names() {
    marked("async fn f() {\n    use std::thread::*;\n    sleep(D); //~\n}\n");
    marked("async fn f() {\n    use std::*;\n    thread::sleep(D); //~\n}\n");
    marked(
        "async fn f() {\n    use std::thread as t;\n    {\n        use t::*;\n        sleep(D); //~\n    }\n}\n",
    );
    marked(
        "mod own { pub use std::thread::sleep; }\nasync fn f() {\n    use own::*;\n    sleep(D); //~\n}\n",
    );
}

#[test]
fn of_two_globs_the_one_that_has_the_name_brings_it() {
    marked("async fn f() {\n    use std::thread::*;\n    use std::time::*;\n    sleep(D); //~\n}\n");
    marked("use other::*;\nasync fn f() {\n    use std::thread::*;\n    sleep(D); //~\n}\n");
    marked("use other::*;\nuse std::thread::*;\nasync fn f() {\n    sleep(D); //~\n}\n");
}

#[test]
fn a_glob_brings_no_name_that_stands_nearer_or_that_it_does_not_have() {
    marked(
        "fn sleep(_: u32) {}\nasync fn f() {\n    use own::*;\n    sleep(D);\n}\nmod own { pub fn other() {} }\n",
    );
    marked(
        "mod own { pub fn sleep(_: u32) {} }\nuse std::thread::sleep;\nasync fn f() {\n    use own::*;\n    sleep(D);\n}\n",
    );
    marked("async fn f() {\n    use std::thread::*;\n    fn sleep(_: u32) {}\n    sleep(D);\n}\n");
    marked("use std::thread::sleep;\nasync fn f() {\n    use other::*;\n    sleep(D); //~\n}\n");
}

#[test]
fn an_import_of_a_block_hides_variables_around_it() {
    marked("async fn f(sleep: u32) {\n    use std::thread::sleep;\n    sleep(D); //~\n}\n");
    marked(
        "async fn f() {\n    let sleep = 1;\n    {\n        use std::thread::sleep;\n        sleep(D); //~\n    }\n}\n",
    );
}

#[test]
fn a_parameter_hides_an_import_around_it() {
    marked("use std::thread::sleep;\nasync fn f(sleep: fn(u32)) {\n    sleep(D);\n}\n");
    marked(
        "use std::thread::sleep;\nasync fn f(all: Vec<fn(u32)>) {\n    for sleep in all {\n        sleep(D);\n    }\n}\n",
    );
    marked("async fn f() {\n    use std::thread::sleep;\n    let sleep = tokio_sleep;\n    sleep(D);\n}\n");
}

#[test]
fn a_function_that_is_handed_over_is_called_there() {
    marked(
        "async fn f(all: Vec<P>) {\n    let _ = all.iter().map(std::fs::read_to_string); //~\n    let nap = std::thread::sleep;\n    Some(D).map(nap); //~\n}\n",
    );
    marked(
        "async fn f(all: Vec<P>, sleep: fn(D)) {\n    Some(D).map(sleep);\n    spawn(std::thread::yield_now);\n    all.later(std::fs::read_to_string);\n    all.sleep.map(own);\n}\nfn own() {}\n",
    );
    let ranks = "struct S;\nimpl Scorer for S {\n    fn score(&self, at: Option<T>) -> f32 {\n        at.unwrap_or_else(std::time::SystemTime::now)\n    }\n}\n";
    check(&[("src/lib.rs", ranks)], &[("ambient-clock", "src/lib.rs", 4)]);
    let kept = "pub fn f(kept: &mut Option<C>) -> &C {\n    kept.get_or_insert_with(runtime::sync::mpsc::unbounded_channel::<Event>)\n}\n";
    check(&[("src/lib.rs", kept)], &[("unbounded-channel", "src/lib.rs", 2)]);
    let wired = "pub fn f(scorer: S) -> S {\n    scorer.with_clock(std::time::SystemTime::now)\n}\n";
    check(&[("src/scorer.rs", wired), ("src/lib.rs", "mod scorer;\n")], &[]);
}

#[test]
fn a_comparison_that_is_split_over_lets_is_the_same_comparison() {
    let sorts = |comparator: &str| {
        format!("pub fn rank(posts: &mut [Post]) {{\n    posts.sort_unstable_by({comparator});\n}}\n")
    };
    for untied in [
        "|a, b| { let order = b.score.total_cmp(&a.score); order }",
        "|a, b| { let x = a.score; let y = b.score; y.total_cmp(&x) }",
    ] {
        check(&[("src/lib.rs", &sorts(untied))], &[("untied-sort", "src/lib.rs", 2)]);
    }
    let named = "fn by(a: &Post, b: &Post) -> Ordering {\n    b.score.total_cmp(&a.score)\n}\npub fn rank(posts: &mut [Post]) {\n    let order = by;\n    posts.sort_unstable_by(order);\n}\n";
    check(&[("src/lib.rs", named)], &[("untied-sort", "src/lib.rs", 6)]);
    for tied in [
        "|a, b| { let order = b.score.total_cmp(&a.score); order.then(a.id.cmp(&b.id)) }",
        "|a, b| { let x = a.id; let y = b.id; y.cmp(&x) }",
        "|a, b| { log(a); let order = b.score.total_cmp(&a.score); order }",
    ] {
        check(&[("src/lib.rs", &sorts(tied))], &[]);
    }
}

#[test]
fn what_a_macro_of_the_file_is_replaced_by_is_looked_at_where_it_is_called() {
    marked(
        "macro_rules! nap {\n    ($time:expr) => {\n        std::thread::sleep($time) //~\n    };\n}\nasync fn f() {\n    nap!(D);\n    nap!(D);\n}\n",
    );
    marked(
        "macro_rules! nap {\n    ($time:expr) => { std::thread::sleep($time) };\n}\nfn f() {\n    nap!(D);\n}\n",
    );
    marked(
        "macro_rules! handler {\n    ($name:ident, $($rest:ty),* => $body:block) => {\n        async fn $name($(_: $rest),*) $body\n        async fn other() {\n            std::thread::sleep(D); //~\n        }\n    };\n    () => {};\n}\n",
    );
    marked("#[cfg(test)]\nmacro_rules! nap {\n    () => { async fn f() { std::thread::sleep(D) } };\n}\n");
}

#[test]
fn what_a_macro_is_made_of_is_looked_at_whoever_calls_it() {
    let text = "macro_rules! open {\n    ($kind:ty) => {{\n        let (sender, receiver) = runtime::sync::mpsc::unbounded_channel::<$kind>();\n        (sender, receiver)\n    }};\n}\n";
    check(&[("src/lib.rs", text)], &[("unbounded-channel", "src/lib.rs", 3)]);
    check(&[("src/lib.rs", &format!("only_documented! {{\n{text}}}\n"))], &[]);
}

#[test]
fn an_attribute_of_a_tool_makes_no_test_that_could_lack_an_assertion() {
    let test = |attribute: &str| {
        format!(
            "#[cfg(test)]\nmod tests {{\n    {attribute}\n    fn t() {{\n        super::f();\n    }}\n}}\npub fn f() {{}}\n"
        )
    };
    check(&[("src/lib.rs", &test("#[rustfmt::test]"))], &[]);
    check(&[("src/lib.rs", &test("#[test]"))], &[("test-without-assertion", "src/lib.rs", 4)]);
}
