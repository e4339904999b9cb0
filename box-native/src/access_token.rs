//! Handing an access token on.

use box_core::{
    error::Error,
    session::{AccessToken, TokenNeed},
};

use crate::client::Client;

impl Client {
    /// The client's access token, with some minutes left or half of its life; a new one if need be. Whoever has it acts
    /// as the client until it ends.
    ///
    /// # Errors
    /// Those of a call that needs a new token.
    pub async fn access_token(&self) -> Result<AccessToken, Error> {
        let entered = self.enter()?;
        let mut need = TokenNeed::default();
        need.lasting = true;
        let (token, expires_in) = entered.run(self.shared().session.token_and_life(need)).await?;
        Ok(AccessToken::new(token, expires_in))
    }

    /// Ends the session: Box voids its tokens, and the store is emptied. A client of `oauth` then needs a sign-in; an
    /// application's gets itself new tokens with its next call. It goes on if the caller no longer waits. Other processes on
    /// the same store learn it with their next call, and may then write the void tokens once more.
    ///
    /// # Errors
    /// `InvalidInput` where only an access token is known, and those of the request; the session then goes on.
    pub async fn revoke(&self) -> Result<(), Error> {
        let entered = self.enter()?;
        entered.run(self.shared().session.revoke()).await
    }
}
