//! An event as it arrives: at most so long, and as JSON that a client writes and others do not read.

use std::io::Read;

use super::dialect::Dialect;
use super::event::Event;
use super::look;

/// The largest event that is read, in bytes.
pub(super) const MAX_EVENT: u64 = 16 * 1024 * 1024;

/// How much more of a larger one is looked through for its name.
const LOOKED_THROUGH: u64 = 1024 * 1024 * 1024;

/// Why an event is not answered.
pub(super) enum Unread {
    /// The person is told.
    Told(String),
    /// A tool is about to be used with what nobody reads: it is denied.
    Before(String),
}

impl From<String> for Unread {
    fn from(reason: String) -> Unread {
        Unread::Told(reason)
    }
}

pub(super) fn read(client: &Dialect, mut input: impl Read) -> Result<Event, Unread> {
    let mut bytes = Vec::new();
    let read = input.by_ref().take(MAX_EVENT + 1).read_to_end(&mut bytes);
    read.map_err(|error| format!("failed to read the event: {error}"))?;
    if bytes.len() as u64 > MAX_EVENT {
        return Err(match is_before(&bytes, input) {
            true => Unread::Before(TOO_LARGE.to_owned()),
            false => Unread::Told("the event is larger than 16 MiB".to_owned()),
        });
    }
    let value = serde_json::from_slice(&bytes)
        .or_else(|error| serde_json::from_slice(&with_whole_characters(&bytes)).map_err(|_| error));
    let value = value.map_err(|error| format!("no event that can be read ({error})"))?;
    let event = (client.decode)(&value).map_err(|reason| format!("no event that can be read ({reason})"))?;
    match event.folder.as_os_str().len() {
        // Every part of it would be looked for.
        long if long > look::MAX_PATH => {
            Err(format!("its `cwd` has {long} bytes, more than any path").into())
        }
        _ => Ok(event),
    }
}

/// The event before a tool is used, as clients call it.
pub(super) const BEFORE: &str = "PreToolUse";

const TOO_LARGE: &str = "more than 16 MiB are not looked through. Write what is long to files in parts, with the write tool, and have a \
                         short command read them.";

/// Whether an event says that a tool is about to be used, in its beginning or in what is left of it.
fn is_before(beginning: &[u8], rest: impl Read) -> bool {
    /// More than the name and what may stand around it.
    const OVERLAP: usize = 1024;
    let mut window = beginning.to_vec();
    let mut rest = rest.take(LOOKED_THROUGH);
    loop {
        if says_before(&window) {
            return true;
        }
        window.drain(..window.len().saturating_sub(OVERLAP));
        match rest.by_ref().take(1024 * 1024).read_to_end(&mut window) {
            Ok(1..) => {}
            Ok(0) | Err(_) => return false,
        }
    }
}

fn says_before(bytes: &[u8]) -> bool {
    // Within a text its quotes stand behind `\`.
    const KEY: &str = "\"hook_event_name\"";
    let text = String::from_utf8_lossy(bytes);
    let mut named =
        text.match_indices(KEY).filter_map(|(at, _)| text[at + KEY.len()..].trim_start().strip_prefix(':'));
    named.any(|name| name.trim_start().starts_with(&format!("\"{BEFORE}\"")))
}

/// The same JSON with `\ufffd` for halves of characters: clients cut texts between two halves and write `\ud83d` alone, which is
/// no text, and put that sign there when they write a file.
fn with_whole_characters(bytes: &[u8]) -> Vec<u8> {
    let unit = |at: usize| -> Option<u32> {
        let escape = bytes.get(at..at + 6)?.strip_prefix(b"\\u")?;
        u32::from_str_radix(std::str::from_utf8(escape).ok()?, 16).ok()
    };
    let mut whole = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let length = match (bytes[at], unit(at)) {
            (b'\\', Some(0xd800..=0xdbff)) if matches!(unit(at + 6), Some(0xdc00..=0xdfff)) => 12,
            (b'\\', Some(0xd800..=0xdfff)) => {
                whole.extend(b"\\ufffd");
                at += 6;
                continue;
            }
            (b'\\', _) => 2,
            _ => 1,
        };
        let end = bytes.len().min(at + length);
        whole.extend(&bytes[at..end]);
        at = end;
    }
    whole
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_of_characters_are_read_as_the_sign_that_stands_for_them() {
        let check = |text: &str, expected: Option<&str>| {
            let whole = with_whole_characters(format!("\"{text}\"").as_bytes());
            assert_eq!(serde_json::from_slice::<String>(&whole).ok().as_deref(), expected, "{text}");
        };
        check("a", Some("a"));
        check(r"\ud83d\ude00", Some("\u{1f600}"));
        check(r"a\ud83d", Some("a\u{fffd}"));
        check(r"\ud83d\ud83d\ude00b", Some("\u{fffd}\u{1f600}b"));
        check(r"\uDE00\ud83d\n", Some("\u{fffd}\u{fffd}\n"));
        check(r"\\ud83d", Some(r"\ud83d"));
        check(r"\u00e4", Some("\u{e4}"));
        check(r"\u12", None);
    }
}
