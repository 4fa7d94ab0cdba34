//! What is known of types without looking at the code: which hold others, and which methods keep them.

use syn::{GenericArgument, Pat, PathArguments, Type};

/// Methods that give back what they are called on, or a reference to it, as far as a rule is concerned.
pub(super) const KEEPING: &[&str] = &[
    "clone",
    "cloned",
    "copied",
    "to_owned",
    "as_ref",
    "as_mut",
    "borrow",
    "borrow_mut",
    "lock",
    "read",
    "write",
    "unwrap",
    "expect",
    "unwrap_or_default",
    "unwrap_or_else",
    "unwrap_or",
    "load",
    "get_mut",
    "into_inner",
    "as_deref",
    "as_slice",
    "as_mut_slice",
    "to_vec",
    "deref",
    "deref_mut",
    "by_ref",
    "context",
    "with_context",
    "map_err",
    "take",
    "blocking_lock",
    "blocking_read",
    "blocking_write",
];

/// Those of them that may give another error.
pub(super) const CHANGING_ERROR: &[&str] = &["map_err", "context", "with_context"];

/// Methods that hand the error of what they are called on to a closure.
pub(super) const OF_ERROR: &[&str] = &["map_err", "inspect_err", "unwrap_or_else", "or_else"];

/// What a function of a library gives that is not called by its type.
pub(super) fn given_by(path: &str) -> Option<Type> {
    written(match path {
        "std::sync::mpsc::channel" | "std::sync::mpsc::sync_channel" => {
            "(std::sync::mpsc::Sender<()>, std::sync::mpsc::Receiver<()>)"
        }
        "std::thread::spawn" => "std::thread::JoinHandle<()>",
        "std::net::TcpListener::bind" => "std::net::TcpListener",
        "std::net::UdpSocket::bind" => "std::net::UdpSocket",
        "std::io::stdin" => "std::io::Stdin",
        "tokio::runtime::Handle::current" => "tokio::runtime::Handle",
        _ => return None,
    })
}

/// Whether a pattern is `Err(..)`.
pub(super) fn is_error(pat: &Pat) -> bool {
    matches!(pat, Pat::TupleStruct(pattern) if pattern.path.segments.last().is_some_and(|last| last.ident == "Err"))
}

/// Types that are looked through to the one that they hold.
pub(super) const WRAPPERS: &[&str] = &[
    "Arc",
    "Rc",
    "Box",
    "Mutex",
    "RwLock",
    "RefCell",
    "Cell",
    "Option",
    "Result",
    "Cow",
    "LazyLock",
    "OnceLock",
    "OnceCell",
    "Lazy",
    "ArcSwap",
    "MutexGuard",
    "RwLockReadGuard",
    "RwLockWriteGuard",
    "Pin",
];

/// The first type between the angle brackets of a type.
pub fn first_argument_of(ty: &Type) -> Option<&Type> {
    match ty {
        Type::Path(path) => first_argument(path.path.segments.last()?),
        _ => None,
    }
}

/// The element type of `Vec<T>`, `[T]`, `VecDeque<T>` and their like.
pub(super) fn element(ty: &Type) -> Option<Type> {
    match ty {
        Type::Slice(slice) => Some((*slice.elem).clone()),
        Type::Array(array) => Some((*array.elem).clone()),
        Type::Path(path) => {
            let last = path.path.segments.last()?;
            matches!(
                last.ident.to_string().as_str(),
                "Vec" | "VecDeque" | "BinaryHeap" | "SmallVec" | "IntoIter"
            )
            .then(|| first_argument(last).cloned())?
        }
        _ => None,
    }
}

/// The first type between the angle brackets of a part of a path.
pub(crate) fn first_argument(segment: &syn::PathSegment) -> Option<&Type> {
    arguments(segment).next()
}

pub(super) fn second_argument(segment: &syn::PathSegment) -> Option<&Type> {
    arguments(segment).nth(1)
}

fn arguments(segment: &syn::PathSegment) -> impl Iterator<Item = &Type> {
    let arguments = match &segment.arguments {
        PathArguments::AngleBracketed(arguments) => Some(&arguments.args),
        _ => None,
    };
    arguments.into_iter().flatten().filter_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    })
}

/// The written return type of a function.
pub(super) fn output(signature: &syn::Signature) -> Option<Type> {
    match &signature.output {
        syn::ReturnType::Type(_, ty) => Some((**ty).clone()),
        syn::ReturnType::Default => None,
    }
}

pub(super) fn written(ty: &str) -> Option<Type> {
    syn::parse_str(ty).ok()
}
