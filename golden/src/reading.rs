//! What was ranked, read out of a response: by paths of field names, and where those do not do, by expressions in CEL.

use std::borrow::Cow;

use serde_json::Value;

use crate::capture::Answer;
use crate::lines::{is_id, is_word};
use crate::policy::Corpus;
use crate::ranking::MAX_ITEMS;
use crate::{Item, Ranking, parts};
use expression::{Expression, Values};

/// The keys of a corpus that may be an expression, each with the variable that it may use.
pub(crate) fn expressions(corpus: &Corpus) -> impl Iterator<Item = (&'static str, &str, &'static str)> {
    let parts = corpus.parts.as_deref().map(|parts| ("parts", parts, "item"));
    [
        ("items", corpus.items.as_str(), "response"),
        ("id", &corpus.id, "item"),
        ("score", &corpus.score, "item"),
    ]
    .into_iter()
    .chain(parts)
}

/// Where a response says what was ranked, with the expressions of the policy compiled.
pub(crate) struct Reading<'a> {
    corpus: &'a Corpus,
    items: Source<'a>,
    id: Source<'a>,
    score: Source<'a>,
    parts: Option<Source<'a>>,
}

/// A path of field names, or an expression.
enum Source<'a> {
    Path(&'a str),
    Expression(Expression),
}

impl<'a> Reading<'a> {
    /// Compiles what is an expression. The policy was refused where one does not compile, so that an error here means
    /// that nobody checked it.
    pub(crate) fn of(corpus: &'a Corpus) -> Result<Reading<'a>, String> {
        let source = |text: &'a str, variable: &str| match Expression::marked(text, &[variable]) {
            None => Ok(Source::Path(text)),
            Some(expression) => expression.map(Source::Expression).map_err(|fault| fault.to_string()),
        };
        Ok(Reading {
            corpus,
            items: source(&corpus.items, "response")?,
            id: source(&corpus.id, "item")?,
            score: source(&corpus.score, "item")?,
            parts: corpus.parts.as_deref().map(|parts| source(parts, "item")).transpose()?,
        })
    }

    /// Reads the ranking out of an answer. An error means that the response has not the form that the policy says.
    pub(crate) fn read(&self, answer: &Answer) -> Result<Ranking, String> {
        let Some(response) = &answer.response else {
            return Ok(Ranking { status: answer.status.clone(), ..Ranking::default() });
        };
        let mut values = Values::default();
        let evaluated;
        let items: Vec<&Value> = match &self.items {
            Source::Path(path) => {
                listed(response, path).ok_or_else(|| format!("the response has no list at `{path}`"))?
            }
            Source::Expression(expression) => {
                values.set("response", response)?;
                evaluated = expression.evaluate(&values).map_err(|fault| fault.to_string())?;
                let items = evaluated.as_array();
                items.ok_or_else(|| format!("`{}` gives no list", expression.text()))?.iter().collect()
            }
        };
        if items.len() > MAX_ITEMS {
            return Err(format!(
                "the response has {} items, more than the {MAX_ITEMS} that are read",
                items.len()
            ));
        }
        let items: Vec<Item> =
            items.into_iter().map(|item| self.item(item, &mut values)).collect::<Result<_, _>>()?;
        parts::check(&items)?;
        Ok(Ranking {
            status: answer.status.clone(),
            items,
            model: words(response, self.corpus.model.as_deref())?.into_iter().next(),
            degraded: words(response, self.corpus.degraded.as_deref())?,
        })
    }

    fn item(&self, item: &Value, values: &mut Values) -> Result<Item, String> {
        let sources = [Some(&self.id), Some(&self.score), self.parts.as_ref()];
        if sources.into_iter().flatten().any(|source| matches!(source, Source::Expression(_))) {
            values.set("item", item)?;
        }
        let id = self.id.find(item, values)?.as_ref().and_then(|id| scalar(id)).filter(|id| is_id(id));
        let id = id.ok_or_else(|| format!("an item has no identifier at `{}`", self.corpus.id))?;
        let score = self.score.find(item, values)?.as_ref().and_then(|score| number(score));
        let score = score.ok_or_else(|| format!("`{id}` has no score at `{}`", self.corpus.score))?;
        let parts = match &self.parts {
            None => Vec::new(),
            Some(parts) => match parts.find(item, values)? {
                None => Vec::new(),
                Some(given) => parts::read(self.corpus, &given, &id)?,
            },
        };
        Ok(Item { id, score, parts })
    }
}

impl Source<'_> {
    /// What stands in an item; `None` where its path leads nowhere.
    fn find<'v>(&self, item: &'v Value, values: &Values) -> Result<Option<Cow<'v, Value>>, String> {
        match self {
            Source::Path(path) => Ok(at(item, path).map(Cow::Borrowed)),
            Source::Expression(expression) => {
                let value = expression.evaluate(values).map_err(|fault| fault.to_string())?;
                Ok(Some(Cow::Owned(value)))
            }
        }
    }
}

/// The texts at a path that the policy may name. Empty ones are what proto JSON writes for a field that is not set.
fn words(response: &Value, path: Option<&str>) -> Result<Vec<String>, String> {
    let Some(path) = path else { return Ok(Vec::new()) };
    let words = every(response, path).into_iter().filter_map(scalar).filter(|word| !word.is_empty());
    words
        .map(|word| {
            if is_word(&word) {
                Ok(word)
            } else {
                Err(format!("what stands at `{path}` is not fit to be recorded"))
            }
        })
        .collect()
}

/// The items of the list at a path. Where lists stand on the way, those of all lists below them, one after the other;
/// `None` if there is none below one of them.
fn listed<'a>(value: &'a Value, path: &str) -> Option<Vec<&'a Value>> {
    let Some((name, rest)) = path.split_once('.') else {
        return Some(value.get(path)?.as_array()?.iter().collect());
    };
    match value.get(name)? {
        Value::Array(values) => {
            let lists: Option<Vec<_>> = values.iter().map(|value| listed(value, rest)).collect();
            Some(lists?.concat())
        }
        value => listed(value, rest),
    }
}

pub(crate) fn at<'a>(value: &'a Value, path: &str) -> Option<&'a Value> {
    path.split('.').try_fold(value, |value, name| value.get(name))
}

/// Every value at a path; a list on the way stands for each of its items.
fn every<'a>(value: &'a Value, path: &str) -> Vec<&'a Value> {
    path.split('.').fold(spread(value), |values, name| {
        values.into_iter().filter_map(|value| value.get(name)).flat_map(spread).collect()
    })
}

fn spread(value: &Value) -> Vec<&Value> {
    match value {
        Value::Array(items) => items.iter().collect(),
        value => vec![value],
    }
}

pub(crate) fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// A number, also as proto JSON writes those that JSON has no words for.
pub(crate) fn number(value: &Value) -> Option<f64> {
    value.as_f64().or_else(|| match value.as_str()? {
        "NaN" => Some(f64::NAN),
        "Infinity" => Some(f64::INFINITY),
        "-Infinity" => Some(f64::NEG_INFINITY),
        text => text.parse().ok(),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::policy::Policy;

    fn read(keys: &str, response: Value) -> Result<String, String> {
        let text = format!("corpora: {{queue: {{rpc: r.v1.Queue/Rank, {keys}}}}}");
        let policy: Policy = ::policy::yaml("gatefold.yaml", &text).expect("the policy is read");
        let answer = Answer { status: "OK".to_owned(), response: Some(response), unsent: None };
        let ranking = Reading::of(&policy.corpora[0])?.read(&answer)?;
        let part = |part: &crate::Part| format!("{}:{}", part.stage, part.score);
        let item = |item: &Item| {
            let parts: Vec<String> = item.parts.iter().map(part).collect();
            format!(
                "{}={}{}",
                item.id,
                item.score,
                if parts.is_empty() { String::new() } else { format!("({})", parts.join(",")) }
            )
        };
        Ok(ranking.items.iter().map(item).collect::<Vec<_>>().join(" "))
    }

    fn check(keys: &str, response: Value, expected: Result<&str, &str>) {
        assert_eq!(
            read(keys, response).as_ref().map(String::as_str).map_err(String::as_str),
            expected,
            "{keys}"
        );
    }

    fn shelves() -> Value {
        json!({
            "shelves": [
                { "items": [{ "kind": "t", "number": "7", "score": 0.5, "by": { "fresh": 0.2, "model": "0.3" } }] },
                { "items": [{ "kind": "a", "number": "8", "score": "NaN", "by": {} }] },
            ],
        })
    }

    #[test]
    fn what_no_path_says_an_expression_does() {
        check("items: shelves.items, id: number, score: score", shelves(), Ok("7=0.5 8=NaN"));
        let first = "items: 'cel: response.shelves[0].items'";
        check(&format!("{first}, id: number, score: score"), shelves(), Ok("7=0.5"));
        check(
            &format!("{first}, id: 'cel: item.kind + item.number', score: 'cel: item.score * 2.0'"),
            shelves(),
            Ok("t7=1"),
        );
        let parts = "'cel: item.by.map(stage, {\"stage\": stage, \"score\": item.by[stage]})'";
        check(
            &format!("{first}, id: number, score: score, parts: {parts}"),
            shelves(),
            Ok("7=0.5(fresh:0.2,model:0.3)"),
        );
        let filtered = "items: 'cel: response.shelves.filter(s, s.items[0].kind == \"a\")[0].items'";
        check(&format!("{filtered}, id: number, score: 'cel: 1'"), shelves(), Ok("8=1"));
    }

    #[test]
    fn what_a_response_lacks_is_told_with_the_words_of_the_policy() {
        check("items: rows, id: id, score: score", shelves(), Err("the response has no list at `rows`"));
        check(
            "items: shelves.items, id: id, score: score",
            shelves(),
            Err("an item has no identifier at `id`"),
        );
        check(
            "items: shelves.items, id: by, score: score",
            shelves(),
            Err("an item has no identifier at `by`"),
        );
        check("items: shelves.items, id: number, score: kind", shelves(), Err("`7` has no score at `kind`"));
        check(
            "items: shelves.items, id: number, score: score, parts: kind",
            shelves(),
            Err("`7` has no list at `kind`"),
        );
        check("items: 'cel: 7', id: number, score: score", shelves(), Err("`7` gives no list"));
        let error = read("items: 'cel: response.rows', id: number, score: score", shelves())
            .expect_err("it lacks rows");
        assert!(error.starts_with("the expression `response.rows`"), "{error}");
        let huge = json!({ "items": vec![json!({ "id": "t", "score": 1 }); MAX_ITEMS + 1] });
        check(
            "items: items, id: id, score: score",
            huge,
            Err("the response has 5001 items, more than the 5000 that are read"),
        );
    }
}
