//! Personal values as they may be shown.

pub(super) use crate::identity::{HIDDEN, mask as identifier};
use crate::value::Value;

/// The value of a personal tag: that there is one, and no more.
pub(super) fn value(value: &Value) -> Value {
    if value.is_null() { Value::Null } else { Value::from(HIDDEN) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_hidden_whole() {
        assert_eq!(value(&Value::from("13912345678")), Value::from(HIDDEN));
        assert_eq!(value(&Value::from(41)), Value::from(HIDDEN));
        assert_eq!(value(&Value::Null), Value::Null);
    }
}
