//! Groups of similar rows: k-means over numbers, k-prototypes over numbers and categories, and how good groups are.
//!
//! The distance of two rows is `Σ (x − y)² + γ · (number of categories that differ)`; with no categories that is
//! k-means, with no numbers k-modes, with both k-prototypes (Huang 1998, *Data Mining and Knowledge Discovery* 2).
//! Numbers should be of one scale before they come here.
//!
//! Nothing depends on the order of rows or on the number of threads: rows are put into the order of their content
//! first, sums are made in pieces of fixed size, and randomness has a seed.
//!
//! ```
//! use tagloom::stats::cluster::{KMeans, Points, adjusted_rand, silhouette};
//!
//! let numbers = vec![0.0, 0.1, 0.2, 9.0, 9.1, 9.2];
//! let points = Points::new(6, numbers, vec![])?;
//! let found = KMeans::new(2).fit(&points)?;
//! assert_eq!(found.sizes, [3, 3]);
//! assert!((found.inertia - 0.04).abs() < 1e-12);
//! assert_eq!(adjusted_rand(&found.labels, &[1, 1, 1, 0, 0, 0]), Some(1.0));
//! assert!(silhouette(&points, &found.labels, 0.0).unwrap().mean > 0.97);
//! # Ok::<(), tagloom::stats::cluster::ClusterError>(())
//! ```

mod agree;
mod choose;
mod fit;
mod line;
mod lloyd;
mod points;
mod seeding;
mod silhouette;
#[cfg(test)]
mod tests;

pub use agree::adjusted_rand;
pub use choose::{Quality, Range, best_quality, qualities};
pub use fit::{Clusters, KMeans};
pub use line::best_stretches;
pub use points::{Centre, ClusterError, Points};
pub use silhouette::{Silhouette, silhouette};
