//! The drawing in a real browser: nothing overlaps, nothing is cut, and all of it can be read in light and dark.
//!
//! Needs chromium on the path, or in `GATEFOLD_BROWSER`; where `CI` is set it must be there.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use arch::picture::By;
use serde_json::Value;

use crate::picture::{many, picture};

const NAMES: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/// Long beyond what any machine takes, so that a browser that hangs ends the test and nothing else does.
const PATIENCE: Duration = Duration::from_secs(180);

/// The browser, if there is one. CI has one.
#[expect(clippy::print_stderr, reason = "a test that could not look must say so")]
fn browser() -> Option<PathBuf> {
    let named = std::env::var_os("GATEFOLD_BROWSER").map(PathBuf::from);
    let path = std::env::var_os("PATH").unwrap_or_default();
    let on_path = || {
        let mut places = std::env::split_paths(&path).flat_map(|folder| NAMES.map(|name| folder.join(name)));
        places.find(|path| path.is_file())
    };
    let found = named.or_else(on_path);
    if found.is_none() {
        assert!(std::env::var_os("CI").is_none(), "CI is set, and there is no browser on the path");
        eprintln!("skipped: no chromium in GATEFOLD_BROWSER or on the path");
    }
    found
}

/// What the browser measures of a drawing that stands in a page.
fn look(browser: &Path, svg: &str, dark: bool) -> Value {
    let folder = tempfile::tempdir().expect("a folder");
    let script = include_str!("data/look.js");
    let page = format!(
        "<!doctype html><meta charset=\"utf-8\"><meta name=\"color-scheme\" content=\"light dark\">\n\
         <body style=\"margin: 0\">{svg}<pre id=\"found\"></pre><script>{script}</script>\n"
    );
    let file = folder.path().join("page.html");
    std::fs::write(&file, page).expect("a file");
    let to = folder.path().join("dom.html");
    let mut child = Command::new(browser)
        // The sandbox of the browser does not start as root.
        .args(["--headless=new", "--disable-gpu", "--no-first-run", "--disable-extensions", "--no-sandbox"])
        .args(["--disable-background-networking", "--disable-component-update", "--disable-dev-shm-usage"])
        .args(["--dump-dom", "--virtual-time-budget=20000", "--window-size=4000,4000"])
        .arg(format!("--blink-settings=preferredColorScheme={}", u8::from(!dark)))
        .arg(format!("--user-data-dir={}", folder.path().join("profile").display()))
        .arg(format!("file://{}", file.display()))
        .stdin(Stdio::null())
        .stdout(std::fs::File::create(&to).expect("a file"))
        .stderr(Stdio::null())
        .spawn()
        .expect("the browser starts");
    let started = Instant::now();
    while child.try_wait().expect("the browser is waited for").is_none() {
        if started.elapsed() > PATIENCE {
            child.kill().expect("the browser ends");
            panic!("the browser did not end within {PATIENCE:?}");
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    let dom = std::fs::read_to_string(&to).expect("what the browser printed");
    let found = dom.split_once("<pre id=\"found\">").and_then(|(_, rest)| rest.split_once("</pre>"));
    let found =
        found.expect("the script ran").0.replace("&amp;", "&").replace("&gt;", ">").replace("&lt;", "<");
    serde_json::from_str(&found).expect("JSON")
}

/// A workspace with long and hostile names in layers, before and after a change that breaks some of them.
fn drawn() -> String {
    let crates = |more: &str| {
        let mut text = "\
arch:
  layers:
    - { name: 'the <b>roof</b> & all that stands \"above\"', members: [roof], because: b }
    - { name: services, members: [service-*], because: b }
    - { name: crates, members: [shelf-*], because: b }

crate roof -> service-0, service-1, service-2, service-3, service-4, service-5, shelf-9
"
        .to_owned();
        for service in 0..12 {
            let first = service % 5;
            text.push_str(&format!("crate service-{service} -> shelf-{first}, shelf-{}\n", first + 4));
        }
        for shelf in 0..10 {
            text.push_str(&format!("crate shelf-{shelf}\n"));
        }
        text.push_str("crate a-crate-with-a-name-so-long-that-nobody-would-ever-type-it-twice\n");
        text + more
    };
    let head = crates("crate shelf-new -> service-1, shelf-3\n").replace("service-5, shelf-9", "service-5");
    picture(Some(&crates("crate shelf-old -> shelf-1\n")), &head, By::Crate).svg()
}

#[track_caller]
fn check(browser: &Path, svg: &str, nodes: usize) {
    for dark in [false, true] {
        let seen = look(browser, svg, dark);
        assert_eq!(seen["dark"], Value::from(dark), "the browser prefers the other");
        assert_eq!(seen["nodes"], Value::from(nodes));
        assert!(seen["texts"].as_u64() > Some(nodes as u64), "{seen}");
        for fault in ["overlaps", "cut", "faint", "hit"] {
            assert_eq!(seen[fault], Value::from(Vec::<Value>::new()), "{fault}, dark: {dark}");
        }
    }
}

#[test]
fn nothing_overlaps_or_is_cut_and_all_of_it_can_be_read_in_light_and_dark() {
    let Some(browser) = browser() else { return };
    check(&browser, &drawn(), 26);
    let modules = picture(Some(&many(30)), &many(60), By::Module);
    check(&browser, &modules.folded(40).svg(), 40);
}
