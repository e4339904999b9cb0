//! Keys that can be read, and what is said of others.

use box_emulator::keys::{AES256, PASSPHRASE, PLAIN, PUBLIC, TRIPLE_DES};
use box_native::{Algorithm, Client, ErrorKind, KeySigner, Secret, Signer};

const AES128: &str = include_str!("keys/aes128.pem");
const AES192: &str = include_str!("keys/aes192.pem");
const PBES1: &str = include_str!("keys/pbes1.pem");
const LEGACY: &str = include_str!("keys/legacy.pem");
const SMALL: &str = include_str!("keys/small.pem");
const EC: &str = include_str!("keys/ec.pem");

fn read(pem: &str, passphrase: Option<&str>) -> Result<KeySigner, box_native::Error> {
    KeySigner::from_pem(&pem.into(), passphrase.map(Secret::new).as_ref())
}

#[tokio::test]
async fn all_forms_of_a_key_sign_alike() {
    let plain = read(PLAIN, None).unwrap();
    let windows = PLAIN.replace('\n', "\r\n");
    let forms =
        [(AES128, Some(PASSPHRASE)), (AES192, Some(PASSPHRASE)), (&windows, None), (PLAIN, Some("x"))];
    for (pem, passphrase) in forms {
        let other = read(pem, passphrase).unwrap();
        for algorithm in [Algorithm::Rs256, Algorithm::Rs384, Algorithm::Rs512] {
            // RSASSA-PKCS1-v1_5 is deterministic.
            let (one, two) = (plain.sign(algorithm, b"message"), other.sign(algorithm, b"message"));
            let (one, two) = (one.await.unwrap(), two.await.unwrap());
            assert_eq!((one.len(), one == two), (256, true));
        }
    }
    assert_eq!(format!("{plain:?}"), "KeySigner");
}

#[test]
fn what_is_no_key_is_told_without_being_quoted() {
    let ec = rcgen::KeyPair::generate().unwrap().serialize_pem();
    let half = &PLAIN[..800];
    let line = PLAIN.lines().nth(14).unwrap();
    let spoilt = PLAIN.replace(line, &"A".repeat(line.len()));
    let certificate = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap().cert.pem();
    let cases = [
        (AES256, None, "needs its passphrase"),
        (AES256, Some("hunter2"), "this passphrase"),
        (TRIPLE_DES, Some("hunter2"), "this passphrase"),
        ("", None, "not PEM"),
        ("hunter2", None, "not PEM"),
        (half, None, "not PEM"),
        (&spoilt, None, "damaged"),
        (&ec, None, "no RSA key"),
        (EC, None, "no RSA key"),
        (SMALL, None, "too small"),
        (PUBLIC, None, "public key"),
        (&certificate, None, "certificate"),
        (LEGACY, Some(PASSPHRASE), "openssl pkcs8"),
        (PBES1, Some(PASSPHRASE), "openssl pkcs8"),
    ];
    for (pem, passphrase, expected) in cases {
        let error = read(pem, passphrase).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        assert!(error.message().contains(expected), "{expected}: {error}");
        let shown = format!("{error:?} {error}");
        assert!(!shown.contains("hunter2") && !shown.contains("MII"), "{shown}");
    }
}

#[test]
fn a_client_with_a_wrong_key_is_not_built() {
    let file = box_emulator::Addresses::default().config_json(AES256, Some("hunter2"));
    let config = box_native::JwtConfig::from_json(&file).unwrap();
    let builder = Client::builder().jwt(config);
    assert!(!format!("{builder:?}").contains("hunter2"), "{builder:?}");
    let error = builder.build().unwrap_err();
    assert!(error.message().contains("this passphrase"), "{error}");
}
