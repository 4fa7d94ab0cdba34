//! What the README shows.
use testkit::shown;

use crate::support::{Service, here};

#[tokio::test]
async fn the_readme_shows_what_is_answered() {
    let service = Service::start().await;
    let shown = shown(&here("README.md"), "ranking.v1.Mould/Rank", "ranking.v1.MouldRankRequest");
    let response = service.rank(shown.request).await.expect("the request is valid");
    let answered: Vec<_> = response.items.iter().map(|item| item.track_id.as_str()).collect();
    assert_eq!(answered.join(", "), shown.answer);
}
