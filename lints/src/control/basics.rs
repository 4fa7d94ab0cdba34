//! What the first rules find.

use super::Group;

pub(super) static GROUP: Group = Group {
    planted: &[
        "blocking-in-async",
        "grpc-channel-without-timeout",
        "hidden-unicode",
        "partial-order-sort",
        "unbounded-channel",
        "unfinished-code",
        "unordered-iteration",
        "unread-source",
        "untied-sort",
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
    found
}

fn list(scores: std::collections::HashMap<u64, f32>) -> Vec<(u64, f32)> {
    scores.into_iter().collect()
}

fn later() {
    todo!()
}
"#;
