//! Alert expressions: whether one fires wherever another does.
//!
//! Only what can be shown is said: bounds of comparisons that moved, conditions that were added or dropped. Any other
//! difference leaves it open.

use std::cmp::Ordering;

/// How head's expression stands beside the base's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It fires wherever the base's does.
    AsStrict,
    /// It does not, and this is why.
    Looser(String),
    /// Neither can be shown.
    Open,
}

/// Larger expressions are left open.
const MOST_TERMS: usize = 64;

pub(super) fn compare(base: &str, head: &str) -> Verdict {
    let (before, after) = (tokens(base), tokens(head));
    if before == after {
        return Verdict::AsStrict;
    }
    let (before, after) = (alternatives(&before), alternatives(&after));
    let terms = |side: &[Vec<Term>]| side.iter().map(Vec::len).sum::<usize>();
    if terms(&before) > MOST_TERMS || terms(&after) > MOST_TERMS {
        return Verdict::Open;
    }
    let mut worst = Verdict::AsStrict;
    for one in &before {
        let best = after.iter().map(|other| beside(one, other)).min_by_key(rank).unwrap_or(Verdict::Open);
        let covered = |other: &Vec<Term>| before.iter().any(|one| beside(one, other) != Verdict::Open);
        let verdict = match best {
            Verdict::Open if after.len() < before.len() && after.iter().all(covered) => {
                Verdict::Looser("one of its alternatives is gone".to_owned())
            }
            verdict => verdict,
        };
        worst = std::cmp::max_by_key(worst, verdict, rank);
    }
    worst
}

fn rank(verdict: &Verdict) -> u8 {
    match verdict {
        Verdict::AsStrict => 0,
        Verdict::Looser(_) => 1,
        Verdict::Open => 2,
    }
}

/// One condition: what is looked at, and the bound that it is compared with.
#[derive(Clone, Debug)]
struct Term {
    subject: String,
    bound: Option<Bound>,
}

#[derive(Clone, Debug)]
struct Bound {
    /// With the number on the right: `>`, `>=`, `<`, `<=`, `==`, `!=`.
    operator: &'static str,
    value: f64,
}

/// Alternatives, joined by `or`, of conditions, joined by `and` and `unless`.
fn alternatives(tokens: &[&str]) -> Vec<Vec<Term>> {
    let alternative =
        |part: Vec<&str>| split(&bare(&part), &["and", "unless"]).iter().map(|part| term(part)).collect();
    split(&bare(tokens), &["or"]).into_iter().map(alternative).collect()
}

/// Whether the second alternative holds wherever the first does.
fn beside(one: &[Term], other: &[Term]) -> Verdict {
    let mut worst = Verdict::AsStrict;
    let twin = |term: &Term, among: &[Term]| among.iter().find(|it| it.subject == term.subject).cloned();
    for term in other {
        let verdict = match twin(term, one) {
            Some(before) => bounds(&before, term),
            None if one.iter().all(|term| twin(term, other).is_some()) => {
                Verdict::Looser("it has one more condition".to_owned())
            }
            None => return Verdict::Open,
        };
        worst = std::cmp::max_by_key(worst, verdict, rank);
    }
    worst
}

fn bounds(before: &Term, after: &Term) -> Verdict {
    let (Some(one), Some(other)) = (&before.bound, &after.bound) else { return Verdict::AsStrict };
    let moved = other.value.partial_cmp(&one.value);
    let looser = match one.operator.as_bytes().first() {
        Some(b'>') => moved == Some(Ordering::Greater),
        Some(b'<') => moved == Some(Ordering::Less),
        _ => moved != Some(Ordering::Equal),
    };
    let narrower = moved == Some(Ordering::Equal) && one.operator.len() > other.operator.len();
    if looser || narrower || moved.is_none() {
        let text = |bound: &Bound| format!("{} {}", bound.operator, bound.value);
        return Verdict::Looser(format!("it fires at `{}` and did at `{}`", text(other), text(one)));
    }
    Verdict::AsStrict
}

fn term(tokens: &[&str]) -> Term {
    let tokens = bare(tokens);
    let whole = || Term { subject: tokens.join(" "), bound: None };
    let places: Vec<usize> = outer(&tokens).filter(|&at| operator(tokens[at]).is_some()).collect();
    let [at] = places.as_slice() else { return whole() };
    let (left, right) = (&tokens[..*at], &tokens[at + 1..]);
    let Some(written) = operator(tokens[*at]) else { return whole() };
    let (subject, operator, value) = match (constant(left), constant(right)) {
        (None, Some(value)) => (left, written, value),
        (Some(value), None) => (right, turned(written), value),
        _ => return whole(),
    };
    // `>` and `>=` look at the same thing.
    let kind = if operator == "!=" { "!=" } else { &operator[..1] };
    Term { subject: format!("{} {kind}", subject.join(" ")), bound: Some(Bound { operator, value }) }
}

fn operator(token: &str) -> Option<&'static str> {
    [">", ">=", "<", "<=", "==", "!="].into_iter().find(|operator| *operator == token)
}

fn turned(operator: &'static str) -> &'static str {
    match operator {
        ">" => "<",
        ">=" => "<=",
        "<" => ">",
        "<=" => ">=",
        same => same,
    }
}

/// The places of tokens that stand in no bracket.
fn outer<'t>(tokens: &'t [&str]) -> impl Iterator<Item = usize> + 't {
    let mut depth = 0_usize;
    tokens.iter().enumerate().filter_map(move |(at, token)| {
        match *token {
            "(" | "[" | "{" => depth += 1,
            ")" | "]" | "}" => depth = depth.saturating_sub(1),
            _ if depth == 0 => return Some(at),
            _ => {}
        }
        None
    })
}

fn split<'t>(tokens: &[&'t str], words: &[&str]) -> Vec<Vec<&'t str>> {
    let mut parts = vec![Vec::new()];
    let cuts: Vec<usize> =
        outer(tokens).filter(|&at| words.iter().any(|word| tokens[at].eq_ignore_ascii_case(word))).collect();
    let mut cuts = cuts.into_iter().peekable();
    for (at, token) in tokens.iter().enumerate() {
        if cuts.next_if_eq(&at).is_some() {
            // `unless` turns its condition round, and so does not get lost.
            parts.push(if token.eq_ignore_ascii_case("unless") { vec![*token] } else { Vec::new() });
        } else if let Some(part) = parts.last_mut() {
            part.push(token);
        }
    }
    parts
}

/// Without brackets that enclose it as a whole.
fn bare<'t>(tokens: &[&'t str]) -> Vec<&'t str> {
    let mut open = Vec::new();
    let mut closed_at = vec![None; tokens.len()];
    for (at, token) in tokens.iter().enumerate() {
        match *token {
            "(" => open.push(at),
            ")" => {
                if let Some(start) = open.pop() {
                    closed_at[start] = Some(at);
                }
            }
            _ => {}
        }
    }
    let (mut start, mut end) = (0, tokens.len());
    while start + 1 < end && closed_at[start] == Some(end - 1) {
        (start, end) = (start + 1, end - 1);
    }
    tokens[start..end].to_vec()
}

/// The value of plain arithmetic; `None` for anything that is measured.
fn constant(tokens: &[&str]) -> Option<f64> {
    let mut rest = tokens;
    let value = sum(&mut rest, 0)?;
    rest.is_empty().then_some(value)
}

fn sum(rest: &mut &[&str], depth: usize) -> Option<f64> {
    let mut value = product(rest, depth)?;
    while let [sign @ ("+" | "-"), after @ ..] = *rest {
        *rest = after;
        let next = product(rest, depth)?;
        value = if *sign == "+" { value + next } else { value - next };
    }
    Some(value)
}

fn product(rest: &mut &[&str], depth: usize) -> Option<f64> {
    let mut value = factor(rest, depth)?;
    while let [sign @ ("*" | "/" | "^" | "%"), after @ ..] = *rest {
        *rest = after;
        let next = factor(rest, depth)?;
        value = match *sign {
            "*" => value * next,
            "/" => value / next,
            "^" => value.powf(next),
            _ => value % next,
        };
    }
    Some(value)
}

fn factor(rest: &mut &[&str], depth: usize) -> Option<f64> {
    const DEEPEST: usize = 32;
    let [first, after @ ..] = *rest else { return None };
    *rest = after;
    match *first {
        _ if depth > DEEPEST => None,
        "-" => Some(-factor(rest, depth + 1)?),
        "(" => {
            let value = sum(rest, depth + 1)?;
            let [")", after @ ..] = *rest else { return None };
            *rest = after;
            Some(value)
        }
        number => number.parse().ok(),
    }
}

/// Words, numbers, texts and signs; comments and white space say nothing.
fn tokens(text: &str) -> Vec<&str> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let word = |letter: char| letter.is_alphanumeric() || "_:.".contains(letter);
        let length = match first {
            '#' => {
                rest = rest.split_once('\n').map_or("", |(_, after)| after).trim_start();
                continue;
            }
            '"' | '\'' | '`' => quoted(rest, first),
            first if word(first) => rest.find(|letter| !word(letter)).unwrap_or(rest.len()),
            _ if [">=", "<=", "==", "!=", "=~", "!~"].iter().any(|sign| rest.starts_with(sign)) => 2,
            first => first.len_utf8(),
        };
        tokens.push(&rest[..length]);
        rest = rest[length..].trim_start();
    }
    tokens
}

/// The length of a text with its quotes; to the end where it is not closed.
fn quoted(text: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, letter) in text.char_indices().skip(1) {
        match letter {
            _ if escaped => escaped = false,
            '\\' if quote != '`' => escaped = true,
            letter if letter == quote => return at + quote.len_utf8(),
            _ => {}
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_expression_that_fires_as_often_is_silent() {
        for (base, head) in [
            ("rate(a[5m]) > 0.05", "rate(a[5m])   > 0.05 # as ever"),
            ("rate(a[5m]) > 0.05", "(rate(a[5m]) > 0.04)"),
            ("rate(a[5m]) > 0.05", "0.05 <= rate(a[5m])"),
            ("a < 10", "a < 12"),
            ("a > 36 * 3600", "a > 129600"),
            ("a > 14.4 * (1 - 99 / 100)", "a > 14.4 * (1 - 99.9 / 100)"),
            ("up == 0", "up == 0 or absent(up)"),
            ("a > 1 and b > 2", "a > 1"),
            ("a > 1 and b > 2", "b > 2 and a > 1"),
            (r#"a{code="x>1"} > 1"#, r#"a{code="x>1"} > 0.5"#),
        ] {
            assert_eq!(compare(base, head), Verdict::AsStrict, "{base} | {head}");
        }
    }

    #[test]
    fn an_expression_that_fires_less_is_looser() {
        for (base, head) in [
            ("rate(a[5m]) > 0.05", "rate(a[5m]) > 0.5"),
            ("0.05 < a", "0.06 < a"),
            ("a < 10", "a < 8"),
            ("a >= 1", "a > 1"),
            ("a == 0", "a == 1"),
            ("a > 1", "a > 1 and b > 2"),
            ("a > 1", "a > 1 unless c"),
            ("up == 0 or absent(up)", "up == 0"),
            ("(a > 1 and b > 2) or c > 3", "(a > 1 and b > 20) or c > 3"),
        ] {
            assert!(matches!(compare(base, head), Verdict::Looser(_)), "{base} | {head}");
        }
    }

    #[test]
    fn what_cannot_be_shown_is_left_open() {
        for (base, head) in [
            ("rate(a[5m]) > 1", "rate(b[5m]) > 1"),
            ("rate(a[5m]) > 1", "rate(a[1h]) > 1"),
            ("a > 1", "vector(0) > 1"),
            ("avg(a > bool 1) < 2", "avg(a > bool 3) < 2"),
            ("a > b", "a > 2 * b"),
            ("a > 1", ""),
            ("((((", "))))"),
        ] {
            assert_eq!(compare(base, head), Verdict::Open, "{base} | {head}");
        }
    }

    #[test]
    fn deep_and_long_expressions_end() {
        let deep = format!("a > {}1{}", "(".repeat(50_000), ")".repeat(50_000));
        assert_eq!(compare(&deep, "a > 1"), Verdict::Open);
        let enclosed = format!("{}a > 1{}", "(".repeat(50_000), ")".repeat(50_000));
        assert_eq!(compare(&enclosed, "a > 1"), Verdict::AsStrict);
        let negative = format!("a > {}1", "-".repeat(50_000));
        assert_eq!(compare(&negative, "a > 1"), Verdict::Open);
        for word in [" or ", " and "] {
            let long = vec!["a > 1"; 10_000].join(word);
            assert_eq!(compare(&long, "a > 1"), Verdict::Open);
        }
    }
}
