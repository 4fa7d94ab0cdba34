//! Words that several modules say, and words of others inside our own.

/// What `has` over messages becomes. No expression can name it: `@` begins no name.
pub(crate) const HAS: &str = "@has";

/// What is said where the library panicked.
pub(crate) const BROKEN: &str = "cannot be worked on by this Gatefold";

/// Text on one line, without backticks, so that it can be quoted in a message.
pub(crate) fn shown(text: &str, most: usize) -> String {
    let plain = text.chars().map(|letter| match letter {
        '`' => '\'',
        letter if letter.is_control() => ' ',
        letter => letter,
    });
    let mut shown: String = plain.clone().take(most).collect();
    if plain.count() > most {
        shown.push_str(" ..");
    }
    shown
}
