//! Looks at single files of a tree as syntax trees, which may have been parsed ahead, and whose answers may be kept.

use std::sync::Arc;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::ahead::{Ahead, Early};
use crate::cache::{Cache, Key};
use crate::code::{self, Code, Problem};
use crate::syntax::{self, Place, SourceFile};
use crate::tree::Tree;

impl Code {
    /// The look that reading takes at every file that is new, for who parses some before.
    pub fn early() -> Early {
        Early::of(code::FACTS, code::facts_of_file)
    }
}

impl Tree {
    /// The same tree, some of whose files are parsed ahead. A file whose text is another by now is parsed anew.
    pub fn with_ahead(self, ahead: Ahead) -> Tree {
        self.with(ahead)
    }

    /// The same tree with nothing parsed ahead: for who is asked within a look, since the threads that look would wait for
    /// each other.
    pub(crate) fn without_ahead(&self) -> Tree {
        self.without::<Ahead>()
    }

    /// The same tree, with a place for what is found in its files: worth it for the base, which stays as it is while head
    /// is edited.
    pub fn with_cache(self, cache: &Cache) -> Tree {
        self.with(cache.clone())
    }

    /// Looks at a Rust file as a syntax tree, `place` being where in the workspace it belongs. Needs the stack of
    /// [`with_stack`](crate::with_stack); where the file was parsed ahead, the look takes place on the thread that has it.
    ///
    /// # Errors
    /// A [`Problem`] that says why it cannot be read, or does not parse.
    pub fn look_at<T: Send + 'static>(
        &self,
        path: &str,
        place: Option<&Place>,
        look: impl FnOnce(&SourceFile) -> T + Clone + Send + 'static,
    ) -> Result<T, Problem> {
        self.look_again(path, place, None, look)
    }

    /// The same at a file that has been parsed before, when this was its content.
    pub(crate) fn look_again<T: Send + 'static>(
        &self,
        path: &str,
        place: Option<&Place>,
        known: Option<Key>,
        look: impl FnOnce(&SourceFile) -> T + Clone + Send + 'static,
    ) -> Result<T, Problem> {
        let text = self.text(path).map_err(|error| Problem::of_read(path, &error))?;
        if let Some(seen) = self.look_ahead(path, &text, place, look.clone()) {
            return Ok(seen);
        }
        let mut file = syntax::parse_again(path, &text, known)?;
        file.place = place.cloned();
        let seen = look(&file);
        drop(file);
        proc_macro2::extra::invalidate_current_thread_spans();
        Ok(seen)
    }

    /// The same for a look whose answer is data that follows from the file alone: what is kept of it is not looked at
    /// again by the same build, and an [early](crate::Early) look may have been taken. `who` names the one who looks.
    ///
    /// # Errors
    /// As [`look_at`](Self::look_at).
    pub fn look_once<T: Serialize + DeserializeOwned + Send + 'static>(
        &self,
        path: &str,
        who: &str,
        look: impl FnOnce(&SourceFile) -> T + Clone + Send + 'static,
    ) -> Result<T, Problem> {
        let text = self.text(path).map_err(|error| Problem::of_read(path, &error))?;
        let find = || match self.seen_early(path, &text, who) {
            Some(seen) => Ok(seen),
            None => self.look_at(path, None, look),
        };
        match self.has::<Cache>() {
            Some(cache) => cache.answer(who, (path, &text), find),
            None => find(),
        }
    }

    /// The same of a file that was parsed ahead, if this one was and says this text.
    pub(crate) fn look_ahead<T: Send + 'static>(
        &self,
        path: &str,
        text: &Arc<str>,
        place: Option<&Place>,
        look: impl FnOnce(&SourceFile) -> T + Send + 'static,
    ) -> Option<T> {
        self.has::<Ahead>()?.look(&self.file(path)?, text, place, look)
    }

    /// The same, which reads the file only where some were parsed ahead.
    pub(crate) fn look_only_ahead<T: Send + 'static>(
        &self,
        path: &str,
        place: Option<&Place>,
        look: impl FnOnce(&SourceFile) -> T + Send + 'static,
    ) -> Option<T> {
        self.has::<Ahead>()?;
        self.look_ahead(path, &self.text(path).ok()?, place, look)
    }

    /// What an early look saw in a file that was parsed ahead, if this one was and says this text.
    pub(crate) fn seen_early<T: 'static>(&self, path: &str, text: &Arc<str>, who: &str) -> Option<T> {
        self.has::<Ahead>()?.seen(&self.file(path)?, text, who)
    }
}
