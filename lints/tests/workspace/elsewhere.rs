//! Names of other files: what they stand for.

use super::check;

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
