//! Marks that git leaves where two sides could not be merged.

/// What to say of a text that holds conflict markers, and the line of the first.
pub fn conflict(text: &str) -> Option<(u32, String)> {
    let at = |mark: &str| text.lines().position(|line| line.starts_with(mark));
    let first = at("<<<<<<< ").filter(|_| at("=======").is_some() && at(">>>>>>> ").is_some())?;
    let line = u32::try_from(first + 1).ok()?;
    Some((line, format!("it holds conflict markers (line {line}); finish the merge")))
}
