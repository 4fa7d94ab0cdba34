//! What holds whatever arrives: the status is never a 2 that nobody meant, standard output is one JSON object or nothing.

use std::ffi::OsString;
use std::io::{self, Read};
use std::path::Path;
use std::time::Duration;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::answer::{Answer, MAX_CHARACTERS, Verdict};
use super::event::{Event, Step};
use super::{Said, answer, hear};

const EVENTS: [&str; 14] = [
    "SessionStart",
    "SubagentStart",
    "PreToolUse",
    "PostToolUse",
    "PostToolUseFailure",
    "PostToolBatch",
    "Stop",
    "SubagentStop",
    "ConfigChange",
    "SessionEnd",
    "UserPromptSubmit",
    "PermissionRequest",
    "stop",
    "",
];

fn claude_code() -> Vec<OsString> {
    vec!["claude-code".into()]
}

/// Hears an event as a client sends it.
fn said(input: &[u8], answer: fn(&Event) -> Answer, limit: Duration) -> Said {
    let limit: fn(&Event) -> Duration = match limit.as_secs() {
        0 => |_| Duration::from_millis(20),
        _ => |_| Duration::from_secs(60),
    };
    hear(&claude_code(), input, answer, limit)
}

const LONG: Duration = Duration::from_secs(60);

/// The contract.
fn holds(said: &Said) -> Result<Option<Value>, String> {
    if said.status == 2 && (!said.stdout.is_empty() || said.stderr.is_none()) {
        return Err(format!("a block that does not say why: {said:?}"));
    }
    if said.status != 0 && said.status != 2 {
        return Err(format!("a status of its own: {said:?}"));
    }
    if said.stdout.is_empty() {
        return Ok(None);
    }
    let value: Value = serde_json::from_str(&said.stdout).map_err(|error| format!("{error}: {said:?}"))?;
    if !value.is_object() || said.stdout.matches('\n').count() != 1 || said.stderr.is_some() {
        return Err(format!("more than one object: {said:?}"));
    }
    Ok(Some(value))
}

/// Any JSON, with strings that mean something to somebody.
fn anything() -> impl Strategy<Value = Value> {
    let text = prop_oneof![
        any::<String>(),
        prop::sample::select(EVENTS.to_vec()).prop_map(str::to_owned),
        prop::sample::select(vec![
            "Bash",
            "Write",
            "Edit",
            "Read",
            "src/lib.rs",
            "gatefold.yaml",
            "/",
            "..",
            "\0"
        ])
        .prop_map(str::to_owned),
        "[a-z &|;<>'\"$(`\\\\-]{0,40}",
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        text.prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        let keys = prop_oneof![
            any::<String>(),
            prop::sample::select(vec![
                "tool_name",
                "tool_input",
                "file_path",
                "command",
                "content",
                "old_string",
                "new_string"
            ])
            .prop_map(str::to_owned),
        ];
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(keys, inner, 0..4).prop_map(|map| map.into_iter().collect()),
        ]
    })
}

/// An event of a known name whose fields hold anything.
fn event() -> impl Strategy<Value = Value> {
    const KEYS: [&str; 12] = [
        "session_id",
        "agent_id",
        "prompt_id",
        "tool_name",
        "tool_input",
        "tool_use_id",
        "tool_calls",
        "background_tasks",
        "file_path",
        "source",
        "permission_mode",
        "surprise",
    ];
    let fields = prop::collection::btree_map(prop::sample::select(KEYS.to_vec()), anything(), 0..6);
    (prop::sample::select(EVENTS.to_vec()), fields).prop_map(|(name, fields)| {
        let mut event: serde_json::Map<_, _> =
            fields.into_iter().map(|(key, value)| (key.to_owned(), value)).collect();
        event.insert("hook_event_name".to_owned(), json!(name));
        event.insert("cwd".to_owned(), json!("/nonexistent"));
        Value::Object(event)
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(256) })]

    #[test]
    fn any_bytes_are_let_through(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let said = said(&bytes, answer, LONG);
        prop_assert_eq!(said.status, 0);
        let told = holds(&said).map_err(TestCaseError::fail)?;
        // What cannot be read is said, and said once.
        prop_assert!(told.is_some_and(|told| told.as_object().is_some_and(|told| told.len() == 1)));
    }

    #[test]
    fn any_event_is_let_through(event in event()) {
        let said = said(event.to_string().as_bytes(), answer, LONG);
        holds(&said).map_err(TestCaseError::fail)?;
        prop_assert!(said.status == 0 || event["hook_event_name"] == "ConfigChange", "{:?}", said);
    }

    #[test]
    fn any_arguments_are_let_through(
        arguments in prop::collection::vec(any::<String>().prop_map(OsString::from), 0..5),
        known in any::<bool>(),
    ) {
        let arguments = if known { [claude_code(), arguments].concat() } else { arguments };
        let said = hear(&arguments, &b"{}"[..], answer, |_| LONG);
        prop_assert_eq!(said.status, 0);
        let said_once = said.stdout.is_empty() != said.stderr.is_none();
        prop_assert!(said_once, "{:?}", said);
    }

    /// Whatever is to be said to whatever event: a client throws away what it does not know for the event.
    #[test]
    fn no_event_is_given_what_it_does_not_take(name in prop::sample::select(EVENTS.to_vec()), kind in 0..5_usize, text in any::<String>()) {
        let verdict = match kind {
            0 => Verdict::Nothing,
            1 => Verdict::Context(text.repeat(40)),
            2 => Verdict::Deny(text),
            3 => Verdict::GoOn(text.repeat(40)),
            _ => Verdict::Refuse(text),
        };
        let refuses = kind == 4 && name == "ConfigChange";
        let output = (super::claude_code::DIALECT.encode)(name, &verdict.into());
        prop_assert_eq!(output.blocks_by_status, refuses);
        let Some(json) = output.json else { return Ok(()) };
        let taken = match name {
            "PreToolUse" if kind == 2 => json.pointer("/hookSpecificOutput/permissionDecision").is_some(),
            "Stop" | "SubagentStop" => json["decision"] == "block",
            _ => json.pointer("/hookSpecificOutput/additionalContext").is_some(),
        };
        prop_assert!(taken, "{}: {}", name, json);
        let texts = ["/reason", "/hookSpecificOutput/additionalContext"].map(|at| json.pointer(at).and_then(Value::as_str));
        prop_assert!(texts.into_iter().flatten().all(|text| text.chars().count() <= MAX_CHARACTERS));
    }
}

/// A repository without files, so that something can be remembered.
fn repository() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for made in ["objects", "refs"] {
        std::fs::create_dir_all(folder.path().join(".git").join(made)).expect("a folder");
    }
    std::fs::write(folder.path().join(".git/HEAD"), "ref: refs/heads/main\n").expect("a file");
    folder
}

fn stop_in(folder: &Path) -> Vec<u8> {
    json!({ "hook_event_name": "Stop", "session_id": "s", "cwd": folder }).to_string().into_bytes()
}

#[test]
fn a_fault_inside_is_said_once_and_blocks_nothing() {
    let folder = repository();
    let fails = || said(&stop_in(folder.path()), |_| panic!("planted"), LONG);
    let first = fails();
    let told = holds(&first).expect("it holds").expect("it is told");
    assert_eq!((first.status, told.as_object().map(serde_json::Map::len)), (0, Some(1)), "{told}");
    assert!(told["systemMessage"].as_str().is_some_and(|text| text.contains("a fault inside")), "{told}");
    let second = fails();
    assert_eq!((second.status, second.stdout.as_str()), (0, ""), "{second:?}");
}

#[test]
fn what_takes_too_long_is_said_and_blocks_nothing() {
    let folder = repository();
    let slow: fn(&Event) -> Answer = |_| {
        std::thread::sleep(Duration::from_secs(600));
        Verdict::GoOn("too late".to_owned()).into()
    };
    let said = said(&stop_in(folder.path()), slow, Duration::ZERO);
    let told = holds(&said).expect("it holds").expect("it is told");
    assert_eq!(said.status, 0);
    assert!(told["systemMessage"].as_str().is_some_and(|text| text.contains("not done within")), "{told}");
}

#[test]
fn input_that_breaks_off_is_let_through() {
    struct Broken;
    impl Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::Error::other("planted"))
        }
    }
    let said = hear(&claude_code(), Broken, answer, |_| LONG);
    let told = holds(&said).expect("it holds").expect("it is told");
    assert!(
        said.status == 0 && told["systemMessage"].as_str().is_some_and(|text| text.contains("planted")),
        "{told}"
    );
}

#[test]
fn only_a_change_of_settings_ends_with_2() {
    for name in EVENTS {
        let event = json!({ "hook_event_name": name, "cwd": "/nonexistent" }).to_string();
        let refused: fn(&Event) -> Answer = |event| match event.step {
            Step::Before(_) => Verdict::Deny("planted".to_owned()).into(),
            _ => Verdict::Refuse("planted".to_owned()).into(),
        };
        let said = said(event.as_bytes(), refused, LONG);
        assert_eq!(said.status == 2, name == "ConfigChange", "{name}: {said:?}");
        holds(&said).expect("it holds");
    }
}
