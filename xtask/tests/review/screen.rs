//! Pages as a real browser shows them: on a desk, in a hand, light, dark and on paper.

use std::path::Path;

use serde_json::Value;

use crate::chromium::{around, browser, framed, measured, run};

/// A desk and a hand, in pixels.
const SIZES: [(u32, u32); 2] = [(1280, 800), (390, 844)];

/// A page that can be read everywhere: nothing is faint, cut off or wider than the screen, and what is heard in the place of
/// being seen is there. `more` is asked about each screen, with its width. Where `GATEFOLD_SCREENSHOTS` names a folder, what
/// was seen is kept there under the name.
pub(crate) fn check(page: &str, name: &str, more: impl Fn(&Value, u32)) {
    let Some(browser) = browser() else { return };
    check_printed(&browser, page, name);
    for (width, height) in SIZES {
        for dark in [false, true] {
            let frame = framed(page, (width, height));
            let seen = measured(&browser, &frame, include_str!("data/look.js"), dark).remove(0);
            photograph(&browser, page, name, (width, height), dark);
            assert_eq!(seen["dark"], Value::from(dark), "the browser prefers the other");
            for fault in ["faint", "outside", "cut", "unnamed", "scopeless"] {
                assert_eq!(seen[fault], Value::Array(Vec::new()), "{fault} at {width}");
            }
            assert_eq!(seen["wide"], Value::from(0), "the page is wider than {width}");
            let levels = seen["levels"].as_array().expect("levels");
            let levels: Vec<u64> = levels.iter().filter_map(Value::as_u64).collect();
            assert!(
                levels[0] == 1 && levels.windows(2).all(|two| two[1] <= two[0] + 1),
                "headings in order: {levels:?}"
            );
            more(&seen, width);
        }
    }
}

/// Keeps the first screen and the whole page as pictures.
fn photograph(browser: &Path, page: &str, name: &str, (width, height): (u32, u32), dark: bool) {
    let Some(kept) = std::env::var_os("GATEFOLD_SCREENSHOTS") else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let light = if dark { "dark" } else { "light" };
    for (part, height) in [("", height), ("-whole", if width > 800 { 3600 } else { 9000 })] {
        let frame = around(&framed(page, (width, height)));
        std::fs::write(folder.path().join("around.html"), frame).expect("a file");
        let to = Path::new(&kept).join(format!("{name}-{width}-{light}{part}.png"));
        let more =
            [format!("--screenshot={}", to.display()), format!("--window-size={},{height}", width.max(520))];
        run(browser, folder.path(), "around.html", dark, &[&more[0], &more[1]]);
        assert!(to.metadata().is_ok_and(|file| file.len() > 10_000), "a picture");
    }
}

/// The page can be printed.
fn check_printed(browser: &Path, page: &str, name: &str) {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("page.html"), page).expect("a file");
    let to = folder.path().join("page.pdf");
    run(browser, folder.path(), "page.html", false, &[&format!("--print-to-pdf={}", to.display())]);
    let pdf = std::fs::read(&to).expect("it was printed");
    assert!(pdf.starts_with(b"%PDF"), "{} bytes", pdf.len());
    if let Some(kept) = std::env::var_os("GATEFOLD_SCREENSHOTS") {
        std::fs::copy(&to, Path::new(&kept).join(format!("{name}.pdf"))).expect("a copy");
    }
}
