//! Broken texts of every kind: nothing panics, hangs or overflows the stack. `TAGLOOM_FUZZ_SECONDS` lets it run longer;
//! `tests/fuzz` is the same for a fuzzer that follows what is covered.

#![expect(clippy::disallowed_types, reason = "how long a text takes is what is tested")]

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

use tagloom_testkit::Random;

use crate::targets;
use crate::workspace::{files, root};

/// What has to hold of any bytes.
type Target = fn(&[u8]);

/// The folders of the corpus with what has to hold of what is in them.
const TARGETS: [(&str, Target); 3] =
    [("rule", targets::rule), ("catalog", targets::catalog), ("table", targets::table)];

const RULES: [&str; 8] = [
    "tier = '金卡会员' AND churn_risk.probability >= 0.6 AND NOT (city IN ('上海', '北京', NULL))",
    "channels HAS ANY ('a', 'b') OR channels HAS ALL ('a') OR channels HAS 'x'",
    "last_order < TODAY() - INTERVAL 90 DAYS AND age BETWEEN 5 AND 20",
    "CASE WHEN age IS NULL THEN 1 WHEN city LIKE '张%_' THEN 2.50 ELSE ROUND(age / 3, 2) END > -1e3",
    "COALESCE(NULLIF(age, 3), LENGTH(TRIM(city)), 0) * 9223372036854775807 > 0",
    "CASE tier WHEN 'a' THEN DATE '2026-01-31' END + INTERVAL 1 MONTH <= last_order -- why",
    "GREATEST(age, 1, LEAST(age, 2)) <> 3 IS NOT UNKNOWN",
    "IF(vip, UPPER(city), \"tier\") >= `city` AND DAYS_BETWEEN(last_order, NOW()) > 0",
];
const OTHERS: [&str; 4] = [
    "age,tier,=> care,=> points,# why\n[18..65),\"gold, silver\",call,1\n>= 65,not(gold),\"a \"\"b\"\"\",2.5\n-,LIKE 'g%',,\n",
    "when,points,weight,unknown,name\nage >= 30,10,2,1,grown\ntier = 'gold',5,,,\n",
    "name: x\nfields: {age: int64}\nrules:\n  a: {when: age > 1, group: g, priority: 2, valid_from: 2026-01-01, examples: [{given: {age: 3}, expect: true}]}\n",
    "{\"and\": [{\"<\": [1, {\"var\": [\"age\", 2]}, 3]}, {\"in\": [{\"var\": \"tier\"}, [\"a\"]]}, {\"!\": {\"missing\": [\"x\"]}}]}",
];
const WORDS: [&str; 24] = [
    "AND",
    "NOT ",
    "(",
    ")",
    "'",
    "\"",
    "NULL",
    "9223372036854775808",
    "1e999",
    "-",
    "..",
    "[",
    "，",
    "INTERVAL ",
    "0.0000000000000000000000000000000000001",
    "上",
    "\u{200f}",
    "--",
    "%",
    "CASE WHEN ",
    "END",
    ",",
    "\n",
    "{",
];

/// A text with a few places changed.
fn changed(random: &mut Random, text: &str) -> String {
    let mut bytes = text.as_bytes().to_vec();
    for _ in 0..=random.below(4) {
        let at = random.below(bytes.len() + 1);
        match random.below(6) {
            0 => bytes.insert(at, random.below(256) as u8),
            1 if at < bytes.len() => drop(bytes.remove(at)),
            2 if at < bytes.len() => bytes[at] = random.below(128) as u8,
            3 => {
                let end = (at + random.below(40)).min(bytes.len());
                let part = bytes[at..end].to_vec();
                let times = if random.chance(0.02) { 3_000 } else { 1 + random.below(3) };
                let to = random.below(bytes.len() + 1);
                (0..times).for_each(|_| drop(bytes.splice(to..to, part.iter().copied())));
            }
            _ => drop(bytes.splice(at..at, random.pick::<&str>(&WORDS).bytes())),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// What the fuzzer found worth keeping.
#[test]
fn the_corpus_holds() {
    for (folder, target) in TARGETS {
        let files = files(&format!("tests/fuzz/corpus/{folder}"));
        assert!(!files.is_empty(), "{folder}");
        for path in files {
            let bytes = std::fs::read(root().join(&path)).unwrap();
            let start = Instant::now();
            let done = catch_unwind(AssertUnwindSafe(|| target(&bytes)));
            assert!(done.is_ok(), "{} fails", path.display());
            assert!(start.elapsed() < Duration::from_secs(20), "{} is slow", path.display());
        }
    }
}

#[test]
fn nothing_panics_or_hangs() {
    let setting = |name: &str| std::env::var(name).ok().and_then(|text| text.parse().ok());
    let mut random = Random::seeded(setting("TAGLOOM_FUZZ_SEED").unwrap_or(7));
    let end = Instant::now() + Duration::from_secs(setting("TAGLOOM_FUZZ_SECONDS").unwrap_or(2));
    let mut tried = 0u64;
    while Instant::now() < end {
        let (rule, other) = (random.below(RULES.len()), random.below(OTHERS.len()));
        let (rule, other) = (changed(&mut random, RULES[rule]), changed(&mut random, OTHERS[other]));
        let start = Instant::now();
        let done = catch_unwind(AssertUnwindSafe(|| {
            targets::rule(rule.as_bytes());
            targets::rule(other.as_bytes());
            // The byte before a table is its hit policy.
            targets::table(format!("\u{3}{other}").as_bytes());
            targets::catalog(other.as_bytes());
        }));
        assert!(done.is_ok(), "panicked at\n{rule}\nor\n{other}");
        assert!(start.elapsed() < Duration::from_secs(20), "slow at\n{rule}\nor\n{other}");
        tried += 1;
    }
    println!("{tried} pairs of texts");
    assert!(tried > 0);
}
