//! Writes rankings as Parquet.

use std::io::Write;
use std::sync::Arc;

use parquet::basic::Compression;
use parquet::data_type::{ByteArray, ByteArrayType, DataType, DoubleType, Int32Type};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::parser::parse_message_type;

use super::ROWS;
use crate::bulk::Row;

const SCHEMA: &str = "message rankings {
    required binary request (STRING);
    required binary segment (STRING);
    optional int32 rank;
    optional binary id (STRING);
    optional double score;
    required binary status (STRING);
    optional binary model (STRING);
    optional binary degraded (STRING);
}";

/// Rows that wait to be written.
#[derive(Default)]
struct Table {
    requests: Vec<ByteArray>,
    segments: Vec<ByteArray>,
    ranks: Vec<Option<i32>>,
    ids: Vec<Option<ByteArray>>,
    scores: Vec<Option<f64>>,
    statuses: Vec<ByteArray>,
    models: Vec<Option<ByteArray>>,
    degraded: Vec<Option<ByteArray>>,
}

/// Writes rankings in the order in which they come; in memory are the rows of one row group.
///
/// # Errors
/// Where the rankings cannot be read or the file not be written; the reason.
pub fn write(
    rows: &mut dyn FnMut() -> Result<Option<Row>, String>,
    into: impl Write + Send,
) -> Result<(), String> {
    let failed = |error: ParquetError| format!("failed to write Parquet: {error}");
    let schema = Arc::new(parse_message_type(SCHEMA).map_err(failed)?);
    let properties = WriterProperties::builder().set_compression(Compression::SNAPPY).build();
    let mut writer = SerializedFileWriter::new(into, schema, Arc::new(properties)).map_err(failed)?;
    let mut table = Table::default();
    while let Some(row) = rows()? {
        table.add(&row);
        if table.requests.len() >= ROWS {
            std::mem::take(&mut table).write(writer.next_row_group().map_err(failed)?).map_err(failed)?;
        }
    }
    if !table.requests.is_empty() {
        table.write(writer.next_row_group().map_err(failed)?).map_err(failed)?;
    }
    writer.close().map_err(failed)?;
    Ok(())
}

impl Table {
    fn add(&mut self, row: &Row) {
        let ranking = &row.ranking;
        let shared = |text: &str| ByteArray::from(text.as_bytes().to_vec());
        let (request, segment, status) = (shared(&row.id), shared(&row.segment), shared(&ranking.status));
        let model = ranking.model.as_deref().map(shared);
        let degraded = (!ranking.degraded.is_empty()).then(|| shared(&ranking.degraded.join("\n")));
        for place in 0..ranking.items.len().max(1) {
            let item = ranking.items.get(place);
            self.requests.push(request.clone());
            self.segments.push(segment.clone());
            // At most `MAX_ITEMS`.
            self.ranks.push(item.map(|_| place as i32 + 1));
            self.ids.push(item.map(|item| shared(&item.id)));
            self.scores.push(item.map(|item| item.score));
            self.statuses.push(status.clone());
            self.models.push(model.clone());
            self.degraded.push(degraded.clone());
        }
    }

    fn write<W: Write + Send>(self, mut group: SerializedRowGroupWriter<'_, W>) -> Result<(), ParquetError> {
        required::<_, ByteArrayType>(&mut group, &self.requests)?;
        required::<_, ByteArrayType>(&mut group, &self.segments)?;
        optional::<_, Int32Type>(&mut group, self.ranks)?;
        optional::<_, ByteArrayType>(&mut group, self.ids)?;
        optional::<_, DoubleType>(&mut group, self.scores)?;
        required::<_, ByteArrayType>(&mut group, &self.statuses)?;
        optional::<_, ByteArrayType>(&mut group, self.models)?;
        optional::<_, ByteArrayType>(&mut group, self.degraded)?;
        group.close()?;
        Ok(())
    }
}

fn required<W: Write + Send, T: DataType>(
    group: &mut SerializedRowGroupWriter<'_, W>,
    values: &[T::T],
) -> Result<(), ParquetError> {
    let mut column = group.next_column()?.ok_or_else(too_few)?;
    column.typed::<T>().write_batch(values, None, None)?;
    column.close()
}

fn optional<W: Write + Send, T: DataType>(
    group: &mut SerializedRowGroupWriter<'_, W>,
    values: Vec<Option<T::T>>,
) -> Result<(), ParquetError> {
    let levels: Vec<i16> = values.iter().map(|value| i16::from(value.is_some())).collect();
    let values: Vec<T::T> = values.into_iter().flatten().collect();
    let mut column = group.next_column()?.ok_or_else(too_few)?;
    column.typed::<T>().write_batch(&values, Some(&levels), None)?;
    column.close()
}

fn too_few() -> ParquetError {
    ParquetError::General("the schema has fewer columns than there are".to_owned())
}
