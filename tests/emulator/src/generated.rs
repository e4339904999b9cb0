//! What the generator of the workspace writes for the emulator: operation ids and nothing else.

#[allow(missing_docs, unreachable_pub, reason = "written by a generator")]
mod operation_ids;

pub(crate) use operation_ids::OPERATION_IDS;
