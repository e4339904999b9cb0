//! Randomness that is handed in.

use std::time::Duration;

/// A seeded generator: the same seed gives the same run. Not for keys or tokens.
#[derive(Clone, Debug)]
pub struct Rng(fastrand::Rng);

impl Rng {
    /// A generator for a seed, which the driver takes from its platform's entropy.
    pub fn new(seed: u64) -> Self {
        Self(fastrand::Rng::with_seed(seed))
    }

    /// The seed of another, independent generator.
    pub fn fork(&mut self) -> Self {
        Self(self.0.fork())
    }

    /// A time between zero and `limit`.
    pub fn below(&mut self, limit: Duration) -> Duration {
        let nanos = u64::try_from(limit.as_nanos()).unwrap_or(u64::MAX);
        Duration::from_nanos(self.0.u64(0..=nanos))
    }

    /// 128 random bits in hex.
    pub fn token(&mut self) -> String {
        format!("{:032x}", self.0.u128(..))
    }
}
