//! Quantiles.

use std::ops::Range;

use crate::fact::View;
use crate::stats::quantile_of_sorted;
use crate::value::Column;

pub(super) fn compute(of: usize, at: &[f64], view: &View<'_>, profiles: Range<usize>) -> Vec<Column> {
    let column = &view.timeline.columns()[of];
    let mut fields: Vec<Vec<Option<f64>>> = vec![Vec::with_capacity(profiles.len()); at.len()];
    let mut values = Vec::new();
    for profile in profiles {
        values.clear();
        values.extend(view.rows(profile).filter_map(|at| column.f64(at)));
        values.sort_unstable_by(f64::total_cmp);
        for (field, &at) in fields.iter_mut().zip(at) {
            field.push(quantile_of_sorted(&values, at));
        }
    }
    fields.into_iter().map(|field| Column::Float(field.into())).collect()
}
