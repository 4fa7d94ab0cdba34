//! A service for tests that says over real loopback what it is told to say.

use prost_reflect::prost::Message;
use prost_reflect::{DescriptorPool, DynamicMessage};
use serde_json::Value;
use service::testing::{Call, Reaction, background};
use service::{Code, Session};

use crate::Wanted;

/// What it says to every call.
#[derive(Clone, Debug)]
pub(crate) enum Said {
    /// OK, with a response in proto JSON.
    Response(Value),
    /// A status and its message.
    Status(Code, String),
    /// Nothing, and it keeps the connection.
    Nothing,
}

/// A session with a service that always says the same.
pub(crate) fn saying(wanted: &Wanted<'_>, said: Said) -> Result<Session, String> {
    reacting(wanted, move |pool, call| match &said {
        Said::Response(response) => Reaction::Answer(encoded(pool, &call.path, response)),
        Said::Status(code, message) => Reaction::Refuse(*code, message.clone(), vec![]),
        Said::Nothing => Reaction::Hang,
    })
}

/// A session with a service without reflection that does this with every call.
pub(crate) fn reacting(
    wanted: &Wanted<'_>,
    react: impl Fn(&DescriptorPool, &Call) -> Reaction + Send + Sync + 'static,
) -> Result<Session, String> {
    reacting_to_all(wanted, move |pool, call| match call.path.starts_with("/grpc.reflection.") {
        true => Reaction::Refuse(Code::Unimplemented, String::new(), vec![]),
        false => react(pool, call),
    })
}

/// A session with a service that does this with every call, those of reflection too.
pub(crate) fn reacting_to_all(
    wanted: &Wanted<'_>,
    react: impl Fn(&DescriptorPool, &Call) -> Reaction + Send + Sync + 'static,
) -> Result<Session, String> {
    let pool = wanted.pool.clone();
    let address = background(move |call| react(&pool, call)).map_err(|error| error.to_string())?;
    Session::at(address, wanted.pool.clone()).map_err(|error| error.to_string())
}

/// A response of a method, from proto JSON to bytes.
pub(crate) fn encoded(pool: &DescriptorPool, path: &str, response: &Value) -> Vec<u8> {
    let (service, method) = path.trim_start_matches('/').split_once('/').expect("it is the path of a method");
    let service = pool.get_service_by_name(service).expect("the protos have the service");
    let method = service.methods().find(|known| known.name() == method).expect("the service has the method");
    let message = DynamicMessage::deserialize(method.output(), response.clone());
    message.expect("the response fits the protos").encode_to_vec()
}

/// What a server serves that has these protos.
pub(crate) fn serving(pool: &DescriptorPool) -> service::Served {
    let services = pool.services().map(|service| service.full_name().to_owned()).collect();
    service::Served { services, descriptors: pool.encode_to_vec() }
}

/// What it answers to a question of reflection, in version `v1`; `None` to other calls.
pub(crate) fn reflecting(served: &service::Served, call: &Call) -> Option<Reaction> {
    let field = |number: u8, bytes: &[u8]| {
        let mut field = vec![number << 3 | 2];
        prost_reflect::prost::encoding::encode_varint(bytes.len() as u64, &mut field);
        [field, bytes.to_vec()].concat()
    };
    if call.path != "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo" {
        return None;
    }
    let question = call.messages.first().and_then(|message| message.first());
    let answer = match question.map(|tag| tag >> 3) {
        // The services that are listed, each a message with its name.
        Some(7) => {
            let names = served.services.iter().map(|name| field(1, &field(1, name.as_bytes())));
            field(6, &names.collect::<Vec<_>>().concat())
        }
        // A set has the files in the same field as the answer.
        _ => field(4, &served.descriptors),
    };
    Some(Reaction::Stream(vec![answer], Code::Ok, vec![]))
}
