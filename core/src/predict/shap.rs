//! Shapley values of tree ensembles.

use crate::predict::ensemble::{Tree, TreeEnsemble};
use crate::stats::gauss_legendre;

/// How much each matrix column moves a row's score away from the expected one; one number for each column.
///
/// Their sum plus [`expected_value`] is the score.
///
/// # Method
/// The path-dependent values of `TreeSHAP` (Lundberg, Erion and Lee 2018, "Consistent individualized feature
/// attribution for tree ensembles"): a column that is not known sends a row down both ways in proportion to their
/// covers. With `one` for whether the row itself would pass a column's splits on the way to a leaf and `zero` for the
/// share that passes them where the column is not known, Owen's (1972) integral form of the Shapley value says
///
/// `phi_i = Σ_leaf value · (one_i − zero_i) · ∫₀¹ Π_{j≠i} (one_j · t + zero_j · (1 − t)) dt`
///
/// The integrand is a polynomial in `t` of a degree below the tree's depth, so Gauss–Legendre quadrature with half as
/// many points is exact. Sums over leaves are shared on the way up, which takes `O(nodes · depth)` for a tree, where
/// the paper's algorithm 2 takes `O(leaves · depth²)`.
pub(crate) fn tree_shap(ensemble: &TreeEnsemble, row: &[f64]) -> Vec<f64> {
    let depth = ensemble.trees.iter().map(Tree::depth).max().unwrap_or(0);
    let rule = gauss_legendre(depth.div_ceil(2).max(1));
    let room = (depth + 1) * rule.len();
    let mut walk = Walk {
        row,
        passed: vec![Pass { zero: 1.0, one: 1.0 }; row.len()],
        products: vec![1.0; room],
        sums: vec![0.0; room],
        phi: vec![0.0; row.len()],
        rule,
    };
    for tree in &ensemble.trees {
        walk.visit(tree, 0, 0);
    }
    for value in &mut walk.phi {
        *value /= ensemble.divisor;
    }
    walk.phi
}

/// The score that is expected when no column is known: the cover-weighted mean of the leaves.
pub(crate) fn expected_value(ensemble: &TreeEnsemble) -> f64 {
    ensemble.base + ensemble.trees.iter().map(Tree::expected_value).sum::<f64>() / ensemble.divisor
}

/// How a row comes through all splits on one column so far.
#[derive(Clone, Copy)]
struct Pass {
    /// The share of train rows that come through where the column is not known.
    zero: f64,
    /// Whether the row comes through where the column is known: 1 or 0.
    one: f64,
}

impl Pass {
    /// The column's factor in the integrand; above 0 inside 0..1 unless nobody comes through.
    fn factor(self, t: f64) -> f64 {
        self.one * t + self.zero * (1.0 - t)
    }

    /// What turns the integrand with the column into what the column itself adds.
    fn gain(self, t: f64) -> f64 {
        (self.one - self.zero) / self.factor(t)
    }
}

struct Walk<'a> {
    row: &'a [f64],
    /// Points and weights.
    rule: Vec<(f64, f64)>,
    /// For each column, how the row came to the current node; 1 and 1 where no split has asked for it.
    passed: Vec<Pass>,
    /// For each level of the tree and each point, the integrand with all columns.
    products: Vec<f64>,
    /// For each level and point, the sum of leaf value times integrand over the leaves below.
    sums: Vec<f64>,
    phi: Vec<f64>,
}

impl Walk<'_> {
    /// Fills in `sums` of this level; recursion is bounded by [`Tree::depth`], which is bounded for all trees.
    fn visit(&mut self, tree: &Tree, node: usize, level: usize) {
        let points = self.rule.len();
        let (here, below) = (level * points, (level + 1) * points);
        if tree.is_leaf(node) {
            for at in here..below {
                self.sums[at] = tree.value[node] * self.products[at];
            }
            return;
        }
        self.sums[here..below].fill(0.0);
        let column = tree.feature[node] as usize;
        let before = self.passed[column];
        let hot = tree.child(node, self.row);
        for child in [tree.left[node] as usize, tree.right[node] as usize] {
            let share = tree.cover[child] / tree.cover[node];
            let zero = if share.is_finite() { before.zero * share } else { 0.0 };
            let after = Pass { zero, one: if child == hot { before.one } else { 0.0 } };
            if after.zero == 0.0 && after.one == 0.0 {
                // Nobody comes here, known or not.
                continue;
            }
            for (at, &(t, _)) in self.rule.iter().enumerate() {
                self.products[below + at] = self.products[here + at] / before.factor(t) * after.factor(t);
            }
            self.passed[column] = after;
            self.visit(tree, child, level + 1);
            for (at, &(t, weight)) in self.rule.iter().enumerate() {
                let sum = self.sums[below + at];
                self.sums[here + at] += sum;
                // The split above on the same column has counted these leaves as it saw them: take that back.
                self.phi[column] += weight * sum * (after.gain(t) - before.gain(t));
            }
        }
        self.passed[column] = before;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // Two trees of scikit-learn 1.9.1 on 120 rows (a column stands on some paths twice):
    //   i = np.arange(120); X = np.c_[(i * 37) % 11, (i * 53) % 7, (i * 17) % 5].astype(float)
    //   y = ((X[:, 0] * X[:, 1] + 3 * X[:, 2] + (i * 29) % 13) > 30).astype(float)
    //   rf = RandomForestRegressor(n_estimators=2, max_depth=3, bootstrap=False, max_features=1, random_state=5)
    fn forest() -> TreeEnsemble {
        let left = vec![1, 2, 0, 4, 0, 0, 7, 8, 0, 0, 11, 0, 0];
        let right = vec![6, 3, 0, 5, 0, 0, 10, 9, 0, 0, 12, 0, 0];
        let first = Tree {
            feature: vec![2, 1, 0, 1, 0, 0, 1, 2, 0, 0, 2, 0, 0],
            threshold: vec![2.5, 2.5, 0.0, 5.5, 0.0, 0.0, 2.5, 3.5, 0.0, 0.0, 3.5, 0.0, 0.0],
            left: left.clone(),
            right: right.clone(),
            value: vec![
                0.0,
                0.0,
                0.0,
                0.0,
                0.424_242_424_242_424_25,
                0.6,
                0.0,
                0.0,
                0.083_333_333_333_333_33,
                0.181_818_181_818_181_82,
                0.0,
                0.75,
                0.769_230_769_230_769_3,
            ],
            cover: vec![120.0, 72.0, 29.0, 43.0, 33.0, 10.0, 48.0, 23.0, 12.0, 11.0, 25.0, 12.0, 13.0],
        };
        let second = Tree {
            feature: vec![2, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0],
            threshold: vec![2.5, 4.5, 0.0, 9.5, 0.0, 0.0, 3.5, 2.5, 0.0, 0.0, 3.5, 0.0, 0.0],
            left,
            right,
            value: vec![
                0.0,
                0.0,
                0.0,
                0.0,
                0.483_870_967_741_935_5,
                0.714_285_714_285_714_3,
                0.0,
                0.0,
                0.0,
                0.555_555_555_555_555_6,
                0.0,
                0.125,
                0.6875,
            ],
            cover: vec![120.0, 72.0, 34.0, 38.0, 31.0, 7.0, 48.0, 24.0, 6.0, 18.0, 24.0, 8.0, 16.0],
        };
        TreeEnsemble { trees: vec![first, second], base: 0.0, divisor: 2.0 }
    }

    #[test]
    fn agrees_with_shap() {
        // shap 0.51.0: shap.TreeExplainer(rf, feature_perturbation="tree_path_dependent").shap_values(Q)
        let forest = forest();
        assert!((expected_value(&forest) - 0.35).abs() < 1e-12);
        let wanted = [
            (
                [0.0, 0.0, 0.0],
                [-0.150_694_444_444_444_44, -0.143_900_966_183_574_9, -0.055_404_589_371_980_686],
            ),
            ([10.0, 6.0, 4.0], [0.128_670_634_920_634_9, 0.148_867_132_867_132_82, 0.100_827_616_827_616_93]),
            ([5.0, 2.0, 1.0], [0.098_756_720_430_107_5, -0.143_900_966_183_574_9, -0.062_920_270_375_564_93]),
            ([7.0, 6.0, 0.0], [0.098_756_720_430_107_5, 0.159_055_555_555_555_53, -0.065_876_792_114_695_37]),
            (
                [3.0, 1.0, 4.0],
                [-0.147_222_222_222_222_23, -0.150_942_535_725_144_46, 0.101_573_848_856_457_55],
            ),
        ];
        for (row, wanted) in wanted {
            for (found, wanted) in tree_shap(&forest, &row).iter().zip(wanted) {
                assert!((found - wanted).abs() < 1e-9, "{row:?}: {found}, wanted {wanted}");
            }
        }
    }

    /// What is expected of a tree where only the columns in the bit set are known.
    fn expected(tree: &Tree, row: &[f64], known: usize, node: usize) -> f64 {
        if tree.is_leaf(node) {
            return tree.value[node];
        }
        if known >> tree.feature[node] & 1 == 1 {
            return expected(tree, row, known, tree.child(node, row));
        }
        let part = |child: u32| {
            tree.cover[child as usize] / tree.cover[node] * expected(tree, row, known, child as usize)
        };
        part(tree.left[node]) + part(tree.right[node])
    }

    /// Shapley's formula over all subsets of columns.
    fn brute_force(ensemble: &TreeEnsemble, row: &[f64]) -> Vec<f64> {
        let width = row.len();
        let factorial = |n: usize| (1..=n).map(|k| k as f64).product::<f64>();
        let one = |column: usize| {
            let without = (0..1usize << width).filter(|set| set >> column & 1 == 0);
            let parts = without.map(|set| {
                let size = set.count_ones() as usize;
                let weight = factorial(size) * factorial(width - size - 1) / factorial(width);
                let gain =
                    |tree: &Tree| expected(tree, row, set | 1 << column, 0) - expected(tree, row, set, 0);
                weight * ensemble.trees.iter().map(gain).sum::<f64>() / ensemble.divisor
            });
            parts.sum()
        };
        (0..width).map(one).collect()
    }

    #[test]
    fn is_the_shapley_value() {
        let forest = forest();
        for a in 0..11 {
            for b in 0..7 {
                let row = [f64::from(a), f64::from(b), f64::from((a * b) % 5)];
                for (found, wanted) in tree_shap(&forest, &row).iter().zip(brute_force(&forest, &row)) {
                    assert!((found - wanted).abs() < 1e-12, "{row:?}: {found}, wanted {wanted}");
                }
            }
        }
    }

    proptest::proptest! {
        #[test]
        fn random_trees(seed in proptest::prelude::any::<u64>()) {
            let mut state = seed;
            let mut draw = move |below: u64| {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                (state >> 33) % below
            };
            let mut tree = Tree::default();
            tree.push_leaf(draw(100) as f64);
            // Split random leaves; every node keeps a cover, some of them none at all.
            tree.cover[0] = 64.0;
            for _ in 0..12 {
                let node = draw(tree.left.len() as u64) as usize;
                if tree.is_leaf(node) {
                    let children = tree.left.len() as u32;
                    let share = draw(5) as f64 / 4.0;
                    tree.feature[node] = draw(5) as u32;
                    tree.threshold[node] = draw(10) as f64;
                    (tree.left[node], tree.right[node]) = (children, children + 1);
                    tree.value[node] = 0.0;
                    for part in [share, 1.0 - share] {
                        tree.push_leaf(draw(100) as f64);
                        *tree.cover.last_mut().unwrap() = part * tree.cover[node];
                    }
                }
            }
            let ensemble = TreeEnsemble { trees: vec![tree], base: 3.0, divisor: 1.0 };
            let row: Vec<f64> = (0..5).map(|_| draw(10) as f64).collect();
            let found = tree_shap(&ensemble, &row);
            let total = expected_value(&ensemble) + found.iter().sum::<f64>();
            proptest::prop_assert!((total - ensemble.predict(&row)).abs() < 1e-9);
            // Where a node has no cover the share of its children is not defined, and the two differ in how.
            if ensemble.trees[0].cover.iter().all(|cover| *cover > 0.0) {
                for (found, wanted) in found.iter().zip(brute_force(&ensemble, &row)) {
                    proptest::prop_assert!((found - wanted).abs() < 1e-9);
                }
            }
        }
    }
}
