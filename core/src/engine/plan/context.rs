//! What a tag is checked against: the sources, the columns, and the problems so far.

use std::fmt::Display;

use crate::catalog::did_you_mean;
use crate::catalog::model::SourceKind;
use crate::engine::plan::FactPlan;
use crate::engine::plan::problems::Problems;
use crate::engine::plan::source::SourcePlan;
use crate::expr;
use crate::fact::{FieldType, Operand};
use crate::time::{Window, Zone};

/// Something is wrong, and stands among the problems already.
pub(super) struct Reported;

/// The tag that is being checked and what it may refer to.
pub(super) struct Context<'a, 'p> {
    pub(super) tag: &'a str,
    /// Within the tag, where its fields are looked for: `["ratio", "of"]`.
    pub(super) within: &'static [&'static str],
    pub(super) zone: &'a Zone,
    pub(super) sources: &'a mut [SourcePlan],
    pub(super) problems: &'a mut Problems<'p>,
}

impl Context<'_, '_> {
    fn path<'b>(&'b self, field: &[&'b str]) -> Vec<&'b str> {
        let within = self.within.iter().copied();
        ["tags", self.tag].into_iter().chain(within).chain(field.iter().copied()).collect()
    }

    pub(super) fn problem(
        &mut self,
        field: &[&str],
        code: &'static str,
        message: impl Display,
        help: Option<String>,
    ) {
        let path: Vec<String> = self.path(field).into_iter().map(str::to_owned).collect();
        let path: Vec<&str> = path.iter().map(String::as_str).collect();
        self.problems.add(&path, code, message.to_string(), help);
    }

    pub(super) fn warning(&mut self, field: &[&str], code: &'static str, message: impl Display) {
        let path: Vec<String> = self.path(field).into_iter().map(str::to_owned).collect();
        let path: Vec<&str> = path.iter().map(String::as_str).collect();
        self.problems.add_warning(&path, code, message.to_string());
    }

    /// The position of a source of a kind.
    pub(super) fn source(&mut self, field: &[&str], name: &str, kind: SourceKind) -> Option<usize> {
        let names: Vec<String> =
            self.sources.iter().filter(|s| s.def.kind == kind).map(|s| s.name.clone()).collect();
        let found = self.sources.iter().position(|s| s.name == name && s.def.kind == kind);
        if found.is_none() {
            let help = did_you_mean(name, names.iter().map(String::as_str));
            let kind = if kind == SourceKind::Events { "events" } else { "records" };
            self.problem(field, "catalog.unknown_source", format!("no {kind} source `{name}`"), help);
        }
        found
    }

    /// The position of a declared column of a source.
    pub(super) fn column(&mut self, field: &[&str], source: usize, name: &str) -> Option<usize> {
        let found = self.sources[source].column(name);
        if found.is_none() {
            let plan = &self.sources[source];
            let help = did_you_mean(name, plan.columns.iter().map(String::as_str));
            let message = format!("source `{}` declares no column `{name}`", plan.name);
            self.problem(field, "catalog.unknown_column", message, help);
        }
        found
    }

    /// A column or the time of a source.
    pub(super) fn operand(&mut self, field: &[&str], source: usize, name: &str) -> Option<Operand> {
        let plan = &self.sources[source];
        if plan.def.time.as_deref() == Some(name) && plan.column(name).is_none() {
            return Some(Operand::Time);
        }
        self.column(field, source, name).map(Operand::Column)
    }

    /// A filter over a source's rows.
    pub(super) fn filter(
        &mut self,
        field: &[&str],
        source: usize,
        text: Option<&str>,
    ) -> Result<Option<expr::RootId>, Reported> {
        let Some(text) = text else { return Ok(None) };
        let path: Vec<&str> = ["tags", self.tag]
            .into_iter()
            .chain(self.within.iter().copied())
            .chain(field.iter().copied())
            .collect();
        match self.sources[source].filters.add_bool(text) {
            Ok(root) => {
                self.problems.add_warnings(&path, self.sources[source].filters.warnings(root));
                Ok(Some(root))
            }
            Err(errors) => {
                self.problems.add_expression(&path, &errors);
                Err(Reported)
            }
        }
    }

    /// A window of a source's rows and how long before `as_of` it ends.
    pub(super) fn window(
        &mut self,
        source: usize,
        window: Option<Window>,
        offset: Option<Window>,
    ) -> Result<(Window, Option<Window>), Reported> {
        let has_time = self.sources[source].def.time.is_some();
        for (field, given) in [("window", window), ("offset", offset)] {
            if given.is_some_and(|window| !matches!(window, Window::All | Window::LastEvents(_))) && !has_time
            {
                let message = format!(
                    "`{field}` over source `{}`, whose rows have no time; wanted a source with `time`",
                    self.sources[source].name
                );
                self.problem(&[field], "catalog.contradiction", message, None);
                return Err(Reported);
            }
        }
        if let Some(offset) = offset {
            self.length(&["offset"], offset)?;
        }
        if let Some(Window::Fixed { from, to }) = window
            && from.instant(self.zone) >= to.instant(self.zone)
        {
            let message = format!("`window` is from {from} to {to}; wanted a later end");
            self.problem(&["window"], "catalog.out_of_range", message, None);
            return Err(Reported);
        }
        Ok((window.unwrap_or(Window::All), offset))
    }

    /// A window that has to be a length of time.
    pub(super) fn length(&mut self, field: &[&str], window: Window) -> Result<Window, Reported> {
        if window.is_length() {
            return Ok(window);
        }
        let name = field.last().copied().unwrap_or_default();
        let message = format!("`{name}` is `{window}`; wanted a length of time, such as 90d or 3mo");
        self.problem(field, "catalog.out_of_range", message, None);
        Err(Reported)
    }

    /// The fields of an aggregate, where its columns fit it.
    pub(super) fn fields(&mut self, field: &[&str], plan: &FactPlan) -> Option<Vec<FieldType>> {
        match plan.op.fields(&self.sources[plan.source].types) {
            Ok(fields) => Some(fields),
            Err(error) => {
                self.problem(field, "catalog.wrong_type", error, None);
                None
            }
        }
    }
}
