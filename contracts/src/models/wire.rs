//! The fields of an encoded message one after the other, without copies and without a schema in code: what nobody asks
//! for costs nothing.

use prost::encoding::{WireType, decode_key, decode_varint};

/// The value of a field, as far as the encoding says.
pub(super) enum Field<'a> {
    /// A varint.
    Number(u64),
    /// A text, bytes or a message.
    Bytes(&'a [u8]),
    /// Four or eight bytes, which nobody asks for.
    Fixed,
}

/// Visits the fields of a message. The error is a fragment: what is wrong.
pub(super) fn each_field<'a>(
    mut bytes: &'a [u8],
    visit: &mut dyn FnMut(u32, Field<'a>) -> Result<(), String>,
) -> Result<(), String> {
    let broken = |_| "it is cut off or no protocol buffer".to_owned();
    while !bytes.is_empty() {
        let (number, wire) = decode_key(&mut bytes).map_err(broken)?;
        let field = match wire {
            WireType::Varint => Field::Number(decode_varint(&mut bytes).map_err(broken)?),
            WireType::LengthDelimited => {
                let length = decode_varint(&mut bytes).map_err(broken)?;
                Field::Bytes(taken(&mut bytes, length)?)
            }
            WireType::SixtyFourBit => taken(&mut bytes, 8).map(|_| Field::Fixed)?,
            WireType::ThirtyTwoBit => taken(&mut bytes, 4).map(|_| Field::Fixed)?,
            WireType::StartGroup | WireType::EndGroup => {
                return Err("it has groups, which no ONNX file has".to_owned());
            }
        };
        visit(number, field)?;
    }
    Ok(())
}

/// A text of a message.
pub(super) fn text(bytes: &[u8]) -> Result<&str, String> {
    std::str::from_utf8(bytes).map_err(|_| "a name in it is not UTF-8".to_owned())
}

fn taken<'a>(bytes: &mut &'a [u8], length: u64) -> Result<&'a [u8], String> {
    let cut = usize::try_from(length).ok().and_then(|length| bytes.split_at_checked(length));
    let (taken, rest) = cut.ok_or("it is cut off or no protocol buffer")?;
    *bytes = rest;
    Ok(taken)
}
