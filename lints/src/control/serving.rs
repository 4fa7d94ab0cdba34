//! What the rules about calls to other services find.

use super::Group;

pub(super) static GROUP: Group = Group {
    planted: &["http-client-without-timeout", "tls-verification-disabled"],
    files: &[("src/serving.rs", CODE)],
};

const CODE: &str = r#"
fn client() -> reqwest::Client {
    reqwest::Client::new()
}

fn lax(builder: reqwest::ClientBuilder) -> reqwest::ClientBuilder {
    builder.danger_accept_invalid_certs(true)
}
"#;
