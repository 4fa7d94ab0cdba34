//! `unreadable-file`: finds files that cannot be read.

use findings::rule;

rule! {
    /// A file that is not UTF-8, lies behind a link that leads out of the root, or is refused by the operating system or git.
    /// Nothing in it was looked at.
    ///
    /// ## Why it hurts
    /// What no guard could read, no guard has judged. The example lists a file by the first byte of its content.
    ///
    /// ## Example
    /// ```bad
    /// services/home/src/names.rs: byte 0xE4 //~
    /// ```
    ///
    /// ## Instead
    /// Save it as UTF-8, or replace the link by the file.
    /// ```good
    /// services/home/src/names.rs: byte 0x61
    /// ```
    pub static UNREADABLE_FILE = {
        id: "unreadable-file",
        guard: "policy",
        group: "not-looked-at",
        level: Error,
        summary: "finds files that cannot be read",
    };
}
