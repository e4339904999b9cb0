//! How many requests may be sent again, over all calls of a client: a storm must not multiply traffic.

/// Requests that are sent again because of a failure, in proportion to those that succeed.
///
/// Whatever happens, there are never more of them than `reserve` and one for `successes_per_retry` successes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RetryBudget {
    /// How many there may be before anything succeeded, and after a long time in which everything did.
    pub reserve: u32,
    /// Successes that give one back. Zero counts as one.
    pub successes_per_retry: u32,
}

impl Default for RetryBudget {
    fn default() -> Self {
        Self { reserve: 200, successes_per_retry: 5 }
    }
}

/// What is left of a budget.
#[derive(Debug)]
pub(crate) struct Purse {
    /// A success is one coin, a retry costs `price`.
    coins: u64,
    most: u64,
    price: u64,
}

impl Purse {
    /// A full one.
    pub(crate) fn new(budget: RetryBudget) -> Self {
        let price = u64::from(budget.successes_per_retry.max(1));
        let most = u64::from(budget.reserve) * price;
        Self { coins: most, most, price }
    }

    /// Something succeeded.
    pub(crate) fn succeeded(&mut self) {
        self.coins = (self.coins + 1).min(self.most);
    }

    /// Takes a retry, if there is one left.
    pub(crate) fn may_retry(&mut self) -> bool {
        let left = self.coins.checked_sub(self.price);
        self.coins = left.unwrap_or(self.coins);
        left.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn five_successes_are_worth_a_retry() {
        let mut purse = Purse::new(RetryBudget { reserve: 2, ..RetryBudget::default() });
        assert_eq!([purse.may_retry(), purse.may_retry(), purse.may_retry()], [true, true, false]);
        (0..4).for_each(|_| purse.succeeded());
        assert!(!purse.may_retry());
        purse.succeeded();
        assert_eq!([purse.may_retry(), purse.may_retry()], [true, false]);
        // No more than the reserve is saved up.
        (0..100).for_each(|_| purse.succeeded());
        assert_eq!([purse.may_retry(), purse.may_retry(), purse.may_retry()], [true, true, false]);
    }

    #[test]
    fn no_number_breaks_it() {
        let mut purse = Purse::new(RetryBudget { reserve: u32::MAX, successes_per_retry: u32::MAX });
        purse.succeeded();
        assert!(purse.may_retry());
        let mut purse = Purse::new(RetryBudget { reserve: 1, successes_per_retry: 0 });
        assert_eq!([purse.may_retry(), purse.may_retry()], [true, false]);
        purse.succeeded();
        assert!(purse.may_retry());
        let mut purse = Purse::new(RetryBudget { reserve: 0, successes_per_retry: 5 });
        purse.succeeded();
        assert!(!purse.may_retry());
    }
}
