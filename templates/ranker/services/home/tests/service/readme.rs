//! What the READMEs show.
use testkit::shown;

use crate::support::{Service, here};

#[tokio::test]
async fn the_readme_shows_what_is_answered() {
    let service = Service::start().await;
    for readme in ["README.md", "../../README.md"] {
        let shown = shown(&here(readme), "ranking.v1.Home/RankShelves", "ranking.v1.RankShelvesRequest");
        let page = service.rank(shown.request).await.expect("the request is valid");
        let shelves = page.shelves.iter();
        let answered: Vec<_> =
            shelves.map(|shelf| format!("{} from {}", shelf.shelf_id, shelf.items[0].track_id)).collect();
        assert_eq!(answered.join(", "), shown.answer, "{readme}");
    }
}
