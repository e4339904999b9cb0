//! What an error of the HTTP library means: what failed, and whether the request had left.

use std::{error::Error as StdError, io};

use box_core::error::{Error, ErrorKind, Sent};

use super::TransportError;

/// Why there was no reply, or no more of it.
pub(super) fn lost(error: reqwest::Error) -> TransportError {
    // hyper takes a request back that it hasn't begun to write; a connection is only given requests once it stands.
    let sent = if error.is_connect() || is_canceled(&error) { Sent::No } else { Sent::Maybe };
    let kind = if error.is_timeout() { ErrorKind::Timeout } else { ErrorKind::Transport };
    let message = match (kind, sent) {
        (ErrorKind::Timeout, Sent::No) => "no connection in time",
        (ErrorKind::Timeout, _) => "no answer in time",
        (_, Sent::No) => unconnected(&error),
        _ => "the connection was lost",
    };
    TransportError { sent, error: Error::new(kind, message).with_source(error.without_url()) }
}

fn unconnected(error: &reqwest::Error) -> &'static str {
    let refused = |cause: &io::Error| cause.kind() == io::ErrorKind::ConnectionRefused;
    if error.is_dns() {
        "the host's name can't be resolved"
    } else if any::<rustls::Error>(error, |_| true) {
        "no secure connection: TLS failed"
    } else if any::<io::Error>(error, refused) {
        "the connection was refused"
    } else {
        "no connection"
    }
}

fn is_canceled(error: &reqwest::Error) -> bool {
    any::<hyper::Error>(error, hyper::Error::is_canceled)
}

/// Whether one of the causes of an error is such a one.
fn any<E: StdError + 'static>(error: &(dyn StdError + 'static), is: impl Fn(&E) -> bool) -> bool {
    let mut next = Some(error);
    while let Some(cause) = next {
        if cause.downcast_ref().is_some_and(&is) {
            return true;
        }
        // An I/O error passes over what it wraps and names the cause of that.
        let wrapped = cause.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        next = match wrapped {
            Some(wrapped) => Some(wrapped),
            None => cause.source(),
        };
    }
    false
}
