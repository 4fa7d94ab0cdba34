//! How long a property of 1,000 cases takes against a service on loopback, its start apart.
//!
//! The service reads and writes dynamic messages, so that it costs more than one with generated code.

use contracts::{Policy, Wanted, check_live};
use prost_reflect::prost::Message;
use prost_reflect::{DescriptorPool, DynamicMessage, Value};
use service::Session;
use service::testing::{Call, Reaction, background};
use source::{Change, Tree};

const PROTO: &str = r#"
syntax = "proto3";
package p.v1;
message Query { string id = 1; repeated Candidate candidates = 2; uint32 limit = 3; }
message Candidate { string track_id = 1; double ctr = 2; }
message Answer { repeated Candidate items = 1; }
service Ranker { rpc Rank(Query) returns (Answer); }
"#;

const PROPERTY: &str = "contracts: 1
service: p.v1.Ranker
target: ranker
properties:
  - name: laws
    rpc: Rank
    cases: 1000
    fields:
      id: { length: { min: 1, max: 64 }, letters: a-z0-9 }
      candidates: { size: { max: 500 }, unique: track_id }
      candidates.track_id: { length: { min: 1, max: 64 }, letters: a-z0-9 }
      candidates.ctr: { min: 0, max: 1 }
      limit: { min: 1, max: 100 }
    require:
      - no_server_fault
      - accepted
      - limit: { field: items, by: limit }
      - unique: { field: items, by: track_id }
      - among: { field: items, by: track_id, of: candidates, key: track_id }
      - finite: { field: items, by: ctr }
      - sorted: { field: items, by: ctr, order: descending }
";

/// Laws over several answers, which ask five more times for each case.
const RELATIONS: &str = "      - deterministic: { repeats: 2 }
      - permutation_invariant: { field: candidates }
      - prefix_of_larger: { vary: limit, of: items, by: track_id }
      - tolerates_unknown_fields
";

fn main() {
    divan::main();
}

#[divan::bench(sample_count = 11, sample_size = 1)]
fn one_call_a_case(bencher: divan::Bencher<'_, '_>) {
    ask(bencher, PROPERTY.to_owned());
}

#[divan::bench(sample_count = 11, sample_size = 1)]
fn six_calls_a_case(bencher: divan::Bencher<'_, '_>) {
    ask(bencher, format!("{PROPERTY}{RELATIONS}"));
}

fn ask(bencher: divan::Bencher<'_, '_>, scenarios: String) {
    let files = [("protos/p.proto", PROTO), ("services/ranker/contracts/rank.yaml", scenarios.as_str())];
    let change = Change::of_trees(None, Tree::from_memory(files));
    let pool = service::pool(&change.head, &[]).expect("the proto compiles");
    let address = background(move |call| rank(&pool, call)).expect("there is a free port");
    bencher.bench_local(|| {
        let policy = Policy::default();
        let mut start = |wanted: &Wanted<'_>| {
            Session::at(address, wanted.pool.clone()).map_err(|error| error.to_string())
        };
        let checked = check_live(&change, &policy, &mut start).expect("it is asked");
        assert!(checked.findings.is_empty(), "{:#?}", checked.findings);
    });
}

/// Answers with the best of the candidates.
fn rank(pool: &DescriptorPool, call: &Call) -> Reaction {
    let message = |name: &str| pool.get_message_by_name(name).expect("the protos have it");
    let query =
        DynamicMessage::decode(message("p.v1.Query"), call.messages[0].clone()).expect("it is a query");
    let field = |name: &str| query.get_field_by_name(name).expect("it has the field").into_owned();
    let (Value::List(mut items), Value::U32(limit)) = (field("candidates"), field("limit")) else {
        panic!("they are of these types")
    };
    let of = |item: &Value, name: &str| {
        let item = item.as_message().expect("it is a message");
        item.get_field_by_name(name).expect("it has the field").into_owned()
    };
    let key = |item: &Value| {
        let score = of(item, "ctr").as_f64().unwrap_or(0.0);
        (score, of(item, "track_id").as_str().unwrap_or_default().to_owned())
    };
    items.sort_by_cached_key(|item| {
        let (score, id) = key(item);
        (std::cmp::Reverse(score.max(0.0).to_bits()), id)
    });
    items.truncate(usize::try_from(limit).unwrap_or(0));
    let mut answer = DynamicMessage::new(message("p.v1.Answer"));
    answer.set_field_by_name("items", Value::List(items));
    Reaction::Answer(answer.encode_to_vec())
}
