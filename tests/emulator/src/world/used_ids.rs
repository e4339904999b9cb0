use std::collections::BTreeMap;

/// The `jti`s of assertions that were accepted, until nobody could use them again. Times are milliseconds since 1970.
#[derive(Clone, Debug, Default)]
pub(crate) struct UsedIds(BTreeMap<String, i64>);

/// Kept for so long after their assertion's end.
const KEPT: i64 = 3_600_000;

const MOST: usize = 10_000;

impl UsedIds {
    /// Whether an id is new, which it is no more afterwards.
    pub(crate) fn take(&mut self, id: &str, end: i64, now: i64) -> bool {
        self.0.retain(|_, end| end.saturating_add(KEPT) > now);
        if self.0.contains_key(id) {
            return false;
        }
        if self.0.len() >= MOST {
            let first = self.0.iter().min_by_key(|(_, end)| **end).map(|(id, _)| id.clone());
            first.and_then(|id| self.0.remove(&id));
        }
        self.0.insert(id.to_owned(), end);
        true
    }
}
