//! Signing a person in on Box's page.

use box_core::{
    action::CallOptions,
    error::Error,
    session::{Grant, OAuthApp},
    sign_in::SignIn,
};
use futures_channel::oneshot;
use wasm_bindgen_futures::spawn_local;

use crate::{client::Client, platform::entropy};

impl Client {
    /// Begins a sign-in. Send the browser to [`authorize_url`](Self::authorize_url), and hand Box's answer to
    /// [`finish_sign_in`](Self::finish_sign_in).
    ///
    /// # Errors
    /// `Internal` if the platform gives no randomness.
    pub fn begin_sign_in(&self, redirect_uri: Option<&str>) -> Result<SignIn, Error> {
        Ok(SignIn::new(entropy()?, redirect_uri.map(str::to_owned)))
    }

    /// The page on which the person signs in.
    ///
    /// # Errors
    /// `InvalidInput` if the client wasn't built with `oauth`.
    pub fn authorize_url(&self, sign_in: &SignIn) -> Result<String, Error> {
        Ok(sign_in.authorize_url(&self.exchange().config.hosts, &self.app()?.client_id))
    }

    /// Ends a sign-in with the URL to which Box sent the browser back. The code in it lives 30 seconds. The tokens are
    /// announced before this returns, and also if it is dropped on the way.
    ///
    /// # Errors
    /// `InvalidInput` if the answer belongs to another sign-in, `OAuth` if the person or Box declined.
    pub async fn finish_sign_in(&self, sign_in: &SignIn, answer: &str) -> Result<(), Error> {
        let entered = self.enter()?;
        let code = sign_in.code(answer)?;
        let draft = self.app()?.exchange(code, sign_in.redirect_uri(), &mut self.exchange().rng())?;
        let client = self.clone();
        let (sender, signed) = oneshot::channel();
        // On its own: the code is good for one use, so a caller that goes away must not lose what it bought.
        spawn_local(async move {
            let _entered = entered;
            let result = match client.exchange().call(draft, CallOptions::default()).await {
                Ok(reply) => client.session().sign_in(&reply).await,
                Err(error) => Err(error),
            };
            // The caller may have gone.
            let _ = sender.send(result);
        });
        signed.await.unwrap_or_else(|_| Err(Error::internal("the task of the sign-in ended")))
    }

    fn app(&self) -> Result<&OAuthApp, Error> {
        match self.session().grant() {
            Grant::OAuth(app) => Ok(app),
            _ => Err(Error::invalid("signing in needs a client built with `oauth`")),
        }
    }
}
