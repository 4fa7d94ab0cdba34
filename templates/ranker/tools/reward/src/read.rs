//! A log of outcomes, read line by line.
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use crate::ledger::{Ledger, LedgerFull, Told};
use crate::outcome::Outcome;

/// The longest line that can be an outcome, with room to spare.
const MAX_LINE_BYTES: u64 = 1 << 10;
/// How many lines that are no outcomes are kept to be shown.
const SHOWN: usize = 5;

/// What was read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Count {
    /// All lines.
    pub lines: usize,
    /// Outcomes that were news.
    pub first: usize,
    /// Outcomes that were known.
    pub again: usize,
    /// Lines that are no outcomes.
    pub garbage: usize,
    /// The first of these.
    pub shown: Vec<Garbage>,
}

/// A line that is no outcome.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Garbage {
    /// The file.
    pub path: PathBuf,
    /// The line, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub problem: String,
}

/// A log that cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The file cannot be read.
    #[error("failed to read {}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// There are too many outcomes.
    #[error("failed to read {}", path.display())]
    Full {
        /// The file.
        path: PathBuf,
        /// How many are too many.
        #[source]
        source: LedgerFull,
    },
}

/// Reads a file into a ledger, as of the time `now` in seconds since 1970. Lines that are no outcomes are counted and
/// skipped; of a line that is too long no more than its beginning is kept in memory.
///
/// # Errors
/// A [`ReadError`] if the file cannot be read, or has more outcomes than the ledger has room for.
pub fn read(path: &Path, now: u64, ledger: &mut Ledger, count: &mut Count) -> Result<(), ReadError> {
    let unreadable = |source| ReadError::Unreadable { path: path.to_owned(), source };
    let mut reader = BufReader::new(File::open(path).map_err(unreadable)?);
    let mut line = Vec::new();
    for number in 1.. {
        line.clear();
        let whole = next_line(&mut reader, &mut line).map_err(unreadable)?;
        let parsed = match whole {
            Line::End => break,
            Line::TooLong => Err(format!("longer than {MAX_LINE_BYTES} bytes")),
            Line::Whole => Outcome::parse(&line, now),
        };
        count.lines += 1;
        match parsed {
            Ok(outcome) => match ledger.add(outcome) {
                Ok(Told::First) => count.first += 1,
                Ok(Told::Again) => count.again += 1,
                Err(source) => return Err(ReadError::Full { path: path.to_owned(), source }),
            },
            Err(problem) => {
                count.garbage += 1;
                if count.shown.len() < SHOWN {
                    count.shown.push(Garbage { path: path.to_owned(), line: number, problem });
                }
            }
        }
    }
    Ok(())
}

enum Line {
    Whole,
    TooLong,
    End,
}

fn next_line(reader: &mut impl BufRead, line: &mut Vec<u8>) -> io::Result<Line> {
    if reader.by_ref().take(MAX_LINE_BYTES + 1).read_until(b'\n', line)? == 0 {
        return Ok(Line::End);
    }
    if line.last() != Some(&b'\n') && line.len() as u64 > MAX_LINE_BYTES {
        reader.skip_until(b'\n')?;
        return Ok(Line::TooLong);
    }
    Ok(Line::Whole)
}
