//! A collector of traces, by the proto that OpenTelemetry publishes.
use std::net::TcpListener;
use std::sync::{Arc, Mutex};
use std::thread;

use opentelemetry_proto::tonic::collector::trace::v1::trace_service_server::{
    TraceService, TraceServiceServer,
};
use opentelemetry_proto::tonic::collector::trace::v1::{
    ExportTraceServiceRequest, ExportTraceServiceResponse,
};
use tokio_stream::wrappers::TcpListenerStream;
use tonic::transport::Server;
use tonic::{Request, Response, Status};

/// A collector that keeps what it is sent. It runs on a thread of its own, also while a test waits for a process to end.
pub struct Collector {
    /// Its address, as `http://127.0.0.1:4317`.
    pub address: String,
    received: Arc<Mutex<Vec<ExportTraceServiceRequest>>>,
}

/// A span, as a collector sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CollectedSpan {
    /// The service that sent it.
    pub service: String,
    /// What it is called.
    pub name: String,
    /// The trace, as a hexadecimal number.
    pub trace: String,
    /// The span, as a hexadecimal number.
    pub id: String,
    /// The span that it is a part of, as a hexadecimal number; empty if none is.
    pub parent: String,
    /// Whether what it spans failed.
    pub failed: bool,
}

impl Collector {
    /// A collector on a free port.
    pub fn start() -> Self {
        let received = Arc::new(Mutex::new(Vec::new()));
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
        listener.set_nonblocking(true).expect("the listener can be asked not to block");
        let address = format!("http://{}", listener.local_addr().expect("the listener has an address"));
        let keep = Keep(received.clone());
        thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.expect("a runtime starts").block_on(async {
                let listener = tokio::net::TcpListener::from_std(listener).expect("it is a listener");
                let server = Server::builder().add_service(TraceServiceServer::new(keep));
                server.serve_with_incoming(TcpListenerStream::new(listener)).await.expect("it serves");
            });
        });
        Self { address, received }
    }

    /// All spans that it was sent.
    pub fn spans(&self) -> Vec<CollectedSpan> {
        let received = self.received.lock().expect("nobody panics while it holds the list");
        received.iter().flat_map(spans).collect()
    }
}

fn spans(request: &ExportTraceServiceRequest) -> Vec<CollectedSpan> {
    let mut all = Vec::new();
    for of_service in &request.resource_spans {
        let attributes = of_service.resource.iter().flat_map(|resource| &resource.attributes);
        let service = attributes.filter(|attribute| attribute.key == "service.name").find_map(|attribute| {
            let value = attribute.value.as_ref()?.value.as_ref()?;
            Some(format!("{value:?}"))
        });
        for span in of_service.scope_spans.iter().flat_map(|scope| &scope.spans) {
            all.push(CollectedSpan {
                service: service.clone().unwrap_or_default(),
                name: span.name.clone(),
                trace: hex(&span.trace_id),
                id: hex(&span.span_id),
                parent: hex(&span.parent_span_id),
                // Codes: 0 unset, 1 right, 2 failed.
                failed: span.status.as_ref().is_some_and(|status| status.code == 2),
            });
        }
    }
    all
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

struct Keep(Arc<Mutex<Vec<ExportTraceServiceRequest>>>);

#[tonic::async_trait]
impl TraceService for Keep {
    async fn export(
        &self,
        request: Request<ExportTraceServiceRequest>,
    ) -> Result<Response<ExportTraceServiceResponse>, Status> {
        self.0.lock().expect("nobody panics while it holds the list").push(request.into_inner());
        Ok(Response::new(ExportTraceServiceResponse::default()))
    }
}
