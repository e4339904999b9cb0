//! The file that the developer console makes of an application with a key pair.

use super::{Algorithm, Jwt, OAuthApp, Subject};
use crate::{error::Error, facts::Facts, secret::Secret};

/// An application with its private key, as the developer console's JSON file holds them.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct JwtConfig {
    /// The application.
    pub app: OAuthApp,
    /// The id of the public key.
    pub key_id: String,
    /// The private key, as PEM.
    pub private_key: Secret,
    /// The passphrase of the private key, if it is encrypted.
    pub passphrase: Option<Secret>,
    /// The enterprise; its service account is for whom the application acts by default.
    pub enterprise_id: Option<String>,
}

impl JwtConfig {
    /// Reads the file as it is.
    ///
    /// # Errors
    /// `InvalidInput` that names what is missing, and never quotes what is there.
    pub fn from_json(text: &str) -> Result<Self, Error> {
        let mut file = Facts::read(text.as_bytes())
            .ok_or_else(|| Error::invalid("the configuration is not a JSON object"))?;
        let enterprise_id = file.text("enterpriseID");
        let mut app = file.take("boxAppSettings");
        let (client_id, client_secret) = (app.text("clientID"), app.take_text("clientSecret"));
        let mut key = app.take("appAuth");
        let needed = |value: Option<String>, name: &str| {
            value.ok_or_else(|| Error::invalid(["the configuration has no `", name, "`"].concat()))
        };
        Ok(Self {
            app: OAuthApp {
                client_id: needed(client_id, "boxAppSettings.clientID")?,
                client_secret: needed(client_secret, "boxAppSettings.clientSecret")?.into(),
            },
            key_id: needed(key.text("publicKeyID"), "boxAppSettings.appAuth.publicKeyID")?,
            private_key: needed(key.take_text("privateKey"), "boxAppSettings.appAuth.privateKey")?.into(),
            passphrase: key.take_text("passphrase").map(Secret::new),
            enterprise_id,
        })
    }

    /// The grant, for the enterprise's service account.
    ///
    /// # Errors
    /// `InvalidInput` if the configuration names no enterprise.
    pub fn grant(&self) -> Result<Jwt, Error> {
        let id = self.enterprise_id.clone();
        let id = id.ok_or_else(|| Error::invalid("the configuration names no enterprise; name a user"))?;
        Ok(self.grant_for(Subject::Enterprise(id)))
    }

    /// The grant, for a subject.
    pub fn grant_for(&self, subject: Subject) -> Jwt {
        let (app, key_id) = (self.app.clone(), self.key_id.clone());
        Jwt { app, key_id, algorithm: Algorithm::default(), subject }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = r#"{"boxAppSettings":{"clientID":"id","clientSecret":"s-1","appAuth":{"publicKeyID":"k",
        "privateKey":"-----BEGIN\nkey-1","passphrase":"p-1"}},"enterpriseID":"9"}"#;

    #[test]
    fn the_consoles_file_is_read_as_it_is() {
        let config = JwtConfig::from_json(FILE).unwrap();
        assert_eq!((config.app.client_id.as_str(), config.key_id.as_str()), ("id", "k"));
        assert_eq!(config.private_key.expose(), "-----BEGIN\nkey-1");
        assert_eq!(config.passphrase.as_ref().unwrap().expose(), "p-1");
        assert_eq!(config.grant().unwrap().subject, Subject::Enterprise("9".to_owned()));
        for secret in ["s-1", "key-1", "p-1"] {
            assert!(!format!("{config:?}").contains(secret), "{secret}");
        }
        let user = FILE.replace(r#""9""#, "\"\"").replace(r#""p-1""#, "null");
        let config = JwtConfig::from_json(&user).unwrap();
        assert!(config.passphrase.is_none() && config.grant().is_err());
    }

    #[test]
    fn what_is_missing_is_named() {
        for name in ["clientID", "clientSecret", "publicKeyID", "privateKey"] {
            let error = JwtConfig::from_json(&FILE.replace(name, "other")).unwrap_err();
            assert!(error.message().contains(name), "{error}");
        }
        for wrong in ["", "[]", "{}", "\u{feff}{"] {
            assert!(JwtConfig::from_json(wrong).is_err(), "{wrong}");
        }
    }
}
