use serde_json::{Value, json};

use crate::Reply;

/// An error answer of the API, in Box's shape.
#[derive(Clone, Debug)]
pub(crate) struct Failure {
    status: u16,
    code: &'static str,
    message: String,
    context: Option<Value>,
    header: Option<(&'static str, String)>,
    kind: Kind,
}

#[derive(Clone, Debug)]
enum Kind {
    Api,
    OAuth,
    BadToken,
    Html,
}

impl Failure {
    pub(crate) fn new(status: u16, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into(), context: None, header: None, kind: Kind::Api }
    }

    pub(crate) fn bad_request(message: impl Into<String>) -> Self {
        Self::new(400, "bad_request", message)
    }

    /// A member or parameter that is missing or can't be used.
    pub(crate) fn parameter(name: &str, reason: &str, message: &str) -> Self {
        Self::bad_request("Bad Request").with_context(json!({
            "errors": [{ "reason": reason, "name": name, "message": message }]
        }))
    }

    pub(crate) fn not_found() -> Self {
        Self::new(404, "not_found", "Not Found")
    }

    pub(crate) fn forbidden(message: &str) -> Self {
        Self::new(403, "access_denied_insufficient_permissions", message)
    }

    pub(crate) fn oauth(code: &'static str, description: &str) -> Self {
        let mut failure = Self::new(400, code, description);
        failure.kind = Kind::OAuth;
        failure
    }

    pub(crate) fn bad_token() -> Self {
        let mut failure = Self::new(401, "unauthorized", "");
        failure.kind = Kind::BadToken;
        failure
    }

    pub(crate) fn html(status: u16, message: &str) -> Self {
        let mut failure = Self::new(status, "", message);
        failure.kind = Kind::Html;
        failure
    }

    pub(crate) fn with_context(mut self, context: Value) -> Self {
        self.context = Some(context);
        self
    }

    pub(crate) fn with_header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.header = Some((name, value.into()));
        self
    }

    pub(crate) fn into_reply(mut self, request_id: &str) -> Reply {
        let header = self.header.take();
        let reply = self.plain_reply(request_id);
        match header {
            Some((name, value)) => reply.with(name, value),
            None => reply,
        }
    }

    fn plain_reply(self, request_id: &str) -> Reply {
        let Self { status, code, message, .. } = self;
        match self.kind {
            Kind::BadToken => Reply::new(status).with(
                "www-authenticate",
                "Bearer realm=\"Service\", error=\"invalid_token\", \
                 error_description=\"The access token provided is invalid.\"",
            ),
            Kind::OAuth => Reply::json(status, &json!({ "error": code, "error_description": message })),
            Kind::Html => Reply::html(status, page(&message)),
            Kind::Api => {
                let mut value = json!({
                    "type": "error",
                    "status": status,
                    "code": code,
                    "help_url": "http://developers.box.com/docs/#errors",
                    "message": message,
                    "request_id": request_id,
                });
                if let (Some(context), Some(object)) = (self.context, value.as_object_mut()) {
                    object.insert("context_info".into(), context);
                }
                Reply::json(status, &value)
            }
        }
    }
}

fn page(message: &str) -> String {
    format!("<!doctype html><title>Error</title><h1>{message}</h1>\n")
}
