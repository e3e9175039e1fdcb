//! The models against published numbers, against each other, and at their edges.

mod goodness;
mod laws;
mod odd_input;
mod published;
mod summary;

use crate::marketing::btyd::{History, Kind, Model};

/// CDNOW, weeks: the rounded parameters of Fader, Hardie and Lee (2005).
fn bg() -> Model {
    Model::new(Kind::BgNbd, &[0.243, 4.414, 0.793, 2.426]).unwrap()
}

fn mbg() -> Model {
    Model::new(Kind::MbgNbd, &[0.525, 6.183, 0.891, 1.614]).unwrap()
}

fn pareto() -> Model {
    Model::new(Kind::ParetoNbd, &[0.553, 10.578, 0.606, 11.669]).unwrap()
}

/// The parameters of Fader, Hardie and Shang (2010) for yearly gifts.
fn bgbb() -> Model {
    Model::new(Kind::BgBb, &[1.204, 0.750, 0.657, 2.783]).unwrap()
}

fn close(found: f64, wanted: f64, relative: f64) {
    let off = (found - wanted).abs() / wanted.abs().max(f64::MIN_POSITIVE);
    assert!(off <= relative, "{found} is not {wanted}: off by {off:e}");
}

/// Customers that a BG/NBD could have made, from a seed.
fn made_up(n: u64) -> Vec<History> {
    let mut state = 88_172_645_463_325_252u64;
    let mut unit = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        ((state >> 11) as f64 + 0.5) / 9_007_199_254_740_992.0
    };
    (0..n)
        .map(|_| {
            let rate = -(unit() * unit()).ln() / 12.0;
            let (leaves, age) = (unit() * 0.5, (20.0 + 60.0 * unit()).floor());
            let (mut x, mut t_x, mut time) = (0.0, 0.0, 0.0);
            loop {
                time += -unit().ln() / rate;
                if time > age {
                    break;
                }
                x += 1.0;
                t_x = time;
                if unit() < leaves {
                    break;
                }
            }
            History { x, t_x, age }
        })
        .collect()
}
