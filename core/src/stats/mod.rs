//! Statistics that more than one module needs. Each names its formula and its source.

mod chi_square;
pub mod cluster;
mod gamma;
mod optimise;
mod orders;
mod quadrature;
mod quantile;
mod random;
mod rank;
mod sum;
mod visits;

pub(crate) use orders::{NO_ORDER, OrderRow, OrderSummary, orders, single};
pub(crate) use rank::ascending;
pub(crate) use sum::{Net, Sum};
pub(crate) use visits::{Negative, exceeded_by_next, purchases};

pub use chi_square::chi_square_upper;
pub use gamma::{digamma, ln_beta, ln_gamma, ln_rising};
pub use optimise::{MinimiseOptions, Minimum, inverse, is_positive, minimise};
pub use quadrature::gauss_legendre;
pub use quantile::{median, quantile_of_sorted};
pub use rank::{Auc, auc, auc_interval, ks, midranks};
pub use visits::Rhythm;
