//! What the first rules find.

use super::Group;

pub(super) static GROUP: Group = Group {
    planted: &[
        "blocking-behind-call",
        "blocking-in-async",
        "grpc-channel-without-timeout",
        "hidden-unicode",
        "partial-order-sort",
        "unbounded-channel",
        "unfinished-code",
        "unordered-iteration",
        "unordered-output",
        "unread-source",
        "untied-sort",
        "untied-stable-sort",
    ],
    files: &[
        ("README.md", "seen and un\u{200B}seen\n"),
        ("src/basics.rs", CODE),
        ("src/torn.rs", "fn torn( {\n"),
    ],
};

const CODE: &str = r#"
async fn wait(duration: std::time::Duration) {
    std::thread::sleep(duration);
}

fn limits() -> Vec<u8> {
    std::fs::read("limits").unwrap_or_default()
}

async fn limited() -> Vec<u8> {
    limits()
}

async fn connect() -> tonic::transport::Channel {
    tonic::transport::Channel::from_static("http://planted:1").connect().await.unwrap()
}

fn queue() {
    let (sender, receiver) = tokio::sync::mpsc::unbounded_channel();
    drop((sender, receiver));
}

fn rank(mut found: Vec<Candidate>) -> Vec<Candidate> {
    found.sort_by(|a, b| b.score.partial_cmp(&a.score).unwrap());
    found.sort_by(|a, b| b.score.total_cmp(&a.score));
    found.sort_unstable_by(|a, b| b.score.total_cmp(&a.score));
    found
}

fn list(scores: std::collections::HashMap<u64, f32>) -> Vec<(u64, f32)> {
    scores.into_iter().collect()
}

fn tasks(jobs: std::collections::HashMap<u64, Task>) -> Vec<Task> {
    jobs.into_values().collect()
}

fn later() {
    todo!()
}
"#;
