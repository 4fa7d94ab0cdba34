//! What was weakened: tests, snapshots, suppressions, policy, CI, and what rankings are judged by.

use crate::review::answer::{Answer, Standing};
use crate::review::look::Looked;
use crate::review::questions::{Question, blocking, lines};
use crate::review::seen::Seen;
use crate::review::wording::{nobody, of_them, things};

pub(super) fn answer(seen: &Seen<'_>) -> Answer {
    let report = &seen.judgement.report;
    let lines = lines(report, Question::Weakened);
    let looked = seen.weighed();
    let foreign = seen.foreign().len();
    let (standing, short, says) = match (lines.len(), &looked) {
        (0, Looked::At(_)) if foreign > 0 => {
            let says = format!("nobody knows of {}: no guard reads that language", things(foreign, "file"));
            (Standing::Unseen, "Nobody looked".to_owned(), says)
        }
        (0, Looked::At(at)) => (Standing::Nothing, "Nothing".to_owned(), format!("nothing: {at}")),
        (0, Looked::Not { why, .. }) => {
            (Standing::Unseen, "Nobody looked".to_owned(), nobody("integrity", why))
        }
        (count, looked) => {
            let block = blocking(&lines);
            let standing = if block > 0 { Standing::Blocks } else { Standing::Told };
            let tail = match looked {
                Looked::At(at) => format!("; compared were {at}"),
                Looked::Not { why, .. } => format!("; of the rest {}", nobody("integrity", why)),
            };
            (
                standing,
                things(count, "finding"),
                format!("{}{}{tail}", things(count, "finding"), of_them(block, count, report.observe)),
            )
        }
    };
    Answer { anchor: "weakened", question: "What was weakened?", standing, short, says, lines }
}
