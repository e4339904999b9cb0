//! Where Box is, and where a token may go.

use crate::{
    encode::encode_pairs,
    error::{Error, ErrorKind},
    operation::Host,
    url::{Origin, Url},
};

/// The base URLs of Box, in the form in which the official SDKs take them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hosts {
    api: Url,
    upload: Url,
    oauth2: Url,
    downloads: Vec<Url>,
}

impl Default for Hosts {
    /// Box itself.
    fn default() -> Self {
        #[expect(clippy::expect_used, reason = "the text is constant and a test reads it")]
        Self::new("https://api.box.com", "https://upload.box.com/api", "https://account.box.com/api/oauth2")
            .expect("constant URLs")
    }
}

impl Hosts {
    /// Base URLs of the API, of uploads, and of the authorize page.
    ///
    /// # Errors
    /// `InvalidInput` for what isn't an `http` or `https` URL, or carries a user, a query or a fragment.
    pub fn new(api: &str, upload: &str, oauth2: &str) -> Result<Self, Error> {
        let [api, upload, oauth2] = [base(api)?, base(upload)?, base(oauth2)?];
        Ok(Self { api, upload, oauth2, downloads: Vec::new() })
    }

    /// Adds a server to which downloads may be redirected, besides Box's own and those of the base URLs.
    ///
    /// # Errors
    /// `InvalidInput` for what isn't an `http` or `https` URL.
    pub fn with_downloads(mut self, origin: &str) -> Result<Self, Error> {
        self.downloads.push(base(origin)?);
        Ok(self)
    }

    /// The URL of a path on a kind of host. `endpoint` takes the place of host and path.
    ///
    /// # Errors
    /// `InvalidInput` if the endpoint isn't a URL to which a token may go.
    pub(crate) fn address<'a>(
        &self,
        host: Host,
        path: &str,
        query: &mut dyn Iterator<Item = (&'a str, &'a str)>,
        endpoint: Option<&str>,
    ) -> Result<String, Error> {
        let base = match host {
            Host::Api => text(&self.api).to_owned() + "/2.0",
            Host::Upload | Host::Session => text(&self.upload).to_owned() + "/2.0",
            Host::OAuth => text(&self.api).to_owned() + "/oauth2",
            Host::Account => text(&self.oauth2).to_owned(),
            Host::Download => self.downloads(),
        };
        let own = endpoint.is_none() && !host.is_anonymous();
        let mut text = endpoint.map_or_else(|| base + path, str::to_owned);
        let mut has_query = false;
        // Our own bases were read when they were set, and paths are encoded as they are written.
        if !own {
            let what = if endpoint.is_some() { "the endpoint" } else { "the path" };
            let url = Url::parse(&text).map_err(|why| Error::invalid(format!("{what}: {why}")))?;
            // A token request carries no token, and yet secrets.
            let open = host.is_anonymous() && host != Host::OAuth && self.serves(&url);
            if !open && !self.trusts(&url) {
                let origin = url.origin().text();
                return Err(Error::invalid(format!("{origin} is not a host of Box; no token goes there")));
            }
            has_query = url.query().is_some();
        }
        let query = encode_pairs(query);
        if !query.is_empty() {
            text.push(if has_query { '&' } else { '?' });
            text += &query;
        }
        Ok(text)
    }

    /// The origin of a URL; ours are known without reading it.
    pub(crate) fn origin_of(&self, url: &str) -> Option<Origin> {
        let is_below = |base: &&Url| url.strip_prefix(text(base)).is_some_and(|rest| rest.starts_with('/'));
        let ours = [&self.api, &self.upload].into_iter().find(is_below);
        ours.map_or_else(
            || Url::parse(url).ok().map(|url| url.origin().clone()),
            |url| Some(url.origin().clone()),
        )
    }

    /// The authorize page, to which a browser is sent (RFC 6749, section 4.1.1).
    pub fn authorize_url(&self, client_id: &str, redirect_uri: Option<&str>, state: &str) -> String {
        let fields = [
            ("response_type", Some("code")),
            ("client_id", Some(client_id)),
            ("redirect_uri", redirect_uri),
            ("state", Some(state)),
        ];
        let mut fields = fields.into_iter().filter_map(|(name, value)| Some((name, value?)));
        [text(&self.oauth2), "/authorize?", &encode_pairs(&mut fields)].concat()
    }

    /// Where content without a token comes from, if Box gave no address.
    fn downloads(&self) -> String {
        let base = if self.is_box() { "https://dl.boxcloud.com" } else { text(&self.api) };
        base.to_owned() + "/2.0"
    }

    /// Whether a request without a token may go there: to the authorize page, and to where Box keeps content. Other
    /// servers than Box's are taken to keep it on the same hosts, whatever the port.
    pub(crate) fn serves(&self, url: &Url) -> bool {
        let origin = url.origin();
        let content = origin.host == "boxcloud.com" || origin.host.ends_with(".boxcloud.com");
        let known = |url: &Url| url.origin() == origin;
        known(&self.oauth2)
            || self.downloads.iter().any(known)
            || origin.secure && origin.port == 443 && content
            || self.trusts(url)
            || !self.is_box() && [&self.api, &self.upload].iter().any(|url| url.origin().host == origin.host)
    }

    /// Whether this is Box itself.
    pub fn is_box(&self) -> bool {
        [&self.api, &self.upload].iter().all(|url| url.origin().is_box())
    }

    /// Whether a token may go there: to the configured origins, and for Box itself to its other hosts under
    /// `box.com`, because upload sessions move between them.
    pub(crate) fn trusts(&self, url: &Url) -> bool {
        let origin = url.origin();
        let ours = [&self.api, &self.upload].iter().any(|url| url.origin() == origin);
        ours || self.is_box() && origin.is_box()
    }
}

impl Origin {
    /// Whether it is one of Box's own.
    fn is_box(&self) -> bool {
        let ours = self.host == "box.com" || self.host.ends_with(".box.com");
        self.secure && self.port == 443 && ours
    }
}

fn base(text: &str) -> Result<Url, Error> {
    let invalid = |why: &str| Error::new(ErrorKind::InvalidInput, ["base URL: ", why].concat());
    let url = Url::parse(text).map_err(invalid)?;
    if url.query().is_some() || url.has_fragment() {
        return Err(invalid("it must not carry a query or fragment"));
    }
    Ok(url)
}

/// A base without its last slash.
fn text(base: &Url) -> &str {
    base.as_str().trim_end_matches('/')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_goes_to_box_only() {
        let cases = [
            ("https://api.box.com/2.0/x", true),
            ("https://upload.app.box.com/api/2.0/x", true),
            ("https://dl.boxcloud.com/x", false),
            ("http://api.box.com/x", false),
            ("https://api.box.com:444/x", false),
            ("https://evilbox.com/x", false),
            ("https://box.com.evil.example/x", false),
        ];
        for (url, trusted) in cases {
            assert_eq!(Hosts::default().trusts(&Url::parse(url).unwrap()), trusted, "{url}");
        }
        let local =
            Hosts::new("http://127.0.0.1:1", "http://127.0.0.1:1/api", "http://127.0.0.1:1/o").unwrap();
        assert!(local.trusts(&Url::parse("http://127.0.0.1:1/x").unwrap()));
        assert!(!local.trusts(&Url::parse("https://upload.box.com/x").unwrap()));
        assert!(!local.trusts(&Url::parse("http://127.0.0.1:2/x").unwrap()));
    }

    #[test]
    fn odd_bases_are_refused() {
        for wrong in ["", "api.box.com", "ftp://x", "https://u:p@x", "https://x?q", "https://x#f"] {
            let error = Hosts::new(wrong, "https://x", "https://x").unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidInput, "{wrong}");
        }
    }

    #[test]
    fn the_authorize_url_is_encoded() {
        let url = Hosts::default().authorize_url("id", Some("http://127.0.0.1:1/a b"), "s&t");
        assert_eq!(
            url,
            "https://account.box.com/api/oauth2/authorize?response_type=code&client_id=id\
             &redirect_uri=http%3A%2F%2F127.0.0.1%3A1%2Fa%20b&state=s%26t"
        );
    }
}
