//! Absolute addresses, read strictly: what this reads, every platform reads the same way. A test compares it with a library
//! that reads all of RFC 3986, and is a twentieth of what a page loads.

use std::fmt;

use percent_encoding::{AsciiSet, CONTROLS};

use crate::encode::encoded;

/// What WHATWG readers take and RFC 3986 doesn't. A backslash is not among them: some take it for a slash.
const LENIENT: &AsciiSet =
    &CONTROLS.add(b' ').add(b'"').add(b'<').add(b'>').add(b'^').add(b'`').add(b'{').add(b'|').add(b'}');

/// An absolute `http` or `https` URL without user and password (RFC 3986, section 3).
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Url {
    text: String,
    /// Where path, query and fragment begin.
    path: usize,
    origin: Origin,
}

/// What makes two URLs the same server (RFC 6454, section 4).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Origin {
    pub(crate) secure: bool,
    pub(crate) host: String,
    pub(crate) port: u16,
}

const WRONG: &str = "not a URL";
const NO_HOST: &str = "it names no host";

impl Url {
    /// # Errors
    /// What is wrong with the text.
    pub(crate) fn parse(text: &str) -> Result<Self, &'static str> {
        let (scheme, rest) = scheme(text).ok_or(WRONG)?;
        let secure = scheme.eq_ignore_ascii_case("https");
        if !secure && !scheme.eq_ignore_ascii_case("http") {
            return Err("expected http or https");
        }
        let rest = rest.strip_prefix("//").ok_or(NO_HOST)?;
        let (authority, tail) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
        let mut fragments = tail.splitn(2, '#');
        if !is_written(authority, ":@[]") || !fragments.all(|part| is_written(part, "/?:@")) {
            return Err(WRONG);
        }
        if authority.contains('@') {
            return Err("it must not carry a user or password");
        }
        // An address of version 6 has colons of its own.
        let end = if authority.starts_with('[') {
            authority.find(']').map(|at| at + 1)
        } else {
            authority.find(':')
        };
        let (host, port) = authority.split_at(end.unwrap_or(authority.len()));
        let inner = host.strip_prefix('[').map(|host| host.strip_suffix(']').unwrap_or_default());
        let well = match inner {
            Some(six) => {
                six.contains(':') && six.bytes().all(|c| c.is_ascii_hexdigit() || matches!(c, b':' | b'.'))
            }
            None => !host.contains(']') && !host.contains('['),
        };
        let digits = port.strip_prefix(':').unwrap_or(port);
        if !well || !digits.bytes().all(|c| c.is_ascii_digit()) {
            return Err(WRONG);
        }
        if host.is_empty() || host.contains('%') {
            return Err(NO_HOST);
        }
        let usual = if secure { 443 } else { 80 };
        let port = if digits.is_empty() { Some(usual) } else { digits.parse().ok() };
        let port = port.ok_or("its port is not a number")?;
        let origin = Origin { secure, host: host.to_ascii_lowercase(), port };
        Ok(Self { text: text.to_owned(), path: text.len() - tail.len(), origin })
    }

    /// The target of a reference on the page of this URL (RFC 3986, section 5.2).
    pub(crate) fn join(&self, reference: &str) -> Result<Self, &'static str> {
        if reference.contains(char::is_control) {
            return Err(WRONG);
        }
        let reference = encoded(reference, LENIENT);
        let (server, path) = self.text.split_at(self.path);
        let path = path.split(['?', '#']).next().unwrap_or_default();
        let target = if scheme(&reference).is_some() {
            reference
        } else if reference.starts_with("//") {
            [if self.origin.secure { "https:" } else { "http:" }, &reference].concat()
        } else if reference.starts_with('/') {
            [server, &reference].concat()
        } else if reference.starts_with('?') {
            [server, path, &reference].concat()
        } else if reference.is_empty() || reference.starts_with('#') {
            let page = self.text.split('#').next().unwrap_or_default();
            [page, &reference].concat()
        } else if reference.split(['/', '?', '#']).next().is_some_and(|first| first.contains(':')) {
            return Err(WRONG);
        } else {
            let folder = path.rfind('/').and_then(|at| path.get(..at)).unwrap_or_default();
            [server, folder, "/", &reference].concat()
        };
        let mut target = Self::parse(&target)?;
        target.resolve();
        Ok(target)
    }

    /// Takes `.` and `..` out of the path.
    fn resolve(&mut self) {
        let (server, tail) = self.text.split_at(self.path);
        let (path, query) = tail.split_at(tail.find(['?', '#']).unwrap_or(tail.len()));
        let mut segments = Vec::new();
        for segment in path.split('/').skip(1) {
            match segment {
                ".." => _ = segments.pop(),
                "." => {}
                segment => segments.push(segment),
            }
        }
        if path.ends_with("/.") || path.ends_with("/..") {
            segments.push("");
        }
        let path = segments.iter().flat_map(|segment| ["/", segment]).collect::<String>();
        self.text = [server, &path, query].concat();
    }

    pub(crate) fn origin(&self) -> &Origin {
        &self.origin
    }

    pub(crate) fn query(&self) -> Option<&str> {
        let (page, _) = self.text.split_once('#').unwrap_or((&self.text, ""));
        page.split_once('?').map(|(_, query)| query)
    }

    pub(crate) fn has_fragment(&self) -> bool {
        self.text.contains('#')
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }
}

/// The scheme of an absolute URL, and what follows it.
fn scheme(text: &str) -> Option<(&str, &str)> {
    let (scheme, rest) = text.split_once(':')?;
    let well = scheme.bytes().all(|c| c.is_ascii_alphanumeric() || matches!(c, b'+' | b'-' | b'.'));
    (well && scheme.starts_with(|c: char| c.is_ascii_alphabetic())).then_some((scheme, rest))
}

/// Whether all of a text may stand in a URL: unreserved characters, delimiters within parts, those that are named, and bytes in
/// percent (RFC 3986, appendix A).
fn is_written(text: &str, delimiters: &str) -> bool {
    let mut parts = text.split('%');
    let plain = |text: &str| {
        text.bytes().all(|c| {
            c.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=".contains(&c) || delimiters.as_bytes().contains(&c)
        })
    };
    let hex = |part: &str| part.get(..2).is_some_and(|hex| hex.bytes().all(|c| c.is_ascii_hexdigit()));
    parts.next().is_none_or(plain) && parts.all(|part| hex(part) && plain(part))
}

impl fmt::Debug for Url {
    /// A path or query may be as good as a token.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.origin.text())
    }
}

impl Origin {
    pub(crate) fn text(&self) -> String {
        let Self { secure, host, port } = self;
        let (scheme, usual) = if *secure { ("https://", 443) } else { ("http://", 80) };
        let port = if *port == usual { String::new() } else { [":", &port.to_string()].concat() };
        [scheme, host, &port].concat()
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
            let origin = Url::parse(text).map(|url| url.origin().text());
            assert_eq!(origin.as_deref(), expected.as_ref().copied(), "{text}");
        }
    }

    #[test]
    fn the_library_reads_nothing_else() {
        let parts = [
            "http", "https", "HTTPS", "ftp", ":", "://", "//", "/", "a.b", "[::1]", "[", "]", "x", "%41",
            "%4", "@", ":80", ":8x", "?", "#", "..", ".", "../", "\\", " ", "ä", "~", "'", "|", "\u{0}",
            "\t", "",
        ];
        let mut rng = crate::rng::Rng::new(7);
        let mut some = |most: u64| -> String {
            let count = rng.below(std::time::Duration::from_millis(most)).as_millis();
            let mut part = || {
                parts
                    [rng.below(std::time::Duration::from_millis(parts.len() as u64 - 1)).as_millis() as usize]
            };
            (0..=count).map(|_| part()).collect()
        };
        let base = "https://api.box.com/2.0/files/1?x=y";
        let url = Url::parse(base).unwrap();
        let known = fluent_uri::Uri::parse(base).unwrap();
        for round in 0..100_000 {
            let text = if round % 2 == 0 { some(8) } else { ["https://", &some(5)].concat() };
            let read = Url::parse(&text);
            match fluent_uri::Uri::parse(text.as_str()) {
                Ok(uri) => {
                    let Ok(read) = read else { continue };
                    let authority = uri.authority().unwrap();
                    assert_eq!(read.origin().host, authority.host().to_ascii_lowercase(), "{text}");
                    assert_eq!(read.query(), uri.query().map(|query| query.as_str()), "{text}");
                    assert_eq!(read.has_fragment(), uri.has_fragment(), "{text}");
                }
                // What such brackets hold, nobody reads in two ways.
                Err(_) => assert!(read.is_err() || text.contains('['), "{text}"),
            }
            if !text.contains(char::is_control) {
                let encoded = encoded(&text, LENIENT);
                let Ok(reference) = fluent_uri::UriRef::parse(encoded.as_str()) else {
                    assert!(url.join(&text).is_err() || text.contains('['), "{text}");
                    continue;
                };
                let joined = reference.resolve_against(&known).unwrap().to_string();
                if let Ok(ours) = url.join(&text) {
                    assert_eq!(ours.as_str(), joined, "{text}");
                } else {
                    assert!(Url::parse(&joined).is_err(), "{text}");
                }
            }
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
