//! The same numbers as pandas 3.1.1 (numpy 2.4.6), whose commands stand beside them.

use super::{codes, fit_rows, quantile};
use crate::marketing::rfm::Ties;

/// 20 made-up customers without equal values; 20 is a multiple of 2, 4, 5 and 10.
const DAYS: [f64; 20] = [
    3.0, 17.0, 45.0, 90.0, 120.0, 8.0, 200.0, 365.0, 61.0, 33.0, 29.0, 150.0, 75.0, 12.0, 5.0, 240.0, 300.0,
    100.0, 55.0, 21.0,
];
const ORDERS: [f64; 20] = [
    12.0, 5.0, 3.0, 2.0, 9.0, 15.0, 1.0, 4.0, 7.0, 10.0, 6.0, 8.0, 11.0, 14.0, 18.0, 13.0, 16.0, 17.0, 19.0,
    20.0,
];
const SPENT: [f64; 20] = [
    1200.5, 80.0, 310.25, 45.0, 990.0, 2300.0, 20.0, 15.5, 410.0, 505.0, 133.0, 610.0, 720.75, 88.0, 1999.99,
    64.0, 230.0, 350.0, 275.0, 150.0,
];

/// `pd.qcut(days, k, labels=range(k, 0, -1))`, and `pd.qcut(x, k, labels=range(1, k + 1))` for the other two.
const QCUT: [(u8, &str); 4] = [
    (2, "222 211 212 111 112 222 111 111 112 212 211 112 122 221 222 121 121 122 221 221"),
    (4, "434 411 313 211 224 434 111 111 223 323 322 123 234 432 444 131 142 243 342 342"),
    (5, "535 422 313 211 235 545 111 111 324 434 422 224 334 542 555 141 143 253 353 452"),
    (
        10,
        "10-6-9 8-3-3 6-2-6 4-1-2 3-5-9 9-8-10 2-1-1 1-2-1 5-4-7 7-5-7 7-3-4 3-4-8 5-6-8 9-7-3 10-9-10 2-7-2 \
         1-8-5 4-9-6 6-10-5 8-10-4",
    ),
];

#[test]
fn qcut_without_ties() {
    for (classes, wanted) in QCUT {
        for ties in [Ties::MidRank, Ties::SameValueUpper, Ties::RankFirst] {
            let fitted = fit_rows(&quantile(classes, ties), &DAYS, &ORDERS, &SPENT);
            assert_eq!(codes(&fitted, &DAYS, &ORDERS, &SPENT).join(" "), wanted, "{classes} {ties:?}");
            assert_eq!(fitted.diagnostics, []);
            assert_eq!(fitted.recency.n_by_score, vec![20 / u64::from(classes); classes.into()]);
        }
    }
}

/// 13 made-up customers with many equal values, in no order.
const TIED_DAYS: [f64; 13] = [30.0, 1.0, 60.0, 1.0, 7.0, 30.0, 60.0, 7.0, 1.0, 30.0, 7.0, 30.0, 7.0];
const TIED_ORDERS: [f64; 13] = [1.0, 2.0, 1.0, 3.0, 1.0, 1.0, 8.0, 3.0, 1.0, 1.0, 3.0, 1.0, 2.0];
const TIED_SPENT: [f64; 13] = [50.0, 50.0, 20.0, 10.0, 90.0, 35.0, 50.0, 35.0, 20.0, 50.0, 20.0, 10.0, 20.0];

fn assert_tied(ties: Ties, wanted: [(u8, &str); 3]) {
    for (classes, wanted) in wanted {
        let fitted = fit_rows(&quantile(classes, ties), &TIED_DAYS, &TIED_ORDERS, &TIED_SPENT);
        let found = codes(&fitted, &TIED_DAYS, &TIED_ORDERS, &TIED_SPENT).join(" ");
        assert_eq!(found, wanted, "{classes} {ties:?}");
    }
}

#[test]
fn qcut_of_rank_first() {
    // pd.qcut(x.rank(method="first"), k, labels=…), labels as above.
    assert_tied(
        Ties::RankFirst,
        [
            (2, "112 222 111 221 212 111 122 222 211 112 221 111 221"),
            (3, "212 323 111 331 313 212 133 332 311 123 231 121 222"),
            (5, "314 534 111 541 415 223 155 453 522 235 352 131 343"),
        ],
    );
}

#[test]
fn spss_ntiles_with_high_ties() {
    // SPSS: RANK … /NTILES(k) /TIES=HIGH, the integer part of 1 + r·k / (w + 1) (IBM SPSS Statistics 31,
    // "Function Subcommands (RANK command)"); r = x.rank(method="max"), descending for days.
    assert_tied(
        Ties::SameValueUpper,
        [
            (2, "122 222 121 221 222 122 122 222 221 122 221 121 221"),
            (3, "223 323 122 331 323 222 133 332 322 223 332 221 322"),
            (5, "335 545 133 551 435 333 155 453 533 335 453 331 443"),
        ],
    );
}

#[test]
fn mid_rank_of_pandas_average_ranks() {
    // p = x.rank(method="average"), descending for days; 1 + min(k − 1, floor(k · (p − min) / (max − min))) in
    // fractions.Fraction.
    assert_tied(
        Ties::MidRank,
        [
            (2, "112 222 111 221 212 112 122 222 211 112 221 111 221"),
            (3, "113 323 111 331 313 112 133 332 311 113 331 111 321"),
            (5, "214 534 112 541 415 213 154 443 512 214 442 211 432"),
        ],
    );
}
