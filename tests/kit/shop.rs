//! A made-up shop: members, their orders and their visits.

use std::sync::Arc;

use arrow_array::{
    ArrayRef, Date32Array, Decimal128Array, Int64Array, RecordBatch, StringArray, TimestampMicrosecondArray,
};

use crate::names;
use crate::random::Random;

const MICROS_PER_DAY: f64 = 86_400e6;
/// 2025-01-01, in days since 1970.
const FIRST_DAY: i32 = 20_089;
const N_DAYS: f64 = 520.0;

const CITIES: [&str; 8] = ["上海", "北京", "广州", "成都", "杭州", "西安", "Singapore", "Berlin"];
const CATEGORIES: [&str; 6] = ["咖啡", "茶", "甜品", "零食", "周边", "gift card"];
const CHANNELS: [&str; 4] = ["小程序", "app", "门店", "web"];
const STATUS: [&str; 10] =
    ["paid", "paid", "paid", "paid", "paid", "paid", "paid", "paid", "refunded", "cancelled"];
const PAGES: [&str; 5] = ["/", "/menu", "/item", "/cart", "/help"];

/// A made-up shop of a seed: people who do not exist, with Chinese and Latin names, who come, buy at their own pace
/// and one day stop. The first members of a larger shop are those of a smaller one.
#[derive(Debug, Clone, Copy)]
pub struct Shop {
    seed: u64,
    n_members: usize,
}

/// What a member is like; everything else follows from it.
struct Member {
    id: String,
    /// Days after the first day.
    joined: f64,
    left: f64,
    mean_gap_days: f64,
    mean_amount: f64,
    favourite: usize,
    devices: [String; 2],
}

#[derive(Clone, Copy)]
enum Part {
    Nature,
    Record,
    Orders,
    Visits,
}

impl Shop {
    /// A catalogue of this shop, with a tag of each kind.
    pub const CATALOGUE: &str = include_str!("../cases/shop.yaml");

    /// An instant near the end, so that a few rows are after it.
    pub const AS_OF: &str = "2026-06-01";

    /// A shop of 200 members.
    pub fn seeded(seed: u64) -> Self {
        Self { seed, n_members: 200 }
    }

    /// With another number of members.
    #[must_use]
    pub fn with_members(self, n_members: usize) -> Self {
        Self { n_members, ..self }
    }

    /// How many members.
    pub fn n_members(&self) -> usize {
        self.n_members
    }

    fn random(&self, member: usize, part: Part) -> Random {
        Random::part(self.seed, (member as u64) << 2 | part as u64)
    }

    fn member(&self, index: usize) -> Member {
        let mut random = self.random(index, Part::Nature);
        let joined = random.unit() * N_DAYS * 0.7;
        Member {
            id: format!("M{index:07}"),
            joined,
            left: joined + random.waiting(300.0),
            mean_gap_days: 3.0 + random.waiting(25.0),
            mean_amount: 15.0 + random.waiting(80.0),
            favourite: random.below(CATEGORIES.len()),
            devices: [0, 1].map(|device| format!("d{:012x}", random.next_u64() >> 16 | device)),
        }
    }

    fn members_with(&self, part: Part) -> impl Iterator<Item = (Member, Random)> + '_ {
        (0..self.n_members).map(move |index| (self.member(index), self.random(index, part)))
    }

    /// The members, one row each: `member_id`, `mobile` (one in ten has none, some have it written with country code
    /// and hyphens, one in fifty has that of the member before), `name`, `gender`, `birthday`, `city`, `updated_at`.
    pub fn members(&self) -> RecordBatch {
        let mut rows = Columns::default();
        let mut mobiles: Vec<Option<String>> = Vec::new();
        let (mut names, mut genders, mut cities, mut birthdays) = (vec![], vec![], vec![], vec![]);
        for (index, (member, mut random)) in self.members_with(Part::Record).enumerate() {
            let shared = random.chance(0.02) && index > 0;
            let mobile = names::mobile(if shared { index - 1 } else { index });
            mobiles.push(match random.below(10) {
                0 => None,
                1 => Some(format!("+86 {}-{}-{}", &mobile[..3], &mobile[3..7], &mobile[7..])),
                _ => Some(mobile),
            });
            names.push(names::name(&mut random));
            genders.push(*random.pick(&[Some("女"), Some("女"), Some("男"), None]));
            birthdays.push(random.chance(0.9).then(|| -5_000 + random.below(18_000) as i32));
            cities.push(*random.pick(&CITIES));
            rows.push(member.id, member.joined);
        }
        table([
            ("member_id", rows.ids()),
            ("mobile", Arc::new(StringArray::from(mobiles))),
            ("name", Arc::new(StringArray::from(names))),
            ("gender", Arc::new(StringArray::from(genders))),
            ("birthday", Arc::new(Date32Array::from(birthdays))),
            ("city", Arc::new(StringArray::from(cities))),
            ("updated_at", rows.times()),
        ])
    }

    /// The orders: `order_id`, `member_id`, `device_id` (one in five has none), `paid_at`, `amount` (decimal, two
    /// digits after the point), `category`, `channel`, `status`.
    pub fn orders(&self) -> RecordBatch {
        let mut rows = Columns::default();
        let (mut order_ids, mut devices, mut amounts) = (vec![], vec![], vec![]);
        let (mut categories, mut channels, mut statuses) = (vec![], vec![], vec![]);
        for (member, mut random) in self.members_with(Part::Orders) {
            let mut at = member.joined;
            while at < member.left.min(N_DAYS) {
                order_ids.push(format!("{}-{:04}", member.id, order_ids.len() % 10_000));
                devices.push(random.chance(0.8).then(|| random.pick(&member.devices).clone()));
                let money = member.mean_amount * (0.2 + random.waiting(0.8));
                amounts.push((money * 100.0).round() as i128);
                let favourite = random.chance(0.6);
                let other = random.below(CATEGORIES.len());
                categories.push(CATEGORIES[if favourite { member.favourite } else { other }]);
                channels.push(random.chance(0.97).then(|| *random.pick(&CHANNELS)));
                statuses.push(*random.pick(&STATUS));
                rows.push(member.id.clone(), at);
                at += random.waiting(member.mean_gap_days);
            }
        }
        let amounts = Decimal128Array::from(amounts).with_precision_and_scale(12, 2);
        table([
            ("order_id", Arc::new(StringArray::from(order_ids))),
            ("member_id", rows.ids()),
            ("device_id", Arc::new(StringArray::from(devices))),
            ("paid_at", rows.times()),
            ("amount", Arc::new(amounts.expect("invariant: 12 digits hold every amount"))),
            ("category", Arc::new(StringArray::from(categories))),
            ("channel", Arc::new(StringArray::from(channels))),
            ("status", Arc::new(StringArray::from(statuses))),
        ])
    }

    /// The visits: `visit_id`, `device_id`, `member_id` (two in five are not signed in), `started_at`, `page`,
    /// `seconds`.
    pub fn visits(&self) -> RecordBatch {
        let mut rows = Columns::default();
        let (mut visit_ids, mut devices, mut members) = (vec![], vec![], vec![]);
        let (mut pages, mut seconds) = (vec![], vec![]);
        for (member, mut random) in self.members_with(Part::Visits) {
            let mut at = member.joined;
            while at < member.left.min(N_DAYS) {
                members.push(random.chance(0.6).then(|| member.id.clone()));
                devices.push(random.pick(&member.devices).clone());
                pages.push(*random.pick(&PAGES));
                seconds.push(random.chance(0.95).then(|| random.waiting(90.0) as i64));
                visit_ids.push(format!("v{:08}", visit_ids.len()));
                rows.push(String::new(), at);
                at += random.waiting(member.mean_gap_days / 2.0);
            }
        }
        table([
            ("visit_id", Arc::new(StringArray::from(visit_ids))),
            ("device_id", Arc::new(StringArray::from(devices))),
            ("member_id", Arc::new(StringArray::from(members))),
            ("started_at", rows.times()),
            ("page", Arc::new(StringArray::from(pages))),
            ("seconds", Arc::new(Int64Array::from(seconds))),
        ])
    }

    /// The three tables by the names of the catalogue's sources.
    pub fn tables(&self) -> [(&'static str, RecordBatch); 3] {
        [("members", self.members()), ("orders", self.orders()), ("visits", self.visits())]
    }
}

/// The columns that every table has: whose the row is, and when it happened.
#[derive(Default)]
struct Columns {
    ids: Vec<String>,
    times: Vec<i64>,
}

impl Columns {
    fn push(&mut self, id: String, day: f64) {
        self.ids.push(id);
        self.times.push(((f64::from(FIRST_DAY) + day) * MICROS_PER_DAY) as i64 / 1_000_000 * 1_000_000);
    }

    fn ids(&self) -> ArrayRef {
        Arc::new(StringArray::from_iter_values(&self.ids))
    }

    fn times(&self) -> ArrayRef {
        Arc::new(TimestampMicrosecondArray::from(self.times.clone()).with_timezone("UTC"))
    }
}

fn table<const N: usize>(columns: [(&str, ArrayRef); N]) -> RecordBatch {
    RecordBatch::try_from_iter_with_nullable(columns.map(|(name, column)| (name, column, true)))
        .expect("invariant: the columns of a table are of one length")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_shop() {
        let (a, b) = (Shop::seeded(1), Shop::seeded(1));
        assert_eq!(a.tables(), b.tables());
        assert_ne!(a.orders(), Shop::seeded(2).orders());
    }

    #[test]
    fn more_members_leave_the_first_as_they_are() {
        let few = Shop::seeded(1).with_members(20).members();
        assert_eq!(Shop::seeded(1).with_members(50).members().slice(0, 20), few);
    }

    #[test]
    fn an_order_id_stands_once() {
        use arrow_array::cast::AsArray;
        let orders = Shop::seeded(1).orders();
        let mut ids: Vec<_> = orders.column(0).as_string::<i32>().iter().flatten().collect();
        ids.sort_unstable();
        let n = ids.len();
        ids.dedup();
        assert_eq!(ids.len(), n);
        assert!(n > 1_000, "{n}");
    }
}
