//! A figure, and what it must be.

use std::fmt;

/// What is demanded of a figure, both at most.
#[derive(Clone, Copy)]
pub(super) struct Limits {
    pub(super) must: f64,
    pub(super) aim: f64,
}

/// A line of the table.
pub(super) struct Figure {
    name: String,
    /// Microseconds of our side and of the floor, where there is one.
    sides: Option<(f64, f64)>,
    value: f64,
    unit: &'static str,
    limits: Option<Limits>,
}

impl Figure {
    /// A figure that stands for itself.
    pub(super) fn new(name: &str, value: f64, unit: &'static str, limits: Limits) -> Self {
        Self { name: name.to_owned(), sides: None, value, unit, limits: Some(limits) }
    }

    /// How many times as much we need as the floor: the median of all turns, each compared with the one beside it, since
    /// a machine that is busy slows both.
    pub(super) fn compared(name: &str, turns: &[(f64, f64)], limits: Option<Limits>) -> Self {
        let of = |value: fn(&(f64, f64)) -> f64| median(turns.iter().map(value).collect());
        let sides = Some((of(|turn| turn.0), of(|turn| turn.1)));
        Self { name: name.to_owned(), sides, value: of(|turn| turn.0 / turn.1), unit: "x", limits }
    }

    /// Whether it is what it must be.
    pub(super) fn is_fine(&self) -> bool {
        self.limits.is_none_or(|limits| self.value <= limits.must)
    }

    /// The figure beside what it must be.
    pub(super) fn ratio(&self) -> String {
        let most = self.limits.map(|limits| format!(", at most {}", limits.must));
        format!("ratio {:.2}{}", self.value, most.unwrap_or_default())
    }

    fn verdict(&self) -> &'static str {
        match self.limits {
            None => "",
            Some(limits) if self.value <= limits.aim => "as aimed",
            Some(_) if self.is_fine() => "fine",
            Some(_) => "TOO MUCH",
        }
    }
}

/// The head of the table.
pub(super) fn head() -> String {
    let [name, ours, floor] = ["one run, medians", "ours, us", "floor, us"];
    format!("{name:<46}{ours:>10}{floor:>10}{:>12}{:>7}{:>6}", "figure", "must", "aim")
}

impl fmt::Display for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, value, unit, .. } = self;
        write!(f, "{name:<46}")?;
        match self.sides {
            Some((ours, floor)) => write!(f, "{ours:>10.1}{floor:>10.1}")?,
            None => write!(f, "{:>20}", "")?,
        }
        let digits = if unit.is_empty() { 0 } else { 2 };
        write!(f, "{value:>9.digits$} {unit:<2}")?;
        match self.limits {
            Some(Limits { must, aim }) => write!(f, "{must:>7}{aim:>6}  {}", self.verdict()),
            None => write!(f, "{:>7}{:>6}", "-", "-"),
        }
    }
}

/// The one in the middle, zero if there is none.
pub(super) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_judged() {
        let limits = Limits { must: 1.25, aim: 1.1 };
        for (value, verdict) in [(1.1, "as aimed"), (1.2, "fine"), (1.3, "TOO MUCH")] {
            let figure = Figure::new("x", value, "x", limits);
            assert_eq!(figure.verdict(), verdict);
            assert_eq!(figure.is_fine(), value < 1.3);
        }
    }

    #[test]
    fn turns_are_compared_with_their_neighbours() {
        // The machine is ten times as slow in the second turn.
        let turns = [(11.0, 10.0), (120.0, 100.0), (13.0, 10.0)];
        let figure = Figure::compared("x", &turns, Some(Limits { must: 1.25, aim: 1.1 }));
        assert_eq!(figure.ratio(), "ratio 1.20, at most 1.25");
        assert_eq!(figure.sides, Some((13.0, 10.0)));
    }
}
