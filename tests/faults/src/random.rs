//! Calls that meet a random sequence of outcomes: limits hold, and a seed replays a run.

mod sequence;

use std::time::Duration;

use box_core::{
    action::Action,
    actions::{comments, files, folders, users},
    models::{CommentTarget, Reference, UploadVersionAttributes},
    request::Draft,
    rng::Rng,
    traffic::{RateLimits, RetryBudget, Traffic},
};

use sequence::Sequence;

/// One call of each retry class.
fn drafts(rng: &mut Rng) -> Vec<Draft> {
    let mut guarded = folders::Update::new("1");
    guarded.if_match = Some("7".to_owned());
    let version = UploadVersionAttributes::new("n");
    let drafts = [
        folders::Get::new("1").draft(rng),
        users::Update::new("1").draft(rng),
        folders::Create::new("n", Reference::new("0")).draft(rng),
        folders::Update::new("1").draft(rng),
        guarded.draft(rng),
        folders::Delete::new("1").draft(rng),
        files::UploadVersion::new("1", version, "content").draft(rng),
        comments::Create::new("m", CommentTarget::new("1", "file")).draft(rng),
    ];
    drafts.into_iter().map(|draft| draft.expect("a draft")).collect()
}

/// Tries, time and what is told hold their limits, whatever happens.
pub fn limits_hold_whatever_happens() {
    for seed in 0..SEEDS {
        let mut rng = Rng::new(seed);
        for draft in drafts(&mut rng) {
            let traffic = Traffic::default();
            Sequence::new(seed, draft, &traffic).run().check();
        }
    }
}

/// A seed replays a run, to the last output.
pub fn a_seed_replays_a_run() {
    for seed in 0..SEEDS / 4 {
        let mut rng = Rng::new(seed);
        for draft in drafts(&mut rng) {
            let traces = [0, 1].map(|_| Sequence::new(seed, draft.clone(), &Traffic::default()).run().trace);
            assert_eq!(traces[0], traces[1], "seed {seed}");
        }
    }
}

/// Over all calls that share it there are never more retries than the budget allows.
pub fn the_budget_is_never_exceeded() {
    for seed in 0..SEEDS / 4 {
        let mut rng = Rng::new(seed);
        let reserve = u32::try_from(rng.below(Duration::from_millis(20)).as_millis()).unwrap_or_default();
        let mut budget = RetryBudget::default();
        budget.reserve = reserve;
        let traffic = Traffic::new(RateLimits::none(), budget);
        let (mut retries, mut replies) = (0, 0);
        for round in 0..10 {
            for draft in drafts(&mut rng) {
                let ended = Sequence::new(seed * 100 + round, draft, &traffic).run();
                retries += ended.retries;
                replies += ended.replies;
                let most = reserve + replies / budget.successes_per_retry;
                assert!(retries <= most, "seed {seed}: {retries} retries, at most {most}");
            }
        }
    }
}

const SEEDS: u64 = 200;
