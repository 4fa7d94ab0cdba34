//! Expressions in PromQL: which series they ask for, by which labels they group, and which labels their answer has.

use std::collections::BTreeSet;
use std::panic::catch_unwind;

use promql_parser::label::MatchOp;
use promql_parser::parser::{self, Expr, LabelModifier, VectorSelector, token};
use source::with_stack;

/// The longest expression that is read, in bytes: several times what rules that are generated have. Its tree is as deep as
/// it is long at worst, and at every step the parser looks for the type of all that is below.
const MAX_BYTES: usize = 8 * 1024;

/// What an expression asks for.
#[derive(Clone, Debug, Default)]
pub(crate) struct Query {
    /// The series, in the order of the expression.
    pub(crate) selectors: Vec<Selector>,
    /// The groupings and matchings of series.
    pub(crate) groupings: Vec<Grouping>,
    /// The labels of the answer, where that is known.
    pub(crate) answer: Option<BTreeSet<String>>,
}

impl Query {
    /// Forgets names and values that stand for something else.
    pub(crate) fn forget(&mut self, name: impl Fn(&str) -> bool, value: impl Fn(&str) -> bool) {
        for selector in &mut self.selectors {
            selector.name = selector.name.take().filter(|known| !name(known));
            selector.pattern = selector.pattern.take().filter(|pattern| !name(pattern) && !value(pattern));
            selector.matchers.retain(|matcher| !name(&matcher.label));
            for matcher in &mut selector.matchers {
                matcher.values.retain(|known| !value(known));
            }
        }
        for grouping in &mut self.groupings {
            grouping.labels.retain(|label| !name(label));
        }
    }
}

/// One series selector.
#[derive(Clone, Debug)]
pub(crate) struct Selector {
    /// The metric's name; `None` where a pattern or nothing stands for it.
    pub(crate) name: Option<String>,
    /// The pattern that stands for the name, as written.
    pub(crate) pattern: Option<String>,
    /// What is asked of labels.
    pub(crate) matchers: Vec<Matcher>,
}

/// What is asked of one label.
#[derive(Clone, Debug)]
pub(crate) struct Matcher {
    pub(crate) label: String,
    /// The values that are written out, also as `a|b` in a pattern; empty where there is a pattern of another kind.
    pub(crate) values: Vec<String>,
}

/// Labels by which series are grouped or matched.
#[derive(Clone, Debug)]
pub(crate) struct Grouping {
    pub(crate) labels: Vec<String>,
    /// Which of the selectors are below: a range of their indices.
    pub(crate) over: std::ops::Range<usize>,
    /// Labels that functions below make.
    pub(crate) made: BTreeSet<String>,
}

/// Whether an expression is longer than what is read, so that nothing is known of it.
pub(crate) fn is_too_long(text: &str) -> bool {
    text.len() > MAX_BYTES
}

/// Reads an expression.
///
/// # Errors
/// What is wrong with it, in the words of the parser.
pub(crate) fn read(text: &str) -> Result<Query, String> {
    if is_too_long(text) {
        return Err(format!("it has {} bytes, more than the {MAX_BYTES} that are read", text.len()));
    }
    // The parser panics over durations that no machine can hold, and its trees are dropped recursively.
    let read = || {
        let expression = parser::parse(text)?;
        let mut reading = Reading::default();
        let answer = reading.read(&expression);
        Ok(Query { selectors: reading.selectors, groupings: reading.groupings, answer })
    };
    with_stack(|| catch_unwind(read).unwrap_or_else(|_| Err("a number is too large".to_owned())))
}

#[derive(Default)]
struct Reading {
    selectors: Vec<Selector>,
    groupings: Vec<Grouping>,
    made: BTreeSet<String>,
}

impl Reading {
    /// Reads what is below and gives the labels of its answer, where they are known.
    fn read(&mut self, expression: &Expr) -> Option<BTreeSet<String>> {
        match expression {
            Expr::Aggregate(aggregate) => {
                let first = self.selectors.len();
                if let Some(parameter) = &aggregate.param {
                    self.read(parameter);
                }
                let below = self.read(&aggregate.expr);
                let keeps = [token::T_TOPK, token::T_BOTTOMK, token::T_LIMITK, token::T_LIMIT_RATIO];
                let grouped = match &aggregate.modifier {
                    Some(LabelModifier::Include(labels)) => {
                        self.group(&labels.labels, first);
                        Some(labels.labels.iter().cloned().collect())
                    }
                    Some(LabelModifier::Exclude(labels)) => below.clone().map(|mut below| {
                        below.retain(|label| !labels.labels.contains(label));
                        below
                    }),
                    None => Some(BTreeSet::new()),
                };
                match &aggregate.param.as_deref() {
                    _ if keeps.contains(&aggregate.op.id()) => below,
                    Some(Expr::StringLiteral(label)) if aggregate.op.id() == token::T_COUNT_VALUES => {
                        self.made.insert(label.val.clone());
                        grouped.map(|grouped| &grouped | &BTreeSet::from([label.val.clone()]))
                    }
                    _ => grouped,
                }
            }
            Expr::Unary(unary) => self.read(&unary.expr),
            Expr::Paren(paren) => self.read(&paren.expr),
            Expr::Subquery(subquery) => self.read(&subquery.expr),
            Expr::Binary(binary) => {
                let first = self.selectors.len();
                let (left, right) = (self.read(&binary.lhs), self.read(&binary.rhs));
                let matching = binary.modifier.as_ref().and_then(|modifier| modifier.matching.as_ref());
                if let Some(LabelModifier::Include(labels)) = matching {
                    self.group(&labels.labels, first);
                }
                match binary.op.id() {
                    token::T_LAND | token::T_LUNLESS => left,
                    token::T_LOR => left.zip(right).map(|(left, right)| &left | &right),
                    _ if is_number(&binary.rhs) => left,
                    _ if is_number(&binary.lhs) => right,
                    _ => left.zip(right).filter(|(left, right)| left == right).map(|(left, _)| left),
                }
            }
            Expr::Call(call) => {
                let labels: Vec<_> = call.args.args.iter().map(|argument| self.read(argument)).collect();
                match call.func.name {
                    "label_replace" | "label_join" => {
                        if let Some(Expr::StringLiteral(label)) = call.args.args.get(1).map(|label| &**label)
                        {
                            self.made.insert(label.val.clone());
                        }
                        None
                    }
                    "vector" | "time" | "scalar" | "pi" => Some(BTreeSet::new()),
                    "histogram_quantile" => labels.into_iter().next_back()?.map(|mut labels| {
                        labels.remove("le");
                        labels
                    }),
                    "absent" | "absent_over_time" | "info" => None,
                    _ if call.args.args.len() == 1 => labels.into_iter().next()?,
                    _ => None,
                }
            }
            Expr::VectorSelector(selector) => self.select(selector),
            Expr::MatrixSelector(matrix) => self.select(&matrix.vs),
            Expr::NumberLiteral(_) => Some(BTreeSet::new()),
            Expr::StringLiteral(_) | Expr::Extension(_) => None,
        }
    }

    fn group(&mut self, labels: &[String], first: usize) {
        let over = first..self.selectors.len();
        self.groupings.push(Grouping { labels: labels.to_vec(), over, made: self.made.clone() });
    }

    fn select(&mut self, selector: &VectorSelector) -> Option<BTreeSet<String>> {
        let all = &selector.matchers;
        let all = all.matchers.iter().chain(all.or_matchers.iter().flatten());
        let (mut name, mut pattern) = (selector.name.clone(), None);
        let mut matchers = Vec::new();
        for matcher in all {
            match (&matcher.op, matcher.name.as_str()) {
                (MatchOp::Equal, "__name__") => name = Some(matcher.value.clone()),
                (MatchOp::Re(_), "__name__") => pattern = Some(matcher.value.clone()),
                (_, "__name__") => {}
                (op, label) => {
                    let plain =
                        |value: &str| value.chars().all(|c| c.is_alphanumeric() || "_- /:".contains(c));
                    let values = match op {
                        MatchOp::Equal | MatchOp::NotEqual => vec![matcher.value.clone()],
                        MatchOp::Re(_) | MatchOp::NotRe(_) => {
                            let values: Vec<_> = matcher.value.split('|').map(str::to_owned).collect();
                            if values.iter().all(|value| plain(value)) { values } else { Vec::new() }
                        }
                    };
                    matchers.push(Matcher { label: label.to_owned(), values });
                }
            }
        }
        self.selectors.push(Selector { name, pattern, matchers });
        None
    }
}

fn is_number(expression: &Expr) -> bool {
    match expression {
        Expr::NumberLiteral(_) => true,
        Expr::Paren(paren) => is_number(&paren.expr),
        Expr::Unary(unary) => is_number(&unary.expr),
        Expr::Binary(binary) => is_number(&binary.lhs) && is_number(&binary.rhs),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Vec<String> {
        let query = read(text).expect("it is an expression");
        query.selectors.into_iter().filter_map(|selector| selector.name).collect()
    }

    #[test]
    fn series_are_found_wherever_they_stand() {
        for (text, expected) in [
            ("up == 0 or absent(up{job=\"home\"})", vec!["up", "up"]),
            (
                "sum by (le) (rate(a_bucket[5m])) / on () group_left () sum(rate(b[5m] offset 1d))",
                vec!["a_bucket", "b"],
            ),
            ("max_over_time((a + b)[5m:1m]) > bool 3", vec!["a", "b"]),
            ("topk(scalar(a), b)", vec!["a", "b"]),
            ("{__name__=\"a\", x=\"y\"} or {__name__=~\"b.*\"}", vec!["a"]),
            ("{\"a.b\"}", vec!["a.b"]),
        ] {
            assert_eq!(names(text), expected, "{text}");
        }
    }

    #[test]
    fn values_are_known_where_they_are_written_out() {
        let query = read(r#"a{b="c", d=~"e|f", g=~"h.*", i!~"j|k", l!=""}"#).expect("it is an expression");
        let values: Vec<_> =
            query.selectors[0].matchers.iter().map(|matcher| matcher.values.join(" ")).collect();
        assert_eq!(values, ["c", "e f", "", "j k", ""]);
    }

    #[test]
    fn the_labels_of_an_answer_follow_from_its_outermost_grouping() {
        let answer = |text: &str| {
            let labels = read(text).expect("it is an expression").answer;
            labels.map_or_else(|| "?".to_owned(), |labels| labels.into_iter().collect::<Vec<_>>().join(" "))
        };
        for (text, expected) in [
            ("sum(a)", ""),
            ("sum by (b, c) (a)", "b c"),
            ("1 - (sum(a) or vector(0)) / sum(b)", ""),
            ("sum by (b) (a) > 0.5", "b"),
            ("sum by (b) (a) / sum(c)", "?"),
            ("histogram_quantile(0.99, sum by (le, b) (a))", "b"),
            ("sum without (b) (sum by (b, c) (a))", "c"),
            ("topk(3, sum by (b) (a))", "b"),
            ("count_values(\"v\", a)", "v"),
            ("a", "?"),
            ("rate(a[5m])", "?"),
            ("label_replace(sum(a), \"b\", \"$1\", \"c\", \"(.*)\")", "?"),
        ] {
            assert_eq!(answer(text), expected, "{text}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_said_and_nothing_panics() {
        let deep = |open: &str, close: &str| format!("{}a{}", open.repeat(1_000), close.repeat(1_000));
        for (text, expected) in [
            ("sum(a", "unclosed left parenthesis".to_owned()),
            ("", "no expression found in input".to_owned()),
            ("a[1e400]", "a number is too large".to_owned()),
            (&"a+".repeat(20_000), "it has 40000 bytes, more than the 8192 that are read".to_owned()),
        ] {
            assert_eq!(read(text).map(|query| query.selectors.len()), Err(expected), "{text:.40}");
        }
        for text in [deep("(", ")"), deep("abs(", ")"), deep("-", ""), "a+".repeat(4_000) + "a"] {
            assert!(read(&text).is_ok_and(|query| !query.selectors.is_empty()), "{text:.10}");
        }
    }
}
