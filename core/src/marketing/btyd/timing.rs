//! When: the time to the next purchase, and the time after which the customer is probably gone.

use crate::marketing::btyd::{BtydError, History, Kind, Model};

/// No one waits longer than this many times the longest time scale of the model.
const LONGEST: f64 = 1e9;

impl Model {
    /// The time from now within which the next purchase comes with this probability (0 to 1, without both), in the unit
    /// of the history; `None` where it never reaches it, as the customer may be gone. The *mean* time to the next
    /// purchase is infinite for whoever may be gone, so a quantile is what there is.
    ///
    /// # Errors
    /// [`BtydError::History`], [`BtydError::Argument`], and [`BtydError::NoClock`] for BG/BB.
    pub fn time_to_next(&self, h: &History, probability: f64) -> Result<Option<f64>, BtydError> {
        check_probability(probability)?;
        self.wants_clock()?;
        if 1.0 - self.p_alive(h)? >= 1.0 - probability {
            return Ok(None);
        }
        self.first_time(h, |time| Ok(self.purchase_probability(h, 0, time)? <= 1.0 - probability))
    }

    /// The time from now after which the chance to be still a customer is below `probability` (0 to 1, without both):
    /// how long there is to act. 0 where it is already below; `None` where it stays above for all time that matters.
    ///
    /// # Errors
    /// [`BtydError::History`], [`BtydError::Argument`], and [`BtydError::NoClock`] for BG/BB.
    pub fn time_to_leave(&self, h: &History, probability: f64) -> Result<Option<f64>, BtydError> {
        check_probability(probability)?;
        self.wants_clock()?;
        if self.p_alive(h)? < probability {
            return Ok(Some(0.0));
        }
        self.first_time(h, |time| Ok(self.p_alive_after(h, time)? < probability))
    }

    pub(super) fn wants_clock(&self) -> Result<(), BtydError> {
        if self.kind() == Kind::BgBb { Err(BtydError::NoClock { kind: self.kind() }) } else { Ok(()) }
    }

    /// The first time at which something that stays true becomes true.
    fn first_time(
        &self,
        h: &History,
        holds: impl Fn(f64) -> Result<bool, BtydError>,
    ) -> Result<Option<f64>, BtydError> {
        let [_, alpha, _, beta] = self.parameters();
        let scale = alpha + if self.kind() == Kind::ParetoNbd { beta } else { 0.0 } + h.age;
        let (mut low, mut high) = (0.0, scale / 64.0);
        while !holds(high)? {
            (low, high) = (high, high * 2.0);
            if high > LONGEST * scale {
                return Ok(None);
            }
        }
        for _ in 0..60 {
            let middle = f64::midpoint(low, high);
            if middle <= low || middle >= high {
                break;
            }
            if holds(middle)? { high = middle } else { low = middle }
        }
        Ok(Some(high))
    }
}

fn check_probability(found: f64) -> Result<(), BtydError> {
    if found > 0.0 && found < 1.0 {
        Ok(())
    } else {
        Err(BtydError::argument("probability", found, "a number between 0 and 1"))
    }
}
