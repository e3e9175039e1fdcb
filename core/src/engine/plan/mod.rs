//! A catalogue that has been checked: types, layers, dependencies, windows; in the order of computation.

mod aggregate;
mod category_gap;
mod check;
mod churn;
mod combine;
mod context;
mod inputs;
mod kano;
mod known;
mod learned;
mod lifetime;
mod loyalty;
mod membership;
pub(crate) mod names;
mod order;
mod persona;
mod problems;
mod record;
mod retention;
mod rules;
mod scorecard;
mod source;
mod tag;
mod value_tier;

use serde::Serialize;

use crate::catalog::model::{CatalogFile, Layer, TagDef};
use crate::catalog::{DefinitionHash, Problem};
use crate::engine::model::TagModel;
use crate::expr;
use crate::fact::{FieldType, Op};
use crate::marketing::{Language, rfm, tier};
use crate::predict;
use crate::rule::{CompiledTable, DecisionTable, ScoreCard};
use crate::time::{Timestamp, Window, Zone};
use crate::value::DataType;

pub(crate) use check::plan;
pub(crate) use churn::{ChurnKindPlan, ChurnPlan, LifecyclePlan};
pub(crate) use lifetime::{LifetimePlan, OrdersPlan};
pub(crate) use persona::PersonaPlan;
pub(crate) use scorecard::ScorecardPlan;
pub(crate) use source::SourcePlan;

/// A checked catalogue.
#[derive(Debug)]
pub struct Plan {
    pub(crate) file: CatalogFile,
    pub(crate) hash: DefinitionHash,
    pub(crate) zone: Zone,
    pub(crate) sources: Vec<SourcePlan>,
    /// In the order of computation: each after the tags that it reads.
    pub(crate) tags: Vec<TagPlan>,
    /// Positions in `tags` in the order of the catalogue.
    pub(crate) catalogue_order: Vec<usize>,
    /// Rules and expressions over the columns of the tags.
    pub(crate) rules: expr::Program,
    /// The columns of all tags, in the order of `tags`.
    pub(crate) columns: Vec<TagColumn>,
    pub(crate) warnings: Vec<Problem>,
}

/// A tag, checked.
#[derive(Debug)]
pub(crate) struct TagPlan {
    pub(crate) name: String,
    pub(crate) def: TagDef,
    pub(crate) hash: DefinitionHash,
    pub(crate) kind: Kind,
    pub(crate) fields: Vec<FieldType>,
    /// Where its columns start among the columns of all tags.
    pub(crate) first_column: usize,
    /// The tags that it reads, as positions.
    pub(crate) inputs: Vec<usize>,
}

/// How a tag's value comes about.
#[derive(Debug)]
pub(crate) enum Kind {
    Fact(FactPlan),
    /// The first of several attributes that there is.
    FirstOf(Vec<FactPlan>),
    /// The first number divided by the second.
    Ratio(Box<[FactPlan; 2]>),
    /// A number against that of the window before.
    Trend(FactPlan),
    Bucket(BucketPlan),
    Classify(Box<ClassifyPlan>),
    Rfm(Box<RfmPlan>),
    Tier(TierPlan),
    Lifetime(Box<LifetimePlan>),
    Churn(Box<ChurnPlan>),
    WhyChurned(ChurnKindPlan),
    Lifecycle(Box<LifecyclePlan>),
    /// A model with a file of its own.
    Model(Box<dyn TagModel>),
    Persona(Box<PersonaPlan>),
    Scorecard(Box<ScorecardPlan>),
    Expression(expr::RootId),
    Exclusive(ExclusivePlan),
    Table(Box<TablePlan>),
    Score(Box<ScorePlan>),
}

/// A condition that excludes others of its group.
#[derive(Debug)]
pub(crate) struct ExclusivePlan {
    pub(crate) root: expr::RootId,
    /// Where the conditions of the group that come first stand among the columns of all tags, the first first.
    pub(crate) after: Vec<usize>,
}

/// A decision table over the columns of other tags.
#[derive(Debug)]
pub(crate) struct TablePlan {
    pub(crate) table: DecisionTable,
    pub(crate) compiled: CompiledTable,
}

/// A score card over the columns of other tags.
#[derive(Debug)]
pub(crate) struct ScorePlan {
    pub(crate) card: ScoreCard,
    /// The conditions, in the order of the card.
    pub(crate) conditions: Vec<expr::RootId>,
}

/// An aggregate over a source.
#[derive(Debug, Clone)]
pub(crate) struct FactPlan {
    pub(crate) source: usize,
    pub(crate) op: Op,
    pub(crate) window: Window,
    /// It is computed as if `as_of` were so long ago.
    pub(crate) offset: Option<Window>,
    /// A root of the source's filters.
    pub(crate) filter: Option<expr::RootId>,
    /// Which of the rows that pass the filter count, a root of the source's filters: the last events are the last that
    /// pass the filter.
    pub(crate) narrowed: Option<expr::RootId>,
    /// The steps of a sequence, roots of the source's filters.
    pub(crate) steps: Vec<expr::RootId>,
}

impl FactPlan {
    /// An aggregate over all rows.
    pub(crate) fn new(source: usize, op: Op) -> Self {
        Self {
            source,
            op,
            window: Window::All,
            offset: None,
            filter: None,
            narrowed: None,
            steps: Vec::new(),
        }
    }

    /// The instant that the aggregate looks back from.
    pub(crate) fn instant(&self, as_of: Timestamp, zone: &Zone) -> Timestamp {
        self.offset.map_or(as_of, |offset| offset.ending_at(as_of, zone).from)
    }
}

/// Classes of a number.
#[derive(Debug)]
pub(crate) struct BucketPlan {
    /// Position among the columns of all tags.
    pub(crate) of: usize,
    /// Ascending; a number at an edge is in the class above it.
    pub(crate) at: Vec<f64>,
    /// One more than edges.
    pub(crate) names: Vec<String>,
}

impl BucketPlan {
    /// The class of a number.
    pub(crate) fn class(&self, number: f64) -> usize {
        self.at.partition_point(|edge| *edge <= number)
    }
}

/// A probability, learnt at earlier cutoffs.
#[derive(Debug)]
pub(crate) struct ClassifyPlan {
    pub(crate) label: FactPlan,
    pub(crate) positive: Positive,
    /// Positions among the columns of all tags.
    pub(crate) features: Vec<usize>,
    pub(crate) feature_specs: Vec<predict::FeatureSpec>,
    pub(crate) population: Option<expr::RootId>,
    pub(crate) cutoffs: u32,
    pub(crate) params: predict::Params,
}

/// When a label counts as positive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Positive {
    Is(i64),
    AtLeast(i64),
}

impl Positive {
    pub(crate) fn holds(self, count: i64) -> bool {
        match self {
            Self::Is(n) => count == n,
            Self::AtLeast(n) => count >= n,
        }
    }
}

#[derive(Debug)]
pub(crate) struct RfmPlan {
    pub(crate) orders: FactPlan,
    pub(crate) params: rfm::Params,
    pub(crate) language: Language,
}

#[derive(Debug)]
pub(crate) struct TierPlan {
    /// Position among the columns of all tags.
    pub(crate) by: usize,
    pub(crate) tiers: tier::Tiers,
}

/// A column of the result.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TagColumn {
    /// Its name: the tag's, or `tag.field`.
    pub name: String,
    /// The tag.
    pub tag: String,
    /// The field; `None` for the value of the tag itself.
    pub field: Option<String>,
    /// The layer of the tag.
    pub layer: Layer,
    /// The type.
    pub data_type: DataType,
    /// The tag's title.
    pub title: Option<String>,
    /// The tag's unit.
    pub unit: Option<String>,
    /// Whether the tag is personal data.
    pub personal: bool,
}

impl Plan {
    /// What the checks found that is no error.
    pub fn warnings(&self) -> &[Problem] {
        &self.warnings
    }

    /// Positions among the columns of all tags, in the order of the catalogue.
    pub(crate) fn output_columns(&self) -> impl Iterator<Item = usize> + '_ {
        self.catalogue_order.iter().flat_map(|&tag| self.tags[tag].columns())
    }

    /// The position of the tag of this name; a field's name (`tag.field`) finds its tag.
    pub(crate) fn tag_index(&self, name: &str) -> Option<usize> {
        let tag = names::tag_of(name);
        self.tags.iter().position(|t| t.name == tag)
    }
}

impl TagPlan {
    pub(crate) fn columns(&self) -> std::ops::Range<usize> {
        self.first_column..self.first_column + self.fields.len()
    }
}
