//! What every crate can name without importing it: the prelude, the primitive types, and where `std` shows twice
//! what it has once.

/// Crates that come with the compiler; the first three are one.
pub(super) fn builtin_crate(name: &str) -> Option<&'static str> {
    match name {
        "std" | "core" | "alloc" => Some("std"),
        "proc_macro" => Some("proc_macro"),
        "test" => Some("test"),
        _ => None,
    }
}

/// The path of a name of the prelude.
pub(super) fn prelude(name: &str) -> Option<&'static str> {
    Some(match name {
        "Option" => "std::option::Option",
        "Some" => "std::option::Option::Some",
        "None" => "std::option::Option::None",
        "Result" => "std::result::Result",
        "Ok" => "std::result::Result::Ok",
        "Err" => "std::result::Result::Err",
        "Box" => "std::boxed::Box",
        "String" => "std::string::String",
        "ToString" => "std::string::ToString",
        "Vec" => "std::vec::Vec",
        "ToOwned" => "std::borrow::ToOwned",
        "Clone" => "std::clone::Clone",
        "PartialEq" => "std::cmp::PartialEq",
        "PartialOrd" => "std::cmp::PartialOrd",
        "Eq" => "std::cmp::Eq",
        "Ord" => "std::cmp::Ord",
        "AsRef" => "std::convert::AsRef",
        "AsMut" => "std::convert::AsMut",
        "Into" => "std::convert::Into",
        "From" => "std::convert::From",
        "TryFrom" => "std::convert::TryFrom",
        "TryInto" => "std::convert::TryInto",
        "Default" => "std::default::Default",
        "Iterator" => "std::iter::Iterator",
        "Extend" => "std::iter::Extend",
        "IntoIterator" => "std::iter::IntoIterator",
        "FromIterator" => "std::iter::FromIterator",
        "DoubleEndedIterator" => "std::iter::DoubleEndedIterator",
        "ExactSizeIterator" => "std::iter::ExactSizeIterator",
        "Copy" => "std::marker::Copy",
        "Send" => "std::marker::Send",
        "Sized" => "std::marker::Sized",
        "Sync" => "std::marker::Sync",
        "Unpin" => "std::marker::Unpin",
        "drop" => "std::mem::drop",
        "Drop" => "std::ops::Drop",
        "Fn" => "std::ops::Fn",
        "FnMut" => "std::ops::FnMut",
        "FnOnce" => "std::ops::FnOnce",
        "AsyncFn" => "std::ops::AsyncFn",
        "AsyncFnMut" => "std::ops::AsyncFnMut",
        "AsyncFnOnce" => "std::ops::AsyncFnOnce",
        "Future" => "std::future::Future",
        "IntoFuture" => "std::future::IntoFuture",
        _ => return None,
    })
}

/// The trait of a derive that is there without being imported, and whose trait is not.
pub(super) fn derive(names: &[&str]) -> Option<&'static str> {
    match names {
        ["Debug"] => Some("std::fmt::Debug"),
        ["Hash"] => Some("std::hash::Hash"),
        _ => None,
    }
}

/// Whether a macro is there without being imported.
pub(super) fn is_std_macro(name: &str) -> bool {
    [
        "assert",
        "assert_eq",
        "assert_ne",
        "cfg",
        "column",
        "compile_error",
        "concat",
        "dbg",
        "debug_assert",
        "debug_assert_eq",
        "debug_assert_ne",
        "env",
        "eprint",
        "eprintln",
        "file",
        "format",
        "format_args",
        "include",
        "include_bytes",
        "include_str",
        "line",
        "matches",
        "module_path",
        "option_env",
        "panic",
        "print",
        "println",
        "stringify",
        "thread_local",
        "todo",
        "try",
        "unimplemented",
        "unreachable",
        "vec",
        "write",
        "writeln",
    ]
    .contains(&name)
}

/// The path of a macro that is there without being imported.
pub(super) fn std_macro(path: &syn::Path) -> Option<String> {
    let name = path.get_ident()?.to_string();
    is_std_macro(&name).then(|| format!("std::{name}"))
}

/// Whether a name is that of a primitive type, whose functions are paths such as `f64::max`.
pub(super) fn is_primitive(name: &str) -> bool {
    [
        "bool", "char", "f16", "f32", "f64", "f128", "i8", "i16", "i32", "i64", "i128", "isize", "str", "u8",
        "u16", "u32", "u64", "u128", "usize",
    ]
    .contains(&name)
}

/// Whether a single name means the same in every crate, unless it is hidden by another.
pub(crate) fn is_known_everywhere(name: &str) -> bool {
    is_primitive(name) || prelude(name).is_some()
}

/// Whether a path is that of a function or type which a module of `std` is known to have: those that are often imported all
/// at once.
pub(super) fn is_shown(path: &str) -> bool {
    let Some((module, name)) = path.rsplit_once("::") else { return false };
    let names: &[&str] = match module {
        "std::thread" => &["JoinHandle", "Thread", "current", "park", "scope", "sleep", "spawn", "yield_now"],
        "std::fs" => &[
            "File",
            "OpenOptions",
            "canonicalize",
            "copy",
            "create_dir",
            "create_dir_all",
            "metadata",
            "read",
            "read_dir",
            "read_to_string",
            "remove_dir",
            "remove_dir_all",
            "remove_file",
            "rename",
            "write",
        ],
        "std::env" => &["args", "current_dir", "set_var", "temp_dir", "var", "var_os", "vars", "vars_os"],
        "std::process" => &["Child", "Command", "ExitCode", "ExitStatus", "Stdio", "abort", "exit", "id"],
        "std::time" => &["Duration", "Instant", "SystemTime", "UNIX_EPOCH"],
        "std::collections" => {
            &["BTreeMap", "BTreeSet", "BinaryHeap", "HashMap", "HashSet", "LinkedList", "VecDeque"]
        }
        "std::sync" => {
            &["Arc", "Barrier", "Condvar", "LazyLock", "Mutex", "Once", "OnceLock", "RwLock", "Weak"]
        }
        "std::sync::mpsc" => &["Receiver", "Sender", "SyncSender", "channel", "sync_channel"],
        _ => return false,
    };
    names.contains(&name)
}

/// Modules of `std` whose type is shown one module further up, which is the canonical place.
const SHOWN_ABOVE: [(&str, &str); 7] = [
    ("std::collections::hash_map::HashMap", "std::collections::HashMap"),
    ("std::collections::hash_set::HashSet", "std::collections::HashSet"),
    ("std::collections::btree_map::BTreeMap", "std::collections::BTreeMap"),
    ("std::collections::btree_set::BTreeSet", "std::collections::BTreeSet"),
    ("std::collections::vec_deque::VecDeque", "std::collections::VecDeque"),
    ("std::collections::binary_heap::BinaryHeap", "std::collections::BinaryHeap"),
    ("std::collections::linked_list::LinkedList", "std::collections::LinkedList"),
];

/// A path of `std` in its canonical place.
pub(super) fn canonical(path: String) -> String {
    if !path.starts_with("std::") {
        return path;
    }
    for (shown, canonical) in SHOWN_ABOVE {
        if let Some(rest) = path.strip_prefix(shown).filter(|rest| rest.is_empty() || rest.starts_with("::"))
        {
            return format!("{canonical}{rest}");
        }
    }
    path
}
