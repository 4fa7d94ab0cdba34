//! Values of which another file says that there are few.

use super::check_under;
use crate::kept::check_kept;

const MANIFEST: &str = "[package]\nname = \"ranker\"\nversion = \"0.1.0\"\nedition = \"2024\"\n[dependencies]\nmetrics = \"0.24\"\nthiserror = \"2\"\n";

const LABEL: &str = "high-cardinality-label";
const SHELL: &str = "interpolated-shell-command";

const FAULTS: &str = "pub enum Plain { Slow, Gone }
pub enum Told {
    #[error(\"slow\")]
    Slow(Duration),
    #[error(\"gone\")]
    Gone,
}
pub enum Open {
    #[error(\"{0}\")]
    Other(String),
}
impl Open {
    pub fn label(&self) -> &'static str {
        \"open\"
    }
    pub fn text(&self) -> &str {
        &self.0
    }
}
pub struct Upstream { pub url: &'static str, pub seen_url: String }
pub fn flag(is_fast: bool) -> &'static str {
    if is_fast { \"-1\" } else { \"-9\" }
}
pub fn given() -> &str {
    GIVEN
}
";

/// Checks a function of another file that has one value in its only line.
#[track_caller]
fn check(rule: &str, head: &str, line: &str, is_found: bool) {
    let page = format!("use crate::faults::*;\npub fn page({head}) {{\n    {line};\n}}\n");
    let lib = "mod faults;\nmod page;\n";
    let found = [(rule, "src/page.rs", 3)];
    check_under(
        MANIFEST,
        &[("src/lib.rs", lib), ("src/faults.rs", FAULTS), ("src/page.rs", &page)],
        if is_found { &found } else { &[] },
    );
}

#[track_caller]
fn label(head: &str, value: &str, is_found: bool) {
    let line = format!("metrics::counter!(\"failed\", \"why\" => {value}).increment(1)");
    check(LABEL, head, &line, is_found);
}

#[test]
fn an_enum_without_fields_makes_few_labels_in_whatever_file_it_is_declared() {
    for head in ["error: Plain", "error: &crate::faults::Plain"] {
        label(head, "error.to_string()", false);
        label(head, "format!(\"{error}\")", false);
        label(head, "format!(\"{error:?}\")", false);
        label(head, "error.into()", false);
    }
    label("error: Open", "error.to_string()", true);
    label("error: &Open", "format!(\"{error:?}\")", true);
    label("error: Unknown", "error.to_string()", true);
}

#[test]
fn an_error_that_tells_nothing_of_what_it_holds_makes_few_labels_as_a_text() {
    label("error: Told", "error.to_string()", false);
    label("error: Told", "format!(\"{error}\")", false);
    label("error: Told", "format!(\"{error:?}\")", true);
}

#[test]
fn a_text_of_the_program_makes_few_labels() {
    label("upstream: &Upstream", "upstream.url", false);
    label("upstream: &Upstream", "upstream.seen_url.clone()", true);
    label("upstream: &Upstream, error: &Plain", "format!(\"{error}-{}\", upstream.url)", false);
    label("upstream: &Upstream, error: &Plain", "format!(\"{error}-{}\", upstream.seen_url)", true);
}

#[test]
fn the_error_of_a_result_is_what_its_type_says() {
    let count = "metrics::counter!(\"failed\", \"why\" => error.to_string()).increment(1)";
    for (ty, is_found) in [("Plain", false), ("Open", true)] {
        for line in [
            format!("if let Err(error) = answer {{ {count} }}"),
            format!("match answer {{ Ok(()) => {{}}, Err(error) => {count} }}"),
            format!("answer.map_err(|error| {{ {count}; error }})"),
            format!("answer.inspect_err(|error| {count})"),
        ] {
            check(LABEL, &format!("answer: Result<(), {ty}>"), &line, is_found);
        }
    }
}

#[test]
fn a_label_without_bound_is_found_beside_one_that_another_file_bounds() {
    let line = "metrics::counter!(\"failed\", \"why\" => error.to_string(), \"who\" => user_id.to_string())";
    check(LABEL, "error: Plain, user_id: u64", line, true);
}

#[test]
fn a_text_of_the_program_is_no_value_in_a_shell_command() {
    let run = |value: &str| {
        format!(
            "std::process::Command::new(\"sh\").arg(\"-c\").arg(format!(\"gzip {{}} all\", {value})).status()"
        )
    };
    check(SHELL, "is_fast: bool", &run("flag(is_fast)"), false);
    check(SHELL, "", &run("given()"), true);
    check(SHELL, "kind: &Open", &run("kind.label()"), false);
    check(SHELL, "kind: &Open", &run("kind.text()"), true);
    check(SHELL, "kind: Plain", &run("kind"), false);
    check(SHELL, "upstream: Upstream", &run("upstream.url"), false);
    check(SHELL, "upstream: Upstream", &run("upstream.seen_url"), true);
}

#[test]
fn what_is_kept_of_a_label_is_another_finding_once_its_type_is_another() {
    let page = "use crate::faults::*;\npub fn page(error: &Plain) {\n    metrics::counter!(\"failed\", \"why\" => error.to_string()).increment(1);\n}\n";
    let files = |faults| {
        [("src/lib.rs", "mod faults;\nmod page;\n"), ("src/faults.rs", faults), ("src/page.rs", page)]
    };
    let open = FAULTS.replacen("{ Slow, Gone }", "{ Slow(String), Gone }", 1);
    check_kept(MANIFEST, &[(&files(FAULTS), 0), (&files(&open), 1), (&files(FAULTS), 0)]);
}
