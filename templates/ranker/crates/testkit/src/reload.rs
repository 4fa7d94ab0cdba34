//! What a service reads anew at SIGHUP, whichever service it is.
use tonic::transport::Channel;

use crate::binary::Binary;
use crate::running::connect;
use crate::surface::metrics_with;

/// Holds a service to loading the committed model of this name anew at SIGHUP, and to serving on with the old one where the new
/// one is not what its signature says, or is the `other` committed one, which takes what the service has not. The configuration
/// names a model that lies beside it, and `version` asks for the version of the model that answers.
pub async fn check_model_reload(
    binary: &Binary,
    name: &str,
    other: &str,
    config: &str,
    version: impl AsyncFn(Channel) -> String,
) {
    let (onnx, signature) = (format!("{name}.onnx"), format!("{name}.signature.yaml"));
    let (others_onnx, others) = (format!("{other}.onnx"), format!("{other}.signature.yaml"));
    binary.copy("models", &[&onnx, &signature, &others_onnx, &others]);
    let (process, address) = binary.start_with(&["--config", config]);
    let channel = connect(&address).await;
    let reloaded = async |outcome: &str| {
        process.hang_up();
        let line = format!("ranking_reloads_total{{part=\"Model\",outcome={outcome}");
        metrics_with(&address, &line).await;
        version(channel.clone()).await
    };
    assert_eq!(version(channel.clone()).await, "2026-11-20.1");

    let right = binary.read(&onnx);
    binary.write(&onnx, &right[..right.len() / 2]);
    assert_eq!(reloaded(r#""Refused"} 1"#).await, "2026-11-20.1");

    let text = String::from_utf8(binary.read(&signature)).expect("the signature is text");
    binary.write(&signature, &binary.read(&others));
    assert_eq!(reloaded(r#""Refused"} 2"#).await, "2026-11-20.1", "it is the model of another service");

    binary.write(&onnx, &right);
    binary.write(&signature, text.replace("2026-11-20.1", "2026-11-21.1").as_bytes());
    assert_eq!(reloaded(r#""Accepted"} 1"#).await, "2026-11-21.1");
    let logs = process.terminate();
    assert!(logs.contains("the model is not one for this service"), "{logs}");
}
