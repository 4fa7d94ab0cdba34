//! A run in TREC's format: `topic Q0 document rank score tag` a line.

use std::collections::{BTreeMap, HashMap};

use rankings::Refusal;

use super::{Order, check_id, columns, shown};

/// What a ranker returned for each topic.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Run<'a> {
    /// By topic.
    pub topics: BTreeMap<&'a str, Topic<'a>>,
}

/// What a ranker returned for one topic, best first in the order that was asked for.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Topic<'a> {
    /// Documents and their scores.
    pub items: Vec<(&'a str, f64)>,
}

struct Row<'a> {
    line: u32,
    rank: i64,
    item: (&'a str, f64),
}

impl<'a> Run<'a> {
    /// Reads a file. Refuses a line without the six columns, a document that stands twice for a topic, a score that is
    /// no finite number, and, where the order is that of the ranks, a rank that stands twice for a topic.
    pub fn parse(text: &'a str, order: Order) -> Result<Run<'a>, Refusal> {
        let mut topics: BTreeMap<&str, Vec<Row<'_>>> = BTreeMap::new();
        for row in columns(text, ["topic", "Q0", "document", "rank", "score", "tag"]) {
            let (line, [topic, _, id, rank, score, _]) = row?;
            check_id(line, "topic", topic)?;
            check_id(line, "document", id)?;
            let rank = rank.parse().map_err(|_| {
                Refusal::at(line, format!("a rank is a whole number, and not `{}`", shown(rank)))
            })?;
            let score = score.parse().ok().filter(|score: &f64| score.is_finite()).ok_or_else(|| {
                Refusal::at(line, format!("a score is a finite number, and not `{}`", shown(score)))
            })?;
            topics.entry(topic).or_default().push(Row { line, rank, item: (id, score) });
        }
        if topics.is_empty() {
            return Err(Refusal::at(1, "the file is empty"));
        }
        let read = |(topic, rows)| Ok((topic, Topic { items: in_order(topic, rows, order)? }));
        Ok(Run { topics: topics.into_iter().map(read).collect::<Result<_, _>>()? })
    }

    /// How many topics stand in another order than that of their scores, in which trec_eval would read them.
    pub fn unsorted(&self) -> usize {
        let descends = |topic: &&Topic<'_>| topic.items.is_sorted_by(|above, below| above.1 >= below.1);
        self.topics.len() - self.topics.values().filter(descends).count()
    }
}

fn in_order<'a>(topic: &str, mut rows: Vec<Row<'a>>, order: Order) -> Result<Vec<(&'a str, f64)>, Refusal> {
    let mut seen = HashMap::with_capacity(rows.len());
    for row in &rows {
        if let Some(first) = seen.insert(row.item.0, row.line) {
            let (id, line) = (row.item.0, row.line);
            return Err(Refusal::at(
                line,
                format!("`{id}` already stands for the topic `{topic}` on line {first}"),
            ));
        }
    }
    if order == Order::Rank {
        rows.sort_by_key(|row| row.rank);
        let twice =
            rows.windows(2).filter(|pair| pair[0].rank == pair[1].rank).min_by_key(|pair| pair[1].line);
        if let Some([above, below]) = twice {
            let (rank, first) = (above.rank, above.line);
            let reason = format!(
                "the rank {rank} already stands for the topic `{topic}` on line {first}, so that the ranks give no \
                 order; `--order score` reads another"
            );
            return Err(Refusal::at(below.line, reason));
        }
    }
    let items: Vec<(&str, f64)> = rows.iter().map(|row| row.item).collect();
    Ok(order.of(&items).into_iter().map(|place| items[place]).collect())
}
