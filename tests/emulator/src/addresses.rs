use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::keys;

/// Where the emulator answers and the credentials that it knows: everything that a client must be told.
///
/// The default holds the addresses of the real service, for callers that hand requests to
/// [`Emulator::handle`](crate::Emulator::handle) directly; a server replaces them by its own. The binary prints
/// this as its one line of JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Addresses {
    /// Stands for `https://api.box.com`: `/2.0/...`, `/oauth2/token` and `/oauth2/revoke` follow.
    pub api: String,
    /// Stands for `https://upload.box.com/api`: `/2.0/files/content` and its like follow.
    pub upload: String,
    /// Stands for `https://account.box.com/api/oauth2`: `/authorize` follows.
    pub oauth2: String,
    /// The origin that serves file contents.
    pub download: String,
    /// The base of the control endpoint.
    pub control: String,
    /// The only application that the emulator knows.
    pub client_id: String,
    /// Its secret.
    pub client_secret: String,
    /// An access token of the first user, valid for an hour from the start.
    pub developer_token: String,
    /// The only enterprise.
    pub enterprise_id: String,
    /// The first user, who approves authorizations and owns the developer token.
    pub user_id: String,
}

impl Default for Addresses {
    fn default() -> Self {
        Self {
            api: "https://api.box.com".into(),
            upload: "https://upload.box.com/api".into(),
            oauth2: "https://account.box.com/api/oauth2".into(),
            download: "https://dl.boxcloud.com".into(),
            control: "https://control.emulator.invalid".into(),
            client_id: "emulated-client-id".into(),
            client_secret: "emulated-client-secret".into(),
            developer_token: "emulated-developer-token".into(),
            enterprise_id: "900100".into(),
            user_id: "1000001".into(),
        }
    }
}

/// One of the origins (with a base path) that Box answers on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Host {
    /// `api.box.com`
    Api,
    /// `upload.box.com/api`
    Upload,
    /// `account.box.com/api/oauth2`
    OAuth2,
    /// `dl.boxcloud.com`
    Download,
    /// The emulator's own controls.
    Control,
}

impl Addresses {
    /// The application's configuration as the developer console gives it for a key pair, with
    /// [`keys::KEY_ID`](crate::keys::KEY_ID) as the key's id. The passphrase is empty if there is none.
    pub fn config_json(&self, private_key: &str, passphrase: Option<&str>) -> String {
        self.config(private_key, passphrase).to_string()
    }

    pub(crate) fn config(&self, private_key: &str, passphrase: Option<&str>) -> Value {
        json!({
            "boxAppSettings": {
                "clientID": self.client_id,
                "clientSecret": self.client_secret,
                "appAuth": {
                    "publicKeyID": keys::KEY_ID,
                    "privateKey": private_key,
                    "passphrase": passphrase.unwrap_or_default(),
                },
            },
            "enterpriseID": self.enterprise_id,
        })
    }

    /// The host that an absolute URL belongs to, and what follows its base: path, then query without `?`.
    pub(crate) fn locate<'u>(&self, url: &'u str) -> Option<(Host, &'u str, &'u str)> {
        let bases = [
            (Host::Control, &self.control),
            (Host::OAuth2, &self.oauth2),
            (Host::Upload, &self.upload),
            (Host::Download, &self.download),
            (Host::Api, &self.api),
        ];
        let (url, _fragment) = url.split_once('#').unwrap_or((url, ""));
        let (address, query) = url.split_once('?').unwrap_or((url, ""));
        bases.into_iter().find_map(|(host, base)| {
            let path = address.strip_prefix(base.as_str())?;
            let path = if path.is_empty() { "/" } else { path };
            path.starts_with('/').then_some((host, path, query))
        })
    }
}
