//! What a change can be about that a reviewer should see first, told by the words that it adds or takes away.

use std::collections::BTreeSet;

use source::Part;

/// Something that is worth reading first.
pub(super) struct Topic {
    /// What a place about it counts: more than all below it that are likely to come together.
    pub(super) score: u64,
    /// What the change does.
    pub(super) said: &'static str,
    /// Whether a word tells of it where it comes or goes.
    tells: fn(&str) -> bool,
    /// Whether the part is about it at all.
    about: fn(&Part) -> bool,
    /// Whether a part that is new as a whole counts.
    new_too: bool,
}

/// The topics, the most urgent first.
pub(super) static TOPICS: &[Topic] = &[
    Topic {
        score: 100,
        said: "`unsafe` comes or goes",
        tells: |word| word == "unsafe",
        about: |_| true,
        new_too: true,
    },
    Topic { score: 60, said: "about who may do what", tells: is_of_access, about: |_| true, new_too: true },
    Topic { score: 40, said: "concurrency differs", tells: is_concurrent, about: |_| true, new_too: true },
    Topic { score: 30, said: "error paths differ", tells: is_of_errors, about: |_| true, new_too: false },
    Topic { score: 30, said: "ranking maths differ", tells: is_maths, about: ranks, new_too: true },
];

impl Topic {
    /// The words that tell, if the difference of a part is about the topic.
    pub(super) fn words<'p>(
        &self,
        part: &Part,
        is_new: bool,
        difference: &BTreeSet<&'p str>,
    ) -> Option<Vec<&'p str>> {
        if is_new && !self.new_too || !(self.about)(part) {
            return None;
        }
        let words: Vec<&str> = difference.iter().copied().filter(|word| (self.tells)(word)).collect();
        (!words.is_empty()).then_some(words)
    }
}

fn is_of_access(word: &str) -> bool {
    const WORDS: [&str; 20] = [
        "auth",
        "authn",
        "authz",
        "authenticate",
        "authenticated",
        "authentication",
        "authorise",
        "authorize",
        "authorized",
        "authorization",
        "bearer",
        "credential",
        "credentials",
        "jwt",
        "hmac",
        "login",
        "password",
        "permission",
        "permissions",
        "secret",
    ];
    parts_of(word).iter().any(|part| WORDS.contains(&part.as_str()))
}

fn is_concurrent(word: &str) -> bool {
    const WORDS: [&str; 27] = [
        "Mutex",
        "RwLock",
        "Condvar",
        "Semaphore",
        "Notify",
        "Barrier",
        "OnceLock",
        "OnceCell",
        "LazyLock",
        "JoinHandle",
        "JoinSet",
        "thread_local",
        "spawn",
        "spawn_blocking",
        "spawn_local",
        "block_on",
        "select",
        "mpsc",
        "oneshot",
        "broadcast",
        "lock",
        "try_lock",
        "fetch_add",
        "fetch_sub",
        "compare_exchange",
        "Send",
        "Sync",
    ];
    WORDS.contains(&word) || word.starts_with("Atomic")
}

fn is_of_errors(word: &str) -> bool {
    const WORDS: [&str; 17] = [
        "?",
        "Err",
        "map_err",
        "unwrap",
        "expect",
        "unwrap_or",
        "unwrap_or_else",
        "unwrap_or_default",
        "ok_or",
        "ok_or_else",
        "panic",
        "unreachable",
        "catch_unwind",
        "bail",
        "Status",
        "Code",
        "is_err",
    ];
    WORDS.contains(&word)
}

/// Arithmetic, order and decimal numbers.
fn is_maths(word: &str) -> bool {
    const WORDS: [&str; 24] = [
        "*",
        "/",
        "+",
        "-",
        "%",
        "f32",
        "f64",
        "partial_cmp",
        "total_cmp",
        "cmp",
        "sort_by",
        "sort_by_key",
        "sort_unstable_by",
        "sort_unstable_by_key",
        "max_by",
        "min_by",
        "reverse",
        "powf",
        "powi",
        "exp",
        "ln",
        "sqrt",
        "clamp",
        "sum",
    ];
    // A whole number is a timeout or a size as often as a weight.
    let is_decimal = word.starts_with(|first: char| first.is_ascii_digit()) && word.contains('.');
    WORDS.contains(&word) || is_decimal || is_of_ranking(word)
}

/// Whether a part ranks: it says so, and it reckons or sorts.
fn ranks(part: &Part) -> bool {
    let says = parts_of(&part.path).iter().any(|part| is_of_ranking(part))
        || part.words.keys().any(|word| is_of_ranking(word));
    says && part.words.keys().any(|word| is_maths(word) && !is_of_ranking(word))
}

fn is_of_ranking(word: &str) -> bool {
    const WORDS: [&str; 18] = [
        "score",
        "scores",
        "scored",
        "scoring",
        "rank",
        "ranks",
        "ranked",
        "ranking",
        "weight",
        "weights",
        "boost",
        "decay",
        "penalty",
        "similarity",
        "cosine",
        "softmax",
        "sigmoid",
        "relevance",
    ];
    parts_of(word).iter().any(|part| WORDS.contains(&part.as_str()))
}

/// The words of a name in snake case, camel case or capitals, in small letters.
fn parts_of(name: &str) -> Vec<String> {
    let (mut parts, mut part, mut was_small) = (Vec::new(), String::new(), false);
    for letter in name.chars() {
        if letter.is_uppercase() && was_small || !letter.is_alphanumeric() {
            parts.push(std::mem::take(&mut part));
        }
        part.extend(letter.to_lowercase().filter(|letter| letter.is_alphanumeric()));
        was_small = letter.is_lowercase() || letter.is_ascii_digit();
    }
    parts.push(part);
    parts.retain(|part| !part.is_empty());
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_word_by_word() {
        let check = |name: &str, expected: &[&str]| assert_eq!(parts_of(name), expected, "{name}");
        check("verify_password", &["verify", "password"]);
        check("TopKScore2", &["top", "kscore2"]);
        check("MAX_WEIGHT", &["max", "weight"]);
        check("r#type", &["r", "type"]);
        check("__", &[]);
        assert!(is_of_access("JwtVerifier") && !is_of_access("author") && !is_of_access("secretary"));
        assert!(is_of_ranking("final_score") && !is_of_ranking("underscore") && !is_of_ranking("franking"));
    }
}
