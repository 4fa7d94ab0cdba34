//! What the rules about calls to other services, and about what they are told, find.

use super::Group;

pub(super) static GROUP: Group = Group {
    planted: &[
        "async-guard-across-rpc",
        "client-built-per-request",
        "detached-task",
        "duplicate-purpose-dependency",
        "high-cardinality-label",
        "http-client-without-timeout",
        "interpolated-query",
        "interpolated-shell-command",
        "retry-without-bound",
        "rpc-in-loop",
        "status-code-collapse",
        "swallowed-await-error",
        "tls-verification-disabled",
        "unbounded-fanout",
    ],
    files: &[
        ("src/serving.rs", CODE),
        ("manifests/Cargo.toml", "[dependencies]\nchrono = \"0.4\"\ntime = \"0.3\"\n"),
    ],
};

const CODE: &str = r#"
fn client() -> reqwest::Client {
    reqwest::Client::new()
}

fn lax(builder: reqwest::ClientBuilder) -> reqwest::ClientBuilder {
    builder.danger_accept_invalid_certs(true)
}

async fn rank(request: tonic::Request<Query>) -> Result<Reply, tonic::Status> {
    let pattern = regex::Regex::new("^track:").map_err(|error| tonic::Status::internal(error.to_string()))?;
    tokio::spawn(save(pattern.clone()));
    answer(pattern, request).map_err(|error| tonic::Status::internal(error.to_string()))
}

async fn load(client: &FeatureClient) -> Features {
    loop {
        if let Ok(features) = client.features().await {
            return features;
        }
    }
}

async fn defaults(client: &FeatureClient) -> Features {
    client.features().await.unwrap_or_default()
}

async fn all(client: &FeatureClient, ids: &[u64]) -> Vec<Features> {
    futures::future::join_all(ids.iter().map(|id| client.features(*id))).await
}

async fn each(client: &FeatureClient, ids: &[u64], rows: &tokio::sync::Mutex<Rows>) {
    let rows = rows.lock().await;
    for id in ids {
        rows.insert(client.features(id).await);
    }
    metrics::counter!("ranked", "user_id" => rows.user_id()).increment(1);
}

fn find(name: &str) {
    sqlx::query(&format!("SELECT 1 FROM tracks WHERE name = '{name}'"));
    std::process::Command::new("sh").arg("-c").arg(format!("cat {name}"));
}
"#;
