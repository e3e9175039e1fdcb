//! What is known about a population, as plain data.

use serde::Serialize;

use crate::catalog::model::{Layer, TagDef};
use crate::engine::{Artifact, IngestReport, TagColumn};
use crate::marketing::{persona, scorecard};
use crate::predict::ModelCard;
use crate::profile::Profiles;
use crate::report::histogram::{self, Histogram};
use crate::report::{Distribution, RfmFacts, TierFacts};
use crate::time::Timestamp;
use crate::value::{Column, DataType};

/// A population: where it comes from and what its tags say.
///
/// Values of personal tags are not in it.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct Overview {
    /// Name of the catalogue.
    pub name: String,
    /// Its title.
    pub title: Option<String>,
    /// What it is for.
    pub description: Option<String>,
    /// Version of the definitions.
    pub version: Option<String>,
    /// Content hash of all definitions.
    pub hash: String,
    /// The instant of the run.
    pub as_of: Timestamp,
    /// The catalogue's time zone.
    pub zone: String,
    /// The instant up to which models were learnt, RFC 3339 in UTC.
    pub learnt_as_of: String,
    /// Currency of amounts.
    pub currency: Option<String>,
    /// How many profiles.
    pub n_profiles: u64,
    /// What became of the rows and the identifiers.
    pub ingest: IngestReport,
    /// The layers that have tags, from the bottom up.
    pub layers: Vec<LayerFacts>,
}

/// A layer.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct LayerFacts {
    /// The layer.
    pub layer: Layer,
    /// Its tags in the order of the catalogue.
    pub tags: Vec<TagFacts>,
}

/// A tag.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct TagFacts {
    /// Its name.
    pub name: String,
    /// Its definition.
    pub definition: TagDef,
    /// Its value and its fields.
    pub columns: Vec<ColumnFacts>,
    /// What its model says of the population.
    pub detail: Option<TagDetail>,
}

/// A column of a tag.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ColumnFacts {
    /// The field; `None` for the value of the tag itself.
    pub field: Option<String>,
    /// The type.
    pub data_type: DataType,
    /// How many profiles have a value.
    pub n_present: u64,
    /// How the values are spread.
    pub distribution: Distribution,
}

/// What a model says of the population.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum TagDetail {
    /// Recency, frequency, money.
    Rfm(RfmFacts),
    /// Levels.
    Tier(TierFacts),
    /// A score card that was learnt.
    Scorecard(Box<scorecard::Fitted>),
    /// Groups of similar profiles.
    Personas(Box<persona::Fitted>),
    /// A probability.
    Model {
        /// The model card.
        card: Box<ModelCard>,
        /// The probabilities in twenty bins.
        probabilities: Histogram,
    },
}

impl Profiles {
    /// What is known about the population, as plain data; [`to_html`](Self::to_html) makes a page of it.
    pub fn overview(&self) -> Overview {
        let file = self.fitted().catalog();
        let layer = |layer| LayerFacts { layer, tags: self.tag_facts(layer) };
        Overview {
            name: file.name.clone(),
            title: file.title.clone(),
            description: file.description.clone(),
            version: file.version.clone(),
            hash: self.fitted().hash().to_string(),
            as_of: self.as_of(),
            zone: self.zone().to_string(),
            learnt_as_of: self.fitted().as_of().to_owned(),
            currency: file.currency.clone(),
            n_profiles: self.len() as u64,
            ingest: self.report().clone(),
            layers: Layer::ALL.map(layer).into_iter().filter(|layer| !layer.tags.is_empty()).collect(),
        }
    }

    fn tag_facts(&self, layer: Layer) -> Vec<TagFacts> {
        let of_layer = self.fitted().catalog().tags.iter().filter(|(_, def)| def.layer == layer);
        of_layer
            .map(|(name, def)| {
                let columns = self.outputs().filter(|(what, _)| what.tag == *name);
                TagFacts {
                    name: name.clone(),
                    definition: def.clone(),
                    columns: columns.map(|(what, column)| self.column_facts(what, column)).collect(),
                    detail: if def.personal { None } else { self.detail(name, def) },
                }
            })
            .collect()
    }

    fn column_facts(&self, what: &TagColumn, column: &Column) -> ColumnFacts {
        ColumnFacts {
            field: what.field.clone(),
            data_type: what.data_type,
            n_present: (column.len() - column.null_count()) as u64,
            distribution: if what.personal {
                Distribution::Personal
            } else {
                Distribution::of(column, self.zone())
            },
        }
    }

    fn detail(&self, name: &str, def: &TagDef) -> Option<TagDetail> {
        let column = self.column(name);
        if let Some((tier, column)) = def.tier.as_ref().zip(column) {
            return Some(TagDetail::Tier(TierFacts::of(column, tier)));
        }
        match self.fitted().artifact(name)? {
            // Their distributions are those of their columns.
            Artifact::Lifetime(_)
            | Artifact::Churn(_)
            | Artifact::Lifecycle(_)
            | Artifact::Retention(_)
            | Artifact::ValueTier(_)
            | Artifact::Kano(_)
            | Artifact::CategoryGap(_) => None,
            Artifact::Persona(fitted) => Some(TagDetail::Personas(fitted.clone())),
            Artifact::Scorecard(fitted) => Some(TagDetail::Scorecard(fitted.clone())),
            Artifact::Rfm(fitted) => Some(TagDetail::Rfm(RfmFacts::of(self, name, fitted))),
            Artifact::Classifier(fitted) => {
                let values = column.map_or_else(Vec::new, |column| {
                    (0..column.len()).filter_map(|row| column.f64(row)).collect()
                });
                Some(TagDetail::Model {
                    card: Box::new(fitted.card().clone()),
                    probabilities: histogram::probabilities(&values),
                })
            }
        }
    }
}
