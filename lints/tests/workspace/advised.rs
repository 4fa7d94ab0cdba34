//! What blocks where a service waits for it, and only advises where hardly anybody does.

use findings::Level;

use super::findings_under;

const BLOCKS: &str = "pub async fn rank(path: P) {\n    std::fs::read(path)?;\n}\n";

/// The level of the only finding in a file of a package with these dependencies.
#[track_caller]
fn level(path: &str, text: &str, dependencies: &str, expected: Level) {
    let manifest =
        format!("[package]\nname = \"ranker\"\nedition = \"2024\"\n[dependencies]\n{dependencies}");
    let parts: Vec<&str> = path.trim_start_matches("src/").trim_end_matches(".rs").split('/').collect();
    let nested = parts.iter().rev().fold(String::new(), |inner, part| match inner.is_empty() {
        true => format!("pub mod {part};\n"),
        false => format!("pub mod {part} {{ {inner} }}\n"),
    });
    let lib = if path.starts_with("src/") { nested } else { String::new() };
    let found = findings_under(&manifest, &[("src/lib.rs", &lib), (path, text)]);
    let levels: Vec<Level> = found.iter().map(|finding| finding.level).collect();
    assert_eq!(levels, [expected], "{path}: {found:#?}");
}

#[test]
fn a_call_that_blocks_advises_in_a_program_that_serves_nobody() {
    level("src/rank.rs", BLOCKS, "", Level::Error);
    level("src/rank.rs", BLOCKS, "clap = \"4\"\n", Level::Warning);
    level("src/rank.rs", BLOCKS, "arguments = { package = \"clap\", version = \"4\" }\n", Level::Warning);
    level("src/rank.rs", BLOCKS, "clap = \"4\"\ntonic = \"0.14\"\n", Level::Error);
    level("src/rank.rs", BLOCKS, "clap = \"4\"\n[dev-dependencies]\naxum = \"0.8\"\n", Level::Warning);
    level("src/commands/index.rs", BLOCKS, "tonic = \"0.14\"\n", Level::Warning);
    level("src/recommand.rs", BLOCKS, "tonic = \"0.14\"\n", Level::Error);
    let handler = BLOCKS.replace("path: P", "request: tonic::Request<P>");
    level("src/commands/index.rs", &handler, "tonic = \"0.14\"\n", Level::Error);
}

#[test]
fn a_call_that_blocks_advises_where_a_program_is_put_together() {
    let named = |signature: &str| BLOCKS.replace("pub async fn rank(path: P)", signature);
    for signature in [
        "pub async fn prepare(path: P)",
        "pub async fn build(config: &P)",
        "async fn assemble()",
        "async fn connect_db(path: P)",
        "async fn build_clients(path: P)",
    ] {
        level("src/start.rs", &named(signature), "tonic = \"0.14\"\n", Level::Warning);
    }
    for signature in [
        "pub async fn prepare(request: P)",
        "async fn connect_channel(request: P)",
        "async fn build_page(path: P)",
        "async fn prepare(user_id: u64)",
    ] {
        level("src/start.rs", &named(signature), "tonic = \"0.14\"\n", Level::Error);
    }
}

#[test]
fn a_character_that_came_along_with_a_text_advises_in_data() {
    let one = "let score\u{200B}s = rank();\n";
    level("notes.md", one, "", Level::Error);
    level("tests/data/posts.json", one, "", Level::Warning);
    level("web/swagger-ui.js", one, "", Level::Warning);
    level("notes.md", &format!("{}{one}", "x".repeat(6_000)), "", Level::Warning);
    // What turns a text round or carries another is meant.
    level("tests/data/posts.json", "let x = 1; \u{202E}\n", "", Level::Error);
    level("tests/data/posts.json", "steer\u{E0069}\u{E0067}\n", "", Level::Error);
    level("tests/data/posts.json", &format!("{}\n", "\u{200B}".repeat(4)), "", Level::Error);
    level("notes.md", "www.example.com/\u{200E}\n", "", Level::Warning);
    level("notes.md", "\u{200E}\u{200F}\n", "", Level::Error);
}

#[test]
fn the_order_of_a_hash_map_advises_where_only_words_speak_of_scores() {
    let text = |item: &str| {
        format!(
            "use std::collections::HashMap;\npub fn listed(scores: &HashMap<u64, f32>) -> Vec<Pair> {{\n    scores.iter().map(|(id, score)| {item}).collect()\n}}\n"
        )
    };
    level("src/governance.rs", &text("(id, score)"), "", Level::Warning);
    level("src/governance.rs", &text("Candidate { id, score }"), "", Level::Error);
    level("src/scorer.rs", &text("(id, score)"), "", Level::Error);
}
