//! Error codes that Box is known to answer, by their status. The set is open: [`Error::code`] keeps any other as it
//! came, and Box answers some of these with other statuses too.
//!
//! [`Error::code`]: crate::error::Error::code

// 400: the request is wrong.

/// The bytes that came don't have the announced digest.
pub const BAD_DIGEST: &str = "bad_digest";
/// A parameter is missing or wrong; the error's reasons say which.
pub const BAD_REQUEST: &str = "bad_request";
/// A folder with collaborators, inside of another, can't be made private.
pub const CANNOT_MAKE_COLLABORATED_SUBFOLDER_PRIVATE: &str = "cannot_make_collaborated_subfolder_private";
/// Nobody can be invited to the root folder.
pub const COLLABORATIONS_NOT_AVAILABLE_ON_ROOT_FOLDER: &str = "collaborations_not_available_on_root_folder";
/// A folder can't go into itself or into one below it.
pub const CYCLICAL_FOLDER_STRUCTURE: &str = "cyclical_folder_structure";
/// The file is too small for an upload session.
pub const FILE_SIZE_TOO_SMALL: &str = "file_size_too_small";
/// The folder holds items; delete it recursively, or empty it.
pub const FOLDER_NOT_EMPTY: &str = "folder_not_empty";
/// The resource doesn't exist in this version of the API.
pub const INVALID_API_VERSION: &str = "invalid_api_version";
/// Such an item can't be shared by collaboration.
pub const INVALID_COLLABORATION_ITEM: &str = "invalid_collaboration_item";
/// There is no such folder to upload into.
pub const INVALID_FOLDER_ID: &str = "invalid_folder_id";
/// The credentials or the token are wrong, have ended or were used before.
pub const INVALID_GRANT: &str = "invalid_grant";
/// The page size is wrong.
pub const INVALID_LIMIT: &str = "invalid_limit";
/// The offset is wrong.
pub const INVALID_OFFSET: &str = "invalid_offset";
/// Parameters are wrong, or don't go together.
pub const INVALID_REQUEST_PARAMETERS: &str = "invalid_request_parameters";
/// The status can't be set.
pub const INVALID_STATUS: &str = "invalid_status";
/// There is no such upload session.
pub const INVALID_UPLOAD_SESSION_ID: &str = "invalid_upload_session_id";
/// The name has characters that Box doesn't allow.
pub const ITEM_NAME_INVALID: &str = "item_name_invalid";
/// The name is longer than Box allows.
pub const ITEM_NAME_TOO_LONG: &str = "item_name_too_long";
/// The attributes of an upload came after its content.
pub const METADATA_AFTER_FILE_CONTENTS: &str = "metadata_after_file_contents";
/// The upload names no folder.
pub const MISSING_DESTINATION: &str = "missing_destination";
/// The parts of an upload don't make up the file, or not yet.
pub const PARTS_MISMATCH: &str = "parts_mismatch";
/// The user must choose a new password first.
pub const PASSWORD_RESET_REQUIRED: &str = "password_reset_required";
/// The document has no such page.
pub const REQUESTED_PAGE_OUT_OF_RANGE: &str = "requested_page_out_of_range";
/// There is no such preview.
pub const REQUESTED_PREVIEW_UNAVAILABLE: &str = "requested_preview_unavailable";
/// A synchronised folder can't be moved there.
pub const SYNC_ITEM_MOVE_FAILURE: &str = "sync_item_move_failure";
/// The task can't be assigned to this user, mostly for want of access.
pub const TASK_ASSIGNEE_NOT_ALLOWED: &str = "task_assignee_not_allowed";
/// The user must accept the terms of service first.
pub const TERMS_OF_SERVICE_REQUIRED: &str = "terms_of_service_required";
/// The user is a collaborator already.
pub const USER_ALREADY_COLLABORATOR: &str = "user_already_collaborator";

// 401: no valid token.

/// The access token is wrong, revoked or has ended (RFC 6750).
pub const INVALID_TOKEN: &str = "invalid_token";
/// There is no valid access token.
pub const UNAUTHORIZED: &str = "unauthorized";

// 403: not allowed.

/// The user may not do so with this item.
pub const ACCESS_DENIED_INSUFFICIENT_PERMISSIONS: &str = "access_denied_insufficient_permissions";
/// Somebody has locked the item.
pub const ACCESS_DENIED_ITEM_LOCKED: &str = "access_denied_item_locked";
/// The enterprise refuses calls from this place.
pub const ACCESS_FROM_LOCATION_BLOCKED: &str = "access_from_location_blocked";
/// The application doesn't list the origin of the web page.
pub const CORS_ORIGIN_NOT_WHITELISTED: &str = "cors_origin_not_whitelisted";
/// The file is larger than the account allows.
pub const FILE_SIZE_LIMIT_EXCEEDED: &str = "file_size_limit_exceeded";
/// Not allowed, for a reason that the message tells.
pub const FORBIDDEN: &str = "forbidden";
/// A policy of the enterprise forbids it.
pub const FORBIDDEN_BY_POLICY: &str = "forbidden_by_policy";
/// The password of the shared link is wrong or missing.
pub const INCORRECT_SHARED_ITEM_PASSWORD: &str = "incorrect_shared_item_password";
/// The application, or its token, lacks a scope.
pub const INSUFFICIENT_SCOPE: &str = "insufficient_scope";
/// The owner's storage is full.
pub const STORAGE_LIMIT_EXCEEDED: &str = "storage_limit_exceeded";
/// The user must confirm the e-mail address first.
pub const USER_EMAIL_CONFIRMATION_REQUIRED: &str = "user_email_confirmation_required";

// 404: not there.

/// There is no such item, or not for this user.
pub const NOT_FOUND: &str = "not_found";
/// The item isn't in the trash.
pub const NOT_TRASHED: &str = "not_trashed";
/// Box makes no preview of such a file.
pub const PREVIEW_CANNOT_BE_GENERATED: &str = "preview_cannot_be_generated";
/// The item is in the trash.
pub const TRASHED: &str = "trashed";

// 405.

/// The resource has no such method.
pub const METHOD_NOT_ALLOWED: &str = "method_not_allowed";

// 409: something is in the way.

/// The request doesn't go with the state of the resource.
pub const CONFLICT: &str = "conflict";
/// The folder has an item of this name; the error's conflicts name it.
pub const ITEM_NAME_IN_USE: &str = "item_name_in_use";
/// Another request is using the name at this moment; try again soon.
pub const NAME_TEMPORARILY_RESERVED: &str = "name_temporarily_reserved";
/// Another operation holds the item at this moment; try again soon.
pub const OPERATION_BLOCKED_TEMPORARY: &str = "operation_blocked_temporary";
/// The same comment was made a moment ago.
pub const RECENT_SIMILAR_COMMENT: &str = "recent_similar_comment";
/// There is an upload session for this file already.
pub const SESSION_CONFLICT: &str = "session_conflict";
/// Another user has this login.
pub const USER_LOGIN_ALREADY_USED: &str = "user_login_already_used";

// 410: gone.

/// The upload session has ended; begin another.
pub const SESSION_EXPIRED: &str = "session_expired";
/// The upload session has failed; begin another.
pub const UPLOAD_FAILED: &str = "upload_failed";

// 411 to 416.

/// The request says no length.
pub const LENGTH_REQUIRED: &str = "length_required";
/// The item has changed since the etag of `if-match`.
pub const PRECONDITION_FAILED: &str = "precondition_failed";
/// The synchronisation state of the folder has changed.
pub const SYNC_STATE_PRECONDITION_FAILED: &str = "sync_state_precondition_failed";
/// The body is too large for this way of uploading.
pub const REQUEST_ENTITY_TOO_LARGE: &str = "request_entity_too_large";
/// The body has a type that the resource doesn't read.
pub const UNSUPPORTED_MEDIA_TYPE: &str = "unsupported_media_type";
/// A part of these bytes has come already.
pub const RANGE_OVERLAPS_EXISTING_PART: &str = "range_overlaps_existing_part";

// 422.

/// The request is well formed, and can't be carried out.
pub const UNPROCESSABLE_ENTITY: &str = "unprocessable_entity";

// 429: too many requests.

/// Too many requests; wait for `retry-after`.
pub const RATE_LIMIT_EXCEEDED: &str = "rate_limit_exceeded";
/// Too many requests; wait for `retry-after`.
pub const TOO_MANY_REQUESTS: &str = "too_many_requests";

// 500 and above: a fault of Box.

/// A fault of Box.
pub const INTERNAL_SERVER_ERROR: &str = "internal_server_error";
/// A fault between Box's servers.
pub const BAD_GATEWAY: &str = "bad_gateway";
/// Box is overloaded or being maintained. A write may be done nevertheless.
pub const UNAVAILABLE: &str = "unavailable";

// The token endpoint and the authorize page (RFC 6749).

/// The user, or the enterprise, refused.
pub const ACCESS_DENIED: &str = "access_denied";
/// The application's id or secret is wrong.
pub const INVALID_CLIENT: &str = "invalid_client";
/// The scope is unknown, or more than the application has.
pub const INVALID_SCOPE: &str = "invalid_scope";
/// A fault of Box.
pub const SERVER_ERROR: &str = "server_error";
/// The token endpoint has too much to do; try again soon.
pub const TEMPORARILY_UNAVAILABLE: &str = "temporarily_unavailable";
/// The application may not do so; mostly, no administrator has authorised it.
pub const UNAUTHORIZED_CLIENT: &str = "unauthorized_client";
/// The device isn't allowed by the enterprise.
pub const UNAUTHORIZED_DEVICE: &str = "unauthorized_device";
