//! Runbooks and alerts: one section for one alert, and links that lead somewhere.
use std::collections::BTreeSet;

use crate::support::{Folder, all};

/// The parts of a section, in their order.
const PARTS: [&str; 5] =
    ["**Means.** ", "**Look first.** ", "**Likely causes.** ", "**What to do.** ", "**Silence.** "];

fn sections(folder: &Folder) -> Vec<(String, String)> {
    let text = folder.text("runbook.md");
    let section = |part: &str| {
        let (title, body) = part.split_once('\n').unwrap_or((part, ""));
        (title.to_owned(), body.to_owned())
    };
    text.split("\n## ").skip(1).map(section).collect()
}

#[test]
fn every_alert_has_its_section_and_every_section_its_alert() {
    for folder in all() {
        let titles: Vec<_> = sections(&folder).into_iter().map(|(title, _)| title).collect();
        let alerts: Vec<_> = folder.alerts().into_iter().map(|alert| alert.name).collect();
        assert_eq!(titles, alerts, "sections and alerts of {}, in their order", folder.service);
    }
}

#[test]
fn every_section_says_what_it_means_and_what_to_do() {
    for folder in all() {
        for (title, body) in sections(&folder) {
            let places: Vec<_> = PARTS.iter().map(|part| body.find(part)).collect();
            assert!(
                places.iter().all(Option::is_some),
                "{title} of {} lacks a part of {PARTS:?}",
                folder.service
            );
            assert!(places.is_sorted(), "{title} of {}", folder.service);
        }
    }
}

#[test]
fn every_alert_leads_to_its_section() {
    for folder in all() {
        for alert in folder.alerts() {
            let section = alert.name.to_lowercase();
            assert_eq!(alert.runbook, format!("services/{}/operations/runbook.md#{section}", folder.service));
        }
    }
}

#[test]
fn every_link_of_a_runbook_leads_somewhere() {
    for folder in all() {
        let text = folder.text("runbook.md");
        let titles: BTreeSet<_> =
            sections(&folder).into_iter().map(|(title, _)| title.to_lowercase()).collect();
        for part in text.split("](").skip(1) {
            let target = part.split(')').next().unwrap_or_default();
            let found = match target.strip_prefix('#') {
                Some(title) => titles.contains(title),
                None => folder.path.join(target).is_file(),
            };
            assert!(found, "the runbook of {} links to {target}", folder.service);
        }
    }
}
