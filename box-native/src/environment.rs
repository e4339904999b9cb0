//! The environment variables of a client.

use box_core::{
    error::Error,
    hosts::Hosts,
    secret::Secret,
    session::{JwtConfig, Subject},
};

use crate::{builder::ClientBuilder, signer::KeySigner, store::FileStore};

const JWT_CONFIG_FILE: &str = "BOX_JWT_CONFIG_FILE";

/// Values of the variables; an empty one counts as unset.
#[derive(Default)]
pub(crate) struct Environment {
    client_id: Option<String>,
    client_secret: Option<String>,
    jwt_config_file: Option<String>,
    enterprise_id: Option<String>,
    user_id: Option<String>,
    refresh_token: Option<String>,
    access_token: Option<String>,
    token_file: Option<String>,
    urls: [Option<String>; 3],
}

impl Environment {
    pub(crate) fn read() -> Self {
        Self::from(|name| std::env::var(name).ok())
    }

    fn from(read: impl Fn(&str) -> Option<String>) -> Self {
        let read = |name: &str| read(name).filter(|value| !value.is_empty());
        Self {
            client_id: read("BOX_CLIENT_ID"),
            client_secret: read("BOX_CLIENT_SECRET"),
            jwt_config_file: read(JWT_CONFIG_FILE),
            enterprise_id: read("BOX_ENTERPRISE_ID"),
            user_id: read("BOX_USER_ID"),
            refresh_token: read("BOX_REFRESH_TOKEN"),
            access_token: read("BOX_ACCESS_TOKEN"),
            token_file: read("BOX_TOKEN_FILE"),
            urls: ["BOX_API_URL", "BOX_UPLOAD_URL", "BOX_OAUTH2_URL"].map(read),
        }
    }

    pub(crate) fn apply(self, mut builder: ClientBuilder) -> Result<ClientBuilder, Error> {
        match &self.urls {
            [Some(api), Some(upload), Some(oauth2)] => {
                builder = builder.hosts(Hosts::new(api, upload, oauth2)?);
            }
            [None, None, None] => {}
            _ => {
                return Err(Error::invalid("BOX_API_URL, BOX_UPLOAD_URL and BOX_OAUTH2_URL go together"));
            }
        }
        if let Some(path) = &self.token_file {
            builder = builder.token_store(FileStore::new(path));
        }
        let subject = match (self.user_id, self.enterprise_id) {
            (Some(user), _) => Some(Subject::User(user)),
            (None, enterprise) => enterprise.map(Subject::Enterprise),
        };
        if let Some(path) = &self.jwt_config_file {
            return jwt(builder, path, subject);
        }
        let app = self.client_id.zip(self.client_secret);
        match (app, subject, self.refresh_token, self.access_token) {
            (Some((id, secret)), Some(subject), None, _) => {
                Ok(builder.client_credentials(id, secret, subject))
            }
            (Some((id, secret)), _, Some(refresh), access) => {
                Ok(builder.oauth(id, secret).tokens(refresh, access.map(Into::into)))
            }
            (_, _, None, Some(access)) => Ok(builder.access_token(access)),
            (Some((id, secret)), None, None, None) if self.token_file.is_some() => {
                Ok(builder.oauth(id, secret))
            }
            (Some(_), None, None, None) => {
                Err(missing("BOX_ENTERPRISE_ID, BOX_USER_ID, BOX_REFRESH_TOKEN or BOX_TOKEN_FILE"))
            }
            (None, ..) => {
                Err(missing("BOX_CLIENT_ID and BOX_CLIENT_SECRET, BOX_JWT_CONFIG_FILE or BOX_ACCESS_TOKEN"))
            }
        }
    }
}

/// The application of the developer console's file.
fn jwt(builder: ClientBuilder, path: &str, subject: Option<Subject>) -> Result<ClientBuilder, Error> {
    let wrong = |why: &str| Error::invalid(format!("{JWT_CONFIG_FILE}: {path}: {why}"));
    let text = std::fs::read_to_string(path).map(Secret::new).map_err(|error| wrong(&error.to_string()))?;
    let read = || {
        let config = JwtConfig::from_json(text.expose())?;
        let key = KeySigner::from_config(&config)?;
        let jwt = match subject {
            Some(subject) => config.grant_for(subject),
            None => config.grant()?,
        };
        Ok((jwt, key))
    };
    let (jwt, key) = read().map_err(|error: Error| wrong(error.message()))?;
    Ok(builder.jwt_with_signer(jwt, key))
}

fn missing(what: &str) -> Error {
    Error::invalid(format!("the environment has no {what}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_environment_says_who_signs_in_or_what_is_missing() {
        let app = [("BOX_CLIENT_ID", "i"), ("BOX_CLIENT_SECRET", "s3cret")];
        let cases: [(&[(&str, &str)], &str); 9] = [
            (&[("BOX_ENTERPRISE_ID", "1")], "Enterprise(\"1\")"),
            (&[("BOX_ENTERPRISE_ID", "1"), ("BOX_USER_ID", "2")], "User(\"2\")"),
            (&[("BOX_REFRESH_TOKEN", "r")], "OAuth("),
            (&[("BOX_TOKEN_FILE", "/f")], "OAuth("),
            (&[("BOX_CLIENT_ID", ""), ("BOX_ACCESS_TOKEN", "a")], "AccessToken"),
            (&[], "no BOX_ENTERPRISE_ID, BOX_USER_ID, BOX_REFRESH_TOKEN or BOX_TOKEN_FILE"),
            (
                &[("BOX_CLIENT_SECRET", "")],
                "no BOX_CLIENT_ID and BOX_CLIENT_SECRET, BOX_JWT_CONFIG_FILE or BOX_ACCESS_TOKEN",
            ),
            (&[("BOX_API_URL", "https://x")], "go together"),
            (&[("BOX_ACCESS_TOKEN", "s3cret-a"), ("BOX_REFRESH_TOKEN", "s3cret-r")], "[redacted]"),
        ];
        for (set, expected) in cases {
            let value = |name: &str| {
                let found = set.iter().chain(&app).find(|(n, _)| *n == name);
                found.map(|(_, value)| (*value).to_owned())
            };
            let applied = Environment::from(value).apply(ClientBuilder::new());
            let shown = format!("{applied:?}");
            assert!(shown.contains(expected), "{set:?}: {shown}");
            assert!(!shown.contains("s3cret"), "{shown}");
        }
    }

    #[test]
    fn the_consoles_file_signs_in_for_its_enterprise_or_for_whom_is_named() {
        use box_emulator::{Addresses, keys};
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
        let write = |name: &str, text: &str| std::fs::write(path(name), text).unwrap();
        let file = |key| Addresses::default().config_json(key, Some(keys::PASSPHRASE));
        write("good", &file(keys::AES256));
        write("without-enterprise", &file(keys::PLAIN).replace("900100", ""));
        write("no-key", &file("hunter2"));
        write("no-json", "hunter2");
        let wrong = |name: &str, why: &str| format!("BOX_JWT_CONFIG_FILE: {}: {why}", path(name));
        type Set = &'static [(&'static str, &'static str)];
        let cases: [(&str, Set, String); 8] = [
            ("good", &[], "Enterprise(\"900100\")".to_owned()),
            ("good", &[("BOX_USER_ID", "7")], "User(\"7\")".to_owned()),
            ("good", &[("BOX_ENTERPRISE_ID", "8")], "Enterprise(\"8\")".to_owned()),
            ("without-enterprise", &[("BOX_USER_ID", "7")], "User(\"7\")".to_owned()),
            ("without-enterprise", &[], wrong("without-enterprise", "the configuration names no enterprise")),
            ("no-key", &[], wrong("no-key", "the private key is not PEM")),
            ("no-json", &[], wrong("no-json", "the configuration is not a JSON object")),
            ("missing", &[], wrong("missing", "")),
        ];
        for (name, set, expected) in cases {
            let at = path(name);
            let value = |name: &str| match name {
                JWT_CONFIG_FILE => Some(at.clone()),
                name => set.iter().find(|(n, _)| *n == name).map(|(_, value)| (*value).to_owned()),
            };
            let applied = Environment::from(value).apply(ClientBuilder::new());
            let shown = match &applied {
                Ok(builder) => format!("{builder:?}"),
                Err(error) => error.message().to_owned(),
            };
            assert!(shown.contains(&expected), "{name} {set:?}: {shown}");
            assert!(!shown.contains("hunter2"), "{shown}");
        }
    }
}
