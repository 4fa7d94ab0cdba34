//! `approve`: lists what is open, or writes the files by which it is accepted, and has them signed.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use findings::render::text::one_line;
use findings::{Exit, Finding, Tally};
use policy::Today;
use policy::approvals::{self, Request, SignError, Words};
use serde_json::json;

use crate::cli::{ApproveArgs, Format};
use crate::command::gate::{asked, judge_as_asked};
use crate::console;
use crate::failure::{Failure, why_not_written};
use crate::gate::Judgement;
use crate::output;
use crate::requests;
use crate::scene::Scene;
use crate::shell;
use crate::surroundings::{self, Env};

/// Lists what is open, or writes an approval of what is named.
pub(crate) fn run(root: &Path, args: &ApproveArgs, env: Env<'_>) -> Result<Exit, Failure> {
    check_asked(args)?;
    let judgement = judge_as_asked(root, &[], &args.run, env)?;
    output::files(&judgement, &args.run)?;
    if args.ids.is_empty() {
        return Ok(list(&judgement, args.run.format));
    }
    // Nobody is asked why before it is known what for.
    let chosen = chosen(&judgement, &args.ids)?;
    let said = said(args, env)?;
    let scene = &judgement.scene;
    let words = Words { reason: &said.reason, by: &said.by, ..words_of(args) };
    let requests = scene.approvals.requests(&chosen, &scene.change, scene.ask.today, &words);
    if requests.is_empty() {
        let why = chosen.iter().find_map(|finding| finding.rule.why_nobody_approves()).unwrap_or_default();
        return Err(Failure::usage(format_args!(
            "nobody can approve this: {why}; `--emergency` lets it pass for three days at most"
        )));
    }
    refuse_what_counts_for_nothing(scene, args.emergency)?;
    if let Some(why) = scene.approvals.why_not_signed_by(&said.by).filter(|_| args.sign_with.is_some()) {
        return Err(Failure::usage(format_args!("nothing was written: {why}")));
    }
    let files = written(root, &requests, args.sign_with.as_deref())?;
    for (request, file) in requests.iter().zip(&files) {
        console::say(format_args!("wrote {}, for {} to approve", file.display(), request.who));
    }
    match args.sign_with.is_some() {
        true => tell_signed(&requests, &files, &Scene::open(asked(root, &[], &args.run, env)?)?)?,
        false => console::say(what_is_left(&judgement, &files)),
    }
    Ok(Exit::Clean)
}

/// What nobody can sign is not written.
fn refuse_what_counts_for_nothing(scene: &Scene, emergency: bool) -> Result<(), Failure> {
    let no_signature = || {
        let why = scene.approvals.why_no_signature_counts().filter(|_| emergency)?;
        Some(format!("an emergency needs a signature, and none counts: {why}"))
    };
    match scene.approvals.why_nobody_can().or_else(no_signature) {
        Some(why) => {
            Err(Failure::usage(format_args!("nothing was written, since nobody can approve it yet: {why}")))
        }
        None => Ok(()),
    }
}

/// Writes the requests, and signs them where there is a key: all of them, or none is left behind.
fn written(root: &Path, requests: &[Request<'_>], key: Option<&Path>) -> Result<Vec<PathBuf>, Failure> {
    let mut files: Vec<(PathBuf, bool)> = Vec::new();
    for request in requests {
        let file = root.join(&request.file);
        files.push((file.clone(), file.exists()));
        write(&file, &request.text)?;
        if let Some(key) = key
            && let Err(error) = approvals::sign(&file, key)
        {
            return Err(not_signed(&files, &error));
        }
    }
    Ok(files.into_iter().map(|(file, _)| file).collect())
}

/// Requests that nobody signed are not left behind, unless they took the place of earlier ones.
fn not_signed(files: &[(PathBuf, bool)], error: &SignError) -> Failure {
    let is_left = |(file, was_there): &&(PathBuf, bool)| {
        let _ = std::fs::remove_file(file.with_added_extension("sig"));
        *was_there || std::fs::remove_file(file).is_err()
    };
    let left: Vec<String> =
        files.iter().filter(is_left).map(|(file, _)| file.display().to_string()).collect();
    let left = match left.is_empty() {
        true => "no request is left behind".to_owned(),
        false => format!("{} is left, as a request without a signature", left.join(", ")),
    };
    Failure::could_not_run(format_args!("{error}; {left}"))
}

/// Says what was signed, and which of it will count: `scene` is what the judge sees with the files in place.
fn tell_signed(requests: &[Request<'_>], files: &[PathBuf], scene: &Scene) -> Result<(), Failure> {
    let mut refused = Vec::new();
    for (request, file) in requests.iter().zip(files) {
        match scene.approvals.why_not(request, &scene.change) {
            None => console::say(format_args!("signed it as {}.sig; commit both", file.display())),
            Some(why) => {
                refused.push(format!("signed it as {}.sig, but it will not count: {why}", file.display()))
            }
        }
    }
    if refused.is_empty() {
        return Ok(());
    }
    let what_to_do = "have it signed by who may approve it, or take both files out again";
    Err(Failure::usage(format_args!("{}; {what_to_do}", refused.join("\n"))))
}

/// What a person says with an approval.
struct Said {
    reason: String,
    by: String,
}

/// Checks what of the command line is wrong whatever is open, before anything is judged.
fn check_asked(args: &ApproveArgs) -> Result<(), Failure> {
    if let Some(until) = &args.until
        && Today::on(until).is_none()
    {
        return Err(Failure::usage(format_args!("`{until}` is no date; write it as 2027-01-31")));
    }
    if !matches!(args.run.format, Format::Human | Format::Json) {
        return Err(Failure::usage("what is open is told as `human` or `json`"));
    }
    if args.ids.is_empty() && (args.reason.is_some() || args.emergency || args.sign_with.is_some()) {
        return Err(Failure::usage(
            "say what is approved: fingerprints or rule ids; `approve` alone lists what is open",
        ));
    }
    Ok(())
}

/// What a person says, where it is enough.
fn said(args: &ApproveArgs, env: Env<'_>) -> Result<Said, Failure> {
    let reason = args.reason.as_deref().map(str::trim).filter(|reason| !reason.is_empty());
    let reason = reason
        .ok_or_else(|| Failure::usage("say why with `--reason TEXT`: whoever reads the approval asks"))?;
    let today = surroundings::today();
    if args.emergency {
        check_emergency(args, today)?;
    } else if let Some(until) = args.until.as_ref().filter(|until| **until < today.date()) {
        let message =
            format!("`--until {until}` is over: it would count for nothing, today is {} (UTC)", today.date());
        return Err(Failure::usage(message));
    }
    let by = args.by.clone().or_else(|| env("USER")).ok_or_else(|| {
        Failure::usage(
            "say who approves with `--by NAME`, the name that `approvals/allowed_signers` gives the key",
        )
    })?;
    Ok(Said { reason: reason.to_owned(), by })
}

/// An emergency is short, and somebody signs it.
fn check_emergency(args: &ApproveArgs, today: Today) -> Result<(), Failure> {
    let last = today.emergency_until();
    match &args.until {
        None => Err(Failure::usage(format_args!("say until when with `--until DATE`, {last} at the latest"))),
        Some(until) if *until > last || *until < today.date() => {
            Err(Failure::usage(format_args!("an emergency ends from today to {last} at the latest (UTC)")))
        }
        Some(_) if args.sign_with.is_none() => {
            Err(Failure::usage("an emergency counts only with a signature: `--sign-with KEY`"))
        }
        Some(_) => Ok(()),
    }
}

fn words_of(args: &ApproveArgs) -> Words<'_> {
    Words { until: args.until.as_deref(), emergency: args.emergency, ..Words::default() }
}

fn write(file: &Path, text: &str) -> Result<(), Failure> {
    let failed = |error: std::io::Error| {
        Failure::could_not_run(format_args!(
            "failed to write `{}`: {}",
            file.display(),
            why_not_written(&error)
        ))
    };
    if let Some(folder) = file.parent() {
        std::fs::create_dir_all(folder).map_err(failed)?;
    }
    std::fs::write(file, text).map_err(failed)
}

fn what_is_left(judgement: &Judgement, files: &[PathBuf]) -> String {
    if judgement.scene.approvals.relies_on_the_forge() {
        return "commit it; it counts once a code owner of its folder approves the change in the forge"
            .to_owned();
    }
    let files: Vec<String> = files.iter().map(|file| shell::word(file.display())).collect();
    format!(
        "it is a request until someone whom the base trusts signs it: `ssh-keygen -Y sign -n {} -f KEY {}`",
        approvals::NAMESPACE,
        files.join(" ")
    )
}

fn list(judgement: &Judgement, format: Format) -> Exit {
    let open = judgement.blocking();
    match format {
        Format::Json => console::print(&listed(judgement, &open)),
        _ if open.is_empty() => console::print("nothing blocks, so nothing needs an approval\n"),
        _ => {
            alike(&open).iter().for_each(|(finding, count)| console::print(&told(judgement, finding, *count)))
        }
    }
    if !open.is_empty() {
        console::say(format_args!(
            "{}; a rule's id stands for all of its findings",
            Tally::of(&judgement.report).fresh()
        ));
    }
    judgement.report.exit()
}

/// The open findings in their order, those that have one fingerprint once, with how many they are.
fn alike<'a>(open: &[&'a Finding]) -> Vec<(&'a Finding, usize)> {
    let mut counts: HashMap<String, usize> = HashMap::new();
    for finding in open {
        *counts.entry(finding.fingerprint()).or_default() += 1;
    }
    open.iter().filter_map(|finding| Some((*finding, counts.remove(&finding.fingerprint())?))).collect()
}

/// One open finding: what it is, how many are the same, who may approve it, and how.
fn told(judgement: &Judgement, finding: &Finding, count: usize) -> String {
    let scene = &judgement.scene;
    let place = finding.file().map(|file| format!(" ({})", one_line(file))).unwrap_or_default();
    let (id, message) = (requests::id(finding), one_line(&finding.message));
    let times = if count > 1 { format!(", {count} times") } else { String::new() };
    let mut text = format!("{id}  {}: {message}{place}{times}\n", finding.rule.id);
    text.push_str(&format!("    by {}\n", scene.approvals.who(finding, &scene.change)));
    if requests::can_be_approved(scene, finding) {
        text.push_str(&format!("    {}\n", requests::command(scene, &[finding])));
    }
    for (file, why) in scene.approvals.not_covering(finding, &scene.change) {
        text.push_str(&format!("    `{file}` does not count: {why}\n"));
    }
    text.lines().map(|line| one_line(line).into_owned() + "\n").collect()
}

/// The same for programs, in the order of the report.
fn listed(judgement: &Judgement, open: &[&Finding]) -> String {
    let scene = &judgement.scene;
    let entry = |finding: &&Finding| {
        let refused = scene.approvals.not_covering(finding, &scene.change).into_iter();
        json!({
            "rule": finding.rule.id,
            "guard": finding.rule.guard,
            "file": finding.file(),
            "line": finding.location.as_ref().and_then(|place| place.span).map(|span| span.line),
            "message": finding.message,
            "fingerprint": finding.fingerprint(),
            "kinds": scene.approvals.kinds_of(finding, &scene.change),
            "by": scene.approvals.who(finding, &scene.change),
            "command": requests::can_be_approved(scene, finding).then(|| requests::command(scene, &[finding])),
            "refused": refused.map(|(file, why)| json!({ "file": file, "why": why })).collect::<Vec<_>>(),
        })
    };
    let document = json!({
        "schema": "gatefold.open/1",
        "open": open.iter().map(entry).collect::<Vec<_>>(),
        "requests": judgement.report.requests,
    });
    format!("{document:#}\n")
}

/// The open findings that the ids name: fingerprints, the start of one (8 digits at least), or rule ids.
fn chosen<'a>(judgement: &'a Judgement, ids: &[String]) -> Result<Vec<&'a Finding>, Failure> {
    let open = judgement.blocking();
    let names = |id: &str, finding: &Finding| {
        finding.rule.id == id || (id.len() >= 8 && finding.fingerprint().starts_with(id))
    };
    if let Some(unknown) = ids.iter().find(|id| !open.iter().any(|finding| names(id, finding))) {
        return Err(Failure::usage(unknown_id(judgement, unknown, &open)));
    }
    Ok(open.into_iter().filter(|finding| ids.iter().any(|id| names(id, finding))).collect())
}

/// What to do about an id that names nothing open: what became of it, and what there is.
fn unknown_id(judgement: &Judgement, id: &str, open: &[&Finding]) -> String {
    let is_hex = id.bytes().all(|byte| byte.is_ascii_hexdigit());
    let settled = judgement.report.findings.iter().find(|judged| {
        judged.finding.rule.id == id || id.len() >= 8 && judged.finding.fingerprint().starts_with(id)
    });
    let what = match settled {
        Some(judged) => format!("`{id}` blocks nothing, so that it needs no approval ({:?})", judged.status)
            .to_lowercase(),
        None if is_hex && id.len() < 8 => {
            format!("`{id}` is too short: give 8 digits of a fingerprint at least")
        }
        None => format!("nothing open is called `{id}`"),
    };
    let there_is = match open {
        [] => "nothing blocks".to_owned(),
        [only] => format!("open is {} ({})", requests::id(only), only.rule.id),
        [first, rest @ ..] => {
            format!("open are {} ({}) and {} more", requests::id(first), first.rule.id, rest.len())
        }
    };
    let meant = policy::did_you_mean(id, open.iter().map(|finding| finding.rule.id));
    format!("{what}; {there_is}; `approve` alone lists what is, and how each is approved{meant}")
}
