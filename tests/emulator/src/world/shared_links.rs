use serde_json::{Map, Value, json};

use super::Node;
use crate::{
    Failure,
    dates::{self, timestamp},
};

/// A link that opens an item to others. It reads and never writes.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct SharedLink {
    /// The end of its address.
    pub(crate) token: String,
    pub(crate) access: LinkAccess,
    pub(crate) password: Option<String>,
    pub(crate) unshared_at: Option<u64>,
    pub(crate) can_download: bool,
}

/// Whom a link serves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LinkAccess {
    Open,
    /// Everybody whom the emulator knows is of the one company.
    Company,
    /// Nobody, as there are no collaborations.
    Collaborators,
}

impl LinkAccess {
    fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Company => "company",
            Self::Collaborators => "collaborators",
        }
    }
}

impl SharedLink {
    pub(crate) fn new(token: String) -> Self {
        Self { token, access: LinkAccess::Open, password: None, unshared_at: None, can_download: true }
    }

    pub(crate) fn url(&self) -> String {
        format!("https://app.box.com/s/{}", self.token)
    }

    pub(crate) fn is_over(&self, now: u64) -> bool {
        self.unshared_at.is_some_and(|end| end <= now)
    }

    /// Takes over what a request says and keeps the rest.
    pub(crate) fn change(&mut self, wish: &Map<String, Value>) -> Result<(), Failure> {
        match wish.get("access").and_then(Value::as_str) {
            None => {}
            Some("open") => self.access = LinkAccess::Open,
            Some("company") => self.access = LinkAccess::Company,
            Some("collaborators") => self.access = LinkAccess::Collaborators,
            Some(_) => return Err(invalid("access", "no access of a shared link")),
        }
        if let Some(password) = wish.get("password") {
            self.password = password.as_str().map(str::to_owned);
        }
        if let Some(end) = wish.get("unshared_at") {
            self.unshared_at = dates::parse(end, "unshared_at")?;
        }
        let can_download = wish.get("permissions").and_then(|permissions| permissions.get("can_download"));
        if let Some(can_download) = can_download.and_then(Value::as_bool) {
            self.can_download = can_download;
        }
        match &self.password {
            Some(_) if self.access != LinkAccess::Open => {
                Err(invalid("password", "only open links have a password"))
            }
            Some(password) if password.chars().count() < 8 => Err(invalid("password", "too short")),
            _ => Ok(()),
        }
    }

    /// As the member `shared_link` of an item.
    pub(crate) fn show(&self, node: &Node) -> Value {
        let extension = node.name.rsplit_once('.').map_or(String::new(), |(_, end)| format!(".{end}"));
        let download_url = format!("https://app.box.com/shared/static/{}{extension}", self.token);
        let permission = if self.can_download { "can_download" } else { "can_preview" };
        json!({
            "url": self.url(),
            "download_url": (!node.is_folder()).then_some(download_url),
            "vanity_url": null,
            "vanity_name": null,
            "access": self.access.as_str(),
            "effective_access": self.access.as_str(),
            "effective_permission": permission,
            "unshared_at": self.unshared_at.map(timestamp),
            "is_password_enabled": self.password.is_some(),
            "permissions": { "can_download": self.can_download, "can_preview": true, "can_edit": false },
            "download_count": 0,
            "preview_count": 0,
        })
    }
}

fn invalid(name: &str, message: &str) -> Failure {
    Failure::parameter(name, "invalid_parameter", message)
}
