//! A look at a proto's tokens before it is parsed, so that no text can exhaust the parser's stack.

/// How deeply brackets may be nested. Hand-written protos stay below 10.
const MAX_DEPTH: usize = 64;
/// What is said of a file of an edition.
pub(crate) const EDITIONS: &str = "protobuf editions cannot be read";

/// Why a text is not given to the parser. Line and column count from 1, columns in characters.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Refused {
    pub(crate) line: u32,
    pub(crate) column: u32,
    pub(crate) message: String,
}

/// What default values are called in the text that [`without_edition`] gives back.
pub(crate) const DEFAULT: &str = "default_value";

/// The text as `proto3`: what it declares can then be parsed, though not what that means. That syntax has no default
/// values, so that they become options of another name, and it reserves names as strings.
pub(crate) fn without_edition(text: &str) -> Option<String> {
    let Err(refused) = scan(text) else { return None };
    if refused.message != EDITIONS {
        return None;
    }
    let line = usize::try_from(refused.line).ok()?;
    let start = text.split_inclusive('\n').take(line - 1).map(str::len).sum::<usize>();
    let start = start + text[start..].find("edition")?;
    let end = start + text[start..].find(';')?;
    let mut declared = format!("{}syntax = \"proto3\"", &text[..start]);
    let (mut rest, mut before, mut reserved) = (&text[end..], ' ', false);
    while let Some(next) = rest.chars().next() {
        let (token, behind) = rest.split_at(token(rest, next).len());
        let starts = matches!(before, '{' | '}' | ';');
        reserved = (reserved && next != ';') || (starts && token == "reserved");
        let is_word = next.is_ascii_alphabetic();
        if token == "default" && matches!(before, '[' | ',') && behind.trim_start().starts_with('=') {
            declared.push_str(DEFAULT);
        } else if reserved && is_word && !["reserved", "to", "max"].contains(&token) {
            declared.extend(["\"", token, "\""]);
        } else {
            declared.push_str(token);
        }
        if !next.is_whitespace() && !token.starts_with("//") && !token.starts_with("/*") {
            before = next;
        }
        rest = behind;
    }
    Some(declared)
}

/// Looks at brackets, and at the syntax that the file declares.
pub(crate) fn scan(text: &str) -> Result<(), Refused> {
    let mut depth = 0_usize;
    let mut first = true;
    let mut rest = text.strip_prefix('\u{feff}').unwrap_or(text);
    while let Some(next) = rest.chars().next() {
        let length = match next {
            '{' | '[' | '(' | '<' => {
                depth += 1;
                if depth > MAX_DEPTH {
                    return Err(refused(
                        text,
                        rest,
                        format!("brackets are nested more than {MAX_DEPTH} deep"),
                    ));
                }
                1
            }
            '}' | ']' | ')' | '>' => {
                depth = depth.saturating_sub(1);
                1
            }
            _ => token(rest, next).len(),
        };
        if next.is_ascii_alphabetic() && std::mem::take(&mut first) && token(rest, next) == "edition" {
            return Err(refused(text, rest, EDITIONS.to_owned()));
        }
        rest = &rest[length..];
    }
    Ok(())
}

/// A comment, a string, a word or one letter: what a text begins with.
fn token(rest: &str, next: char) -> &str {
    let length = match next {
        '/' if rest.starts_with("//") => rest.find('\n').unwrap_or(rest.len()),
        '/' if rest.starts_with("/*") => rest.find("*/").map_or(rest.len(), |end| end + 2),
        '"' | '\'' => string_length(rest, next),
        _ if next.is_ascii_alphabetic() => word(rest).len(),
        _ => next.len_utf8(),
    };
    &rest[..length]
}

fn string_length(rest: &str, quote: char) -> usize {
    let mut escaped = false;
    for (index, letter) in rest.char_indices().skip(1) {
        match letter {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            // A string that is not closed on its line is an error of the parser's to report.
            '\n' => return index,
            _ if letter == quote => return index + 1,
            _ => {}
        }
    }
    rest.len()
}

fn word(rest: &str) -> &str {
    let end =
        rest.find(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_').unwrap_or(rest.len());
    &rest[..end]
}

fn refused(text: &str, rest: &str, message: String) -> Refused {
    let (line, column) = position(text, text.len() - rest.len());
    Refused { line, column, message }
}

/// Line and column of a byte offset, both from 1, the column in characters.
pub(crate) fn position(text: &str, offset: usize) -> (u32, u32) {
    let offset = text.floor_char_boundary(offset.min(text.len()));
    let before = &text[..offset];
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    (u32::try_from(line).unwrap_or(u32::MAX), u32::try_from(column).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Option<(u32, u32)>) {
        let found = scan(text).err().map(|refused| (refused.line, refused.column));
        assert_eq!(found, expected, "{text:.80}");
    }

    #[test]
    fn deep_brackets_are_refused_where_they_become_too_deep() {
        check(&"{".repeat(64), None);
        check(&format!("\n{}", "[".repeat(65)), Some((2, 65)));
    }

    #[test]
    fn brackets_in_comments_and_strings_do_not_count() {
        check(&format!("// {}\n", "{".repeat(99)), None);
        check(&format!("/* {} */", "{".repeat(99)), None);
        check(&format!("option x = \"\\\"{}\";", "{".repeat(99)), None);
        check(&format!("option x = '{}';", "(".repeat(99)), None);
    }

    #[test]
    fn an_edition_is_refused_only_where_it_is_declared() {
        check("// a comment\nedition = \"2023\";", Some((2, 1)));
        check("syntax = \"proto3\"; message edition {}", None);
    }
}
