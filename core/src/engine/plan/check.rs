//! From a catalogue as it was read to a plan, or to all its problems.

use crate::catalog::model::{CatalogFile, TagDef};
use crate::catalog::{CatalogError, Parsed};
use crate::engine::plan::context::Context;
use crate::engine::plan::known::Known;
use crate::engine::plan::names::{column_name, tag_of};
use crate::engine::plan::order::{before_in_group, dependencies};
use crate::engine::plan::problems::Problems;
use crate::engine::plan::tag::{Way, misplaced, ways};
use crate::engine::plan::{
    ExclusivePlan, Kind, Plan, TagColumn, TagPlan, category_gap, churn, combine, kano, learned, lifetime,
    loyalty, membership, persona, record, retention, rules, scorecard, source, value_tier,
};
use crate::fact::FieldType;
use crate::rule::Subject;
use crate::time::Zone;

/// Checks a catalogue.
///
/// # Errors
/// All problems at once, each with its place.
pub(crate) fn plan(parsed: &Parsed) -> Result<Plan, CatalogError> {
    let file = &parsed.file;
    let mut problems = Problems::new(parsed);
    let mut sources: Vec<_> =
        file.sources.iter().map(|(name, def)| source::source(file, name, def, &mut problems)).collect();
    // An unknown zone is a problem of its own, found when the text was read.
    let zone = Zone::named(&file.timezone).unwrap_or_else(|_| Zone::utc());
    let mut known = Known::new();
    let mut tags: Vec<TagPlan> = Vec::new();
    let found = dependencies(&file.tags, &mut problems);
    // Without an order nothing can be typed: the circle is the problem to mend first.
    let (inputs, order) = found.map_or_else(Default::default, |found| (found.inputs, found.order));
    // Where each tag of the catalogue stands among the checked ones.
    let mut place: Vec<Option<usize>> = vec![None; file.tags.len()];
    for &index in &order {
        let Some((name, def)) = file.tags.get_index(index) else { continue };
        let reads: Vec<usize> = inputs[index].iter().filter_map(|&input| place[input]).collect();
        // Where a tag that it reads is wrong, that is the problem to mend: this one would only repeat it.
        if reads.len() < inputs[index].len() {
            continue;
        }
        let mut context =
            Context { tag: name, within: &[], zone: &zone, sources: &mut sources, problems: &mut problems };
        let Some(way) = way(&mut context, def) else { continue };
        let Some((kind, mut fields, main)) = kind(&mut context, def, way, &mut known, file) else {
            continue;
        };
        check_default(&mut context, def, &mut fields);
        let kind = match kind {
            Kind::Expression(root) if def.group.is_some() => {
                let before = before_in_group(&file.tags, index);
                let column = |other: usize| Some(tags[place[other]?].first_column);
                Kind::Exclusive(ExclusivePlan {
                    root,
                    after: before.into_iter().filter_map(column).collect(),
                })
            }
            kind => kind,
        };
        let leak = sources_of(&kind)
            .find(|&source| !sources[source].is_point_in_time())
            .map(|source| format!("source `{}`", sources[source].name))
            .or_else(|| known.leak_of(reads.iter().map(|&input: &usize| tags[input].columns())));
        let first_column = known.declare(name, def.layer, &fields, main, leak.as_deref());
        place[index] = Some(tags.len());
        tags.push(TagPlan {
            name: name.clone(),
            def: def.clone(),
            hash: def.definition_hash(),
            kind,
            fields,
            first_column,
            inputs: reads,
        });
    }
    if problems.has_errors() {
        return Err(parsed.error(problems.into_parts().0));
    }
    let columns = tags.iter().flat_map(columns_of).collect();
    Ok(Plan {
        hash: file.definition_hash(),
        file: file.clone(),
        zone,
        sources,
        catalogue_order: place.into_iter().flatten().collect(),
        tags,
        rules: known.rules,
        columns,
        warnings: problems.into_parts().1,
    })
}

fn columns_of(tag: &TagPlan) -> impl Iterator<Item = TagColumn> + '_ {
    tag.fields.iter().map(|field| TagColumn {
        name: column_name(&tag.name, field.name.as_deref()),
        tag: tag.name.clone(),
        field: field.name.clone(),
        layer: tag.def.layer,
        data_type: field.data_type,
        title: tag.def.title.clone(),
        unit: tag.def.unit.clone(),
        personal: tag.def.personal,
    })
}

/// The sources whose rows a fact is made of.
fn sources_of(kind: &Kind) -> impl Iterator<Item = usize> + '_ {
    let facts = match kind {
        Kind::Fact(fact) | Kind::Trend(fact) => std::slice::from_ref(fact),
        Kind::FirstOf(facts) => facts,
        Kind::Ratio(facts) => facts.as_slice(),
        Kind::Model(model) => model.rows().map_or(&[][..], std::slice::from_ref),
        _ => &[],
    };
    facts.iter().map(|fact| fact.source)
}

/// The one way in which the tag's value comes about.
fn way(context: &mut Context<'_, '_>, def: &TagDef) -> Option<Way> {
    let way = match ways(def)[..] {
        [way] => way,
        [] => {
            let message = "does not say how its value comes about; wanted one of record, years_since, events, bucket, classify, scorecard, rfm, tier, membership, value_tier, loyalty, kano, category_gap, lifetime, churn, retention, churn_kind, lifecycle, persona, table, score, rule, value";
            context.problem(&[], "catalog.tag_kind", message, None);
            return None;
        }
        ref several => {
            let fields: Vec<&str> = several.iter().map(|way| way.field()).collect();
            let message = format!("has {}; wanted exactly one of them", fields.join(" and "));
            context.problem(&[], "catalog.tag_kind", message, None);
            return None;
        }
    };
    if let Some(layer) = way.layer().filter(|layer| *layer != def.layer) {
        let message =
            format!("`{}` belongs to layer {}, the tag says {}", way.field(), layer.name(), def.layer.name());
        context.problem(&["layer"], "catalog.layer", message, None);
    }
    for field in misplaced(def, way) {
        let message = format!("`{field}` means nothing beside `{}`", way.field());
        context.problem(&[field], "catalog.contradiction", message, None);
    }
    if let (Some(from), Some(to)) = (def.valid_from, def.valid_to)
        && from >= to
    {
        let message = format!("in force from {from} to {to}; wanted a later end");
        context.problem(&["valid_to"], "catalog.out_of_range", message, None);
    }
    Some(way)
}

/// How the value comes about, its fields, and under which name the value of the tag itself is found among them.
fn kind<'d>(
    context: &mut Context<'_, '_>,
    def: &'d TagDef,
    way: Way,
    known: &mut Known,
    file: &CatalogFile,
) -> Option<(Kind, Vec<FieldType>, Option<&'d str>)> {
    let about = |name: &str| {
        let tag = file.tags.get(tag_of(name));
        (
            tag.and_then(|tag| tag.title.clone()).filter(|_| !name.contains('.')),
            tag.is_some_and(|tag| tag.personal),
        )
    };
    let without_main = |(kind, fields)| (kind, fields, None);
    match way {
        Way::Record => record::record(context, def).map(without_main),
        Way::YearsSince => record::years_since(context, def).map(without_main),
        Way::Events => combine::events(context, def),
        Way::Bucket => {
            let (plan, fields) = combine::bucket(context, def.bucket.as_deref()?, known)?;
            Some((Kind::Bucket(plan), fields, None))
        }
        Way::Classify => {
            let plan = learned::classify(context, def.classify.as_deref()?, known, file.seed)?;
            Some((Kind::Classify(Box::new(plan)), learned::classify_fields(), Some("probability")))
        }
        Way::Scorecard => {
            let (plan, fields) = scorecard::scorecard(context, def.scorecard.as_deref()?, known)?;
            Some((Kind::Scorecard(Box::new(plan)), fields, Some("score")))
        }
        Way::Rfm => {
            let (plan, fields) = learned::rfm(context, def.rfm.as_deref()?)?;
            Some((Kind::Rfm(Box::new(plan)), fields, Some("segment")))
        }
        Way::Tier => {
            let (plan, fields) = learned::tier(context, def.tier.as_deref()?, known)?;
            Some((Kind::Tier(plan), fields, Some("level")))
        }
        Way::Lifetime => {
            let (plan, fields) = lifetime::lifetime(context, def.lifetime.as_deref()?)?;
            Some((Kind::Lifetime(Box::new(plan)), fields, Some("lifetime_value")))
        }
        Way::Churn => {
            let (plan, fields) = churn::churn(context, def.churn.as_deref()?, known)?;
            Some((Kind::Churn(Box::new(plan)), fields, Some("churned")))
        }
        Way::Retention => {
            let (model, fields) = retention::check(context, def.retention.as_deref()?)?;
            Some((Kind::Model(model), fields, Some("stay")))
        }
        Way::ChurnKind => {
            let (plan, fields) = churn::churn_kind(context, def.churn_kind.as_deref()?, known)?;
            Some((Kind::WhyChurned(plan), fields, Some("kind")))
        }
        Way::Lifecycle => {
            let (plan, fields) = churn::lifecycle(context, def.lifecycle.as_deref()?)?;
            Some((Kind::Lifecycle(Box::new(plan)), fields, Some("stage")))
        }
        Way::Membership => {
            let (model, fields) = membership::check(context, def.membership.as_deref()?)?;
            Some((Kind::Model(model), fields, Some("level")))
        }
        Way::ValueTier => {
            let (model, fields) = value_tier::check(context, def.value_tier.as_deref()?, known)?;
            Some((Kind::Model(model), fields, Some("class")))
        }
        Way::Loyalty => {
            let (model, fields) = loyalty::check(context, def.loyalty.as_deref()?, known)?;
            Some((Kind::Model(model), fields, Some("type")))
        }
        Way::Kano => {
            let (model, fields) = kano::check(context, def.kano.as_deref()?, known)?;
            Some((Kind::Model(model), fields, None))
        }
        Way::CategoryGap => {
            let (model, fields) = category_gap::check(context, def.category_gap.as_deref()?, known)?;
            Some((Kind::Model(model), fields, Some("category_1")))
        }
        Way::Persona => {
            let (plan, fields) =
                persona::persona(context, def.persona.as_deref()?, known, file.seed, &about)?;
            Some((Kind::Persona(Box::new(plan)), fields, Some("persona")))
        }
        Way::Table => {
            let table = def.table.as_deref()?;
            let (plan, fields) = rules::table(context, table, known)?;
            rules::examples(context, Subject::Table(&plan.table), &def.examples, known);
            Some((Kind::Table(Box::new(plan)), fields, table.outputs.first().map(String::as_str)))
        }
        Way::Score => {
            let (plan, fields) = rules::score(context, def.score.as_deref()?, known)?;
            rules::examples(context, Subject::Score(&plan.card), &def.examples, known);
            Some((Kind::Score(Box::new(plan)), fields, Some("score")))
        }
        Way::Rule | Way::Value => {
            let is_rule = way == Way::Rule;
            let text = if is_rule { def.rule.as_deref()? } else { def.value.as_deref()? };
            let root = known.compile(context, &[way.field()], text, is_rule)?;
            let nullable = known.rules.nullable(root) || def.valid_from.is_some() || def.valid_to.is_some();
            let fields = vec![FieldType::new(None, known.rules.data_type(root), nullable)];
            rules::examples(context, Subject::Rule(text), &def.examples, known);
            rules::check_group(context, def);
            Some((Kind::Expression(root), fields, None))
        }
    }
}

/// A default must be of the tag's type; with one, the tag is never null.
fn check_default(context: &mut Context<'_, '_>, def: &TagDef, fields: &mut [FieldType]) {
    let Some(default) = &def.when_missing else { return };
    let [field] = fields else {
        let message = "`when_missing` for a tag with fields; wanted a tag with a single value";
        context.problem(&["when_missing"], "catalog.contradiction", message, None);
        return;
    };
    if crate::engine::default_value(default, field.data_type).is_some() {
        field.nullable = false;
    } else {
        let message = format!("`when_missing` is {default}; wanted a {}", field.data_type);
        context.problem(&["when_missing"], "catalog.wrong_type", message, None);
    }
}
