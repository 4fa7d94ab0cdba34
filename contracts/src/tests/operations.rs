//! Alerts and dashboards beside the code: what is found, and what may be changed freely.

use std::cell::Cell;

use findings::{Finding, Level};
use service::Tool;
use source::{Cache, Change, Code, Tree};

use super::trees::judged;
use crate::{Codes, Outside, Policy, check_static_with};

const CARGO: &str = "[package]\nname = \"telemetry\"\n[dependencies]\nprometheus-client = \"0.24\"\n";

/// A tree with this code and one alert over this expression.
fn tree(code: &str, expression: &str) -> Tree {
    tree_with(code, expression, "")
}

fn tree_with(code: &str, expression: &str, policy: &str) -> Tree {
    let alerts = format!(
        "groups:\n- name: home\n  rules:\n  - alert: A\n    expr: |-\n      {expression}\n    annotations: {{ runbook: r.md }}\n"
    );
    Tree::from_memory([
        ("Cargo.toml", CARGO),
        ("src/lib.rs", code),
        ("services/home/operations/alerts.yaml", alerts.as_str()),
        ("r.md", "# All\n"),
        ("gatefold.yaml", policy),
    ])
}

fn found(base: Option<Tree>, head: Tree) -> Vec<Finding> {
    judged(&Change::of_trees(base, head), &Outside::default())
}

fn ids(findings: &[Finding]) -> Vec<&'static str> {
    findings.iter().map(|finding| finding.rule.id).collect()
}

fn check(base: Option<(&str, &str)>, head: (&str, &str), expected: &[&str]) {
    let findings = found(base.map(|(code, asked)| tree(code, asked)), tree(head.0, head.1));
    assert_eq!(ids(&findings), expected, "{head:?}: {findings:#?}");
}

#[test]
fn series_are_known_by_the_crate_that_registers_them() {
    let code = r#"
        use opentelemetry::metrics::Meter;
        const NAME: &str = "acme_named_total";
        pub fn all(registry: &mut prometheus_client::registry::Registry, meter: Meter) {
            prometheus::register_int_counter_vec!("acme_macro_total", "help", &["code"]).unwrap();
            prometheus::register_histogram!("acme_macro_seconds", "help").unwrap();
            prometheus::register_int_counter!(NAME, "help").unwrap();
            let opts = prometheus::HistogramVec::new(
                prometheus::HistogramOpts::new("seconds", "help").namespace("acme").subsystem("opts"), &["rpc"]);
            let plain = prometheus::IntGauge::new("acme_plain", "help");
            metrics::counter!("acme_hits", "rpc" => "Rank").increment(1);
            metrics::gauge!("acme_open").set(1.0);
            meter.u64_counter("acme.otel.calls").build();
            let depth = prometheus_client::metrics::gauge::Gauge::<i64>::default();
            registry.register("acme_depth", "help", depth.clone());
            registry.sub_registry_with_prefix("sub").register("acme_inner", "help", depth.clone());
            registry.register_with_unit("acme_took", "help", Unit::Seconds, depth.clone());
        }
        #[cfg(test)]
        mod tests { fn f() { prometheus::register_int_counter!("acme_tested", "help"); } }
    "#;
    for (expression, expected) in [
        ("acme_macro_total{code=\"x\"}", &[][..]),
        ("acme_macro_total{rpc=\"x\"}", &["label-not-emitted"]),
        ("acme_macro_seconds_bucket{le=\"1\"}", &[]),
        ("acme_macro_seconds_total", &["metric-not-emitted"]),
        ("acme_named_total", &[]),
        ("sum by (rpc) (acme_opts_seconds_count)", &[]),
        ("sum by (code) (acme_opts_seconds_count)", &["label-not-emitted"]),
        ("acme_plain", &[]),
        ("acme_hits{rpc=\"Rank\"}", &[]),
        ("acme_hits{code=\"Ok\"}", &["label-not-emitted"]),
        ("acme_open", &[]),
        ("acme_otel_calls_total{any=\"thing\"}", &[]),
        ("acme_depth", &[]),
        ("acme_depth_total", &["metric-not-emitted"]),
        ("sub_acme_inner", &[]),
        ("acme_took_seconds", &[]),
        ("acme_tested", &["metric-not-emitted"]),
        ("up{job=\"home\"} == 0", &[]),
        ("node_load1", &["metric-of-unknown-origin"]),
        ("{__name__=~\"acme_.*\"}", &[]),
    ] {
        check(None, (code, expression), expected);
    }
}

#[test]
fn functions_of_the_policy_emit_what_their_first_text_names() {
    let code = r#"pub fn f(own: &Own) { own.tally("acme_own", 1); prometheus::register_int_counter!("acme_a", "b"); }"#;
    let policy =
        "contracts: { operations: { registrations: [telemetry::Own::tally], elsewhere: [\"node_*\"] } }";
    for (policy, expected) in [(policy, &[][..]), ("", &["metric-not-emitted"])] {
        assert_eq!(ids(&found(None, tree_with(code, "acme_own", policy))), expected, "{policy}");
    }
    assert_eq!(ids(&found(None, tree_with(code, "node_load1", policy))), [""; 0]);
}

#[test]
fn a_name_that_is_computed_may_be_any_and_is_only_warned_of() {
    let code = r#"
        use prometheus_client::metrics::counter::Counter;
        pub fn f(registry: &mut Registry) {
            let hits = Counter::default();
            registry.register(format!("acme_{}", 1), "help", hits.clone());
            registry.register("acme_b", "help", hits.clone());
        }"#;
    let findings = found(None, tree(code, "acme_a_total"));
    assert_eq!(findings.iter().map(|finding| finding.level).collect::<Vec<_>>(), [Level::Warning]);
}

#[test]
fn a_pattern_of_names_fits_one_that_there_is() {
    let own = code(
        "prometheus::register_int_counter!(\"acme_a\", \"h\"); prometheus::register_histogram!(\"acme_took\", \"h\");",
    );
    let empty = &["metric-of-unknown-origin"][..];
    for (pattern, expected) in [
        ("acme_a|acme_b", &[][..]),
        ("acme_took_b.*", &[]),
        ("acme_(none|no)_.*", empty),
        ("acme_b|acme_c", empty),
        ("acme_", empty),
        // What others emit is not known.
        ("acme_b|node_load1", &[]),
        ("node_.*", &[]),
        (".*_b", &[]),
    ] {
        check(None, (&own, &format!("{{__name__=~\"{pattern}\"}}")), expected);
    }
}

const TWO: &str = r#"prometheus::register_int_counter_vec!("acme_a", "h", &["code"]);
    prometheus::register_int_counter_vec!("acme_b", "h", &["code"]);"#;

fn code(body: &str) -> String {
    format!("pub fn f() {{ {body} }}")
}

#[test]
fn what_is_watched_cannot_go_and_what_is_not_may() {
    let (two, renamed) = (code(TWO), code(&TWO.replace("acme_a", "acme_requests")));
    let (gone, label) = (code(&TWO.replace("acme_b", "acme_c")), code(&TWO.replace("code", "status")));
    let asked = "acme_a{code=\"Ok\"}";
    let moved = format!("// Moved.\n\n{}", two.replace("fn f", "fn elsewhere"));
    for (head, expression, expected) in [
        (&two, asked, &[][..]),
        (&moved, asked, &[]),
        (&gone, asked, &[]),
        // The alert that is changed along with it does not make it right.
        (&renamed, asked, &["metric-vanished"]),
        (&renamed, "acme_requests{code=\"Ok\"}", &["metric-vanished"]),
        (&renamed, "up == 0", &["metric-vanished"]),
        (&label, asked, &["metric-vanished"]),
        (&label, "acme_a{status=\"Ok\"}", &["metric-vanished"]),
    ] {
        check(Some((&two, asked)), (head, expression), expected);
    }
    // A new metric with its alert, and an alert that goes with nothing else.
    check(Some((&two, "up == 0")), (&renamed, "acme_requests > 1"), &[]);
    check(Some((&two, asked)), (&two, "up == 0"), &[]);
    // What was never emitted is not gone.
    check(Some((&two, "acme_never")), (&two, "acme_never"), &["metric-not-emitted"]);
}

#[test]
fn a_value_that_an_enum_no_longer_has_is_gone() {
    let code = |values: &str| {
        format!(
            "use prometheus_client::encoding::{{EncodeLabelSet, EncodeLabelValue}};
            use prometheus_client::metrics::{{counter::Counter, family::Family}};
            #[derive(EncodeLabelValue)] pub enum Code {{ {values} }}
            #[derive(EncodeLabelSet)] pub struct Labels {{ code: Code, free: String }}
            pub fn f(registry: &mut Registry) {{
                let all = Family::<Labels, Counter>::default();
                registry.register(\"acme_a\", \"h\", all.clone());
            }}"
        )
    };
    let (old, new) = (code("Ok, Unavailable"), code("Ok, Unreachable"));
    let asked = "acme_a_total{code=~\"Unavailable|Ok\", free=\"x\"}";
    check(Some((&old, asked)), (&old, asked), &[]);
    check(Some((&old, asked)), (&new, asked), &["metric-vanished"]);
    check(None, (&new, asked), &["label-not-emitted"]);
}

#[test]
fn recorded_series_have_the_labels_of_their_grouping() {
    let rules = |expression: &str| {
        format!(
            "groups:\n- name: a\n  rules:\n  - record: job:acme_a:rate5m\n    expr: sum by (code) (rate(acme_a[5m]))\n    \
             labels: {{ slo: x }}\n  - record: b\n    expr: '{expression}'\n"
        )
    };
    for (expression, expected) in [
        ("job:acme_a:rate5m{code=\"Ok\",slo=\"x\"}", &[][..]),
        ("job:acme_a:rate5m{rpc=\"x\"}", &["label-not-emitted"]),
        ("sum by (slo, job) (job:acme_a:rate5m)", &[]),
        ("job:acme_a:rate1m", &["metric-not-emitted"]),
    ] {
        let text = rules(expression);
        let head = Tree::from_memory([
            ("src/lib.rs", code(TWO).as_str()),
            ("services/home/operations/slo.rules.yaml", text.as_str()),
        ]);
        assert_eq!(ids(&found(None, head)), expected, "{expression}");
    }
}

#[test]
fn dashboards_are_judged_like_alerts() {
    for (expression, expected) in [
        ("rate(acme_a{code=\\\"$code\\\"}[$__rate_interval])", &[][..]),
        ("sum by ($by) (acme_a)", &[]),
        ("acme_a{$filters}", &[]),
        ("rate(acme_aa[5m])", &["metric-not-emitted"]),
        ("acme_a{codes=\\\"$code\\\"}", &["label-not-emitted"]),
        ("rate(acme_a[5m]", &["unreadable-operations"]),
    ] {
        let text =
            format!(r#"{{ "panels": [{{ "title": "a", "targets": [{{ "expr": "{expression}" }}] }}] }}"#);
        let head = Tree::from_memory([
            ("src/lib.rs", code(TWO).as_str()),
            ("services/home/operations/dashboard.json", text.as_str()),
        ]);
        assert_eq!(ids(&found(None, head)), expected, "{expression}");
    }
}

#[test]
fn files_that_cannot_be_read_are_findings_and_nothing_hangs() {
    let deep = format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000));
    let bomb = "a: &a [1,1,1,1,1,1,1,1,1]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b]\ngroups: [*c,*c,*c,*c,*c,*c,*c,*c,*c,*c,*c,*c]\n";
    let long = format!("groups: [{{ name: a, rules: [{{ record: b, expr: '{}' }}] }}]", "a+".repeat(400_000));
    for (name, text) in [
        ("services/home/operations/a.yaml", deep.as_str()),
        ("services/home/operations/a.yaml", bomb),
        ("services/home/operations/a.yaml", &long),
        ("services/home/operations/a.yaml", "groups: {}\n"),
        ("services/home/operations/a.json", &deep),
        ("services/home/operations/a.json", "{"),
    ] {
        let findings = found(None, Tree::from_memory([(name, text)]));
        assert_eq!(ids(&findings), ["unreadable-operations"], "{text:.60}");
    }
}

#[test]
fn large_expressions_that_are_still_read_are_looked_at_once() {
    // Every grouping is over all selectors: what is known of a series is asked for once.
    let nested = |depth: usize| {
        let open = "sum by (rpc) (".repeat(depth);
        let over: Vec<String> = (0..300).map(|_| "ranking_requests_total".to_owned()).collect();
        format!("{open}{}{}", over.join("+"), ")".repeat(depth))
    };
    let text = nested(70);
    assert!(text.len() < 8 * 1024, "{}", text.len());
    let findings = found(None, tree("pub fn f() {}", &text));
    assert_eq!(ids(&findings), ["metric-of-unknown-origin"]);
}

#[test]
fn a_required_promtool_that_is_missing_is_no_pass() {
    let head = tree_with("pub fn f() {}", "up == 0", "contracts: { operations: { promtool: required } }");
    let policy = crate::Policy {
        operations: crate::Operations { promtool: crate::Promtool::Required, ..crate::Operations::default() },
        ..crate::Policy::default()
    };
    let error = crate::check_static(&Change::of_trees(None, head), &policy).expect_err("it cannot look");
    assert!(error.to_string().contains("`promtool`: it is not installed"), "{error}");
}

#[test]
fn promtool_is_asked_where_it_is_installed() {
    let folders = std::env::var_os("PATH").unwrap_or_default();
    let program =
        std::env::split_paths(&folders).map(|folder| folder.join("promtool")).find(|path| path.is_file());
    let Some(program) = program else { return };
    let outside = Outside { promtool: Some(Tool { program, environment: Vec::new() }), ..Outside::default() };
    let too_long = format!("up =={}0", " ".repeat(9_000));
    for (expression, expected) in [
        ("up == 0", &[][..]),
        // Our parser knows nothing of templates and types of annotations; it does.
        ("up == 0\n    for: soon", &["rules-refused-by-promtool"]),
        ("rate(up)", &["unreadable-operations"]),
        (&too_long, &["unreadable-operations"]),
    ] {
        let findings = judged(&Change::of_trees(None, tree("", expression)), &outside);
        assert_eq!(ids(&findings), expected, "{expression:.60}: {findings:#?}");
        // It reads more than is read here, and knows no code.
        assert!(findings.iter().all(|finding| finding.level == Level::Error), "{findings:#?}");
    }
    let object = "kind: PrometheusRule\nspec: { groups: [{ name: a, rules: [{ record: b, expr: up }] }] }\n";
    let head = Tree::from_memory([("services/home/operations/a.yaml", object)]);
    assert_eq!(ids(&judged(&Change::of_trees(None, head), &outside)), [""; 0]);
}

#[test]
fn where_the_code_registers_nothing_each_metric_is_of_unknown_origin() {
    for (expression, expected) in [
        ("up == 0", &[][..]),
        ("rate(ranking_requests_total[5m]) == 0", &["metric-of-unknown-origin"]),
        ("home:requests:rate5m == 0", &["metric-of-unknown-origin"]),
        ("sum by (rpc) (acme_requests_total{code=\"x\"})", &["metric-of-unknown-origin"]),
    ] {
        check(None, ("pub fn nothing() {}\n", expression), expected);
    }
    let policy = "contracts: { operations: { elsewhere: [\"ranking_*\"] } }\n";
    let listed = tree_with("", "rate(ranking_requests_total[5m]) == 0", policy);
    assert_eq!(ids(&found(None, listed)), [""; 0]);
    let told = found(None, tree("", "rate(ranking_requests_total[5m]) == 0"));
    assert!(told.iter().all(|finding| finding.level == Level::Warning), "it blocks nothing: {told:#?}");
}

#[test]
fn what_moves_to_where_nobody_looks_is_told_and_what_goes_is_not() {
    const ALERT: &str = "groups: [{ name: a, rules: [{ alert: A, expr: up == 0, annotations: { runbook: 'https://w.example.com/a' } }] }]\n";
    const BOARD: &str = r#"{ "title": "b", "panels": [{ "title": "p", "targets": [{ "expr": "up" }] }] }"#;
    let alerts = "services/home/operations/alerts.yaml";
    let board = "services/home/operations/board.json";
    let other = ALERT.replace("alert: A", "alert: B");
    let both = format!(
        "{}{}",
        ALERT.trim_end().trim_end_matches("]"),
        ", { name: b, rules: [{ alert: B, expr: up == 0, annotations: { runbook: 'https://w.example.com/a' } }] }]\n"
    );
    let lost = &["watched-by-nobody"][..];
    for (files, expected) in [
        (&[("attic/alerts.yaml", ALERT), (board, BOARD)][..], lost),
        (&[(alerts, ALERT), ("attic/board.json", BOARD)], lost),
        // It moves into a file with others, or among those that are looked at.
        (&[("attic/all.yaml", both.as_str()), (board, BOARD)], lost),
        (&[("services/home/operations/pages.yaml", ALERT), (board, BOARD)], &[]),
        (&[(alerts, both.as_str()), (board, BOARD)], &[]),
        // Gone is gone, and another is another.
        (&[(board, BOARD)], &[]),
        (&[("attic/alerts.yaml", other.as_str()), (board, BOARD)], &[]),
        // A copy elsewhere takes nothing away.
        (&[(alerts, ALERT), ("attic/alerts.yaml", ALERT), (board, BOARD)], &[]),
    ] {
        // Another service has an alert of the same name.
        let other = ("services/search/operations/alerts.yaml", ALERT);
        let base = Tree::from_memory([(alerts, ALERT), (board, BOARD), other]);
        let head = Tree::from_memory(files.iter().copied().chain([other]));
        let findings = found(Some(base), head);
        assert_eq!(ids(&findings), expected, "{files:?}: {findings:#?}");
    }
}

#[test]
fn the_bases_code_is_read_only_where_code_or_what_is_watched_changed() {
    let side = |code: &str, asked: &str, config: &str| {
        let alerts = format!(
            "groups: [{{ name: a, rules: [{{ alert: A, expr: {asked}, annotations: {{ runbook: r.md }} }}] }}]\n"
        );
        Tree::from_memory([
            ("Cargo.toml", CARGO),
            ("src/lib.rs", code),
            ("services/home/operations/alerts.yaml", alerts.as_str()),
            ("services/home/config.yaml", config),
            ("r.md", "# All\n"),
        ])
    };
    // Nobody of this workspace emits `up`, so that the base might have.
    for (head, is_read) in [
        (side("", "up == 0", "limit: 2\n"), false),
        (side("pub fn f() {}\n", "up == 0", "limit: 1\n"), true),
        (side("", "up == 1", "limit: 1\n"), true),
    ] {
        let change = Change::of_trees(Some(side("", "up == 0", "limit: 1\n")), head);
        let (code, asked) = (Code::read(&change.head, &Cache::off()), Cell::new(false));
        let base = || {
            asked.set(true);
            Some(&code)
        };
        let codes = Codes { head: &|| &code, base: &base };
        let checked = check_static_with(&change, &Policy::default(), codes, &Outside::default());
        assert_eq!(ids(&checked.expect("the guard looks").findings), [""; 0]);
        assert_eq!(asked.get(), is_read);
    }
}
