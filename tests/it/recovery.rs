//! Fits find the parameters that customers were made with, and know how far off they are.

mod measure;

/// Of 40 samples the mean z is off by .16 by chance (one standard error), the share within the interval by .034; estimates
/// of maximum likelihood have a bias of the order of one in the number of customers besides. Three standard errors and
/// some are allowed.
#[test]
fn parameters_are_found_and_intervals_hold_them() {
    for found in measure::recover(40, 1_500) {
        assert!(found.samples >= 38, "{found}");
        assert!(found.mean_z.abs() < 0.55, "{found}");
        assert!((0.7..1.35).contains(&found.sd_z), "{found}");
        assert!(found.coverage >= 0.84, "{found}");
    }
}
