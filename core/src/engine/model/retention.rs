//! Retention: contracts of each profile, and the curve of how long all have stayed.

use std::collections::HashSet;
use std::fmt::Write as _;
use std::ops::Range;
use std::sync::Arc;

use serde::Serialize;

use crate::engine::explain::{Because, RowsBecause, number, rows_because};
use crate::engine::fit::Artifact;
use crate::engine::model::{Population, TagModel, Told, text};
use crate::engine::plan::FactPlan;
use crate::engine::{OneProfile, TagTable};
use crate::fact::{FactError, FieldType, Operand, RowModel, View};
use crate::marketing::retention::{Curve, Fitted, Method, Model, Outlook, Point, State, Stay, Term};
use crate::marketing::{Language, MarketingError};
use crate::time::{Date, Timestamp, Zone};
use crate::value::{Codes, Column, ColumnBuilder, DataType, Value};

/// The contracts in a profile's rows, as stays in one text: a column has one cell a profile, however many stays there are.
#[derive(Debug)]
pub(crate) struct RetentionRows {
    pub(crate) start: Operand,
    pub(crate) end: usize,
    pub(crate) contract: Option<usize>,
    pub(crate) watched_from: Option<usize>,
    pub(crate) model: Model,
}

/// For each stay the days since 1970 of start, end and from when on it was watched, whether it was left, and the number of
/// contracts.
fn pack(stays: &[Stay]) -> String {
    let mut packed = String::new();
    for stay in stays {
        let day = |date: Option<Date>| date.map_or(String::new(), |date| date.days().to_string());
        let (end, from, left) = (day(stay.end), day(stay.watched_from), u8::from(stay.left));
        // Writing to a text does not fail.
        let _ = write!(packed, "{},{end},{from},{left},{};", stay.start.days(), stay.contracts);
    }
    packed
}

fn unpack(packed: &str) -> Vec<Stay> {
    let stay = |cell: &str| {
        let mut parts = cell.split(',').map(|part| part.parse::<i32>().ok());
        let mut next = || parts.next().flatten();
        let [start, end, from, left, contracts] = [next(), next(), next(), next(), next()];
        Some(Stay {
            start: Date::from_days(start?),
            end: end.map(Date::from_days),
            left: left? == 1,
            watched_from: from.map(Date::from_days),
            contracts: u64::from(contracts?.unsigned_abs()),
        })
    };
    packed.split_terminator(';').filter_map(stay).collect()
}

/// The last day of which something is known before an instant.
fn known(as_of: Timestamp, zone: &Zone) -> Date {
    zone.date_at(Timestamp::from_micros(as_of.micros().saturating_sub(1)))
}

impl RetentionRows {
    /// The columns with dates, each with its field in the definition.
    pub(crate) fn dated(&self) -> Vec<(&'static str, usize)> {
        let start = match self.start {
            Operand::Column(column) => Some(("start", column)),
            Operand::Time => None,
        };
        let watched_from = self.watched_from.map(|column| ("watched_from", column));
        start.into_iter().chain([("end", self.end)]).chain(watched_from).collect()
    }

    /// The stays of a profile, as they are known at the instant of the view.
    fn stays(&self, view: &View<'_>, profile: usize) -> Vec<Stay> {
        let columns = view.timeline.columns();
        let instant = |column: usize, at: usize| match columns[column].value(at) {
            Value::Date(date) => Some(view.zone.start_of(date)),
            Value::Timestamp(instant) => Some(instant),
            _ => None,
        };
        let codes = self.contract.map(|column| view.timeline.codes(column));
        let mut seen: HashSet<u32> = HashSet::new();
        let mut terms = Vec::new();
        // From the last row back: the first that is met of a contract is its last.
        for at in view.rows(profile).rev() {
            let code = codes.map_or(Codes::NULL, |codes| codes.codes[at]);
            if code != Codes::NULL && !seen.insert(code) {
                continue;
            }
            let start = match self.start {
                Operand::Time => Some(Timestamp::from_micros(view.timeline.times()[at])),
                Operand::Column(column) => instant(column, at),
            };
            let is_known = |instant: &Timestamp| *instant < view.as_of;
            let Some(start) = start.filter(is_known) else { continue };
            let day = |instant| view.zone.date_at(instant);
            terms.push(Term {
                start: day(start),
                end: instant(self.end, at).filter(is_known).map(day),
                left: view.steps.first().is_none_or(|left_when| left_when.has(at)),
                watched_from: self.watched_from.and_then(|column| instant(column, at)).map(day),
            });
        }
        self.model.stays(terms)
    }
}

impl RowModel for RetentionRows {
    fn name(&self) -> &'static str {
        "contracts"
    }

    fn columns(&self) -> Vec<usize> {
        let dated = self.dated().into_iter().map(|(_, column)| column);
        dated.chain(self.contract).collect()
    }

    fn fields(&self, _types: &[DataType]) -> Result<Vec<FieldType>, FactError> {
        Ok(vec![FieldType::new(Some("stays"), DataType::String, false)])
    }

    fn compute(&self, view: &View<'_>, profiles: Range<usize>) -> Vec<Column> {
        let mut packed = ColumnBuilder::new(DataType::String, profiles.len());
        for profile in profiles {
            packed.push_str(&pack(&self.stays(view, profile)));
        }
        vec![packed.finish()]
    }
}

/// A model of retention.
#[derive(Debug)]
pub(crate) struct Retention {
    pub(crate) plan: FactPlan,
    pub(crate) rows: Arc<RetentionRows>,
}

/// What made the chance to stay.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct RetentionBecause {
    /// Whether there is a contract; `None` for whoever never had one.
    pub state: Option<State>,
    /// The stays of the profile, by their start; none where a date of the contracts is personal.
    pub stays: Vec<Stay>,
    /// How long the stay that runs has gone on.
    pub age_days: Option<i64>,
    /// What is to be expected of it, with the points of the curve that say so; `None` without a contract that runs.
    pub outlook: Option<Outlook>,
    /// The curve.
    pub method: Method,
    /// With a model of renewals: alpha and beta.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parameters: Option<[f64; 2]>,
    /// From how many stays it was learnt.
    pub learnt_from: u64,
    /// How many of them had ended with the customer's leaving.
    pub left: u64,
    /// The longest of them in days, where the curve ends there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub longest_days: Option<i64>,
    /// The chance at which it is time to act.
    pub act_below: f64,
    /// The contracts.
    pub rows: RowsBecause,
}

/// What a profile's stays come to at an instant.
struct Standing {
    state: State,
    age_days: Option<i64>,
    outlook: Option<Outlook>,
    act_in_days: Option<i64>,
}

impl Retention {
    fn fitted(artifact: Option<&Artifact>) -> Option<&Fitted> {
        match artifact {
            Some(Artifact::Retention(fitted)) => Some(fitted),
            _ => None,
        }
    }

    fn standing(
        &self,
        stays: &[Stay],
        fitted: Option<&Fitted>,
        as_of: Timestamp,
        zone: &Zone,
    ) -> Option<Standing> {
        let last = stays.last()?;
        let (model, known) = (&self.rows.model, known(as_of, zone));
        let state = State::of(last, model.gap(), known);
        if state != State::Running {
            return Some(Standing { state, age_days: None, outlook: None, act_in_days: None });
        }
        let today = zone.date_at(as_of);
        let days = |from: Date, to: Date| i64::from(to.days()) - i64::from(from.days());
        let outlook = fitted
            .zip(model.ahead(known))
            .map(|(fitted, horizon)| model.outlook(fitted, last.start, known, horizon));
        let act_on = outlook.and_then(|outlook| outlook.act_on);
        Some(Standing {
            state,
            age_days: Some(days(last.start, today)),
            outlook,
            act_in_days: act_on.map(|day| days(today, day)),
        })
    }
}

impl TagModel for Retention {
    fn rows(&self) -> Option<&FactPlan> {
        Some(&self.plan)
    }

    fn learns_from(&self) -> Option<&[usize]> {
        Some(&[])
    }

    fn fit(&self, population: &Population<'_>) -> Result<Option<Artifact>, MarketingError> {
        let (model, known) = (&self.rows.model, known(population.as_of, population.zone));
        let packed = population.rows.first();
        let stays = (0..packed.map_or(0, Column::len))
            .flat_map(|profile| unpack(text(packed, profile).unwrap_or_default()))
            .filter_map(|stay| model.observed(&stay, known));
        Ok(Some(Artifact::Retention(Box::new(model.fit(stays)?))))
    }

    fn is_sound(&self, artifact: Option<&Artifact>) -> bool {
        Self::fitted(artifact).is_some_and(|fitted| fitted.is_of(&self.rows.model))
    }

    fn apply(&self, table: &TagTable<'_>, rows: &[Column], artifact: Option<&Artifact>) -> Vec<Column> {
        let n = table.n_profiles();
        let mut states = ColumnBuilder::new(DataType::String, n);
        let (mut stay, mut expected) = (Vec::with_capacity(n), Vec::with_capacity(n));
        let (mut ages, mut act_in) = (Vec::with_capacity(n), Vec::with_capacity(n));
        for profile in 0..n {
            let stays = unpack(text(rows.first(), profile).unwrap_or_default());
            let standing = self.standing(&stays, Self::fitted(artifact), table.as_of, &table.plan.zone);
            match &standing {
                Some(standing) => states.push_str(standing.state.name()),
                None => states.push_null(),
            }
            let outlook = standing.as_ref().and_then(|standing| standing.outlook);
            stay.push(outlook.and_then(|outlook| outlook.stay));
            expected.push(outlook.and_then(|outlook| outlook.expected_days));
            ages.push(standing.as_ref().and_then(|standing| standing.age_days));
            act_in.push(standing.as_ref().and_then(|standing| standing.act_in_days));
        }
        vec![
            Column::Float(stay.into()),
            states.finish(),
            Column::Int(ages.into()),
            Column::Float(expected.into()),
            Column::Int(act_in.into()),
        ]
    }

    fn because(&self, one: &OneProfile<'_>, artifact: Option<&Artifact>, max_rows: usize) -> Because {
        let wanted = one.wanted(&self.plan);
        let stays = one.with_view(&wanted, |view, place| self.rows.stays(view, place));
        let fitted = Self::fitted(artifact);
        let standing = self.standing(&stays, fitted, one.table.as_of, &one.table.plan.zone);
        let source = &one.table.plan.sources[self.plan.source];
        let is_personal = |column: usize| {
            let spec = source.def.columns.get(&source.columns[column]).and_then(|def| def.spec());
            spec.is_some_and(|spec| spec.personal)
        };
        let is_hidden = self.rows.dated().into_iter().any(|(_, column)| is_personal(column));
        Because::Retention(Box::new(RetentionBecause {
            state: standing.as_ref().map(|standing| standing.state),
            stays: if is_hidden { Vec::new() } else { stays },
            age_days: standing.as_ref().and_then(|standing| standing.age_days),
            outlook: standing.and_then(|standing| standing.outlook),
            method: self.rows.model.params().method,
            parameters: match fitted.and_then(|fitted| fitted.curve.as_ref()) {
                Some(Curve::ShiftedBetaGeometric { model, .. }) => Some(model.parameters()),
                _ => None,
            },
            learnt_from: fitted.map_or(0, |fitted| fitted.stays),
            left: fitted.map_or(0, |fitted| fitted.left),
            longest_days: fitted.and_then(Fitted::longest_days),
            act_below: self.rows.model.params().act_below,
            rows: rows_because(one, &wanted, max_rows),
        }))
    }
}

/// A point of the curve: `S(60) = 0.8, 3 of 12 left at the last step`.
fn point(point: &Point, language: Language) -> String {
    let (at, share) = (point.renewals.map_or(point.days, u64::cast_signed), number(point.survival));
    let step = point.at_risk.zip(point.left).map(|(at_risk, left)| (number(left), number(at_risk)));
    match (language, point.renewals, step) {
        (Language::Zh, Some(_), _) => format!("续约 {at} 次后 S = {share}"),
        (Language::En, Some(_), _) => format!("S = {share} after {at} renewals"),
        (Language::Zh, None, Some((left, at_risk))) => {
            format!("第 {at} 天 S = {share}（最近一步 {at_risk} 人中离开 {left} 人）")
        }
        (Language::En, None, Some((left, at_risk))) => {
            format!("S = {share} on day {at} ({left} of {at_risk} left at the last step)")
        }
        (Language::Zh, None, None) => format!("第 {at} 天 S = {share}"),
        (Language::En, None, None) => format!("S = {share} on day {at}"),
    }
}

impl Told for RetentionBecause {
    fn lines(&self, language: Language, show: &dyn Fn(&str, &Value) -> String) -> Vec<String> {
        let day = |date: Date| show("", &Value::Date(date));
        let is_zh = language == Language::Zh;
        let mut lines = Vec::new();
        for Stay { start, end, contracts, .. } in &self.stays {
            let (start, end) = (day(*start), end.map_or("…".to_owned(), day));
            lines.push(if is_zh {
                format!("{start} 至 {end}，{contracts} 份合同")
            } else {
                format!("from {start} to {end}, {contracts} contracts")
            });
        }
        let (learnt_from, left) = (self.learnt_from, self.left);
        let Some(outlook) = &self.outlook else {
            let state = self.state.map_or("-", State::name);
            lines.push(if is_zh {
                format!("没有在期合同（{state}）")
            } else {
                format!("no contract runs ({state})")
            });
            return lines;
        };
        if let Some(age) = self.age_days {
            lines.push(if is_zh { format!("已在 {age} 天") } else { format!("here for {age} days") });
        }
        let unknown = if is_zh { "曲线未及" } else { "the curve does not reach so far" };
        let said = |of: &Option<Point>| of.as_ref().map_or(unknown.to_owned(), |of| point(of, language));
        lines.push(if is_zh {
            format!("目前：{}", said(&outlook.now))
        } else {
            format!("now: {}", said(&outlook.now))
        });
        lines.push(if is_zh {
            format!("期末：{}", said(&outlook.then))
        } else {
            format!("at the horizon: {}", said(&outlook.then))
        });
        if let Some((stay, expected)) = outlook.stay.zip(outlook.expected_days) {
            let (stay, expected) = (number(stay), number(expected));
            lines.push(if is_zh {
                format!("留存概率 = 期末 S / 目前 S = {stay}，期内预期 {expected} 天")
            } else {
                format!("chance to stay {stay} = the second S / the first; {expected} days to expect within the horizon")
            });
        }
        if let Some(act_on) = outlook.act_on {
            let (act_on, below) = (day(act_on), number(self.act_below));
            lines.push(if is_zh {
                format!("{act_on} 后留存概率不高于 {below}")
            } else {
                format!("after {act_on} the chance is {below} or less: act by then")
            });
        }
        let [alpha, beta] = self.parameters.unwrap_or_default().map(number);
        lines.push(match (self.longest_days, self.parameters.is_some(), is_zh) {
            (Some(longest), _, true) => {
                format!("Kaplan-Meier 曲线学习自 {learnt_from} 段在期（其中 {left} 段已离开），最长 {longest} 天")
            }
            (Some(longest), _, false) => format!(
                "curve of Kaplan and Meier learnt from {learnt_from} stays, {left} of which had ended, the longest {longest} days"
            ),
            (None, true, true) => {
                format!("移位 Beta-几何模型（alpha {alpha}，beta {beta}）学习自 {learnt_from} 段在期，其中 {left} 段已离开")
            }
            (None, true, false) => format!(
                "shifted beta-geometric model (alpha {alpha}, beta {beta}) learnt from {learnt_from} stays, {left} of which had ended"
            ),
            (None, false, true) => "没有可供学习的合同".to_owned(),
            (None, false, false) => "there was no contract to learn from".to_owned(),
        });
        lines
    }

    fn rows(&self) -> Option<&RowsBecause> {
        Some(&self.rows)
    }
}
