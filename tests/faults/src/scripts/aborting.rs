//! Callers that leave.

use std::{pin::Pin, time::Duration};

use box_core::{
    call::{Call, CallOutput, Want},
    error::{Error, ErrorKind, Sent},
    options::CallOptions,
    reply::{Reply, RequestId},
    request::Draft,
    rng::Rng,
    session::Token,
    time::Timestamp,
};
use box_emulator::Fault;

use super::{Play, ROUND_TRIP, SECOND};
use crate::{
    client::Client,
    clock::{First, first},
};

/// An abort while the back-off timer runs leaves no timer behind, and nothing more is sent.
pub fn an_abort_while_it_waits_leaves_no_timer() {
    let play = Play::new().fails(Fault::status("folders.get", 503).retry_after("60").times(1000));
    let aborted = leave(&play, play.read(), 10 * SECOND);
    assert!(aborted, "it was still waiting");
    assert_eq!((play.clock().timers(), play.requests("folders.get")), (0, 1));
    assert_eq!(play.took(), 10 * SECOND);
}

/// The same for the machine alone: once it is given up it asks for no time.
pub fn a_machine_that_is_given_up_asks_for_no_time() {
    let play = Play::new();
    let mut call =
        Call::new(NOW, play.read(), CallOptions::default(), Want::Bytes, Default::default(), Rng::new(1));
    call.handle_token(NOW, Ok(Token { secret: "t".into(), generation: 1 }));
    while let CallOutput::NeedToken { .. } = call.poll_output() {}
    let lost = Error::new(ErrorKind::Transport, "lost");
    call.handle_transport_error(NOW, RequestId(0), Sent::No, lost);
    assert!(matches!(call.poll_output(), CallOutput::Timeout(Some(_))), "it waits before another try");
    call.abandon();
    assert!(matches!(call.poll_output(), CallOutput::Timeout(None)));
    call.handle_timeout(Timestamp(u64::MAX));
    assert!(matches!(call.poll_output(), CallOutput::Timeout(None)));
}

/// An abort ends a transfer at once.
pub fn an_abort_ends_a_transfer_at_once() {
    let play = Play::new().fails(Fault::trickle("folders.get", 10));
    assert!(leave(&play, play.read(), 2 * SECOND));
    assert_eq!((play.took(), play.clock().timers()), (2 * SECOND, 0));
}

/// A caller that leaves ends its own wait for a token, and nobody else's.
pub fn an_abort_leaves_the_renewal_to_the_others() {
    let play = Play::new();
    play.emulator(|emulator| emulator.expire_tokens());
    let (draft, clock) = (play.read(), play.clock().clone());
    let call = |client: Client| async move { client.reply(draft, CallOptions::default()).await };
    let (stays, leaves) = (call.clone()(play.client.clone()), call(play.client.clone()));
    // It leaves while the token is on its way.
    let away = clock.sleep(ROUND_TRIP * 3 / 2);
    let stays: Caller = Box::pin(async { Some(stays.await) });
    let leaves: Caller = Box::pin(async {
        assert!(matches!(first(leaves, away).await, First::Other(())));
        None
    });
    let ended = play.clock().run(play.clock().all(vec![leaves, stays])).expect("they end");
    let stayed = ended.into_iter().flatten().next().expect("one stays");
    assert!(stayed.is_ok(), "{stayed:?}");
    assert_eq!(play.requests("oauth.token"), 1);
}

/// The only caller leaves: the renewal that Box may have answered is still carried through for the next one.
pub fn a_renewal_outlives_its_caller() {
    let play = Play::new();
    play.emulator(|emulator| emulator.expire_tokens());
    let later = async {
        let call = play.client.reply(play.read(), CallOptions::default());
        assert!(matches!(first(call, play.clock().sleep(ROUND_TRIP * 3 / 2)).await, First::Other(())));
        play.clock().sleep(SECOND).await;
        play.client.reply(play.read(), CallOptions::default()).await
    };
    assert!(play.clock().run(later).expect("it ends").is_ok());
    assert_eq!(play.requests("oauth.token"), 1);
}

type Caller = Pin<Box<dyn Future<Output = Option<Result<Reply, Error>>>>>;

/// Whether a call is still under way when its caller leaves.
fn leave(play: &Play, draft: Draft, after: Duration) -> bool {
    let call = play.client.reply(draft, CallOptions::default());
    let ended = play.clock().run(first(call, play.clock().sleep(after)));
    matches!(ended.expect("it ends"), First::Other(()))
}

const NOW: Timestamp = Timestamp(1_000_000);
