//! Personal values as they may be shown.

use crate::value::Value;

/// What stands for a value that is not shown at all.
const HIDDEN: &str = "••••";

/// An identifier's ends: `13912345678` is `139****78`; of short ones nothing is left.
pub(super) fn identifier(value: &str) -> String {
    let n_chars = value.chars().count();
    if n_chars < 8 {
        return HIDDEN.to_owned();
    }
    let (head, tail) = (value.chars().take(3), value.chars().skip(n_chars - 2));
    head.chain("****".chars()).chain(tail).collect()
}

/// The value of a personal tag: that there is one, and no more.
pub(super) fn value(value: &Value) -> Value {
    if value.is_null() { Value::Null } else { Value::from(HIDDEN) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shows_the_ends_of_long_ones_only() {
        assert_eq!(identifier("13912345678"), "139****78");
        assert_eq!(identifier("张三的邮箱地址很长"), "张三的****很长");
        assert_eq!(identifier("1234567"), HIDDEN);
        assert_eq!(identifier(""), HIDDEN);
    }

    #[test]
    fn values_are_hidden_whole() {
        assert_eq!(value(&Value::from("13912345678")), Value::from(HIDDEN));
        assert_eq!(value(&Value::from(41)), Value::from(HIDDEN));
        assert_eq!(value(&Value::Null), Value::Null);
    }
}
