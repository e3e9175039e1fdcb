//! Personal identifiers as they may be shown.

/// What stands for a value that is not shown at all.
pub(crate) const HIDDEN: &str = "****";

/// An identifier's ends: `13912345678` is `139****78`; of short ones nothing is left.
pub(crate) fn mask(value: &str) -> String {
    let n_chars = value.chars().count();
    if n_chars < 8 {
        return HIDDEN.to_owned();
    }
    let (head, tail) = (value.chars().take(3), value.chars().skip(n_chars - 2));
    head.chain(HIDDEN.chars()).chain(tail).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shows_the_ends_of_long_ones_only() {
        assert_eq!(mask("13912345678"), "139****78");
        assert_eq!(mask("张三的邮箱地址很长"), "张三的****很长");
        assert_eq!(mask("1234567"), HIDDEN);
        assert_eq!(mask(""), HIDDEN);
    }
}
