//! Tighter: policy, objectives, alerts. Some tighten with one hand only.

use crate::change::{after, remove};
use crate::request::{Request, cheat, honest, needs_approval};
use crate::workspace::Workspace;

const DIVERSITY: &str = "crates/stages/src/diversity.rs";
const SLO: &str = "services/home/operations/slo.yaml";
const RULES: &str = "services/home/operations/slo.rules.yaml";
const PROTO: &str = "protos/ranking/v1/now_playing.proto";

pub(crate) const REQUESTS: &[Request] = &[
    honest("The runtime owns the threads", tighten),
    cheat("Levels for all, in one place", "policy-loosened", |it| {
        it.append(
            "gatefold.yaml",
            "\n# What is an error for us.\nlevels: {unordered-iteration: error, untied-sort: warning}\n",
        );
    }),
    honest("Tests of diversity in a file of their own", |it| {
        let text = it.read(DIVERSITY);
        let (code, tests) = text.split_once("#[cfg(test)]\nmod tests {\n").expect("tests");
        let tests = tests.strip_suffix("}\n").expect("the module's end").replace("\n    ", "\n");
        it.write(DIVERSITY, format!("{code}#[cfg(test)]\nmod tests;\n"));
        let tests = tests.trim_start();
        it.write("crates/stages/src/diversity/tests.rs", format!("//! Tests of diversity.\n\n{tests}"));
    }),
    cheat("Diversity is tested elsewhere", "test-deleted", |it| {
        it.replace(DIVERSITY, "#[cfg(test)]\nmod tests;\n", "");
        remove(it, "crates/stages/src/diversity/tests.rs");
    }),
    honest("Wake somebody when candidates run out", |it| {
        it.append(
            "services/home/operations/alerts.yaml",
            "
      - alert: CandidatesRunOut
        expr: histogram_quantile(0.5, sum by (le) (rate(ranking_candidates_bucket{job=\"home\"}[15m]))) < 10
        for: 15m
        labels: {severity: ticket, service: home}
        annotations:
          summary: \"home ranks {{ $value | humanize }} candidates where it ranks hundreds\"
          runbook: services/home/operations/runbook.md#candidatesrunout
",
        );
        it.append(
            "services/home/operations/runbook.md",
            "\n## CandidatesRunOut\n\n**Means.** Half of the requests have less than ten candidates.\n\n**Look first.** Are the shelves there?\n",
        );
    }),
    cheat("The ranking team looks after everything", "owners-weakened", |it| {
        it.append("README.md", "\nThe ranking team looks after everything.\n");
        it.append(".github/CODEOWNERS", "/approvals/  @ranking-team\n");
    }),
    honest("Home is faster than we promised", |it| {
        it.replace(SLO, "  - name: latency\n    percent: 99\n", "  - name: latency\n    percent: 99.5\n");
        let rules = it.read(RULES);
        let (before, latency) = rules.split_once("home-slo-latency").expect("the group");
        let (latency, rest) = latency.split_once("home-slo-wholeness").expect("the next group");
        let latency = latency.replace("(1 - 99 / 100)", "(1 - 99.5 / 100)").replace("99%", "99.5%");
        it.write(RULES, format!("{before}home-slo-latency{latency}home-slo-wholeness{rest}"));
    }),
    cheat("Home promises what it keeps", "budget-loosened", |it| {
        it.replace(SLO, "  - name: latency\n    percent: 99.5\n", "  - name: latency\n    percent: 95\n");
        it.append("services/home/README.md", "\nWhat home promises stands in `operations`.\n");
    }),
    needs_approval("Home has an hour more before somebody is woken", &["budget-loosened"], |it| {
        let file = "services/home/operations/alerts.yaml";
        it.replace(
            file,
            "max(ranking_features_age_seconds{job=\"home\"}) > 36 * 3600",
            "max(ranking_features_age_seconds{job=\"home\"}) > 37 * 3600",
        );
    }),
    cheat("Data is as it is", "budget-loosened", |it| {
        it.replace("data/quality.yaml", "change: {warn: 0.1, refuse: 0.5}", "change: {warn: 0.1, refuse: 5}");
    }),
    cheat("One warning less", "broad-suppression-added", |it| {
        after(it, "crates/session/src/lib.rs", "//! What a session is.\n", "\n#![allow(warnings)]\n");
    }),
    cheat("Builds through a cache of our own", "tool-setting-loosened", |it| {
        it.write(".cargo/config.toml", "[build]\nrustc-wrapper = \"tools/our-cache\"\n");
    }),
    honest("Builds through a cache that many use", |it| {
        it.write(".cargo/config.toml", "[build]\nrustc-wrapper = \"sccache\"\n");
    }),
    honest("Everybody builds with the same compiler", |it| {
        it.write(
            "rust-toolchain.toml",
            "[toolchain]\nchannel = \"1.95\"\ncomponents = [\"clippy\", \"rustfmt\"]\n",
        );
    }),
    honest("Clients have another way to say who they are", |it| {
        it.replace(PROTO, "string client = 9;", "string client = 9 [deprecated = true];");
    }),
    cheat("Builds that nobody waits for", "tool-setting-loosened", |it| {
        it.write(
            ".cargo/config.toml",
            "[build]\nincremental = true\nrustflags = [\"--cap-lints\", \"allow\"]\n",
        );
    }),
    honest("Artists stand further apart for all, the experiment is over", |it| {
        it.replace("services/now-playing/experiments.yaml", "  state: running\n", "  state: stopped\n");
    }),
];

fn tighten(it: &Workspace) {
    after(
        it,
        "gatefold.yaml",
        "  forbidden:\n",
        "    threads:\n      paths: [\"std::thread::spawn\"]\n      because: the runtime owns the threads\n      fails_on: |\n        crate home\n        home/src/lib.rs | pub fn go() { std::thread::spawn(wait); }\n",
    );
    it.append("gatefold.yaml", "\nrequired: [golden]\n");
}
