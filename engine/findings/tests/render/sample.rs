//! The reports that the tests of the forms share.

use std::collections::BTreeMap;
use std::sync::Arc;

use findings::{
    BaseInfo, ChangeInfo, Finding, GuardRun, JudgedFinding, Level, Location, Outcome, PolicyInfo, PolicySide,
    Report, Request, Span, Status, Tier, digest, rule,
};

rule! {
    /// Calls that block the thread, in async code.
    ///
    /// ## Why it hurts
    /// Whoever waits for *another* request on that thread waits as well.
    ///
    /// ### By how much
    /// A sleep of 50 ms holds up every request of the worker.
    ///
    /// ## Example
    /// ```bad
    /// async fn rank() {
    ///     std::thread::sleep(PAUSE); //~
    /// }
    /// ```
    ///
    /// ## Instead
    /// ```good
    /// # hidden nowhere
    /// async fn rank() {
    ///     tokio::time::sleep(PAUSE).await;
    /// }
    /// ```
    pub(crate) static BLOCKING = {
        id: "blocking-in-async",
        guard: "lints",
        group: "async-latency",
        level: Error,
        summary: "finds calls that block the thread in async code",
    };
}

rule! {
    /// Fields that lost their number.
    ///
    /// ## Why it hurts
    /// Callers that were built before read another value.
    ///
    /// ## Example
    /// ```old
    /// message M { string id = 1; }
    /// ```
    /// ```new bad
    /// message M { string id = 2; } //~
    /// ```
    ///
    /// ## Instead
    /// ```old
    /// message M { string id = 1; }
    /// ```
    /// ````new good
    /// message M { string id = 1; string name = 2; } // ``` a | b
    /// ````
    pub(crate) static RENUMBERED = {
        id: "field-renumbered",
        guard: "contracts",
        group: "wire",
        level: Warning,
        summary: "finds fields with another number | or none",
    };
}

pub(crate) const SERVICE: &str = "services/home/src/service.rs";

const SERVICE_TEXT: &str = "\
//! Grüße.

use std::thread;

async fn rank(request: Request) -> Response {
\tlet name = \"Zürich\"; thread::sleep(PAUSE);
    let ranked = order(
        request,
        now,
    );
    ranked
}
";

/// Head as the sample reports judge it.
pub(crate) fn sources(file: &str) -> Option<Arc<str>> {
    match file {
        SERVICE => Some(SERVICE_TEXT.into()),
        "crates/pause/src/lib.rs" => {
            Some("pub const PAUSE: Duration = Duration::from_millis(50);\r\n".into())
        }
        "protos/a.proto" => Some("message M {\n  string id = 2;\n}\n".into()),
        "evil.rs" => Some("let a = \"\u{1b}[2J\u{202e}\u{9b}31m\"; // \u{7}\r\n".into()),
        _ => None,
    }
}

pub(crate) fn judged(finding: Finding, level: Level, status: Status) -> JudgedFinding {
    JudgedFinding { finding: Finding { level, ..finding }, status }
}

pub(crate) fn guard(guard: &'static str, outcome: Outcome, checked: &[(&'static str, u64)]) -> GuardRun {
    let checked = BTreeMap::from_iter(checked.iter().copied());
    GuardRun { guard, outcome, reason: None, milliseconds: 12, checked, unresolved: None }
}

/// A run that looked at nothing and found nothing.
pub(crate) fn empty() -> Report {
    Report {
        tool: "0.1.0",
        tier: Tier::All,
        base: BaseInfo { commit: None, chosen: "none".to_owned() },
        head: None,
        change: ChangeInfo::default(),
        policy: PolicyInfo { from: PolicySide::Head, digest: String::new() },
        observe: false,
        guards: Vec::new(),
        findings: Vec::new(),
        remarks: Vec::new(),
        requests: Vec::new(),
    }
}

/// A run as it happens every day: something of everything.
pub(crate) fn everyday() -> Report {
    let sleep = Finding::new(
        &BLOCKING,
        Location::at(SERVICE, Span::on_line(6, 23, 43)),
        "`std::thread::sleep` blocks the thread of an async function",
    )
    .help("await `tokio::time::sleep` instead")
    .note_at(Location::at(SERVICE, Span::on_line(5, 1, 6)), "async since here")
    .note_at(Location::at("crates/pause/src/lib.rs", Span::on_line(1, 29, 54)), "this long, for each request")
    .fact("std::thread::sleep")
    .judged("old", "new");
    let spread = Finding::new(
        &BLOCKING,
        Location::at(SERVICE, Span { line: 7, column: 18, end_line: 10, end_column: 6 }),
        "`order` blocks the thread of an async function",
    )
    .note("called by:\n  home::rank\n  home::serve")
    .fact("order");
    let renumbered = Finding::new(
        &RENUMBERED,
        Location::at("protos/a.proto", Span::on_line(2, 15, 16)),
        "field `id` of `M` has number 2, and had 1",
    )
    .note_at_base(Location::point("protos/a.proto", 2, 15), "`string id = 1;`")
    .help("give `id` its number back");
    let gone = Finding::new(&RENUMBERED, Location::file("protos/gone.proto"), "`gone.proto` is gone");
    let placeless = Finding::new(&RENUMBERED, None, "no proto is left").note("there were 2");

    let mut lints = guard("lints", Outcome::Findings, &[("files", 34), ("functions", 512)]);
    lints.unresolved = Some(3);
    lints.milliseconds = 1_234;
    let mut golden = guard("golden", Outcome::NotConfigured, &[]);
    golden.reason = Some("no corpus under `services/*/golden`".to_owned());
    let mut report = Report {
        tier: Tier::Static,
        base: BaseInfo {
            commit: Some("0123456789abcdef0123456789abcdef01234567".to_owned()),
            chosen: "merge-base".to_owned(),
        },
        head: Some("89abcdef0123456789abcdef0123456789abcdef-dirty".to_owned()),
        policy: PolicyInfo { from: PolicySide::Base, digest: digest(b"policy") },
        guards: vec![
            lints,
            guard("contracts", Outcome::Findings, &[("protos", 2)]),
            golden,
            guard("integrity", Outcome::Clean, &[("files", 5)]),
        ],
        findings: vec![
            judged(sleep, Level::Error, Status::New),
            judged(spread, Level::Error, Status::Known),
            judged(renumbered, Level::Warning, Status::New),
            judged(gone, Level::Warning, Status::Approved),
            judged(placeless, Level::Note, Status::New),
        ],
        remarks: vec!["approvals rely on the forge".to_owned()],
        requests: vec![Request {
            file: "approvals/blocking-in-async-0123abcd.yaml".to_owned(),
            findings: vec![digest(b"sleep")],
            by: "`ann@example.org` or `bob@example.org`, with a signature".to_owned(),
            command: "cargo xtask approve 0123456789ab --reason TEXT --by NAME --sign-with KEY".to_owned(),
            text: "gatefold-approval: 1\nfindings: []\nreason: ''\n".to_owned(),
        }],
        ..empty()
    };
    report.sort();
    report
}

/// Texts that try to leave their place in whatever form they are written into.
pub(crate) fn hostile() -> Report {
    let text = "x\n::error file=a.rs::injected\r\n|</details><script>alert(1)</script> `\u{1b}]0;t\u{7}` \
                ##[set-output]@team https://evil.example \u{202e}%0A,:";
    let name = "a|b\n::error::,x:`<img src=x>`\u{1b}[31m.rs";
    let finding = Finding::new(&BLOCKING, Location::point(name, 1, 1), text)
        .help(text)
        .note(format!("{text}\n```\n</details>"))
        .note_at(Location::point(name, 2, 2), text)
        .note_at(Location::at("evil.rs", Span::on_line(1, 9, 18)), text);
    let drawn = Finding::new(&BLOCKING, Location::at("evil.rs", Span::on_line(1, 10, 17)), text);
    let mut broken = guard("lints", Outcome::CouldNotRun, &[]);
    broken.reason = Some(text.to_owned());
    Report {
        guards: vec![broken],
        findings: vec![
            judged(finding.clone(), Level::Error, Status::New),
            judged(finding, Level::Warning, Status::New),
            judged(drawn, Level::Error, Status::New),
        ],
        remarks: vec![text.to_owned()],
        requests: vec![Request {
            file: format!("approvals/{name}"),
            findings: vec![digest(b"evil")],
            by: text.to_owned(),
            command: text.to_owned(),
            text: format!("{text}\n```\n</details>"),
        }],
        ..empty()
    }
}

/// Many findings of each level.
pub(crate) fn many(count: u32) -> Report {
    let levels = [Level::Error, Level::Warning, Level::Note];
    let findings = (0..count).map(|number| {
        let finding = Finding::new(
            &BLOCKING,
            Location::at(SERVICE, Span::on_line(number % 12 + 1, 1, 5)),
            format!("call number {number} blocks the thread"),
        );
        judged(finding.help("await it").note("seen before"), levels[number as usize % 3], Status::New)
    });
    Report { findings: findings.collect(), ..everyday() }
}
