//! A bare program that renews a token once for all calls, and forgets it at its end.

use anyhow::{Context, Result, ensure};
use box_emulator::Addresses;
use box_native::Tokens;
use serde::Deserialize;
use tokio::sync::Mutex;

use crate::floor::Floor;

/// Its tokens, and the calls that share them.
pub(super) struct SingleFlight {
    floor: Floor,
    at: Addresses,
    tokens: Mutex<(String, String)>,
}

#[derive(Deserialize)]
struct Pair {
    access_token: String,
    refresh_token: String,
}

impl SingleFlight {
    pub(super) fn new(floor: Floor, at: &Addresses, tokens: &Tokens) -> Result<Self> {
        let text = |secret: &Option<box_native::box_core::secret::Secret>| {
            secret.as_ref().map(|secret| secret.expose().to_owned()).context("a token")
        };
        let tokens = Mutex::new((text(&tokens.access_token)?, text(&tokens.refresh_token)?));
        Ok(Self { floor, at: at.clone(), tokens })
    }

    /// A call, once more with another token if its own is refused.
    pub(super) async fn me(&self) -> Result<()> {
        let token = self.tokens.lock().await.0.clone();
        let status = self.get(&token).await?;
        if status != 401 {
            ensure!(status == 200, "status {status}");
            return Ok(());
        }
        let token = self.renewed(&token).await?;
        ensure!(self.get(&token).await? == 200, "refused again");
        Ok(())
    }

    async fn get(&self, token: &str) -> Result<u16> {
        let request = self.floor.client.get(format!("{}/2.0/users/me", self.at.api)).bearer_auth(token);
        let reply = request.send().await?;
        let status = reply.status().as_u16();
        reply.bytes().await?;
        Ok(status)
    }

    async fn renewed(&self, refused: &str) -> Result<String> {
        let mut tokens = self.tokens.lock().await;
        if tokens.0 == refused {
            let Addresses { api, client_id, client_secret, .. } = &self.at;
            let form = format!(
                "grant_type=refresh_token&client_id={client_id}&client_secret={client_secret}&refresh_token={}",
                tokens.1
            );
            let request = self.floor.client.post(format!("{api}/oauth2/token")).body(form);
            let reply = request.header("content-type", "application/x-www-form-urlencoded").send().await?;
            let pair: Pair = serde_json::from_slice(&reply.error_for_status()?.bytes().await?)?;
            *tokens = (pair.access_token, pair.refresh_token);
        }
        Ok(tokens.0.clone())
    }
}
