//! `allowed_signers`: who may sign, in the format that OpenSSH describes in `ssh-keygen(1)`, ALLOWED SIGNERS.

use jiff::civil::DateTime;
use jiff::tz::Offset;
use ssh_key::PublicKey;
use ssh_key::public::KeyData;

use super::NAMESPACE;
use crate::Today;

/// The lines that could be read, and what is wrong with the others.
#[derive(Clone, Debug, Default)]
pub struct AllowedSigners {
    /// In the order of the file.
    pub entries: Vec<Entry>,
    /// One sentence a line that was passed over.
    pub problems: Vec<String>,
    /// Keys that count no more, whatever the entries say.
    pub revoked: Vec<KeyData>,
}

/// One key.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Patterns of the names that it signs for.
    pub principals: String,
    /// Patterns of what it signs; `None` means everything.
    pub namespaces: Option<String>,
    /// From when on it is valid, in seconds since 1970.
    pub valid_after: Option<i64>,
    /// Until when it is valid.
    pub valid_before: Option<i64>,
    /// The key.
    pub key: PublicKey,
}

impl AllowedSigners {
    /// Reads the file. A line that cannot be read trusts nobody and is told.
    pub fn parse(text: &str) -> AllowedSigners {
        let mut signers = AllowedSigners::default();
        for (index, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            match entry(line) {
                Ok(entry) => signers.entries.push(entry),
                Err(message) => signers.problems.push(format!("line {} trusts nobody: {message}", index + 1)),
            }
        }
        signers
    }
}

impl Entry {
    /// Whether the key signs for a name.
    pub fn signs_for(&self, name: &str) -> bool {
        matches_list(&self.principals, name)
    }

    /// Whether the key signs approvals.
    pub fn signs_approvals(&self) -> bool {
        self.namespaces.as_deref().is_none_or(|list| matches_list(list, NAMESPACE))
    }

    /// Whether the key is valid at a moment.
    pub fn is_valid(&self, today: Today) -> bool {
        self.valid_after.is_none_or(|after| today.seconds() >= after)
            && self.valid_before.is_none_or(|before| today.seconds() <= before)
    }
}

fn entry(line: &str) -> Result<Entry, String> {
    let (principals, rest) = word(line);
    let principals = principals.trim_matches('"').to_owned();
    let (first, after) = word(rest);
    // What is not a type of key is a list of options.
    let is_key = |word: &str| ["ssh-", "ecdsa-", "sk-"].iter().any(|prefix| word.starts_with(prefix));
    let (options, key) = if is_key(first) { ("", rest) } else { (first, after) };
    let mut entry = Entry {
        principals,
        namespaces: None,
        valid_after: None,
        valid_before: None,
        key: PublicKey::from_openssh(key.trim()).map_err(|error| format!("its key is not read: {error}"))?,
    };
    for option in split_options(options) {
        let (name, value) = option.split_once('=').unwrap_or((option, ""));
        let value = value.trim_matches('"');
        let time = || {
            time(value).ok_or_else(|| format!("`{value}` is no time such as `20270131` or `202701311200Z`"))
        };
        match name.to_ascii_lowercase().as_str() {
            "namespaces" => entry.namespaces = Some(value.to_owned()),
            "valid-after" => entry.valid_after = Some(time()?),
            "valid-before" => entry.valid_before = Some(time()?),
            "cert-authority" => return Err("certificates are not read, only keys".to_owned()),
            other => return Err(format!("the option `{other}` is not known")),
        }
    }
    match (entry.valid_after, entry.valid_before) {
        (Some(after), Some(before)) if before <= after => Err("it ends before it begins".to_owned()),
        _ => Ok(entry),
    }
}

/// The first word of a line, quotes holding it together, and what follows.
fn word(line: &str) -> (&str, &str) {
    let line = line.trim_start();
    let mut quoted = false;
    let end = line.find(|letter: char| {
        quoted ^= letter == '"';
        !quoted && letter.is_whitespace()
    });
    line.split_at(end.unwrap_or(line.len()))
}

/// Options are parted by commas outside of quotes.
fn split_options(options: &str) -> impl Iterator<Item = &str> {
    let mut quoted = false;
    let parts = options.split(move |letter: char| {
        quoted ^= letter == '"';
        !quoted && letter == ','
    });
    parts.filter(|part| !part.is_empty())
}

/// `YYYYMMDD`, `YYYYMMDDHHMM` or `YYYYMMDDHHMMSS`, with or without `Z`: in UTC either way, so that a verdict does not
/// depend on the machine.
fn time(text: &str) -> Option<i64> {
    let digits = text.strip_suffix(['Z', 'z']).unwrap_or(text);
    if !matches!(digits.len(), 8 | 12 | 14) || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let part = |from: usize, to: usize| digits.get(from..to).map_or(Ok(0), str::parse::<i8>).ok();
    let year = digits[..4].parse().ok()?;
    let moment =
        DateTime::new(year, part(4, 6)?, part(6, 8)?, part(8, 10)?, part(10, 12)?, part(12, 14)?, 0).ok()?;
    Offset::UTC.to_timestamp(moment).ok().map(|moment| moment.as_second())
}

/// OpenSSH's lists of patterns: parted by commas, `*` and `?` in them, and `!` in front of one that forbids.
pub(super) fn matches_list(list: &str, name: &str) -> bool {
    let mut allowed = false;
    for pattern in list.split(',').map(str::trim) {
        match pattern.strip_prefix('!') {
            Some(pattern) if matches_pattern(pattern, name) => return false,
            Some(_) => {}
            None => allowed |= matches_pattern(pattern, name),
        }
    }
    allowed
}

fn matches_pattern(pattern: &str, name: &str) -> bool {
    let (pattern, name): (Vec<char>, Vec<char>) = (pattern.chars().collect(), name.chars().collect());
    // Where the last star stood, and what it has swallowed so far.
    let (mut at, mut seen, mut star) = (0, 0, None);
    while seen < name.len() {
        match pattern.get(at) {
            Some('*') => {
                star = Some((at, seen));
                at += 1;
            }
            Some(letter) if *letter == '?' || *letter == name[seen] => {
                at += 1;
                seen += 1;
            }
            _ => match &mut star {
                Some((place, swallowed)) => {
                    *swallowed += 1;
                    (at, seen) = (*place + 1, *swallowed);
                }
                None => return false,
            },
        }
    }
    pattern[at..].iter().all(|letter| *letter == '*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_are_those_of_openssh() {
        for (list, name, expected) in [
            ("ann@x", "ann@x", true),
            ("ann@x", "bob@x", false),
            ("*@x", "bob@x", true),
            ("*@x,!bob@x", "bob@x", false),
            ("!bob@x", "ann@x", false),
            ("a?n*", "ann", true),
            ("*a*b*c", "xxaxbxxc", true),
            ("*a*b*c", "xxaxbxx", false),
            ("", "", true),
            ("*", "", true),
        ] {
            assert_eq!(matches_list(list, name), expected, "{list} {name}");
        }
    }

    #[test]
    fn times_have_three_lengths() {
        assert_eq!(time("19700102"), Some(86_400));
        assert_eq!(time("197001020001Z"), Some(86_460));
        assert_eq!(time("19700102000001"), Some(86_401));
        for text in ["1970", "19701301", "1970010200000", "1970010x", "", "2027-01-31"] {
            assert_eq!(time(text), None, "{text}");
        }
    }
}
