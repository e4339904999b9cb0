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
        Duration::from_millis(self.0.u64(0..=crate::time::millis(limit)))
    }

    /// 128 random bits in hex.
    pub fn token(&mut self) -> String {
        base16ct::lower::encode_string(&[self.0.u64(..).to_be_bytes(), self.0.u64(..).to_be_bytes()].concat())
    }
}
