//! The order of computation: each tag after those that it reads.

use indexmap::IndexMap;

use crate::catalog::model::TagDef;
use crate::engine::plan::problems::Problems;
use crate::engine::plan::tag::reads;

/// The tags that each tag reads and an order of computation; `None` where tags read each other in a circle.
pub(super) struct Dependencies {
    pub(super) inputs: Vec<Vec<usize>>,
    pub(super) order: Vec<usize>,
}

/// Finds who reads whom, checks layers, and orders the tags. Names that are no tags are left to the checks of the
/// definitions themselves.
pub(super) fn dependencies(
    tags: &IndexMap<String, TagDef>,
    problems: &mut Problems<'_>,
) -> Option<Dependencies> {
    let mut inputs = Vec::with_capacity(tags.len());
    for (name, def) in tags {
        let mut read: Vec<usize> = before_in_group(tags, inputs.len());
        for (input, field) in reads(def) {
            let Some((index, _, input_def)) = tags.get_full(&input) else { continue };
            if input_def.layer > def.layer {
                let message = format!(
                    "tag `{name}` is on layer {}, it reads `{input}` of layer {}; wanted its own layer or a lower one",
                    def.layer.name(),
                    input_def.layer.name()
                );
                problems.add(&["tags", name, field], "catalog.layer", message, None);
            }
            read.push(index);
        }
        read.sort_unstable();
        read.dedup();
        inputs.push(read);
    }
    match sorted(&inputs) {
        Ok(order) => Some(Dependencies { inputs, order }),
        Err(cycle) => {
            let names: Vec<&str> =
                cycle.iter().filter_map(|&i| tags.get_index(i)).map(|(name, _)| name.as_str()).collect();
            let first = names.first().copied().unwrap_or_default();
            let message = format!("tags read each other in a circle: {} -> {first}", names.join(" -> "));
            problems.add(&["tags", first], "catalog.cycle", message, None);
            None
        }
    }
}

/// The rules of a tag's group that come before it, the first first: those of a higher priority, of equal ones those
/// before it in the catalogue.
pub(super) fn before_in_group(tags: &IndexMap<String, TagDef>, index: usize) -> Vec<usize> {
    let place = |(at, def): (usize, &TagDef)| (std::cmp::Reverse(def.priority.unwrap_or_default()), at);
    let Some((_, own)) = tags.get_index(index) else { return Vec::new() };
    if own.group.is_none() {
        return Vec::new();
    }
    let of_group = tags.values().enumerate().filter(|(_, def)| def.group == own.group);
    let mut before: Vec<_> = of_group.map(place).filter(|found| *found < place((index, own))).collect();
    before.sort_unstable();
    before.into_iter().map(|(_, at)| at).collect()
}

/// Depth-first order without recursion (a chain of tags may be long), or a cycle.
fn sorted(inputs: &[Vec<usize>]) -> Result<Vec<usize>, Vec<usize>> {
    #[derive(Clone, Copy, PartialEq)]
    enum State {
        New,
        Open,
        Done,
    }
    let mut states = vec![State::New; inputs.len()];
    let mut order = Vec::with_capacity(inputs.len());
    for start in 0..inputs.len() {
        let mut path: Vec<(usize, usize)> = Vec::new();
        if states[start] == State::New {
            states[start] = State::Open;
            path.push((start, 0));
        }
        while let Some((tag, next)) = path.last_mut() {
            match inputs[*tag].get(*next) {
                None => {
                    states[*tag] = State::Done;
                    order.push(*tag);
                    path.pop();
                }
                Some(&input) => {
                    *next += 1;
                    match states[input] {
                        State::Done => {}
                        State::New => {
                            states[input] = State::Open;
                            path.push((input, 0));
                        }
                        State::Open => {
                            let from = path.iter().position(|(tag, _)| *tag == input).unwrap_or(0);
                            return Err(path[from..].iter().map(|(tag, _)| *tag).collect());
                        }
                    }
                }
            }
        }
    }
    Ok(order)
}

#[cfg(test)]
mod tests {
    use super::sorted;

    #[test]
    fn inputs_come_first_and_cycles_are_named() {
        assert_eq!(sorted(&[vec![1, 2], vec![2], vec![]]), Ok(vec![2, 1, 0]));
        assert_eq!(sorted(&[vec![1], vec![2], vec![1]]), Err(vec![1, 2]));
        assert_eq!(sorted(&[vec![0]]), Err(vec![0]));
    }

    #[test]
    fn a_chain_of_100_000_tags_is_no_trouble() {
        let chain: Vec<Vec<usize>> =
            (0..100_000).map(|i| if i < 99_999 { vec![i + 1] } else { vec![] }).collect();
        assert_eq!(sorted(&chain).unwrap()[0], 99_999);
    }
}
