//! The operations of a document.

use std::rc::Rc;

use super::document::{Document, Node};

/// An operation of a document.
pub(crate) struct Operation<'d> {
    pub(crate) document: &'d Document,
    pub(crate) id: &'d str,
    pub(crate) method: String,
    /// With a suffix that tells variants apart: `/files/{file_id}#add_shared_link`.
    pub(crate) path: &'d str,
    server: &'d str,
    pub(crate) params: Vec<Parameter<'d>>,
    /// Its media type and schema.
    pub(crate) body: Option<(&'d str, Node<'d>)>,
    pub(crate) reply: Reply<'d>,
}

/// A parameter of an operation.
pub(crate) struct Parameter<'d> {
    /// `path`, `query` or `header`.
    pub(crate) place: &'d str,
    pub(crate) name: &'d str,
    pub(crate) required: bool,
    /// Whether the elements of an array are parameters of their own.
    pub(crate) exploded: bool,
    pub(crate) schema: Node<'d>,
}

/// What an operation answers.
pub(crate) enum Reply<'d> {
    Json { schema: Node<'d>, may_be_empty: bool },
    Bytes,
    Nothing,
}

impl Document {
    /// All operations.
    pub(crate) fn operations(&self) -> Vec<Operation<'_>> {
        let root = self.root();
        let mut operations = Vec::new();
        for (path, item) in root.members("paths") {
            let item = root.inner(item, "");
            for method in METHODS {
                if let Some(node) = item.part(method) {
                    let method = method.to_uppercase();
                    let node = Node { name: Rc::from(format!("{method} {path}")), ..node };
                    operations.push(self.operation(method, path, &item, &node));
                }
            }
        }
        operations
    }

    fn operation<'d>(
        &'d self,
        method: String,
        path: &'d str,
        item: &Node<'d>,
        node: &Node<'d>,
    ) -> Operation<'d> {
        let places = [node, item, &self.root()];
        let servers = places.iter().find_map(|place| place.items("servers").first());
        let params = item.items("parameters").iter().chain(node.items("parameters"));
        Operation {
            document: self,
            id: node.text("operationId").unwrap_or_default(),
            method,
            path,
            server: servers.and_then(|server| server.get("url")?.as_str()).unwrap_or_default(),
            params: params.filter_map(|param| parameter(node, &node.inner(param, "").followed())).collect(),
            body: body(node),
            reply: reply(node),
        }
    }
}

impl Operation<'_> {
    /// `PUT /files/{file_id}#add_shared_link`.
    pub(crate) fn title(&self) -> String {
        format!("{} {}", self.method, self.path)
    }

    /// Method and address without a suffix.
    pub(crate) fn address(&self) -> String {
        let path = self.path.split('#').next().unwrap_or_default();
        format!("{} {}{path}", self.method, self.server)
    }

    /// What Box's reference calls it in its own addresses.
    pub(crate) fn slug(&self) -> String {
        let slug = |id: &str| id.replace('_', "-").replace('#', "--");
        match self.id.rsplit_once("_v") {
            Some((id, version)) if version.starts_with(|c: char| c.is_ascii_digit()) => {
                format!("v{version}/{}", slug(id))
            }
            _ => slug(self.id),
        }
    }

    /// The version of the API that it belongs to, if the request must name it.
    pub(crate) fn version(&self) -> Option<&str> {
        let header = self.params.iter().find(|param| param.is_version())?;
        header.schema.followed().texts("enum").next()
    }
}

impl Parameter<'_> {
    /// Whether it names the version of the API.
    pub(crate) fn is_version(&self) -> bool {
        self.place == "header" && self.name == "box-version"
    }
}

fn parameter<'d>(operation: &Node<'d>, param: &Node<'d>) -> Option<Parameter<'d>> {
    let (place, name) = (param.text("in")?, param.text("name")?);
    let schema = operation.inner(param.get("schema")?, &format!(" {place} {name}"));
    // What OpenAPI says where a document is silent.
    let by_default = place == "query" && param.text("style").is_none_or(|style| style == "form");
    Some(Parameter {
        place,
        name,
        required: param.is("required"),
        exploded: param.get("explode").map_or(by_default, |_| param.is("explode")),
        schema,
    })
}

fn body<'d>(operation: &Node<'d>) -> Option<(&'d str, Node<'d>)> {
    let body = operation.part("requestBody")?.followed();
    let (kind, content) = body.members("content").next()?;
    Some((kind, operation.inner(content.get("schema")?, " body")))
}

fn reply<'d>(operation: &Node<'d>) -> Reply<'d> {
    let responses = operation.members("responses").filter(|(status, _)| status.starts_with('2'));
    let mut may_be_empty = false;
    let mut schema = None;
    let mut bytes = false;
    for (status, response) in responses {
        let response = operation.inner(response, "").followed();
        may_be_empty |= status == "204";
        for (kind, content) in response.members("content") {
            match content.get("schema") {
                Some(found) if kind.ends_with("json") => {
                    schema = schema.or_else(|| Some(operation.inner(found, " reply")));
                }
                _ => bytes = true,
            }
        }
    }
    match schema {
        Some(schema) => Reply::Json { schema, may_be_empty },
        None if bytes => Reply::Bytes,
        None => Reply::Nothing,
    }
}

const METHODS: [&str; 7] = ["get", "head", "options", "post", "put", "patch", "delete"];
