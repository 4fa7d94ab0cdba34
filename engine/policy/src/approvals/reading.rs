//! Reads what head has under `approvals/`.

use findings::{Finding, Location};
use source::Change;

use super::covering::workspace;
use super::kinds::Kind;
use super::trust::Trust;
use super::{Approval, Approvals, FOLDER, Vouched, file, owners};
use crate::{Settings, Today, rules};

impl Default for Approvals {
    fn default() -> Self {
        Approvals {
            all: Vec::new(),
            findings: Vec::new(),
            remarks: Vec::new(),
            today: None,
            window: 0,
            kinds: Vec::new(),
            forge: false,
            owned: false,
            signers: Err("nothing was read".to_owned()),
            exclude_authors: false,
            written: Err("it was not looked up".to_owned()),
        }
    }
}

impl Approvals {
    /// Reads the approvals of head. Keys and the way of vouching are the base's: `base` is the base's top level,
    /// `None` where the base has no policy; then only signatures count. Keys that head revokes are revoked at once.
    pub fn read(change: &Change, base: Option<&Settings>, today: Today) -> Approvals {
        let paths: Vec<&str> = change.head.paths().filter(|path| is_approval(path)).collect();
        let trust = Trust::of(change, base, today);
        let defaults = Settings::default();
        let mut approvals = Approvals {
            today: Some(today),
            window: base.unwrap_or(&defaults).revert_window_days,
            kinds: base.map(|settings| Kind::all(change, settings)).unwrap_or_default(),
            forge: trust.forge,
            owned: trust.forge && owners::of_file(change, &format!("{FOLDER}/any.yaml")),
            signers: trust.names(),
            exclude_authors: base.is_some_and(|settings| settings.exclude_authors),
            ..Approvals::default()
        };
        if paths.is_empty() {
            return approvals;
        }
        approvals.remarks.extend(trust.remarks.iter().cloned());
        for path in paths {
            match read_one(change, path, &trust) {
                Ok(approval) => approvals.add(approval, today),
                Err(finding) => approvals.findings.push(*finding),
            }
        }
        if approvals.all.iter().any(|approval| approval.vouched == Vouched::Forge) {
            let and_authors = match approvals.exclude_authors {
                true => ", also for that nobody approves what they wrote",
                false => "",
            };
            let remark = "approvals count because the forge asks a code owner to review `approvals/`; \
                          this verdict relies on that";
            approvals.remarks.push(format!("{remark}{and_authors}"));
        }
        approvals
    }

    fn add(&mut self, approval: Approval, today: Today) {
        let place = Location::file(&approval.file);
        if let Some(until) = approval.until.filter(|until| today.is_past(*until)) {
            // Whether anyone vouches for it today says nothing: what was let pass was let pass.
            self.findings.push(match approval.emergency {
                true => rules::ended_emergency::finding(place, &approval, until),
                false => rules::expired_approval::finding(place, &approval, until),
            });
        } else if let Vouched::Nobody(why) = &approval.vouched {
            if approval.fresh {
                self.findings.push(rules::unsigned_approval::finding(place, why));
                self.remarks.push(format!("`{}` is only a request: {why}", approval.file));
            }
        } else if approval.emergency {
            let until = approval.until.map(|date| date.to_string()).unwrap_or_default();
            self.remarks
                .push(format!("an emergency that {} declared is in force until {until}", approval.by));
        }
        self.all.push(approval);
    }
}

/// Whether an approval stands at a path from the root: a file of the folder, or of a folder in it, that of a kind.
pub fn is_approval(path: &str) -> bool {
    let name = path.strip_prefix(FOLDER).and_then(|rest| rest.strip_prefix('/'));
    name.is_some_and(|name| {
        name.matches('/').count() <= 1 && (name.ends_with(".yaml") || name.ends_with(".yml"))
    })
}

fn read_one(change: &Change, path: &str, trust: &Trust) -> Result<Approval, Box<Finding>> {
    let refuse = |place, message: &str| Box::new(rules::malformed_approval::finding(place, message));
    if change.head.is_link(path) {
        let message = "it is a link, and where that leads anybody may write";
        return Err(refuse(Location::file(path), message));
    }
    let text = change.head.text(path).map_err(|error| refuse(Location::file(path), &error.to_string()))?;
    let file = file::read(path, &text).map_err(|error| {
        let place = match (error.line, error.column) {
            (Some(line), Some(column)) => Location::point(path, line, column),
            _ => Location::file(path),
        };
        refuse(place, &error.message)
    })?;
    let base = change.base.as_ref().and_then(|base| base.read(change.base_path(path)).ok());
    let vouched = match file.workspace == workspace(change) {
        true => trust.vouched(change, path, &file.by, file.emergency),
        false => Vouched::Nobody(format!("it is for the workspace {}", named(&file.workspace))),
    };
    Ok(Approval {
        vouched,
        fresh: base.is_none_or(|base| *base != *text.as_bytes()),
        file: path.to_owned(),
        findings: file.findings,
        reason: file.reason,
        by: file.by,
        date: file.date,
        until: file.until,
        emergency: file.emergency,
    })
}

fn named(workspace: &str) -> String {
    match workspace {
        "" => "at the repository's root".to_owned(),
        folder => format!("`{}`", folder.replace('`', "'")),
    }
}
