//! Known faults of the documents, from `examples-allow.txt`: a pattern and its reason on each line.

/// The patterns and their reasons.
pub(crate) fn allowed() -> Vec<(&'static str, &'static str)> {
    let lines = include_str!("../examples-allow.txt").lines();
    let entry = |line: &'static str| line.split_once(" -- ").unwrap_or_else(|| panic!("no reason: {line}"));
    lines.map(entry).collect()
}

/// Whether a text is as a pattern says, in which `*` is any text.
pub(crate) fn is_like(text: &str, pattern: &str) -> bool {
    match pattern.split_once('*') {
        None => text == pattern,
        Some((start, rest)) => text.strip_prefix(start).is_some_and(|text| {
            (0..=text.len()).filter_map(|at| text.get(at..)).any(|text| is_like(text, rest))
        }),
    }
}
