//! What a text may be: whatever people type, and whatever somebody sends who means no good.
use std::time::{Duration, Instant};

use proptest::prelude::*;
use protocol::ranking::v1::SearchTracksRequest;
use tonic::Code;

use crate::support::{Service, ids, request};

#[tokio::test]
async fn hostile_texts_are_answered_or_refused_in_time() {
    let service = Service::start().await;
    let stop_words = "the of and a an in on to ".repeat(7);
    let letters = ('a'..='z').flat_map(|letter| [letter, ' ']).collect::<String>();
    let fuzzy =
        "lantern carousel harbour satellite telephone horizon meadows strangers hurricane sparrows thunder";
    for text in [
        "\"unbalanced",
        "title:love OR (artist:* AND NOT",
        "+love -love !love ~2 ^1000000",
        "[* TO *] {a TO z}",
        "/.*(a+)+$/",
        "* ? ** ?? *a* a* ~ ~~",
        "a*b*c*d*e*f*g*h*i*j*k*l*m*n*",
        &stop_words,
        &letters,
        fuzzy,
        "\u{202e}\u{200d}\u{feff}love",
        "e\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}",
        "👩‍👩‍👧‍👦 🎵",
        "ﷺ ﷽ ㌖ ㌀",
        "%00 %n %s ${jndi:ldap://x} '; DROP TABLE tracks; --",
        "\\\\ \\\" \\u0000",
    ] {
        let request = SearchTracksRequest { text: text.to_owned(), ..request() };
        let started = Instant::now();
        let time = Duration::from_secs(2);
        let response = service.search_within(request, time).await.expect("the text is valid");
        assert!(started.elapsed() < time);
        assert_eq!(response.degraded, [], "{text}");
        assert!(response.items.len() <= 10 && response.total_matches <= 3_000);
    }
    for text in ["a".repeat(10_240), "\u{0}".to_owned(), "love\n".to_owned(), "\u{85}".to_owned()] {
        let request = SearchTracksRequest { text, ..request() };
        let status = service.search(request).await.expect_err("the text is refused");
        assert_eq!(status.code(), Code::InvalidArgument);
        assert!(status.message().starts_with("text: "), "{status}");
    }
}

#[tokio::test]
async fn no_character_is_an_operator() {
    let service = Service::start().await;
    let plain = ids(&service.find("golden lantern").await).into_iter().map(str::to_owned).collect::<Vec<_>>();
    assert!(!plain.is_empty());
    for text in [
        "golden* lantern",
        "\"golden lantern\"",
        "+golden +lantern",
        "golden & lantern~",
        "(golden) [lantern]",
    ] {
        assert_eq!(ids(&service.find(text).await), plain, "{text}");
    }
}

#[tokio::test]
async fn case_and_diacritics_have_no_influence() {
    let service = Service::start().await;
    for (one, other) in [("Straße", "STRASSE"), ("Þoka", "thoka"), ("CORAZÓN", "corazon"), ("Ёлка", "елка")]
    {
        let (one, other) = (service.find(one).await, service.find(other).await);
        assert!(!one.items.is_empty());
        assert_eq!(one.items, other.items);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn any_text_is_answered_or_refused_and_nothing_breaks(
        texts in prop::collection::vec("\\PC{0,60}|.{0,40}|([a-z]{1,9} ){1,15}|[*?~^:\"()\\[\\]{}+\\-!&|\\\\ love]{1,60}", 1..12),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime starts");
        runtime.block_on(async {
            let service = Service::start().await;
            for text in texts {
                let request = SearchTracksRequest { text: text.clone(), ..request() };
                match service.search(request).await {
                    Ok(response) => {
                        assert!(response.items.len() <= 10, "{text:?}");
                        assert!(response.items.iter().all(|item| item.score.is_finite()), "{text:?}");
                        let order = |pair: &[protocol::ranking::v1::FoundTrack]| {
                            pair[1].score.total_cmp(&pair[0].score).then_with(|| pair[0].track_id.cmp(&pair[1].track_id)).is_lt()
                        };
                        assert!(response.items.windows(2).all(order), "{text:?}");
                    }
                    Err(status) => {
                        assert_eq!(status.code(), Code::InvalidArgument, "{text:?}");
                        assert!(status.message().starts_with("text: "), "{text:?}");
                    }
                }
            }
            service.stop().await.expect("the service ends well");
        });
    }
}
