//! Rows of the table as text, for clients in other languages: they hand over texts, and the core makes the request.
//!
//! ```text
//! list_items GET /folders/{folder_id}/items page:both q:fields q:sort h:boxapi
//! name METHOD [host:]/path  facts that deviate  parameters
//! ```
//!
//! `cargo xtask codegen` writes them. A parameter is a code, `!` if it is required, and its name at Box; a constant is
//! `code=name=value`. Codes: `q` query, `m` repeated in the query (a value on each line), `j` JSON in the query, `h` header, `f` form, `b` JSON member, `n` JSON member
//! that names an item, `w` whole JSON body, `o` whole body of octets, `p` JSON part, `c` part of content.

use std::borrow::Cow;

use crate::{
    encode::RequestWriter,
    error::Error,
    facts::Facts,
    names,
    operation::{
        Accepted, BodyKind, Expect, Host, Method, Operation, PagingKind, Probe, RateClass, ReplyKind,
        RetryClass,
    },
    request::{Draft, Payload},
    rng::Rng,
};

/// An action that was read from text.
#[derive(Debug)]
pub struct Row {
    operation: &'static Operation,
    path: Vec<&'static str>,
    params: Vec<Param>,
}

/// A value for a parameter.
#[derive(Clone, Debug)]
pub enum Given {
    /// Not given.
    Absent,
    /// Text, or JSON text for the codes `j`, `b`, `n`, `w` and `p`.
    Text(String),
    /// Content, for the codes `o` and `c`.
    Content(Payload),
}

#[derive(Debug)]
struct Param {
    code: char,
    name: &'static str,
    required: bool,
    constant: Option<&'static str>,
}

impl Row {
    /// Reads a row of a group. What is read stays in memory for good, so a program reads each row once.
    ///
    /// # Errors
    /// `Internal` if the text is no row.
    pub fn read(group: &str, text: &str) -> Result<Self, Error> {
        let text: &'static str = Box::leak([group, ".", text].concat().into_boxed_str());
        read(text).ok_or_else(|| Error::internal("a row that can't be read"))
    }

    /// What the row says of the operation.
    pub fn operation(&self) -> &'static Operation {
        self.operation
    }

    /// The request for these values: those of the path, then those of the parameters that are no constants, in the
    /// order of the row.
    ///
    /// # Errors
    /// `InvalidInput` for a value that is missing, or that Box could only refuse.
    pub fn draft(&self, values: impl IntoIterator<Item = Given>, rng: &mut Rng) -> Result<Draft, Error> {
        let mut values = values.into_iter();
        let mut writer = RequestWriter::new(self.operation, rng);
        for name in &self.path {
            match values.next() {
                Some(Given::Text(value)) => writer.path(name, &value)?,
                _ => return Err(missing(&writer, name)),
            }
        }
        for param in &self.params {
            let given = match param.constant {
                Some(constant) => Given::Text(param.constant(constant).into_owned()),
                None => values.next().unwrap_or(Given::Absent),
            };
            match given {
                Given::Absent if param.required => return Err(missing(&writer, param.name)),
                Given::Absent => {}
                Given::Text(text) => param.write_text(&mut writer, text)?,
                Given::Content(content) => param.write_content(&mut writer, &content)?,
            }
        }
        writer.finish()
    }
}

impl Param {
    fn constant(&self, value: &'static str) -> Cow<'static, str> {
        if matches!(self.code, 'b' | 'p') { ["\"", value, "\""].concat().into() } else { value.into() }
    }

    fn write_text(&self, writer: &mut RequestWriter, text: String) -> Result<(), Error> {
        let name = self.name;
        match self.code {
            'q' | 'j' => writer.query(name, &text),
            'm' => writer.query_each(name, &text.split('\n').collect::<Vec<_>>()),
            'h' => writer.header(name, &text)?,
            'f' => writer.form(name, &text),
            'b' | 'n' | 'p' => {
                if self.code == 'n' && text != "null" {
                    names::check(&string(&text).unwrap_or_default())?;
                }
                if self.code == 'p' {
                    writer.part_text(name, &text)?;
                } else {
                    writer.body_text(name, text)?;
                }
            }
            'w' => writer.whole_text(text),
            _ => return Err(writer.invalid(["`", name, "` must be content"].concat())),
        }
        Ok(())
    }

    fn write_content(&self, writer: &mut RequestWriter, content: &Payload) -> Result<(), Error> {
        match self.code {
            'o' => writer.body_octets(content),
            'c' => writer.part_content(self.name, content),
            _ => return Err(writer.invalid(["`", self.name, "` must not be content"].concat())),
        }
        Ok(())
    }
}

/// The string that JSON text stands for.
fn string(json: &str) -> Option<String> {
    let object = ["{\"n\":", json, "}"].concat();
    Facts::read(object.as_bytes())?.text("n").filter(|_| json.starts_with('"'))
}

fn missing(writer: &RequestWriter, name: &str) -> Error {
    writer.invalid(["`", name, "` is missing"].concat())
}

fn read(text: &'static str) -> Option<Row> {
    let mut tokens = text.split(' ');
    let id = tokens.next()?;
    let method = tokens.next()?;
    let method = Method::ALL.into_iter().find(|known| known.as_str() == method)?;
    let place = tokens.next()?;
    // A path may hold a colon of its own.
    let (host, path) = place.split_at(place.find('/')?);
    let host = match host {
        "" => Host::Api,
        "upload:" => Host::Upload,
        "session:" => Host::Session,
        "oauth:" => Host::OAuth,
        "account:" => Host::Account,
        "download:" => Host::Download,
        _ => return None,
    };
    let mut operation =
        Operation { id, host, path, body: BodyKind::None, rate: host.rate(), ..*Operation::raw(method) };
    if matches!(method, Method::Put | Method::Delete) {
        operation.retry = RetryClass::Idempotent;
    }
    let mut params = Vec::new();
    for token in tokens {
        if !fact(&mut operation, token) {
            let param = param(token)?;
            if operation.body != BodyKind::JsonPatch {
                operation.body = body_kind(param.code)?.unwrap_or(operation.body);
            }
            params.push(param);
        }
    }
    let path = path.split('{').skip(1).filter_map(|rest| rest.split('}').next()).collect();
    Some(Row { operation: Box::leak(Box::new(operation)), path, params })
}

/// Takes a fact over; `false` if the token is none.
fn fact(operation: &mut Operation, token: &'static str) -> bool {
    match token {
        "=nothing" => operation.reply = ReplyKind::Nothing,
        "=bytes" => operation.reply = ReplyKind::Bytes,
        "=redirect" => operation.reply = ReplyKind::Redirect,
        "patch" => operation.body = BodyKind::JsonPatch,
        "body:json" => operation.body = BodyKind::Json,
        "body:form" => operation.body = BodyKind::Form,
        "body:multipart" => operation.body = BodyKind::Multipart,
        "body:octets" => operation.body = BodyKind::Octets,
        "poll" => operation.accepted = Accepted::Poll,
        "exact" => operation.exact = true,
        "effect:read" => operation.writes = false,
        "effect:write" => operation.writes = true,
        "retry:safe" => operation.retry = RetryClass::Safe,
        "retry:idempotent" => operation.retry = RetryClass::Idempotent,
        "retry:conditional" => operation.retry = RetryClass::Conditional,
        "retry:never" => operation.retry = RetryClass::Never,
        "limit:none" => operation.rate = RateClass::None,
        "limit:api" => operation.rate = RateClass::Api,
        "limit:upload" => operation.rate = RateClass::Upload,
        "limit:search" => operation.rate = RateClass::Search,
        "limit:sign" => operation.rate = RateClass::Sign,
        "page:marker" => operation.paging = Some(PagingKind::Marker),
        "page:offset" => operation.paging = Some(PagingKind::Offset),
        "page:both" => operation.paging = Some(PagingKind::Both),
        "page:body-marker" => operation.paging = Some(PagingKind::BodyMarker),
        "page:stream" => operation.paging = Some(PagingKind::Stream),
        _ => match token.split_once(':') {
            Some(("version", version)) => operation.version = Some(version),
            Some(("retry", probe)) => match reread(probe) {
                Some(probe) => operation.retry = RetryClass::Reread(probe),
                None => return false,
            },
            Some(("max-offset", most)) => operation.max_offset = most.parse().unwrap_or(operation.max_offset),
            _ => return false,
        },
    }
    true
}

/// `operation:by:state:path`.
fn reread(text: &'static str) -> Option<Probe> {
    let mut facts = text.splitn(4, ':');
    let (operation, by) = (facts.next()?, facts.next()?);
    let expect = match facts.next()? {
        "present" => Expect::Present,
        "absent" => Expect::Absent,
        "changed" => Expect::Changed,
        _ => return None,
    };
    Some(Probe { operation, by, expect, path: facts.next()? })
}

fn param(token: &'static str) -> Option<Param> {
    let code = token.chars().next()?;
    let rest = token.get(1..)?;
    if let Some(constant) = rest.strip_prefix('=') {
        let (name, value) = constant.split_once('=')?;
        return Some(Param { code, name, required: false, constant: Some(value) });
    }
    let (mark, name) = rest.split_once(':')?;
    Some(Param { code, name, required: mark == "!", constant: None })
}

/// The kind of body that a parameter makes: none for one outside of the body, nothing for a code that isn't one.
#[expect(clippy::option_option, reason = "the outer one is a code that can't be")]
fn body_kind(code: char) -> Option<Option<BodyKind>> {
    Some(match code {
        'q' | 'm' | 'j' | 'h' => None,
        'f' => Some(BodyKind::Form),
        'b' | 'n' | 'w' => Some(BodyKind::Json),
        'p' | 'c' => Some(BodyKind::Multipart),
        'o' => Some(BodyKind::Octets),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{error::ErrorKind, operations, request::Body};

    fn text(value: &str) -> Given {
        Given::Text(value.to_owned())
    }

    fn json(draft: &Draft) -> &str {
        let Body::Bytes(bytes) = &draft.body else { panic!("a body in memory") };
        std::str::from_utf8(bytes).unwrap()
    }

    #[test]
    fn a_row_says_what_the_table_says() {
        let rows = [
            ("folders", "get GET /folders/{folder_id} q:fields", &operations::FOLDERS_GET),
            (
                "folders",
                "delete DELETE /folders/{folder_id} =nothing retry:folders.get:folder_id:absent:/folders/{folder_id}",
                &operations::FOLDERS_DELETE,
            ),
            ("files", "download GET /files/{file_id}/content =bytes poll", &operations::FILES_DOWNLOAD),
            (
                "files",
                "upload POST upload:/files/content retry:files.get:conflict:present:/files/{file_id} \
                 p!:attributes c!:file",
                &operations::FILES_UPLOAD,
            ),
            ("users", "list GET /users page:both", &operations::USERS_LIST),
            (
                "sign_requests",
                "create POST /sign_requests limit:sign b!:signers",
                &operations::SIGN_REQUESTS_CREATE,
            ),
            (
                "metadata_taxonomies",
                "trim_levels POST /metadata_taxonomies/{namespace}/{taxonomy_key}/levels:trim",
                &operations::METADATA_TAXONOMIES_TRIM_LEVELS,
            ),
            ("oauth", "refresh POST oauth:/token f=grant_type=refresh_token", &operations::OAUTH_REFRESH),
        ];
        for (group, row, expected) in rows {
            let found = Row::read(group, row).unwrap().operation();
            assert_eq!(*found, *expected, "{row}");
        }
        for wrong in [
            "",
            "x",
            "x GET",
            "x BREW /x",
            "x GET ftp:/x",
            "x GET /x z:y",
            "x GET /x q",
            "x GET /x retry:a:b",
        ] {
            assert_eq!(Row::read("g", wrong).unwrap_err().kind(), ErrorKind::Internal, "{wrong}");
        }
    }

    #[test]
    fn values_find_their_places() {
        let row = "make POST /a/{b_id}/c q:fields h:if-match n!:name b:parent b=type=thing";
        let row = Row::read("g", row).unwrap();
        let values = [text("x/y"), text("a,b"), text("\"1\""), text("\"n\""), text(r#"{"id":"0"}"#)];
        let draft = row.draft(values, &mut Rng::new(1)).unwrap();
        assert_eq!((draft.path.as_str(), draft.query("fields")), ("/a/x%2Fy/c", Some("a,b")));
        assert_eq!(draft.headers.get("if-match"), Some("\"1\""));
        assert_eq!(json(&draft), r#"{"name":"n","parent":{"id":"0"},"type":"thing"}"#);
    }

    #[test]
    fn values_that_cannot_be_are_refused() {
        let row = Row::read("g", "make POST /a/{b_id} n!:name b:parent b:user_id").unwrap();
        let cases = [
            [Given::Absent, text("\"n\""), Given::Absent, Given::Absent],
            [text(".."), text("\"n\""), Given::Absent, Given::Absent],
            [text("1"), Given::Absent, Given::Absent, Given::Absent],
            [text("1"), text("\"a/b\""), Given::Absent, Given::Absent],
            [text("1"), text("5"), Given::Absent, Given::Absent],
            [text("1"), text("\"n\""), text(r#"{"id":""}"#), Given::Absent],
            [text("1"), text("\"n\""), Given::Absent, text("\"\"")],
            [text("1"), Given::Content("x".into()), Given::Absent, Given::Absent],
        ];
        for values in cases {
            let error = row.draft(values.clone(), &mut Rng::new(1)).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidInput, "{values:?}");
        }
        let content = Row::read("g", "put PUT /a o!:*").unwrap();
        assert!(content.draft([text("x")], &mut Rng::new(1)).is_err());
        assert!(content.draft([Given::Content("x".into())], &mut Rng::new(1)).is_ok());
    }
}
