//! Tokens as the application's store keeps them.

use box_core::{
    error::{Error, ErrorKind},
    secret::Secret,
    session::{Intent, Tokens},
};

use crate::{
    command::{Value, member, number, owned},
    output::{object, optional, secret},
};

/// What the store is given: all that is known.
pub(crate) fn written(tokens: &Tokens) -> String {
    let number = |number: Option<u64>| number.map_or_else(|| "null".to_owned(), |number| number.to_string());
    let intent = tokens.intent.map(|intent| object(&[("startedAt", intent.started_at.to_string())]));
    object(&[
        ("accessToken", secret(tokens.access_token.as_ref())),
        ("refreshToken", secret(tokens.refresh_token.as_ref())),
        ("issuedAt", number(tokens.issued_at)),
        ("expiresAt", number(tokens.expires_at)),
        ("refreshAt", number(tokens.refresh_at)),
        ("owner", optional(tokens.owner.as_deref())),
        ("generation", tokens.generation.to_string()),
        ("intent", intent.unwrap_or_else(|| "null".to_owned())),
    ])
}

/// What the store answers: tokens, or nothing.
pub(crate) fn read(value: &Value<'_>) -> Result<Option<Tokens>, Error> {
    if matches!(value, Value::Null) {
        return Ok(None);
    }
    let at = |name| number(member(value, name));
    let generation = at("generation").filter(|generation| *generation > 0);
    let Some(generation) = generation else {
        return Err(Error::new(ErrorKind::Session, "the token store holds something else than tokens"));
    };
    let secret = |name| owned(value, name).map(Secret::new);
    let mut tokens = Tokens::new(secret("refreshToken"), secret("accessToken"));
    tokens.issued_at = at("issuedAt");
    tokens.expires_at = at("expiresAt");
    tokens.refresh_at = at("refreshAt");
    tokens.owner = owned(value, "owner");
    tokens.generation = generation;
    tokens.intent = number(member(member(value, "intent"), "startedAt")).map(Intent::new);
    Ok(Some(tokens))
}
