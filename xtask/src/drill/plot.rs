//! What a fault changes: edits of files, each anchored on text that has to be there.

use std::collections::BTreeMap;

use source::Tree;

/// A fault could not be planted: the workspace is not what it was when the fault was thought up.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Unplantable(pub(crate) String);

/// The line of a file, from 1.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    pub(crate) file: String,
    pub(crate) line: u32,
}

/// Edits on top of a tree.
pub(crate) struct Plot<'a> {
    tree: &'a Tree,
    texts: BTreeMap<String, String>,
    places: Vec<Place>,
}

impl<'a> Plot<'a> {
    pub(crate) fn on(tree: &'a Tree) -> Self {
        Plot { tree, texts: BTreeMap::new(), places: Vec::new() }
    }

    /// A file as it is, with the edits so far.
    pub(crate) fn text(&self, file: &str) -> Result<String, Unplantable> {
        match self.texts.get(file) {
            Some(text) => Ok(text.clone()),
            None => match self.tree.text(file) {
                Ok(text) => Ok(text.as_ref().to_owned()),
                Err(error) => Err(Unplantable(error.to_string())),
            },
        }
    }

    /// Puts a text in the place of another, which the file must have exactly once.
    pub(crate) fn replace(&mut self, file: &str, anchor: &str, with: &str) -> Result<(), Unplantable> {
        let text = self.text(file)?;
        match text.matches(anchor).count() {
            1 => self.write(file, text.replacen(anchor, with, 1)),
            0 => Err(Unplantable(format!("`{file}` no longer has `{}`", anchor.trim()))),
            count => Err(Unplantable(format!("`{file}` has `{}` {count} times, not once", anchor.trim()))),
        }
    }

    /// Gives a file another text.
    pub(crate) fn write(&mut self, file: &str, text: String) -> Result<(), Unplantable> {
        let changed = changed_lines(&self.text(file)?, &text);
        if changed.is_empty() {
            return Err(Unplantable(format!("the edit of `{file}` changes nothing")));
        }
        self.places.extend(changed.into_iter().map(|line| Place { file: file.to_owned(), line }));
        self.texts.insert(file.to_owned(), text);
        Ok(())
    }

    /// Where the edits so far stand.
    pub(crate) fn places(&self) -> &[Place] {
        &self.places
    }

    /// The edited files.
    pub(crate) fn into_texts(self) -> BTreeMap<String, String> {
        self.texts
    }
}

/// The lines of `after` that differ from `before`: all that differ in place where the number of lines stayed, else
/// those between what both texts begin and end with.
fn changed_lines(before: &str, after: &str) -> Vec<u32> {
    let (before, after): (Vec<&str>, Vec<&str>) = (before.lines().collect(), after.lines().collect());
    if before.len() == after.len() {
        let numbered = (1..).zip(before.iter().zip(&after));
        return numbered.filter(|(_, (before, after))| before != after).map(|(line, _)| line).collect();
    }
    let same = before.iter().zip(&after).take_while(|(before, after)| before == after).count();
    let most = before.len().min(after.len()) - same;
    let tail = before.iter().rev().zip(after.iter().rev()).take(most);
    let same_tail = tail.take_while(|(before, after)| before == after).count();
    (1..).zip(&after).skip(same).take(after.len() - same - same_tail).map(|(line, _)| line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changed_lines_are_those_that_head_has_and_the_base_has_not() {
        let check = |before: &str, after: &str, expect: &[u32]| {
            assert_eq!(changed_lines(before, after), expect, "{before:?} {after:?}");
        };
        check("a\nb\nc\n", "a\nx\nc\n", &[2]);
        check("a\nb\nc\n", "x\nb\ny\n", &[1, 3]);
        check("a\nb\n", "a\nnew\nb\n", &[2]);
        check("a\na\n", "a\na\na\n", &[3]);
        check("a\nb\n", "a\n", &[]);
        check("a\n", "a\n", &[]);
    }

    #[test]
    fn an_anchor_that_is_gone_or_no_longer_unique_is_named() {
        let tree = Tree::from_memory([("a.rs", "one two two")]);
        let refused = |anchor| Plot::on(&tree).replace("a.rs", anchor, "x").err().map(|error| error.0);
        assert_eq!(refused("one"), None);
        assert_eq!(refused("three"), Some("`a.rs` no longer has `three`".to_owned()));
        assert_eq!(refused("two"), Some("`a.rs` has `two` 2 times, not once".to_owned()));
        assert_eq!(
            Plot::on(&tree).replace("b.rs", "x", "y").err().map(|error| error.0),
            Some("there is no `b.rs`".to_owned())
        );
    }

    #[test]
    fn edits_of_one_file_add_up() {
        let tree = Tree::from_memory([("a.rs", "one\ntwo\n")]);
        let mut plot = Plot::on(&tree);
        plot.replace("a.rs", "two", "three").expect("an anchor");
        plot.replace("a.rs", "three", "four").expect("an anchor");
        assert_eq!(
            plot.places(),
            [Place { file: "a.rs".to_owned(), line: 2 }, Place { file: "a.rs".to_owned(), line: 2 }]
        );
        assert_eq!(plot.into_texts()["a.rs"], "one\nfour\n");
    }
}
