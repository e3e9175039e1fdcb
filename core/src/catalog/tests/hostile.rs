//! Texts that were made to break a reader, or are none at all.

use std::ops::Range;
use std::thread;

use proptest::prelude::*;

use super::{HEAD, SHOP_JSON, SHOP_TOML, SHOP_YAML, problems};
use crate::catalog::read::node::MAX_BYTES;
use crate::catalog::{Format, Parsed};

const FORMATS: [Format; 3] = [Format::Yaml, Format::Json, Format::Toml];

/// The codes of a text's problems, read on a stack as small as that of other languages' threads.
fn codes(text: String, format: Format) -> Vec<&'static str> {
    let read = move || match Parsed::read(&text, format, None) {
        Ok(_) => Vec::new(),
        Err(error) => {
            assert!(error.render().len() < 1 << 20);
            error.problems.iter().map(|problem| problem.code).collect()
        }
    };
    thread::Builder::new().stack_size(512 << 10).spawn(read).unwrap().join().unwrap()
}

pub(super) fn lines(numbers: Range<usize>, line: impl Fn(usize) -> String) -> String {
    numbers.map(line).collect::<Vec<_>>().concat()
}

#[test]
fn too_large() {
    for format in FORMATS {
        assert_eq!(codes("{".repeat(10 << 20), format), ["catalog.too_large"]);
        // Random bytes, from a linear congruential generator.
        let mut state = 1_u64;
        let bytes: Vec<u8> = std::iter::repeat_with(|| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (state >> 56) as u8
        })
        .take(10 << 20)
        .collect();
        assert_eq!(codes(String::from_utf8_lossy(&bytes).into_owned(), format), ["catalog.too_large"]);
        let short = String::from_utf8_lossy(&bytes[..1 << 20]).into_owned();
        assert_eq!(codes(short, format).len(), 1);
    }
    let list = format!("{HEAD}tags: [{}]", "1,".repeat(200_000));
    assert_eq!(codes(list, Format::Yaml), ["catalog.too_large"]);
    assert_eq!(codes(format!("[{}1]", "1,".repeat(200_000)), Format::Json), ["catalog.too_large"]);
    assert_eq!(codes(format!("a = [{}1]", "1,".repeat(200_000)), Format::Toml), ["catalog.too_large"]);
}

#[test]
fn too_deep() {
    for open in ["[", "{a: ", "{\"a\": ", "- ", "[a: ", "[{a: "] {
        assert_eq!(codes(open.repeat(100_000), Format::Yaml), ["catalog.too_deep"], "{open}");
    }
    // A list as a key is refused before it is deep.
    assert_eq!(codes("? ".repeat(100_000), Format::Yaml), ["catalog.syntax"]);
    let indented = lines(0..2000, |depth| format!("{}a:\n", " ".repeat(depth)));
    assert_eq!(codes(indented, Format::Yaml), ["catalog.too_deep"]);
    for (open, close) in [("[", "]"), ("{\"a\": ", "}")] {
        let text = format!("{}1{}", open.repeat(100_000), close.repeat(100_000));
        assert_eq!(codes(text, Format::Json), ["catalog.too_deep"]);
    }
    assert_eq!(codes("[".repeat(MAX_BYTES), Format::Json), ["catalog.syntax"]);
    assert_eq!(
        codes(format!("a = {}1{}", "[".repeat(100_000), "]".repeat(100_000)), Format::Toml),
        ["catalog.too_deep"]
    );
    assert_eq!(codes(format!("a{} = 1", ".a".repeat(100_000)), Format::Toml), ["catalog.too_deep"]);
    assert_eq!(codes(format!("[a{}]", ".a".repeat(100_000)), Format::Toml), ["catalog.too_deep"]);
    // As deep as may be, in the one field that takes anything.
    let value = |depth: usize| format!("{}1{}", "[".repeat(depth), "]".repeat(depth));
    let tag = |depth| format!("{HEAD}tags: {{t: {{layer: fact, when_missing: {}}}}}", value(depth));
    assert_eq!(codes(tag(61), Format::Yaml), [""; 0]);
    assert_eq!(codes(tag(62), Format::Yaml), ["catalog.too_deep"]);
}

#[test]
fn alias_bombs() {
    let laughs = lines(1..30, |n| format!("a{n}: &a{n} [{}]\n", vec![format!("*a{}", n - 1); 9].join(", ")));
    let laughs = format!("a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]\n{laughs}");
    assert_eq!(codes(laughs, Format::Yaml), ["catalog.too_large"]);
    let deeper = lines(1..200, |n| format!("a{n}: &a{n} [*a{}]\n", n - 1));
    assert_eq!(codes(format!("a0: &a0 [x]\n{deeper}"), Format::Yaml), ["catalog.too_deep"]);
    let long = format!("a: &a {}\nb: [{}]\n", "x".repeat(1 << 20), "*a,".repeat(1000));
    assert_eq!(codes(long, Format::Yaml), ["catalog.too_large"]);
    // Merge keys that are looked up again and again.
    let keys = lines(0..30_000, |n| format!("  k{n}: 1\n"));
    let merges = format!("a: &a\n{keys}b:\n  <<: [*a, *a, *a, *a]\n{}", keys.replace('k', "l"));
    assert_eq!(codes(merges, Format::Yaml), ["catalog.too_large"]);
}

/// Long names that paths of problems would repeat, and more problems than anybody wants.
#[test]
fn long_names_and_many_problems() {
    let name = "长".repeat(200_000);
    let items = "{windw: 1},".repeat(50_000);
    let text = format!("{HEAD}tags: {{{name}: {{layer: fact, keys: [{items}], {name}: 1, {name}: 2}}}}\n");
    assert_eq!(codes(text, Format::Yaml).len(), 101);
    let zones = lines(0..20_000, |n| format!("  s{n}: {{kind: events, timezone: Asia/Shangha{n}}}\n"));
    assert_eq!(
        codes(format!("tagloom: 1\nname: x\nidentifiers: {{a: }}\nsources:\n{zones}"), Format::Yaml).len(),
        101
    );
    let names = lines(0..20_000, |n| format!("  s.{n}: {{kind: events}}\n"));
    assert_eq!(
        codes(format!("tagloom: 1\nname: x\nidentifiers: {{a: }}\nsources:\n{names}"), Format::Yaml).len(),
        101
    );
    assert_eq!(
        codes(format!("{HEAD}tags:\n{}", "  t: {layer: fact}\n".repeat(20_000)), Format::Yaml).len(),
        101
    );
}

/// Long texts of one thing, each of which takes some reader long if anything in it is not linear.
#[test]
fn monotonous_texts() {
    let size = 1 << 17;
    for part in [
        "{", "[", "}", "]", "- ", "? ", ": ", "a: ", "a:\n", "a: 1\n", "\"", "'", "\n", "\t", " ", "#", "%",
        "&a ", "!a ", "*a ", "|\n", "a ", "a, ", "[a,", "{a,", "\\", "\r", "---\n", "...\n", "长", "<<: ",
        "\u{feff}", "[a]\n", "a.", "a = ", "'''", "\"\"\"", "{},", "[],",
    ] {
        for before in ["", "[", "a: |\n ", "a: \"", "{\"a\": \"", "a = '''"] {
            for format in FORMATS {
                let text = format!("{before}{}", part.repeat(size / part.len()));
                assert!(!codes(text, format).is_empty(), "{before:?} {part:?}");
            }
        }
    }
}

#[test]
fn cut_off_texts() {
    for (text, format) in [(SHOP_YAML, Format::Yaml), (SHOP_JSON, Format::Json), (SHOP_TOML, Format::Toml)] {
        for (at, _) in text.char_indices().step_by(7) {
            let cut = Parsed::read(&text[..at], format, None);
            if format == Format::Json {
                assert!(cut.is_err(), "{at}");
            }
            for problem in cut.err().map(|error| error.problems).unwrap_or_default() {
                assert!(problem.line.is_some_and(|line| line <= text.lines().count() + 1));
            }
        }
    }
    assert_eq!(
        problems(Parsed::read("{\"tagloom\": 1, \"na", Format::Json, None))[0].0,
        "1:18 catalog.syntax "
    );
}

/// Texts of the characters that mean something.
fn soup() -> impl Strategy<Value = String> {
    let parts = [
        "{",
        "}",
        "[",
        "]",
        ":",
        ": ",
        ",",
        "- ",
        "\n",
        "\n  ",
        "\n    ",
        "\"",
        "'",
        "|",
        ">",
        "#",
        "&a",
        "*a",
        "!",
        "!!str ",
        "%",
        "@",
        "`",
        "?",
        "? ",
        "~",
        "=",
        "= ",
        ".",
        "\\",
        "\\u12",
        "\t",
        "\r\n",
        "\r",
        "---",
        "...",
        "<<",
        "1",
        "-1",
        "1e5",
        "true",
        "null",
        "tagloom",
        "tagloom: 1\n",
        "identifiers: ",
        "sources: ",
        "tags:\n  ",
        "kind",
        "layer: ",
        "fact",
        "性别",
        "\u{feff}",
        "\u{85}",
        "\u{2028}",
        "\0",
        "😀",
        "[[a]]\n",
        "'''",
        "\"\"\"",
    ];
    prop::collection::vec(prop::sample::select(parts.to_vec()), 0..60).prop_map(|parts| parts.concat())
}

fn never_panics(text: &str) -> Result<(), TestCaseError> {
    for format in FORMATS {
        match Parsed::read(text, format, Some("x")) {
            Ok(parsed) => prop_assert_eq!(
                Parsed::from_file(&parsed.file).map_err(|e| e.render()).unwrap().file,
                parsed.file
            ),
            Err(error) => {
                prop_assert!(!error.problems.is_empty());
                prop_assert!(!error.render().is_empty());
                for problem in &error.problems {
                    let span = problem.span.clone().unwrap_or(0..0);
                    prop_assert!(span.start <= span.end && span.end <= text.len(), "{:?}", problem);
                }
            }
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn any_text(text in "\\PC{0,200}") {
        never_panics(&text)?;
    }

    #[test]
    fn meaningful_text(text in soup()) {
        never_panics(&text)?;
    }

    /// A good catalogue with something else at some place.
    #[test]
    fn damaged_catalogue(at in 0_usize..1000, remove in 0_usize..10, insert in soup()) {
        for (good, format) in [(SHOP_YAML, Format::Yaml), (SHOP_JSON, Format::Json), (SHOP_TOML, Format::Toml)] {
            let chars: Vec<char> = good.chars().collect();
            let at = at * chars.len() / 1000;
            let end = (at + remove).min(chars.len());
            let text: String = chars[..at].iter().copied().chain(insert.chars()).chain(chars[end..].iter().copied()).collect();
            if let Err(error) = Parsed::read(&text, format, None) {
                prop_assert!(!error.problems.is_empty());
                prop_assert!(!error.render().is_empty());
            }
        }
    }
}
