//! Names that are free in code: what the mould's code and the code generated for it call otherwise, no service may be called.

use std::collections::BTreeSet;

use super::files::Files;
use super::name::Name;
use super::restyle::{identifiers, restyle};

/// Refuses a name that would give something of the service the name of something else that its code uses: the service
/// would not compile.
///
/// # Errors
/// What is wrong with the name, and what to do.
pub(crate) fn refuse_used(name: &Name, mould: &Files, word: &str) -> Result<(), String> {
    if name.kebab() == word {
        return Ok(());
    }
    let mut used: BTreeSet<&str> = GENERATED.iter().chain(PRELUDE).chain(PRIMITIVES).copied().collect();
    // What is generated for the service, and whatever else in the mould's code is called like it.
    let mut own = BTreeSet::from([name.snake(), name.pascal()]);
    let sources = mould.iter().filter(|(path, _)| path.ends_with(".rs"));
    for text in sources.filter_map(|(_, file)| file.text()) {
        for identifier in identifiers(text) {
            let renamed = restyle("a.rs", identifier.text, word, name);
            if renamed != identifier.text {
                own.insert(renamed);
            } else if identifier.is_type() || identifier.is_module {
                used.insert(identifier.text);
            }
        }
    }
    match own.iter().find(|own| used.contains(own.as_str())) {
        None => Ok(()),
        Some(clash) => Err(format!(
            "`{0}` does not do as a service's name: the code of every service uses `{clash}` for something else, and \
             would not compile; say more, for instance `{0}-ranking`",
            name.kebab()
        )),
    }
}

/// What tonic and prost name in the code that they generate.
const GENERATED: &[&str] = &[
    "Arc",
    "Body",
    "BoxFuture",
    "BoxStream",
    "Bytes",
    "Channel",
    "Code",
    "CompressionEncoding",
    "Context",
    "EnabledCompressionEncodings",
    "Endpoint",
    "Enumeration",
    "Error",
    "Future",
    "GrpcMethod",
    "Infallible",
    "InterceptedService",
    "Message",
    "NamedService",
    "Pin",
    "Poll",
    "Request",
    "Response",
    "Service",
    "Status",
    "StdError",
    "Stream",
    "Streaming",
    "Uri",
    "codegen",
];

/// What every module of Rust has without asking.
const PRELUDE: &[&str] = &[
    "AsMut",
    "AsRef",
    "AsyncFn",
    "AsyncFnMut",
    "AsyncFnOnce",
    "Box",
    "Clone",
    "Copy",
    "Debug",
    "Default",
    "DoubleEndedIterator",
    "Drop",
    "Eq",
    "Err",
    "ExactSizeIterator",
    "Extend",
    "Fn",
    "FnMut",
    "FnOnce",
    "From",
    "FromIterator",
    "Hash",
    "Into",
    "IntoFuture",
    "IntoIterator",
    "Iterator",
    "None",
    "Ok",
    "Option",
    "Ord",
    "PartialEq",
    "PartialOrd",
    "Result",
    "Send",
    "Sized",
    "Some",
    "String",
    "Sync",
    "ToOwned",
    "ToString",
    "TryFrom",
    "TryInto",
    "Unpin",
    "Vec",
];

/// Types that are written like crates.
const PRIMITIVES: &[&str] = &[
    "bool", "char", "f128", "f16", "f32", "f64", "i128", "i16", "i32", "i64", "i8", "isize", "str", "u128",
    "u16", "u32", "u64", "u8", "usize",
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stamp::pack;
    use crate::stamp::service::{MOULD, of_mould};

    #[track_caller]
    fn check(names: &str, clash: bool) {
        let mould = of_mould(&pack::template().map_err(|it| it.message).expect("a template"));
        for text in names.split_whitespace() {
            let Ok(name) = Name::read(text) else { panic!("{text} is no name at all") };
            assert_eq!(refuse_used(&name, &mould, MOULD).is_err(), clash, "{text}");
        }
    }

    #[test]
    fn what_the_code_of_a_service_uses_is_refused() {
        check("service request response status host call query candidate result", true);
        check("arc body clone option send string vec copy sync pin poll context future", true);
        check("config stages wire fields engines own parts parts-of-score error str u32", true);
        check("named-service feature-hydrator partial-eq", true);
    }

    #[test]
    fn what_stands_only_in_comments_texts_variables_and_variants_is_free() {
        check("night-owl home queue radio popular fresh order top shelf feed mould-maker", false);
        check("arc-ranking service-list requests hosts", false);
    }

    #[test]
    fn a_name_is_refused_with_what_it_clashes_with_and_with_one_that_does() {
        let mould = Files::from([(
            "services/mould/src/lib.rs".to_owned(),
            crate::stamp::files::File::of_text("use a::{MouldServer, OwlServer}; // Heron\n"),
        )]);
        let refused = |text: &str| refuse_used(&Name::read(text).expect("a name"), &mould, MOULD);
        let refusal = refused("owl").expect_err("`OwlServer` is there");
        assert!(refusal.contains("uses `OwlServer`") && refusal.ends_with("`owl-ranking`"), "{refusal}");
        assert_eq!(refused("heron"), Ok(()));
    }
}
