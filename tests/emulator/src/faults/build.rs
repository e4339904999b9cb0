use super::{At, Effect, Fault, FaultBody, FaultKind};

impl Fault {
    /// Hits the next request of an operation, before it has an effect.
    pub fn new(operation: &str, kind: FaultKind) -> Self {
        Self {
            operation: operation.to_owned(),
            times: 1,
            skip: 0,
            effect: Effect::Before,
            at: At::Head,
            kind,
        }
    }

    /// Answers the next request with this status.
    pub fn status(operation: &str, status: u16) -> Self {
        let kind = FaultKind::Status { status, body: None, code: None, retry_after: None, message: None };
        Self::new(operation, kind)
    }

    /// Never answers the next request; with [`at_body`](Self::at_body) the head and so many bytes come.
    pub fn stall(operation: &str, bytes: u64) -> Self {
        Self::new(operation, FaultKind::Stall { bytes })
    }

    /// Sends the body of the next answer slowly.
    pub fn trickle(operation: &str, bytes_per_second: u64) -> Self {
        Self::new(operation, FaultKind::Trickle { bytes_per_second })
    }

    /// Redirects the next request to any address, with status 302.
    pub fn redirect(operation: &str, location: &str) -> Self {
        let location = location.to_owned();
        Self::new(operation, FaultKind::Redirect { location, status: 302 })
    }

    /// Adds `retry-after` to a status.
    #[must_use]
    pub fn retry_after(mut self, value: &str) -> Self {
        if let FaultKind::Status { retry_after, .. } = &mut self.kind {
            *retry_after = Some(value.to_owned());
        }
        self
    }

    /// Chooses the body that goes with a status.
    #[must_use]
    pub fn body(mut self, kind: FaultBody) -> Self {
        if let FaultKind::Status { body, .. } = &mut self.kind {
            *body = Some(kind);
        }
        self
    }

    /// Chooses the code of the JSON body that goes with a status.
    #[must_use]
    pub fn code(mut self, text: &str) -> Self {
        if let FaultKind::Status { code, .. } = &mut self.kind {
            *code = Some(text.to_owned());
        }
        self
    }

    /// Chooses the message of the JSON body that goes with a status.
    #[must_use]
    pub fn message(mut self, text: &str) -> Self {
        if let FaultKind::Status { message, .. } = &mut self.kind {
            *message = Some(text.to_owned());
        }
        self
    }

    /// Hits that many requests.
    #[must_use]
    pub fn times(mut self, times: u64) -> Self {
        self.times = times;
        self
    }

    /// Lets that many requests pass first.
    #[must_use]
    pub fn skip(mut self, skip: u64) -> Self {
        self.skip = skip;
        self
    }

    /// Strikes after the request had its effect.
    #[must_use]
    pub fn after_effect(mut self) -> Self {
        self.effect = Effect::After;
        self
    }

    /// Strikes in the body instead of before the head.
    #[must_use]
    pub fn at_body(mut self) -> Self {
        self.at = At::Body;
        self
    }
}
