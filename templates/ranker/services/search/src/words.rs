//! Text as words: folded, so that people need not care about case, diacritics and punctuation.
//!
//! One function makes words of titles and of what people type, so that the two can be compared.
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// The words of a text, in their order.
///
/// A word is what stands between characters that are neither letter nor digit, in lower case and without the diacritics
/// of European scripts. Apostrophes do not part words. Han and kana, which are written without spaces, stand each for
/// itself.
pub fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    for letter in folded(text).chars() {
        if stands_alone(letter) {
            words.extend([std::mem::take(&mut word), letter.to_string()]);
        } else if letter.is_alphanumeric() || is_combining_mark(letter) {
            word.push(letter);
        } else if !is_apostrophe(letter) {
            words.push(std::mem::take(&mut word));
        }
    }
    words.push(word);
    words.retain(|word| !word.is_empty());
    words
}

/// Whether a folded word says so little that a text with other words is found without it.
pub fn is_stop_word(word: &str) -> bool {
    const STOP_WORDS: [&str; 24] = [
        "a", "an", "and", "das", "de", "der", "die", "el", "et", "feat", "ft", "in", "la", "las", "le",
        "les", "los", "of", "on", "the", "to", "und", "with", "y",
    ];
    STOP_WORDS.binary_search(&word).is_ok()
}

/// Compatible forms made one, marks of European scripts taken off, lower case, the rest composed again.
fn folded(text: &str) -> String {
    let bare = text.nfkd().filter(|letter| !matches!(letter, '\u{300}'..='\u{36f}'));
    let mut folded = String::with_capacity(text.len());
    for letter in bare.flat_map(char::to_lowercase) {
        match letter {
            'ß' => folded.push_str("ss"),
            'æ' => folded.push_str("ae"),
            'œ' => folded.push_str("oe"),
            'þ' => folded.push_str("th"),
            'ø' => folded.push('o'),
            'đ' | 'ð' => folded.push('d'),
            'ł' => folded.push('l'),
            'ı' => folded.push('i'),
            'ς' => folded.push('σ'),
            // The dot that lower case leaves of a Turkish capital İ.
            '\u{307}' => {}
            other => folded.push(other),
        }
    }
    folded.nfc().collect()
}

fn is_apostrophe(letter: char) -> bool {
    matches!(letter, '\'' | '\u{2019}' | '\u{2bc}' | '`' | '\u{b4}')
}

/// Whether a letter is of a script that is written without spaces, and is looked for by itself.
fn stands_alone(letter: char) -> bool {
    matches!(letter,
        '\u{3041}'..='\u{309f}' | '\u{30a1}'..='\u{30fa}' | '\u{30fc}'..='\u{30ff}'
        | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn words_are_folded() {
        for (text, expected) in [
            ("Björk", "bjork"),
            ("BJO\u{308}RK", "bjork"),
            ("Ænima — Þórr", "aenima thorr"),
            ("Straße STRASSE", "strasse strasse"),
            ("İstanbul ıslak", "istanbul islak"),
            ("Łódź, Đorđe; Øresund", "lodz dorde oresund"),
            ("Don't Stop/Don’t stop", "dont stop dont stop"),
            ("AC/DC (Live) [feat. R.E.M.]", "ac dc live feat r e m"),
            ("Ёлка й", "елка и"),
            ("ΟΔΟΣ οδός", "οδοσ οδοσ"),
            ("ｆｕｌｌ ﬁne №5", "full fine no5"),
            ("夜の海 ガラス", "夜 の 海 ガ ラ ス"),
            ("서울의 밤", "서울의 밤"),
            ("हिन्दी गाना", "हिन्दी गाना"),
            ("شارع الحب", "شارع الحب"),
            ("\"love\" AND title:* ~1 ^9 [a TO b] \\", "love and title 1 9 a to b"),
            ("★ !!! 🎵", ""),
            ("", ""),
        ] {
            assert_eq!(words(text).join(" "), expected, "{text}");
        }
    }

    #[test]
    fn stop_words_are_found() {
        assert!(is_stop_word("the") && is_stop_word("a") && is_stop_word("y"));
        assert!(!is_stop_word("love") && !is_stop_word(""));
    }

    proptest! {
        #[test]
        fn words_of_words_are_the_same_words(text in any::<String>()) {
            let once = words(&text);
            prop_assert_eq!(words(&once.join(" ")), once);
        }
    }
}
