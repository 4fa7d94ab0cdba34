//! JSON lines, read one at a time from files of any size, however they ended and whatever else is in them.
use std::io::{self, BufRead};
use std::marker::PhantomData;

use serde::de::DeserializeOwned;

/// The longest line that is read; nothing that is logged comes near it.
const MAX_LINE_BYTES: usize = 1 << 20;

/// A line that is not blank.
#[derive(Debug, Clone, PartialEq)]
pub enum JsonLine<T> {
    /// What the line says.
    Value(T),
    /// The line says something else, and may come from anywhere.
    Garbage {
        /// The line's number, from 1.
        line: u64,
        /// What is wrong with it.
        problem: String,
    },
    /// The last line has no end and is no value: whoever wrote it died, or still writes.
    Torn,
}

/// Reads JSON lines. Holds one line at a time, of a megabyte at most; a longer one is garbage.
#[derive(Debug)]
pub struct JsonLines<R, T> {
    reader: R,
    bytes: Vec<u8>,
    line: u64,
    values: PhantomData<fn() -> T>,
}

impl<R: BufRead, T: DeserializeOwned> JsonLines<R, T> {
    /// Reads what the reader reads.
    pub fn new(reader: R) -> Self {
        Self { reader, bytes: Vec::new(), line: 0, values: PhantomData }
    }

    fn read(&mut self) -> io::Result<Option<JsonLine<T>>> {
        loop {
            self.line += 1;
            let Some(end) = self.read_line()? else { return Ok(None) };
            let text = self.bytes.trim_ascii();
            if end == End::TooLong {
                return Ok(Some(self.garbage(format!("the line is longer than {MAX_LINE_BYTES} bytes"))));
            }
            if text.is_empty() {
                continue;
            }
            return Ok(Some(match serde_json::from_slice(text) {
                Ok(value) => JsonLine::Value(value),
                Err(_) if end == End::OfFile => JsonLine::Torn,
                // The place within the line; that it is the line's first line says nothing.
                Err(error) => self.garbage(error.to_string().replace("line 1 column", "column")),
            }));
        }
    }

    fn garbage(&self, problem: String) -> JsonLine<T> {
        JsonLine::Garbage { line: self.line, problem }
    }

    /// Reads up to the next line break. `None` at the end of the file.
    fn read_line(&mut self) -> io::Result<Option<End>> {
        self.bytes.clear();
        let mut read = 0;
        loop {
            let available = match self.reader.fill_buf() {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                available => available?,
            };
            let found = available.iter().position(|byte| *byte == b'\n');
            let part = &available[..found.unwrap_or(available.len())];
            let room = MAX_LINE_BYTES.saturating_sub(self.bytes.len());
            self.bytes.extend_from_slice(&part[..part.len().min(room)]);
            read += part.len() as u64;
            let (ended, used) = (available.is_empty(), part.len() + usize::from(found.is_some()));
            self.reader.consume(used);
            if ended && read == 0 {
                return Ok(None);
            }
            if ended || found.is_some() {
                let too_long = read > MAX_LINE_BYTES as u64;
                return Ok(Some(match (too_long, ended) {
                    (true, _) => End::TooLong,
                    (false, true) => End::OfFile,
                    (false, false) => End::OfLine,
                }));
            }
        }
    }
}

impl<R: BufRead, T: DeserializeOwned> Iterator for JsonLines<R, T> {
    type Item = io::Result<JsonLine<T>>;

    fn next(&mut self) -> Option<Self::Item> {
        self.read().transpose()
    }
}

/// How a line ended.
#[derive(Debug, PartialEq, Eq)]
enum End {
    OfLine,
    OfFile,
    TooLong,
}

#[cfg(test)]
mod tests {
    use std::io::BufReader;

    use proptest::prelude::*;

    use super::*;
    use crate::{Exposure, Outcome};

    /// Reads with a buffer so small that lines cross its end.
    fn read(bytes: &[u8]) -> Vec<JsonLine<u8>> {
        let reader = BufReader::with_capacity(3, bytes);
        JsonLines::new(reader).map(|line| line.expect("bytes can be read")).collect()
    }

    fn garbage(line: u64, problem: &str) -> JsonLine<u8> {
        JsonLine::Garbage { line, problem: problem.to_owned() }
    }

    #[test]
    fn values_are_read_and_what_is_none_is_told_by_its_line() {
        use JsonLine::{Torn, Value};
        let list = "invalid type: sequence, expected u8 at column 0";
        let cases: [(&str, Vec<JsonLine<u8>>); 7] = [
            ("", vec![]),
            ("1\n", vec![Value(1)]),
            ("1\r\n\n  \n2", vec![Value(1), Value(2)]),
            ("1\n[2", vec![Value(1), Torn]),
            ("1\n\n[2\n3\n", vec![Value(1), garbage(3, list), Value(3)]),
            ("1 2\n3\n", vec![garbage(1, "trailing characters at column 3"), Value(3)]),
            ("\n-\n4", vec![garbage(2, "EOF while parsing a value at column 1"), Value(4)]),
        ];
        for (text, expected) in cases {
            assert_eq!(read(text.as_bytes()), expected, "{text:?}");
        }
    }

    #[test]
    fn a_line_without_end_is_not_kept_in_memory() {
        let mut bytes = vec![b'1'; 3 * MAX_LINE_BYTES];
        bytes.extend_from_slice(b"\n7\n");
        let mut lines = JsonLines::<_, u8>::new(BufReader::new(&bytes[..]));
        let first = lines.next().expect("there is a line").expect("bytes can be read");
        assert_eq!(first, garbage(1, "the line is longer than 1048576 bytes"));
        assert!(lines.bytes.capacity() <= 2 * MAX_LINE_BYTES);
        assert_eq!(lines.next().expect("there is a line").expect("bytes can be read"), JsonLine::Value(7));
    }

    fn all<T: DeserializeOwned>(bytes: &[u8]) -> usize {
        JsonLines::<_, T>::new(bytes).inspect(|line| assert!(line.is_ok(), "bytes can be read")).count()
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_to_the_end(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
            let lines = bytes.split(|byte| *byte == b'\n').filter(|line| !line.trim_ascii().is_empty()).count();
            prop_assert_eq!(all::<Exposure>(&bytes), lines);
            prop_assert_eq!(all::<Outcome>(&bytes), lines);
        }
    }
}
