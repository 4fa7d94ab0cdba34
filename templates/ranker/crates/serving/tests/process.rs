//! A service as a process of its own.
use std::io;
use std::process::Command;
use std::sync::Arc;
use std::sync::mpsc::channel;
use std::thread;
use std::time::Duration;

use serving::at_hangup;
use telemetry::{Metrics, Part};
use tracing::Level;

const AMPLE: Duration = Duration::from_secs(30);

#[test]
fn a_service_ends_though_something_is_still_read_that_has_no_end() {
    let (begun, begins) = tokio::sync::oneshot::channel();
    let (never, nothing) = channel::<()>();
    let (ended, ends) = channel();
    thread::spawn(move || {
        serving::run(Level::ERROR, async {
            tokio::task::spawn_blocking(move || {
                begun.send(()).expect("the service waits");
                nothing.recv().expect_err("nobody says anything");
            });
            begins.await?;
            Ok(())
        });
        ended.send(()).expect("the test waits");
    });
    ends.recv_timeout(AMPLE).expect("the service ends");
    drop(never);
}

#[test]
fn a_hangup_before_anything_serves_ends_nothing_and_is_a_reload_later() {
    let (reloaded, reloads) = channel();
    let (ended, ends) = channel();
    thread::spawn(move || {
        serving::run(Level::ERROR, async move {
            let hung_up = Command::new("kill").args(["-HUP", &std::process::id().to_string()]).status()?;
            assert!(hung_up.success());
            at_hangup(Part::Store, &Arc::new(Metrics::new(AMPLE)), move || {
                reloaded.send(()).unwrap_or_default();
                async { Ok::<_, io::Error>(()) }
            });
            tokio::task::spawn_blocking(move || reloads.recv_timeout(AMPLE)).await??;
            ended.send(())?;
            Ok(())
        })
    });
    ends.recv_timeout(AMPLE).expect("the service reloads and ends");
}
