use crate::Failure;

/// The rules for names of files and folders.
pub(crate) fn check(name: &str) -> Result<(), Failure> {
    if name.chars().count() > 255 {
        return Err(Failure::new(400, "item_name_too_long", "Item name too long"));
    }
    let invalid = name.is_empty()
        || name == "."
        || name == ".."
        || name.trim() != name
        || name.chars().any(|c| c == '/' || c == '\\' || c.is_control());
    if invalid {
        return Err(Failure::new(400, "item_name_invalid", "Item name invalid"));
    }
    Ok(())
}
