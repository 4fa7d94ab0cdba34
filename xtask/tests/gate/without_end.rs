//! Pipes, devices and files of gigabytes in the place of what git opens: no command waits for them, and each says which file
//! it is.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Command;
use std::sync::mpsc;
use std::time::Duration;

use crate::workspace::{Ran, Workspace, run};

const COMMANDS: [&[&str]; 8] = [
    &["gate"],
    &["gate", "--base", "none"],
    &["lint"],
    &["integrity"],
    &["approve"],
    &["review"],
    &["init"],
    &["hook", "install"],
];

/// A file without end in the place of another.
type Without = fn(&Path);

const A_PIPE: Without = |file| {
    assert!(Command::new("mkfifo").arg(file).status().expect("mkfifo runs").success());
};
const A_DEVICE: Without = |file| symlink("/dev/zero", file).expect("a link");
const GIGABYTES: Without = |file| {
    fs::File::create(file).and_then(|file| file.set_len(1 << 36)).expect("nothing of it is on the disk");
};

const MEGABYTES: Without = |file| {
    fs::File::create(file).and_then(|file| file.set_len(64 << 20)).expect("nothing of it is on the disk");
};

/// Where something without end lies, from the root, what of the configuration leads git there, and what it is.
type Place = (&'static str, Option<(&'static str, &'static str)>, Without);

const PLACES: [Place; 10] = [
    (".git/shallow", None, A_PIPE),
    (".git/shallow", None, A_DEVICE),
    (".git/packed-refs", None, GIGABYTES),
    (".git/index", None, A_PIPE),
    (".git/config", None, MEGABYTES),
    ("../outside/included", Some(("include.path", "../../outside/included")), A_PIPE),
    ("../outside/included", Some(("include.path", "../../outside/included")), A_DEVICE),
    ("../home/.gitconfig", None, A_PIPE),
    (".gitignore", None, A_PIPE),
    ("src/deep/.gitignore", None, A_PIPE),
];

/// Runs a command, which must end within a minute and in little memory.
fn in_time(workspace: &Workspace, arguments: &[&str]) -> Ran {
    let asked = workspace.gatefold(arguments);
    let mut shell = workspace.command("sh");
    let bounded = "ulimit -v 8000000; exec \"$@\"";
    shell.current_dir(workspace.root()).args(["-c", bounded, "sh"]).arg(asked.get_program()).args(arguments);
    let (send, receive) = mpsc::channel();
    std::thread::spawn(move || send.send(run(&mut shell)));
    receive
        .recv_timeout(Duration::from_secs(60))
        .unwrap_or_else(|_| panic!("{arguments:?} waits without end"))
}

#[test]
fn no_command_waits_for_what_has_no_end() {
    let check = |(path, leads, without): Place| {
        let workspace = Workspace::small();
        workspace.append("src/lib.rs", "\n/// Two.\npub const TWO: u32 = 2;\n");
        if let Some((key, value)) = leads {
            workspace.git(&["config", key, value]);
        }
        let file = workspace.root().join(path);
        fs::create_dir_all(file.parent().expect("a folder")).expect("a folder");
        let _ = fs::remove_file(&file);
        without(&file);
        // What lies in the working tree is come upon, by who looks through that.
        let looks = |arguments: &&&[&str]| **arguments == ["gate"] || !path.ends_with(".gitignore");
        for arguments in COMMANDS.iter().filter(looks) {
            let ran = in_time(&workspace, arguments);
            let name = path.rsplit('/').next().unwrap_or_default();
            let says = ran.stderr.contains(name) && ran.stderr.contains("waits for it without end");
            assert!(ran.status == 3 && says, "{arguments:?}, {path}: {ran}");
        }
    };
    std::thread::scope(|scope| {
        for place in PLACES {
            scope.spawn(move || check(place));
        }
    });
}

#[test]
fn nothing_that_is_read_as_an_empty_file_keeps_anybody_from_judging() {
    let workspace = Workspace::small();
    workspace.append("src/lib.rs", "\n/// Two.\npub const TWO: u32 = 2;\n");
    symlink("/dev/null", workspace.root().join(".git/shallow")).expect("a link");
    symlink("/dev/null", workspace.root().join(".gitattributes")).expect("a link");
    let ran = in_time(&workspace, &["gate"]);
    assert_eq!(ran.status, 0, "{ran}");
}
