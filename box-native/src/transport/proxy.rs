//! The way out through a proxy.

use std::fmt;

use box_core::{error::Error, secret::Secret};
use reqwest::{NoProxy, Url};

/// A proxy for all requests of a client, and of that client alone: `http://`, `https://`, `socks5://` (names are
/// resolved here) or `socks5h://` (names are resolved there).
///
/// ```
/// # use box_native::transport::Proxy;
/// # fn example() -> Result<(), box_native::Error> {
/// let proxy = Proxy::new("http://proxy.example:3128")?.credentials("user", "password").except("10.0.0.0/8");
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Proxy {
    address: Url,
    user: Option<Secret>,
    password: Option<Secret>,
    except: Option<String>,
}

impl Proxy {
    /// A proxy at this URL, which may carry user and password.
    ///
    /// # Errors
    /// `InvalidInput` for what isn't the address of a proxy; the message doesn't repeat it.
    pub fn new(url: &str) -> Result<Self, Error> {
        let wrong = |why: &str| Error::invalid(format!("the proxy's URL: {why}"));
        let mut address = Url::parse(url).map_err(|_| wrong("not a URL"))?;
        if !["http", "https", "socks5", "socks5h"].contains(&address.scheme()) {
            return Err(wrong("expected http, https, socks5 or socks5h"));
        }
        if address.host_str().is_none_or(str::is_empty) {
            return Err(wrong("it names no host"));
        }
        let rest = (address.query(), address.fragment());
        if !matches!(address.path(), "" | "/") || rest != (None, None) {
            return Err(wrong("it must not carry a path, query or fragment"));
        }
        let user = Some(address.username()).filter(|user| !user.is_empty()).map(Secret::new);
        let password = address.password().map(Secret::new);
        let bare = address.set_username("").and_then(|()| address.set_password(None));
        bare.map_err(|()| wrong("it names no host"))?;
        Ok(Self { address, user, password, except: None })
    }

    /// User and password, as they are.
    #[must_use]
    pub fn credentials(mut self, user: &str, password: &str) -> Self {
        // A sign of percent would be taken for the beginning of an escape.
        let plain = |text: &str| Some(Secret::new(text.replace('%', "%25")));
        (self.user, self.password) = (plain(user), plain(password));
        self
    }

    /// Hosts that are reached directly: names with what lies under them, addresses, networks (`10.0.0.0/8`) or `*`,
    /// with commas between them.
    #[must_use]
    pub fn except(mut self, hosts: &str) -> Self {
        self.except = Some(hosts.to_owned());
        self
    }

    /// Takes the hosts that are reached directly from the environment variable `NO_PROXY` or `no_proxy`.
    #[must_use]
    pub fn except_from_env(self) -> Self {
        let hosts = ["NO_PROXY", "no_proxy"].into_iter().find_map(|name| std::env::var(name).ok());
        self.except(&hosts.unwrap_or_default())
    }

    /// As reqwest takes it.
    pub(super) fn rule(&self) -> Result<reqwest::Proxy, Error> {
        let refused = || Error::invalid("the proxy's user and password can't be sent");
        let mut url = self.address.clone();
        if let Some(user) = &self.user {
            url.set_username(user.expose()).map_err(|()| refused())?;
        }
        url.set_password(self.password.as_ref().map(Secret::expose)).map_err(|()| refused())?;
        let proxy = reqwest::Proxy::all(url).map_err(|_| refused())?;
        Ok(proxy.no_proxy(self.direct().as_deref().and_then(NoProxy::from_string)))
    }

    /// The hosts that are reached directly. reqwest takes `*` for all names and for no address.
    fn direct(&self) -> Option<String> {
        let except = self.except.clone()?;
        let all = except.split(',').any(|host| host.trim() == "*");
        Some(if all { except + ",0.0.0.0/0,::/0" } else { except })
    }
}

impl fmt::Debug for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Proxy")
            .field("address", &self.address.as_str())
            .field("user", &self.user)
            .field("password", &self.password)
            .field("except", &self.except)
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_proxy_is_refused_without_being_repeated() {
        let cases = [
            ("", "not a URL"),
            ("s3cret", "not a URL"),
            ("ftp://u:s3cret@x", "expected http, https, socks5 or socks5h"),
            ("socks4://x", "expected http"),
            ("socks5://", "it names no host"),
            ("http://u:s3cret@x/path", "path"),
            ("http://x?s3cret", "query"),
        ];
        for (url, why) in cases {
            let error = Proxy::new(url).unwrap_err().to_string();
            assert!(error.contains(why) && !error.contains("s3cret"), "{url}: {error}");
        }
    }

    #[test]
    fn credentials_stay_hidden() {
        let proxy = Proxy::new("http://s3cret-u:s3cret-p@127.0.0.1:1").unwrap();
        for proxy in [proxy.clone(), proxy.credentials("s3cret-u", "s3cret-p")] {
            let shown = format!("{proxy:?} {proxy:#?} {:?}", proxy.rule().map(drop));
            assert!(shown.contains("127.0.0.1:1") && !shown.contains("s3cret"), "{shown}");
        }
    }
}
