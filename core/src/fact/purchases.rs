//! Purchases from rows: what buy-till-you-die models and rules about silence start from.

use std::ops::Range;

use crate::catalog::model::Returns;
use crate::fact::View;
use crate::stats::{Rhythm, purchases};
use crate::time::Period;
use crate::value::Column;

/// What a period with a purchase is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Purchases {
    /// The column with the money; `None` where every row is a purchase.
    pub amount: Option<usize>,
    /// What becomes of negative amounts: within a period as within an order.
    pub returns: Returns,
}

impl Purchases {
    /// Gives the periods of a profile's purchases, ascending, and the sum of each.
    fn each(
        &self,
        view: &View<'_>,
        profile: usize,
        period: Period,
        rows: &mut Vec<(i64, f64)>,
        take: impl FnMut(i64, f64),
    ) {
        let times = view.timeline.times();
        let number = |at: usize| period.number_on(times[at], || view.clock.date(times[at]).days());
        rows.clear();
        match self.amount {
            None => rows.extend(view.rows(profile).map(|at| (number(at), 0.0))),
            Some(amount) => {
                let amounts = &view.timeline.columns()[amount];
                let known = view.rows(profile).filter_map(|at| Some((number(at), amounts.f64(at)?)));
                rows.extend(known);
            }
        }
        purchases(rows, self.returns.negative(), take);
    }
}

/// Repeat purchases, recency, age and mean money of each profile; null without a purchase.
pub(super) fn history(
    what: &Purchases,
    period: Period,
    unit: i64,
    view: &View<'_>,
    profiles: Range<usize>,
) -> Vec<Column> {
    let n = profiles.len();
    let (mut x, mut t_x) = (Vec::with_capacity(n), Vec::with_capacity(n));
    let (mut ages, mut money) = (Vec::with_capacity(n), Vec::with_capacity(n));
    // The last period that is seen: that of the last instant before `as_of`.
    let end = view.as_of.micros().saturating_sub(1);
    let end = period.number_on(end, || view.clock.date(end).days());
    let span = |from: i64, to: i64| (period.start(to) - period.start(from)) as f64 / unit as f64;
    let mut rows = Vec::new();
    for profile in profiles {
        let (mut first, mut last, mut repeats, mut spent) = (None, 0, 0i64, 0.0);
        what.each(view, profile, period, &mut rows, |period, sum| {
            last = period;
            if first.is_none() {
                first = Some(period);
            } else {
                repeats += 1;
                spent += sum;
            }
        });
        x.push(first.map(|_| repeats));
        t_x.push(first.map(|first| span(first, last)));
        ages.push(first.map(|first| span(first, end)));
        money.push((what.amount.is_some() && repeats > 0).then(|| spent / repeats as f64));
    }
    vec![
        Column::Int(x.into()),
        Column::Float(t_x.into()),
        Column::Float(ages.into()),
        Column::Float(money.into()),
    ]
}

/// The [`Rhythm`] of each profile's days with a purchase; null without one.
pub(super) fn rhythm(what: &Purchases, share: f64, view: &View<'_>, profiles: Range<usize>) -> Vec<Column> {
    let today = i64::from(view.clock.date(view.as_of.micros()).days());
    let (mut rows, mut days) = (Vec::new(), Vec::new());
    let rhythms: Vec<Option<Rhythm>> = profiles
        .map(|profile| {
            days.clear();
            what.each(view, profile, Period::DAY, &mut rows, |day, _| days.push(day));
            Rhythm::of(&days, today, share)
        })
        .collect();
    let whole = |of: fn(&Rhythm) -> u64| {
        Column::Int(rhythms.iter().map(|r| r.as_ref().map(|r| of(r) as i64)).collect::<Vec<_>>().into())
    };
    let float = |of: fn(&Rhythm) -> Option<f64>| {
        Column::Float(rhythms.iter().map(|r| r.as_ref().and_then(of)).collect::<Vec<_>>().into())
    };
    vec![
        whole(|r| r.purchases),
        float(|r| Some(r.age)),
        float(|r| Some(r.silence)),
        float(|r| r.usual),
        float(|r| r.long),
        float(|r| r.last_gap),
        whole(|r| r.halves[0]),
        whole(|r| r.halves[1]),
    ]
}

/// The rhythm of a profile from the columns that [`rhythm`] gives.
pub(crate) fn rhythm_at(columns: &[Column], profile: usize) -> Option<Rhythm> {
    let number = |i: usize| columns.get(i).and_then(|column| column.f64(profile));
    Some(Rhythm {
        purchases: number(0)? as u64,
        age: number(1)?,
        silence: number(2)?,
        usual: number(3),
        long: number(4),
        last_gap: number(5),
        halves: [number(6)? as u64, number(7)? as u64],
    })
}
