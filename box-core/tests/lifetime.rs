//! What drivers of other languages ask of a session.

use box_core::{
    secret::Secret,
    session::{Grant, Intent, Locked, Provided, Session, SessionOutput, TokenNeed, WaiterId},
    time::Timestamp,
};
use std::time::Duration;

#[test]
fn a_token_in_hand_says_how_long_it_lives() {
    let mut session = Session::new(Grant::Provider, None, box_core::rng::Rng::new(1));
    let mut now = Timestamp(1_000_000);
    assert_eq!(session.lifetime(now), None);
    session.request(now, WaiterId(1), TokenNeed::default());
    loop {
        match session.poll_output() {
            SessionOutput::Lock { .. } => session.handle_locked(now, Ok(Locked::Free)),
            SessionOutput::Load => session.handle_loaded(now, Ok(None)),
            SessionOutput::Store { .. } => session.handle_stored(now, Ok(())),
            SessionOutput::AskProvider { .. } => {
                let expires_in = Some(Duration::from_secs(600));
                session.handle_provided(now, Ok(Provided { access_token: Secret::new("t"), expires_in }));
            }
            SessionOutput::Idle => break,
            _ => {}
        }
    }
    now = now + Duration::from_secs(100);
    assert_eq!(session.lifetime(now), Some(Duration::from_secs(500)));
    assert_eq!(session.lifetime(now + Duration::from_secs(600)), Some(Duration::ZERO));
}

#[test]
fn an_intent_can_be_read_from_any_form() {
    assert_eq!(Intent::new(7).started_at, 7);
}
