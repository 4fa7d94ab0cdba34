//! What an answer cost, in its metadata: for whoever compares two versions of a service, request by request.
use telemetry::Calls;
use tonic::metadata::{MetadataMap, MetadataValue};

/// Counts what this process allocates, in builds that are not for production: there every allocation would pay for it.
#[cfg(debug_assertions)]
#[global_allocator]
static ALLOCATOR: &stats_alloc::StatsAlloc<std::alloc::System> = &stats_alloc::INSTRUMENTED_SYSTEM;

/// What was allocated before a request.
pub(crate) struct Meter {
    before: Option<u64>,
}

impl Meter {
    /// A request begins.
    pub(crate) fn begin() -> Self {
        Self { before: allocated() }
    }

    /// Says what the request has cost up to now. What was allocated is that of the whole process, and right where one request
    /// is answered at a time.
    pub(crate) fn tell(&self, calls: &Calls, metadata: &mut MetadataMap) {
        let counts = [
            ("x-cost-calls-store", u64::from(calls.store.calls)),
            ("x-cost-keys-store", calls.store.keys),
            ("x-cost-batch-store", calls.store.largest),
            ("x-cost-calls-model", u64::from(calls.model.calls)),
            ("x-cost-keys-model", calls.model.keys),
            ("x-cost-batch-model", calls.model.largest),
            ("x-cost-round-trips", u64::from(calls.round_trips)),
        ];
        for (name, count) in counts {
            metadata.insert(name, MetadataValue::from(count));
        }
        if let (Some(before), Some(after)) = (self.before, allocated()) {
            metadata.insert("x-cost-allocated-bytes", MetadataValue::from(after.saturating_sub(before)));
        }
    }
}

/// How many bytes this process ever allocated, if that is counted.
fn allocated() -> Option<u64> {
    #[cfg(debug_assertions)]
    return Some(ALLOCATOR.stats().bytes_allocated as u64);
    #[cfg(not(debug_assertions))]
    None
}

#[cfg(test)]
mod tests {
    use telemetry::Asked;

    use super::*;

    #[test]
    fn what_was_asked_and_allocated_is_told() {
        let meter = Meter::begin();
        let kept = std::hint::black_box(vec![0_u8; 10_000]);
        let calls = Calls {
            store: Asked { calls: 2, keys: 41, largest: 40 },
            model: Asked { calls: 1, keys: 30, largest: 30 },
            round_trips: 3,
            newest_record: None,
        };
        let mut metadata = MetadataMap::new();
        meter.tell(&calls, &mut metadata);
        drop(kept);
        let told = |name: &str| -> u64 {
            let value = metadata.get(name).expect("it is told").to_str().expect("a number is text");
            value.parse().expect("it is a number")
        };
        assert_eq!(["calls", "keys", "batch"].map(|of| told(&format!("x-cost-{of}-store"))), [2, 41, 40]);
        assert_eq!(["calls", "keys", "batch"].map(|of| told(&format!("x-cost-{of}-model"))), [1, 30, 30]);
        assert_eq!(told("x-cost-round-trips"), 3);
        assert!(told("x-cost-allocated-bytes") >= 10_000);
    }
}
