//! Sessions of many subjects.

use std::{collections::BTreeMap, fmt};

/// Sessions by what tells them apart, at most so many: for services that act for thousands of users. Of those that are
/// not in use, the one that wasn't asked for longest makes room.
pub struct SessionCache<S> {
    most: usize,
    /// Counts what was asked for.
    turn: u64,
    sessions: BTreeMap<String, (u64, S)>,
}

impl<S: Clone> SessionCache<S> {
    /// Room for so many sessions; at least one.
    pub fn new(most: usize) -> Self {
        Self { most: most.max(1), turn: 0, sessions: BTreeMap::new() }
    }

    /// The session of a [`Grant::key`](super::Grant::key), made if there is none. One that `is_busy` stays, even when
    /// that makes one too many: a second one of its key would ask Box a second time.
    pub fn get(&mut self, key: String, is_busy: impl Fn(&S) -> bool, make: impl FnOnce() -> S) -> S {
        self.turn += 1;
        if let Some((turn, session)) = self.sessions.get_mut(&key) {
            *turn = self.turn;
            return session.clone();
        }
        while self.sessions.len() >= self.most {
            let idle = self.sessions.iter().filter(|(_, (_, session))| !is_busy(session));
            let Some(oldest) = idle.min_by_key(|(_, (turn, _))| *turn).map(|(key, _)| key.clone()) else {
                break;
            };
            self.sessions.remove(&oldest);
        }
        let session = make();
        self.sessions.insert(key, (self.turn, session.clone()));
        session
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.sessions.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.sessions.is_empty()
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &S> {
        self.sessions.values().map(|(_, session)| session)
    }
}

/// Without its keys, in which there may be shared links.
impl<S: fmt::Debug> fmt::Debug for SessionCache<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.sessions.values().map(|(_, session)| session)).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_unused_makes_room_unless_it_is_busy() {
        let mut cache = SessionCache::new(2);
        assert!(cache.is_empty());
        let mut get = |key: &str, busy: &[u32], new: u32| {
            cache.get(key.to_owned(), |session| busy.contains(session), || new)
        };
        assert_eq!((get("a", &[], 1), get("b", &[], 2)), (1, 2));
        assert_eq!(get("a", &[], 9), 1);
        assert_eq!(get("c", &[], 3), 3);
        assert_eq!(get("a", &[], 9), 1);
        assert_eq!(get("b", &[], 4), 4);
        assert_eq!(get("d", &[1, 4], 5), 5);
        assert_eq!((get("a", &[], 9), get("b", &[], 9), get("d", &[], 9)), (1, 4, 5));
        assert_eq!((cache.len(), cache.is_empty()), (3, false));
        assert_eq!(cache.iter().copied().collect::<Vec<_>>(), [1, 4, 5]);
        assert_eq!(format!("{cache:?}"), "[1, 4, 5]");
    }
}
