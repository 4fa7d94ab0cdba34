//! What `find` finds, as far as its words tell, and what it runs of it.

/// By what `find` finds something else than all that has a name.
const NARROWS: [&str; 12] = [
    "!",
    ",",
    "-ipath",
    "-iregex",
    "-mindepth",
    "-newer",
    "-not",
    "-o",
    "-or",
    "-path",
    "-regex",
    "-wholename",
];

/// What it finds by its name right in the folders that it is given, where it asks for little else.
pub(in super::super) fn found(given: &[String]) -> Vec<String> {
    if given.iter().any(|word| NARROWS.contains(&word.as_str())) {
        return Vec::new();
    }
    let folders: Vec<&String> = given.iter().take_while(|word| !word.starts_with(['-', '('])).collect();
    let names =
        given.windows(2).filter(|pair| pair[0] == "-name" || pair[0] == "-iname").map(|pair| &pair[1]);
    names.flat_map(|name| folders.iter().map(move |folder| format!("{folder}/{name}"))).collect()
}

/// The commands behind `-exec` and its like, each up to the mark that ends it, with what is found for `{}`.
pub(super) fn executed(given: &[String], found: &[String]) -> Vec<Vec<String>> {
    let runs = |word: &String| matches!(word.as_str(), "-exec" | "-execdir" | "-ok" | "-okdir" | "-x");
    let ends = |word: &String| matches!(word.as_str(), ";" | "+");
    let with_found = |word: &String| match word == "{}" && !found.is_empty() {
        true => found.to_vec(),
        false => vec![word.clone()],
    };
    let (mut rest, mut commands) = (given, Vec::new());
    while let Some(at) = rest.iter().position(runs) {
        let behind = &rest[at + 1..];
        let end = behind.iter().position(ends).unwrap_or(behind.len());
        commands.push(behind[..end].iter().flat_map(with_found).collect());
        rest = &behind[end..];
    }
    commands
}
