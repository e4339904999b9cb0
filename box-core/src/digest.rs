//! SHA-1 digests in the forms in which Box writes them. Computing them is the driver's work: it has the bytes.

use std::fmt;

use base64ct::{Base64, Encoding};

/// A SHA-1 digest.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Sha1(pub [u8; 20]);

impl Sha1 {
    /// Reads 40 hex digits of either case.
    pub fn from_hex(text: &str) -> Option<Self> {
        let mut digest = [0; 20];
        let read = base16ct::mixed::decode(text, &mut digest).ok()?.len();
        (read == digest.len()).then_some(Self(digest))
    }

    /// 40 lower-case hex digits, as in `content-md5` and in replies.
    pub fn to_hex(self) -> String {
        base16ct::lower::encode_string(&self.0)
    }

    /// `sha=` and base64, as in the `digest` header of upload sessions.
    pub fn to_digest_header(self) -> String {
        ["sha=", &Base64::encode_string(&self.0)].concat()
    }
}

impl fmt::Debug for Sha1 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_hex())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_are_written_as_box_writes_them() {
        let empty = "da39a3ee5e6b4b0d3255bfef95601890afd80709";
        let digest = Sha1::from_hex(empty).unwrap();
        assert_eq!(digest.to_hex(), empty);
        assert_eq!(Sha1::from_hex(&empty.to_uppercase()), Some(digest));
        assert_eq!(digest.to_digest_header(), "sha=2jmj7l5rSw0yVb/vlWAYkK/YBwk=");
        for wrong in ["", "da39", &empty.replace('d', "g"), &format!("{empty}00")] {
            assert_eq!(Sha1::from_hex(wrong), None, "{wrong}");
        }
    }
}
