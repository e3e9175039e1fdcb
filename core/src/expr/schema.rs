//! What a rule can name.

use rustc_hash::FxHashMap;
use unicode_normalization::UnicodeNormalization;

use crate::value::DataType;

/// A named, typed thing that rules can read: a column of a source, or a tag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// The name; it may have dots (`churn_risk.probability`).
    pub name: String,
    /// The type of its values.
    pub data_type: DataType,
    /// Whether it can be null.
    pub nullable: bool,
}

impl Field {
    /// Makes a field that can be null.
    pub fn new(name: impl Into<String>, data_type: DataType) -> Self {
        Self { name: name.into(), data_type, nullable: true }
    }

    /// Makes a field that is never null.
    pub fn required(name: impl Into<String>, data_type: DataType) -> Self {
        Self { nullable: false, ..Self::new(name, data_type) }
    }
}

/// The fields that rules can read, in order, and other names for them. Names are matched letter by letter.
#[derive(Debug, Clone, Default)]
pub struct Schema {
    fields: Vec<Field>,
    names: FxHashMap<String, usize>,
    aliases: Vec<String>,
}

impl Schema {
    /// A schema without fields.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a field and gives its index. A later field hides an earlier field or alias of the same name.
    pub fn push(&mut self, field: Field) -> usize {
        let index = self.fields.len();
        self.names.insert(field.name.clone(), index);
        self.fields.push(field);
        index
    }

    /// Adds another name for the field at `index`; where there is a field of that name, it stays what it is.
    /// An index without a field is ignored.
    pub fn alias(&mut self, name: &str, index: usize) {
        if index < self.fields.len() && !self.names.contains_key(name) {
            self.names.insert(name.to_owned(), index);
            self.aliases.push(name.to_owned());
        }
    }

    /// The index of the field with this name or alias.
    pub fn index_of(&self, name: &str) -> Option<usize> {
        self.names.get(name).copied()
    }

    /// The fields, in the order in which they were added.
    pub fn fields(&self) -> &[Field] {
        &self.fields
    }

    /// The known name that is most like an unknown one: the same but for case or width, the same last part, or
    /// the nearest by normalised Damerau-Levenshtein similarity of at least 0.6. Of equals, the first.
    pub fn nearest(&self, name: &str) -> Option<&str> {
        let known =
            || self.fields.iter().map(|f| f.name.as_str()).chain(self.aliases.iter().map(String::as_str));
        nearest(name, known)
    }
}

/// See [`Schema::nearest`].
pub(super) fn nearest<'a, I: Iterator<Item = &'a str>>(name: &str, known: impl Fn() -> I) -> Option<&'a str> {
    // The distance takes time by the product of the lengths; nobody misspells a name this long.
    const MAX_NAME_BYTES: usize = 200;
    if name.len() > MAX_NAME_BYTES {
        return None;
    }
    let folded = |text: &str| text.nfkc().collect::<String>().to_lowercase();
    let wanted = folded(name);
    if let Some(same) = known().find(|other| folded(other) == wanted) {
        return Some(same);
    }
    if let Some(part) = known().find(|other| other.rsplit_once('.').is_some_and(|(_, last)| last == name)) {
        return Some(part);
    }
    let mut best: Option<(f64, &str)> = None;
    for other in known().filter(|other| other.len() <= MAX_NAME_BYTES) {
        let likeness = strsim::normalized_damerau_levenshtein(&wanted, &folded(other));
        if likeness >= 0.6 && best.is_none_or(|(most, _)| likeness > most) {
            best = Some((likeness, other));
        }
    }
    best.map(|(_, other)| other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nearest_names() {
        let mut schema = Schema::new();
        let index = schema.push(Field::new("churn_risk.probability", DataType::Float));
        schema.push(Field::new("会员等级", DataType::String));
        schema.push(Field::new("age", DataType::Int));
        schema.alias("流失概率", index);
        for (wrong, right) in [
            ("AGE", Some("age")),
            ("ａｇｅ", Some("age")),
            ("probability", Some("churn_risk.probability")),
            ("churn_risk.probabilty", Some("churn_risk.probability")),
            ("会员级别", None), // two of four letters: 0.5
            ("会员等", Some("会员等级")),
            ("流失率概", Some("流失概率")),
            ("zzz", None),
        ] {
            assert_eq!(schema.nearest(wrong), right, "{wrong}");
        }
        assert_eq!(schema.index_of("流失概率"), Some(0));
        assert_eq!(schema.index_of("AGE"), None);
    }
}
