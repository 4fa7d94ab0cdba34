//! What the rules about determinism and correct rankings find.

use super::Group;

pub(super) static GROUP: Group = Group {
    planted: &[
        "ambient-clock",
        "ambient-environment",
        "cached-error-result",
        "fail-open-safety-fallback",
        "feature-default-in-scorer",
        "hidden-stage-state",
        "parallel-float-reduction",
        "silent-candidate-drop",
        "truncate-before-filter",
        "unaligned-zip",
        "unchecked-model-score",
        "unseeded-randomness",
        "unstable-bucketing-hash",
    ],
    files: &[("src/scorer.rs", SCORER)],
};

const SCORER: &str = r#"
static LAST: std::sync::Mutex<f32> = std::sync::Mutex::new(0.0);

fn smooth(score: f32) -> f32 {
    std::mem::replace(&mut *LAST.lock().unwrap(), score)
}

fn decay(post: &Post) -> f32 {
    let now = std::time::SystemTime::now();
    let boost = std::env::var("BOOST").is_ok();
    post.score * rand::random::<f32>() * age(post, now)
}

fn weighed(features: &Features) -> f32 {
    features.get("ctr").copied().unwrap_or(0.0)
}

async fn scores(model: &Model, rows: Rows) -> Vec<f32> {
    let scores = model.infer(rows).await;
    scores.values
}

fn total(scores: &[f32]) -> f32 {
    scores.par_iter().sum::<f32>()
}

async fn visible(graph: &Graph, viewer: u64) -> Vec<u64> {
    graph.blocked_by(viewer).await.unwrap_or_default()
}

async fn titles(client: &Client, cache: &Cache, mut candidates: Vec<u64>) -> Vec<(u64, Title)> {
    candidates.truncate(20);
    candidates.retain(|id| *id != 0);
    let titles = client.titles(&candidates).await.unwrap_or_default();
    cache.insert(candidates.clone(), titles.clone());
    candidates.into_iter().zip(titles).collect()
}

fn parsed(lines: &[&str]) -> Vec<u64> {
    lines.iter().filter_map(|line| line.parse().ok()).collect()
}

fn variant(user: u64) -> u64 {
    let mut hasher = std::hash::DefaultHasher::new();
    user.hash(&mut hasher);
    hasher.finish() % 100
}
"#;
