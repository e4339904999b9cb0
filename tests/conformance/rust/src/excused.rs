//! What the examples of the documents have wrong by their own schemas.

/// Beginning of the action's name, end of the place, and the reason.
const EXCUSED: [(&str, &str, &str); 2] = [
    ("collaborations.", ".created_by", "a list of the user's members, each in an object of its own"),
    ("integration_mappings.", ".partner_item.team_id", "a member that the schema of replies doesn't have"),
];

/// Whether what was lost at this place never fitted.
pub(crate) fn is_excused(action: &str, place: &str) -> bool {
    EXCUSED.iter().any(|(start, end, _)| action.starts_with(start) && place.ends_with(end))
}
