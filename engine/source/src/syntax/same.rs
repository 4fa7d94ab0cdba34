//! Whether two texts are the same code, whatever their comments say.

use proc_macro2::{Delimiter, TokenStream, TokenTree};

use super::{blanked, scan, with_stack};

/// Whether two texts have the same tokens, comments and documentation left out. Texts that are not made of tokens, or are
/// nested too deeply, are not.
pub fn is_same_code(before: &str, after: &str) -> bool {
    with_stack(|| match (code(before), code(after)) {
        (Some(before), Some(after)) => before == after,
        _ => false,
    })
}

fn code(text: &str) -> Option<String> {
    let tokens = blanked(text).parse::<TokenStream>().ok()?;
    scan::bound(&tokens).ok()?;
    Some(undocumented(tokens).to_string())
}

/// Tokens without `#[doc = ".."]` and `#![doc = ".."]`, which is what comments of documentation are as tokens.
fn undocumented(tokens: TokenStream) -> TokenStream {
    let mut out: Vec<TokenTree> = Vec::new();
    for token in tokens {
        match token {
            TokenTree::Group(group) if group.delimiter() == Delimiter::Bracket && is_doc(&group.stream()) => {
                match out.as_slice() {
                    [.., hash, mark] if is(hash, '#') && is(mark, '!') => out.truncate(out.len() - 2),
                    [.., hash] if is(hash, '#') => out.truncate(out.len() - 1),
                    _ => out.push(TokenTree::Group(group)),
                }
            }
            TokenTree::Group(group) => {
                let inside = undocumented(group.stream());
                out.push(TokenTree::Group(proc_macro2::Group::new(group.delimiter(), inside)));
            }
            token => out.push(token),
        }
    }
    out.into_iter().collect()
}

fn is_doc(tokens: &TokenStream) -> bool {
    let mut tokens = tokens.clone().into_iter();
    let is_word = matches!(tokens.next(), Some(TokenTree::Ident(word)) if word == "doc");
    let is_set = matches!(tokens.next(), Some(TokenTree::Punct(sign)) if sign.as_char() == '=');
    is_word && is_set && matches!(tokens.next(), Some(TokenTree::Literal(_)))
}

fn is(token: &TokenTree, sign: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == sign)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_comments_make_no_other_code() {
        let base = "//! A.\n/// B.\nfn f() { let x = \"// c\"; } // d\n";
        let check = |after: &str, same: bool| assert_eq!(is_same_code(base, after), same, "{after}");
        check(base, true);
        check("fn f() {\n    /* e */ let x = \"// c\";\n}\n", true);
        check("#![doc = \"z\"]\n#[doc = \"y\"]\nfn f() { let x = \"// c\"; }", true);
        check("fn f() { let x = \"// x\"; }", false);
        check("#[inline]\nfn f() { let x = \"// c\"; }", false);
        check("#[doc(hidden)]\nfn f() { let x = \"// c\"; }", false);
        check("fn f() { let x = \"// c\";", false);
        assert!(!is_same_code("m![doc = \"a\"];", "m![doc = \"b\"];"), "a macro is called with it");
        assert!(!is_same_code("{", "{"), "what is no code is not the same");
        let deep = "(".repeat(100_000);
        assert!(!is_same_code(&deep, &deep));
    }
}
