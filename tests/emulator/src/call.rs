use serde_json::{Map, Value};

use crate::{
    Failure, Reply, Request, Settings,
    query::Query,
    route::Params,
    routes::shared_items,
    scopes, view,
    world::{Limits, Node, NodeId, UserId, World},
};

/// What a handler works with.
pub(crate) struct Call<'a> {
    pub(crate) world: &'a mut World,
    pub(crate) settings: &'a Settings,
    pub(crate) request: &'a Request,
    pub(crate) query: Query,
    pub(crate) params: Params,
    /// Milliseconds since 1970 by the emulator's clock.
    pub(crate) now: u64,
    /// On whose behalf; meaningless on routes that need no token.
    pub(crate) user: UserId,
    /// What the token may do less than the user.
    pub(crate) limits: Option<Limits>,
}

impl Call<'_> {
    pub(crate) fn param(&self, name: &str) -> &str {
        let found = self.params.iter().find(|(key, _)| *key == name);
        found.map(|(_, value)| value.as_str()).unwrap_or_default()
    }

    /// The JSON object in the body; an empty body counts as an empty object.
    pub(crate) fn json(&self) -> Result<Map<String, Value>, Failure> {
        let bytes = self.request.bytes().unwrap_or_default();
        if bytes.is_empty() {
            return Ok(Map::new());
        }
        match serde_json::from_slice(&bytes) {
            Ok(Value::Object(object)) => Ok(object),
            _ => Err(Failure::bad_request("The body is not a JSON object")),
        }
    }

    pub(crate) fn form(&self) -> Query {
        let bytes = self.request.bytes().unwrap_or_default();
        Query::parse(&String::from_utf8_lossy(&bytes))
    }

    /// A file that is not in the trash.
    pub(crate) fn file(&self, id: &str) -> Result<&Node, Failure> {
        self.item(id, false)
    }

    /// A folder that is not in the trash.
    pub(crate) fn folder(&self, id: &str) -> Result<&Node, Failure> {
        self.item(id, true)
    }

    /// Whether the token is good for a node, as far as that depends on where the node lies.
    pub(crate) fn reaches(&self, id: NodeId) -> bool {
        let top = self.limits.as_ref().and_then(|limits| limits.item);
        top.is_none_or(|top| self.world.tree.is_within(id, top))
    }

    /// The name of somebody outside of Box for whom the token acts.
    pub(crate) fn author(&self) -> Option<String> {
        self.limits.as_ref().and_then(|limits| limits.actor.clone())
    }

    fn item(&self, id: &str, folder: bool) -> Result<&Node, Failure> {
        let node = self.world.tree.resolve(self.user, id);
        let node = node.filter(|node| node.is_folder() == folder).ok_or_else(Failure::not_found)?;
        if !self.reaches(node.id) {
            return Err(scopes::insufficient());
        }
        if self.world.tree.is_trashed(node.id) {
            return Err(Failure::new(404, "trashed", "Item is trashed"));
        }
        Ok(node)
    }

    /// An item that is the caller's, or that a shared link opens to everybody, which the header `boxapi` names or
    /// for which the token was granted.
    pub(crate) fn readable(&self, id: &str, folder: bool) -> Result<&Node, Failure> {
        let own = self.item(id, folder);
        if own.is_ok() {
            return own;
        }
        let Some(shared) = shared_items::behind_link(self)? else {
            return own;
        };
        let tree = &self.world.tree;
        let node = id.parse().ok().and_then(|id| tree.node(id)).filter(|node| node.is_folder() == folder);
        match node {
            Some(node) if !tree.is_within(node.id, shared.id) || tree.is_trashed(node.id) => own,
            Some(node) if !self.reaches(node.id) => Err(scopes::insufficient()),
            Some(node) => Ok(node),
            None => own,
        }
    }

    /// The item of a `trash` path.
    pub(crate) fn trashed(&self, id: &str, folder: bool) -> Result<&Node, Failure> {
        let node = self.world.tree.resolve(self.user, id);
        let node = node.filter(|node| node.is_folder() == folder).ok_or_else(Failure::not_found)?;
        if !self.reaches(node.id) {
            return Err(scopes::insufficient());
        }
        if !self.world.tree.is_trashed(node.id) {
            return Err(Failure::new(404, "not_trashed", "Item is not trashed"));
        }
        Ok(node)
    }

    /// Refuses a changed item when the caller said which state it knows.
    pub(crate) fn check_if_match(&self, node: &Node) -> Result<(), Failure> {
        match self.request.header("if-match") {
            Some(etag) if unquote(etag) != node.etag.to_string() => Err(Failure::new(
                412,
                "precondition_failed",
                "The resource has been modified. Please retrieve the resource again and retry",
            )),
            _ => Ok(()),
        }
    }

    /// Whether the caller has this state already.
    pub(crate) fn none_match(&self, node: &Node) -> bool {
        let known = self.request.header("if-none-match");
        known.is_some_and(|etag| unquote(etag) == node.etag.to_string())
    }

    /// Refuses a name that another item of the folder has.
    pub(crate) fn check_free(
        &self,
        parent: NodeId,
        name: &str,
        but: Option<NodeId>,
        for_folder: bool,
    ) -> Result<(), Failure> {
        let taken = self.world.tree.find_name(parent, name).filter(|node| Some(node.id) != but);
        let Some(other) = taken else {
            return Ok(());
        };
        let other = view::mini(self.world, other);
        let conflicts = if for_folder { Value::Array(vec![other]) } else { other };
        Err(Failure::new(409, "item_name_in_use", "Item with the same name already exists")
            .with_context(serde_json::json!({ "conflicts": conflicts })))
    }

    /// Refuses what would not fit into the caller's storage any more.
    pub(crate) fn check_space(&self, size: u64) -> Result<(), Failure> {
        let limit = self.settings.storage_limit.unwrap_or(u64::MAX);
        if self.world.tree.stored_by(self.user).saturating_add(size) <= limit {
            return Ok(());
        }
        Err(Failure::new(403, "storage_limit_exceeded", "Account storage limit reached"))
    }

    /// An item as `fields` asks for it.
    pub(crate) fn represent(&self, node: &Node) -> Value {
        view::item(self.world, node, self.query.list("fields").as_deref(), self.settings.fields_style)
    }

    /// Answers with an item.
    pub(crate) fn reply_node(&self, status: u16, id: NodeId) -> Result<Reply, Failure> {
        let node = self.world.tree.node(id).ok_or_else(Failure::not_found)?;
        Ok(Reply::json(status, &self.represent(node)))
    }
}

fn unquote(etag: &str) -> &str {
    etag.trim().trim_matches('"')
}

/// `parent.id` of a body.
pub(crate) fn parent_id(body: &Map<String, Value>) -> Option<String> {
    id_text(body.get("parent")?.get("id")?)
}

/// An id, which some clients write as a number.
pub(crate) fn id_text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// A member that must be there, as text.
pub(crate) fn required(body: &Map<String, Value>, name: &str) -> Result<String, Failure> {
    let value = body.get(name).and_then(id_text);
    value.ok_or_else(|| Failure::parameter(name, "missing_parameter", &format!("'{name}' is required")))
}
