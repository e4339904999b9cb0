//! Settings as JavaScript gives them.

use box_core::{
    RetryPolicy,
    call::CallConfig,
    error::Error,
    hosts::Hosts,
    secret::Secret,
    session::{ClientCredentials, Grant, OAuthApp, Subject, Tokens},
};

use crate::command::{Value, member, millis, number, owned};

/// How a client gets its tokens, and those that the application kept.
pub(crate) fn grant(settings: &Value<'_>) -> Result<(Grant, Option<Tokens>), Error> {
    if flag(settings, "provider") {
        return Ok((Grant::Provider, None));
    }
    let access = owned(settings, "accessToken").map(Secret::new);
    let app = match (owned(settings, "clientId"), owned(settings, "clientSecret")) {
        (Some(client_id), Some(secret)) => OAuthApp { client_id, client_secret: secret.into() },
        _ if access.is_some() => return Ok((Grant::AccessToken, Some(Tokens::new(None, access)))),
        _ => return Err(Error::invalid("a client needs `auth`: a function, an application, or a token")),
    };
    let user = owned(settings, "userId").map(Subject::User);
    if let Some(subject) = user.or_else(|| owned(settings, "enterpriseId").map(Subject::Enterprise)) {
        return Ok((Grant::ClientCredentials(ClientCredentials { app, subject }), None));
    }
    let refresh = owned(settings, "refreshToken").map(Secret::new);
    let kept = refresh.is_some() || access.is_some();
    Ok((Grant::OAuth(app), kept.then(|| Tokens::new(refresh, access))))
}

pub(crate) fn config(settings: &Value<'_>) -> Result<CallConfig, Error> {
    let mut config = CallConfig::default();
    if let Some(api) = owned(settings, "api") {
        let other = |name| owned(settings, name).unwrap_or_default();
        config.hosts = Hosts::new(&api, &other("upload"), &other("oauth2"))?;
    }
    config.retry = retry(settings);
    let page = flag(settings, "page");
    (config.follows_redirects, config.hides_replies) = (page, page);
    config.hides_progress = true;
    Ok(config)
}

fn retry(settings: &Value<'_>) -> RetryPolicy {
    let mut retry = RetryPolicy::default();
    if let Some(most) = number(member(settings, "maxAttempts")) {
        retry.max_attempts = u32::try_from(most).unwrap_or(u32::MAX);
    }
    retry.base = millis(settings, "retryBase").unwrap_or(retry.base);
    retry.cap = millis(settings, "retryCap").unwrap_or(retry.cap);
    retry
}

pub(crate) fn flag(object: &Value<'_>, name: &str) -> bool {
    matches!(member(object, name), Value::Bool(true))
}
