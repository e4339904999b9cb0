//! Assertions: JWTs that an application signs with a key of its own to name a subject.

mod signature;

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use serde_json::{Map, Value};

pub(crate) use self::signature::is_key;
use crate::{Failure, call::Call};

/// What an assertion says.
pub(crate) struct Claims(Map<String, Value>);

impl Claims {
    /// A claim that is text, and empty if there is none.
    pub(crate) fn text(&self, name: &str) -> &str {
        self.0.get(name).and_then(Value::as_str).unwrap_or_default()
    }

    /// A moment in seconds as milliseconds.
    fn moment(&self, name: &str) -> Result<Option<i64>, Failure> {
        let Some(value) = self.0.get(name) else {
            return Ok(None);
        };
        let seconds = value.as_i64().ok_or_else(|| check_claim(name, "It must be a number of seconds."))?;
        Ok(Some(seconds.saturating_mul(1000)))
    }
}

/// Verifies an assertion and finds its subject. Its `jti` counts as used if nothing else is wrong with it.
pub(crate) fn accept<T>(
    call: &mut Call<'_>,
    assertion: &str,
    subject: impl FnOnce(&Call<'_>, &Claims) -> Result<T, Failure>,
) -> Result<T, Failure> {
    if !cfg!(feature = "jwt") {
        let message = "This emulator was built without the verification of assertions";
        return Err(Failure::oauth("unsupported_grant_type", message));
    }
    let claims = signed(call, assertion)?;
    if claims.text("iss") != call.settings.addresses.client_id {
        return Err(check_claim("iss", "The 'iss' specified is not the client id."));
    }
    if claims.text("aud") != AUDIENCE {
        return Err(check_claim("aud", "The 'aud' specified is invalid."));
    }
    let subject = subject(call, &claims)?;
    let now = i64::try_from(call.now).unwrap_or(i64::MAX);
    let end = check_times(&claims, now)?;
    let id = claims.text("jti");
    let fits = (16..=128).contains(&id.chars().count());
    if !fits || !call.world.used_ids.take(id, end, now) {
        return Err(check_claim("jti", "A unique 'jti' value is required."));
    }
    Ok(subject)
}

/// Complains about a claim as Box does.
pub(crate) fn check_claim(name: &str, reason: &str) -> Failure {
    Failure::oauth("invalid_grant", &format!("Please check the '{name}' claim. {reason}"))
}

/// The claims, if a key of the application signed them.
fn signed(call: &Call<'_>, assertion: &str) -> Result<Claims, Failure> {
    let malformed = || Failure::oauth("invalid_grant", "The assertion is not a signed JWT");
    let (message, signature) = assertion.rsplit_once('.').ok_or_else(malformed)?;
    let (header, claims) = message.split_once('.').ok_or_else(malformed)?;
    let header = object(header).ok_or_else(malformed)?;
    let claims = object(claims).ok_or_else(malformed)?;
    let signature = BASE64_URL_SAFE_NO_PAD.decode(signature).map_err(|_| malformed())?;
    let text = |name: &str| header.get(name).map(|value| value.as_str().unwrap_or_default());
    if text("typ").is_some_and(|typ| !typ.eq_ignore_ascii_case("JWT")) {
        return Err(check_header("typ", "It can only be 'JWT'."));
    }
    let algorithm = text("alg").unwrap_or_default();
    if !matches!(algorithm, "RS256" | "RS384" | "RS512") {
        return Err(check_header("alg", "It must be RS256, RS384 or RS512."));
    }
    let key = call.settings.public_keys.get(text("kid").unwrap_or_default());
    let key = key.ok_or_else(|| check_header("kid", "It is no public key of the application."))?;
    if !signature::verifies(key, algorithm, message.as_bytes(), &signature) {
        return Err(Failure::oauth("invalid_grant", "OAuth JWT signature verification failed"));
    }
    Ok(Claims(claims))
}

fn check_header(name: &str, reason: &str) -> Failure {
    Failure::oauth("invalid_grant", &format!("Please check the '{name}' header. {reason}"))
}

fn object(part: &str) -> Option<Map<String, Value>> {
    serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(part).ok()?).ok()
}

/// Measures by the emulator's clock, and returns the end of the assertion.
fn check_times(claims: &Claims, now: i64) -> Result<i64, Failure> {
    let end = claims.moment("exp")?.ok_or_else(|| check_claim("exp", "It is missing."))?;
    if end <= now {
        return Err(Failure::oauth("invalid_grant", EXPIRED_CLAIM));
    }
    if end > now.saturating_add(60_000) {
        let reason = "The 'exp' value exceeds the maximum value of 60 seconds beyond the issue time.";
        return Err(check_claim("exp", reason));
    }
    for name in ["iat", "nbf"] {
        if claims.moment(name)?.is_some_and(|moment| moment > now.saturating_add(LEEWAY)) {
            return Err(check_claim(name, "It lies in the future."));
        }
    }
    Ok(end)
}

/// What Box says to an assertion whose `exp` lies in its past.
pub(crate) const EXPIRED_CLAIM: &str =
    "Current date time must be before the expiration date time listed in the 'exp' claim.";

const AUDIENCE: &str = "https://api.box.com/oauth2/token";

/// How far clocks may be apart where nothing depends on it, in milliseconds.
const LEEWAY: i64 = 5000;
