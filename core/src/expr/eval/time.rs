//! Dates and timestamps.

use super::Run;
use super::compare::both_valid;
use crate::expr::node::{NodeId, Op, Shift};
use crate::expr::vector::{Data, Vector};
use crate::time::{Date, Timestamp, Zone};
use crate::value::{DataType, Value};

const MICROS_PER_HOUR: i64 = 3_600_000_000;

impl Run<'_> {
    /// The instants that a run knows.
    pub(super) fn instant(&self, op: &Op, data_type: DataType) -> Vector {
        let value = match op {
            Op::Today => Value::Date(self.zone.date_at(self.as_of)),
            Op::WallClock(text) => self.zone.parse(text).map_or(Value::Null, Value::Timestamp),
            _ => Value::Timestamp(self.as_of),
        };
        Vector::from_value(&value, data_type)
    }

    pub(super) fn to_timestamp(&self, a: NodeId, n: usize) -> Vector {
        let a = self.vector(a);
        let days = a.dates();
        let start = |row: usize| self.zone.start_of(Date::from_days(days.at(row))).micros();
        Vector::new(Data::Int((0..n).map(start).collect()), a.valid(n))
    }

    pub(super) fn to_date(&self, a: NodeId, n: usize) -> Vector {
        let a = self.vector(a);
        let micros = a.ints();
        let date = |row: usize| self.zone.date_at(Timestamp::from_micros(micros.at(row))).days();
        Vector::new(Data::Date((0..n).map(date).collect()), a.valid(n))
    }

    pub(super) fn shift(&self, by: Shift, a: NodeId, n: usize) -> Vector {
        let a = self.vector(a);
        if let Data::Date(_) = &a.data {
            let days = a.dates();
            let (values, valid) = self.try_rows(n, a.valid(n), |row| shift_date(days.at(row), by));
            return Vector::new(Data::Date(values.into()), valid);
        }
        let micros = a.ints();
        let (values, valid) =
            self.try_rows(n, a.valid(n), |row| shift_instant(micros.at(row), by, self.zone));
        Vector::new(Data::Int(values.into()), valid)
    }

    pub(super) fn date_part(&self, part: &Op, a: NodeId, n: usize) -> Vector {
        let a = self.vector(a);
        let days = a.dates();
        let part = |row: usize| {
            let date = Date::from_days(days.at(row)).to_civil();
            match part {
                Op::Year => i64::from(date.year()),
                Op::Month => i64::from(date.month()),
                _ => i64::from(date.day()),
            }
        };
        Vector::new(Data::Int((0..n).map(part).collect()), a.valid(n))
    }

    pub(super) fn days_between(&self, from: NodeId, to: NodeId, n: usize) -> Vector {
        let (a, b) = (self.vector(from), self.vector(to));
        let (from, to) = (a.dates(), b.dates());
        let days = (0..n).map(|row| i64::from(to.at(row)) - i64::from(from.at(row)));
        Vector::new(Data::Int(days.collect()), both_valid(a, b, n))
    }
}

/// Where the month has no such day, its last day is taken.
fn shift_date(days: i32, by: Shift) -> Option<i32> {
    if by.months == 0 {
        let moved = i64::from(days).checked_add(by.days)?;
        return Date::try_from_days(moved).map(Date::days);
    }
    let months = jiff::Span::new().try_months(by.months).ok()?;
    let moved = Date::from_days(days).to_civil().checked_add(months).ok()?;
    Date::from_civil(moved).map(Date::days)
}

/// Hours are exact; days and months keep the wall clock of the zone.
fn shift_instant(micros: i64, by: Shift, zone: &Zone) -> Option<i64> {
    if by.hours != 0 {
        let moved = micros.checked_add(by.hours.checked_mul(MICROS_PER_HOUR)?)?;
        return Timestamp::try_from_micros(moved).map(Timestamp::micros);
    }
    let span = jiff::Span::new().try_months(by.months).ok()?.try_days(by.days).ok()?;
    let start = Timestamp::from_micros(micros).to_jiff().to_zoned(zone.jiff().clone());
    let moved = start.checked_add(span).ok()?.timestamp().as_microsecond();
    Timestamp::try_from_micros(moved).map(Timestamp::micros)
}
