use super::NodeId;

/// What a token may do less than its user, since it was exchanged for another.
#[derive(Clone, Debug)]
pub(crate) struct Limits {
    /// In the order asked for.
    pub(crate) scopes: Vec<String>,
    /// The only item that it reaches, with all below it.
    pub(crate) item: Option<NodeId>,
    /// That item's shared link was named, and opens it as far as links do.
    pub(crate) by_link: bool,
    /// The name of somebody outside of Box for whom it acts.
    pub(crate) actor: Option<String>,
}

impl Limits {
    /// Whether a token with these limits may be exchanged for one with a scope.
    pub(crate) fn cover(&self, scope: &str) -> bool {
        self.scopes.iter().any(|own| own == scope || own == "root_readwrite")
    }
}
