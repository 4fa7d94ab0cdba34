//! Reads rankings out of Parquet.

use std::fs::File;

use parquet::column::reader::{ColumnReader, ColumnReaderImpl};
use parquet::data_type::{ByteArray, DataType};
use parquet::errors::ParquetError;
use parquet::file::reader::{FileReader, RowGroupReader, SerializedFileReader};

use super::ROWS;
use crate::bulk::Row;
use crate::{Item, MAX_ITEMS, Ranking};

/// The columns of a row group, each being read.
struct Columns {
    request: Texts,
    segment: Texts,
    rank: Numbers<i64>,
    id: Texts,
    score: Numbers<f64>,
    status: Texts,
    model: Texts,
    degraded: Texts,
}

/// Gives out the rankings of a file one by one; in memory is one batch of rows.
///
/// # Errors
/// Where the file is not such a table: a column is missing or of another type, a value is missing, rows do not stand in
/// the order of their ranks, one request has two statuses; the reason. `each` may refuse, too.
pub fn read(file: File, each: &mut dyn FnMut(Row) -> Result<(), String>) -> Result<(), String> {
    let failed = |error: ParquetError| format!("failed to read Parquet: {error}");
    let reader = SerializedFileReader::new(file).map_err(failed)?;
    let mut open: Option<Row> = None;
    for index in 0..reader.num_row_groups() {
        let group = reader.get_row_group(index).map_err(failed)?;
        let mut columns = Columns::of(&*group)?;
        let mut left = usize::try_from(group.metadata().num_rows()).unwrap_or_default();
        while left > 0 {
            let count = left.min(ROWS);
            for line in columns.next(count)? {
                take(line, &mut open, each)?;
            }
            left -= count;
        }
    }
    open.map_or(Ok(()), each)
}

/// One row of the table.
struct Line {
    request: String,
    segment: String,
    item: Option<(i64, String, f64)>,
    status: String,
    model: Option<String>,
    degraded: Option<String>,
}

/// Adds a row to the ranking it belongs to, and gives out the one before.
fn take(
    line: Line,
    open: &mut Option<Row>,
    each: &mut dyn FnMut(Row) -> Result<(), String>,
) -> Result<(), String> {
    let degraded: Vec<String> =
        line.degraded.iter().flat_map(|stages| stages.lines()).map(str::to_owned).collect();
    let item = line.item.map(|(rank, id, score)| (rank, Item::new(id, score)));
    if let Some(row) = open.as_mut().filter(|row| row.id == line.request) {
        let ranking = &mut row.ranking;
        let same = (&row.segment, &ranking.status, &ranking.model, &ranking.degraded)
            == (&line.segment, &line.status, &line.model, &degraded);
        let next = ranking.items.len() as i64 + 1;
        return match item {
            Some((rank, item)) if same && rank == next && next > 1 && ranking.items.len() < MAX_ITEMS => {
                ranking.items.push(item);
                Ok(())
            }
            _ if !same => Err(format!("the rows of `{}` differ in more than the item", row.id)),
            _ => Err(format!(
                "the rows of `{}` are not its ranks from 1 to at most {MAX_ITEMS}, in that order",
                row.id
            )),
        };
    }
    if let Some(before) = open.take() {
        each(before)?;
    }
    let items = match item {
        None => Vec::new(),
        Some((1, item)) => vec![item],
        Some((rank, _)) => return Err(format!("the rows of `{}` begin with rank {rank}", line.request)),
    };
    let ranking = Ranking { status: line.status, items, model: line.model, degraded };
    *open = Some(Row { id: line.request, segment: line.segment, ranking });
    Ok(())
}

impl Columns {
    fn of(group: &dyn RowGroupReader) -> Result<Columns, String> {
        let text = |name: &'static str| match column(group, name)? {
            ColumnReader::ByteArrayColumnReader(reader) => Ok(Texts(Column { name, reader })),
            _ => Err(format!("the column `{name}` does not hold text")),
        };
        Ok(Columns {
            request: text("request")?,
            segment: text("segment")?,
            rank: match column(group, "rank")? {
                ColumnReader::Int32ColumnReader(reader) => Numbers::new("rank", reader, i64::from),
                ColumnReader::Int64ColumnReader(reader) => Numbers::new("rank", reader, |rank| rank),
                _ => return Err("the column `rank` does not hold whole numbers".to_owned()),
            },
            id: text("id")?,
            score: match column(group, "score")? {
                ColumnReader::DoubleColumnReader(reader) => Numbers::new("score", reader, |score| score),
                ColumnReader::FloatColumnReader(reader) => Numbers::new("score", reader, f64::from),
                _ => return Err("the column `score` does not hold floating point numbers".to_owned()),
            },
            status: text("status")?,
            model: text("model")?,
            degraded: text("degraded")?,
        })
    }

    fn next(&mut self, count: usize) -> Result<Vec<Line>, String> {
        let mut request = self.request.next(count)?.into_iter();
        let mut segment = self.segment.next(count)?.into_iter();
        let mut rank = (self.rank.next)(count)?.into_iter();
        let mut id = self.id.next(count)?.into_iter();
        let mut score = (self.score.next)(count)?.into_iter();
        let mut status = self.status.next(count)?.into_iter();
        let mut model = self.model.next(count)?.into_iter();
        let mut degraded = self.degraded.next(count)?.into_iter();
        let there = |name: &str, value: Option<Option<String>>| {
            value.flatten().ok_or_else(|| format!("a row has no `{name}`"))
        };
        (0..count)
            .map(|_| {
                let item = match (rank.next().flatten(), id.next().flatten(), score.next().flatten()) {
                    (Some(rank), Some(id), Some(score)) => Some((rank, id, score)),
                    (None, None, None) => None,
                    _ => return Err("a row has some of `rank`, `id` and `score` and not the others".to_owned()),
                };
                Ok(Line {
                    request: there("request", request.next())?,
                    segment: there("segment", segment.next())?,
                    item,
                    status: there("status", status.next())?,
                    model: model.next().flatten(),
                    degraded: degraded.next().flatten(),
                })
            })
            .collect()
    }
}

/// The reader of the column with this name, which stands at the top and holds one value a row.
fn column(group: &dyn RowGroupReader, name: &str) -> Result<ColumnReader, String> {
    let columns = group.metadata().columns();
    let is_it = |path: &[String]| path.len() == 1 && path[0] == name;
    let index = columns.iter().position(|column| is_it(column.column_path().parts()));
    let index = index.ok_or_else(|| format!("there is no column `{name}`"))?;
    if columns[index].column_descr().max_rep_level() > 0 || columns[index].column_descr().max_def_level() > 1
    {
        return Err(format!("the column `{name}` does not hold one value a row"));
    }
    group.get_column_reader(index).map_err(|error| format!("failed to read Parquet: {error}"))
}

/// A column whose values are read a batch at a time; a value that is missing is `None`.
struct Column<T: DataType> {
    name: &'static str,
    reader: ColumnReaderImpl<T>,
}

impl<T: DataType> Column<T> {
    fn next(&mut self, count: usize) -> Result<Vec<Option<T::T>>, String> {
        let (mut levels, mut values) = (Vec::new(), Vec::new());
        let mut read = 0;
        while read < count {
            let batch = self.reader.read_records(count - read, Some(&mut levels), None, &mut values);
            let (records, _, _) = batch.map_err(|error| format!("failed to read Parquet: {error}"))?;
            if records == 0 {
                return Err(format!("the column `{}` has fewer rows than the table", self.name));
            }
            read += records;
        }
        // A required column has no levels.
        if levels.is_empty() {
            return Ok(values.into_iter().map(Some).collect());
        }
        let mut values = values.into_iter();
        Ok(levels.into_iter().map(|level| if level == 1 { values.next() } else { None }).collect())
    }
}

struct Texts(Column<parquet::data_type::ByteArrayType>);

impl Texts {
    fn next(&mut self, count: usize) -> Result<Vec<Option<String>>, String> {
        let name = self.0.name;
        let text = |bytes: ByteArray| {
            let text = std::str::from_utf8(bytes.data()).map(str::to_owned);
            text.map_err(|_| format!("the column `{name}` has text that is not UTF-8"))
        };
        self.0.next(count)?.into_iter().map(|value| value.map(text).transpose()).collect()
    }
}

/// The next values of a column, as many as are asked for.
type Batches<N> = dyn FnMut(usize) -> Result<Vec<Option<N>>, String>;

/// Numbers of whatever width the file has.
struct Numbers<N> {
    next: Box<Batches<N>>,
}

impl<N: 'static> Numbers<N> {
    fn new<T: DataType + 'static>(
        name: &'static str,
        reader: ColumnReaderImpl<T>,
        widen: fn(T::T) -> N,
    ) -> Self {
        let mut column = Column { name, reader };
        let next = move |count| Ok(column.next(count)?.into_iter().map(|value| value.map(widen)).collect());
        Numbers { next: Box::new(next) }
    }
}
