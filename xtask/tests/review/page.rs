//! The brief, written as people write it and read as a browser reads it.

use std::path::{Path, PathBuf};

use source::Scratch;

use crate::five_faults::planted;
use crate::support::{Run, Sandbox};

/// Elements that have no end tag.
const VOID: [&str; 1] = ["meta"];

/// Whether every tag is closed in its order; says where not.
pub(crate) fn check_well_formed(page: &str) {
    let rest = page.strip_prefix("<!doctype html>\n").expect("a doctype");
    let mut open: Vec<&str> = Vec::new();
    for part in rest.split('<').skip(1) {
        let tag = part.split('>').next().expect("a tag");
        assert!(part.contains('>'), "a tag that does not end: {part}");
        let name = tag.split_whitespace().next().unwrap_or_default();
        match name.strip_prefix('/') {
            Some(closed) => assert_eq!(open.pop(), Some(closed), "at {part}"),
            None if VOID.contains(&name) => {}
            // Elements of a drawing may end where they begin.
            None if tag.ends_with('/') && open.contains(&"svg") => {}
            None => {
                assert!(name.chars().all(|c| c.is_ascii_alphanumeric()), "`{name}` is no element");
                assert!(
                    name != "script" && name != "img" && name != "link",
                    "`{tag}` loads or runs something"
                );
                open.push(name);
            }
        }
    }
    assert_eq!(open, Vec::<&str>::new(), "left open");
}

/// The page and the Markdown about a change since `base`.
fn briefs(sandbox: &Sandbox, folder: &Path, base: &str, name: &str) -> (String, String, Run) {
    let (html, markdown) = (sandbox.path(&format!("{name}.html")), sandbox.path(&format!("{name}.md")));
    let as_text = |path: &PathBuf| path.to_str().expect("a UTF-8 path").to_owned();
    let arguments = ["review", "--base", base, "--html", &as_text(&html), "--markdown", &as_text(&markdown)];
    let run = sandbox.gatefold(folder, &arguments);
    let read = |path| std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{error}: {run:?}"));
    (read(&html), read(&markdown), run)
}

#[test]
fn one_passes_and_two_pass() {
    let sandbox = Sandbox::new();
    let crate_of = |code: &str| {
        [
            (
                "Cargo.toml",
                "[package]\nname = \"small\"\nversion = \"0.1.0\"\nedition = \"2024\"\n".to_owned(),
            ),
            ("gatefold.yaml", "self_exceptable: [unfinished-code]\n".to_owned()),
            ("src/lib.rs", format!("//! Small.\n{code}")),
        ]
    };
    let later = |name: &str| {
        format!(
            "\n/// Later.\npub fn {name}() {{\n    // gatefold: allow(unfinished-code): asked for later\n    todo!()\n}}\n"
        )
    };
    sandbox.write("small", &crate_of(""));
    let repository = Scratch::create(&sandbox.path("small")).expect("a new repository");
    repository.commit("main", None, "base").expect("a commit");
    for (code, said) in [
        (later("one"), "; 1 finding passes by an exception in the code"),
        (later("one") + &later("two"), "; 2 findings pass by an exception in the code"),
    ] {
        sandbox.write("small", &crate_of(&code));
        let (_, markdown, run) = briefs(&sandbox, &sandbox.path("small"), "main", "brief");
        assert!(markdown.contains(said), "{said}: {markdown} {run:?}");
    }
}

#[test]
fn five_faults_stand_on_one_page_each_in_its_section() {
    let sandbox = Sandbox::new();
    let folder = planted(&sandbox);
    let (page, markdown, run) = briefs(&sandbox, &folder, "main", "first");
    assert_eq!(run.status, 0, "a brief informs: {run:?}");
    assert!(run.stderr.contains("fail: 5 findings block"), "{run:?}");
    check_well_formed(&page);

    let sections = ["integrity", "rankings", "contracts", "architecture", "lints", "accepted"];
    let starts: Vec<usize> = sections
        .iter()
        .map(|anchor| {
            page.find(&format!("id=\"{anchor}\"")).unwrap_or_else(|| panic!("no section {anchor}: {page}"))
        })
        .collect();
    assert!(starts.is_sorted(), "in the order of reading");
    let section = |index: usize| {
        let end = starts.get(index + 1).copied().unwrap_or(page.len());
        &page[starts[index]..end]
    };
    let check = |index: usize, words: &[&str]| {
        for word in words {
            assert!(
                section(index).contains(word),
                "`{word}` in section {}: {}",
                sections[index],
                section(index)
            );
        }
    };
    check(
        0,
        &[
            "crates/stages/src/top_k.rs:",
            "assert_eq!(sizes(3, 10), (3, 7))",
            "assert!(sizes(3, 10).0 &lt;= 10)",
        ],
    );
    check(1, &["recorded rankings of <code>now-playing</code> changed", "tie order", "now stands above"]);
    check(2, &["moved from number 5 to 15", "protos/ranking/v1/now_playing.proto:", "arrives as"]);
    check(3, &["<code>telemetry</code>", "<code>stages", "because each can be read"]);
    check(
        4,
        &["services/now-playing/src/service.rs:", "<code>std::thread::sleep</code>", "blocking-in-async"],
    );
    let unchecked = &page[page.find("id=\"unchecked\"").expect("the last question")..starts[0]];
    assert!(unchecked.contains("the live tier"), "{unchecked}");
    assert!(page.contains("(given) .. head") && page.contains("judged by the base&#39;s policy"), "{page}");

    let screen = markdown.split("<details>").next().unwrap_or_default();
    assert!(screen.lines().count() <= 60, "{screen}");
    assert!(markdown.starts_with("<!-- gatefold review -->\n") && markdown.len() <= 65_536, "{markdown}");
    for word in
        ["5 findings block", "assert\\_eq", "moved from number 5 to 15", "`std::thread::sleep`", "tie order"]
    {
        assert!(
            markdown.contains(word) || markdown.contains(&word.replace('\\', "")),
            "`{word}`: {markdown}"
        );
    }

    let report = sandbox.gatefold(&folder, &["gate", "--base", "main", "--format", "json"]).stdout;
    let report: serde_json::Value = serde_json::from_str(&report).expect("JSON");
    let open = &report["requests"][0];
    let text = |key: &str| open[key].as_str().unwrap_or_else(|| panic!("no {key} in {open}"));
    let ready = page.split("<h2>Open approvals</h2>").nth(1).expect("open approvals");
    assert!(ready.contains(&format!("<pre><code>{}</code></pre>", text("command"))), "{ready}");
    assert!(ready.contains(&format!("or commit <code>{}</code>", text("file"))), "{ready}");
    let folded = markdown.split("<summary>Open approvals</summary>").nth(1).expect("open approvals");
    assert!(folded.contains(&format!("`{}`", text("command"))) && folded.contains(text("file")), "{folded}");
    for line in text("text").lines() {
        assert!(folded.contains(line) && ready.contains(&findings::render::web::text(line)), "{line}");
    }

    let (again, markdown_again, _) = briefs(&sandbox, &folder, "main", "second");
    assert!(page == again && markdown == markdown_again, "the same change has the same brief");
    let printed = sandbox.gatefold(&folder, &["review", "--base", "main"]);
    assert_eq!(printed.stdout, markdown);
}

#[test]
fn what_is_hostile_stays_text() {
    let sandbox = Sandbox::new();
    let name = "src/bin/<img src=x onerror=alert(1)>\"'&.rs";
    let test = |assertion: &str| {
        format!("#[test]\nfn the_answer_is_known() {{\n    {assertion}\n}}\nfn main() {{}}\n")
    };
    sandbox.write(
        "hostile",
        &[
            ("Cargo.toml", "[package]\nname = \"hostile\"\nversion = \"0.1.0\"\nedition = \"2024\"\n"),
            ("gatefold.yaml", "{}\n"),
            (name, &test("assert_eq!(answer(), 42);")),
        ],
    );
    let repository = Scratch::create(&sandbox.path("hostile")).expect("a new repository");
    let base = repository.commit("main", None, "base").expect("a commit");
    let hostile = "assert!(answer() != \"</pre></figure><script>alert(1)</script><!--\");\n    ";
    let call = "}\nasync fn wait() {\n    std::thread::sleep(std::time::Duration::ZERO);";
    sandbox.write("hostile", &[(name, &test(&format!("{hostile}{call}")))]);
    let (page, markdown, run) = briefs(&sandbox, &sandbox.path("hostile"), &base, "hostile");
    assert_eq!(run.status, 0, "{run:?}");
    check_well_formed(&page);
    assert!(page.contains("&lt;img src=x onerror=alert(1)&gt;&quot;&#39;&amp;.rs"), "{page}");
    assert!(page.contains("&lt;/pre&gt;&lt;/figure&gt;&lt;script&gt;"), "{page}");
    assert!(!markdown.contains("\n<script") && !markdown.contains("\n</pre"), "{markdown}");
}

#[test]
fn a_change_that_weakens_nothing_says_so_and_names_what_is_excepted() {
    let sandbox = Sandbox::new();
    let excepted = "pub async fn wait() {
    // gatefold: allow(blocking-in-async): the executor is not up yet
    std::thread::sleep(std::time::Duration::ZERO);
}
";
    sandbox.write(
        "quiet",
        &[
            ("Cargo.toml", "[package]\nname = \"quiet\"\nversion = \"0.1.0\"\nedition = \"2024\"\n"),
            ("gatefold.yaml", "{}\n"),
            ("src/lib.rs", &format!("pub fn one() {{}}\n{excepted}")),
        ],
    );
    let repository = Scratch::create(&sandbox.path("quiet")).expect("a new repository");
    let base = repository.commit("main", None, "base").expect("a commit");
    sandbox.write("quiet", &[("src/lib.rs", format!("pub fn two() {{}}\n{excepted}"))]);
    let (page, markdown, run) = briefs(&sandbox, &sandbox.path("quiet"), &base, "quiet");
    assert_eq!(run.status, 0, "{run:?}");
    check_well_formed(&page);
    assert!(page.contains("<p class=\"says\">nothing: 1 file, 1 rust file</p>"), "{page}");
    assert!(page.contains("nothing blocks, as far as anybody looked"), "{page}");
    assert!(
        page.contains("none known")
            || page.contains("nobody looked: <code>contracts</code>, there are no protos"),
        "{page}"
    );
    assert!(
        page.contains("<li><code>blocking-in-async</code> at src/lib.rs:4: excepted in the code</li>"),
        "{page}"
    );
    assert!(markdown.contains("### [clear] What was weakened?\nnothing: 1 file"), "{markdown}");
}

#[test]
fn a_policy_that_cannot_be_read_gives_no_brief() {
    let sandbox = Sandbox::new();
    sandbox.write("broken", &[("gatefold.yaml", "no_such_key: 1\n")]);
    let page = sandbox.path("page.html");
    let run = sandbox.gatefold(&sandbox.path("broken"), &["review", "--html", page.to_str().expect("UTF-8")]);
    assert_eq!(run.status, 2, "{run:?}");
    assert!(!page.exists());
}
