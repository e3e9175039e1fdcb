//! `value_tier: {…}`, checked.

use crate::catalog::model::ValueTierDef;
use crate::engine::model::{TagModel, ValueTier};
use crate::engine::plan::context::Context;
use crate::engine::plan::inputs;
use crate::engine::plan::known::Known;
use crate::fact::FieldType;
use crate::marketing::value_tier::{Params, ValueTierError};
use crate::value::DataType;

pub(super) fn check(
    context: &mut Context<'_, '_>,
    def: &ValueTierDef,
    known: &Known,
) -> Option<(Box<dyn TagModel>, Vec<FieldType>)> {
    let by = inputs::number(context, &["value_tier", "by"], &def.by, known);
    let mut params = Params::abc();
    if !def.classes.is_empty() {
        params = Params::new(def.classes.iter().map(|(name, up_to)| (name, *up_to)));
    }
    params.groups = def.groups.unwrap_or(params.groups);
    if let Err(error) = params.check() {
        let field = if matches!(error, ValueTierError::Groups { .. }) { "groups" } else { "classes" };
        context.problem(&["value_tier", field], error.code(), &error, None);
        return None;
    }
    let fields = vec![
        FieldType::new(None, DataType::String, true),
        FieldType::new(Some("decile"), DataType::Int, true),
    ];
    Some((Box::new(ValueTier { by: [by?], params }), fields))
}
