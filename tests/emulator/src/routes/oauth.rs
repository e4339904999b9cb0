mod by_assertion;
mod exchange;

use serde_json::{Map, Value, json};

use crate::{
    Failure, Host, RefreshMode, Reply, Route,
    call::Call,
    query::Query,
    world::{Access, Refresh, UserId},
};

pub(super) const ROUTES: &[Route] = &[
    Route::open(Host::Api, "oauth.token", "POST", "/oauth2/token", token),
    Route::open(Host::Api, "oauth.refresh", "POST", "/oauth2/token", token),
    Route::open(Host::Api, "oauth.revoke", "POST", "/oauth2/revoke", revoke),
];

const JWT_BEARER: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";
const TOKEN_EXCHANGE: &str = "urn:ietf:params:oauth:grant-type:token-exchange";

const REFRESH_LIFE: u64 = 60 * 24 * 3600 * 1000;

fn token(call: &mut Call<'_>) -> Result<Reply, Failure> {
    let form = call.form();
    // Whoever has a token may exchange it.
    check_client(call, &form, form.get("grant_type") == Some(TOKEN_EXCHANGE))?;
    if !call.settings.app_authorized {
        let message = "This app is not authorized by the enterprise admin";
        return Err(Failure::oauth("unauthorized_client", message));
    }
    match form.get("grant_type") {
        Some("authorization_code") => by_code(call, &form),
        Some("refresh_token") => by_refresh(call, &form),
        Some("client_credentials") => by_credentials(call, &form),
        Some(JWT_BEARER) => by_assertion::grant(call, &form),
        Some(TOKEN_EXCHANGE) => exchange::grant(call, &form),
        Some(_) => Err(Failure::oauth("unsupported_grant_type", "This grant type is not supported")),
        None => Err(Failure::oauth("invalid_request", "Invalid grant_type parameter or parameter missing")),
    }
}

fn revoke(call: &mut Call<'_>) -> Result<Reply, Failure> {
    let form = call.form();
    check_client(call, &form, false)?;
    let token = form.get("token").ok_or_else(|| Failure::oauth("invalid_request", "The token is missing"))?;
    call.world.tokens.revoke(token);
    Ok(Reply::new(200))
}

/// Refuses what isn't a form of the known application, or doesn't come from anybody.
fn check_client(call: &Call<'_>, form: &Query, nobody_may: bool) -> Result<(), Failure> {
    let known = &call.settings.addresses;
    let is = |name: &str, known: &str| form.get(name).map_or(nobody_may, |named| named == known);
    let trusted = call.request.media_type() == "application/x-www-form-urlencoded"
        && is("client_id", &known.client_id)
        && is("client_secret", &known.client_secret);
    trusted
        .then_some(())
        .ok_or_else(|| Failure::oauth("invalid_client", "The client credentials are invalid"))
}

fn by_code(call: &mut Call<'_>, form: &Query) -> Result<Reply, Failure> {
    let code = call.world.tokens.take_code(form.get("code").unwrap_or_default());
    let code = code.ok_or_else(|| {
        Failure::oauth("invalid_grant", "Auth code doesn't exist or is invalid for the client")
    })?;
    if code.expires_at <= call.now {
        return Err(Failure::oauth("invalid_grant", "The authorization code has expired"));
    }
    let bound = code.redirect_uri.as_deref();
    if form.get("redirect_uri").is_some_and(|uri| bound.is_some_and(|bound| bound != uri)) {
        return Err(Failure::oauth(
            "redirect_uri_mismatch",
            "The redirect URI is not the one of the authorization",
        ));
    }
    let pair = grant_pair(call, code.user, None);
    Ok(answer(call, &pair))
}

fn by_refresh(call: &mut Call<'_>, form: &Query) -> Result<Reply, Failure> {
    let presented = form.get("refresh_token").unwrap_or_default();
    let mode = call.settings.refresh_mode;
    let now = call.now;
    let invalid = || Failure::oauth("invalid_grant", "Invalid refresh token");
    let refresh = call.world.tokens.refresh_mut(presented).ok_or_else(invalid)?;
    if refresh.expires_at <= now {
        return Err(Failure::oauth("invalid_grant", "Refresh token has expired"));
    }
    let (user, old_access, successor) = (refresh.user, refresh.access.clone(), refresh.successor.clone());
    let pair = match (mode, successor) {
        (_, None) | (RefreshMode::GraceDistinct, Some(_)) => grant_pair(call, user, Some(old_access)),
        (RefreshMode::Strict, Some(_)) => return Err(invalid()),
        (RefreshMode::GraceSame, Some(access)) => same_pair(call, access).ok_or_else(invalid)?,
    };
    if let Some(refresh) = call.world.tokens.refresh_mut(presented) {
        refresh.successor = Some(pair.access.clone());
    }
    Ok(answer(call, &pair))
}

fn by_credentials(call: &mut Call<'_>, form: &Query) -> Result<Reply, Failure> {
    let subject = form.get("box_subject_id").unwrap_or_default();
    let enterprise = match form.get("box_subject_type") {
        Some("enterprise") if subject == call.settings.addresses.enterprise_id => true,
        Some("user") => false,
        _ => {
            return Err(Failure::oauth("invalid_grant", "Grant credentials are invalid"));
        }
    };
    let user = if enterprise {
        call.world.users.service()
    } else {
        let user = call.world.users.find(subject);
        user.ok_or_else(|| Failure::oauth("invalid_grant", "Grant credentials are invalid"))?.id
    };
    let mut access = Access::of_user(user, access_end(call));
    access.enterprise = enterprise;
    Ok(grant_alone(call, access))
}

/// Grants an access token that no refresh token follows.
fn grant_alone(call: &mut Call<'_>, access: Access) -> Reply {
    let pair = insert_alone(call, access);
    answer(call, &pair)
}

fn insert_alone(call: &mut Call<'_>, access: Access) -> Pair {
    let token = call.world.ids.token();
    call.world.tokens.insert_access(token.clone(), access);
    Pair { access: token, refresh: None }
}

struct Pair {
    access: String,
    refresh: Option<String>,
}

fn grant_pair(call: &mut Call<'_>, user: UserId, replaces: Option<String>) -> Pair {
    let (token, refresh_token) = (call.world.ids.token(), call.world.ids.token());
    let mut access = Access::of_user(user, access_end(call));
    access.refresh = Some(refresh_token.clone());
    access.replaces = replaces;
    let refresh =
        Refresh { user, expires_at: call.now + REFRESH_LIFE, access: token.clone(), successor: None };
    call.world.tokens.insert_access(token.clone(), access);
    call.world.tokens.insert_refresh(refresh_token.clone(), refresh);
    Pair { access: token, refresh: Some(refresh_token) }
}

fn access_end(call: &Call<'_>) -> u64 {
    call.now.saturating_add(call.settings.access_token_ttl.saturating_mul(1000))
}

/// The pair that was granted before, as long as neither of its tokens was used.
fn same_pair(call: &Call<'_>, access: String) -> Option<Pair> {
    let known = call.world.tokens.access(&access)?;
    let refresh = known.refresh.clone()?;
    if known.used || call.world.tokens.refresh_used(&refresh) || known.expires_at <= call.now {
        return None;
    }
    Some(Pair { access, refresh: Some(refresh) })
}

fn answer(call: &Call<'_>, pair: &Pair) -> Reply {
    Reply::json(200, &Value::Object(members(call, pair)))
}

fn members(call: &Call<'_>, pair: &Pair) -> Map<String, Value> {
    let life =
        call.world.tokens.access(&pair.access).map_or(0, |access| access.expires_at.saturating_sub(call.now));
    let mut body = Map::new();
    body.insert("access_token".into(), pair.access.clone().into());
    body.insert("expires_in".into(), (life / 1000).into());
    body.insert("restricted_to".into(), json!([]));
    body.insert("token_type".into(), "bearer".into());
    if let Some(refresh) = &pair.refresh {
        body.insert("refresh_token".into(), refresh.clone().into());
    }
    body
}
