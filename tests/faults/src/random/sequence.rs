//! One call and what happens to it, decided by a seed.

use std::{fmt::Write, sync::Arc, time::Duration};

use box_core::{
    call::{Call, CallConfig, CallOutput, Want},
    error::{Error, ErrorKind, Sent},
    event::Event,
    headers::Headers,
    options::CallOptions,
    reply::{BodyPlan, Head, RequestId},
    request::Draft,
    rng::Rng,
    session::Token,
    time::Timestamp,
    traffic::Traffic,
};

/// A call before a random world.
pub(super) struct Sequence {
    call: Call,
    rng: Rng,
    now: Timestamp,
    deadline: Timestamp,
    operation: &'static str,
    tokens: u64,
    ended: Ended,
}

/// What came of it.
#[derive(Default)]
pub(super) struct Ended {
    /// All outputs with their times.
    pub(super) trace: String,
    /// Requests that were sent again after a failure, as the call told.
    pub(super) retries: u32,
    /// Replies that give retries back to the budget: all but those of an overload.
    pub(super) replies: u32,
    sent: u32,
    refusals: u32,
    max_attempts: u32,
    late: bool,
}

const START: Timestamp = Timestamp(1_700_000_000_000);

impl Sequence {
    pub(super) fn new(seed: u64, draft: Draft, traffic: &Traffic) -> Self {
        let mut rng = Rng::new(seed ^ 0x5eed);
        let timeout = Duration::from_secs(1) + rng.below(Duration::from_secs(300));
        let mut config = CallConfig::default();
        (config.traffic, config.observed) = (traffic.clone(), true);
        config.hides_replies = seed.is_multiple_of(3);
        let mut options = CallOptions::default();
        options.timeout = Some(timeout);
        let max_attempts = 1 + pick(&mut rng, 6);
        options.max_attempts = Some(max_attempts);
        let operation = draft.operation.id;
        let call = Call::new(START, draft, options, Want::Bytes, Arc::new(config), rng.fork());
        let ended = Ended { max_attempts, ..Ended::default() };
        let deadline = START + timeout;
        Self { call, rng, now: START, deadline, operation, tokens: 0, ended }
    }

    pub(super) fn run(mut self) -> Ended {
        let mut flight = None;
        for _ in 0..MOST_STEPS {
            let output = self.call.poll_output();
            _ = writeln!(self.ended.trace, "{} {output:?}", self.now.0);
            match output {
                CallOutput::NeedToken { .. } => self.token(),
                CallOutput::Send(id, request) => {
                    self.ended.sent += u32::from(request.about.operation == self.operation);
                    flight = Some(id);
                }
                CallOutput::Cancel(_) => flight = None,
                CallOutput::Event(Event::Retry(_)) => self.ended.retries += 1,
                CallOutput::Event(_) => {}
                CallOutput::Done(_) => {
                    self.ended.late = self.now > self.deadline;
                    assert!(matches!(self.call.poll_output(), CallOutput::Timeout(None)), "a timer is left");
                    return self.ended;
                }
                CallOutput::Timeout(until) => match (flight.take(), until) {
                    (Some(id), until) => self.answer(id, until),
                    (None, Some(until)) => {
                        self.now = self.now.max(until);
                        self.call.handle_timeout(self.now);
                    }
                    (None, None) => panic!("it waits for nothing:\n{}", self.ended.trace),
                },
            }
        }
        panic!("it never ends:\n{}", self.ended.trace)
    }

    /// Lets time pass, but not beyond the timer that is set.
    fn pass(&mut self, most: Duration, until: Option<Timestamp>) -> bool {
        let then = self.now + self.rng.below(most);
        if let Some(until) = until.filter(|until| *until <= then) {
            self.now = self.now.max(until);
            self.call.handle_timeout(self.now);
            return false;
        }
        self.now = then;
        true
    }

    fn token(&mut self) {
        let CallOutput::Timeout(until) = self.call.poll_output() else {
            panic!("a call that waits for a token does something else");
        };
        if !self.pass(Duration::from_secs(5), until) {
            return;
        }
        self.tokens += 1;
        let token = if pick(&mut self.rng, 20) == 0 {
            Err(Error::new(ErrorKind::SignInNeeded, "no token").with_code("invalid_grant"))
        } else {
            Ok(Token { secret: "t".into(), generation: self.tokens })
        };
        self.call.handle_token(self.now, token);
    }

    fn answer(&mut self, id: RequestId, until: Option<Timestamp>) {
        let most =
            [Duration::from_millis(400), Duration::from_secs(200)][usize::from(pick(&mut self.rng, 10) == 0)];
        if !self.pass(most, until) {
            return;
        }
        let lost = || Error::new(ErrorKind::Transport, "lost");
        if pick(&mut self.rng, 3) == 0 {
            let sent = if pick(&mut self.rng, 4) == 0 { Sent::No } else { Sent::Maybe };
            self.call.handle_sent(self.now, id, u64::from(u32::MAX));
            return self.call.handle_transport_error(self.now, id, sent, lost());
        }
        let status = *one_of(&mut self.rng, &STATUSES);
        let mut headers = Headers::new();
        if let Some(wait) = *one_of(&mut self.rng, &RETRY_AFTER) {
            headers.set("retry-after", wait);
        }
        self.ended.refusals += u32::from(status == 401);
        self.ended.replies += u32::from(status < 500 && status != 429);
        let plan = self.call.handle_head(self.now, id, Head { status, headers });
        if let BodyPlan::Buffer { .. } = plan {
            let body = *one_of(&mut self.rng, &BODIES);
            self.call.handle_body(self.now, id, body.as_bytes());
            if pick(&mut self.rng, 5) == 0 {
                self.call.handle_transport_error(self.now, id, Sent::Maybe, lost());
            } else {
                self.call.handle_body_end(self.now, id);
            }
        }
    }
}

impl Ended {
    /// Tries, and time.
    pub(super) fn check(&self) {
        // A refused token is replaced once, and where refusals are hidden a lost reply may have been one.
        let most = self.max_attempts + 1;
        assert!(self.sent <= most, "{} requests, at most {most}:\n{}", self.sent, self.trace);
        assert!(!self.late, "it ended too late:\n{}", self.trace);
    }
}

fn one_of<'a, T>(rng: &mut Rng, all: &'a [T]) -> &'a T {
    let place = pick(rng, u32::try_from(all.len()).unwrap_or_default());
    &all[place as usize]
}

/// A number below `below`.
fn pick(rng: &mut Rng, below: u32) -> u32 {
    let most = Duration::from_millis(u64::from(below.saturating_sub(1)));
    u32::try_from(rng.below(most).as_millis()).unwrap_or_default()
}

const MOST_STEPS: u32 = 2000;

const STATUSES: [u16; 16] = [200, 201, 204, 400, 401, 403, 404, 409, 412, 429, 429, 500, 502, 503, 503, 504];

const RETRY_AFTER: [Option<&str>; 9] = [
    None,
    None,
    Some("0"),
    Some("1"),
    Some("30"),
    Some("99999999999"),
    Some("Tue, 14 Nov 2023 22:13:27 GMT"),
    Some("Sun, 06 Nov 1994 08:49:37 GMT"),
    Some("soon"),
];

const BODIES: [&str; 5] = [
    "",
    r#"{"type":"folder","id":"1","name":"n","created_by":{"id":"2"},"created_at":"2023-11-14T22:13:20Z"}"#,
    r#"{"type":"error","code":"item_name_in_use","context_info":{"conflicts":[{"type":"folder","id":"1"}]}}"#,
    r#"{"type":"error","code":"name_temporarily_reserved"}"#,
    "<html>",
];
