//! Characters that are not seen and change what text means.

use findings::{Finding, Level, Location, Span, rule};

use crate::{Check, Lint};

rule! {
    /// Characters in any text file that a reader does not see: bidirectional controls, zero-width characters, tag
    /// characters, runs of variation selectors, soft hyphens and other invisible fillers.
    ///
    /// Within emoji sequences the zero-width joiner, the variation selectors and the tags of flags are what they
    /// should be, and the joiners belong to many scripts (Arabic, Persian, the scripts of India): there they are left
    /// alone. A byte order mark may begin a file.
    ///
    /// What came along with a text that somebody copied only advises: a mark of direction that stands alone, and up to three
    /// zero-width characters or soft hyphens in data of tests, in what others published (`vendor`, scripts and pages of
    /// browsers) and in lines of more than 5,000 characters.
    ///
    /// ## Why it hurts
    /// Reviewers approve what they see, and compilers and agents read what is there. Bidirectional controls make code
    /// look like a comment; instructions in tag characters steer an agent by a rules file that looks harmless; a
    /// zero-width space makes two names of one.
    ///
    /// ## Example
    /// The examples write the characters as escapes, so that they can be seen.
    ///
    /// ```bad escapes
    /// if access == "admin\u{202E} \u{2066}// only for admins\u{2069} \u{2066}" { //~
    /// let score\u{200B}s = rank(); //~
    /// # CLAUDE.md\u{E0069}\u{E0067}\u{E006E}\u{E006F}\u{E0072}\u{E0065} //~
    /// name: co\u{AD}op //~
    /// ok\u{FE0F} //~
    /// \u{2622}\u{FE0F}\u{FE0E}\u{FE0F} //~
    /// \u{2622}\u{FE0F}\u{FE0F}\u{FE0F} //~
    /// \u{8FBB}\u{E0100}\u{E0101} //~
    /// user\u{200D}name //~
    /// x\u{FEFF}y //~
    /// filler\u{3164} //~
    /// seen
    /// ```
    ///
    /// ## Instead
    /// Take the character out, or write it as an escape where the text needs it.
    ///
    /// ```good escapes
    /// \u{FEFF}a byte order mark may begin a file
    /// family \u{1F468}\u{200D}\u{1F469}\u{200D}\u{1F467} and pride \u{1F3F3}\u{FE0F}\u{200D}\u{1F308}
    /// warning \u{26A0}\u{FE0F}, key 1\u{FE0F}\u{20E3}, copyright \u{A9}\u{FE0F}
    /// Scotland \u{1F3F4}\u{E0067}\u{E0062}\u{E0073}\u{E0063}\u{E0074}\u{E007F}
    /// Persian \u{645}\u{6CC}\u{200C}\u{62E}\u{648}\u{627}\u{647}\u{645}, Hindi \u{915}\u{94D}\u{200D}\u{937}
    /// Japanese \u{8FBB}\u{E0100} and \u{3002}\u{FE01}, Malayalam \u{D28}\u{D4D}\u{200D}
    /// doubled by an editor: \u{2622}\u{FE0F}\u{FE0F}
    /// ```
    pub static HIDDEN_UNICODE = {
        id: "hidden-unicode",
        guard: "lints",
        group: "security",
        level: Error,
        summary: "finds characters that a reader does not see",
    };
}

pub(super) static LINT: Lint = Lint { rule: &HIDDEN_UNICODE, check: Check::Text(check) };

fn check(path: &str, text: &str, findings: &mut Vec<Finding>) {
    if text.is_ascii() {
        return;
    }
    for (line, content) in (1u32..).zip(text.lines()) {
        if content.is_ascii() {
            continue;
        }
        let letters: Vec<char> = content.chars().collect();
        let mut at = 0;
        while at < letters.len() {
            let begins_file = line == 1 && at == 0;
            let end = hidden_until(&letters, at, begins_file);
            if end > at {
                let mut finding = finding(path, line, &letters, at..end);
                if came_along(&letters[at..end], || is_data(path, &letters)) {
                    finding.level = Level::Warning;
                }
                findings.push(finding);
            }
            at = end.max(at + 1);
        }
    }
}

fn finding(path: &str, line: u32, letters: &[char], run: std::ops::Range<usize>) -> Finding {
    let codes: Vec<String> =
        letters[run.clone()].iter().take(4).map(|letter| format!("U+{:04X}", u32::from(*letter))).collect();
    let more = if run.len() > 4 { format!(" and {} more", run.len() - 4) } else { String::new() };
    let what = kind(letters[run.start]);
    let span = Span::on_line(line, run.start as u32 + 1, run.end as u32 + 1);
    let around = run.start.saturating_sub(20)..letters.len().min(run.end + 20);
    let shown: String = letters[around].iter().map(|letter| letter.escape_debug().to_string()).collect();
    Finding::new(
        &HIDDEN_UNICODE,
        Location::at(path, span),
        format!("{what} that nobody sees: {}{more}", codes.join(" ")),
    )
    .help("take the character out, or write it as an escape")
    .fact(shown)
}

/// Whether the letters came along when somebody copied a text: a mark of direction alone, which turns nothing round, and in data a
/// few that carry nothing.
fn came_along(run: &[char], is_data: impl FnOnce() -> bool) -> bool {
    const MOST: usize = 3;
    let is_mark = |letter: &char| matches!(letter, '\u{200E}' | '\u{200F}' | '\u{61C}');
    let is_empty =
        |letter: &char| matches!(letter, '\u{200B}'..='\u{200D}' | '\u{2060}' | '\u{FEFF}' | '\u{AD}');
    match run {
        [mark] if is_mark(mark) => true,
        run => run.len() <= MOST && run.iter().all(is_empty) && is_data(),
    }
}

/// Whether a line is of what people did not write here: data of tests, what others published, what a tool has folded into one line.
fn is_data(path: &str, line: &[char]) -> bool {
    const FOLDERS: &[&str] =
        &["test", "tests", "testdata", "fixtures", "vendor", "third_party", "node_modules"];
    const OF_BROWSERS: &[&str] = &["js", "mjs", "cjs", "css", "html", "map"];
    const FOLDED: usize = 5_000;
    let extension = path.rsplit_once('.').map_or("", |(_, extension)| extension);
    path.split('/').rev().skip(1).any(|folder| FOLDERS.contains(&folder))
        || OF_BROWSERS.contains(&extension)
        || path.ends_with(".d.ts")
        || path.ends_with(".d.cts")
        || line.len() > FOLDED
}

fn kind(letter: char) -> &'static str {
    match letter {
        '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{200E}' | '\u{200F}' | '\u{61C}' => {
            "a bidirectional control"
        }
        '\u{E0000}'..='\u{E007F}' => "a tag character",
        '\u{FE00}'..='\u{FE0F}' | '\u{E0100}'..='\u{E01EF}' => "a variation selector",
        '\u{AD}' => "a soft hyphen",
        _ => "a zero-width character",
    }
}

/// The end of the run of hidden characters that begins at a place; the place itself where there is none.
fn hidden_until(letters: &[char], start: usize, begins_file: bool) -> usize {
    let mut end = start;
    while end < letters.len() && is_hidden(letters, end) {
        end += 1;
    }
    if begins_file && letters[start] == '\u{FEFF}' && end == start + 1 { start } else { end }
}

fn is_hidden(letters: &[char], at: usize) -> bool {
    let before = at.checked_sub(1).map(|at| letters[at]);
    let after = letters.get(at + 1).copied();
    match letters[at] {
        // Directions and what overrides them.
        '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' => true,
        // Marks of direction are proper beside right-to-left letters.
        '\u{200E}' | '\u{200F}' | '\u{61C}' => !around(letters, at, 40).iter().copied().any(is_right_to_left),
        '\u{200B}'
        | '\u{2060}'..='\u{2064}'
        | '\u{FEFF}'
        | '\u{AD}'
        | '\u{180E}'
        | '\u{115F}'
        | '\u{1160}'
        | '\u{3164}'
        | '\u{FFA0}'
        | '\u{206A}'..='\u{206F}' => true,
        // Joiners belong to the spelling of scripts that join, and bind emoji.
        '\u{200C}' | '\u{200D}' => {
            let binds = before.is_some_and(is_pictographic) && after.is_some_and(is_pictographic);
            !(binds || before.is_some_and(joins))
        }
        letter if is_selector(letter) => !chooses_a_form(letters, at),
        '\u{E0000}'..='\u{E007F}' => !is_flag(letters, at),
        _ => false,
    }
}

/// Whether a variation selector does what it is for. One chooses the form of what stands before it; editors double
/// the one of an emoji. More of them carry a message.
fn chooses_a_form(letters: &[char], at: usize) -> bool {
    let (base, run) = run_around(letters, at, is_selector);
    let Some(base) = base else { return false };
    match run {
        ['\u{E0100}'..='\u{E01EF}'] => is_ideograph(base),
        [_] => {
            is_pictographic(base) || is_ideograph(base) || !(base.is_alphanumeric() || base.is_whitespace())
        }
        ['\u{FE0F}', '\u{FE0F}'] => is_pictographic(base),
        _ => false,
    }
}

/// Whether a tag belongs to a flag: a black flag, tags, and the tag that ends them.
fn is_flag(letters: &[char], at: usize) -> bool {
    let (base, run) = run_around(letters, at, |letter| matches!(letter, '\u{E0020}'..='\u{E007F}'));
    base == Some('\u{1F3F4}') && run.len() <= 7 && run.last() == Some(&'\u{E007F}')
}

/// The run of letters of a kind around a place, and what stands before it. Runs are cut off after a few letters:
/// none that is proper is longer, and a line may be nothing but such letters.
fn run_around(letters: &[char], at: usize, kind: fn(char) -> bool) -> (Option<char>, &[char]) {
    const LONGEST: usize = 9;
    let before = letters[..at].iter().rev().take(LONGEST).take_while(|letter| kind(**letter)).count();
    let behind = letters[at..].iter().take(LONGEST).take_while(|letter| kind(**letter)).count();
    let begin = at - before;
    (begin.checked_sub(1).map(|at| letters[at]), &letters[begin..at + behind])
}

fn around(letters: &[char], at: usize, reach: usize) -> &[char] {
    &letters[at.saturating_sub(reach)..letters.len().min(at + reach)]
}

fn is_right_to_left(letter: char) -> bool {
    matches!(letter, '\u{590}'..='\u{608}' | '\u{60B}'..='\u{61B}' | '\u{61D}'..='\u{8FF}' | '\u{FB1D}'..='\u{FDFF}' | '\u{FE70}'..='\u{FEFC}')
}

fn is_ideograph(letter: char) -> bool {
    matches!(letter, '\u{2E80}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{FF00}'..='\u{FFEF}' | '\u{20000}'..='\u{3FFFF}')
}

fn is_selector(letter: char) -> bool {
    matches!(letter, '\u{FE00}'..='\u{FE0F}' | '\u{E0100}'..='\u{E01EF}')
}

/// Emoji and what stands within their sequences, broadly.
fn is_pictographic(letter: char) -> bool {
    matches!(letter,
        '\u{1F000}'..='\u{1FAFF}' | '\u{2190}'..='\u{2BFF}' | '\u{FE0F}' | '\u{20E3}'
        | '\u{203C}' | '\u{2049}' | '\u{2122}' | '\u{2139}' | '\u{3030}' | '\u{303D}' | '\u{3297}' | '\u{3299}'
        | '\u{A9}' | '\u{AE}' | '#' | '*' | '0'..='9')
}

/// Letters of scripts in which joiners are part of spelling: Arabic and its relatives, the scripts of South and
/// Southeast Asia, Mongolian.
fn joins(letter: char) -> bool {
    matches!(letter, '\u{600}'..='\u{109F}' | '\u{1700}'..='\u{18AF}' | '\u{1900}'..='\u{1CFF}' | '\u{A800}'..='\u{ABFF}'
        | '\u{FB50}'..='\u{FDFF}' | '\u{FE70}'..='\u{FEFC}' | '\u{11000}'..='\u{11FFF}')
}
