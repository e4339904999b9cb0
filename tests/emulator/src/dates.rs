//! Moments in the forms that Box writes.

use std::time::{Duration, SystemTime};

use serde_json::Value;
use time::{OffsetDateTime, UtcOffset, format_description::well_known::Rfc3339};

use crate::Failure;

/// Milliseconds since 1970 as an API timestamp: whole seconds, with an offset that is not UTC.
pub(crate) fn timestamp(millis: u64) -> String {
    let seconds = i64::try_from(millis / 1000).unwrap_or_default();
    let moment = OffsetDateTime::from_unix_timestamp(seconds).unwrap_or(OffsetDateTime::UNIX_EPOCH);
    let offset = UtcOffset::from_hms(-8, 0, 0).unwrap_or(UtcOffset::UTC);
    moment.to_offset(offset).format(&Rfc3339).unwrap_or_default()
}

/// As in a `date` header.
pub(crate) fn http_date(millis: u64) -> String {
    httpdate::fmt_http_date(SystemTime::UNIX_EPOCH + Duration::from_millis(millis))
}

/// A timestamp that a client sent, in milliseconds.
pub(crate) fn parse(value: &Value, name: &str) -> Result<Option<u64>, Failure> {
    if value.is_null() {
        return Ok(None);
    }
    let moment = value
        .as_str()
        .and_then(|text| OffsetDateTime::parse(text, &Rfc3339).ok())
        .and_then(|moment| u64::try_from(moment.unix_timestamp_nanos() / 1_000_000).ok());
    match moment {
        Some(millis) => Ok(Some(millis)),
        None => Err(Failure::parameter(name, "invalid_parameter", "not a date and time in RFC 3339 form")),
    }
}
