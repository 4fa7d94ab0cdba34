//! What the READMEs show.
use testkit::shown;

use crate::support::{Service, here};

#[tokio::test]
async fn the_readme_shows_what_is_answered() {
    let service = Service::start().await;
    for readme in ["README.md", "../../README.md"] {
        let shown = shown(&here(readme), "ranking.v1.Search/SearchTracks", "ranking.v1.SearchTracksRequest");
        let found = service.search(shown.request).await.expect("the request is valid");
        let titles: Vec<_> = found.items.iter().map(|item| format!("{:?}", item.title)).collect();
        let answered = format!("{}, of {} matches", titles.join(", "), found.total_matches);
        assert_eq!(answered, shown.answer, "{readme}");
    }
}
