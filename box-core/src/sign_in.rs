//! The two steps of OAuth that a person takes part in: the authorize page, and its answer.

use percent_encoding::percent_decode_str;

use crate::{
    error::{Error, ErrorKind},
    hosts::Hosts,
    secret::Secret,
};

/// A sign-in under way: where to send the browser, and what its answer must carry.
///
/// Between the steps a web application keeps [`state`](Self::state) with the visitor's own session and takes it up
/// again with [`resume`](Self::resume).
#[derive(Clone, Debug)]
pub struct SignIn {
    state: Secret,
    redirect_uri: Option<String>,
}

impl SignIn {
    /// A sign-in whose `state` is made of 32 bytes from the platform's source of randomness.
    pub fn new(entropy: [u8; 32], redirect_uri: Option<String>) -> Self {
        let state = base16ct::lower::encode_string(&entropy);
        Self { state: state.into(), redirect_uri }
    }

    /// A sign-in that was begun elsewhere.
    pub fn resume(state: impl Into<Secret>, redirect_uri: Option<String>) -> Self {
        Self { state: state.into(), redirect_uri }
    }

    /// What ties the answer to this sign-in (RFC 6749, section 10.12).
    pub fn state(&self) -> &Secret {
        &self.state
    }

    /// Where Box sends the browser back to.
    pub fn redirect_uri(&self) -> Option<&str> {
        self.redirect_uri.as_deref()
    }

    /// The authorize page.
    pub fn authorize_url(&self, hosts: &Hosts, client_id: &str) -> String {
        hosts.authorize_url(client_id, self.redirect_uri(), self.state.expose())
    }

    /// The code of Box's answer: the URL to which the browser came back, or its path and query.
    ///
    /// # Errors
    /// `InvalidInput` if the answer belongs to another sign-in, `OAuth` if the person declined.
    pub fn code(&self, answer: &str) -> Result<Secret, Error> {
        let (_, query) = answer.split_once('?').unwrap_or_default();
        let query = query.split('#').next().unwrap_or_default();
        let field = |name: &str| {
            let fields = query.split('&').map(|field| field.split_once('=').unwrap_or((field, "")));
            let (_, value) = fields.into_iter().find(|(n, _)| *n == name)?;
            // A query is a form (RFC 6749, appendix B): a space may come as `+`.
            let value = value.replace('+', " ");
            Some(percent_decode_str(&value).decode_utf8().ok()?.into_owned())
        };
        let state = field("state").unwrap_or_default();
        if !equal(state.as_bytes(), self.state.expose().as_bytes()) {
            return Err(Error::invalid("the answer's `state` is not that of this sign-in"));
        }
        if let Some(code) = field("error") {
            let description =
                field("error_description").unwrap_or_else(|| "the authorize page refused".into());
            return Err(Error::new(ErrorKind::OAuth, description).with_code(code));
        }
        let code = field("code").filter(|code| !code.is_empty());
        code.map(Secret::new).ok_or_else(|| Error::invalid("the answer holds no `code`"))
    }
}

/// Compares in a time that depends on the lengths only.
fn equal(a: &[u8], b: &[u8]) -> bool {
    a.len() == b.len() && a.iter().zip(b).fold(0, |diff, (a, b)| diff | (a ^ b)) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_answer_to_this_sign_in_gives_its_code() {
        let sign_in = SignIn::resume("s-1", Some("http://127.0.0.1:1/".to_owned()));
        let good = "http://127.0.0.1:1/?state=s-1&code=c%2F1";
        assert_eq!(sign_in.code(good).unwrap().expose(), "c/1");
        assert_eq!(sign_in.code("/?code=c&state=s-1").unwrap().expose(), "c");
        let declined = sign_in.code("/?error=access_denied&error_description=No&state=s-1").unwrap_err();
        assert_eq!((declined.kind(), declined.code()), (ErrorKind::OAuth, Some("access_denied")));
        for wrong in [
            "/?code=c",
            "/?code=c&state=s-2",
            "/?code=c&state=",
            "/?state=s-1",
            "/?state=s-1&code=",
            "http://[",
        ] {
            let error = sign_in.code(wrong).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidInput, "{wrong}");
        }
    }

    #[test]
    fn states_differ_and_stay_hidden() {
        let (one, two) = (SignIn::new([1; 32], None), SignIn::new([2; 32], None));
        assert_ne!(one.state(), two.state());
        assert!(!format!("{one:?}").contains(one.state().expose()));
        assert!(one.authorize_url(&Hosts::default(), "id").contains(one.state().expose()));
    }
}
