//! What holds of the real process, whatever it is given. The property over arbitrary bytes and arguments stands beside the
//! code; here is what only a process has: pipes, a status, a size.

use std::process::Stdio;

use serde_json::{Value, json};

use crate::client::{BLOCKS, LIB, payload};
use crate::workspace::{Ran, Workspace, run};

#[test]
fn what_a_tool_is_given_and_nobody_reads_is_denied() {
    let workspace = Workspace::small();
    let mut event = payload(&workspace, "PreToolUse-Bash", "s");
    let command = format!("rm -rf .git # {}", "x".repeat(20 * 1024 * 1024));
    event["tool_input"]["command"] = command.clone().into();
    // Keys of JSON have no order.
    let last =
        format!("{{\"tool_input\":{{\"command\":\"{command}\"}},\"hook_event_name\" : \"PreToolUse\"}}");
    for event in [event.to_string(), last] {
        let ran = workspace.run_with(&["hook", "claude-code"], event.as_bytes());
        let why = denied(&ran).unwrap_or_else(|| panic!("{ran}"));
        assert!(why.contains("16 MiB"), "{why}");
    }
    let told = format!(
        "{{\"hook_event_name\":\"Stop\",\"x\":\"\\\"hook_event_name\\\":\\\"PreToolUse\\\" {command}\"}}"
    );
    let ran = workspace.run_with(&["hook", "claude-code"], told.as_bytes());
    assert!(denied(&ran).is_none() && ran.stdout.contains("nothing was judged"), "{ran}");
}

/// Why a tool is not used, if it is not.
#[track_caller]
fn denied(ran: &Ran) -> Option<String> {
    let answer: Value = serde_json::from_str(&ran.stdout).unwrap_or_else(|error| panic!("{error}: {ran}"));
    assert_eq!(ran.status, 0, "{ran}");
    let output = &answer["hookSpecificOutput"];
    (output["permissionDecision"] == "deny")
        .then(|| output["permissionDecisionReason"].as_str().map(str::to_owned))?
}

#[test]
fn half_a_character_in_what_a_tool_is_given_hides_nothing() {
    let workspace = Workspace::small();
    let event = |tool: &str, input: Value| {
        let mut event = payload(&workspace, "PreToolUse-Bash", "s");
        (event["tool_name"], event["tool_input"]) = (tool.into(), input);
        workspace.run_with(&["hook", "claude-code"], event.to_string().replace("HALF", "\\ud83d").as_bytes())
    };
    let settings = workspace.root().join(".claude/settings.json");
    let ran = event("Write", json!({ "file_path": settings, "content": "{} HALF" }));
    assert!(denied(&ran).is_some_and(|why| why.contains("settings.json")), "{ran}");
    let ran = event("Bash", json!({ "command": "git commit --no-verify -m x", "description": "HALF" }));
    assert!(denied(&ran).is_some_and(|why| why.contains("hooks")), "{ran}");
    let ran = event("Write", json!({ "file_path": workspace.root().join("notes.md"), "content": "HALF" }));
    assert_eq!((ran.status, ran.stdout.as_str(), ran.stderr.as_str()), (0, "", ""), "{ran}");
}

#[test]
fn what_no_client_should_send_is_let_through_and_said_once() {
    let workspace = Workspace::small();
    workspace.append(LIB, BLOCKS);
    let stop = payload(&workspace, "Stop-first", "s").to_string();
    let deep = "[".repeat(100_000);
    let nested = format!("{{\"hook_event_name\":\"Stop\",\"x\":{}{}}}", "[".repeat(120), "]".repeat(120));
    let long = format!("{{\"hook_event_name\":\"Stop\",\"cwd\":\"/nonexistent/{}\"}}", "a/".repeat(50_000));
    let huge = vec![b'x'; 17 * 1024 * 1024];
    let quiet: [&[u8]; 8] = [
        b"{\"hook_event_name\": \"PreToolUse\", \"tool_input\": 7, \"tool_name\": []}",
        b"{\"hook_event_name\": \"PreToolUse\", \"tool_name\": \"Write\", \"tool_input\": {\"file_path\": \"\"}}",
        b"{\"hook_event_name\": \"PreToolUse\", \"tool_name\": \"Bash\", \"tool_input\": {\"command\": \"$((( '\"}}",
        b"{\"hook_event_name\": \"PostToolBatch\", \"tool_calls\": {\"a\": 1}}",
        b"{\"hook_event_name\": \"Stop\", \"cwd\": \"/nonexistent/\\u0000\"}",
        b"{\"hook_event_name\": \"Stopp\", \"version\": 99}",
        b"{\"hook_event_name\": \"ConfigChange\", \"cwd\": \"/\", \"file_path\": \"/dev/zero\"}",
        nested.as_bytes(),
    ];
    let told: [&[u8]; 10] = [
        long.as_bytes(),
        b"",
        b"null",
        b"[]",
        b"{}",
        b"\xff\xfe\x00",
        b"{\"hook_event_name\": 7}",
        deep.as_bytes(),
        &stop.as_bytes()[..stop.len() - 2],
        &huge,
    ];
    for (inputs, expected) in [(&quiet[..], false), (&told[..], true)] {
        for input in inputs {
            let shown = String::from_utf8_lossy(&input[..input.len().min(60)]).into_owned();
            let mut command = workspace.gatefold(&["hook", "claude-code"]);
            // Outside: an event without a folder is about where the process stands.
            let ran = crate::workspace::run_with(command.current_dir(workspace.outside()), input);
            assert_eq!((ran.status, ran.stderr.as_str()), (0, ""), "{shown}: {ran}");
            if !expected {
                assert_eq!(ran.stdout, "", "{shown}");
                continue;
            }
            let answer: Value =
                serde_json::from_str(&ran.stdout).unwrap_or_else(|error| panic!("{shown}: {error}: {ran}"));
            assert!(
                answer["systemMessage"].as_str().is_some_and(|text| text.contains("nothing was judged")),
                "{shown}: {answer}"
            );
            assert_eq!(answer.as_object().map(serde_json::Map::len), Some(1), "{shown}");
        }
    }
}

#[test]
fn wrong_arguments_never_end_with_what_a_client_reads_as_block() {
    let workspace = Workspace::small();
    for (arguments, is_said) in [
        (&["hook"][..], true),
        (&["hook", "--foo"], true),
        (&["hook", "copilot"], true),
        (&["hook", "claude-code", "--foo", "bar"], true),
        (&["hook", "--help"], true),
        (&["hook", "-V"], true),
        (&["hook", "claude-code", "--root", "/nonexistent"], true),
        (&["--format", "zzz", "hook", "claude-code"], true),
        (&["--root", "/nonexistent", "hook", "claude-code"], true),
        (&["--root", "hook", "claude-code"], true),
        (&["--foo", "--help", "hook", "codex"], true),
    ] {
        let ran = workspace.run_with(arguments, b"{}");
        assert_eq!(ran.status, 0, "{arguments:?}: {ran}");
        assert_eq!(ran.stdout.is_empty() != ran.stderr.is_empty(), is_said, "{arguments:?}: {ran}");
    }
}

#[test]
fn closed_pipes_change_no_status() {
    let workspace = Workspace::small();
    workspace.append(LIB, BLOCKS);
    let none = run(&mut workspace.gatefold(&["hook", "claude-code"]));
    assert_eq!(none.status, 0, "{none}");
    // The reader of the answer is gone before it is written.
    let event = workspace.outside().join("event.json");
    std::fs::write(&event, payload(&workspace, "Stop-first", "s").to_string()).expect("a file");
    let (reader, writer) = std::io::pipe().expect("a pipe");
    drop(reader);
    let mut command = workspace.gatefold(&["hook", "claude-code"]);
    command.stdin(std::fs::File::open(event).expect("a file")).stdout(writer).stderr(Stdio::null());
    assert_eq!(command.status().expect("it ends").code(), Some(0));
}

#[cfg(unix)]
#[test]
fn streams_that_were_never_open_change_no_status() {
    let workspace = Workspace::small();
    for closed in ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"] {
        let mut command = workspace.command("sh");
        let line = format!(
            "echo '{{\"hook_event_name\":\"SessionStart\"}}' | {{ \"$0\" hook claude-code {closed}; }}"
        );
        command.current_dir(workspace.root()).args(["-c", &line, env!("CARGO_BIN_EXE_gatefold")]);
        let ran = run(&mut command);
        assert_eq!(ran.status, 0, "{closed}: {ran}");
    }
}

#[test]
fn help_is_printed_without_waiting_for_an_event() {
    let workspace = Workspace::small();
    for (arguments, expected) in [
        (&["claude-code", "--help"][..], "Usage: gatefold hook claude-code"),
        (&["claude-code", "-h"], "Usage: gatefold hook claude-code"),
        (&["codex", "--help"], "gatefold hook codex < EVENT"),
        (&["git", "--help"], "Usage: gatefold hook git pre-commit"),
        (&["git", "pre-commit", "--help"], "Usage: gatefold hook git pre-commit"),
        (&["git", "pre-push", "--help"], "Usage: gatefold hook git pre-commit"),
        (&["install", "--help"], "Usage: gatefold hook install"),
        (&["--help"], "Usage: gatefold hook claude-code"),
    ] {
        let arguments: Vec<&str> = std::iter::once("hook").chain(arguments.iter().copied()).collect();
        // A pipe that stays open while the process runs: who reads from it waits for ever.
        let (pipe, _writer) = std::io::pipe().expect("a pipe");
        for input in [Stdio::from(pipe), Stdio::null()] {
            let ran = workspace.gatefold(&arguments).stdin(input).output().expect("it runs");
            let (stdout, stderr) =
                (String::from_utf8_lossy(&ran.stdout), String::from_utf8_lossy(&ran.stderr));
            assert_eq!((ran.status.code(), &*stderr), (Some(0), ""), "{arguments:?}");
            assert!(stdout.contains(expected), "{arguments:?}: {stdout}");
        }
    }
}

#[test]
fn who_asks_for_no_hook_is_told_which_there_are() {
    let ran = Workspace::small().run_with(&["hook"], b"");
    assert!(ran.status == 0 && ran.stdout.is_empty(), "{ran}");
    for said in [
        "hook install ",
        "pre-commit, pre-push ",
        "hook codex ",
        "| gatefold hook claude-code",
        "hook --help",
    ] {
        assert!(ran.stderr.contains(said), "{said}: {ran}");
    }
}
