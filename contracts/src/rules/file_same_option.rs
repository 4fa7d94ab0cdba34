//! An option of a file that generated code depends on.

use findings::rule;
use prost_reflect::FileDescriptor;
use prost_reflect::prost_types::FileOptions;

use crate::breach::{Breach, Check, Sides};
use crate::category::Category;
use crate::element::Element;
use crate::surface::part;

rule! {
    /// Finds a file option that is not what it was, where code generators read it: package and class names of Java, C#, Go,
    /// PHP, Ruby, Swift and Objective-C, and what C++, Java and Python generate. What the compiler does without the option
    /// counts as its value. Only the categories FILE and PACKAGE ask for it: nothing of it is sent.
    ///
    /// ## Why it hurts
    /// The next build of whoever compiles the protos finds other classes in other places, or none.
    ///
    /// ## Example
    /// ```old
    /// syntax = "proto3";
    /// option go_package = "example.org/ranking/v1";
    /// message Query { string text = 1; }
    /// ```
    /// ```new bad category=FILE
    /// syntax = "proto3";
    /// option go_package = "example.org/rank/v1"; //~
    /// message Query { string text = 1; }
    /// ```
    ///
    /// ## Instead
    /// ```old
    /// syntax = "proto3";
    /// message Query { string text = 1; }
    /// ```
    /// ```new good category=FILE
    /// syntax = "proto3";
    /// option java_multiple_files = false;
    /// message Query { string text = 1; }
    /// ```
    pub static FILE_SAME_OPTION = {
        id: "file-same-option",
        guard: "contracts",
        group: "protos",
        level: Error,
        summary: "finds file options that generated code depends on and that changed",
    };
}

pub(crate) static CHECK: Check = Check { ids, find };

/// An option: its name, buf's id, its number in `google.protobuf.FileOptions`, its value.
type Setting = (&'static str, &'static str, i32, fn(&FileOptions) -> String);

static SETTINGS: &[Setting] = &[
    ("java_package", "FILE_SAME_JAVA_PACKAGE", 1, |it| it.java_package().to_owned()),
    ("java_outer_classname", "FILE_SAME_JAVA_OUTER_CLASSNAME", 8, |it| it.java_outer_classname().to_owned()),
    ("optimize_for", "FILE_SAME_OPTIMIZE_FOR", 9, |it| it.optimize_for().as_str_name().to_owned()),
    ("java_multiple_files", "FILE_SAME_JAVA_MULTIPLE_FILES", 10, |it| it.java_multiple_files().to_string()),
    ("go_package", "FILE_SAME_GO_PACKAGE", 11, |it| it.go_package().to_owned()),
    ("cc_generic_services", "FILE_SAME_CC_GENERIC_SERVICES", 16, |it| it.cc_generic_services().to_string()),
    ("java_generic_services", "FILE_SAME_JAVA_GENERIC_SERVICES", 17, |it| {
        it.java_generic_services().to_string()
    }),
    ("py_generic_services", "FILE_SAME_PY_GENERIC_SERVICES", 18, |it| it.py_generic_services().to_string()),
    ("cc_enable_arenas", "FILE_SAME_CC_ENABLE_ARENAS", 31, |it| it.cc_enable_arenas().to_string()),
    ("objc_class_prefix", "FILE_SAME_OBJC_CLASS_PREFIX", 36, |it| it.objc_class_prefix().to_owned()),
    ("csharp_namespace", "FILE_SAME_CSHARP_NAMESPACE", 37, |it| it.csharp_namespace().to_owned()),
    ("swift_prefix", "FILE_SAME_SWIFT_PREFIX", 39, |it| it.swift_prefix().to_owned()),
    ("php_class_prefix", "FILE_SAME_PHP_CLASS_PREFIX", 40, |it| it.php_class_prefix().to_owned()),
    ("php_namespace", "FILE_SAME_PHP_NAMESPACE", 41, |it| it.php_namespace().to_owned()),
    ("php_metadata_namespace", "FILE_SAME_PHP_METADATA_NAMESPACE", 44, |it| {
        it.php_metadata_namespace().to_owned()
    }),
    ("ruby_package", "FILE_SAME_RUBY_PACKAGE", 45, |it| it.ruby_package().to_owned()),
];

fn ids(category: Category) -> Vec<&'static str> {
    if category.is_source() { SETTINGS.iter().map(|(_, id, ..)| *id).collect() } else { Vec::new() }
}

fn find(sides: &Sides, id: &'static str) -> Vec<Breach> {
    let mut breaches = Vec::new();
    for (option, _, number, value) in SETTINGS.iter().filter(|(_, of, ..)| *of == id) {
        for (name, old, new) in sides.files() {
            let (was, is) = (value(&options(old)), value(&options(new)));
            if was != is {
                breaches.push(Breach {
                    rule: &FILE_SAME_OPTION,
                    id,
                    at: sides
                        .new
                        .place(new, &[part::FILE_OPTIONS, *number])
                        .or_else(|| sides.new.file_place(name)),
                    element: Element::File(name.to_owned()),
                    message: format!("the file `{name}` changed `{option}` from `{was}` to `{is}`"),
                    help: format!("keep `{was}`"),
                });
            }
        }
    }
    breaches
}

fn options(file: &FileDescriptor) -> FileOptions {
    file.file_descriptor_proto().options.clone().unwrap_or_default()
}
