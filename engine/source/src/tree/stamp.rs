//! What tells that a file still has the content that it had, without reading it.

use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};

/// How old a change must be before a stamp counts. Clocks of file systems tick in steps, so that a file can change
/// twice within one and look as if it had changed once.
const SETTLED: Duration = Duration::from_secs(2);

/// The content of a file as the file system or git knows it. Equal stamps of one path mean equal contents.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Stamp {
    /// On the disk: device, number, size, and when the content and the entry changed, in seconds and nanoseconds since
    /// 1970. The last cannot be set by programs, so that a date that was put back deceives nobody.
    Disk { device: u64, number: u64, bytes: u64, modified: (i64, i64), changed: (i64, i64) },
    /// In git: the hash of the content.
    Git([u8; 20]),
}

impl Stamp {
    /// The stamp of what lies at a path on the disk. None for a link, and where the system has no such numbers.
    pub(crate) fn of_file(path: &std::path::Path) -> Option<Stamp> {
        let metadata = path.symlink_metadata().ok()?;
        if metadata.is_file() { of_metadata(&metadata) } else { None }
    }

    /// Whether a content that is read from now on can no longer be replaced without another stamp.
    pub(crate) fn is_settled(&self, now: SystemTime) -> bool {
        let Stamp::Disk { modified, changed, .. } = self else { return true };
        let since =
            now.checked_sub(SETTLED).and_then(|then| then.duration_since(SystemTime::UNIX_EPOCH).ok());
        let Some(since) = since.and_then(|since| i64::try_from(since.as_secs()).ok()) else { return false };
        modified.0 < since && changed.0 < since
    }
}

#[cfg(unix)]
fn of_metadata(metadata: &std::fs::Metadata) -> Option<Stamp> {
    use std::os::unix::fs::MetadataExt;
    Some(Stamp::Disk {
        device: metadata.dev(),
        number: metadata.ino(),
        bytes: metadata.size(),
        modified: (metadata.mtime(), metadata.mtime_nsec()),
        changed: (metadata.ctime(), metadata.ctime_nsec()),
    })
}

#[cfg(not(unix))]
fn of_metadata(_: &std::fs::Metadata) -> Option<Stamp> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_changed_within_the_last_seconds_may_change_again_unseen() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000);
        let check = |modified: i64, changed: i64, settled: bool| {
            let stamp = Stamp::Disk {
                device: 1,
                number: 1,
                bytes: 1,
                modified: (modified, 999_999_999),
                changed: (changed, 0),
            };
            assert_eq!(stamp.is_settled(now), settled, "{stamp:?}");
        };
        check(997, 997, true);
        check(998, 997, false);
        check(900, 999, false);
        check(900, 2_000, false);
        check(-5, -5, true);
        assert!(Stamp::Git([0; 20]).is_settled(now));
    }

    #[test]
    fn a_date_that_is_put_back_hides_no_edit() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let file = folder.path().join("a.rs");
        std::fs::write(&file, "fn a() {}").expect("written");
        let date = file.metadata().and_then(|it| it.modified()).expect("a date");
        let before = Stamp::of_file(&file);
        std::thread::sleep(Duration::from_millis(20));
        std::fs::write(&file, "fn b() {}").expect("written");
        std::fs::File::options().append(true).open(&file).and_then(|it| it.set_modified(date)).expect("set");
        assert_eq!(file.metadata().and_then(|it| it.modified()).ok(), Some(date));
        assert_ne!(Stamp::of_file(&file), before);
    }
}
