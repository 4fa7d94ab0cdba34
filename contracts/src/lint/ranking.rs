//! What the protos of RPCs that rank say of themselves: how long they may take, in which order they answer, and with how
//! much at most.

use findings::Finding;
use prost_reflect::{FieldDescriptor, FileDescriptor, Kind, MethodDescriptor};
use service::Protos;

use crate::policy::Lint;
use crate::rules::ranking_without_deadline::RANKING_WITHOUT_DEADLINE;
use crate::rules::ranking_without_order::RANKING_WITHOUT_ORDER;
use crate::surface::Surface;
use crate::{Error, globs};

/// Words that speak of a deadline, in names of options and in comments.
const DEADLINE: &[&str] = &["deadline", "timeout"];
/// Words that speak of an order.
const ORDER: &[&str] = &["order", "sorted", "ascending", "descending", "first"];
/// Words that speak of a limit.
const LIMIT: &[&str] = &["at most", "limit", "no more than", "maximum", "up to"];
/// Parts of names of request fields that are a limit.
const LIMITING: &[&str] = &["limit", "page_size", "max_", "top_k"];

/// Looks at the RPCs that the policy says rank.
pub(super) fn check(protos: &Protos, lint: &Lint) -> Result<Vec<Finding>, Error> {
    let named = globs::set(&lint.ranking)?;
    if named.is_empty() {
        return Ok(Vec::new());
    }
    let surface = Surface::of(protos);
    let methods = surface.services.values().flat_map(|service| service.methods().collect::<Vec<_>>());
    let mut findings = Vec::new();
    for method in methods.filter(|method| named.is_match(name(method))) {
        let comment = comment(protos, &method.parent_file(), method.path());
        let mut options = method.options();
        let by_option = options.extensions().any(|(option, _)| speaks(option.name(), DEADLINE))
            || options.take_unknown_fields().next().is_some();
        if !by_option && !speaks(&comment, DEADLINE) {
            findings.push(without_deadline(&surface, &method));
        }
        let limited =
            speaks(&comment, LIMIT) || method.input().fields().any(|field| speaks(field.name(), LIMITING));
        for field in method.output().fields().filter(is_result) {
            let own = format!("{comment} {}", self::comment(protos, &field.parent_file(), field.path()));
            let missing = match (speaks(&own, ORDER), limited || speaks(&own, LIMIT)) {
                (true, true) => continue,
                (false, true) => "in which order they stand",
                (true, false) => "how many they are at most",
                (false, false) => "in which order they stand and how many they are at most",
            };
            findings.push(without_order(&surface, &method, &field, missing));
        }
    }
    findings.sort_by_key(Finding::fingerprint);
    findings.dedup_by_key(|finding| finding.fingerprint());
    Ok(findings)
}

/// As requests name it: `package.Service/Method`.
fn name(method: &MethodDescriptor) -> String {
    format!("{}/{}", method.parent_service().full_name(), method.name())
}

/// Whether a field is a list of what was ranked: messages with a number that is not whole.
fn is_result(field: &FieldDescriptor) -> bool {
    let Kind::Message(item) = field.kind() else { return false };
    field.is_list() && item.fields().any(|field| matches!(field.kind(), Kind::Double | Kind::Float))
}

fn speaks(text: &str, words: &[&str]) -> bool {
    let text = text.to_lowercase();
    words.iter().any(|word| text.contains(word))
}

/// What is written above a declaration, and behind it on its line.
fn comment(protos: &Protos, file: &FileDescriptor, path: &[i32]) -> String {
    let location = protos.positions.of(file.name()).into_iter().find(|location| location.path == path);
    location.map_or_else(String::new, |location| {
        format!("{} {}", location.leading_comments(), location.trailing_comments())
    })
}

fn without_deadline(surface: &Surface, method: &MethodDescriptor) -> Finding {
    let place = surface.method_place(method, None);
    let message =
        format!("`{}` ranks, and neither an option nor its comment says in which time", name(method));
    Finding::new(&RANKING_WITHOUT_DEADLINE, place, message)
        .help("say in its comment which deadline it keeps, and which it has where the caller sends none")
        .fact(name(method))
}

fn without_order(
    surface: &Surface,
    method: &MethodDescriptor,
    field: &FieldDescriptor,
    missing: &str,
) -> Finding {
    let message =
        format!("`{}` has what `{}` ranked, and does not say {missing}", field.full_name(), name(method));
    Finding::new(&RANKING_WITHOUT_ORDER, surface.field_place(field, None), message)
        .help("say it in the comment of the field, for instance: at most `limit` tracks, best first")
        .fact(field.full_name())
        .fact(missing)
}
