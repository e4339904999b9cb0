//! The commonest causes of errors, and what to do about them.

use crate::{
    codes,
    error::{Error, Outcome, Sent},
    refusal::after,
};

/// A common cause of an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Hint {
    /// The application acts as its service account, and nobody has given that account access to the item.
    ServiceWithoutAccess,
    /// No administrator has authorised the application in the admin console.
    AppNotAuthorized,
    /// The application, or its token, lacks a scope.
    ScopeMissing,
    /// The application doesn't list the origin of the web page.
    OriginNotListed,
    /// The clock of this machine is wrong.
    ClockWrong,
    /// The private key isn't that of the application, or its id is wrong.
    KeyWrong,
    /// The application's id or secret is wrong.
    CredentialsWrong,
    /// The code of a sign-in came too late, or was used before.
    CodeExpired,
    /// A developer token, or another token that nothing renews, has ended.
    DeveloperTokenExpired,
    /// The session was revoked, or has ended.
    SessionRevoked,
    /// Somebody else has used the refresh token, which is good for one use.
    TokenRaced,
    /// The folder has an item of this name.
    NameTaken,
    /// Box doesn't allow the name.
    NameRefused,
    /// The owner's storage is full.
    StorageFull,
    /// The item is in the trash.
    ItemInTrash,
}

impl Hint {
    /// All of them.
    pub const ALL: [Self; 15] = [
        Self::ServiceWithoutAccess,
        Self::AppNotAuthorized,
        Self::ScopeMissing,
        Self::OriginNotListed,
        Self::ClockWrong,
        Self::KeyWrong,
        Self::CredentialsWrong,
        Self::CodeExpired,
        Self::DeveloperTokenExpired,
        Self::SessionRevoked,
        Self::TokenRaced,
        Self::NameTaken,
        Self::NameRefused,
        Self::StorageFull,
        Self::ItemInTrash,
    ];

    /// A stable name, such as `name_taken`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ServiceWithoutAccess => "service_without_access",
            Self::AppNotAuthorized => "app_not_authorized",
            Self::ScopeMissing => "scope_missing",
            Self::OriginNotListed => "origin_not_listed",
            Self::ClockWrong => "clock_wrong",
            Self::KeyWrong => "key_wrong",
            Self::CredentialsWrong => "credentials_wrong",
            Self::CodeExpired => "code_expired",
            Self::DeveloperTokenExpired => "developer_token_expired",
            Self::SessionRevoked => "session_revoked",
            Self::TokenRaced => "token_raced",
            Self::NameTaken => "name_taken",
            Self::NameRefused => "name_refused",
            Self::StorageFull => "storage_full",
            Self::ItemInTrash => "item_in_trash",
        }
    }

    /// The next step, in a sentence or two.
    pub fn text(self) -> &'static str {
        match self {
            Self::ServiceWithoutAccess => {
                "The application's service account has no access to this item. Invite the account, by its \
                 login, as a collaborator of the folder, or act for a user who has access."
            }
            Self::AppNotAuthorized => {
                "An administrator must authorise the application in the admin console, and again after each \
                 change of its settings. To act for users it also needs access to the enterprise."
            }
            Self::ScopeMissing => {
                "Switch the scope on in the developer console, have an administrator authorise the \
                 application again, and get a new token. A downscoped token needs the scope in its request."
            }
            Self::OriginNotListed => {
                "Add the page's origin to the allowed origins of the application in the developer console: \
                 scheme, host and port, without a path."
            }
            Self::ClockWrong => {
                "The clock of this machine is wrong, so that Box takes the assertion for expired or for one \
                 that lives too long. Set the clock, best by a time service."
            }
            Self::KeyWrong => {
                "Box can't verify the signature. Use the private key that belongs to the public key of this id in \
                 the developer console, or register its public key there."
            }
            Self::CredentialsWrong => {
                "Box doesn't know the application by this id and secret. Copy both from the developer console; a \
                 secret that was reset there is void."
            }
            Self::CodeExpired => {
                "The code of the authorize page lives for 30 seconds and is good for one use. Have the user sign in \
                 once more, and exchange the code at once."
            }
            Self::DeveloperTokenExpired => {
                "A developer token lives for an hour, and nothing renews it. Make another in the developer \
                 console, or sign in by OAuth or client credentials for more than a try."
            }
            Self::SessionRevoked => {
                "The session has ended: the user or an administrator revoked it, or it wasn't used for 60 \
                 days. The user must sign in again."
            }
            Self::TokenRaced => {
                "A refresh token is good for one use, and another process or an earlier run has used this \
                 one. Share one token store among all of them, and sign in again."
            }
            Self::NameTaken => {
                "The folder has an item of this name; upper and lower case don't differ. Choose another \
                 name, or use the item that the error's conflicts name."
            }
            Self::NameRefused => {
                "Choose a name of at most 255 characters, without a slash, a backslash or control \
                 characters, that neither begins nor ends with a space and isn't `.` or `..`."
            }
            Self::StorageFull => {
                "The storage of the folder's owner is full. Make room there, empty the trash, or have an \
                 administrator raise the quota."
            }
            Self::ItemInTrash => {
                "The item is in the trash. Restore it first, or delete it for good, by the methods of the trash."
            }
        }
    }
}

/// Codes that have one cause.
const CODES: [(&str, Hint); 11] = [
    (codes::INVALID_CLIENT, Hint::CredentialsWrong),
    (codes::UNAUTHORIZED_CLIENT, Hint::AppNotAuthorized),
    (codes::UNAUTHORIZED_DEVICE, Hint::AppNotAuthorized),
    (codes::INSUFFICIENT_SCOPE, Hint::ScopeMissing),
    (codes::INVALID_SCOPE, Hint::ScopeMissing),
    (codes::CORS_ORIGIN_NOT_WHITELISTED, Hint::OriginNotListed),
    (codes::ITEM_NAME_IN_USE, Hint::NameTaken),
    (codes::ITEM_NAME_INVALID, Hint::NameRefused),
    (codes::ITEM_NAME_TOO_LONG, Hint::NameRefused),
    (codes::STORAGE_LIMIT_EXCEEDED, Hint::StorageFull),
    (codes::TRASHED, Hint::ItemInTrash),
];

/// What the token endpoint's sentence says of an `invalid_grant`. Capitals differ, so the first letter is left out.
const GRANTS: [(&str, Hint); 9] = [
    ("'exp'", Hint::ClockWrong),
    ("'iat'", Hint::ClockWrong),
    ("'nbf'", Hint::ClockWrong),
    ("'kid'", Hint::KeyWrong),
    ("ignature", Hint::KeyWrong),
    ("uthorization code", Hint::CodeExpired),
    ("uth code", Hint::CodeExpired),
    ("efresh token", Hint::SessionRevoked),
    ("rant credentials", Hint::AppNotAuthorized),
];

/// Begins of the operations that work on items, which a service account sees only if it was invited.
const ITEMS: [&str; 8] =
    ["file", "folder", "web_links.", "upload_sessions.", "comments.", "collaborations.", "tasks.", "zip_"];

/// What the facts of an error say.
pub(crate) fn find(error: &Error) -> Option<Hint> {
    let code = error.code().unwrap_or_default();
    let known = CODES.iter().find(|(known, _)| *known == code);
    if let Some((_, hint)) = known {
        return Some(*hint);
    }
    match code {
        codes::INVALID_GRANT => {
            let message = error.message();
            GRANTS.iter().find(|(part, _)| after(message, part).is_some()).map(|(_, hint)| *hint)
        }
        "" | codes::NOT_FOUND if error.is_not_found() => without_access(error),
        codes::ACCESS_DENIED_INSUFFICIENT_PERMISSIONS => without_access(error),
        _ => None,
    }
}

impl Error {
    /// Says that a refresh token was refused, to tell a revoked one from one that somebody else has used: Box answers
    /// both the same. `kept`: the application handed the token in, so that an earlier run or another process may have
    /// had it too, and this session never used it.
    #[must_use]
    pub fn as_refresh(self, kept: bool) -> Self {
        if find(&self) != Some(Hint::SessionRevoked) {
            return self;
        }
        // A request that was lost may have spent the token.
        let lost = self.attempts().iter().any(|attempt| attempt.outcome == Outcome::Lost(Sent::Maybe));
        let raced = lost || (kept && after(self.message(), "expired").is_none());
        self.with_hint(if raced { Hint::TokenRaced } else { Hint::SessionRevoked })
    }
}

fn without_access(error: &Error) -> Option<Hint> {
    let operation = error.operation()?;
    let item = error.is_of_service() && ITEMS.iter().any(|item| operation.starts_with(item));
    item.then_some(Hint::ServiceWithoutAccess)
}
