//! What scenarios expect beyond a response: streams, metadata, trailers, details, statements in CEL.

use prost_reflect::prost::Message;
use serde_json::{Value, json};
use service::Code;
use service::testing::{Call, Reaction};
use source::Change;

use super::scenarios::{file, refuse, texts, tree};
use super::stand_in::{encoded, reacting};
use crate::{Policy, Wanted, check_live, check_static};

/// Asks one scenario of a service that does this, and gives back what failed.
fn ask(
    text: &str,
    react: impl Fn(&prost_reflect::DescriptorPool, &Call) -> Reaction + Clone + Send + Sync + 'static,
) -> Vec<String> {
    let change = Change::of_trees(None, tree(text));
    let found = check_static(&change, &Policy::default()).expect("it looks").findings;
    assert!(found.is_empty(), "{text}\n{found:#?}");
    let mut start = |wanted: &Wanted| reacting(wanted, react.clone());
    let findings = check_live(&change, &Policy::default(), &mut start).expect("it is asked").findings;
    findings.iter().for_each(findings::testing::check_message);
    let texts = findings.iter().flat_map(texts);
    texts.map(|text| text.trim_start_matches("scenario `a` failed: ").to_owned()).collect()
}

fn scenario(rpc: &str, rest: &str) -> String {
    file(&format!("  - name: a\n    rpc: {rpc}\n{rest}"))
}

/// Answers every request of a stream with one response, and a query of `stop` with a status.
fn talk(pool: &prost_reflect::DescriptorPool, call: &Call) -> Reaction {
    let item =
        |id: usize| json!({ "items": [{ "id": format!("t{id}"), "score": 0.5 }], "total": id.to_string() });
    let trailers = vec![("x-model-version", "m3"), ("x-seen", "a"), ("x-seen", "b")];
    let responses = |count: usize| (0..count).map(|id| encoded(pool, &call.path, &item(id))).collect();
    match call.path.rsplit('/').next() {
        Some("Watch") => Reaction::Stream(responses(3), Code::Ok, trailers),
        Some("Talk") if call.messages.len() == 3 => Reaction::Stream(responses(1), Code::Aborted, trailers),
        Some("Talk") => Reaction::Stream(responses(call.messages.len()), Code::Ok, trailers),
        _ => {
            Reaction::Stream(vec![encoded(pool, &call.path, &item(call.messages.len()))], Code::Ok, trailers)
        }
    }
}

#[test]
fn methods_of_all_four_kinds_are_asked() {
    let watch =
        "    expect: { status: OK, count: 3, responses: [{ total: 0 }, {}, { items: [{ id: t2 }] }] }\n";
    assert_eq!(ask(&scenario("Watch", watch), talk), [""; 0]);
    let collect =
        "    requests: [{ id: a }, { id: b }]\n    expect: { status: OK, response: { total: 2 } }\n";
    assert_eq!(ask(&scenario("Collect", collect), talk), [""; 0]);
    let both = "    requests: [{ id: a }, { id: b }]\n    expect: { status: OK, responses: [{ total: 0 }, { total: 1 }] }\n";
    assert_eq!(ask(&scenario("Talk", both), talk), [""; 0]);
    let rank = "    expect: { status: OK, response: { total: 1 }, trailers: { x-model-version: m3 } }\n";
    assert_eq!(ask(&scenario("Rank", rank), talk), [""; 0]);
    let fewer = "    expect: { status: OK, responses: [{}] }\n";
    assert_eq!(ask(&scenario("Watch", fewer), talk), ["expected 1 responses, got 3"]);
    let other = "    expect: { status: OK, responses: [{ total: 0 }, { total: 7 }, {}] }\n";
    assert_eq!(
        ask(&scenario("Watch", other), talk),
        ["expected `responses[1].total` to be \"7\", got \"1\""]
    );
    let broken =
        "    requests: [{}, {}, {}]\n    expect: { status: ABORTED, count: 1, trailers: { x-gone: null } }\n";
    assert_eq!(ask(&scenario("Talk", broken), talk), [""; 0]);
}

#[test]
fn what_does_not_fit_the_kind_of_a_method_is_refused() {
    let expect = "    expect: { status: OK }\n";
    for (rpc, rest, place, part) in [
        ("Collect", format!("    request: {{}}\n{expect}"), "7:5", "takes a stream: write `requests`"),
        ("Collect", expect.to_owned(), "6:10", "`requests` are missing"),
        ("Rank", format!("    requests: [{{}}]\n{expect}"), "7:5", "takes one request"),
        ("Talk", format!("    requests: [{{}}, {{ idd: a }}]\n{expect}"), "7:27", "no field `idd`"),
        ("Watch", "    expect: { status: OK, response: {} }\n".to_owned(), "7:27", "answers with a stream"),
        ("Watch", "    expect: { status: OK, responses: [{ no: 1 }] }\n".to_owned(), "7:45", "no field `no`"),
        ("Rank", "    expect: { status: OK, responses: [] }\n".to_owned(), "7:27", "one response"),
        ("Rank", "    expect: { status: OK, count: 1 }\n".to_owned(), "7:34", "one response"),
    ] {
        refuse(&scenario(rpc, &rest), place, part);
    }
}

#[test]
fn metadata_and_trailers_are_compared() {
    let expect =
        |trailers: &str| scenario("Rank", &format!("    expect: {{ status: OK, trailers: {trailers} }}\n"));
    assert_eq!(ask(&expect("{ x-model-version: m3, x-seen: b, x-gone: null }"), talk), [""; 0]);
    let cel = "{ x-model-version: { cel: \"value.startsWith('m')\" }, x-seen: { cel: [value == 'b', size(value) == 1] } }";
    assert_eq!(ask(&expect(cel), talk), [""; 0]);
    assert_eq!(
        ask(&expect("{ x-gone: a, x-model-version: m4, x-seen: null }"), talk),
        [
            "expected the trailer `x-gone`, got nothing and 2 more",
            "expected the trailer `x-model-version` to be \"m4\", got \"m3\"",
            "expected nothing in the trailer `x-seen`, got \"a\", \"b\"",
        ]
    );
    assert_eq!(
        ask(&expect("{ x-seen: { cel: value == 'c' } }"), talk),
        ["the trailer `x-seen` is \"a\", \"b\": expected `value == 'c'` to hold"]
    );
    let metadata = scenario(
        "Rank",
        "    expect: { status: OK, metadata: { x-model-version: m3, content-type: application/grpc } }\n",
    );
    assert_eq!(ask(&metadata, talk), [""; 0]);
    refuse(&expect("{ X-Model: a }"), "7:48", "lower case");
    refuse(&expect("{ x-a: { cel: value == 1 } }"), "7:51", "compares text with an int");
    refuse(&expect("{ x-a: 7 }"), "7:44", "it is a text, null");
    refuse(&expect("{ x-a: { is: b } }"), "7:44", "it is a text, null");
}

/// A status with details: a bad request, and a message of the protos.
fn refusing(pool: &prost_reflect::DescriptorPool, call: &Call) -> Reaction {
    if call.messages[0].is_empty() {
        return Reaction::Refuse(Code::InvalidArgument, "no".to_owned(), vec![]);
    }
    let violation = json!({ "field": "limit", "description": "is 0" });
    let types = [
        ("google.rpc.BadRequest", json!({ "field_violations": [violation] })),
        ("google.rpc.ErrorInfo", json!({ "reason": "LIMIT", "metadata": { "limit": "0" } })),
        ("p.v1.Item", json!({ "id": "a", "score": 0.5 })),
    ];
    let any = |(name, json): (&str, Value)| {
        let found = service::detail_type(pool, name).expect("it is known");
        let value = prost_reflect::DynamicMessage::deserialize(found, json).expect("it fits").encode_to_vec();
        let url = format!("type.googleapis.com/{name}");
        let field =
            |tag: u8, bytes: &[u8]| [&[tag, u8::try_from(bytes.len()).expect("it is short")], bytes].concat();
        field(0x1a, &[field(0x0a, url.as_bytes()), field(0x12, &value)].concat())
    };
    let status: Vec<u8> = types.into_iter().flat_map(any).collect();
    let details = Box::leak(base64(&status).into_boxed_str());
    Reaction::Refuse(
        Code::InvalidArgument,
        "limit is 0".to_owned(),
        vec![("grpc-status-details-bin", details)],
    )
}

/// RFC 4648, without padding, as headers carry bytes.
fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let letters = bytes.chunks(3).flat_map(|chunk| {
        let bits =
            chunk.iter().fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - chunk.len()));
        (0..=chunk.len()).map(move |index| char::from(LETTERS[(bits >> (18 - 6 * index)) as usize & 63]))
    });
    letters.collect()
}

#[test]
fn details_of_a_status_are_compared() {
    let expect = |request: &str, details: &str| {
        let rest = format!(
            "    request: {request}\n    expect: {{ status: INVALID_ARGUMENT, details: [{details}] }}\n"
        );
        scenario("Rank", &rest)
    };
    let asked = |details: &str| ask(&expect("{ limit: 1 }", details), refusing);
    assert_eq!(asked("{ type: google.rpc.BadRequest }, { type: p.v1.Item, value: { id: a } }"), [""; 0]);
    let cel = "{ type: google.rpc.BadRequest, value: { field_violations: [{ field: limit }] }, cel: [\"value.field_violations.exists(v, v.field == 'limit')\"] }";
    assert_eq!(asked(cel), [""; 0]);
    assert_eq!(
        asked("{ type: google.rpc.Help }"),
        [
            "expected a detail `google.rpc.Help`, got `google.rpc.BadRequest`, `google.rpc.ErrorInfo`, `p.v1.Item`"
        ]
    );
    assert_eq!(
        asked("{ type: p.v1.Item, value: { id: b }, cel: [value.score > 1.0] }"),
        [
            "in the detail `p.v1.Item`, expected `id` to be \"b\", got \"a\" and 1 more",
            "in the detail `p.v1.Item`, expected `value.score > 1.0` to hold",
        ]
    );
    assert_eq!(
        ask(&expect("{}", "{ type: p.v1.Item }"), refusing),
        ["expected a detail `p.v1.Item`, got none"]
    );
    refuse(&expect("{}", "{ type: google.rpc.Nothing }"), "8:59", "have a message `google.rpc.Nothing`");
    refuse(&expect("{}", "{ type: p.v1.Item, value: { no: 1 } }"), "8:83", "no field `no`");
    refuse(
        &expect("{}", "{ type: p.v1.Item, cel: [value.no == 1] }"),
        "8:76",
        "that `p.v1.Item` does not have",
    );
    let ok = scenario("Rank", "    expect: { status: OK, details: [{ type: p.v1.Item }] }\n");
    refuse(&ok, "7:27", "OK comes without");
}

#[test]
fn statements_hold_of_the_whole_answer() {
    let unary = |cel: &str| {
        scenario(
            "Rank",
            &format!(
                "    request: {{ limit: 2, big: 5000000000 }}\n    expect: {{ status: OK, cel: [\"{cel}\"] }}\n"
            ),
        )
    };
    for holds in [
        "size(response.items) <= request.limit && request.big == 5000000000",
        "response.items.all(i, isFinite(i.score)) && response.kind == Kind.KIND_UNSPECIFIED",
        "status == 'OK' && trailers['x-model-version'] == 'm3' && metadata['x-seen'] == 'a, b'",
        "!has(response.best) && response.best.inner.id == '' && response.at.seconds == 0",
        "responses == [response] && requests[0].limit == 2u",
    ] {
        assert_eq!(ask(&unary(holds), talk), [""; 0], "{holds}");
    }
    assert_eq!(ask(&unary("response.total == 2"), talk), ["expected `response.total == 2` to hold"]);
    assert_eq!(
        ask(&unary("response.items[7].id == ''"), talk),
        ["the expression `response.items[7].id == ''` looks beyond the end of a list"]
    );
    let stream =
        "    expect: { status: OK, cel: [\"responses.map(r, r.items[0].id) == ['t0', 't1', 't2']\"] }\n";
    assert_eq!(ask(&scenario("Watch", stream), talk), [""; 0]);
    for (cel, place, part) in [
        ("response.itms == []", "8:33", "a field that `p.v1.Answer` does not have"),
        ("size(response.items)", "8:33", "it gives an int where true or false is asked for"),
        ("response.kind == 'KIND_A'", "8:33", "`Kind.KIND_A`"),
        ("response.items >", "8:33", "does not parse"),
        ("respons == 1", "8:33", "names `respons`, which there is not"),
        ("matches(status, 'O.')", "8:33", "calls `matches`, which there is not"),
    ] {
        refuse(&unary(cel), place, part);
    }
    let refused = scenario("Rank", "    expect: { status: NOT_FOUND, cel: [size(response.items) == 0] }\n");
    refuse(&refused, "7:40", "names `response`, which there is not");
    refuse(
        &scenario("Watch", "    expect: { status: OK, cel: [response.total == 1] }\n"),
        "7:33",
        "names `response`",
    );
}

#[test]
fn a_value_is_written_once_and_named_often() {
    let text = scenario(
        "Rank",
        "    request: { items: { $value: three }, limit: 2 }\n    expect: { status: OK, cel: [size(request.items) == 3] }\n",
    );
    let with = |value: &str| format!("{text}values:\n  three: {value}\n");
    assert_eq!(ask(&with("[{ id: a }, { id: b }, {}]"), talk), [""; 0]);
    assert_eq!(ask(&with("[{ id: a }]"), talk), ["expected `size(request.items) == 3` to hold"]);
    refuse(&with("[{ id: a }, { idd: b }]"), "10:29", "no field `idd`");
    refuse(&text, "7:23", "`values` has no `three`");
}
