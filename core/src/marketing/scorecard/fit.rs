//! Learning a score card.

use rayon::prelude::*;

use crate::marketing::scorecard::bins::Counts;
use crate::marketing::scorecard::fitted::{Bands, measure};
use crate::marketing::scorecard::logistic::{Regression, Rows, regress};
use crate::marketing::scorecard::{Characteristic, Dropped, Fitted, LeftOut, Params, ScorecardError};
use crate::value::Column;

/// Learns a score card from columns, one a characteristic (numbers, truth values, texts), and labels: whether the event
/// came. The same rows in any order give the same bytes.
///
/// # Errors
/// [`ScorecardError`]: parameters, columns, labels of one class, nothing that says anything, no end of the regression.
pub fn fit(
    params: &Params,
    names: &[String],
    columns: &[Column],
    labels: &[bool],
) -> Result<Fitted, ScorecardError> {
    params.check()?;
    check(params, names, columns, labels.len())?;
    let mut all = Counts::default();
    for &label in labels {
        all.add(label);
    }
    if all.events == 0 || all.others == 0 {
        return Err(ScorecardError::OneClass { rows: labels.len(), events: all.events as usize });
    }
    let learnt: Vec<Characteristic> = names
        .par_iter()
        .zip(columns)
        .map(|(name, column)| Characteristic::learn(name, column, labels, all, params))
        .collect();
    let best = learnt.iter().map(|found| found.iv).fold(0.0, f64::max);
    let mut left_out = Vec::new();
    let mut kept: Vec<(Characteristic, Vec<u16>)> = Vec::new();
    for (found, column) in learnt.into_iter().zip(columns) {
        if found.iv < params.min_iv || found.iv <= 0.0 {
            left_out.push(LeftOut { name: found.name, iv: found.iv, why: Dropped::LittleInformation });
            continue;
        }
        // Every value of the fit is in a bin.
        let places = (0..column.len()).map(|row| found.place(column, row).unwrap_or(0) as u16).collect();
        kept.push((found, places));
    }
    let (regression, rows) = loop {
        if kept.is_empty() {
            return Err(ScorecardError::NoSignal { min_iv: params.min_iv, best });
        }
        let rows = grouped(&kept, labels);
        let weights: Vec<Vec<f64>> =
            kept.iter().map(|(found, _)| found.bins.iter().map(|bin| bin.woe).collect()).collect();
        let regression = regress(&rows, &weights, params.l2)?;
        let worst = regression.coefficients.iter().enumerate().min_by(|a, b| a.1.total_cmp(b.1));
        match worst {
            Some((at, &coefficient)) if coefficient <= 0.0 => {
                let (found, _) = kept.remove(at);
                left_out.push(LeftOut { name: found.name, iv: found.iv, why: Dropped::WrongSign });
            }
            _ => break (regression, rows),
        }
    };
    let mut characteristics: Vec<Characteristic> = kept.into_iter().map(|(found, _)| found).collect();
    give_points(&mut characteristics, &regression, params, all);
    let scored: Vec<(f64, Counts)> = rows
        .iter()
        .map(|(bins, counts)| {
            let points = characteristics.iter().zip(bins).map(|(c, &bin)| c.points(Some(usize::from(bin))));
            (points.sum::<f64>(), *counts)
        })
        .collect();
    Ok(Fitted {
        params: params.clone(),
        intercept: regression.intercept,
        measures: measure(&scored, params.better)
            .ok_or(ScorecardError::OneClass { rows: labels.len(), events: all.events as usize })?,
        tested: None,
        bands: Bands::learn(&scored),
        characteristics,
        left_out,
    })
}

/// Checks columns that are to be learnt from.
fn check(params: &Params, names: &[String], columns: &[Column], rows: usize) -> Result<(), ScorecardError> {
    if names.len() != columns.len() {
        return Err(ScorecardError::ColumnCount { found: columns.len(), wanted: names.len() });
    }
    if let Some(name) = params.cuts.keys().find(|name| !names.contains(name)) {
        return Err(ScorecardError::NoCharacteristic { name: name.clone() });
    }
    for (at, (name, column)) in names.iter().zip(columns).enumerate() {
        if names[..at].contains(name) {
            return Err(ScorecardError::Duplicate { name: name.clone() });
        }
        let found = column.data_type();
        if !(found.is_numeric() || matches!(column, Column::Bool(_) | Column::String(_))) {
            let wanted = "numbers, true/false or text";
            return Err(ScorecardError::ColumnType { name: name.clone(), found, wanted });
        }
        if params.cuts.contains_key(name) && !found.is_numeric() {
            let wanted = "numbers, which have cut points";
            return Err(ScorecardError::ColumnType { name: name.clone(), found, wanted });
        }
        if column.len() != rows {
            let name = name.clone();
            return Err(ScorecardError::ColumnLength { name, found: column.len(), wanted: rows });
        }
    }
    Ok(())
}

/// Rows by the bins that they are in.
fn grouped(kept: &[(Characteristic, Vec<u16>)], labels: &[bool]) -> Rows {
    let mut rows = Rows::new();
    let mut key = vec![0; kept.len()];
    for (row, &label) in labels.iter().enumerate() {
        for (cell, (_, places)) in key.iter_mut().zip(kept) {
            *cell = places[row];
        }
        match rows.get_mut(&key) {
            Some(counts) => counts.add(label),
            None => rows.entry(key.clone()).or_default().add(label),
        }
    }
    rows
}

fn give_points(characteristics: &mut [Characteristic], found: &Regression, params: &Params, all: Counts) {
    let n = characteristics.len() as f64;
    let (factor, offset) = params.scale();
    let points = |evidence: f64| {
        let points = factor * (evidence + found.intercept / n) + offset / n;
        if params.round { points.round() + 0.0 } else { points }
    };
    for (at, characteristic) in characteristics.iter_mut().enumerate() {
        let coefficient = found.coefficients[at];
        characteristic.coefficient = coefficient;
        characteristic.standard_error = found.standard_errors.get(at).copied();
        characteristic.neutral = points(0.0);
        for bin in &mut characteristic.bins {
            bin.points = points(coefficient * bin.woe);
        }
        let weighted = characteristic.bins.iter().map(|bin| bin.points * bin.counts.rows() as f64);
        characteristic.mean_points = weighted.sum::<f64>() / all.rows() as f64;
    }
}
