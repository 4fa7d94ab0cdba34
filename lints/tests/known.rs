//! What `lints/README.md` says is known and is not: its code is run.

use gatefold_lints::{self as lints, Policy};
use source::{Cache, Code, Tree};

const README: &str = include_str!("../README.md");
const MANIFEST: &str =
    "[package]\nname = \"ranker\"\nedition = \"2024\"\n[dependencies]\nreqwest = \"0.12\"\ntokio = \"1\"\n";

#[test]
fn what_the_readme_says_is_known_is_found_and_nothing_else() {
    let (known, unknown) = README.split_once("## What it cannot know").expect("the README has both");
    let expected = |part: &str| blocks(part).iter().map(|block| check(block)).collect::<Vec<usize>>();
    assert_eq!(expected(known), [4, 1, 0, 1], "as many lines are marked in each");
    assert_eq!(expected(unknown), [0, 0, 0]);
}

/// The code of a text, without what it is indented by.
fn blocks(text: &str) -> Vec<String> {
    let mut blocks: Vec<String> = Vec::new();
    let mut is_open = false;
    for line in text.lines().map(|line| line.strip_prefix("  ").unwrap_or(line)) {
        match line.trim() {
            "```rust" => {
                is_open = true;
                blocks.push(String::new());
            }
            "```" => is_open = false,
            _ if is_open => blocks.last_mut().expect("one is open").extend([line, "\n"]),
            _ => {}
        }
    }
    blocks
}

/// Checks that a block is found as it is marked, and gives the number of marks. Its files begin with `// PATH`.
#[track_caller]
fn check(block: &str) -> usize {
    let mut files: Vec<(&str, String)> = Vec::new();
    let mut expected = Vec::new();
    for line in block.lines() {
        if let Some(path) = line.strip_prefix("// ").filter(|path| path.starts_with("src/")) {
            files.push((path, String::new()));
            continue;
        }
        let (path, text) = files.last_mut().expect("a block begins with a path");
        text.extend([line, "\n"]);
        if let Some((_, rule)) = line.split_once("//~ ") {
            expected.push((rule.to_owned(), (*path).to_owned(), text.lines().count() as u32));
        }
    }
    if !files.iter().any(|(path, _)| *path == "src/lib.rs") {
        let module = files[0].0.trim_start_matches("src/").trim_end_matches(".rs");
        files.push(("src/lib.rs", format!("mod {module};\n")));
    }
    files.push(("Cargo.toml", MANIFEST.to_owned()));
    let tree = Tree::from_memory(files);
    let code = Code::read(&tree, &Cache::off());
    let found = lints::check(&code, &tree, &Policy::default(), None).expect("the guard looks").findings;
    let found: Vec<_> = found
        .iter()
        .map(|finding| {
            let line = finding.location.as_ref().and_then(|it| it.span).map_or(0, |span| span.line);
            (finding.rule.id.to_owned(), finding.file().unwrap_or_default().to_owned(), line)
        })
        .collect();
    assert_eq!(found, expected, "{block}");
    expected.len()
}
