//! The memory of this process.

use anyhow::{Context, Result};

/// The most memory that this process has had, in KiB.
pub(crate) fn kib() -> Result<u64> {
    let status = std::fs::read_to_string("/proc/self/status").context("reading memory")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let number = line.and_then(|line| line.split_whitespace().next());
    number.context("no VmHWM in /proc/self/status")?.parse().context("reading VmHWM")
}
