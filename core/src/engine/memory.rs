//! How much memory a run may take: as people write it, and what the machine has left where nobody says it.

use std::fs;
use std::path::Path;
use std::str::FromStr;

/// A number of bytes as people write it: `500MB`, `2 GB`, `1.5GiB`, `1048576`. `kB`, `MB`, `GB`, `TB` are powers of 1000,
/// `KiB`, `MiB`, `GiB`, `TiB` powers of 1024; case does not matter.
///
/// ```
/// use tagloom::engine::MemorySize;
///
/// assert_eq!("500MB".parse::<MemorySize>()?.bytes, 500_000_000);
/// assert_eq!("1.5 GiB".parse::<MemorySize>()?.bytes, 3 << 29);
/// assert!("a lot".parse::<MemorySize>().is_err());
/// # Ok::<(), tagloom::engine::ParseMemorySizeError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MemorySize {
    /// The number.
    pub bytes: u64,
}

/// A text that is no number of bytes.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{found}` is no size of memory; wanted a number of bytes, or such as 500MB, 2GB or 1.5GiB")]
pub struct ParseMemorySizeError {
    /// The text.
    pub found: String,
}

impl ParseMemorySizeError {
    /// The stable code of the error.
    pub fn code(&self) -> &'static str {
        "run.memory_limit"
    }
}

const UNITS: [(&str, f64); 10] = [
    ("", 1.0),
    ("b", 1.0),
    ("kb", 1e3),
    ("mb", 1e6),
    ("gb", 1e9),
    ("tb", 1e12),
    ("kib", 1024.0),
    ("mib", 1_048_576.0),
    ("gib", 1_073_741_824.0),
    ("tib", 1_099_511_627_776.0),
];

impl FromStr for MemorySize {
    type Err = ParseMemorySizeError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let plain = text.trim();
        let digits = plain.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(plain.len());
        let (number, unit) = plain.split_at(digits);
        let unit = unit.trim().to_ascii_lowercase();
        let unit = UNITS.iter().find(|(name, _)| *name == unit).map(|(_, size)| size);
        match (number.parse::<f64>(), unit) {
            (Ok(number), Some(unit)) => Ok(Self { bytes: (number * unit) as u64 }),
            _ => Err(ParseMemorySizeError { found: text.to_owned() }),
        }
    }
}

/// Where nothing can be found out.
const UNKNOWN: u64 = 4 << 30;

/// 80 % of what is left of the machine's memory and of the control group's. It decides only what waits on disk; no
/// result depends on it.
pub(super) fn available() -> u64 {
    let left = [of_machine(), of_group("/sys/fs/cgroup", "memory.max", "memory.current")];
    left.into_iter().flatten().min().unwrap_or(UNKNOWN) / 5 * 4
}

/// What Linux says is available.
fn of_machine() -> Option<u64> {
    available_in(&fs::read_to_string("/proc/meminfo").ok()?)
}

fn available_in(info: &str) -> Option<u64> {
    let line = info.lines().find_map(|line| line.strip_prefix("MemAvailable:"))?;
    Some(line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()?.saturating_mul(1024))
}

/// What the control group has left, where it has a limit.
fn of_group(folder: &str, limit: &str, used: &str) -> Option<u64> {
    let number = |name| fs::read_to_string(Path::new(folder).join(name)).ok()?.trim().parse::<u64>().ok();
    Some(number(limit)?.saturating_sub(number(used).unwrap_or(0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_as_people_write_them() {
        let bytes = |text: &str| text.parse::<MemorySize>().map(|size| size.bytes).ok();
        let known =
            [("0", 0), ("17", 17), ("2GB", 2_000_000_000), (" 2 gb ", 2_000_000_000), ("3KiB", 3_072)];
        for (text, size) in
            known.into_iter().chain([("0.5MB", 500_000), ("1tb", 1_000_000_000_000), ("9B", 9)])
        {
            assert_eq!(bytes(text), Some(size), "{text}");
        }
        for wrong in ["", "GB", "-1", "1.2.3", "2 gigs", "1e9", "∞", "2GB2"] {
            assert_eq!(bytes(wrong), None, "{wrong}");
        }
        assert_eq!(bytes("99999999999TB"), Some(u64::MAX));
    }

    #[test]
    fn what_linux_says() {
        let info = "MemTotal:       24604932 kB\nMemFree:         1024 kB\nMemAvailable:   2048 kB\n";
        assert_eq!(available_in(info), Some(2 << 20));
        assert_eq!(available_in("MemTotal: 5 kB"), None);
        assert!(available() > 0);
    }
}
