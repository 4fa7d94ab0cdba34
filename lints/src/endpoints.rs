//! What of tonic is known by its names, and what the functions of a file set on the endpoints that they give back.

use std::collections::HashMap;
use std::rc::Rc;

use syn::Expr;
use syn::visit::Visit;

use crate::calls::{Call, chain, ends, identifiers, method, variable};
use crate::facts::type_name;
use crate::site::{Site, Step};
use crate::sorts::calls_in;
use crate::texts::held;
use crate::words::words;

/// What functions that give back an endpoint set on it, by their names.
#[derive(Default)]
pub(crate) struct Makers(HashMap<String, Made>);

/// What is set on an endpoint.
#[derive(Default)]
pub(crate) struct Made {
    pub(crate) timeout: bool,
    pub(crate) connect_timeout: bool,
}

/// The functions of the file.
pub(crate) fn makers(site: &Site<'_>) -> Rc<Makers> {
    site.facts.once(|| {
        let mut makers = Makers::default();
        makers.visit_file(&site.file.ast);
        makers
    })
}

impl Makers {
    /// What the function of a name sets, if it gives back an endpoint.
    pub(crate) fn get(&self, function: &syn::Ident) -> Option<&Made> {
        self.0.get(&function.to_string())
    }

    fn note(&mut self, signature: &syn::Signature, block: &syn::Block) {
        if !identifiers(&signature.output).iter().any(|name| name == "Endpoint") {
            return;
        }
        let made = self.0.entry(signature.ident.to_string()).or_default();
        for call in calls_in(block) {
            let Some(method) = method(call) else { continue };
            made.timeout |= method.name == "timeout";
            made.connect_timeout |= method.name == "connect_timeout";
        }
    }
}

impl<'a> Visit<'a> for Makers {
    fn visit_item_fn(&mut self, item: &'a syn::ItemFn) {
        self.note(&item.sig, &item.block);
        syn::visit::visit_item_fn(self, item);
    }

    fn visit_impl_item_fn(&mut self, item: &'a syn::ImplItemFn) {
        self.note(&item.sig, &item.block);
        syn::visit::visit_impl_item_fn(self, item);
    }
}

/// Whether the code is of a client that tonic generated: `SearchClient` in the module `search_client`.
pub(crate) fn is_generated(site: &Site<'_>) -> bool {
    let Some(client) = site.impl_block().and_then(|item| type_name(&item.self_ty)) else { return false };
    let module = site.steps.iter().rev().find_map(|step| match step {
        Step::Module(name) => Some(name.to_string()),
        _ => None,
    });
    client.ends_with("Client") && module.is_some_and(|module| module == words(&client).join("_"))
}

/// What a client that tonic generated connects to: `ranker_client::RankerClient::connect(target)`.
pub(crate) fn generated_client<'a>(call: &Call<'a>, site: &Site<'_>) -> Option<&'a Expr> {
    let Expr::Call(written) = call.expr else { return None };
    let Expr::Path(function) = &*written.func else { return None };
    if call.name != "connect" || written.args.len() != 1 || function.path.segments.len() < 2 {
        return None;
    }
    let mut owner = function.path.clone();
    owner.segments.pop();
    owner.segments.pop_punct();
    let path = site.resolve(&owner).unwrap_or_else(|| {
        let segments: Vec<_> = owner.segments.iter().map(|segment| segment.ident.to_string()).collect();
        segments.join("::")
    });
    let (module, client) = path.rsplit_once("::")?;
    let module = module.rsplit("::").next().unwrap_or_default();
    let expected = words(client).join("");
    let generated = client.ends_with("Client") && module.replace('_', "") == expected && module != expected;
    generated.then(|| &written.args[0])
}

/// Whether a function is one that endpoints have.
pub(crate) fn is_of_endpoint(path: &str) -> bool {
    path.rsplit_once("::").is_some_and(|(owner, _)| is_endpoint(owner))
}

/// Whether a type is an endpoint of tonic, or makes one.
pub(crate) fn is_endpoint(path: &str) -> bool {
    matches!(
        path,
        "tonic::transport::Endpoint"
            | "tonic::transport::Channel"
            | "tonic::transport::channel::Endpoint"
            | "tonic::transport::channel::Channel"
    )
}

/// One endpoint of a list, as all of them are made: `uris.iter().map(|uri| Endpoint::from_static(uri))`.
pub(crate) fn one_of<'e>(list: &'e Expr, site: &Site<'e>) -> Option<&'e Expr> {
    let list = variable(list).and_then(|name| held(name, site)).unwrap_or(list);
    let (methods, root) = chain(list);
    match (methods.iter().find(|method| method.name == "map"), root) {
        (Some(map), _) => match map.args.first()? {
            Expr::Closure(closure) => ends(&closure.body).first().copied(),
            _ => None,
        },
        (None, Expr::Array(array)) => array.elems.first(),
        _ => None,
    }
}
