//! Which model a schema is.

use super::{codec::Codec, models::MODELS};

/// What stands for a schema of another name.
const RENAMED: [(&str, &str); 22] = [
    ("AiAgentBasicTextToolBase", "AiAgentBasicTextTool"),
    ("AiAgentBasicTextToolTextGen", "AiAgentBasicTextTool"),
    ("AiAgentLongTextToolTextGen", "AiAgentLongTextTool"),
    ("AiLlmEndpointParamsAWS", "AiLlmEndpointParamsAws"),
    ("AppItemAssociatedItem", "Item"),
    ("CollaborationAccessGrantee", "UserOrGroup"),
    ("CollaborationItem", "Item"),
    ("CollaborationsOffsetPaginated", "Collaborations"),
    ("HubDocumentBlock", "HubDocumentBlockEntry"),
    ("IntegrationMappingBase", "IntegrationMapping"),
    ("ItemsOffsetPaginated", "Items"),
    ("RecentItemResource", "Item"),
    ("SearchResultWithSharedLinkItem", "Item"),
    ("SearchResultsResponse", "SearchResults"),
    ("SearchResultsWithSharedLinks", "SearchResults"),
    ("TrashFile", "File"),
    ("TrashFileRestored", "File"),
    ("TrashFolder", "Folder"),
    ("TrashFolderRestored", "Folder"),
    ("TrashWebLink", "WebLink"),
    ("TrashWebLinkRestored", "WebLink"),
    ("WeblinkReference", "WebLinkReference"),
];

/// The model of a schema in a document of this version: a variant such as `File--Mini` is a `File`.
pub(crate) fn model_of(version: &str, schema: &str) -> Option<Codec> {
    // Two schemas of this name have nothing in common.
    if (version, schema) == ("2025.0", "SharedLinkPermissions") {
        return find("SharedLinkDefaultPermissions");
    }
    let base = schema.split("--").next().unwrap_or(schema);
    let name = RENAMED.iter().find(|(from, _)| *from == base).map_or(base, |(_, to)| to);
    let validation = base.strip_prefix("SignRequestSignerInput").filter(|rest| rest.ends_with("Validation"));
    find(&schema.replace("--", "")).or_else(|| find(name)).or_else(|| find(&format!("Sign{}", validation?)))
}

/// The model of a name, whatever its case.
pub(crate) fn find(name: &str) -> Option<Codec> {
    MODELS.iter().copied().find(|codec| codec.name.eq_ignore_ascii_case(name))
}
