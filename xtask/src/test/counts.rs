//! How many tests passed, as test runners tell it.

use std::{
    fmt,
    ops::{Add, AddAssign},
};

/// Numbers of tests and checks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Counts {
    pub(super) passed: u64,
    pub(super) failed: u64,
    pub(super) skipped: u64,
}

impl Counts {
    pub(super) const PASSED: Self = Self::new(1, 0, 0);
    pub(super) const FAILED: Self = Self::new(0, 1, 0);
    pub(super) const SKIPPED: Self = Self::new(0, 0, 1);

    const fn new(passed: u64, failed: u64, skipped: u64) -> Self {
        Self { passed, failed, skipped }
    }

    /// Sums the summaries in an output: those of `cargo test`, of `cargo nextest`, of `node --test`, and lines of
    /// the form `3 passed, 0 failed`.
    pub(super) fn read(output: &str) -> Self {
        let lines: Vec<_> = output.lines().map(plain).collect();
        let nextest: Vec<_> = lines.iter().filter(|line| is_nextest(line)).collect();
        // It quotes the output of tests that failed, which has summaries of its own.
        let lines = if nextest.is_empty() { lines.iter().collect() } else { nextest };
        lines.into_iter().fold(Self::default(), |counts, line| counts + line_counts(line))
    }

    pub(super) fn is_zero(self) -> bool {
        self == Self::default()
    }
}

impl Add for Counts {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self::new(self.passed + other.passed, self.failed + other.failed, self.skipped + other.skipped)
    }
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { passed, failed, skipped } = self;
        write!(f, "{passed} passed, {failed} failed, {skipped} skipped")
    }
}

fn line_counts(line: &str) -> Counts {
    let line = line.trim();
    if let Some(result) = line.strip_prefix("test result: ") {
        let (_, numbers) = result.split_once(". ").unwrap_or_default();
        return numbered(numbers.split(';'));
    }
    if is_nextest(line) {
        let (_, numbers) = line.split_once("run: ").unwrap_or_default();
        return numbered(outside_parentheses(numbers).split(','));
    }
    if let Some(line) = line.strip_prefix(['#', 'ℹ']) {
        return node(line.trim());
    }
    let counts = numbered(line.split(','));
    let is_summary =
        line.split(',').all(|item| !numbered([item].into_iter()).is_zero() || item.trim().starts_with("0 "));
    if line.contains(" passed") && line.contains(" failed") && is_summary {
        return counts;
    }
    Counts::default()
}

fn is_nextest(line: &str) -> bool {
    line.trim_start().starts_with("Summary [")
}

/// Items like `12 passed`.
fn numbered<'a>(items: impl Iterator<Item = &'a str>) -> Counts {
    items
        .filter_map(|item| {
            let mut words = item.split_whitespace();
            let number = words.next()?.parse().ok()?;
            Some(named(&words.collect::<Vec<_>>().join(" "), number))
        })
        .fold(Counts::default(), Add::add)
}

fn named(what: &str, number: u64) -> Counts {
    match what {
        "passed" => Counts::new(number, 0, 0),
        "failed" | "timed out" | "exec failed" => Counts::new(0, number, 0),
        "skipped" | "ignored" => Counts::new(0, 0, number),
        _ => Counts::default(),
    }
}

/// Lines like `pass 3` after the mark.
fn node(line: &str) -> Counts {
    let Some((what, number)) = line.split_once(' ') else {
        return Counts::default();
    };
    let Ok(number) = number.trim().parse() else {
        return Counts::default();
    };
    match what {
        "pass" => Counts::new(number, 0, 0),
        "fail" | "cancelled" => Counts::new(0, number, 0),
        "skipped" | "todo" => Counts::new(0, 0, number),
        _ => Counts::default(),
    }
}

fn outside_parentheses(text: &str) -> String {
    let mut depth = 0;
    let outside = |c: &char| {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => return depth == 0,
        }
        false
    };
    text.chars().filter(outside).collect()
}

/// A line without colours.
fn plain(line: &str) -> String {
    let mut pieces = line.split("\u{1b}[");
    let first = pieces.next().unwrap_or_default().to_owned();
    pieces.fold(first, |text, piece| {
        let end = piece.find(|c: char| c.is_ascii_alphabetic());
        text + end.and_then(|end| piece.get(end + 1..)).unwrap_or_default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn summaries_are_read() {
        let check = |output: &str, passed, failed, skipped| {
            assert_eq!(Counts::read(output), Counts::new(passed, failed, skipped), "{output}");
        };
        check("", 0, 0, 0);
        check("running 3 tests\ntest a ... ok", 0, 0, 0);
        let cargo =
            "test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 3 filtered out; finished in 0.00s";
        check(cargo, 12, 0, 1);
        check(&format!("{cargo}\n{cargo}"), 24, 0, 2);
        check("test result: FAILED. 2 passed; 4 failed; 0 ignored; 0 measured; 0 filtered out", 2, 4, 0);
        let nextest = "     Summary [   0.005s] ";
        check(&format!("{nextest}12 tests run: 12 passed, 0 skipped"), 12, 0, 0);
        check(&format!("{nextest}1 test run: 1 passed, 2 skipped"), 1, 0, 2);
        check(
            &format!(
                "{nextest}7 tests run: 3 passed (1 slow, 1 flaky), 2 failed (1 due to leak), 1 timed out, 1 exec failed, 5 skipped"
            ),
            3,
            4,
            5,
        );
        check(&format!("{nextest}3/9 tests run: 2 passed, 1 failed, 0 skipped"), 2, 1, 0);
        check(
            "\u{1b}[32;1m     Summary\u{1b}[0m [   0.1s] \u{1b}[1m2\u{1b}[0m tests run: \u{1b}[1m2\u{1b}[0m \u{1b}[32;1mpassed\u{1b}[0m, 0 skipped",
            2,
            0,
            0,
        );
        check(&format!("    {cargo}\n{nextest}2 tests run: 1 passed, 1 failed, 0 skipped"), 1, 1, 0);
        check("# tests 4\n# pass 3\n# fail 1\n# skipped 2", 3, 1, 2);
        check("ℹ pass 3\nℹ fail 0\nℹ duration_ms 61.5", 3, 0, 0);
        check("17 passed, 0 failed", 17, 0, 0);
        check("17 passed, 2 failed, 3 skipped", 17, 2, 3);
        check("of 9 calls 17 passed, 0 failed", 0, 0, 0);
        check("the 401 passed and 2 failed", 0, 0, 0);
    }

    #[test]
    fn colours_are_removed() {
        let check = |line: &str, expected: &str| assert_eq!(plain(line), expected);
        check("plain", "plain");
        check("\u{1b}[1mbold\u{1b}[0m, ö", "bold, ö");
        check("\u{1b}[38;5;1mred\u{1b}[", "red");
    }
}
