//! Numbers in bytes, little-endian, read without trust in what they announce.

/// What is left to read.
pub(crate) struct Bytes<'a> {
    all: &'a [u8],
    at: usize,
}

impl<'a> Bytes<'a> {
    pub(crate) fn new(all: &'a [u8]) -> Self {
        Bytes { all, at: 0 }
    }

    /// The next bytes. Nothing is set aside for them before they are known to be there.
    pub(crate) fn take(&mut self, count: usize) -> Result<&'a [u8], String> {
        let taken = self.at.checked_add(count).and_then(|end| self.all.get(self.at..end));
        self.at += count.min(self.all.len());
        taken.ok_or_else(|| "a section announces more than it holds".to_owned())
    }

    pub(crate) fn number(&mut self) -> Result<usize, String> {
        Ok(self.numbers(1)?.first().copied().unwrap_or_default() as usize)
    }

    pub(crate) fn numbers(&mut self, count: usize) -> Result<Vec<u32>, String> {
        let bytes = self.take(count.saturating_mul(4))?;
        let (numbers, _) = bytes.as_chunks::<4>();
        Ok(numbers.iter().map(|number| u32::from_le_bytes(*number)).collect())
    }

    pub(crate) fn singles(&mut self, count: usize) -> Result<Vec<f64>, String> {
        let bytes = self.take(count.saturating_mul(4))?;
        let (numbers, _) = bytes.as_chunks::<4>();
        Ok(numbers.iter().map(|number| f64::from(f32::from_le_bytes(*number))).collect())
    }

    pub(crate) fn doubles(&mut self, count: usize) -> Result<Vec<f64>, String> {
        let bytes = self.take(count.saturating_mul(8))?;
        let (numbers, _) = bytes.as_chunks::<8>();
        Ok(numbers.iter().map(|number| f64::from_le_bytes(*number)).collect())
    }

    /// Goes on to the next multiple of eight; what is passed over must be zero.
    pub(crate) fn align(&mut self) -> Result<(), String> {
        let padding = self.at.next_multiple_of(8) - self.at;
        match self.take(padding)?.iter().all(|byte| *byte == 0) {
            true => Ok(()),
            false => Err("there is something between two columns".to_owned()),
        }
    }

    /// Refuses what is left over.
    pub(crate) fn end(&self) -> Result<(), String> {
        match self.at == self.all.len() {
            true => Ok(()),
            false => Err("a section holds more than it announces".to_owned()),
        }
    }
}

pub(crate) fn put_u32s(into: &mut Vec<u8>, numbers: &[u32]) {
    into.extend(numbers.iter().flat_map(|number| number.to_le_bytes()));
}
