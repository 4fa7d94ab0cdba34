//! One entry of `properties` as it is written, and whether it fits the protos.

use std::collections::BTreeMap;

use prost_reflect::DescriptorPool;
use serde::Deserialize;
use service::Span;

use super::fields::FieldLimits;
use super::law::Law;
use super::make::Maker;
use super::plan::Plan;
use super::search::Search;
use crate::promise::{Misfit, Terms};

/// How many requests are made where nothing says how many.
const CASES: u64 = 100;
/// How many requests are made at most, so that a slip of the pen does not ask for ever.
pub const MOST: u64 = 100_000;

/// Laws, and the requests over which they hold.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Property {
    /// What it shows. Unique in its section.
    pub(crate) name: String,
    /// The method, without its service.
    pub(crate) rpc: String,
    /// Whether requests are allowed, or have exactly one fault.
    #[serde(default)]
    pub(crate) mode: Mode,
    /// How many requests are made.
    cases: Option<u64>,
    /// What chance begins with.
    #[serde(default)]
    pub(crate) seed: u64,
    #[serde(default)]
    pub(super) metadata: BTreeMap<String, String>,
    pub(super) deadline: Option<Span>,
    /// What is allowed of the request's fields, by path.
    #[serde(default)]
    pub(super) fields: BTreeMap<String, FieldLimits>,
    /// What is allowed of the response's fields, by path.
    #[serde(default)]
    pub(super) response: BTreeMap<String, FieldLimits>,
    /// Fields of the response that may differ between answers that are compared.
    #[serde(default)]
    pub(super) ignore: Vec<String>,
    /// Fields of the response that are set where it is not a full one, which is compared with nothing.
    #[serde(default)]
    pub(super) partial_if: Vec<String>,
    /// The laws.
    pub(super) require: Vec<Law>,
}

/// What requests are like.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Mode {
    /// All that is said of their fields is kept.
    #[default]
    Valid,
    /// One rule is broken, each in its turn.
    Invalid,
}

impl Property {
    /// How many requests are made.
    pub(super) fn cases(&self) -> u64 {
        self.cases.unwrap_or(CASES)
    }

    /// The same laws over other requests.
    pub(super) fn looking(&self, search: Search) -> Property {
        let (seed, cases) = (search.seed.unwrap_or(self.seed), search.cases.or(self.cases));
        Property { seed, cases, ..self.clone() }
    }

    /// The key of a law.
    pub(super) fn law(&self, index: usize) -> &'static str {
        self.require[index].key()
    }

    /// Refuses the first thing in which it does not fit the protos.
    pub(crate) fn check(&self, terms: &Terms, pool: &DescriptorPool) -> Result<(), Misfit> {
        let at = |key: &str, fault: String| (key.to_owned(), fault);
        let method =
            service::method(pool, &terms.method(&self.rpc)).map_err(|error| at("rpc", error.to_string()))?;
        if !(1..=MOST).contains(&self.cases()) {
            return Err(at("cases", format!("between 1 and {MOST} requests are made")));
        }
        if self.require.is_empty() {
            return Err(at("require", "a property without laws promises nothing".to_owned()));
        }
        for (index, law) in self.require.iter().enumerate() {
            if let Some((key, fault)) = law.misfit(&method) {
                return Err((format!("require[{index}].{key}"), fault));
            }
            let refuses = matches!(law, Law::Refused(_));
            let asks_of_both = matches!(law, Law::NoServerFault | Law::Deterministic(_));
            if !asks_of_both && refuses != (self.mode == Mode::Invalid) {
                let mode = if refuses { "invalid" } else { "valid" };
                return Err((
                    format!("require[{index}]"),
                    format!("`{}` speaks of {mode} requests", law.key()),
                ));
            }
            if self.require[..index]
                .iter()
                .any(|other| matches!(law, Law::ResponseValid) && other.key() == law.key())
            {
                return Err((format!("require[{index}]"), format!("`{}` stands here twice", law.key())));
            }
        }
        for (key, paths) in [("ignore", &self.ignore), ("partial_if", &self.partial_if)] {
            for (index, path) in paths.iter().enumerate() {
                service::field(&method.output(), path).map_err(|fault| (format!("{key}[{index}]"), fault))?;
            }
        }
        self.response_plan(&method.output())?;
        let plan = Plan::of(&method.input(), &self.fields)
            .map_err(|(path, fault)| (format!("fields{path}"), fault))?;
        Maker::of(self, plan)
            .check()
            .map_err(|fault| at(if self.fields.is_empty() { "name" } else { "fields" }, fault))
    }

    /// What is allowed of responses, where a law asks for that.
    pub(super) fn response_plan(
        &self,
        output: &prost_reflect::MessageDescriptor,
    ) -> Result<Option<Plan>, Misfit> {
        if !self.require.iter().any(|law| matches!(law, Law::ResponseValid)) {
            let unused = self.response.keys().next();
            return unused.map_or(Ok(None), |path| {
                Err((format!("response[\"{path}\"]"), "only the law `response_valid` asks for it".to_owned()))
            });
        }
        let plan =
            Plan::of(output, &self.response).map_err(|(path, fault)| (format!("response{path}"), fault))?;
        Ok(Some(plan))
    }
}
