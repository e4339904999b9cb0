//! What the server answers.

use std::{
    fmt::Write as _,
    sync::atomic::{AtomicU64, Ordering::Relaxed},
    time::Duration,
};

use bytes::Bytes;

/// The token of those whose token doesn't end.
pub(crate) const TOKEN: &str = "a-token-that-is-as-long-as-those-of-Box";

/// Size of the file, as its JSON says.
pub(crate) const SIZE: i64 = 48_213;

/// How long the server holds back what it answers around a refresh.
const DELAY: Duration = Duration::from_millis(5);

/// Counters, and replies that are ready to be sent.
pub(crate) struct Replies {
    /// Connections that were made.
    pub(crate) accepted: AtomicU64,
    /// Requests that were left unanswered, or refused until later.
    pub(crate) stuck: AtomicU64,
    /// For how many microseconds replies were held back.
    pub(crate) held: AtomicU64,
    /// Number of the token that is good.
    pub(crate) token: AtomicU64,
    file: Bytes,
    busy: Bytes,
    refused: Bytes,
}

/// What to do about a request.
pub(crate) enum Answer {
    /// Send this.
    Now(Bytes),
    /// Send this later.
    Held(Duration, Bytes),
    /// Send nothing.
    Never,
}

impl Replies {
    pub(crate) fn new() -> Self {
        Self {
            accepted: AtomicU64::new(0),
            stuck: AtomicU64::new(0),
            held: AtomicU64::new(0),
            token: AtomicU64::new(0),
            file: reply("200 OK", "", FILE),
            busy: reply("503 Service Unavailable", "retry-after: 60\r\n", ""),
            refused: reply("401 Unauthorized", "www-authenticate: Bearer error=\"invalid_token\"\r\n", ""),
        }
    }

    /// The answer to a request with this head.
    pub(crate) fn answer(&self, head: &str) -> Answer {
        let target = head.split([' ', '?']).nth(1).unwrap_or_default();
        match target.rsplit('/').next() {
            Some("token") => Answer::Held(DELAY, self.new_token()),
            Some("guarded") if self.is_good(head) => Answer::Held(DELAY, self.file.clone()),
            Some("guarded") => Answer::Held(DELAY, self.refused.clone()),
            Some("busy") => {
                self.stuck.fetch_add(1, Relaxed);
                Answer::Now(self.busy.clone())
            }
            Some("hangs") => {
                self.stuck.fetch_add(1, Relaxed);
                Answer::Never
            }
            _ => Answer::Now(self.file.clone()),
        }
    }

    fn new_token(&self) -> Bytes {
        let number = self.token.load(Relaxed);
        reply(
            "200 OK",
            "",
            &format!(
                "{{\"access_token\":\"{TOKEN}-{number}\",\"expires_in\":3600,\"token_type\":\"bearer\"}}"
            ),
        )
    }

    fn is_good(&self, head: &str) -> bool {
        head.contains(&format!("Bearer {TOKEN}-{}\r\n", self.token.load(Relaxed)))
    }
}

/// A reply with as many header fields as Box sends.
fn reply(status: &str, field: &str, body: &str) -> Bytes {
    let mut text = format!("HTTP/1.1 {status}\r\n{FIELDS}{field}");
    // Writing to a `String` can't fail.
    let _ = write!(text, "content-length: {}\r\n\r\n{body}", body.len());
    text.into()
}

const FIELDS: &str = "date: Tue, 25 Nov 2025 10:00:00 GMT\r
content-type: application/json\r
cache-control: no-cache, no-store\r
etag: \"1\"\r
box-request-id: 0a1b2c3d4e5f60718293a4b5c6d7e8f90\r
strict-transport-security: max-age=31536000\r
vary: Accept-Encoding\r
x-envoy-upstream-service-time: 41\r
via: 1.1 google\r
";

/// A file as it comes without `fields`.
const FILE: &str = concat!(
    r#"{"type":"file","id":"1900000000001","file_version":{"type":"file_version","id":"2100000000001","#,
    r#""sha1":"3f786850e387550fdab836ed7e6dc881de23001b"},"sequence_id":"7","etag":"7","#,
    r#""sha1":"3f786850e387550fdab836ed7e6dc881de23001b","name":"Minutes of March.docx","#,
    r#""description":"Who said what, and when","size":48213,"path_collection":{"total_count":2,"#,
    r#""entries":[{"type":"folder","id":"0","sequence_id":null,"etag":null,"name":"All Files"},"#,
    r#"{"type":"folder","id":"290000000001","sequence_id":"2","etag":"2","name":"Minutes"}]},"#,
    r#""created_at":"2025-03-03T09:12:44-08:00","modified_at":"2025-03-04T16:40:01-08:00","#,
    r#""trashed_at":null,"purged_at":null,"content_created_at":"2025-03-03T09:10:02-08:00","#,
    r#""content_modified_at":"2025-03-04T16:39:58-08:00","created_by":{"type":"user","#,
    r#""id":"30000000001","name":"Ada Miller","login":"ada@example.com"},"modified_by":{"type":"user","#,
    r#""id":"30000000002","name":"Tomas Berg","login":"tomas@example.com"},"owned_by":{"type":"user","#,
    r#""id":"30000000001","name":"Ada Miller","login":"ada@example.com"},"shared_link":null,"#,
    r#""parent":{"type":"folder","id":"290000000001","sequence_id":"2","etag":"2","name":"Minutes"},"#,
    r#""item_status":"active"}"#,
);
