//! Learning personas.

use crate::marketing::persona::describe::describe;
use crate::marketing::persona::feature::{self, lacks, number};
use crate::marketing::persona::{Encoding, Feature, FeatureName, Fitted, HowMany, Params, PersonaError};
use crate::stats::cluster::{ClusterError, KMeans, Points, Range, best_quality, qualities, silhouette};
use crate::value::Column;

/// People to learn from: the columns, those of them that count, and what they are to the clustering.
pub(super) struct People<'a> {
    pub(super) features: Vec<Feature>,
    pub(super) columns: &'a [Column],
    pub(super) rows: Vec<u32>,
    pub(super) points: Points,
}

/// Learns personas from columns, one a feature: numbers, truth values, texts.
///
/// The same rows in any order give the same bytes, on any number of threads.
///
/// # Errors
/// [`PersonaError`]: parameters, features, columns, or nobody to learn from.
pub fn fit(params: &Params, names: &[FeatureName], columns: &[Column]) -> Result<Fitted, PersonaError> {
    params.check()?;
    if names.is_empty() {
        return Err(PersonaError::NoFeatures);
    }
    if let Some(twice) = (1..names.len()).find(|&i| names[..i].iter().any(|n| n.name == names[i].name)) {
        return Err(PersonaError::DuplicateFeature { name: names[twice].name.clone() });
    }
    let n = feature::check(names.iter(), columns)?;
    let rows: Vec<u32> = (0..n as u32).filter(|&row| !lacks(columns, row as usize, params.missing)).collect();
    let kept: Vec<Column>;
    let learnt_from = if rows.len() == n {
        columns
    } else {
        kept = columns.iter().map(|column| column.take(&rows)).collect();
        &kept
    };
    let mut features = Vec::with_capacity(names.len());
    for (name, column) in names.iter().zip(learnt_from) {
        let unfit = || PersonaError::FeatureType { name: name.name.clone(), found: column.data_type() };
        let encoding = Encoding::learn(column, params).ok_or_else(unfit)?;
        features.push(Feature { name: name.clone(), encoding });
    }
    if rows.is_empty() {
        return Err(PersonaError::Nobody { rows: n });
    }
    let points = encode(&features, columns, &rows)?;
    let gamma = params.gamma.unwrap_or_else(|| default_gamma(&features, &points));
    let mut how = KMeans::new(1).with_gamma(gamma).with_starts(params.starts).with_seed(params.seed);
    let range = params.k.range();
    let range = Range { from: range.from as usize, to: range.to as usize };
    let choice = qualities(&points, range, &how).map_err(|e| out_of_range(&e))?;
    let best = best_quality(&choice).map(|at| choice[at].k);
    how.k = match params.k {
        HowMany::Exactly(k) => k as usize,
        _ => best.unwrap_or(range.from),
    };
    let clusters = how.fit(&points).map_err(|e| out_of_range(&e))?;
    let quality = silhouette(&points, &clusters.labels, gamma);
    let people = People { features, columns, rows, points };
    let (personas, separation) = describe(&people, &clusters, gamma, params.language);
    Ok(Fitted {
        params: params.clone(),
        features: people.features,
        gamma,
        silhouette: quality.as_ref().map(|quality| quality.mean),
        stability: choice.iter().find(|q| q.k == clusters.centres.len()).map(|q| q.stability),
        inertia: clusters.inertia,
        converged: clusters.converged,
        choice,
        personas,
        separation,
        n: people.rows.len() as u64,
        n_left_out: (n - people.rows.len()) as u64,
    })
}

/// Numbers and codes of rows.
pub(super) fn encode(features: &[Feature], columns: &[Column], rows: &[u32]) -> Result<Points, PersonaError> {
    let (mut numbers, mut codes) = (Vec::new(), Vec::new());
    for &row in rows {
        for (feature, column) in features.iter().zip(columns) {
            match &feature.encoding {
                encoding @ Encoding::Number { .. } => {
                    numbers.push(encoding.scaled(number(column, row as usize)));
                }
                encoding => codes.push(encoding.code(column, row as usize)),
            }
        }
    }
    Points::new(rows.len(), numbers, codes).map_err(|e| out_of_range(&e))
}

/// Half the mean standard deviation of the scaled numbers (Huang 1997); 1 without numbers.
fn default_gamma(features: &[Feature], points: &Points) -> f64 {
    let width = features.iter().filter(|feature| feature.encoding.is_number()).count();
    if width == 0 {
        return 1.0;
    }
    let deviation = |at: usize| {
        let mut values: Vec<f64> = points.numbers().skip(at).step_by(width).collect();
        values.sort_unstable_by(f64::total_cmp);
        let mean = values.iter().sum::<f64>() / values.len() as f64;
        (values.iter().map(|v| (v - mean) * (v - mean)).sum::<f64>() / values.len() as f64).sqrt()
    };
    let gamma = (0..width).map(deviation).sum::<f64>() / width as f64 / 2.0;
    if gamma > 0.0 { gamma } else { 1.0 }
}

/// What the clustering refuses of numbers that were not brought to one scale; all else was checked before.
fn out_of_range(error: &ClusterError) -> PersonaError {
    let found = match error {
        ClusterError::Number { found, .. } | ClusterError::Gamma { found } => *found,
        ClusterError::Groups { found } => *found as f64,
        _ => f64::NAN,
    };
    PersonaError::Parameter { name: "columns", found, wanted: "numbers whose squares can be summed" }
}
