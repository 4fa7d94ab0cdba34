//! A browser without a window, for tests of pages. Other test targets take this file in, too.
//!
//! Needs chromium on the path, or in `GATEFOLD_BROWSER`; where `CI` is set it must be there.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

const NAMES: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/// Long beyond what any machine takes, so that a browser that hangs ends the test and nothing else does.
const PATIENCE: Duration = Duration::from_secs(180);

/// The browser, if there is one. CI has one.
#[expect(clippy::print_stderr, reason = "a test that could not look must say so")]
pub(crate) fn browser() -> Option<PathBuf> {
    let named = std::env::var_os("GATEFOLD_BROWSER").map(PathBuf::from);
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = named.or_else(|| {
        let folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
        NAMES
            .iter()
            .flat_map(|name| folders.iter().map(move |folder| folder.join(name)))
            .find(|path| path.is_file())
    });
    if found.is_none() {
        assert!(std::env::var_os("CI").is_none(), "CI is set, and there is no browser on the path");
        eprintln!("skipped: no chromium in GATEFOLD_BROWSER or on the path");
    }
    found
}

/// Runs the browser without a window over a page, and gives back what it prints.
pub(crate) fn run(browser: &Path, folder: &Path, page: &str, dark: bool, more: &[&str]) -> String {
    let mut command = Command::new(browser);
    command
        .args([
            "--headless=new",
            "--disable-gpu",
            "--hide-scrollbars",
            "--no-first-run",
            "--disable-extensions",
        ])
        .args(["--disable-background-networking", "--disable-component-update", "--disable-dev-shm-usage"])
        .arg(format!("--blink-settings=preferredColorScheme={}", u8::from(!dark)))
        .arg(format!("--user-data-dir={}", folder.join("profile").display()))
        .args(more)
        .arg(format!("file://{}", folder.join(page).display()))
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    if is_root() {
        // The sandbox of the browser does not start as root.
        command.arg("--no-sandbox");
    }
    let mut child = command.spawn().expect("the browser starts");
    let mut stdout = child.stdout.take().expect("its output");
    let reader = std::thread::spawn(move || {
        let mut text = String::new();
        stdout.read_to_string(&mut text).map(|_| text)
    });
    let started = Instant::now();
    while child.try_wait().expect("the browser is waited for").is_none() {
        if started.elapsed() > PATIENCE {
            child.kill().expect("the browser ends");
            panic!("the browser did not end within {PATIENCE:?}");
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    reader.join().expect("the output was read").expect("the output is text")
}

/// A page in a frame of this size: a window of a browser has a least width, and a frame has none.
pub(crate) fn framed(page: &str, (width, height): (u32, u32)) -> String {
    let escaped = page.replace('&', "&amp;").replace('"', "&quot;");
    format!("<iframe width=\"{width}\" height=\"{height}\" srcdoc=\"{escaped}\"></iframe>\n")
}

/// The page around frames, without a script.
pub(crate) fn around(frames: &str) -> String {
    format!(
        "<!doctype html><meta charset=\"utf-8\"><meta name=\"color-scheme\" content=\"light dark\">\
         <style>body {{ margin: 0 }} iframe {{ border: 0; display: block; color-scheme: light dark }}</style>\n{frames}"
    )
}

/// What `look(frame)` of a script finds in each frame. The script is the test's and runs beside the pages, whose own policy
/// lets none run.
pub(crate) fn measured(browser: &Path, frames: &str, script: &str, dark: bool) -> Vec<Value> {
    let folder = tempfile::tempdir().expect("a folder");
    let shared = include_str!("measure.js");
    let page = format!("{}<pre id=\"found\"></pre>\n<script>{shared}\n{script}</script>\n", around(frames));
    std::fs::write(folder.path().join("around.html"), page).expect("a file");
    let dom =
        run(browser, folder.path(), "around.html", dark, &["--dump-dom", "--virtual-time-budget=20000"]);
    let found = dom.split_once("<pre id=\"found\">").and_then(|(_, rest)| rest.split_once("</pre>"));
    serde_json::from_str(found.expect("the script ran").0).expect("a list of JSON")
}

fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt;
    std::fs::metadata("/proc/self").is_ok_and(|own| own.uid() == 0)
}
