//! What batches used to be like: a committed reference.
use std::collections::BTreeMap;

use features::{Key, Record, Schema};
use serde::{Deserialize, Serialize};

use crate::distribution::Distribution;

/// What a batch was like, by the name of the entity.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// What the records of an entity were like, by its name.
    pub entities: BTreeMap<String, EntityProfile>,
}

/// What the records of an entity were like.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EntityProfile {
    /// How many there were.
    pub records: u64,
    /// How the values of features lay, by their name.
    pub features: BTreeMap<String, Distribution>,
}

impl Profile {
    /// What records are like.
    pub fn of(records: &BTreeMap<Key, Record>, schemas: &[Schema]) -> Self {
        let entities = schemas.iter().map(|schema| {
            let of_entity: Vec<_> = records
                .iter()
                .filter(|(key, _)| key.entity == schema.entity)
                .map(|(_, record)| record)
                .collect();
            let features = schema.features.iter().map(|declared| {
                let values = of_entity.iter().filter_map(|record| record.values.get(declared.name));
                (declared.name.to_owned(), Distribution::of(declared.kind, values))
            });
            let profile = EntityProfile { records: of_entity.len() as u64, features: features.collect() };
            (schema.entity.name().to_owned(), profile)
        });
        Self { entities: entities.collect() }
    }

    /// Says which feature's distribution nobody can have measured.
    pub(crate) fn unsound(&self) -> Option<String> {
        self.entities.iter().find_map(|(entity, profile)| {
            let (feature, _) = profile.features.iter().find(|(_, distribution)| !distribution.is_sound())?;
            Some(format!("{entity}.{feature}"))
        })
    }
}
