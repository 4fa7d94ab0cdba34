//! Sending sampled traces to a collector, over OTLP.
use std::sync::OnceLock;
use std::time::Duration;

use opentelemetry::trace::{Link, SpanKind, TraceId};
use opentelemetry::{Context, KeyValue};
use opentelemetry_otlp::{ExporterBuildError, SpanExporter, WithExportConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::{OTelSdkError, OTelSdkResult};
use opentelemetry_sdk::trace::{
    BatchSpanProcessor, Sampler, SamplingResult, SdkTracerProvider, ShouldSample, Span, SpanData,
    SpanProcessor,
};
use serde::Deserialize;
use tokio::task::spawn_blocking;

/// The collector of this process. It is known after the first logs are written, when the configuration is read.
static COLLECTOR: OnceLock<Collector> = OnceLock::new();

/// Where traces go.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TraceConfig {
    /// The collector's address, as `http://127.0.0.1:4317`.
    pub otlp: String,
    /// The share of traces that is sampled, 0 to 1, of those that begin here. Of others, the caller has decided.
    pub sampled: f64,
}

/// Traces that could not be exported.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The collector's address is not one.
    #[error("failed to export traces to `{otlp}`")]
    Address {
        /// The address.
        otlp: String,
        /// What is wrong with it.
        #[source]
        source: ExporterBuildError,
    },
    /// The share is not between 0 and 1.
    #[error("failed to sample traces: {0} is not between 0 and 1")]
    Share(f64),
    /// The process exports already.
    #[error("failed to export traces twice")]
    Twice,
    /// What was not sent yet is lost.
    #[error("failed to send the last traces")]
    Last(#[source] OTelSdkError),
}

/// Sends the traces of this process from here on, as those of `service`. It has to be called within a tokio runtime.
///
/// # Errors
/// An [`ExportError`] if the configuration makes no sense or the process exports already. Whether the collector is there
/// is only known later: spans that it does not take are dropped, and a log line says so.
pub fn export(service: &'static str, config: &TraceConfig) -> Result<(), ExportError> {
    if !(0.0..=1.0).contains(&config.sampled) {
        return Err(ExportError::Share(config.sampled));
    }
    let exporter = SpanExporter::builder()
        .with_tonic()
        .with_endpoint(&config.otlp)
        .build()
        .map_err(|source| ExportError::Address { otlp: config.otlp.clone(), source })?;
    let mut spans = BatchSpanProcessor::builder(exporter).build();
    spans.set_resource(&Resource::builder().with_service_name(service).build());
    let sampler = Sampler::TraceIdRatioBased(config.sampled);
    COLLECTOR.set(Collector { spans, sampler }).map_err(|_taken| ExportError::Twice)
}

/// Sends what is not sent yet, if this process exports traces.
///
/// # Errors
/// [`ExportError::Last`] if it could not be sent within the time given.
pub async fn flush_traces(within: Duration) -> Result<(), ExportError> {
    let flush = || COLLECTOR.get().map_or(Ok(()), |collector| collector.spans.force_flush());
    let flushed = tokio::time::timeout(within, spawn_blocking(flush));
    match flushed.await {
        Ok(Ok(result)) => result.map_err(ExportError::Last),
        Ok(Err(panicked)) => Err(ExportError::Last(OTelSdkError::InternalFailure(panicked.to_string()))),
        Err(_elapsed) => Err(ExportError::Last(OTelSdkError::Timeout(within))),
    }
}

/// Makes spans, which go to the collector as soon as there is one.
pub(crate) fn tracer_provider() -> SdkTracerProvider {
    SdkTracerProvider::builder()
        .with_sampler(Sampler::ParentBased(Box::new(Share)))
        .with_span_processor(ToCollector)
        .build()
}

struct Collector {
    spans: BatchSpanProcessor,
    sampler: Sampler,
}

/// Samples the share of traces that the configuration names, and none before it is read.
#[derive(Debug, Clone)]
struct Share;

impl ShouldSample for Share {
    fn should_sample(
        &self,
        parent: Option<&Context>,
        trace: TraceId,
        name: &str,
        kind: &SpanKind,
        attributes: &[KeyValue],
        links: &[Link],
    ) -> SamplingResult {
        let sampler = COLLECTOR.get().map_or(&Sampler::AlwaysOff, |collector| &collector.sampler);
        sampler.should_sample(parent, trace, name, kind, attributes, links)
    }
}

/// Hands spans to the collector, if there is one.
#[derive(Debug)]
struct ToCollector;

impl SpanProcessor for ToCollector {
    fn on_start(&self, span: &mut Span, context: &Context) {
        if let Some(collector) = COLLECTOR.get() {
            collector.spans.on_start(span, context);
        }
    }

    fn on_end(&self, span: SpanData) {
        if let Some(collector) = COLLECTOR.get() {
            collector.spans.on_end(span);
        }
    }

    fn force_flush(&self) -> OTelSdkResult {
        COLLECTOR.get().map_or(Ok(()), |collector| collector.spans.force_flush())
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        COLLECTOR.get().map_or(Ok(()), |collector| collector.spans.shutdown_with_timeout(timeout))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn check(otlp: &str, sampled: f64, problem: &str) {
        let error = export("test", &TraceConfig { otlp: otlp.to_owned(), sampled }).expect_err(problem);
        assert!(error.to_string().starts_with(problem), "{error}");
    }

    #[tokio::test]
    async fn what_cannot_be_exported_is_refused_at_start() {
        for share in [-0.1, 1.1, f64::NAN] {
            check("http://127.0.0.1:4317", share, "failed to sample traces").await;
        }
        // Without TLS in the build, an address that asks for it would send traces in the clear.
        for address in ["https://127.0.0.1:4317", "http://", "not an address"] {
            check(address, 1.0, &format!("failed to export traces to `{address}`")).await;
        }
    }

    #[tokio::test]
    async fn where_nothing_is_exported_there_is_nothing_to_flush() {
        flush_traces(Duration::from_secs(5)).await.expect("there is nothing to do");
    }
}
