use super::NodeId;

/// A download address handed out. It names the version instead of holding its contents, which may be purged first.
#[derive(Clone, Debug)]
pub(crate) struct Ticket {
    pub(crate) file: NodeId,
    pub(crate) version: NodeId,
    pub(crate) name: String,
    pub(crate) expires_at: u64,
}
