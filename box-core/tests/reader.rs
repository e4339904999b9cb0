//! Any text is read as the JSON that it is, or refused; nothing else happens.

#![allow(clippy::indexing_slicing, clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "documents/codec.rs"]
#[allow(dead_code, reason = "another test uses the rest")]
mod codec;
#[path = "generated/models.rs"]
#[rustfmt::skip]
#[allow(dead_code, reason = "another test uses the rest")]
mod models;
mod properties;
#[path = "properties/texts.rs"]
mod texts;

use box_core::{
    action::FromReply,
    error::ErrorKind,
    headers::Headers,
    model::{Fault, Field, Reader, read, read_value},
    models::{File, Folder, Item, Metadata},
    reply::{Content, Reply},
    time::{Date, DateTime},
};
use codec::Codec;
use serde_json::{Value, json};

#[test]
fn texts_are_taken_as_serde_json_takes_them() {
    let mut rng = fastrand::Rng::with_seed(3);
    let mut taken = 0;
    for _ in 0..TEXTS {
        let text = texts::text(&mut rng);
        properties::hold_for_text(&text);
        taken += usize::from(Reader::new(&text).skip().is_ok());
    }
    // Neither kind is rare.
    assert!((TEXTS / 5..TEXTS / 5 * 4).contains(&taken), "{taken} of {TEXTS}");
}

#[test]
fn models_take_every_object() {
    let mut rng = fastrand::Rng::with_seed(4);
    for _ in 0..TEXTS {
        let text = texts::text(&mut rng);
        let at = rng.usize(..models::MODELS.len());
        properties::hold_for_model(&models::MODELS[at], &text);
    }
}

/// Enough for every pair of faults.
const TEXTS: usize = 20_000;

#[test]
fn numbers_are_those_of_json() {
    let fine = ["0", "-0", "12", "-1", "1.0", "1.5e3", "1E+5", "1e-5", "0e0", "1e400", "-1e400", "0.10"];
    let wrong = [
        "01", "-01", "00", "1.", ".5", "-.5", "1e", "1e+", "+1", "-", "--1", "1.e5", "0x10", "1_000", "NaN",
        "-NaN", "Infinity", "inf", "1,", "1 2", "١", "",
    ];
    for (texts, is_fine) in [(&fine[..], true), (&wrong, false)] {
        for text in texts {
            properties::hold_for_text(text);
            assert_eq!(read_value::<Value>(text).is_ok(), is_fine, "{text}");
        }
    }
}

#[test]
fn strings_are_those_of_json() {
    let cases = [
        (r#""""#, Some("")),
        (r#""a b""#, Some("a b")),
        (r#""\"\\\/\b\f\n\r\t""#, Some("\"\\/\u{8}\u{c}\n\r\t")),
        (r#""\u00e9\u00E9é""#, Some("ééé")),
        (r#""\ud83d\ude00!""#, Some("😀!")),
        ("\"\u{7f}\u{2028}\"", Some("\u{7f}\u{2028}")),
        // A half of a pair is no text, but no reason to lose a page.
        (r#""cut \ud83d""#, Some("cut \u{fffd}")),
        (r#""\ud83dx\ude00\"""#, Some("\u{fffd}x\u{fffd}\"")),
        (r#""\ude00\ud83d""#, Some("\u{fffd}\u{fffd}")),
        (r#""\\ud83d \ud83d\n""#, Some("\\ud83d \u{fffd}\n")),
        (r#""\b\f\r\t\/é\ud83d""#, Some("\u{8}\u{c}\r\t/é\u{fffd}")),
        ("\"a\nb\"", None),
        ("\"long enough for eight\u{0}\"", None),
        ("\"\u{1f}\"", None),
        (r#""\x""#, None),
        (r#""\u12""#, None),
        (r#""\u12G4""#, None),
        (r#""\u+123""#, None),
        (r#""\""#, None),
        (r#""a"#, None),
        ("'a'", None),
        (r#""a"b"#, None),
    ];
    for (text, expected) in cases {
        properties::hold_for_text(text);
        let found = read_value::<String>(text).ok().flatten();
        assert_eq!(found.as_deref(), expected, "{text}");
    }
    // The byte that ends a string may be any of eight, with any character before it.
    for length in 0..20 {
        for char in ["x", "é", "😀", "\\n", "\u{7f}", "!", "#", "[", "]", "\u{80}"] {
            properties::hold_for_text(&format!("\"{}{char}\"", "y".repeat(length)));
        }
    }
}

#[test]
fn what_is_skipped_is_well_formed() {
    for text in [
        "[1 2]",
        "[1,]",
        "[,1]",
        "[1}",
        "{]",
        r#"{"a"}"#,
        r#"{"a":}"#,
        r#"{"a":1,}"#,
        r#"{1:2}"#,
        "[1]]",
        "[[1]",
    ] {
        properties::hold_for_text(text);
        assert!(read::<Folder>(&format!(r#"{{"id": "1", "unknown": {text}}}"#)).is_err(), "{text}");
    }
}

#[test]
fn depth_is_bounded() {
    let nested = |depth: usize| format!("{}1{}", "[".repeat(depth), "]".repeat(depth));
    let objects = |depth: usize| format!("{}1{}", r#"{"parent":"#.repeat(depth), "}".repeat(depth));
    for depth in [1, 100, 126, 127, 128, 129, 200, 100_000] {
        for text in [nested(depth), objects(depth)] {
            properties::hold_for_text(&text);
            let expected = if depth <= 127 { Ok(()) } else { Err(Fault::TooDeep) };
            assert_eq!(Reader::new(&text).skip(), expected, "{depth}");
            assert_eq!(Reader::new(&text).value().map(|_| ()), expected, "{depth}");
        }
        let expected = if depth <= 127 { None } else { Some(Fault::TooDeep) };
        // A model in a model in a model, and unions, which look ahead.
        assert_eq!(read::<Folder>(&objects(depth)).err(), expected);
        let items = format!("{}1{}", r#"{"type":"folder","parent":"#.repeat(depth), "}".repeat(depth));
        assert_eq!(read_value::<Item>(&items).err(), expected);
        let unknown = format!("{}1{}", r#"{"type":"robot","parent":"#.repeat(depth), "}".repeat(depth));
        assert_eq!(read_value::<Item>(&unknown).err(), expected);
        // No end, no stack.
        assert!(read::<Folder>(&r#"{"parent":"#.repeat(depth)).is_err());
    }
}

#[test]
fn bytes_that_are_no_text_are_a_typed_error() {
    for body in
        [&b"{\"id\": \"\xff\"}"[..], b"\xef\xbb\xbf{}", b"", b"{\"id\": \"\xed\xa0\x80\"}", b"{}}", b"null"]
    {
        let content = Content::Bytes(body.to_vec().into());
        let reply = Reply { status: 200, headers: Headers::new(), content };
        let error = File::from_reply(reply).unwrap_err();
        assert_eq!((error.kind(), error.status()), (ErrorKind::Decode, Some(200)), "{body:?}");
    }
}

#[test]
fn members_are_found_in_any_order_and_by_any_escape() {
    let file = json!({ "type": "file", "id": "1", "name": "n", "size": 2, "etag": "3" });
    let expected: File = serde_json::from_value(file).unwrap();
    let texts = [
        r#"{"etag":"3","size":2,"name":"n","id":"1","type":"file"}"#,
        r#"{"\u0069d":"1","na\u006de":"n","siz\u0065":2,"\u0065tag":"3"}"#,
        r#"{"id":"0","name":"x","name":"n","id":"1","size":null,"size":2,"etag":"3"}"#,
        "\t{ \"id\" : \"1\" ,\r\n\"name\":\"n\"\n, \"size\" :2,\"etag\": \"3\" }\n",
    ];
    for text in texts {
        assert_eq!(read::<File>(text).as_ref(), Ok(&expected), "{text}");
    }
}

#[test]
fn fractions_come_back_to_the_last_bit() {
    let texts =
        ["0.1", "16999999999999999999999999999999999999999999999999999999931667", "1.0000000000000002e-300"];
    for text in texts {
        let value: Value = read_value(text).unwrap().unwrap();
        assert_eq!(value.as_f64(), text.parse().ok(), "{text}");
        assert_eq!(read_value(&value.to_string()), Ok(Some(value)), "{text}");
    }
    for (text, expected) in
        [("-0", json!(-0.0)), ("18446744073709551615", json!(u64::MAX)), ("-5", json!(-5))]
    {
        assert_eq!(read_value(text), Ok(Some(expected)), "{text}");
    }
}

#[test]
fn keys_of_their_own_are_kept() {
    let text =
        r#"{"$version":3,"big":9007199254740993,"list":[1,null,{"a":[]}],"none":null,"t":"x","f":1e400}"#;
    let metadata = read::<Metadata>(text).unwrap();
    let written = metadata.shown().to_json().unwrap();
    let expected =
        r#"{"$version":3,"big":9007199254740993,"f":null,"list":[1,null,{"a":[]}],"none":null,"t":"x"}"#;
    assert_eq!(written, expected);
}

/// A value, and what it is as a text, an integer, a number and a truth value.
type Lenient = (&'static str, Option<&'static str>, Option<i64>, Option<f64>, Option<bool>);

#[test]
fn values_are_read_leniently() {
    let cases: [Lenient; 31] = [
        (r#""12""#, Some("12"), Some(12), Some(12.0), None),
        ("12", Some("12"), Some(12), Some(12.0), None),
        ("-12", Some("-12"), Some(-12), Some(-12.0), None),
        ("0", Some("0"), Some(0), Some(0.0), None),
        ("1.5e3", Some("1500"), Some(1500), Some(1500.0), None),
        (r#""1.5e3""#, Some("1.5e3"), Some(1500), Some(1500.0), None),
        ("1.50", Some("1.50"), None, Some(1.5), None),
        ("12.0", Some("12"), Some(12), Some(12.0), None),
        ("1200e-2", Some("12"), Some(12), Some(12.0), None),
        ("-0.0", Some("0"), Some(0), Some(0.0), None),
        ("0e999", Some("0"), Some(0), Some(0.0), None),
        (
            "9007199254740993",
            Some("9007199254740993"),
            Some(9_007_199_254_740_993),
            Some(9_007_199_254_740_992.0),
            None,
        ),
        (
            r#""9007199254740993""#,
            Some("9007199254740993"),
            Some(9_007_199_254_740_993),
            Some(9_007_199_254_740_992.0),
            None,
        ),
        (
            "9007199254740993.0",
            Some("9007199254740993"),
            Some(9_007_199_254_740_993),
            Some(9_007_199_254_740_992.0),
            None,
        ),
        (
            "9.007199254740993e15",
            Some("9007199254740993"),
            Some(9_007_199_254_740_993),
            Some(9_007_199_254_740_992.0),
            None,
        ),
        (
            "9223372036854775807",
            Some("9223372036854775807"),
            Some(i64::MAX),
            Some(9_223_372_036_854_775_807.0),
            None,
        ),
        ("9223372036854775808", Some("9223372036854775808"), None, Some(9_223_372_036_854_775_808.0), None),
        (
            "-9223372036854775808",
            Some("-9223372036854775808"),
            Some(i64::MIN),
            Some(-9_223_372_036_854_775_808.0),
            None,
        ),
        ("1e30", Some("1e30"), None, Some(1e30), None),
        ("1e400", Some("1e400"), None, None, None),
        (r#""NaN""#, Some("NaN"), None, None, None),
        (r#""inf""#, Some("inf"), None, None, None),
        (r#""""#, Some(""), None, None, None),
        (r#""twelve""#, Some("twelve"), None, None, None),
        (r#""1e99999999999""#, Some("1e99999999999"), None, None, None),
        ("true", Some("true"), None, None, Some(true)),
        (r#""false""#, Some("false"), None, None, Some(false)),
        ("null", None, None, None, None),
        ("{}", None, None, None, None),
        ("[]", None, None, None, None),
        (r#"[{"a":[1,"x"]}]"#, None, None, None, None),
    ];
    for (text, as_text, integer, number, truth) in cases {
        assert_eq!(read_value::<String>(text).unwrap().as_deref(), as_text, "{text}");
        assert_eq!(read_value::<i64>(text).unwrap(), integer, "{text}");
        assert_eq!(read_value::<f64>(text).unwrap(), number, "{text}");
        assert_eq!(read_value::<bool>(text).unwrap(), truth, "{text}");
        assert_eq!(read_value::<Date>(text).unwrap(), None, "{text}");
        assert_eq!(read_value::<DateTime>(text).unwrap(), None, "{text}");
        assert_eq!(read_value::<Folder>(text).unwrap().is_some(), text == "{}", "{text}");
        assert_eq!(read_value::<Vec<Value>>(text).unwrap().is_some(), text.starts_with('['), "{text}");
    }
}

#[test]
fn times_that_are_read_can_be_written() {
    let cases = [
        ("2012-12-12T10:53:43-08:00", Some("2012-12-12T10:53:43-08:00")),
        ("2012-12-12t10:53:43.120z", Some("2012-12-12T10:53:43.12Z")),
        ("2016-12-31T23:59:60Z", Some("2016-12-31T23:59:59.999999999Z")),
        ("0000-01-01T00:00:00+23:59", Some("0000-01-01T00:00:00+23:59")),
        ("9999-12-31T23:59:59-23:59", Some("9999-12-31T23:59:59-23:59")),
        ("2012-12-12", None),
        ("2012-12-12T10:53:43", None),
        ("10000-01-01T00:00:00Z", None),
        ("2012-13-12T10:53:43Z", None),
        ("", None),
    ];
    for (text, expected) in cases {
        let found: Option<DateTime> = read_value(&json!(text).to_string()).unwrap();
        assert_eq!(found.map(|time| time.to_string()).as_deref(), expected, "{text}");
    }
}
