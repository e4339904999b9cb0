//! Absolute addresses, read strictly: what this reads, every platform reads the same way.

use std::fmt;

use fluent_uri::{Uri, UriRef, pct_enc::EStr};
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

/// What WHATWG readers take and RFC 3986 doesn't. A backslash is not among them: some take it for a slash.
const LENIENT: &AsciiSet =
    &CONTROLS.add(b' ').add(b'"').add(b'<').add(b'>').add(b'^').add(b'`').add(b'{').add(b'|').add(b'}');

/// An absolute `http` or `https` URL without user and password (RFC 3986, section 3).
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Url(Uri<String>);

/// What makes two URLs the same server (RFC 6454, section 4).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Origin {
    pub(crate) secure: bool,
    pub(crate) host: String,
    pub(crate) port: u16,
}

impl Url {
    /// # Errors
    /// What is wrong with the text.
    pub(crate) fn parse(text: &str) -> Result<Self, &'static str> {
        let uri = Uri::parse(text).map_err(|_| "not a URL")?;
        Self::checked(uri.to_owned())
    }

    /// The target of a reference on the page of this URL.
    pub(crate) fn join(&self, reference: &str) -> Result<Self, &'static str> {
        if reference.contains(char::is_control) {
            return Err("not a URL");
        }
        let reference = utf8_percent_encode(reference, LENIENT).to_string();
        let reference = UriRef::parse(reference.as_str()).map_err(|_| "not a URL")?;
        Self::checked(reference.resolve_against(&self.0).map_err(|_| "not a URL")?)
    }

    fn checked(uri: Uri<String>) -> Result<Self, &'static str> {
        let scheme = uri.scheme().as_str();
        if !scheme.eq_ignore_ascii_case("https") && !scheme.eq_ignore_ascii_case("http") {
            return Err("expected http or https");
        }
        let authority = uri.authority().ok_or("it names no host")?;
        if authority.has_userinfo() {
            return Err("it must not carry a user or password");
        }
        let host = authority.host();
        if host.is_empty() || host.contains('%') {
            return Err("it names no host");
        }
        if authority.port_to_u16().is_err() {
            return Err("its port is not a number");
        }
        Ok(Self(uri))
    }

    pub(crate) fn origin(&self) -> Origin {
        let secure = self.0.scheme().as_str().eq_ignore_ascii_case("https");
        let authority = self.0.authority();
        let port = authority.and_then(|authority| authority.port_to_u16().ok().flatten());
        Origin {
            secure,
            host: authority.map(|authority| authority.host().to_ascii_lowercase()).unwrap_or_default(),
            port: port.unwrap_or(if secure { 443 } else { 80 }),
        }
    }

    pub(crate) fn query(&self) -> Option<&str> {
        self.0.query().map(EStr::as_str)
    }

    pub(crate) fn has_fragment(&self) -> bool {
        self.0.has_fragment()
    }

    pub(crate) fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

impl fmt::Debug for Url {
    /// A path or query may be as good as a token.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.origin(), f)
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { secure, host, port } = self;
        f.write_str(if *secure { "https://" } else { "http://" })?;
        f.write_str(host)?;
        if *port == if *secure { 443 } else { 80 } { Ok(()) } else { write!(f, ":{port}") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_all_platforms_read_alike_is_a_url() {
        let cases = [
            ("https://api.box.com/2.0/x?y=z", Ok("https://api.box.com")),
            ("HTTP://API.box.com:80", Ok("http://api.box.com")),
            ("http://[::1]:8080/", Ok("http://[::1]:8080")),
            ("", Err("not a URL")),
            ("api.box.com", Err("not a URL")),
            ("https://api.box.com\\@evil.example/", Err("not a URL")),
            ("https://api.box.com /", Err("not a URL")),
            ("https://api.box.com\n/", Err("not a URL")),
            ("https://u:p@api.box.com/", Err("it must not carry a user or password")),
            ("https://api%2ebox.com/", Err("it names no host")),
            ("https:///x", Err("it names no host")),
            ("https:x", Err("it names no host")),
            ("https://x:99999/", Err("its port is not a number")),
            ("ftp://x/", Err("expected http or https")),
        ];
        for (text, expected) in cases {
            let origin = Url::parse(text).map(|url| url.origin().to_string());
            assert_eq!(origin.as_deref(), expected.as_ref().copied(), "{text}");
        }
    }

    #[test]
    fn references_are_joined() {
        let base = Url::parse("https://api.box.com/2.0/files/1?x=y").unwrap();
        let cases = [
            ("/2.0/other", Ok("https://api.box.com/2.0/other")),
            ("https://dl.boxcloud.com/d/a b|ä", Ok("https://dl.boxcloud.com/d/a%20b%7C%C3%A4")),
            ("//dl.boxcloud.com/", Ok("https://dl.boxcloud.com/")),
            ("../../../x", Ok("https://api.box.com/x")),
            ("\\\\evil.example", Err("not a URL")),
            ("https://u@evil.example", Err("it must not carry a user or password")),
            ("/x\ty", Err("not a URL")),
        ];
        for (reference, expected) in cases {
            let joined = base.join(reference);
            assert_eq!(joined.as_ref().map(Url::as_str), expected.as_ref().copied(), "{reference}");
        }
    }
}
