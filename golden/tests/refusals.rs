//! Recordings and requests that are not read, and what the refusal says.

mod common;

use golden::{Recording, Refusal, Requests};

const HEADER: &str =
    r#"{"gatefold.golden":2,"rankings":2,"requests":"0a","rpc":"r.v1.Queue/Rank","service":"queue"}"#;
const A: &str = r#"{"id":"a","ranking":[{"id":"t1","score":0.9}],"segment":"home","status":"OK"}"#;
const EXPLAINED: &str = r#"{"id":"a","ranking":[{"id":"t1","parts":[0.1,0.8],"score":0.9},{"id":"t2","parts":[null,0.7],"score":0.7},{"id":"t3","score":0.1}],"segment":"home","stages":["retrieve","score"],"status":"OK"}"#;
const B: &str = r#"{"id":"b","ranking":[],"segment":"home","status":"NOT_FOUND"}"#;

#[track_caller]
fn check(lines: &[&str], line: u32, reason: &str) {
    let text = lines.concat();
    assert_eq!(Recording::parse(&text), Err(Refusal { line, reason: reason.to_owned() }));
}

#[test]
fn a_recording_as_accept_writes_it_is_read_and_written_back_byte_for_byte() {
    let degraded = r#"{"degraded":["plays"],"id":"c/1","model":"3","ranking":[{"id":"t1","score":1e-7},{"id":"t2","score":-0.1}],"segment":"home","status":"OK"}"#;
    let text = [HEADER, A, B, degraded, ""].join("\n").replace(r#""rankings":2"#, r#""rankings":3"#);
    let recording = Recording::parse(&text).unwrap();
    assert_eq!(recording.to_text(), text);
    assert_eq!(recording.get("c/1").unwrap().line, 4);
    assert_eq!(Recording::parse(&text.replace('\n', "\r\n")).unwrap(), recording, "a checkout with CRLF");
}

#[test]
fn what_each_stage_gave_is_read_and_written_back_byte_for_byte() {
    let text = [HEADER, EXPLAINED, B, ""].join("\n");
    let recording = Recording::parse(&text).unwrap();
    let parts = |item: usize| {
        let parts = recording.entries[0].ranking.items[item].parts.iter();
        parts.map(|part| (part.stage.as_str(), part.score)).collect::<Vec<_>>()
    };
    assert_eq!(parts(0), [("retrieve", 0.1), ("score", 0.8)]);
    assert_eq!(parts(1), [("score", 0.7)]);
    assert_eq!(parts(2), []);
    assert_eq!(recording.to_text(), text);
}

#[test]
fn a_recording_of_format_1_holds_the_same_rankings() {
    let newer = [HEADER, A, B, ""].join("\n");
    let older = newer.replace("golden\":2", "golden\":1");
    let recording = Recording::parse(&older).unwrap();
    assert_eq!(recording, Recording::parse(&newer).unwrap());
    assert_eq!(recording.to_text(), newer);
    let explained = [&HEADER.replace(":2,", ":1,"), "\n", EXPLAINED, "\n", B, "\n"];
    check(&explained, 2, "it names stages or noise, which format 1 has not");
}

#[test]
fn clock_and_seed_stand_in_the_header() {
    let header = HEADER.replace('{', r#"{"clock":"2026-11-20T12:00:00Z","#);
    let header = header.replace(r#","service""#, r#","seed":7,"service""#);
    let text = [&header, A, B, ""].join("\n");
    let recording = Recording::parse(&text).unwrap();
    assert_eq!((recording.clock.as_deref(), recording.seed), (Some("2026-11-20T12:00:00Z"), Some(7)));
    assert_eq!(recording.to_text(), text);
    let older = header.replace(":2,", ":1,");
    check(&[&older, "\n", A, "\n", B, "\n"], 1, "it names a clock or a seed, which format 1 has not");
}

#[test]
fn the_noise_of_a_request_stands_beside_its_ranking() {
    let with = |noise: &str| A.replace(r#""ranking""#, &format!(r#""noise":{noise},"ranking""#));
    for noise in [
        r#"{"drift":0.25,"kind":"scores"}"#,
        r#"{"drift":0.0,"kind":"tie-order","rank":1}"#,
        r#"{"drift":0.25,"kind":"items","rank":7}"#,
    ] {
        let text = [HEADER, &with(noise), B, ""].join("\n");
        assert_eq!(Recording::parse(&text).unwrap().to_text(), text);
    }
    for (noise, reason) in [
        (
            r#"{"drift":0.25,"kind":"order"}"#,
            "noise has a finite `drift`, and a `rank` from 1 unless only scores differ",
        ),
        (
            r#"{"drift":-1.0,"kind":"scores"}"#,
            "noise has a finite `drift`, and a `rank` from 1 unless only scores differ",
        ),
        (
            r#"{"drift":0.25,"kind":"items","rank":0}"#,
            "noise has a finite `drift`, and a `rank` from 1 unless only scores differ",
        ),
        (
            r#"{"kind":"items","drift":0.25,"rank":7}"#,
            "the line is not as `golden accept` writes it: keys, spaces or numbers differ",
        ),
    ] {
        check(&[HEADER, "\n", &with(noise), "\n", B, "\n"], 2, reason);
    }
    let older = HEADER.replace(":2,", ":1,");
    let noisy = with(r#"{"drift":0.25,"kind":"scores"}"#);
    check(&[&older, "\n", &noisy, "\n", B, "\n"], 2, "it names stages or noise, which format 1 has not");
    let answer = with(r#"{"drift":0.25,"kind":"answer","rank":1}"#);
    let refusal = Recording::parse(&[HEADER, &answer, B, ""].join("\n")).unwrap_err();
    assert!(refusal.reason.contains("unknown variant `answer`"), "{}", refusal.reason);
}

#[test]
fn parts_that_accept_would_not_write_are_refused() {
    let reason = "the line is not as `golden accept` writes it: keys, spaces or numbers differ";
    for edited in [
        EXPLAINED.replace(r#"["retrieve","score"]"#, r#"["score","score"]"#),
        EXPLAINED.replace("0.1,0.8", "null,0.8"),
        EXPLAINED.replace("null,0.7", "null,null"),
        A.replace(r#","status""#, r#","stages":["score"],"status""#),
    ] {
        check(&[HEADER, "\n", &edited, "\n", B, "\n"], 2, reason);
    }
    let short = EXPLAINED.replace("null,0.7", "0.7");
    check(&[HEADER, "\n", &short, "\n", B, "\n"], 2, "`t2` has 1 parts for 2 stages");
    let stages: Vec<String> = (0..65).map(|stage| format!("\"s{stage}\"")).collect();
    let many = EXPLAINED.replace(r#""retrieve","score""#, &stages.join(","));
    let reason = "the ranking has 65 stages, more than the 64 that are read";
    check(&[HEADER, "\n", &many, "\n", B, "\n"], 2, reason);
    let nameless = EXPLAINED.replace("retrieve", "");
    let reason = "a name has 1 to 256 bytes, without control characters and backticks";
    check(&[HEADER, "\n", &nameless, "\n", B, "\n"], 2, reason);
}

#[test]
fn a_file_that_was_cut_off_is_refused() {
    check(&[], 1, "the file is empty");
    check(&[HEADER, "\n", A, "\n", &B[..9]], 3, "the file is cut off: its last line does not end");
    check(&[HEADER, "\n", A, "\n"], 1, "the header announces 2 rankings, the file has 1");
    check(
        &[HEADER, "\n", A, "\n", &B[..20], "\n"],
        3,
        "it does not parse at column 20: EOF while parsing a value",
    );
    check(&[HEADER, "\n", A, "\n\n", B, "\n"], 3, "the line is empty");
}

#[test]
fn unsorted_and_repeated_requests_are_refused() {
    check(&[HEADER, "\n", B, "\n", A, "\n"], 3, "`a` stands below `b`: requests are sorted by id");
    check(&[HEADER, "\n", A, "\n", A, "\n"], 3, "`a` already stands on line 2");
}

#[test]
fn another_format_is_refused() {
    for format in [0, 3] {
        let other = HEADER.replace(":2,", &format!(":{format},")).replace("rankings", "other");
        let reason = format!("the file has format {format}, this Gatefold reads 1 to 2");
        check(&[&other, "\n", A, "\n", B, "\n"], 1, &reason);
    }
    check(
        &[A, "\n"],
        1,
        &format!("it does not parse at column {}: missing field `gatefold.golden`", A.len()),
    );
}

#[test]
fn a_line_that_accept_would_not_write_is_refused() {
    let reason = "the line is not as `golden accept` writes it: keys, spaces or numbers differ";
    for edited in [
        A.replace("0.9", "0.90"),
        A.replace(":[", ": ["),
        format!("{{{},{}", r#""status":"OK""#, &A[1..].replace(r#","status":"OK""#, "")),
        A.replace(r#""status""#, r#""degraded":[],"status""#),
    ] {
        check(&[HEADER, "\n", &edited, "\n", B, "\n"], 2, reason);
    }
    let unknown = A.replace("segment", "segments");
    let refusal = Recording::parse(&[HEADER, &unknown, B, ""].join("\n")).unwrap_err();
    assert!(refusal.reason.contains("unknown field `segments`"), "{}", refusal.reason);
}

#[test]
fn scores_that_are_not_finite_numbers_are_refused() {
    for score in ["1e999", "null", "NaN", "\"NaN\""] {
        let refusal = Recording::parse(&[HEADER, &A.replace("0.9", score), B, ""].join("\n")).unwrap_err();
        assert_eq!(refusal.line, 2, "{score}");
        assert!(refusal.reason.contains("it does not parse at"), "{}", refusal.reason);
    }
}

#[test]
fn what_is_too_large_is_refused() {
    let items = vec![r#"{"id":"t1","score":0.9}"#; 5_001].join(",");
    let long = A.replace(r#"{"id":"t1","score":0.9}"#, &items);
    check(
        &[HEADER, "\n", &long, "\n", B, "\n"],
        2,
        "the ranking has 5001 items, more than the 5000 that are read",
    );
    let many = "\n".repeat(20_002);
    check(&[&many], 1, "the file has 20002 lines, more than the 20000 that are read");
    let id = A.replace("\"a\"", &format!("\"{}\"", "a".repeat(257)));
    check(
        &[HEADER, "\n", &id, "\n", B, "\n"],
        2,
        "an identifier has 1 to 256 bytes, without white space and backticks",
    );
}

#[test]
fn deep_nesting_is_refused_and_not_followed() {
    let deep = format!(
        "{{\"id\":\"a\",\"segment\":\"s\",\"request\":{}{}}}\n",
        "[".repeat(100_000),
        "]".repeat(100_000)
    );
    let refusal = Requests::parse(&deep).unwrap_err();
    assert!(refusal.reason.contains("recursion limit"), "{}", refusal.reason);
}

#[test]
fn identifiers_are_fit_to_be_shown() {
    let status = Recording::parse(&[HEADER, &A.replace("OK", "\\u001b[31m"), B, ""].join("\n")).unwrap_err();
    assert!(status.reason.starts_with("a name has"), "{}", status.reason);
    for id in ["a b", "a\\u001b[31m", "a`b", ""] {
        let refusal =
            Recording::parse(&[HEADER, &A.replace("\"a\"", &format!("\"{id}\"")), B, ""].join("\n"));
        assert!(refusal.unwrap_err().reason.starts_with("an identifier has"), "{id}");
    }
}

#[test]
fn requests_are_read_in_any_order_and_once_each() {
    let line = |id: &str| {
        format!(r#"{{"id":"{id}","segment":"home","request":{{"limit":3,"viewer":{{"b":1,"a":2}}}}}}"#)
    };
    let one = Requests::parse(&format!("{}\n{}\n", line("b"), line("a"))).unwrap();
    let reordered = line("b").replace(r#""b":1,"a":2"#, r#" "a": 2, "b": 1"#);
    let other = Requests::parse(&format!("{}\n{reordered}\n", line("a"))).unwrap();
    assert_eq!(one.digest(), other.digest(), "white space, key order and line order say nothing");
    let changed = Requests::parse(&format!("{}\n{}\n", line("b"), line("a").replace('3', "4"))).unwrap();
    assert_ne!(one.digest(), changed.digest());
    let twice = Requests::parse(&format!("{}\n{}\n", line("a"), line("a"))).unwrap_err();
    assert_eq!(twice, Refusal { line: 2, reason: "`a` already stands on line 1".to_owned() });
}

#[test]
fn the_limit_of_a_request_is_found_in_both_spellings_of_proto_json() {
    for (request, path, expected) in [
        (r#"{"limit":3}"#, "limit", Some(3)),
        (r#"{"page":{"max_items":"3"}}"#, "page.max_items", Some(3)),
        (r#"{"page":{"maxItems":3}}"#, "page.max_items", Some(3)),
        (r#"{"page":{}}"#, "page.max_items", None),
        (r#"{"page":-1}"#, "page", None),
    ] {
        let text = format!("{{\"id\":\"a\",\"segment\":\"s\",\"request\":{request}}}\n");
        assert_eq!(Requests::parse(&text).unwrap().cases[0].number(path), expected, "{request}");
    }
}
