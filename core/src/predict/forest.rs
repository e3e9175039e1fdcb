//! Training random forests.

use rayon::prelude::*;
use serde::Deserialize;
use smartcore::ensemble::random_forest_regressor::{RandomForestRegressor, RandomForestRegressorParameters};
use smartcore::linalg::basic::matrix::DenseMatrix;

use crate::predict::encoder::Matrix;
use crate::predict::ensemble::{Tree, TreeEnsemble};
use crate::predict::{LearnerKind, Params, PredictError};

/// The forest is grown in at least this many parts, each with its own seed, so that threads can share the work
/// without their number showing in the result.
const PARTS: usize = 4;

/// Above this, each part is grown on rows of its own, so that none has many more: with 100,000 rows and 60 columns
/// that took a fifth of the time.
const ROWS_OF_A_PART: usize = 20_000;

/// Trains a random forest on 0/1 labels: each leaf holds the share of positives in it, the forest their mean.
///
/// # Method
/// Breiman (2001): trees on bootstrap samples, the best split (by variance, which for 0/1 labels is half the Gini
/// impurity) among `sqrt(width)` columns drawn anew for each node. Trained by smartcore; only the trees are kept.
/// Covers are counted with all train rows, not with each tree's bootstrap sample. From 20,000 rows on, the rows are
/// dealt out at random to parts of the forest (Breiman 1999, "Pasting small votes").
pub(crate) fn fit(params: &Params, train: &Matrix, labels: &[bool]) -> Result<TreeEnsemble, PredictError> {
    let by_rows = train.rows.div_ceil(ROWS_OF_A_PART);
    let parts = PARTS.max(by_rows).min(params.trees);
    let rows_of = |part: usize| -> Vec<usize> {
        let dealt = |row: &usize| by_rows == 1 || mix(params.seed, *row) % parts as u64 == part as u64;
        (0..train.rows).filter(dealt).collect()
    };
    let grow_part = |part: usize| {
        let rows = rows_of(part);
        let n_trees = params.trees / parts + usize::from(part < params.trees % parts);
        let mut trees = grow(params, train, labels, &rows, mix(params.seed, part), n_trees)?;
        for tree in &mut trees {
            for row in 0..train.rows {
                tree.count(train.row(row));
            }
        }
        Ok(trees)
    };
    let grown: Vec<Vec<Tree>> = (0..parts)
        .into_par_iter()
        .map(grow_part)
        .collect::<Result<_, String>>()
        .map_err(|reason| PredictError::Training { learner: LearnerKind::Forest, reason })?;
    let trees: Vec<Tree> = grown.into_iter().flatten().collect();
    let divisor = trees.len() as f64;
    Ok(TreeEnsemble { trees, base: 0.0, divisor })
}

/// One number of the `SplitMix64` sequence (Steele, Lea and Flood 2014). Smartcore counts seeds up from the one it is
/// given, so those of the parts must lie far apart.
fn mix(seed: u64, at: usize) -> u64 {
    let mut z = seed.wrapping_add((at as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15));
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

type Forest = RandomForestRegressor<f64, f64, DenseMatrix<f64>, Vec<f64>>;

fn grow(
    params: &Params,
    train: &Matrix,
    labels: &[bool],
    rows: &[usize],
    seed: u64,
    n_trees: usize,
) -> Result<Vec<Tree>, String> {
    extract(&grow_smartcore(params, train, labels, rows, seed, n_trees)?)
}

fn grow_smartcore(
    params: &Params,
    train: &Matrix,
    labels: &[bool],
    rows: &[usize],
    seed: u64,
    n_trees: usize,
) -> Result<Forest, String> {
    // smartcore's depth counts levels of nodes, ours counts splits.
    let parameters = RandomForestRegressorParameters::default()
        .with_n_trees(n_trees)
        .with_max_depth(params.max_depth + 1)
        .with_min_samples_leaf(params.min_leaf)
        .with_min_samples_split(2 * params.min_leaf)
        .with_m(((train.width as f64).sqrt().floor() as usize).max(1))
        .with_seed(seed);
    let cells = (0..train.width).flat_map(|column| rows.iter().map(move |&row| train.row(row)[column]));
    let x = DenseMatrix::new(rows.len(), train.width, cells.collect(), true).map_err(|e| e.to_string())?;
    let y: Vec<f64> = rows.iter().map(|&row| f64::from(labels[row])).collect();
    RandomForestRegressor::fit(&x, &y, parameters).map_err(|error| error.to_string())
}

/// The serialised form of smartcore's forest; its fields are private, so this is the way to read them.
#[derive(Deserialize)]
struct SavedForest {
    forest_regressor: SavedTrees,
}

#[derive(Deserialize)]
struct SavedTrees {
    trees: Vec<SavedTree>,
}

#[derive(Deserialize)]
struct SavedTree {
    nodes: Vec<SavedNode>,
}

#[derive(Deserialize)]
struct SavedNode {
    output: f64,
    split_feature: u32,
    split_value: Option<f64>,
    true_child: Option<u32>,
    false_child: Option<u32>,
}

fn extract(forest: &Forest) -> Result<Vec<Tree>, String> {
    let saved = serde_json::to_value(forest).map_err(|error| error.to_string())?;
    let saved: SavedForest = serde_json::from_value(saved).map_err(|error| error.to_string())?;
    Ok(saved.forest_regressor.trees.into_iter().map(tree).collect())
}

fn tree(saved: SavedTree) -> Tree {
    let mut tree = Tree::default();
    for (at, node) in saved.nodes.into_iter().enumerate() {
        tree.push_leaf(node.output);
        if let (Some(left), Some(right), Some(threshold)) =
            (node.true_child, node.false_child, node.split_value)
        {
            tree.feature[at] = node.split_feature;
            tree.threshold[at] = threshold;
            tree.left[at] = left;
            tree.right[at] = right;
            tree.value[at] = 0.0;
        }
    }
    tree
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::predict::shap;

    fn case(rows: usize) -> (Matrix, Vec<bool>) {
        let (mut values, mut labels) = (Vec::new(), Vec::new());
        for i in 0..rows {
            let row = [((i * 37) % 101) as f64 / 10.0, ((i * 53) % 97) as f64, ((i * 17) % 7) as f64];
            labels.push(row[0] * row[2] + ((i * 61) % 83) as f64 / 4.0 > 25.0);
            values.extend(row);
        }
        (Matrix { rows, width: 3, values }, labels)
    }

    #[test]
    fn predicts_exactly_what_smartcore_does() {
        let (x, labels) = case(400);
        let params = Params { min_leaf: 5, ..Params::default() };
        let by_column: Vec<f64> = (0..x.width).flat_map(|column| x.column(column)).collect();
        let dense = DenseMatrix::new(x.rows, x.width, by_column, true).unwrap();
        let rows: Vec<usize> = (0..x.rows).collect();
        let peer = grow_smartcore(&params, &x, &labels, &rows, 7, 20).unwrap();
        let ours = TreeEnsemble { trees: extract(&peer).unwrap(), base: 0.0, divisor: 20.0 };
        let wanted = peer.predict(&dense).unwrap();
        for (row, wanted) in wanted.iter().enumerate() {
            assert_eq!(ours.predict(x.row(row)), *wanted);
        }
        // On a threshold itself both go left.
        let tree = &ours.trees[0];
        let mut on_it = x.row(0).to_vec();
        on_it[tree.feature[0] as usize] = tree.threshold[0];
        let one = DenseMatrix::new(1, x.width, on_it.clone(), true).unwrap();
        assert_eq!(ours.predict(&on_it), peer.predict(&one).unwrap()[0]);
    }

    #[test]
    fn keeps_to_its_limits_and_counts_all_rows() {
        let (x, labels) = case(400);
        let params = Params { max_depth: 3, trees: 10, ..Params::default() };
        let forest = fit(&params, &x, &labels).unwrap();
        assert_eq!((forest.trees.len(), forest.divisor), (10, 10.0));
        assert_eq!(forest.trees.iter().map(Tree::depth).max(), Some(3));
        for tree in &forest.trees {
            assert_eq!(tree.cover[0], 400.0);
            for node in (0..tree.left.len()).filter(|&node| !tree.is_leaf(node)) {
                let children = tree.cover[tree.left[node] as usize] + tree.cover[tree.right[node] as usize];
                assert_eq!(tree.cover[node], children);
            }
        }
    }

    #[test]
    fn contributions_add_up() {
        let (x, labels) = case(600);
        let forest = fit(&Params { min_leaf: 5, max_depth: 12, ..Params::default() }, &x, &labels).unwrap();
        let base = shap::expected_value(&forest);
        for row in (0..x.rows).step_by(50) {
            let total = base + shap::tree_shap(&forest, x.row(row)).iter().sum::<f64>();
            assert!((total - forest.predict(x.row(row))).abs() < 1e-9);
        }
        let mean = (0..x.rows).map(|row| forest.predict(x.row(row))).sum::<f64>() / x.rows as f64;
        assert!((mean - base).abs() < 1e-9);
    }

    #[test]
    fn same_seed_same_forest_on_any_number_of_threads() {
        let (x, labels) = case(300);
        let on = |threads: usize, seed: u64| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| fit(&Params { trees: 9, seed, ..Params::default() }, &x, &labels).unwrap())
        };
        assert_eq!(on(1, 5), on(3, 5));
        assert_ne!(on(1, 5), on(1, 6));
    }

    #[test]
    fn many_rows_are_dealt_out() {
        let (x, labels) = case(ROWS_OF_A_PART * 4 + 1);
        let forest = fit(&Params { trees: 7, max_depth: 3, ..Params::default() }, &x, &labels).unwrap();
        assert_eq!(forest.trees.len(), 7);
        assert!(forest.trees.iter().all(|tree| tree.cover[0] == x.rows as f64));
    }

    #[test]
    fn damaged_trees_are_not_read() {
        let (x, labels) = case(100);
        let forest = fit(&Params { trees: 1, ..Params::default() }, &x, &labels).unwrap();
        let text = serde_json::to_string(&forest).unwrap();
        assert_eq!(serde_json::from_str::<TreeEnsemble>(&text).unwrap(), forest);
        let root_is_own_child = text.replacen("\"right\":[2", "\"right\":[0", 1);
        let out_of_bounds = text.replacen("\"right\":[2", "\"right\":[9999", 1);
        for damaged in [root_is_own_child, out_of_bounds, text.replacen("\"divisor\":1", "\"divisor\":0", 1)]
        {
            assert_ne!(damaged, text);
            assert!(serde_json::from_str::<TreeEnsemble>(&damaged).is_err());
        }
    }
}
