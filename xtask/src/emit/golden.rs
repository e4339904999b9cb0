//! placeholder
use crate::table::form::Table;
use anyhow::Result;
use std::collections::BTreeMap;
pub(crate) fn files(_table: &Table, _files: &mut BTreeMap<String, String>) -> Result<()> {
    Ok(())
}
