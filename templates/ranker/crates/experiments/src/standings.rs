//! Where experiments stand, each change said once.
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;

use crate::assignments::Assignments;
use crate::experiment::Standing;

/// Remembers where experiments stood, so that a service can log that one has begun, ended or been stopped when it
/// happens, and once.
#[derive(Debug, Default)]
pub struct Standings(Mutex<BTreeMap<String, Standing>>);

impl Standings {
    /// The experiments that stand elsewhere than when this was last asked, by name. At first, those are all.
    pub fn news(&self, assignments: &Assignments, now: SystemTime) -> Vec<(String, Standing)> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut news = Vec::new();
        for experiment in assignments.experiments() {
            let standing = experiment.standing(now);
            if known.get(&experiment.name) != Some(&standing) {
                known.insert(experiment.name.clone(), standing);
                news.push((experiment.name.clone(), standing));
            }
        }
        news
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_change_is_said_once() {
        let yaml = "[{ name: e, salt: s, owner: o, hypothesis: h, starts: 1970-01-02, ends: 1970-01-03, arms: [\
                    { name: control, from: 0, to: 5 }] }]";
        let running = Assignments::from_yaml(yaml).expect("the experiment is right");
        let stopped = Assignments::from_yaml(&yaml.replace("owner", "state: stopped, owner"))
            .expect("the experiment is right");
        let standings = Standings::default();
        let hours = [0, 23, 24, 25, 48, 100].map(|hours| Duration::from_secs(hours * 3600));
        let news = hours.map(|time| standings.news(&running, SystemTime::UNIX_EPOCH + time));
        let said = |standing| vec![("e".to_owned(), standing)];
        assert_eq!(
            news,
            [said(Standing::Waiting), vec![], said(Standing::Running), vec![], said(Standing::Ended), vec![]]
        );
        assert_eq!(standings.news(&stopped, SystemTime::UNIX_EPOCH), said(Standing::Stopped));
    }
}
