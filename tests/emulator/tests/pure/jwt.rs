//! JWTs as an application makes them.

use base64::{
    Engine,
    prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD},
};
use box_emulator::{Reply, keys};
use ring::{
    rand::SystemRandom,
    rsa::KeyPair,
    signature::{RSA_PKCS1_SHA256, RSA_PKCS1_SHA384, RSA_PKCS1_SHA512, RsaEncoding},
};
use serde_json::{Value, json};

use crate::support::{Desk, text};

pub(crate) const BEARER: &str = "grant_type=urn:ietf:params:oauth:grant-type:jwt-bearer";

pub(crate) fn header() -> Value {
    json!({ "alg": "RS256", "typ": "JWT", "kid": keys::KEY_ID })
}

/// Claims for the service account that end so many seconds later.
pub(crate) fn claims(desk: &Desk, seconds: i64) -> Value {
    let now = i64::try_from(desk.now / 1000).unwrap();
    json!({
        "iss": "emulated-client-id",
        "sub": "900100",
        "box_sub_type": "enterprise",
        "aud": "https://api.box.com/oauth2/token",
        "jti": format!("assertion-number-{}", desk.now),
        "exp": now + seconds,
    })
}

/// Members replaced by others, or removed where those are `null`.
#[expect(clippy::needless_pass_by_value, reason = "callers write json!(..) in place")]
pub(crate) fn changed(mut object: Value, changes: Value) -> Value {
    let members = object.as_object_mut().unwrap();
    for (name, value) in changes.as_object().unwrap().clone() {
        if value.is_null() {
            members.remove(&name);
        } else {
            members.insert(name, value);
        }
    }
    object
}

pub(crate) fn sign(key: &str, header: &Value, claims: &Value) -> String {
    let body: String = key.lines().filter(|line| !line.starts_with("-----")).collect();
    let key = KeyPair::from_pkcs8(&BASE64_STANDARD.decode(body).unwrap()).unwrap();
    let padding: &dyn RsaEncoding = match header["alg"].as_str() {
        Some("RS384") => &RSA_PKCS1_SHA384,
        Some("RS512") => &RSA_PKCS1_SHA512,
        _ => &RSA_PKCS1_SHA256,
    };
    let part = |value: &Value| BASE64_URL_SAFE_NO_PAD.encode(value.to_string());
    let message = format!("{}.{}", part(header), part(claims));
    let mut signature = vec![0; key.public().modulus_len()];
    key.sign(padding, &SystemRandom::new(), message.as_bytes(), &mut signature).unwrap();
    format!("{message}.{}", BASE64_URL_SAFE_NO_PAD.encode(signature))
}

pub(crate) fn grant(desk: &mut Desk, assertion: &str) -> Reply {
    desk.form("/oauth2/token", &format!("{BEARER}&assertion={assertion}"))
}

/// A grant for claims that the application's key signs.
pub(crate) fn grant_for(desk: &mut Desk, claims: &Value) -> Reply {
    grant(desk, &sign(keys::PLAIN, &header(), claims))
}

/// Error and description of a refusal.
pub(crate) fn refusal(reply: &Reply) -> (String, String) {
    let value = reply.value();
    assert_eq!(reply.status, 400, "{value}");
    (text(&value["error"]), text(&value["error_description"]))
}
