//! `persona: {…}`, checked.

use crate::catalog::did_you_mean;
use crate::catalog::model::PersonaDef;
use crate::engine::plan::context::Context;
use crate::engine::plan::known::Known;
use crate::expr::RootId;
use crate::fact::FieldType;
use crate::marketing::persona::{FeatureName, Params};
use crate::value::DataType;

/// Groups of similar profiles.
#[derive(Debug)]
pub(crate) struct PersonaPlan {
    /// Positions among the columns of all tags.
    pub(crate) tags: Vec<usize>,
    pub(crate) names: Vec<FeatureName>,
    pub(crate) population: Option<RootId>,
    pub(crate) params: Params,
}

/// The plan and the fields; `title` gives the title of a tag, and whether it is personal.
pub(super) fn persona(
    context: &mut Context<'_, '_>,
    def: &PersonaDef,
    known: &mut Known,
    seed: u64,
    about: &dyn Fn(&str) -> (Option<String>, bool),
) -> Option<(PersonaPlan, Vec<FieldType>)> {
    let params = Params::default()
        .with_k(def.k)
        .with_scale(def.scale)
        .with_missing(def.missing)
        .with_gamma(def.gamma)
        .with_seed(seed)
        .with_language(def.language);
    if let Err(error) = params.check() {
        context.problem(&["persona"], "catalog.out_of_range", &error, None);
        return None;
    }
    if def.tags.is_empty() {
        let message = "no tags; wanted at least one";
        context.problem(&["persona", "tags"], "catalog.missing_field", message, None);
        return None;
    }
    let (mut tags, mut names) = (Vec::new(), Vec::new());
    for (i, name) in def.tags.iter().enumerate() {
        let at = i.to_string();
        let at = ["persona", "tags", &at];
        let Some(column) = known.column(name) else {
            let help = did_you_mean(name, known.names());
            context.problem(&at, "catalog.unknown_tag", format!("unknown tag `{name}`"), help);
            continue;
        };
        let found = known.data_type(column);
        if !(found.is_numeric() || matches!(found, DataType::Bool | DataType::String)) {
            let message = format!("`{name}` is {found}; wanted numbers, true/false or text");
            context.problem(&at, "catalog.wrong_type", message, None);
            continue;
        }
        let (title, is_personal) = about(name);
        if is_personal {
            let message = format!(
                "`{name}` is personal, and the values of typical members are shown; wanted tags that are not, such as a bucket of it"
            );
            context.problem(&at, "catalog.contradiction", message, None);
            continue;
        }
        if tags.contains(&column) {
            context.problem(&at, "catalog.duplicate_key", format!("tag `{name}` stands twice"), None);
            continue;
        }
        tags.push(column);
        names.push(FeatureName::new(name.clone()).with_title(title));
    }
    let population = match &def.population {
        None => None,
        Some(text) => Some(known.compile(context, &["persona", "population"], text, true)?),
    };
    if tags.len() < def.tags.len() {
        return None;
    }
    let fields = vec![
        FieldType::new(None, DataType::String, true),
        FieldType::new(Some("distance"), DataType::Float, true),
        FieldType::new(Some("typical"), DataType::Float, true),
        FieldType::new(Some("next"), DataType::String, true),
        FieldType::new(Some("margin"), DataType::Float, true),
    ];
    Some((PersonaPlan { tags, names, population, params }, fields))
}
