//! The one form of tree models: every trainer and every importer makes one.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A binary regression tree. The fields are parallel: entry `i` is node `i`, node 0 is the root.
///
/// A row goes left where its number is not above the threshold. Children stand after their parents.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Tree {
    /// The matrix column that the node asks for; 0 in leaves.
    pub(crate) feature: Vec<u32>,
    /// What the number is compared with; 0 in leaves.
    pub(crate) threshold: Vec<f64>,
    /// The child for `number <= threshold`; 0 in leaves, as the root is nobody's child.
    pub(crate) left: Vec<u32>,
    /// The other child; 0 in leaves.
    pub(crate) right: Vec<u32>,
    /// What a leaf says; 0 in other nodes.
    pub(crate) value: Vec<f64>,
    /// How many train rows come through the node.
    pub(crate) cover: Vec<f64>,
}

/// Explanations recurse, so trees must not be deeper than the stack is.
const DEEPEST: usize = 512;

impl Tree {
    pub(crate) fn push_leaf(&mut self, value: f64) {
        self.feature.push(0);
        self.threshold.push(0.0);
        self.left.push(0);
        self.right.push(0);
        self.value.push(value);
        self.cover.push(0.0);
    }

    pub(crate) fn is_leaf(&self, node: usize) -> bool {
        self.left[node] == 0
    }

    /// Where a row goes from an inner node.
    pub(crate) fn child(&self, node: usize, row: &[f64]) -> usize {
        let left = row[self.feature[node] as usize] <= self.threshold[node];
        (if left { self.left[node] } else { self.right[node] }) as usize
    }

    pub(crate) fn predict(&self, row: &[f64]) -> f64 {
        let mut node = 0;
        while !self.is_leaf(node) {
            node = self.child(node, row);
        }
        self.value[node]
    }

    /// Counts a row in every node that it comes through.
    pub(crate) fn count(&mut self, row: &[f64]) {
        let mut node = 0;
        self.cover[0] += 1.0;
        while !self.is_leaf(node) {
            node = self.child(node, row);
            self.cover[node] += 1.0;
        }
    }

    /// The mean of the leaves, each as often as train rows came to it.
    pub(crate) fn expected_value(&self) -> f64 {
        let leaves = || (0..self.left.len()).filter(|&node| self.is_leaf(node));
        let total: f64 = leaves().map(|node| self.cover[node]).sum();
        let sum: f64 = leaves().map(|node| self.cover[node] * self.value[node]).sum();
        if total > 0.0 { sum / total } else { self.value[0] }
    }

    /// How many splits lie between the root and the farthest leaf.
    pub(crate) fn depth(&self) -> usize {
        let mut depths = vec![0; self.left.len()];
        for node in (0..self.left.len()).filter(|&node| !self.is_leaf(node)) {
            // Children stand after their parents, so this node's own depth is known.
            for child in [self.left[node], self.right[node]] {
                depths[child as usize] = depths[node] + 1;
            }
        }
        depths.into_iter().max().unwrap_or(0)
    }

    /// Whether walking down always ends, at a leaf, and not too deep.
    fn is_sound(&self) -> bool {
        let nodes = self.left.len();
        let lengths =
            [self.feature.len(), self.threshold.len(), self.right.len(), self.value.len(), self.cover.len()];
        let child_after = |node: usize, child: u32| child as usize > node && (child as usize) < nodes;
        nodes > 0
            && lengths.iter().all(|length| *length == nodes)
            && (0..nodes).all(|node| {
                let (left, right) = (self.left[node], self.right[node]);
                (left == 0 && right == 0) || (child_after(node, left) && child_after(node, right))
            })
            && [&self.threshold, &self.value, &self.cover].iter().all(|of| of.iter().all(|n| n.is_finite()))
            && self.cover.iter().all(|cover| *cover >= 0.0)
            && self.depth() <= DEEPEST
    }
}

/// A sum or mean of trees: `base + (sum of the trees' leaves) / divisor`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(remote = "Self")]
pub struct TreeEnsemble {
    pub(crate) trees: Vec<Tree>,
    /// What is there before the first tree.
    pub(crate) base: f64,
    /// The number of trees for a mean, 1 for a sum.
    pub(crate) divisor: f64,
}

impl TreeEnsemble {
    pub(crate) fn predict(&self, row: &[f64]) -> f64 {
        self.base + self.trees.iter().map(|tree| tree.predict(row)).sum::<f64>() / self.divisor
    }

    /// How many matrix columns a row must have.
    pub(crate) fn width(&self) -> usize {
        let inner = |tree: &Tree| {
            (0..tree.left.len())
                .filter(|&node| !tree.is_leaf(node))
                .map(|node| tree.feature[node] as usize + 1)
                .max()
        };
        self.trees.iter().filter_map(inner).max().unwrap_or(0)
    }
}

impl Serialize for TreeEnsemble {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Self::serialize(self, serializer)
    }
}

impl<'de> Deserialize<'de> for TreeEnsemble {
    /// A file may be damaged: trees that would never end or leave their arrays are refused here.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let ensemble = Self::deserialize(deserializer)?;
        if !ensemble.trees.iter().all(Tree::is_sound) {
            return Err(serde::de::Error::custom("a tree has a node that leads nowhere"));
        }
        if !ensemble.base.is_finite() || !ensemble.divisor.is_finite() || ensemble.divisor <= 0.0 {
            return Err(serde::de::Error::custom("base or divisor of a tree ensemble is out of range"));
        }
        Ok(ensemble)
    }
}
