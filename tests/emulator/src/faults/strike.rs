use super::{
    At, Effect, Fault, FaultKind,
    statuses::{self, Texts},
};
use crate::{Cut, Failure, Reply, Request, Stall, assertion::EXPIRED_CLAIM};

impl Fault {
    /// Whether the request is carried out. Only then is there a body to cut, stall or delay.
    pub(crate) fn runs(&self) -> bool {
        let spares = match self.kind {
            FaultKind::Delay { .. } | FaultKind::Truncate { .. } | FaultKind::Trickle { .. } => true,
            FaultKind::Drop | FaultKind::Stall { .. } => self.at == At::Body,
            _ => false,
        };
        spares || self.effect == Effect::After
    }

    /// Turns the answer into the faulty one; `reply` is the true answer if the request ran.
    pub(crate) fn apply(
        &self,
        operation: &str,
        request: &Request,
        download: &str,
        request_id: &str,
        reply: Option<Reply>,
    ) -> Reply {
        match &self.kind {
            FaultKind::Status { status, body, code, retry_after, message } => {
                let texts = Texts { code: code.as_deref(), message: message.as_deref() };
                let reply = statuses::reply(operation, *status, *body, &texts, request_id);
                match retry_after {
                    Some(value) => reply.with("retry-after", value),
                    None => reply,
                }
            }
            FaultKind::Redirect { location, status } => Reply::new(*status).with("location", location),
            FaultKind::RedirectLoop => Reply::new(302).with("location", &request.url),
            FaultKind::RedirectElsewhere => Reply::new(302).with("location", format!("{download}/elsewhere")),
            FaultKind::WrongClock => Failure::oauth("invalid_grant", EXPIRED_CLAIM).into_reply(request_id),
            _ => {
                let mut reply = reply.unwrap_or_else(|| Reply::new(500));
                self.hinder(&mut reply);
                reply
            }
        }
    }

    /// Leaves the answer as it is and makes its way a bad one.
    fn hinder(&self, reply: &mut Reply) {
        let half = reply.body.len() / 2;
        let delivery = &mut reply.delivery;
        match (&self.kind, self.at) {
            (FaultKind::Delay { delay_ms }, At::Head) => delivery.delay_head = *delay_ms,
            (FaultKind::Delay { delay_ms }, At::Body) => delivery.delay_body = *delay_ms,
            (FaultKind::Drop, At::Head) => delivery.cut = Some(Cut::Head),
            (FaultKind::Drop, At::Body) => delivery.cut = Some(Cut::Body(half)),
            (FaultKind::Truncate { bytes }, _) => delivery.cut = Some(Cut::Body(*bytes)),
            (FaultKind::Stall { .. }, At::Head) => delivery.stall = Some(Stall::Head),
            (FaultKind::Stall { bytes }, At::Body) => delivery.stall = Some(Stall::Body(*bytes)),
            (FaultKind::Trickle { bytes_per_second }, _) => delivery.rate = Some(*bytes_per_second),
            _ => {}
        }
    }
}
