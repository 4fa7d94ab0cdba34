//! Runs and judgments as TREC writes them, lists in JSON, and in which order a run is read. Nothing is read by halves.

mod listed;
mod order;
mod pairs;
mod qrels;
mod run;

pub use listed::Listed;
pub use order::Order;
pub use pairs::{EvalCase, PairCase, Pairs};
pub use qrels::Qrels;
pub use run::{Run, Topic};

/// The largest file that is read, in bytes.
pub const MAX_BYTES: u64 = 2 * 1024 * 1024 * 1024;
/// The longest id of a topic or a document, in bytes.
pub const MAX_ID_BYTES: usize = 1_024;

use rankings::Refusal;

/// The lines with their numbers and columns. Blank lines are skipped, a file without any others is refused.
fn columns<'a, const N: usize>(
    text: &'a str,
    names: [&'static str; N],
) -> impl Iterator<Item = Result<(u32, [&'a str; N]), Refusal>> {
    let lines = (1_u32..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty());
    lines.map(move |(number, line)| {
        let mut columns = [""; N];
        let mut found = 0;
        for word in line.split_ascii_whitespace() {
            if let Some(column) = columns.get_mut(found) {
                *column = word;
            }
            found += 1;
        }
        if found != N {
            let reason = format!("a line has {N} columns, `{}`, and this one has {found}", names.join(" "));
            return Err(Refusal::at(number, reason));
        }
        Ok((number, columns))
    })
}

fn check_id(line: u32, what: &str, id: &str) -> Result<(), Refusal> {
    if id.len() <= MAX_ID_BYTES && !id.contains(|letter: char| letter.is_control() || letter == '`') {
        return Ok(());
    }
    let reason =
        format!("a {what} has at most {MAX_ID_BYTES} bytes, without control characters and backticks");
    Err(Refusal::at(line, reason))
}

fn grade(line: u32, text: &str) -> Result<i32, Refusal> {
    const MOST: i32 = crate::measures::judged::MAX_GRADE;
    let grade = text.parse().ok().filter(|grade| (-MOST..=MOST).contains(grade));
    grade.ok_or_else(|| {
        Refusal::at(
            line,
            format!("a grade is a whole number from -{MOST} to {MOST}, and not `{}`", shown(text)),
        )
    })
}

/// The start of a word, fit to be shown.
fn shown(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_control() && *letter != '`').take(40).collect()
}
