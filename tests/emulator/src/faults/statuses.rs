use serde_json::json;

use super::FaultBody;
use crate::{Failure, Reply};

/// What a JSON body says; the usual where it is `None`.
pub(super) struct Texts<'t> {
    pub(super) code: Option<&'t str>,
    pub(super) message: Option<&'t str>,
}

/// The answer with a status that was asked for.
pub(super) fn reply(
    operation: &str,
    status: u16,
    body: Option<FaultBody>,
    texts: &Texts<'_>,
    request_id: &str,
) -> Reply {
    let message = texts.message.unwrap_or("Asked for by the test");
    let oauth = operation.starts_with("oauth.");
    if status == 401 && body.is_none() && !oauth {
        return Failure::bad_token().into_reply(request_id);
    }
    let default = match status {
        0..400 => FaultBody::Empty,
        _ => FaultBody::Json,
    };
    match body.unwrap_or(default) {
        FaultBody::Empty => Reply::new(status),
        FaultBody::Html => Failure::html(status, "The page could not be served").into_reply(request_id),
        FaultBody::Json if oauth => Reply::json(
            status,
            &json!({
                "error": texts.code.unwrap_or_else(|| usual_oauth_code(status)),
                "error_description": message,
            }),
        ),
        FaultBody::Json => Reply::json(
            status,
            &json!({
                "type": "error",
                "status": status,
                "code": texts.code.unwrap_or_else(|| usual_code(status)),
                "help_url": "http://developers.box.com/docs/#errors",
                "message": message,
                "request_id": request_id,
            }),
        ),
    }
}

fn usual_oauth_code(status: u16) -> &'static str {
    match status {
        400 => "invalid_grant",
        401 => "invalid_client",
        429 | 503 => "temporarily_unavailable",
        _ => "server_error",
    }
}

fn usual_code(status: u16) -> &'static str {
    match status {
        400 => "bad_request",
        401 => "unauthorized",
        403 => "forbidden",
        404 => "not_found",
        405 => "method_not_allowed",
        409 => "conflict",
        410 => "session_expired",
        411 => "length_required",
        412 => "precondition_failed",
        413 => "request_entity_too_large",
        415 => "unsupported_media_type",
        416 => "range_overlaps_existing_part",
        429 => "rate_limit_exceeded",
        502 => "bad_gateway",
        503 => "unavailable",
        _ => "internal_server_error",
    }
}
