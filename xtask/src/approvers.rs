//! Who may approve, as `new workspace` and `init` write it down.

use std::path::Path;

use policy::approvals::{AllowedSigners, SIGNERS_FILE};

use crate::failure::Failure;

/// What a policy says where the forge asks a code owner.
pub(crate) const OWNERS: &str =
    "# The forge asks a code owner of `approvals/` about each approval.\napprovals: owners\n";

/// The lines of `approvals/allowed_signers` for pairs of a name and the file of a public key.
pub(crate) fn signers(pairs: &[String]) -> Result<Vec<String>, Failure> {
    let (pairs, _) = pairs.as_chunks::<2>();
    pairs.iter().map(|[name, file]| signer(name, file)).collect()
}

fn signer(name: &str, file: &str) -> Result<String, Failure> {
    let wrong = |what: String| Err(Failure::usage(format_args!("`--signer {name} {file}`: {what}")));
    let text = match source::read_regular_text(Path::new(file)) {
        Ok(text) => text,
        Err(error) => {
            return wrong(format!("the key cannot be read ({error}); name a file such as `id_ed25519.pub`"));
        }
    };
    if text.trim_start().starts_with("-----BEGIN") {
        return wrong(format!(
            "that is the private key, which stays with its owner; name the public one, `{file}.pub`"
        ));
    }
    // What stands behind the key is a remark of whoever made it.
    let key: Vec<&str> = text.split_whitespace().take(2).collect();
    let line = format!("{name} {}", key.join(" "));
    let read = AllowedSigners::parse(&line);
    match (read.entries.as_slice(), read.problems.first()) {
        ([entry], None) if entry.signs_for(name) && entry.principals == name => Ok(line),
        (_, Some(problem)) => wrong(format!("no key is read there ({problem})")),
        _ => wrong("name the person in one word, for instance by an address".to_owned()),
    }
}

/// The list of signers with these lines, those that are in it already left out.
pub(crate) fn with_signers(list: &str, lines: &[String]) -> String {
    let mut list = list.to_owned();
    for line in lines {
        if list.lines().any(|known| known.trim() == line) {
            continue;
        }
        let gap = if list.is_empty() || list.ends_with('\n') { "" } else { "\n" };
        list.push_str(&format!("{gap}{line}\n"));
    }
    list
}

/// A policy that relies on code owners, where it does not say yet who vouches: behind the version that it asks for.
pub(crate) fn with_owners(policy: &str) -> Option<String> {
    if policy.lines().any(|line| line.starts_with("approvals:")) {
        return None;
    }
    let at = policy
        .split_inclusive('\n')
        .scan(0, |end, line| {
            *end += line.len();
            Some((*end, line))
        })
        .find(|(_, line)| line.starts_with("gatefold:"))
        .map_or(0, |(end, _)| end);
    let (before, after) = policy.split_at(at);
    let gap = if before.is_empty() || before.ends_with("\n\n") { "" } else { "\n" };
    let below = if after.is_empty() || after.starts_with('\n') { "" } else { "\n" };
    Some(format!("{before}{gap}{OWNERS}{below}{after}"))
}

/// What is said to whoever names keys and owners.
pub(crate) fn keys_beside_owners() -> String {
    format!(
        "the policy says `approvals: owners`: a code owner's review in the forge makes an approval count, and no signature is \
         asked for; the keys of `{SIGNERS_FILE}` sign emergencies, and what is to count without that review"
    )
}

/// What is said to whoever brings the first key or owner when the base has a policy and trusts nobody.
pub(crate) fn comes_late(what: &str) -> String {
    format!(
        "{what} comes after the policy: it is a finding until somebody approves it whom the base trusts. Where that trusts \
         nobody (`{SIGNERS_FILE}`), a person who may merge past the gate merges it, in a change of its own"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn owners_stand_behind_the_version_and_once() {
        let check = |policy: &str, expected: &str| {
            assert_eq!(with_owners(policy).as_deref(), Some(expected), "{policy:?}");
            assert_eq!(with_owners(expected), None);
        };
        check("", OWNERS);
        check("mode: observe\n", &format!("{OWNERS}\nmode: observe\n"));
        check("# Ours.\ngatefold: \"1\"\n\na: b\n", &format!("# Ours.\ngatefold: \"1\"\n\n{OWNERS}\na: b\n"));
        check("gatefold: \"1\"\na: b\n", &format!("gatefold: \"1\"\n\n{OWNERS}\na: b\n"));
        assert_eq!(with_owners("approvals: signed\n"), None);
    }

    #[test]
    fn a_signer_is_listed_once() {
        let line = "mira@example.com ssh-ed25519 AAAA".to_owned();
        let once = with_signers("# Ours.\nother ssh-ed25519 B", std::slice::from_ref(&line));
        assert_eq!(once, format!("# Ours.\nother ssh-ed25519 B\n{line}\n"));
        assert_eq!(with_signers(&once, &[line]), once);
    }
}
