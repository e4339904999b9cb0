//! Settings as JavaScript gives them.

use box_core::{
    RetryPolicy,
    call::CallConfig,
    error::Error,
    hosts::Hosts,
    secret::Secret,
    session::{Algorithm, ClientCredentials, Grant, Jwt, OAuthApp, Session, Subject, Tokens},
    traffic::{RateLimits, RetryBudget, Traffic},
};

use crate::{
    command::{Value, count, flag, member, millis, owned},
    session::Seams,
};

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
    application(settings, app, access)
}

// A function of its own: where the module is split, it goes with what pages seldom do.
#[inline(never)]
fn application(
    settings: &Value<'_>,
    app: OAuthApp,
    access: Option<Secret>,
) -> Result<(Grant, Option<Tokens>), Error> {
    let user = owned(settings, "userId").map(Subject::User);
    let subject = user.or_else(|| owned(settings, "enterpriseId").map(Subject::Enterprise));
    if let Some(key_id) = owned(settings, "keyId") {
        let unnamed = || Error::invalid("the configuration names no enterprise; name a user");
        let algorithm = owned(settings, "algorithm");
        let algorithm = algorithm.map_or(Some(Algorithm::default()), |name| Algorithm::named(&name));
        let algorithm = algorithm.ok_or_else(|| Error::invalid("an algorithm is RS256, RS384 or RS512"))?;
        let subject = subject.ok_or_else(unnamed)?;
        return Ok((Grant::Jwt(Jwt { app, key_id, algorithm, subject }), None));
    }
    if let Some(subject) = subject {
        return Ok((Grant::ClientCredentials(ClientCredentials { app, subject }), None));
    }
    let refresh = owned(settings, "refreshToken").map(Secret::new);
    let kept = refresh.is_some() || access.is_some();
    Ok((Grant::OAuth(app), kept.then(|| Tokens::new(refresh, access))))
}

/// What the application brought for its session.
#[inline(never)]
pub(crate) fn seams(settings: &Value<'_>, session: Session) -> (Session, Seams) {
    let told = |name| flag(settings, name);
    let seams = Seams { announces: true, keeps: told("keeps"), shares: told("shares"), warns: told("warns") };
    match millis(settings, "stealAfter") {
        Some(patience) => (session.stealing_after(patience), seams),
        None => (session, seams),
    }
}

pub(crate) fn config(settings: &Value<'_>) -> Result<CallConfig, Error> {
    let mut config = CallConfig::default();
    if let Some(api) = owned(settings, "api") {
        let other = |name| owned(settings, name).unwrap_or_default();
        config.hosts = Hosts::new(&api, &other("upload"), &other("oauth2"))?;
        if let Some(download) = owned(settings, "download") {
            config.hosts = config.hosts.with_downloads(&download)?;
        }
    }
    config.retry = retry(settings);
    config.traffic = Traffic::new(limits(settings, config.hosts.is_box()), budget(settings));
    let page = flag(settings, "page");
    (config.follows_redirects, config.hides_replies) = (page, page);
    config.hides_progress = true;
    Ok(config)
}

/// Box's own limits, at Box.
fn limits(settings: &Value<'_>, at_box: bool) -> RateLimits {
    match member(settings, "rateLimits") {
        Value::Bool(true) => RateLimits::default(),
        Value::Null if at_box => RateLimits::default(),
        object @ Value::Object(_) => RateLimits::default().share(count(object, "share").unwrap_or(1)),
        _ => RateLimits::none(),
    }
}

fn budget(settings: &Value<'_>) -> RetryBudget {
    let (given, mut budget) = (member(settings, "retryBudget"), RetryBudget::default());
    budget.reserve = count(given, "reserve").unwrap_or(budget.reserve);
    budget.successes_per_retry = count(given, "successesPerRetry").unwrap_or(budget.successes_per_retry);
    budget
}

fn retry(settings: &Value<'_>) -> RetryPolicy {
    let mut retry = RetryPolicy::default();
    retry.max_attempts = count(settings, "maxAttempts").unwrap_or(retry.max_attempts);
    retry.base = millis(settings, "retryBase").unwrap_or(retry.base);
    retry.cap = millis(settings, "retryCap").unwrap_or(retry.cap);
    retry.max_wait = millis(settings, "retryMaxWait").unwrap_or(retry.max_wait);
    retry
}
