//! How much memory the machine has left: where a run is not told how much it may take.

use std::fs;
use std::path::Path;

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
    fn what_linux_says() {
        let info = "MemTotal:       24604932 kB\nMemFree:         1024 kB\nMemAvailable:   2048 kB\n";
        assert_eq!(available_in(info), Some(2 << 20));
        assert_eq!(available_in("MemTotal: 5 kB"), None);
        assert!(available() > 0);
    }
}
