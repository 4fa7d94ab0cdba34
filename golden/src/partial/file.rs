//! A partial report as a file: JSON, written as a whole, and read only as it was written.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Shard, Tally};

/// The version of the format that this reads and writes.
pub const SCHEMA: &str = "gatefold.golden-partial/1";

/// The largest file that is read, in bytes.
pub const MAX_BYTES: u64 = 64 * 1024 * 1024;

/// What one shard shows.
#[derive(Clone, Debug, PartialEq)]
pub struct Partial {
    /// The version of Gatefold that replayed.
    pub tool: String,
    /// The commit that was built, with `-dirty` where the working tree differed; `none` outside a repository.
    pub head: String,
    /// Digest of the policy that judged.
    pub policy: String,
    /// Whether what changed blocks, or is only told of: the policy may observe.
    pub observe: bool,
    /// Which shard it is.
    pub shard: Shard,
    /// By the name of the corpus.
    pub corpora: BTreeMap<String, Slice>,
}

/// The part of a corpus that a shard holds.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Slice {
    /// The service that was asked.
    pub service: String,
    /// The RPC that was asked.
    pub rpc: String,
    /// Digest of the requests of the whole corpus.
    pub requests: String,
    /// Digest of the rankings approved for the whole corpus, the same in whatever form they are kept.
    pub rankings: String,
    /// How many requests the whole corpus has.
    pub of: u64,
    /// How many of them this shard asked.
    pub asked: u64,
    /// What became of those.
    pub tally: Tally,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    schema: String,
    tool: String,
    head: String,
    policy: String,
    observe: bool,
    shard: u32,
    shards: u32,
    corpora: BTreeMap<String, Slice>,
    /// Of everything above. It shows damage, not malice: who can write the file can write this, too.
    digest: String,
}

#[derive(Deserialize)]
struct Version {
    schema: String,
}

impl Partial {
    /// Reads a file. The reason where it is not one that [`to_text`](Partial::to_text) wrote: cut off, damaged, edited
    /// by hand, of a newer format.
    pub fn parse(text: &str) -> Result<Partial, String> {
        let broken = |error: serde_json::Error| format!("it does not parse: {error}");
        let version: Version = serde_json::from_str(text).map_err(broken)?;
        if version.schema != SCHEMA {
            let schema: String =
                version.schema.chars().filter(|letter| !letter.is_control()).take(80).collect();
            return Err(format!("it has the format `{schema}`, this Gatefold reads `{SCHEMA}`"));
        }
        let file: File = serde_json::from_str(text).map_err(broken)?;
        let shard = Shard::new(file.shard, file.shards).ok_or("there is no such shard as it names")?;
        let (tool, head, policy, observe) = (file.tool, file.head, file.policy, file.observe);
        let partial = Partial { tool, head, policy, observe, shard, corpora: file.corpora };
        if partial.digest() != file.digest {
            return Err("its digest does not fit: it was damaged, or edited by hand".to_owned());
        }
        if partial.to_text() != text {
            return Err("it is not as `golden replay` writes it".to_owned());
        }
        for (name, slice) in &partial.corpora {
            if slice.tally.total().requests() != slice.asked || slice.asked > slice.of {
                return Err(format!("its counts of `{name}` contradict each other"));
            }
        }
        Ok(partial)
    }

    /// The file's text. The same partial gives the same bytes.
    pub fn to_text(&self) -> String {
        let mut text = serde_json::to_string_pretty(&self.file(self.digest()))
            .expect("strings and numbers can be written");
        text.push('\n');
        text
    }

    fn digest(&self) -> String {
        let text =
            serde_json::to_string(&self.file(String::new())).expect("strings and numbers can be written");
        findings::digest(text.as_bytes())
    }

    fn file(&self, digest: String) -> File {
        File {
            schema: SCHEMA.to_owned(),
            tool: self.tool.clone(),
            head: self.head.clone(),
            policy: self.policy.clone(),
            observe: self.observe,
            shard: self.shard.index(),
            shards: self.shard.of(),
            corpora: self.corpora.clone(),
            digest,
        }
    }
}
