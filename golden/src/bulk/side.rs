//! One side of a corpus of which a file is a manifest.

use source::{ReadError, Tree};

use super::lists::Lists;
use super::manifest::{Manifest, SCHEMA, is_manifest};
use super::reader::Reader;
use super::requests::{Asked, REQUESTS_SCHEMA, RequestsManifest};
use super::store::Store;
use crate::policy::Corpus;
use crate::side::{Unread, read_recording, read_requests, standing};
use crate::{Recording, Requests};

/// Requests in either form.
#[derive(Debug, PartialEq)]
pub(crate) enum Asks {
    Text(Requests),
    Bulk(RequestsManifest),
}

/// Rankings in either form.
#[derive(Debug, PartialEq)]
pub(crate) enum Recorded {
    Text(Recording),
    Bulk(Box<Manifest>),
}

/// A corpus on one side, with nothing read from the store.
#[derive(Debug)]
pub(crate) struct BulkSide {
    pub(crate) requests: Asks,
    pub(crate) rankings: Recorded,
}

/// Whether either file at these paths is a manifest.
pub(crate) fn is_bulk(tree: &Tree, requests: &str, rankings: &str) -> bool {
    let is = |path: &str, schema: &str| tree.text(path).is_ok_and(|text| is_manifest(&text, schema));
    is(requests, REQUESTS_SCHEMA) || is(&standing(tree, rankings), SCHEMA)
}

impl BulkSide {
    /// Reads what stands in git. `None` where neither file is there.
    pub(crate) fn read(
        tree: &Tree,
        corpus: &Corpus,
        requests: &str,
        rankings: &str,
    ) -> Option<Result<BulkSide, Unread>> {
        let rankings = &standing(tree, rankings);
        if !tree.contains(requests) && !tree.contains(rankings) {
            return None;
        }
        Some(read_asks(tree, requests).and_then(|asks| {
            Ok(BulkSide { requests: asks, rankings: read_recorded(tree, corpus, rankings)? })
        }))
    }

    /// How many requests there are.
    pub(crate) fn count(&self) -> u64 {
        match &self.requests {
            Asks::Text(requests) => requests.cases.len() as u64,
            Asks::Bulk(manifest) => manifest.requests,
        }
    }
}

pub(crate) fn read_asks(tree: &Tree, path: &str) -> Result<Asks, Unread> {
    match manifest(tree, path, REQUESTS_SCHEMA)? {
        Some(text) => {
            RequestsManifest::parse(&text).map(Asks::Bulk).map_err(|reason| Unread::whole(path, reason))
        }
        None => read_requests(tree, path).map(Asks::Text),
    }
}

pub(crate) fn read_recorded(tree: &Tree, corpus: &Corpus, path: &str) -> Result<Recorded, Unread> {
    let Some(text) = manifest(tree, path, SCHEMA)? else {
        return read_recording(tree, corpus, path).map(Recorded::Text);
    };
    let manifest = Manifest::parse(&text).map_err(|reason| Unread::whole(path, reason))?;
    let (is, should) =
        ((&manifest.corpus, &manifest.service, &manifest.rpc), (&corpus.name, &corpus.service, &corpus.rpc));
    if is != should {
        let reason = format!(
            "it belongs to another corpus, `{}` with `{}` of `{}`, and not to `{}` with `{}` of `{}`",
            is.0, is.2, is.1, should.0, should.2, should.1
        );
        return Err(Unread::whole(path, reason));
    }
    Ok(Recorded::Bulk(Box::new(manifest)))
}

/// The text at a path where it is meant as a manifest.
fn manifest(tree: &Tree, path: &str, schema: &str) -> Result<Option<std::sync::Arc<str>>, Unread> {
    match tree.text(path) {
        Ok(text) => Ok(Some(text).filter(|text| is_manifest(text, schema))),
        Err(ReadError::Missing(_)) => Err(Unread::whole(path, "there is no such file".to_owned())),
        Err(error) => Err(Unread::whole(path, error.to_string())),
    }
}

impl Asks {
    /// What a recording says that it was made for.
    pub(crate) fn digest(&self) -> String {
        match self {
            Asks::Text(requests) => requests.digest(),
            Asks::Bulk(manifest) => manifest.file.clone(),
        }
    }

    pub(crate) fn open(&self, store: &Store) -> Result<Asked<'_>, String> {
        match self {
            Asks::Text(requests) => Ok(Asked::of_text(requests)),
            Asks::Bulk(manifest) => Asked::of_bulk(store, manifest.clone()),
        }
    }
}

impl Recorded {
    /// The requests that were answered.
    pub(crate) fn made_for(&self) -> &str {
        match self {
            Recorded::Text(recording) => &recording.requests,
            Recorded::Bulk(manifest) => &manifest.requests,
        }
    }

    /// The time at which they were asked and the seed, where there were such.
    pub(crate) fn made_under(&self) -> (Option<&str>, Option<u64>) {
        match self {
            Recorded::Text(recording) => (recording.clock.as_deref(), recording.seed),
            Recorded::Bulk(manifest) => (manifest.clock.as_deref(), manifest.seed),
        }
    }

    pub(crate) fn count(&self) -> u64 {
        match self {
            Recorded::Text(recording) => recording.entries.len() as u64,
            Recorded::Bulk(manifest) => manifest.lists,
        }
    }

    /// What names exactly these rankings.
    pub(crate) fn digest(&self) -> String {
        match self {
            Recorded::Text(recording) => super::Canonical::of(recording),
            Recorded::Bulk(manifest) => manifest.file.clone(),
        }
    }

    /// How many rankings each segment has.
    pub(crate) fn segments(&self) -> std::collections::BTreeMap<String, u64> {
        match self {
            Recorded::Bulk(manifest) => manifest.segments.clone(),
            Recorded::Text(recording) => {
                let mut segments = std::collections::BTreeMap::new();
                for entry in &recording.entries {
                    *segments.entry(entry.segment.clone()).or_default() += 1;
                }
                segments
            }
        }
    }

    pub(crate) fn open(&self, store: &Store) -> Result<Lists<'_>, String> {
        match self {
            Recorded::Text(recording) => Ok(Lists::of_text(recording)),
            Recorded::Bulk(manifest) => Reader::open(store, Manifest::clone(manifest)).map(Lists::of_bulk),
        }
    }
}
