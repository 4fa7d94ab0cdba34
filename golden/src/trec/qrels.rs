//! Judgments: TREC's `topic iteration document grade` a line, or one JSON object a line.

use std::collections::{BTreeMap, HashMap};

use rankings::Refusal;
use serde::Deserialize;

use super::{check_id, columns, grade};
use crate::measures::Grades;
use crate::measures::judged::MAX_GRADE;

/// What people judged, by topic or request.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Qrels {
    /// The grades for each topic.
    pub topics: BTreeMap<String, Grades>,
    /// On which line each judgment stands.
    lines: HashMap<(String, String), u32>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line<'a> {
    #[serde(borrow)]
    request: std::borrow::Cow<'a, str>,
    #[serde(borrow)]
    item: std::borrow::Cow<'a, str>,
    grade: i32,
}

impl Qrels {
    /// Reads a file of either form: JSON lines `{"request", "item", "grade"}` where the first line begins with `{`, else
    /// TREC's four columns. Refuses what is neither, a grade beyond [`MAX_GRADE`], an item that stands twice for a
    /// topic, and a file without judgments.
    pub fn parse(text: &str) -> Result<Qrels, Refusal> {
        let mut reading = Reading::default();
        if text.trim_start().starts_with('{') {
            for (number, line) in (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty()) {
                let line: Line<'_> =
                    serde_json::from_str(line).map_err(|error| Refusal::json(number, &error))?;
                if !(-MAX_GRADE..=MAX_GRADE).contains(&line.grade) {
                    grade(number, &line.grade.to_string())?;
                }
                reading.add(number, &line.request, &line.item, line.grade)?;
            }
        } else {
            for row in columns(text, ["topic", "iteration", "document", "grade"]) {
                let (number, [topic, _, item, text]) = row?;
                reading.add(number, topic, item, grade(number, text)?)?;
            }
        }
        if reading.qrels.topics.is_empty() {
            return Err(Refusal::at(1, "the file is empty"));
        }
        Ok(reading.qrels)
    }

    /// On which line of its file an item is judged.
    pub fn line(&self, topic: &str, item: &str) -> Option<u32> {
        self.lines.get(&(topic.to_owned(), item.to_owned())).copied()
    }

    /// How many judgments there are.
    pub fn len(&self) -> usize {
        self.topics.values().map(HashMap::len).sum()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.topics.is_empty()
    }
}

#[derive(Default)]
struct Reading {
    qrels: Qrels,
}

impl Reading {
    fn add(&mut self, line: u32, topic: &str, item: &str, grade: i32) -> Result<(), Refusal> {
        check_id(line, "topic", topic)?;
        check_id(line, "document", item)?;
        if topic.is_empty() || item.is_empty() {
            return Err(Refusal::at(line, "an id is empty"));
        }
        if !self.qrels.topics.contains_key(topic) {
            self.qrels.topics.insert(topic.to_owned(), Grades::new());
        }
        let grades = self.qrels.topics.entry(topic.to_owned()).or_default();
        if grades.insert(item.to_owned(), grade).is_some() {
            return Err(Refusal::at(line, format!("`{item}` is already judged for `{topic}`")));
        }
        self.qrels.lines.insert((topic.to_owned(), item.to_owned()), line);
        Ok(())
    }
}
