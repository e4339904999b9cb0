use crate::Content;

/// A download address handed out.
#[derive(Clone, Debug)]
pub(crate) struct Ticket {
    pub(crate) name: String,
    pub(crate) contents: Vec<Content>,
    pub(crate) len: u64,
    pub(crate) expires_at: u64,
}
