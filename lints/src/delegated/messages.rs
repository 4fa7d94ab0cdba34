//! What `cargo clippy --message-format=json` writes: a line of JSON a message, as the Cargo Book has it under "External
//! tools", with the compiler's diagnostics in it as the book of rustc describes them.

use std::path::Path;

use findings::Span;
use serde::{Deserialize, Serialize};

use super::{Broken, clippy, one_line};

/// One thing that a lint of clippy found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// As in `clippy::unwrap_used`.
    pub lint: String,
    /// The package, by name.
    pub package: String,
    /// Path from the judged root.
    pub file: String,
    /// Where.
    pub span: Span,
    /// The code that is meant.
    pub text: String,
    /// What is wrong.
    pub message: String,
    /// What clippy suggests.
    pub help: Option<String>,
    /// Whatever else it says, with the place where that stands.
    pub notes: Vec<(Option<(String, Span)>, String)>,
}

/// A line of cargo's.
#[derive(Deserialize)]
struct Line {
    reason: String,
    success: Option<bool>,
    message: Option<Diagnostic>,
    #[serde(default)]
    package_id: String,
    target: Option<Target>,
}

#[derive(Deserialize)]
struct Target {
    kind: Vec<String>,
}

#[derive(Deserialize)]
struct Diagnostic {
    message: String,
    level: String,
    code: Option<DiagnosticCode>,
    spans: Vec<Place>,
    #[serde(default)]
    children: Vec<Diagnostic>,
}

#[derive(Deserialize)]
struct DiagnosticCode {
    code: String,
}

#[derive(Deserialize)]
struct Place {
    file_name: String,
    line_start: u32,
    line_end: u32,
    column_start: u32,
    column_end: u32,
    is_primary: bool,
    suggested_replacement: Option<String>,
    #[serde(default)]
    text: Vec<Text>,
}

#[derive(Deserialize)]
struct Text {
    text: String,
    highlight_start: usize,
    highlight_end: usize,
}

/// Where a build ran: paths in its messages count from there.
#[derive(Clone, Copy)]
struct Folder<'a> {
    /// The judged root, absolute.
    root: &'a Path,
    /// The folder of the Cargo workspace, from the root.
    workspace: &'a str,
}

/// The lints that clippy tells of, in the order in which it does. `root` is the judged root, `workspace` the folder of the
/// Cargo workspace from there. Lines that are no JSON at all are what build scripts and macros print, and are passed over.
///
/// # Errors
/// The code does not compile, or the output is not clippy's whole output.
pub fn messages(output: &[u8], root: &Path, workspace: &str) -> Result<Vec<Told>, Broken> {
    let folder = Folder { root, workspace };
    let (mut told, mut fault, mut finished) = (Vec::new(), None, None);
    for (index, line) in output.split(|byte| *byte == b'\n').enumerate() {
        if line.first() != Some(&b'{') {
            continue;
        }
        let garbage =
            |error: serde_json::Error| Broken::Garbage { line: index + 1, reason: error.to_string() };
        let line: Line = serde_json::from_slice(line).map_err(garbage)?;
        if line.reason == "build-finished" {
            finished = line.success;
        }
        let Some(message) = &line.message else { continue };
        if message.level.starts_with("error") && fault.is_none() && !is_tally(message) {
            fault = Some(fault_of(message));
        }
        let of_build_script =
            line.target.is_some_and(|target| target.kind.iter().any(|kind| kind == "custom-build"));
        if !of_build_script {
            told.extend(lint(message, package(&line.package_id), folder));
        }
    }
    match (finished, fault) {
        (Some(true), None) => Ok(told),
        (_, Some(fault)) => Err(Broken::DoesNotCompile(fault)),
        (Some(false), None) => Err(Broken::DoesNotCompile("the compiler does not say why".to_owned())),
        (None, None) => Err(Broken::Unfinished(String::new())),
    }
}

/// The name in the id of a package: `path+file:///tree/crates/rank#0.1.0`, or `..#rank@0.1.0` where the folder is called
/// otherwise.
fn package(id: &str) -> String {
    let (url, behind) = id.rsplit_once('#').unwrap_or((id, ""));
    let name = match behind.split_once('@') {
        Some((name, _)) => name,
        None => url.rsplit('/').next().unwrap_or_default(),
    };
    name.to_owned()
}

/// Whether an error only says that there were errors.
fn is_tally(message: &Diagnostic) -> bool {
    message.spans.is_empty() && message.message.starts_with("aborting due to")
}

fn fault_of(message: &Diagnostic) -> String {
    let code = message.code.as_ref().map(|code| format!(" ({})", code.code)).unwrap_or_default();
    let place = message.spans.iter().find(|place| place.is_primary);
    let place =
        place.map(|place| format!("{}:{}:{}: ", place.file_name, place.line_start, place.column_start));
    format!("{}{}{code}", place.unwrap_or_default(), one_line(&message.message))
}

fn lint(message: &Diagnostic, package: String, folder: Folder<'_>) -> Option<Told> {
    let lint = message.code.as_ref()?.code.clone();
    if !lint.starts_with(clippy::PREFIX) {
        return None;
    }
    let place = message.spans.iter().find(|place| place.is_primary)?;
    let (file, span) = folder.place(place)?;
    let mut told = Told {
        lint,
        package,
        file,
        span,
        text: one_line(&place.code()),
        message: one_line(&message.message),
        help: None,
        notes: Vec::new(),
    };
    for child in &message.children {
        let text = one_line(&child.message);
        if let Some(link) = text.strip_prefix("for further information visit ") {
            told.notes.push((None, format!("clippy documents this at {link}")));
        } else if child.level == "help" && told.help.is_none() {
            told.help = Some(child.suggested(&text));
        } else if !says_who_asked(&text) {
            let place = child.spans.iter().find(|place| place.is_primary);
            told.notes.push((place.and_then(|place| folder.place(place)), text));
        }
    }
    Some(told)
}

/// Whether a note only says by which flag or attribute the lint was switched on.
fn says_who_asked(text: &str) -> bool {
    text.starts_with("requested on the command line")
        || text.starts_with("`#[")
        || text.contains(" implied by `")
}

impl Diagnostic {
    /// What it suggests, with the code that is to stand there where that is one piece on one line.
    fn suggested(&self, text: &str) -> String {
        let mut replacements = self.spans.iter().filter_map(|place| place.suggested_replacement.as_deref());
        let text = text.trim_end_matches([':', '.']);
        match (replacements.next(), replacements.next()) {
            (Some(code), None) if !code.trim().is_empty() && !code.contains(['\n', '`']) => {
                format!("{text}: `{}`", code.trim())
            }
            _ => text.to_owned(),
        }
    }
}

impl Place {
    /// The code between its ends.
    fn code(&self) -> String {
        let line = |text: &Text| -> String {
            let from = text.highlight_start.saturating_sub(1);
            let count = text.highlight_end.saturating_sub(1).saturating_sub(from);
            text.text.chars().skip(from).take(count).collect()
        };
        self.text.iter().map(line).collect::<Vec<_>>().join(" ")
    }
}

impl Folder<'_> {
    /// A place by its path from the judged root; `None` where it lies outside.
    fn place(self, place: &Place) -> Option<(String, Span)> {
        let name = Path::new(&place.file_name);
        let below = match name.is_absolute() {
            true => name.strip_prefix(self.root).ok()?.to_owned(),
            false => Path::new(self.workspace).join(name),
        };
        let mut parts: Vec<&str> = Vec::new();
        for part in below.components() {
            match part {
                std::path::Component::Normal(part) => parts.push(part.to_str()?),
                std::path::Component::ParentDir => _ = parts.pop()?,
                _ => {}
            }
        }
        let span = Span {
            line: place.line_start,
            column: place.column_start,
            end_line: place.line_end,
            end_column: place.column_end,
        };
        Some((parts.join("/"), span))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FINISHED: &str = "{\"reason\":\"build-finished\",\"success\":true}\n";

    fn read(output: &str) -> Result<Vec<Told>, Broken> {
        messages(output.as_bytes(), Path::new("/tree"), "sub")
    }

    fn message(file: &str, code: &str, level: &str) -> String {
        format!(
            "{{\"reason\":\"compiler-message\",\"package_id\":\"path+file:///tree/sub/rank#0.1.0\",\
             \"target\":{{\"kind\":[\"lib\"]}},\"message\":{{\"message\":\"it\\n  is wrong\",\"level\":\"{level}\",\
             \"code\":{{\"code\":\"{code}\"}},\"spans\":[{{\"file_name\":\"{file}\",\"line_start\":3,\"line_end\":3,\
             \"column_start\":5,\"column_end\":9,\"is_primary\":true,\"text\":[{{\"text\":\"    ärgh.unwrap()\",\
             \"highlight_start\":5,\"highlight_end\":9}}]}}],\"children\":[{{\"message\":\"write this\",\"level\":\"help\",\
             \"code\":null,\"spans\":[{{\"file_name\":\"{file}\",\"line_start\":3,\"line_end\":3,\"column_start\":5,\
             \"column_end\":9,\"is_primary\":true,\"suggested_replacement\":\"x?\"}}]}},{{\"message\":\
             \"requested on the command line with `-W it`\",\"level\":\"note\",\"code\":null,\"spans\":[]}},{{\"message\":\
             \"for further information visit https://example.org/it\",\"level\":\"help\",\"code\":null,\"spans\":[]}}]}}}}\n"
        )
    }

    #[test]
    fn a_lint_is_read_with_its_place_its_code_and_what_it_suggests() {
        let told = read(&(message("rank/src/lib.rs", "clippy::unwrap_used", "warning") + FINISHED));
        let expected = Told {
            lint: "clippy::unwrap_used".to_owned(),
            package: "rank".to_owned(),
            file: "sub/rank/src/lib.rs".to_owned(),
            span: Span::on_line(3, 5, 9),
            text: "ärgh".to_owned(),
            message: "it is wrong".to_owned(),
            help: Some("write this: `x?`".to_owned()),
            notes: vec![(None, "clippy documents this at https://example.org/it".to_owned())],
        };
        assert_eq!(told, Ok(vec![expected]));
    }

    #[test]
    fn paths_are_meant_from_the_judged_root_and_none_leads_out_of_it() {
        for (file, expected) in [
            ("src/../x.rs", Some("sub/x.rs")),
            ("../other/x.rs", Some("other/x.rs")),
            ("../../x.rs", None),
            ("/tree/y.rs", Some("y.rs")),
            ("/rustc/library/core.rs", None),
        ] {
            let told = read(&(message(file, "clippy::panic", "warning") + FINISHED)).expect("it is whole");
            assert_eq!(told.first().map(|told| told.file.as_str()), expected, "{file}");
        }
    }

    #[test]
    fn what_is_no_lint_of_clippy_is_left_out_and_what_others_print_too() {
        let output = message("a.rs", "dead_code", "warning");
        assert_eq!(read(&format!("hello\n{output}\0\u{1}\n{FINISHED}")), Ok(Vec::new()));
        let of_build = message("build.rs", "clippy::panic", "warning").replace("\"lib\"", "\"custom-build\"");
        assert_eq!(read(&(of_build + FINISHED)), Ok(Vec::new()));
    }

    #[test]
    fn what_is_not_the_whole_output_of_a_build_that_went_well_is_an_error() {
        let lint = message("a.rs", "clippy::panic", "warning");
        assert_eq!(read(""), Err(Broken::Unfinished(String::new())));
        assert_eq!(read("usage: clippy\n"), Err(Broken::Unfinished(String::new())));
        assert_eq!(read(&lint), Err(Broken::Unfinished(String::new())));
        let cut = read(&(lint.clone() + &FINISHED[..20]));
        assert!(matches!(cut, Err(Broken::Garbage { line: 2, .. })), "{cut:?}");
        let wrong = message("src/a.rs", "E0308", "error") + &FINISHED.replace("true", "false");
        let expected = "src/a.rs:3:5: it is wrong (E0308)".to_owned();
        assert_eq!(read(&wrong), Err(Broken::DoesNotCompile(expected)));
    }

    #[test]
    fn packages_are_known_by_their_names() {
        for (id, expected) in [
            ("path+file:///tree/crates/rank#0.1.0", "rank"),
            ("path+file:///tree/crates/rank#ranking@0.1.0", "ranking"),
            ("", ""),
        ] {
            assert_eq!(package(id), expected, "{id}");
        }
    }
}
