//! `loyalty: {…}`, checked.

use crate::catalog::model::{ComponentDef, LoyaltyDef};
use crate::engine::model::{Loyalty, TagModel};
use crate::engine::plan::context::Context;
use crate::engine::plan::inputs;
use crate::engine::plan::known::Known;
use crate::fact::FieldType;
use crate::marketing::loyalty::{Component, Params};
use crate::time::Window;
use crate::value::DataType;

/// The columns of a component: its value and its age.
type Columns = (usize, Option<usize>);

pub(super) fn check(
    context: &mut Context<'_, '_>,
    def: &LoyaltyDef,
    known: &Known,
) -> Option<(Box<dyn TagModel>, Vec<FieldType>)> {
    let behaviour = side(context, "behaviour", &def.behaviour, known);
    let attitude = side(context, "attitude", &def.attitude, known);
    let ((behaviour, buys), (attitude, likes)) = (behaviour?, attitude?);
    let mut params = Params::new(behaviour, attitude);
    if let Some(at_least) = def.at_least {
        params.behaviour.at_least = at_least.behaviour;
        params.attitude.at_least = at_least.attitude;
    }
    params.min_evidence = def.min_evidence.unwrap_or(params.min_evidence);
    let model = match params.check() {
        Ok(model) => model,
        Err(error) => {
            context.problem(&["loyalty"], error.code(), &error, None);
            return None;
        }
    };
    let field = |name, data_type| FieldType::new(Some(name), data_type, true);
    let fields = vec![
        FieldType::new(None, DataType::String, true),
        field("behaviour", DataType::Float),
        field("attitude", DataType::Float),
        FieldType::new(Some("behaviour_evidence"), DataType::Float, false),
        FieldType::new(Some("attitude_evidence"), DataType::Float, false),
        field("unknown", DataType::String),
        FieldType::new(Some("possible"), DataType::StringSet, false),
    ];
    Some((Box::new(Loyalty { model, behaviour: buys, attitude: likes }), fields))
}

fn side(
    context: &mut Context<'_, '_>,
    name: &str,
    defs: &[ComponentDef],
    known: &Known,
) -> Option<(Vec<Component>, Vec<Columns>)> {
    let parts: Vec<_> = defs
        .iter()
        .enumerate()
        .map(|(i, def)| component(context, &[name, &i.to_string()], def, known))
        .collect();
    Some(parts.into_iter().collect::<Option<Vec<_>>>()?.into_iter().unzip())
}

fn component(
    context: &mut Context<'_, '_>,
    [side, index]: &[&str; 2],
    def: &ComponentDef,
    known: &Known,
) -> Option<(Component, Columns)> {
    let of = inputs::number(context, &["loyalty", side, index, "of"], &def.of, known);
    let age =
        def.age.as_ref().map(|age| inputs::number(context, &["loyalty", side, index, "age"], age, known));
    let days = match (def.half_life, &def.age) {
        (None, None) => None,
        (Some(Window::Duration(micros)), Some(_)) => Some(micros as f64 / 86_400_000_000.0),
        (Some(other), Some(_)) => {
            let message = format!("`half_life` is `{other}`; wanted an exact length of time, such as 180d");
            context.problem(&["loyalty", side, index, "half_life"], "catalog.out_of_range", message, None);
            return None;
        }
        _ => {
            let message = "wanted `age` and `half_life` together, or neither";
            context.problem(&["loyalty", side, index], "catalog.contradiction", message, None);
            return None;
        }
    };
    let component = Component::new(&def.of, def.from, def.to).weighing(def.weight);
    let component = days.map_or(component.clone(), |days| component.with_half_life(days));
    Some((component, (of?, age.map_or(Some(None), |age| age.map(Some))?)))
}
