//! What an application signs to be believed (RFC 7515 and RFC 7519; Box guide "JWT without SDKs").

use base64ct::{Base64UrlUnpadded, Encoding};

use super::Algorithm;
use crate::{json, rng::Rng, secret::Secret, time::Timestamp};

/// The audience of every assertion, wherever the client sends it.
const AUDIENCE: &str = "https://api.box.com/oauth2/token";

/// Seconds for which an assertion lives. Box takes at most 60, and clocks differ.
const LIFETIME: u64 = 45;

/// Who asserts, and by which key.
#[derive(Clone, Copy)]
pub(super) struct Issuer<'a> {
    pub(super) client_id: &'a str,
    pub(super) key_id: &'a str,
    pub(super) algorithm: Algorithm,
}

impl Issuer<'_> {
    /// Header and claims, encoded: what is signed. `jti` is new every time, for Box takes each once.
    pub(super) fn message(self, now: Timestamp, rng: &mut Rng, claims: &[(&str, &str)]) -> String {
        let header = [("alg", self.algorithm.as_str()), ("kid", self.key_id), ("typ", "JWT")];
        let (jti, end) = (rng.token(), (now.0 / 1000 + LIFETIME).to_string());
        let own = [("iss", self.client_id), ("aud", AUDIENCE), ("jti", &jti)];
        let header = object(&header, None);
        let claims = object(&[&own, claims].concat(), Some(("exp", &end)));
        [encoded(header.as_bytes()), encoded(claims.as_bytes())].join(".")
    }
}

/// A message with its signature.
pub(super) fn signed(message: &str, signature: &[u8]) -> Secret {
    Secret::new([message, ".", &encoded(signature)].concat())
}

fn object(members: &[(&str, &str)], number: Option<(&str, &str)>) -> String {
    let texts = members.iter().map(|(name, value)| (*name, json::string(value)));
    let number = number.map(|(name, value)| (name, value.to_owned()));
    let members: Vec<_> =
        texts.chain(number).map(|(name, value)| [&json::string(name), ":", &value].concat()).collect();
    ["{", &members.join(","), "}"].concat()
}

fn encoded(bytes: &[u8]) -> String {
    Base64UrlUnpadded::encode_string(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(part: &str) -> serde_json::Value {
        serde_json::from_slice(&Base64UrlUnpadded::decode_vec(part).unwrap()).unwrap()
    }

    #[test]
    fn an_assertion_says_who_for_whom_and_until_when() {
        let issuer = Issuer { client_id: "id", key_id: "k\"1", algorithm: Algorithm::Rs384 };
        let mut rng = Rng::new(1);
        let claims = [("sub", "7"), ("box_sub_type", "user")];
        let message = issuer.message(Timestamp(1_000_900), &mut rng, &claims);
        let (header, body) = message.split_once('.').unwrap();
        let expected = serde_json::json!({"alg": "RS384", "kid": "k\"1", "typ": "JWT"});
        assert_eq!(decoded(header), expected);
        let body = decoded(body);
        let jti = body["jti"].as_str().unwrap().to_owned();
        assert!((16..=128).contains(&jti.len()));
        let expected = serde_json::json!({
            "iss": "id", "aud": AUDIENCE, "jti": jti, "sub": "7", "box_sub_type": "user", "exp": 1045
        });
        assert_eq!(body, expected);
        let again = issuer.message(Timestamp(1_000_900), &mut rng, &claims);
        assert_ne!(again, message);
        assert_eq!(signed("a.b", b"\xff\xfe").expose(), "a.b.__4");
    }
}
