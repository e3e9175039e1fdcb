//! Tags that a model gives, checked: probabilities, RFM, tiers.

use crate::catalog::did_you_mean;
use crate::catalog::model::{
    ClassifyDef, LabelDef, Layer, NamedSegments, RfmDef, ScorerDef, SegmentsDef, SourceKind, TierDef, Ties,
};
use crate::engine::plan::context::{Context, Reported};
use crate::engine::plan::known::Known;
use crate::engine::plan::{ClassifyPlan, FactPlan, Positive, RfmPlan, TierPlan};
use crate::fact::{FieldType, Op};
use crate::marketing::{rfm, tier};
use crate::predict;
use crate::value::DataType;

/// The fields of a probability.
pub(super) fn classify_fields() -> Vec<FieldType> {
    vec![
        FieldType::new(None, DataType::Float, true),
        FieldType::new(Some("decile"), DataType::Int, true),
        FieldType::new(Some("label"), DataType::Bool, true),
        FieldType::new(Some("reasons"), DataType::StringSet, true),
    ]
}

/// `classify: {…}`.
pub(super) fn classify(
    context: &mut Context<'_, '_>,
    def: &ClassifyDef,
    known: &mut Known,
    seed: u64,
) -> Option<ClassifyPlan> {
    let params = predict::Params {
        learner: def.learner,
        calibrate: def.calibrate,
        seed,
        accept: def.accept.clone(),
        ..predict::Params::default()
    };
    let outcome = Outcome {
        way: "classify",
        label: &def.label,
        features: &def.features,
        population: def.population.as_deref(),
        cutoffs: def.cutoffs,
    };
    outcome.checked(context, known, params)
}

/// What is learnt from earlier cutoffs, as a definition says it.
pub(super) struct Outcome<'d> {
    /// The field of the definition that says it.
    pub(super) way: &'static str,
    pub(super) label: &'d LabelDef,
    pub(super) features: &'d [String],
    pub(super) population: Option<&'d str>,
    pub(super) cutoffs: u32,
}

impl Outcome<'_> {
    pub(super) fn checked(
        &self,
        context: &mut Context<'_, '_>,
        known: &mut Known,
        params: predict::Params,
    ) -> Option<ClassifyPlan> {
        let way = self.way;
        let label = self.label(context);
        let positive = match (self.label.is, self.label.at_least) {
            (Some(n), None) => Some(Positive::Is(n)),
            (None, Some(n)) => Some(Positive::AtLeast(n)),
            _ => {
                let message = "the label wants exactly one of `is` and `at_least`";
                context.problem(&[way, "label"], "catalog.contradiction", message, None);
                None
            }
        };
        if !(1..=24).contains(&self.cutoffs) {
            let message = format!("`cutoffs` is {}; wanted 1 to 24", self.cutoffs);
            context.problem(&[way, "cutoffs"], "catalog.out_of_range", message, None);
        }
        if self.features.is_empty() {
            context.problem(
                &[way, "features"],
                "catalog.missing_field",
                "no features; wanted at least one tag",
                None,
            );
        }
        let (mut features, mut feature_specs) = (Vec::new(), Vec::new());
        for (i, name) in self.features.iter().enumerate() {
            if let Some((column, data_type)) = self.feature(context, name, known) {
                if features.contains(&column) {
                    let message = format!("feature `{name}` stands twice");
                    let at = [way, "features", &i.to_string()];
                    context.problem(&at, "catalog.duplicate_key", message, None);
                }
                features.push(column);
                feature_specs.push(predict::FeatureSpec { name: name.clone(), data_type });
            }
        }
        let population = self.population(context, known);
        Some(ClassifyPlan {
            label: label?,
            positive: positive?,
            features,
            feature_specs,
            population: population.ok()?,
            cutoffs: self.cutoffs,
            params,
        })
    }

    fn label(&self, context: &mut Context<'_, '_>) -> Option<FactPlan> {
        let source =
            context.source(&[self.way, "label", "events"], &self.label.events, SourceKind::Events)?;
        let filter =
            context.filter(&[self.way, "label", "where"], source, self.label.filter.as_deref()).ok()?;
        let window = context.length(&[self.way, "label", "horizon"], self.label.horizon).ok()?;
        Some(FactPlan { window, filter, ..FactPlan::new(source, Op::Count) })
    }

    /// A feature: a fact tag that was known at the cutoff.
    fn feature(&self, context: &mut Context<'_, '_>, name: &str, known: &Known) -> Option<(usize, DataType)> {
        let at = [self.way, "features"];
        let Some(column) = known.column(name) else {
            let help = did_you_mean(name, known.names());
            context.problem(&at, "catalog.unknown_tag", format!("unknown feature `{name}`"), help);
            return None;
        };
        if known.layer(column) != Layer::Fact {
            let message = format!(
                "feature `{name}` is on layer {}; wanted tags of layer fact, which can be taken at earlier cutoffs",
                known.layer(column).name()
            );
            context.problem(&at, "catalog.layer", message, None);
            return None;
        }
        if let Some(path) = known.leak(column) {
            let message = format!(
                "feature `{name}` may know what happened after the cutoff: {path} comes without time; \
             give the source a `time`, or say `timeless: true` where its values never change"
            );
            context.problem(&at, "predict.leak", message, None);
            return None;
        }
        let data_type = known.data_type(column);
        let usable = matches!(data_type, DataType::Bool | DataType::String) || data_type.is_numeric();
        if !usable {
            let message = format!(
                "feature `{name}` is {data_type}; wanted numbers, true/false or text (for a time, its days_since)"
            );
            context.problem(&at, "catalog.wrong_type", message, None);
            return None;
        }
        Some((column, data_type))
    }

    /// The condition on who is learnt from and predicted; it reads facts only.
    fn population(
        &self,
        context: &mut Context<'_, '_>,
        known: &mut Known,
    ) -> Result<Option<crate::expr::RootId>, Reported> {
        let Some(text) = self.population else { return Ok(None) };
        let at = [self.way, "population"];
        let root = known.compile(context, &at, text, true).ok_or(Reported)?;
        for &column in known.rules.columns(root) {
            let (name, layer) = (known.name(column), known.layer(column));
            if layer != Layer::Fact {
                let message =
                    format!("`population` reads `{name}` of layer {}; wanted layer fact", layer.name());
                context.problem(&at, "catalog.layer", message, None);
                return Err(Reported);
            }
            if let Some(path) = known.leak(column) {
                let message = format!(
                    "`population` reads `{name}`, which may know what happened after the cutoff: {path} comes without time"
                );
                context.problem(&at, "predict.leak", message, None);
                return Err(Reported);
            }
        }
        Ok(Some(root))
    }
}

/// `rfm: {…}`.
pub(super) fn rfm(context: &mut Context<'_, '_>, def: &RfmDef) -> Option<(RfmPlan, Vec<FieldType>)> {
    let source = context.source(&["rfm", "events"], &def.events, SourceKind::Events)?;
    let amount = context.column(&["rfm", "amount"], source, &def.amount);
    let order = match &def.order {
        Some(order) => Some(context.column(&["rfm", "order"], source, order)?),
        None => None,
    };
    let filter = context.filter(&["rfm", "where"], source, def.filter.as_deref());
    let params = rfm_params(context, def);
    let (window, offset) = context.window(source, def.window, None).ok()?;
    let op = Op::Orders { amount: amount?, order, returns: def.returns };
    let orders = FactPlan { window, offset, filter: filter.ok()?, ..FactPlan::new(source, op) };
    let measures = context.fields(&["rfm", "amount"], &orders)?;
    let mut fields = vec![FieldType::new(None, DataType::String, true)];
    fields.extend(measures);
    fields.extend(["r", "f", "m"].map(|name| FieldType::new(Some(name), DataType::Int, true)));
    fields.push(FieldType::new(Some("code"), DataType::String, true));
    Some((RfmPlan { orders, params: params?, language: def.language }, fields))
}

fn rfm_params(context: &mut Context<'_, '_>, def: &RfmDef) -> Option<rfm::Params> {
    let scorer = match &def.score {
        ScorerDef::Quantile(classes) => rfm::Scorer::Quantile { classes: *classes, ties: Ties::MidRank },
        ScorerDef::QuantileTies { classes, ties } => rfm::Scorer::Quantile { classes: *classes, ties: *ties },
        ScorerDef::Kmeans(classes) => rfm::Scorer::KMeans { classes: *classes },
        ScorerDef::Fixed { recency_days, frequency, monetary } => rfm::Scorer::Fixed {
            recency: recency_days.clone(),
            frequency: frequency.clone(),
            monetary: monetary.clone(),
        },
        ScorerDef::MeanSplit {} => rfm::Scorer::MeanSplit,
        ScorerDef::MedianSplit {} => rfm::Scorer::MedianSplit,
    };
    let segments = match &def.segments {
        SegmentsDef::Named(NamedSegments::Eight) => rfm::SegmentMap::Eight,
        SegmentsDef::Named(NamedSegments::ThreeTiers) => rfm::SegmentMap::ThreeTiers,
        SegmentsDef::Named(NamedSegments::Eleven) => rfm::SegmentMap::Eleven,
        SegmentsDef::Own(own) => {
            let mut segments = Vec::new();
            for (name, codes) in own {
                let mut patterns = Vec::new();
                for code in codes {
                    match code.parse() {
                        Ok(pattern) => patterns.push(pattern),
                        Err(error) => {
                            let error: rfm::ParsePatternError = error;
                            context.problem(&["rfm", "segments", name], error.code(), &error, None);
                            return None;
                        }
                    }
                }
                segments.push(rfm::CustomSegment { name: name.clone(), zh: None, codes: patterns });
            }
            rfm::SegmentMap::Custom(rfm::CustomMap { segments, otherwise: None })
        }
    };
    let params = rfm::Params::default().with_scorer(scorer).with_segments(Some(segments));
    match params.check() {
        Ok(()) => Some(params),
        Err(error) => {
            context.problem(&["rfm"], error.code(), &error, None);
            None
        }
    }
}

/// `tier: {…}`.
pub(super) fn tier(
    context: &mut Context<'_, '_>,
    def: &TierDef,
    known: &Known,
) -> Option<(TierPlan, Vec<FieldType>)> {
    let by = known.column(&def.by);
    match by {
        None => {
            let help = did_you_mean(&def.by, known.names());
            context.problem(
                &["tier", "by"],
                "catalog.unknown_tag",
                format!("unknown tag `{}`", def.by),
                help,
            );
        }
        Some(column) if !known.data_type(column).is_numeric() => {
            let message = format!("`{}` is {}; wanted a number", def.by, known.data_type(column));
            context.problem(&["tier", "by"], "catalog.wrong_type", message, None);
            return None;
        }
        Some(_) => {}
    }
    let levels = def.levels.iter().map(|(name, at_least)| tier::Level::new(name, *at_least));
    match tier::Params::new(levels).check() {
        Err(error) => {
            context.problem(&["tier", "levels"], error.code(), &error, None);
            None
        }
        Ok(tiers) => {
            let fields = vec![
                FieldType::new(None, DataType::String, true),
                FieldType::new(Some("next"), DataType::String, true),
                FieldType::new(Some("gap"), DataType::Float, true),
            ];
            Some((TierPlan { by: by?, tiers }, fields))
        }
    }
}
