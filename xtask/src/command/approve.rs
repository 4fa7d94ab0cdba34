//! `approve`: writes the file by which open findings are accepted, and has it signed.

use std::path::Path;

use findings::{Exit, Finding, Tally, digest};
use policy::approvals::{self, Words};

use crate::cli::ApproveArgs;
use crate::command::gate::judge_as_asked;
use crate::console;
use crate::failure::Failure;
use crate::gate::Judgement;
use crate::surroundings::Env;

/// Lists what is open, or writes an approval of what is named.
pub(crate) fn run(root: &Path, args: &ApproveArgs, env: Env<'_>) -> Result<Exit, Failure> {
    let judgement = judge_as_asked(root, &[], &args.run, env)?;
    if args.ids.is_empty() {
        return Ok(list(&judgement));
    }
    let chosen = chosen(&judgement, &args.ids)?;
    let reason = args.reason.as_deref().map(str::trim).filter(|reason| !reason.is_empty());
    let reason = reason
        .ok_or_else(|| Failure::usage("say why with `--reason TEXT`: whoever reads the approval asks"))?;
    if let Some(until) = &args.until
        && policy::Today::on(until).is_none()
    {
        return Err(Failure::usage(format_args!("`{until}` is no date; write it as 2027-01-31")));
    }
    let by = args.by.clone().or_else(|| env("USER")).ok_or_else(|| {
        Failure::usage(
            "say who approves with `--by NAME`, the name that `approvals/allowed_signers` gives the key",
        )
    })?;
    let words = Words { reason, by: &by, until: args.until.as_deref(), emergency: false };
    let text = approvals::request_for(&chosen, &judgement.scene.change, judgement.scene.ask.today, &words);
    let file = root.join(approvals::FOLDER).join(format!("{}.yaml", name_of(&chosen)));
    let failed = |error: std::io::Error| {
        Failure::could_not_run(format_args!("failed to write `{}`: {error}", file.display()))
    };
    std::fs::create_dir_all(root.join(approvals::FOLDER)).map_err(failed)?;
    std::fs::write(&file, text).map_err(failed)?;
    console::say(format_args!("wrote {}", file.display()));
    match &args.sign_with {
        Some(key) => {
            approvals::sign(&file, key).map_err(Failure::could_not_run)?;
            console::say(format_args!("signed it as {}.sig; commit both", file.display()));
        }
        None => console::say(format_args!(
            "it is a request until someone whom the base trusts signs it: `ssh-keygen -Y sign -n {} -f KEY {}`",
            approvals::NAMESPACE,
            file.display()
        )),
    }
    Ok(Exit::Clean)
}

fn list(judgement: &Judgement) -> Exit {
    let open = judgement.blocking();
    if open.is_empty() {
        console::print("nothing blocks, so nothing needs an approval\n");
        return Exit::Clean;
    }
    for finding in &open {
        let fingerprint = finding.fingerprint();
        let place = finding.file().map(|file| format!(" ({file})")).unwrap_or_default();
        console::print(&format!("{}  {}: {}{place}\n", &fingerprint[..12], finding.rule.id, finding.message));
    }
    console::say(format_args!(
        "{}; approve with `approve ID.. --reason TEXT --by NAME --sign-with KEY`",
        Tally::of(&judgement.report).fresh()
    ));
    judgement.report.exit()
}

/// The open findings that the ids name: fingerprints, the start of one (8 digits at least), or rule ids.
fn chosen<'a>(judgement: &'a Judgement, ids: &[String]) -> Result<Vec<&'a Finding>, Failure> {
    let open = judgement.blocking();
    let names = |id: &str, finding: &Finding| {
        finding.rule.id == id || (id.len() >= 8 && finding.fingerprint().starts_with(id))
    };
    if let Some(unknown) = ids.iter().find(|id| !open.iter().any(|finding| names(id, finding))) {
        return Err(Failure::usage(format_args!(
            "nothing open is called `{unknown}`; `approve` alone lists what is"
        )));
    }
    Ok(open.into_iter().filter(|finding| ids.iter().any(|id| names(id, finding))).collect())
}

/// A name that says what it is about and does not collide: the first rule, and a digest of all fingerprints.
fn name_of(findings: &[&Finding]) -> String {
    let all: String = findings.iter().map(|finding| finding.fingerprint()).collect();
    let rule = findings.first().map_or("nothing", |finding| finding.rule.id);
    format!("{rule}-{}", &digest(all.as_bytes())[..8])
}
