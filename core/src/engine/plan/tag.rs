//! In which one way a tag's value comes about, and which tags it reads.

use crate::catalog::model::{ChurnBy, Layer, SilenceDef, TagDef};
use crate::engine::plan::aggregate::aggregates;
use crate::engine::plan::names::tag_of;
use crate::expr;

/// The ways in which a tag's value can come about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    Record,
    YearsSince,
    Events,
    Bucket,
    Classify,
    Scorecard,
    Rfm,
    Tier,
    Lifetime,
    Churn,
    Retention,
    ChurnKind,
    Lifecycle,
    Membership,
    ValueTier,
    Loyalty,
    Kano,
    CategoryGap,
    Persona,
    Table,
    Score,
    Rule,
    Value,
}

impl Way {
    /// The field of the definition that says it.
    pub(super) fn field(self) -> &'static str {
        match self {
            Self::Record => "record",
            Self::YearsSince => "years_since",
            Self::Events => "events",
            Self::Bucket => "bucket",
            Self::Classify => "classify",
            Self::Scorecard => "scorecard",
            Self::Rfm => "rfm",
            Self::Tier => "tier",
            Self::Lifetime => "lifetime",
            Self::Churn => "churn",
            Self::Retention => "retention",
            Self::ChurnKind => "churn_kind",
            Self::Lifecycle => "lifecycle",
            Self::Membership => "membership",
            Self::ValueTier => "value_tier",
            Self::Loyalty => "loyalty",
            Self::Kano => "kano",
            Self::CategoryGap => "category_gap",
            Self::Persona => "persona",
            Self::Table => "table",
            Self::Score => "score",
            Self::Rule => "rule",
            Self::Value => "value",
        }
    }

    /// The layer that it belongs to; `None` for any.
    pub(super) fn layer(self) -> Option<Layer> {
        match self {
            Self::Record | Self::YearsSince | Self::Events | Self::Bucket => Some(Layer::Fact),
            Self::Classify | Self::Scorecard => Some(Layer::Predicted),
            Self::Rfm
            | Self::Tier
            | Self::Lifetime
            | Self::Churn
            | Self::Retention
            | Self::ChurnKind
            | Self::Lifecycle
            | Self::Membership
            | Self::ValueTier
            | Self::Loyalty
            | Self::Kano
            | Self::CategoryGap
            | Self::Persona => Some(Layer::Model),
            Self::Table | Self::Score | Self::Rule => Some(Layer::Business),
            Self::Value => None,
        }
    }
}

/// The ways that a definition names; a sound one names exactly one.
pub(super) fn ways(def: &TagDef) -> Vec<Way> {
    let given = [
        (Way::Record, def.record.is_some()),
        (Way::YearsSince, def.years_since.is_some()),
        (Way::Events, def.events.is_some()),
        (Way::Bucket, def.bucket.is_some()),
        (Way::Classify, def.classify.is_some()),
        (Way::Scorecard, def.scorecard.is_some()),
        (Way::Rfm, def.rfm.is_some()),
        (Way::Tier, def.tier.is_some()),
        (Way::Lifetime, def.lifetime.is_some()),
        (Way::Churn, def.churn.is_some()),
        (Way::Retention, def.retention.is_some()),
        (Way::ChurnKind, def.churn_kind.is_some()),
        (Way::Lifecycle, def.lifecycle.is_some()),
        (Way::Membership, def.membership.is_some()),
        (Way::ValueTier, def.value_tier.is_some()),
        (Way::Loyalty, def.loyalty.is_some()),
        (Way::Kano, def.kano.is_some()),
        (Way::CategoryGap, def.category_gap.is_some()),
        (Way::Persona, def.persona.is_some()),
        (Way::Table, def.table.is_some()),
        (Way::Score, def.score.is_some()),
        (Way::Rule, def.rule.is_some()),
        (Way::Value, def.value.is_some()),
    ];
    given.into_iter().filter(|(_, given)| *given).map(|(way, _)| way).collect()
}

/// Fields of the definition that mean nothing in this way.
pub(super) fn misplaced(def: &TagDef, way: Way) -> Vec<&'static str> {
    let mut found = Vec::new();
    if way != Way::Events {
        found.extend(aggregates(def));
    }
    if !matches!(way, Way::Events | Way::Record | Way::YearsSince) {
        let given = [
            ("window", def.window.is_some()),
            ("offset", def.offset.is_some()),
            ("where", def.filter.is_some()),
        ];
        found.extend(given.into_iter().filter(|(_, given)| *given).map(|(name, _)| name));
    }
    if way != Way::Record && def.pick.is_some() {
        found.push("pick");
    }
    if def.share_of.is_none() || way != Way::Events {
        let given = [("by", def.by.is_some()), ("keys", !def.keys.is_empty()), ("top", def.top.is_some())];
        found.extend(given.into_iter().filter(|(_, given)| *given).map(|(name, _)| name));
    }
    if !matches!(way, Way::Rule | Way::Value | Way::Table | Way::Score) {
        let given = [
            ("valid_from", def.valid_from.is_some()),
            ("valid_to", def.valid_to.is_some()),
            ("examples", !def.examples.is_empty()),
        ];
        found.extend(given.into_iter().filter(|(_, given)| *given).map(|(name, _)| name));
    }
    if way != Way::Rule && def.group.is_some() {
        found.push("group");
    }
    if def.group.is_none() && def.priority.is_some() {
        found.push("priority");
    }
    found
}

/// The tags that a definition reads, by name, each with the field of the definition that names it. Texts that do not
/// parse read nothing here: their errors are reported when they are compiled.
pub(super) fn reads(def: &TagDef) -> Vec<(String, &'static str)> {
    let mut reads = Vec::new();
    let mut of_text = |text: &str, field| {
        if let Ok(ast) = expr::parse(text) {
            reads.extend(ast.names().into_iter().map(|(name, _)| (tag_of(name).to_owned(), field)));
        }
    };
    if let Some(text) = &def.rule {
        of_text(text, "rule");
    }
    if let Some(text) = &def.value {
        of_text(text, "value");
    }
    if let Some(kind) = &def.churn_kind {
        kind.conditions()
            .into_iter()
            .filter_map(|(_, text)| text)
            .for_each(|text| of_text(text, "churn_kind"));
    }
    if let Some(table) = &def.table {
        table.inputs.iter().for_each(|input| of_text(input, "table"));
    }
    if let Some(score) = &def.score {
        score.items.iter().for_each(|item| of_text(&item.when, "score"));
    }
    if let Some(classify) = &def.classify {
        if let Some(text) = &classify.population {
            of_text(text, "population");
        }
        reads.extend(classify.features.iter().map(|name| (tag_of(name).to_owned(), "features")));
    }
    if let Some(scorecard) = &def.scorecard {
        if let Some(Ok(ast)) = scorecard.population.as_deref().map(expr::parse) {
            reads.extend(ast.names().into_iter().map(|(name, _)| (tag_of(name).to_owned(), "population")));
        }
        reads.extend(scorecard.features.iter().map(|name| (tag_of(name).to_owned(), "features")));
    }
    if let Some(bucket) = &def.bucket {
        reads.push((tag_of(&bucket.of).to_owned(), "of"));
    }
    if let Some(tier) = &def.tier {
        reads.push((tag_of(&tier.by).to_owned(), "by"));
    }
    if let Some(tier) = &def.value_tier {
        reads.push((tag_of(&tier.by).to_owned(), "value_tier"));
    }
    if let Some(ChurnBy::Silence(SilenceDef { peers: Some(peers), .. })) =
        def.churn.as_ref().map(|churn| &churn.by)
    {
        reads.push((tag_of(peers).to_owned(), "churn"));
    }
    if let Some(loyalty) = &def.loyalty {
        for part in loyalty.behaviour.iter().chain(&loyalty.attitude) {
            reads.extend(
                [Some(&part.of), part.age.as_ref()]
                    .into_iter()
                    .flatten()
                    .map(|name| (tag_of(name).to_owned(), "loyalty")),
            );
        }
    }
    if let Some(audience) = def.kano.as_ref().and_then(|kano| kano.audience.as_ref()) {
        reads.push((tag_of(audience).to_owned(), "kano"));
    }
    if let Some(peers) = def.category_gap.as_ref().and_then(|gap| gap.peers.as_ref()) {
        reads.push((tag_of(peers).to_owned(), "category_gap"));
    }
    if let Some(persona) = &def.persona {
        if let Some(Ok(ast)) = persona.population.as_deref().map(expr::parse) {
            reads.extend(ast.names().into_iter().map(|(name, _)| (tag_of(name).to_owned(), "population")));
        }
        reads.extend(persona.tags.iter().map(|name| (tag_of(name).to_owned(), "tags")));
    }
    reads
}
