//! What a rule says that its author can hardly mean: conditions that are never or always true, branches that are
//! never taken.

use super::Checker;
use super::line::{Line, MAX_WORK};
use crate::expr::code;
use crate::expr::explain::{Role, Shape};
use crate::expr::node::{NodeId, Op};
use crate::expr::token::cut;
use crate::value::Value;

impl Checker<'_, '_> {
    /// Warns of what stands within a part of a rule; gives whether there was anything.
    pub(super) fn doubt(&mut self, shape: &Shape) -> bool {
        match shape.role {
            Role::And | Role::Or => return self.doubt_joined(shape),
            Role::Case { simple } => return self.doubt_branches(shape, simple),
            _ => {}
        }
        let mut found = false;
        for child in &shape.children {
            found |= self.doubt(child);
        }
        found || self.doubt_settled(shape) || self.doubt_between(shape)
    }

    /// The part as it was written.
    fn written(&self, shape: &Shape) -> String {
        cut(&self.sink.text()[shape.span.clone()]).to_owned()
    }

    fn truth_of(&self, node: Option<NodeId>) -> Option<bool> {
        match self.constant_of(node?)? {
            Value::Bool(b) => Some(b),
            _ => None,
        }
    }

    /// A condition that is the same for everybody; TRUE and FALSE as such are meant.
    fn doubt_settled(&mut self, shape: &Shape) -> bool {
        let Some(truth) = self.truth_of(shape.node).filter(|_| shape.op != "constant") else { return false };
        let (code, word) = if truth { (code::ALWAYS_TRUE, "true") } else { (code::ALWAYS_FALSE, "false") };
        let message = format!("`{}` is {word} for everybody", self.written(shape));
        let help = format!("it names nothing that differs; write {} if that is meant", word.to_uppercase());
        self.sink.warning(code, shape.span.clone(), message, help);
        true
    }

    fn doubt_between(&mut self, shape: &Shape) -> bool {
        let (Role::Between, [_, low, high], Some(node)) = (shape.role, &shape.children[..], shape.node)
        else {
            return false;
        };
        let ends = (low.node.and_then(|n| self.constant_of(n)), high.node.and_then(|n| self.constant_of(n)));
        let (Some(least), Some(most)) = ends else { return false };
        let in_order = match (&least, &most) {
            (Value::String(a), Value::String(b)) => a <= b,
            (Value::Date(a), Value::Date(b)) => a <= b,
            (a, b) => a.as_f64().zip(b.as_f64()).is_some_and(|(a, b)| a <= b),
        };
        // Written as NOT BETWEEN it is a negation.
        let inner = match &self.graph.node(node).op {
            Op::Not => self.graph.node(node).args[0],
            _ => node,
        };
        if in_order {
            return false;
        }
        let Some(truths) = self.truths(&[inner]) else { return false };
        if truths.any(|row| row[0]) {
            return false;
        }
        let message = format!("nothing is BETWEEN {} AND {}", self.written(low), self.written(high));
        let help = "the smaller end stands first".to_owned();
        let code = if inner == node { code::ALWAYS_FALSE } else { code::ALWAYS_TRUE };
        self.sink.warning(code, shape.span.clone(), message, help);
        true
    }

    /// `AND` and `OR`: conditions on one column that exclude each other, or leave nothing out.
    fn doubt_joined(&mut self, shape: &Shape) -> bool {
        let mut parts = Vec::new();
        flatten(shape, shape.role, &mut parts);
        let mut sound: Vec<&Shape> = Vec::new();
        for part in &parts {
            if !self.doubt(part) {
                sound.push(part);
            }
        }
        let mut found = sound.len() < parts.len();
        let column = |part: &Shape| Line::of(self.graph, &[part.node?]).map(|line| line.column);
        let mut placed: Vec<(usize, &Shape)> =
            sound.into_iter().filter_map(|part| Some((column(part)?, part))).collect();
        placed.sort_by_key(|(column, _)| *column);
        for group in placed.chunk_by(|a, b| a.0 == b.0).filter(|group| group.len() > 1) {
            let group: Vec<&Shape> = group.iter().map(|(_, part)| *part).collect();
            found |= self.doubt_group(shape.role, &group);
        }
        found || (parts.iter().all(|part| self.truth_of(part.node).is_some()) && self.doubt_settled(shape))
    }

    /// Conditions on one column that are joined.
    fn doubt_group(&mut self, role: Role, group: &[&Shape]) -> bool {
        let nodes: Vec<NodeId> = group.iter().filter_map(|part| part.node).collect();
        let Some(truths) = self.truths(&nodes) else { return false };
        let is_or = role == Role::Or;
        // Whether some of the conditions settle the whole by themselves.
        let settles = |some: &[usize]| {
            let together = |row: &[bool]| {
                if is_or { some.iter().any(|&at| row[at]) } else { some.iter().all(|&at| row[at]) }
            };
            if is_or { truths.all_known(together) } else { !truths.any(together) }
        };
        let all: Vec<usize> = (0..group.len()).collect();
        if !settles(&all) {
            return false;
        }
        let upto = (1..group.len()).find(|&last| settles(&all[..=last])).unwrap_or(group.len() - 1);
        let partner = (0..upto).find(|&at| settles(&[at, upto]));
        let (name, last) = (cut(&truths.name).to_owned(), group[upto]);
        let other = match partner {
            Some(at) => format!("`{}`", self.written(group[at])),
            None => format!("the conditions on `{name}` before it"),
        };
        let (code, message, help) = if is_or {
            let message = format!("together with {other} this is true of every `{name}` that is known");
            (
                code::ALWAYS_TRUE,
                message,
                format!("did you mean AND? To ask for any, write {name} IS NOT NULL"),
            )
        } else {
            let message = format!("this is never true together with {other}");
            (code::ALWAYS_FALSE, message, format!("no `{name}` is both; did you mean OR?"))
        };
        self.sink.warning(code, last.span.clone(), message, help);
        true
    }

    /// `CASE` and `IF`: branches that are never taken.
    fn doubt_branches(&mut self, shape: &Shape, simple: bool) -> bool {
        let mut found = false;
        let first = usize::from(simple);
        if simple && let Some(operand) = shape.children.first() {
            found |= self.doubt(operand);
        }
        let (pairs, otherwise) = shape.children.get(first..).unwrap_or_default().as_chunks::<2>();
        let mut warned = Vec::with_capacity(pairs.len());
        for [when, then] in pairs {
            // A simple WHEN is shown as the comparison that it stands for.
            let doubt = if simple { false } else { self.doubt(when) };
            warned.push(doubt);
            found |= doubt | self.doubt(then);
        }
        for other in otherwise {
            found |= self.doubt(other);
        }
        let conditions: Vec<Option<NodeId>> = pairs.iter().map(|[when, _]| when.node).collect();
        for (at, [when, then]) in pairs.iter().enumerate() {
            if warned[at] {
                continue;
            }
            let reason = if self.truth_of(when.node) == Some(false) {
                Some("its condition is never true".to_owned())
            } else {
                self.taken_before(&conditions[..at], when.node).map(|by| self.because(&pairs[..at], by))
            };
            if let Some(reason) = reason {
                self.never_taken(then, &reason);
                found = true;
            }
        }
        if let [other] = otherwise
            && let Some(by) = self.taken_before(&conditions, None)
        {
            let reason = self.because(pairs, by);
            self.never_taken(other, &reason);
            found = true;
        }
        found
    }

    fn because(&self, before: &[[Shape; 2]], by: Option<usize>) -> String {
        match by.and_then(|at| before.get(at)) {
            Some([when, _]) => format!("`WHEN {}` before it takes all of it", self.written(when)),
            None => "the branches before it take all of it".to_owned(),
        }
    }

    fn never_taken(&mut self, branch: &Shape, reason: &str) {
        let message = format!("this value is never taken: {reason}");
        let help = "take the branch out, or put it before the one that takes its place".to_owned();
        self.sink.warning(code::UNREACHABLE, branch.span.clone(), message, help);
    }

    /// Whether earlier conditions take whatever a later one (none: `ELSE`) would, and which of them where it is one.
    #[expect(clippy::option_option, reason = "whether, and by which one")]
    fn taken_before(&mut self, earlier: &[Option<NodeId>], later: Option<NodeId>) -> Option<Option<usize>> {
        let settled = |&node: &Option<NodeId>| self.truth_of(node) == Some(true);
        if let Some(at) = earlier.iter().position(settled) {
            return Some(Some(at));
        }
        if let Some(at) = earlier.iter().position(|node| later.is_some() && *node == later) {
            return Some(Some(at));
        }
        self.work = self.work.saturating_add(earlier.len());
        if self.work > MAX_WORK {
            return None;
        }
        let column = match later {
            Some(node) => Line::of(self.graph, &[node])?.column,
            None => Line::of(self.graph, &[(*earlier.first()?)?])?.column,
        };
        let of_column =
            |node: NodeId| Line::of(self.graph, &[node]).is_some_and(|line| line.column == column);
        let (places, mut nodes): (Vec<usize>, Vec<NodeId>) = earlier
            .iter()
            .enumerate()
            .filter_map(|(at, node)| Some((at, (*node)?)))
            .filter(|(_, n)| of_column(*n))
            .unzip();
        if nodes.is_empty() || (later.is_none() && places.len() < earlier.len()) {
            return None;
        }
        nodes.extend(later);
        let truths = self.truths(&nodes)?;
        let n = places.len();
        let covers = |some: std::ops::Range<usize>| {
            truths.all(|row| row[some.clone()].contains(&true) || (later.is_some() && !row[n]))
        };
        if !covers(0..n) {
            return None;
        }
        Some((0..n).find(|&at| covers(at..at + 1)).map(|at| places[at]))
    }
}

/// The parts of an `AND` or `OR`, those of the same within it taken apart.
fn flatten<'s>(shape: &'s Shape, role: Role, parts: &mut Vec<&'s Shape>) {
    for child in &shape.children {
        if child.role == role { flatten(child, role, parts) } else { parts.push(child) }
    }
}
