//! What a text says in its own words: code, quotations, comments and boxes that nobody ticked are left out.

/// What stands in the place of something that is left out of a sentence.
pub(super) const LEFT_OUT: char = '\u{2026}';

/// Bytes of a text that are read; a description is no book.
const LONGEST: usize = 262_144;

/// Bytes of a line that are read: what looks for marks looks often.
const WIDEST: usize = 8_192;

/// Elements of HTML whose content is somebody else's, or is taken back.
const NOT_SAID: [&str; 8] = ["pre", "code", "blockquote", "q", "del", "strike", "s", "kbd"];

/// A paragraph, an item of a list, a heading or the subject of a commit.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Block {
    /// On one line.
    pub(super) text: String,
    /// Whether it names what follows.
    pub(super) heading: bool,
}

/// The blocks of a text in Markdown, or of a commit's message. What comes behind the limit is not read.
pub(super) fn blocks(text: &str) -> Vec<Block> {
    let mut reader = Reader::default();
    start(text, LONGEST).lines().for_each(|line| reader.line(start(line, WIDEST)));
    reader.close();
    let said = reader.blocks.into_iter().map(|block| Block { text: inline(&block.text), ..block });
    said.filter(|block| block.text.chars().any(char::is_alphanumeric)).collect()
}

/// The first bytes of a text, cut between letters.
fn start(text: &str, bytes: usize) -> &str {
    let mut end = text.len().min(bytes);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

#[derive(Default)]
struct Reader {
    blocks: Vec<Block>,
    open: String,
    /// The sign and the length of a fence that is open.
    fence: Option<(char, usize)>,
    /// Whether a comment of HTML is open.
    comment: bool,
    /// An element that is open and whose content is not said.
    element: Option<&'static str>,
    /// Whether a quotation goes on: it ends with an empty line.
    quotation: bool,
    /// How far the item is indented that nobody ticked; what stands deeper belongs to it.
    unticked: Option<usize>,
    /// Whether the last line was empty, and whether a list is open.
    gap: bool,
    list: bool,
}

impl Reader {
    fn line(&mut self, line: &str) {
        let indent = line.len() - line.trim_start().len();
        let bare = line.trim();
        if let Some((sign, length)) = self.fence {
            if run(bare, sign) >= length && bare.chars().all(|c| c == sign) {
                self.fence = None;
            }
            return;
        }
        let uncommented = self.without_comments(bare);
        let bare = self.without_elements(&uncommented);
        let bare = bare.trim();
        if bare.is_empty() {
            self.close();
            (self.quotation, self.gap) = (false, true);
            return;
        }
        let gap = std::mem::replace(&mut self.gap, false);
        if let Some(sign) = ['`', '~'].into_iter().find(|sign| run(bare, *sign) >= 3) {
            self.close();
            self.fence = Some((sign, run(bare, sign)));
            return;
        }
        if bare.starts_with('>') || self.quotation {
            self.close();
            self.quotation = true;
            return;
        }
        let item = item(bare);
        if self.unticked.is_some_and(|above| indent > above) {
            return;
        }
        self.unticked = None;
        if item.is_none() && (gap || self.blocks.is_empty()) && indent >= 4 && !self.list {
            return;
        }
        match item {
            Some(said) => {
                self.close();
                self.list = true;
                match ticked(said) {
                    Some((false, _)) => self.unticked = Some(indent),
                    Some((true, rest)) => self.open.push_str(rest),
                    None => self.open.push_str(said),
                }
            }
            None if bare.starts_with('#') => {
                self.close();
                self.list = false;
                let text = bare.trim_matches('#').trim().to_owned();
                self.blocks.push(Block { text, heading: true });
            }
            None => {
                self.list &= indent > 0 || !gap;
                self.open.push(' ');
                self.open.push_str(bare);
            }
        }
    }

    fn close(&mut self) {
        let text = std::mem::take(&mut self.open);
        if !text.trim().is_empty() {
            self.blocks.push(Block { text, heading: false });
        }
    }

    /// The line without what stands in comments, which may go over several lines.
    fn without_comments(&mut self, line: &str) -> String {
        let (mut out, mut rest) = (String::new(), line);
        loop {
            let (mark, opens) = if self.comment { ("-->", false) } else { ("<!--", true) };
            let found = rest.find(mark);
            if !self.comment {
                out.push_str(&rest[..found.unwrap_or(rest.len())]);
            }
            let Some(at) = found else { return out };
            self.comment = opens;
            rest = &rest[at + mark.len()..];
        }
    }

    /// The line without what stands in elements whose content is not said, which may go over several lines.
    fn without_elements(&mut self, line: &str) -> String {
        let (mut out, mut rest) = (String::new(), line);
        loop {
            match self.element {
                Some(name) => match find_tag(rest, &format!("</{name}")) {
                    Some(at) => {
                        self.element = None;
                        rest = rest[at..].split_once('>').map_or("", |(_, behind)| behind);
                    }
                    None => return out,
                },
                None => {
                    let opened = NOT_SAID
                        .iter()
                        .filter_map(|name| Some((find_tag(rest, &format!("<{name}"))?, *name)));
                    match opened.min() {
                        Some((at, name)) => {
                            out.push_str(&rest[..at]);
                            out.push(LEFT_OUT);
                            self.element = Some(name);
                            rest = rest[at..].split_once('>').map_or("", |(_, behind)| behind);
                        }
                        None => return out + rest,
                    }
                }
            }
        }
    }
}

/// How often a text begins with a sign.
fn run(text: &str, sign: char) -> usize {
    text.chars().take_while(|c| *c == sign).count()
}

/// Where a tag begins, whatever its case.
fn find_tag(text: &str, tag: &str) -> Option<usize> {
    let lower = text.to_ascii_lowercase();
    let ends = |at: &usize| lower[at + tag.len()..].starts_with(['>', ' ', '/']);
    lower.match_indices(tag).map(|(at, _)| at).find(ends)
}

/// What an item of a list says, without its mark.
fn item(line: &str) -> Option<&str> {
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    let numbered = (1..=9).contains(&digits).then(|| &line[digits..]);
    let behind = match numbered {
        Some(rest) => rest.strip_prefix(['.', ')'])?,
        None => line.strip_prefix(['-', '*', '+'])?,
    };
    behind.starts_with([' ', '\t']).then(|| behind.trim_start())
}

/// Whether the box of an item is ticked, and what stands behind it; `None` where there is no box.
fn ticked(said: &str) -> Option<(bool, &str)> {
    let inside = said.strip_prefix('[')?;
    let (mark, behind) = inside.split_once(']')?;
    match mark.trim() {
        "" => Some((false, behind)),
        "x" | "X" | "✓" | "✔" => Some((true, behind)),
        _ => None,
    }
}

/// A block without code, quotations, what is struck out, addresses and tags.
fn inline(text: &str) -> String {
    let without_code = paired(text, "`");
    let without_struck = paired(&without_code, "~~");
    let mut out = without_struck;
    for (open, close) in [("\"", "\""), ("“", "”"), ("„", "“"), ("«", "»"), ("‘", "’")] {
        out = between(&out, open, close);
    }
    out = single_quoted(&out);
    out = between(&out, "](", ")");
    out = between(&out, "<", ">");
    out.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A text without what stands between two equal runs of a mark.
fn paired(text: &str, mark: &str) -> String {
    let (mut out, mut rest) = (String::new(), text);
    while let Some(at) = rest.find(mark) {
        let (before, fence, behind) = first_run(rest, at, mark);
        out.push_str(before);
        match closing(behind, fence.len(), mark) {
            Some(end) => {
                out.push(LEFT_OUT);
                rest = &behind[end + fence.len()..];
            }
            None => {
                out.push_str(fence);
                rest = behind;
            }
        }
    }
    out + rest
}

/// Where a run of the same length closes what a fence opened.
fn closing(text: &str, length: usize, mark: &str) -> Option<usize> {
    let mut from = 0;
    while let Some(at) = text[from..].find(mark) {
        let (_, fence, behind) = first_run(&text[from..], at, mark);
        if fence.len() == length {
            return Some(from + at);
        }
        from = text.len() - behind.len();
    }
    None
}

/// A text before a run of marks, the run, and what stands behind it.
fn first_run<'a>(text: &'a str, at: usize, mark: &str) -> (&'a str, &'a str, &'a str) {
    let (before, from) = text.split_at(at);
    let behind = from.trim_start_matches(mark);
    (before, &from[..from.len() - behind.len()], behind)
}

/// A text without what stands between two marks; a mark without its other stays.
fn between(text: &str, open: &str, close: &str) -> String {
    let (mut out, mut rest) = (String::new(), text);
    while let Some(at) = rest.find(open) {
        let behind = &rest[at + open.len()..];
        let Some(end) = behind.find(close) else { break };
        out.push_str(&rest[..at]);
        out.push(LEFT_OUT);
        rest = &behind[end + close.len()..];
    }
    out + rest
}

/// A text without what stands between single quotation marks; an apostrophe is none.
fn single_quoted(text: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    let is_word = |at: Option<usize>| at.and_then(|at| letters.get(at)).is_some_and(|c| c.is_alphanumeric());
    let closes = |at: &usize| letters[*at] == '\'' && !is_word(Some(at + 1));
    let (mut out, mut at) = (String::new(), 0);
    let last = (0..letters.len()).rev().find(closes).unwrap_or(0);
    while at < letters.len() {
        let opens = letters[at] == '\'' && !is_word(at.checked_sub(1)) && is_word(Some(at + 1));
        // Beyond the last mark that closes, none is looked for.
        let close = (opens && at < last).then(|| (at + 1..=last).find(closes)).flatten();
        match close {
            Some(end) => {
                out.push(LEFT_OUT);
                at = end + 1;
            }
            None => {
                out.push(letters[at]);
                at += 1;
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let found: Vec<String> = blocks(text).into_iter().map(|block| block.text).collect();
        assert_eq!(found, expected, "{text:?}");
    }

    #[test]
    fn paragraphs_items_and_headings_stand_by_themselves() {
        check("One\ntwo.\n\nThree", &["One two.", "Three"]);
        check(
            "## What\nOne\n- two\n  goes on\n* three\n1. four",
            &["What", "One", "two goes on", "three", "four"],
        );
    }

    #[test]
    fn code_and_quotations_are_not_said() {
        check("a\n```\nno\n``\n```\nb", &["a", "b"]);
        check("a\n~~~~ text\n~~~\nno\n~~~~\nb", &["a", "b"]);
        check("a\n```\nit never ends", &["a"]);
        check("a `no` and ``n`o`` b", &["a … and … b"]);
        check("an odd ` tick", &["an odd ` tick"]);
        check("a\n\n    no\n\nb", &["a", "b"]);
        check("> no\nno\n\nyes", &["yes"]);
        check("he says \"no\" and 'no' and “no”, and it's ours", &["he says … and … and …, and it's ours"]);
        check("a <code>no</code> b <pre>\nno\n\nno</pre> c", &["a … b …", "c"]);
        check("~~no~~ yes", &["… yes"]);
        check("see [the words](https://no.example) now", &["see [the words… now"]);
    }

    #[test]
    fn what_nobody_filled_in_is_not_said() {
        check("- [ ] no\n  no\n- [x] yes\n- [X] Yes\n- [] no", &["yes", "Yes"]);
        check("<!-- no\nno --> yes <!-- no -->", &["yes"]);
        check("- item\n\n    goes on", &["item", "goes on"]);
    }

    #[test]
    fn hostile_texts_end() {
        let lines = ["`", "<!--", "\"'<q>", "> ", "'a ", "<q>", "a. ", "~~`", "](", "- [ ] "];
        for text in lines.iter().flat_map(|part| [part.repeat(300_000), format!("{part}\n").repeat(100_000)])
        {
            blocks(&text);
        }
        assert_eq!(blocks(&"é".repeat(400_000))[0].text.len(), WIDEST, "it is cut between letters");
    }
}
