//! Platforms that follow redirects out of sight, as browsers do: what is sent may reach the target.

use crate::{
    call::Call,
    error::{Error, ErrorKind, Sent},
    headers::Headers,
    operation::ReplyKind,
};

impl Call {
    /// Whether a download that was lost may come when its token is in the URL, as Box allows. Where the platform follows
    /// redirects, some browsers ask the host of the content for leave because of the token, although they don't hand it
    /// on; that host refuses. Others get along with the header field, so it is tried first.
    pub(super) fn may_go_by_url(&self, sent: Sent) -> bool {
        self.config.follows_redirects
            && self.draft.operation.reply == ReplyKind::Bytes
            && sent == Sent::Maybe
            && self.token.is_some()
            && !self.token_in_url
    }

    /// Where the platform follows redirects, nothing may be sent that must not reach their target.
    pub(super) fn refuses_to_be_followed(&self, headers: &Headers) -> Option<Error> {
        if !self.config.follows_redirects {
            return None;
        }
        let why = match self.draft.operation.reply {
            ReplyKind::Redirect => "the platform follows redirects and hides their target".to_owned(),
            ReplyKind::Bytes => {
                let secret = |name: &str| matches!(name, "as-user" | "boxapi") || name.starts_with("box-");
                let (name, _) = headers.iter().find(|(name, _)| secret(name))?;
                ["the platform would hand `", name, "` on to the host that the content comes from"].concat()
            }
            ReplyKind::Model | ReplyKind::Nothing => return None,
        };
        Some(Error::new(ErrorKind::Unsupported, why))
    }
}
