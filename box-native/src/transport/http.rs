//! The default transport: reqwest with rustls.

use std::{borrow::Cow, fmt};

use box_core::{
    error::{Error, Sent},
    headers::Headers,
    reply::Head,
};
use futures_util::TryStreamExt;
use reqwest::header::{CONTENT_LENGTH, HeaderMap, HeaderName, HeaderValue};

use super::{
    BoxFuture, HttpBody, HttpReply, HttpRequest, HttpSettings, Transport, TransportError, lost::lost,
};

/// reqwest as a [`Transport`]: the default one, and what an application's own may wrap. It limits the time to connect;
/// how long anything else may take is the business of calls.
#[derive(Clone)]
pub struct Http {
    client: reqwest::Client,
}

impl Http {
    /// A transport with connections of its own.
    ///
    /// # Errors
    /// `Internal` if TLS can't be set up, `InvalidInput` if a proxy's user or password can't be sent.
    pub fn new(settings: &HttpSettings) -> Result<Self, Error> {
        let failed = |what: &str| Error::internal(format!("TLS can't be set up: {what}"));
        let tls = settings.roots.config().map_err(|e| failed(&e.to_string()))?;
        let mut client = reqwest::Client::builder()
            .tls_backend_preconfigured(tls)
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .connect_timeout(settings.connect_timeout)
            .tcp_nodelay(true);
        if let Some(proxy) = &settings.proxy {
            client = client.proxy(proxy.rule()?);
        } else if !settings.proxy_from_env {
            client = client.no_proxy();
        }
        let client = client.build();
        let client = client.map_err(|e| failed(&e.without_url().to_string()))?;
        Ok(Self { client })
    }
}

impl fmt::Debug for Http {
    /// Leaves reqwest's client out, which knows the proxy's password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Http").finish_non_exhaustive()
    }
}

impl Transport for Http {
    fn send(&self, request: HttpRequest) -> BoxFuture<'static, Result<HttpReply, TransportError>> {
        let sent = self.request(request).map(|request| self.client.execute(request));
        Box::pin(async move {
            let reply = sent?.await.map_err(lost)?;
            let head = Head { status: reply.status().as_u16(), headers: headers(reply.headers()) };
            let body = reply.bytes_stream().map_err(|e| lost(e).error);
            Ok(HttpReply { head, body: Box::pin(body) })
        })
    }
}

impl Http {
    fn request(&self, request: HttpRequest) -> Result<reqwest::Request, TransportError> {
        let unsendable = |what: &str| TransportError {
            sent: Sent::No,
            error: Error::invalid(format!("{what} can't be sent")),
        };
        let method = reqwest::Method::from_bytes(request.method.as_bytes());
        let method = method.map_err(|_| unsendable("the method"))?;
        let mut headers = HeaderMap::new();
        for (name, value) in request.headers.iter() {
            let field = HeaderName::from_bytes(name.as_bytes()).ok().zip(HeaderValue::from_str(value).ok());
            let (field, mut value) = field.ok_or_else(|| unsendable(&format!("the header `{name}`")))?;
            value.set_sensitive(Headers::is_sensitive(name));
            headers.insert(field, value);
        }
        let url = reqwest::Url::parse(&request.url).map_err(|_| unsendable("the URL"))?;
        let mut out = reqwest::Request::new(method, url);
        let body = match request.body {
            HttpBody::Empty => None,
            HttpBody::Bytes(bytes) => Some(bytes.into()),
            HttpBody::Stream { len, stream } => {
                headers.insert(CONTENT_LENGTH, len.into());
                Some(reqwest::Body::wrap_stream(stream))
            }
        };
        *out.headers_mut() = headers;
        *out.body_mut() = body;
        Ok(out)
    }
}

/// Fields of a reply; those of one name are joined (RFC 9110, section 5.2).
fn headers(map: &HeaderMap) -> Headers {
    let mut fields: Vec<(Cow<'static, str>, String)> = Vec::with_capacity(map.len());
    for (name, value) in map {
        let name = name.as_str();
        let text = value.to_str().map_or_else(|_| String::from_utf8_lossy(value.as_bytes()), Cow::Borrowed);
        match fields.last_mut() {
            // The map gives fields of one name one after another.
            Some((last, all)) if *last == name => {
                all.push_str(", ");
                all.push_str(&text);
            }
            _ => fields.push((common(name), text.into_owned())),
        }
    }
    Headers::distinct(fields.into_iter())
}

/// Names that come with most replies need no memory of their own.
fn common(name: &str) -> Cow<'static, str> {
    let known = match name {
        "age" => "age",
        "box-request-id" => "box-request-id",
        "cache-control" => "cache-control",
        "content-length" => "content-length",
        "content-type" => "content-type",
        "date" => "date",
        "etag" => "etag",
        "strict-transport-security" => "strict-transport-security",
        "transfer-encoding" => "transfer-encoding",
        "vary" => "vary",
        "via" => "via",
        _ => return name.to_owned().into(),
    };
    known.into()
}
