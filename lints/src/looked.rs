//! One look at each file of a side, for all that is asked of its syntax.

use findings::Finding;
use source::{Asking, Code, FileInfo, Known, Names, SourceFile};

use crate::kept::{Keeper, Seen};
use crate::layers::Layers;
use crate::said::{Gathered, Said};
use crate::site::Site;
use crate::walk::{self, Node, SyntaxChecks};

/// What a look at a file gives.
pub(crate) struct Looked<T> {
    pub(crate) found: Vec<Finding>,
    /// What the file says of its functions to the others.
    pub(crate) said: Said,
    /// None where the file needed no look, because what is found in it is kept.
    pub(crate) also: Option<T>,
}

/// The findings of the files that are asked for, and what else is read of those that are looked at.
pub(crate) fn rust<T: Send + 'static>(
    code: &Code,
    asked: &(dyn Fn(&str) -> bool + Sync),
    checks: &SyntaxChecks,
    keeper: &Keeper<'_>,
    also: fn(&SourceFile) -> T,
) -> Vec<(String, Looked<T>)> {
    let keeps = keeper.keeps();
    let (checks, layers, doubles) = (checks.clone(), keeper.layers().clone(), keeper.doubles().clone());
    let look = move |file: &SourceFile, names: &Names| {
        let asking = names.asking(&file.path);
        let is_for_tests = file.is_test() || doubles.has(&file.path);
        let (found, said) = walked(file, is_for_tests, &asking, &layers, &checks);
        let new = keeps.then(|| Seen::of(file, names, &asking)).flatten();
        (Looked { found, said, also: Some(also(file)) }, new)
    };
    let known = |file: &FileInfo| {
        let (found, said) = keeper.of_file(code.names(), file)?;
        Some((Looked { found, said, also: None }, None))
    };
    let known: Known<'_, _> = &known;
    let looked = code.look_at_each(&|file| asked(&file.path), keeps.then_some(known), look);
    let keep = |(path, (looked, new)): (String, (Looked<T>, Option<Seen>))| {
        if let Some(new) = new {
            keeper.keep_file(&path, &new, (&looked.found, &looked.said));
        }
        (path, looked)
    };
    looked.into_iter().map(keep).collect()
}

/// What is found in a file, and what it says to the others.
pub(crate) fn walked(
    file: &SourceFile,
    is_for_tests: bool,
    names: &Asking<'_>,
    layers: &Layers,
    checks: &SyntaxChecks,
) -> (Vec<Finding>, Said) {
    let mut gathered = Gathered::default();
    let mut gather = |node: &Node<'_>, site: &Site<'_>, found: &[Finding]| {
        if checks.gathers {
            gathered.see(node, site, found);
        }
    };
    let found = walk::walk(file, is_for_tests, names, layers, checks, &mut gather);
    (found, gathered.said())
}
