//! Repairs that findings bring, put into the texts that they were made for: all of one or nothing of it.

mod imports;

use std::collections::BTreeMap;
use std::ops::Bound::{Excluded, Unbounded};

use findings::{Edit, Finding, Fix};

/// A file with its repairs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repaired {
    /// Path from the root, with `/`.
    pub file: String,
    /// What it said when the findings were made.
    pub before: String,
    /// What it says with the repairs.
    pub after: String,
    /// How many findings are gone with that.
    pub repaired: usize,
}

/// A finding with a repair that was not carried out.
#[derive(Clone, Debug)]
pub struct Left<'a> {
    /// The finding.
    pub finding: &'a Finding,
    /// Why not.
    pub because: Because,
}

/// Why a repair was not carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Because {
    /// Somebody must read it first.
    Unsafe,
    /// It replaces what another repair replaces.
    Overlaps,
    /// It reaches more than one file, or past the end of one, or into the middle of a character.
    Misplaced,
    /// With the repairs, the file would not parse.
    Breaks,
}

/// What the repairs of findings come to.
#[derive(Clone, Debug, Default)]
pub struct Repairs<'a> {
    /// Files that change, by path.
    pub files: Vec<Repaired>,
    /// What is left to people, in the order of the findings.
    pub left: Vec<Left<'a>>,
}

/// Puts repairs into texts. Of two that overlap, the first in the order of the findings is carried out. `text` gives
/// what a file said when the findings were made.
pub fn repairs<'a>(
    findings: &'a [Finding],
    text: &dyn Fn(&str) -> Option<String>,
    even_unsafe: bool,
) -> Repairs<'a> {
    let mut repairs = Repairs::default();
    let mut files: BTreeMap<&str, Option<Planned<'a>>> = BTreeMap::new();
    for finding in findings {
        let Some(fix) = &finding.fix else { continue };
        let planned =
            if fix.safe || even_unsafe { plan(finding, fix, &mut files, text) } else { Err(Because::Unsafe) };
        if let Err(because) = planned {
            repairs.left.push(Left { finding, because });
        }
    }
    for (file, planned) in files {
        let Some(planned) = planned.filter(|planned| !planned.findings.is_empty()) else { continue };
        let mut after = planned.carried_out();
        if file.ends_with(".rs") {
            if !parses(&after) {
                let breaks = |finding| Left { finding, because: Because::Breaks };
                repairs.left.extend(planned.findings.into_iter().map(breaks));
                continue;
            }
            after = imports::without_unused(&planned.text, after);
        }
        let repaired = planned.findings.len();
        repairs.files.push(Repaired { file: file.to_owned(), before: planned.text, after, repaired });
    }
    repairs
}

/// The repairs of one file that do not overlap.
struct Planned<'a> {
    text: String,
    /// By where they begin.
    edits: BTreeMap<usize, &'a Edit>,
    findings: Vec<&'a Finding>,
}

fn plan<'a>(
    finding: &'a Finding,
    fix: &'a Fix,
    files: &mut BTreeMap<&'a str, Option<Planned<'a>>>,
    text: &dyn Fn(&str) -> Option<String>,
) -> Result<(), Because> {
    let file = fix.edits.first().ok_or(Because::Misplaced)?.file.as_str();
    let planned = files.entry(file).or_insert_with(|| {
        text(file).map(|text| Planned { text, edits: BTreeMap::new(), findings: Vec::new() })
    });
    let planned = planned.as_mut().ok_or(Because::Misplaced)?;
    for (at, edit) in fix.edits.iter().enumerate() {
        let fits = edit.file == file && planned.text.get(edit.range.clone()).is_some();
        let refused = match (fits, planned.is_free(edit)) {
            (true, true) => {
                planned.edits.insert(edit.range.start, edit);
                continue;
            }
            (false, _) => Because::Misplaced,
            (true, false) => Because::Overlaps,
        };
        for taken_back in &fix.edits[..at] {
            planned.edits.remove(&taken_back.range.start);
        }
        return Err(refused);
    }
    planned.findings.push(finding);
    Ok(())
}

impl Planned<'_> {
    /// Whether no repair begins where this one does or reaches into it. Two that touch do not overlap.
    fn is_free(&self, edit: &Edit) -> bool {
        let start = edit.range.start;
        let before = self.edits.range(..start).next_back();
        let behind = self.edits.range((Excluded(start), Unbounded)).next();
        !self.edits.contains_key(&start)
            && before.is_none_or(|(_, before)| before.range.end <= start)
            && behind.is_none_or(|(behind, _)| edit.range.end <= *behind)
    }

    fn carried_out(&self) -> String {
        let mut out = String::with_capacity(self.text.len());
        let mut copied = 0;
        for (start, edit) in &self.edits {
            out.push_str(&self.text[copied..*start]);
            out.push_str(&edit.text);
            copied = edit.range.end;
        }
        out.push_str(&self.text[copied..]);
        out
    }
}

/// Whether the engine reads the text as Rust; nested too deeply is not.
fn parses(text: &str) -> bool {
    let tree = source::Tree::from_memory([("src/lib.rs", text)]);
    let code = source::Code::read(&tree, &source::Cache::off());
    code.files().iter().all(|file| file.parses)
}

#[cfg(test)]
mod tests {
    use std::ops::Range;

    use findings::{Location, rule};

    use super::*;

    rule! {
        /// Only for tests.
        static SAMPLE = { id: "sample", guard: "lints", group: "tests", level: Error, summary: "finds samples" };
    }

    const TEXT: &str = "fn f() { a(b, \u{e9}); }\n";

    fn edit(file: &str, range: Range<usize>, text: &str) -> Edit {
        Edit { file: file.to_owned(), range, text: text.to_owned() }
    }

    fn finding(safe: bool, edits: Vec<Edit>) -> Finding {
        let mut finding = Finding::new(&SAMPLE, Location::file("src/a.rs"), "a sample");
        finding.fix = Some(Fix { edits, safe });
        finding
    }

    /// The text with repairs, and why the rest of them was left, by the number of the finding.
    #[track_caller]
    fn check(even_unsafe: bool, fixes: &[(bool, &[Edit])], after: &str, left: &[(usize, Because)]) {
        let findings: Vec<Finding> =
            fixes.iter().map(|(safe, edits)| finding(*safe, edits.to_vec())).collect();
        let text = |file: &str| ["src/a.rs", "src/b.rs"].contains(&file).then(|| TEXT.to_owned());
        let repairs = repairs(&findings, &text, even_unsafe);
        let is_same = |left: &Left<'_>, at: usize| std::ptr::eq(left.finding, &findings[at]);
        let number = |left: &Left<'_>| (0..findings.len()).find(|at| is_same(left, *at)).expect("a finding");
        let found: Vec<_> = repairs.left.iter().map(|left| (number(left), left.because)).collect();
        assert_eq!(found, left);
        let texts: Vec<&str> = repairs.files.iter().map(|file| file.after.as_str()).collect();
        assert_eq!(texts, if after.is_empty() { vec![] } else { vec![after] });
        let repaired: usize = repairs.files.iter().map(|file| file.repaired).sum();
        assert_eq!(repaired + left.len(), fixes.len());
    }

    #[test]
    fn repairs_go_where_they_belong_whatever_their_order() {
        let (call, argument) = (edit("src/a.rs", 9..10, "call"), edit("src/a.rs", 11..12, "x"));
        let insertion = edit("src/a.rs", 10..10, "::<T>");
        check(
            false,
            &[(true, &[argument]), (true, &[insertion, call])],
            "fn f() { call::<T>(x, \u{e9}); }\n",
            &[],
        );
    }

    #[test]
    fn of_two_that_overlap_the_first_is_carried_out_and_of_the_other_nothing() {
        let whole = edit("src/a.rs", 9..17, "c(d)");
        let (early, inside) = (edit("src/a.rs", 3..4, "g"), edit("src/a.rs", 11..12, "x"));
        let after = "fn f() { c(d); }\n";
        check(
            false,
            &[
                (true, std::slice::from_ref(&whole)),
                (true, &[early.clone(), inside.clone()]),
                (true, std::slice::from_ref(&whole)),
            ],
            after,
            &[(1, Because::Overlaps), (2, Because::Overlaps)],
        );
        let twice = [inside.clone(), inside.clone()];
        check(
            false,
            &[(true, &twice), (true, &[early])],
            "fn g() { a(b, \u{e9}); }\n",
            &[(0, Because::Overlaps)],
        );
        check(
            false,
            &[(true, &[inside]), (true, &[whole])],
            "fn f() { a(x, \u{e9}); }\n",
            &[(1, Because::Overlaps)],
        );
    }

    #[test]
    fn what_must_be_read_first_is_left_unless_it_is_asked_for() {
        let rename = [edit("src/a.rs", 3..4, "g")];
        check(false, &[(false, &rename)], "", &[(0, Because::Unsafe)]);
        check(true, &[(false, &rename)], "fn g() { a(b, \u{e9}); }\n", &[]);
    }

    #[test]
    fn what_fits_no_text_or_breaks_it_is_left() {
        let both = [edit("src/a.rs", 3..4, "g"), edit("src/b.rs", 3..4, "g")];
        check(false, &[(true, &both)], "", &[(0, Because::Misplaced)]);
        check(false, &[(true, &[])], "", &[(0, Because::Misplaced)]);
        for range in [900..901, 15..16, Range { start: 4, end: 3 }] {
            check(false, &[(true, &[edit("src/a.rs", range, "g")])], "", &[(0, Because::Misplaced)]);
        }
        check(false, &[(true, &[edit("src/gone.rs", 0..1, "g")])], "", &[(0, Because::Misplaced)]);
        check(false, &[(true, &[edit("src/a.rs", 7..8, "")])], "", &[(0, Because::Breaks)]);
    }
}
