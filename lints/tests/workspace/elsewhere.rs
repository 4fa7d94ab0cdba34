//! Names and helpers of other files: what they stand for, and what they read.

use super::check;

#[test]
fn a_helper_in_another_file_hides_nothing_from_code_that_ranks() {
    check(
        &[
            ("src/lib.rs", "mod draw;\nmod prelude;\nmod scorer;\nmod times;\nmod util;\n"),
            ("src/prelude.rs", "pub use crate::util::age as how_old;\npub use std::time::*;\n"),
            (
                "src/util.rs",
                "use crate::times::Times;\npub fn age(post: &Post) -> u64 {\n    Times::now() - post.created\n}\npub fn depth() -> Option<String> {\n    std::env::var(\"DEPTH\").ok()\n}\n",
            ),
            (
                "src/times.rs",
                "use crate::prelude::SystemTime;\npub struct Times;\nimpl Times {\n    pub fn now() -> u64 {\n        SystemTime::now().elapsed()\n    }\n}\n",
            ),
            (
                "src/draw.rs",
                "use crate::scorer::Explore;\nimpl Explore {\n    pub fn noise(&self) -> f32 {\n        StdRng::from_os_rng().random()\n    }\n}\npub fn retry_after() -> f32 {\n    StdRng::from_os_rng().random()\n}\n",
            ),
            (
                "src/scorer.rs",
                "use crate::prelude::how_old;\npub struct Explore;\nimpl Explore {\n    fn score(&self, post: &Post) -> f32 {\n        let read = how_old;\n        let old = read(post);\n        let depths = post.replies.iter().map(|_| crate::util::depth());\n        tracing::debug!(\"{:?}\", crate::util::depth());\n        crate::draw::retry_after() + self.noise() + old\n    }\n}\n",
            ),
        ],
        &[
            ("ambient-clock", "src/scorer.rs", 6),
            ("unseeded-randomness", "src/scorer.rs", 9),
            ("ambient-environment", "src/scorer.rs", 7),
        ],
    );
}

#[test]
fn a_re_export_of_all_that_an_outside_module_has_hides_nothing() {
    check(
        &[
            ("src/lib.rs", "mod clock;\nmod nap { pub use std::thread::*; }\nmod scorer;\nmod times;\n"),
            ("src/clock.rs", "pub use std::time::*;\n"),
            ("src/times.rs", "pub use crate::clock::*;\npub use super::nap;\n"),
            (
                "src/scorer.rs",
                "use crate::times::SystemTime as Wall;\nuse crate::times::*;\nasync fn f() {\n    crate::clock::SystemTime::now();\n    super::times::Instant::now();\n    Wall::now();\n    SystemTime::now();\n    nap::sleep(D);\n    {\n        use crate::nap::*;\n        sleep(D);\n    }\n    crate::nap::pause(D);\n}\n",
            ),
        ],
        &[
            ("ambient-clock", "src/scorer.rs", 4),
            ("ambient-clock", "src/scorer.rs", 5),
            ("ambient-clock", "src/scorer.rs", 6),
            ("ambient-clock", "src/scorer.rs", 7),
            ("blocking-in-async", "src/scorer.rs", 8),
            ("blocking-in-async", "src/scorer.rs", 11),
        ],
    );
    check(
        &[(
            "src/lib.rs",
            "mod clock {\n    pub use std::time::*;\n    pub struct Instant;\n}\nmod scorer {\n    fn f() {\n        crate::clock::Instant::now();\n    }\n}\n",
        )],
        &[],
    );
}
