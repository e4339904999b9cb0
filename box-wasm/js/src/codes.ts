/** Error codes that Box is known to answer. The set is open: an error keeps any other as it came. */
export const BoxErrorCode = {
  /** The bytes that came don't have the announced digest. */
  BadDigest: "bad_digest",
  /** A parameter is missing or wrong; the error's reasons say which. */
  BadRequest: "bad_request",
  /** A folder with collaborators, inside of another, can't be made private. */
  CannotMakeCollaboratedSubfolderPrivate: "cannot_make_collaborated_subfolder_private",
  /** Nobody can be invited to the root folder. */
  CollaborationsNotAvailableOnRootFolder: "collaborations_not_available_on_root_folder",
  /** A folder can't go into itself or into one below it. */
  CyclicalFolderStructure: "cyclical_folder_structure",
  /** The file is too small for an upload session. */
  FileSizeTooSmall: "file_size_too_small",
  /** The folder holds items; delete it recursively, or empty it. */
  FolderNotEmpty: "folder_not_empty",
  /** The resource doesn't exist in this version of the API. */
  InvalidApiVersion: "invalid_api_version",
  /** Such an item can't be shared by collaboration. */
  InvalidCollaborationItem: "invalid_collaboration_item",
  /** There is no such folder to upload into. */
  InvalidFolderId: "invalid_folder_id",
  /** The credentials or the token are wrong, have ended or were used before. */
  InvalidGrant: "invalid_grant",
  /** The page size is wrong. */
  InvalidLimit: "invalid_limit",
  /** The offset is wrong. */
  InvalidOffset: "invalid_offset",
  /** Parameters are wrong, or don't go together. */
  InvalidRequestParameters: "invalid_request_parameters",
  /** The status can't be set. */
  InvalidStatus: "invalid_status",
  /** There is no such upload session. */
  InvalidUploadSessionId: "invalid_upload_session_id",
  /** The name has characters that Box doesn't allow. */
  ItemNameInvalid: "item_name_invalid",
  /** The name is longer than Box allows. */
  ItemNameTooLong: "item_name_too_long",
  /** The attributes of an upload came after its content. */
  MetadataAfterFileContents: "metadata_after_file_contents",
  /** The upload names no folder. */
  MissingDestination: "missing_destination",
  /** The parts of an upload don't make up the file, or not yet. */
  PartsMismatch: "parts_mismatch",
  /** The user must choose a new password first. */
  PasswordResetRequired: "password_reset_required",
  /** The document has no such page. */
  RequestedPageOutOfRange: "requested_page_out_of_range",
  /** There is no such preview. */
  RequestedPreviewUnavailable: "requested_preview_unavailable",
  /** A synchronised folder can't be moved there. */
  SyncItemMoveFailure: "sync_item_move_failure",
  /** The task can't be assigned to this user, mostly for want of access. */
  TaskAssigneeNotAllowed: "task_assignee_not_allowed",
  /** The user must accept the terms of service first. */
  TermsOfServiceRequired: "terms_of_service_required",
  /** The user is a collaborator already. */
  UserAlreadyCollaborator: "user_already_collaborator",
  /** The access token is wrong, revoked or has ended (RFC 6750). */
  InvalidToken: "invalid_token",
  /** There is no valid access token. */
  Unauthorized: "unauthorized",
  /** The user may not do so with this item. */
  AccessDeniedInsufficientPermissions: "access_denied_insufficient_permissions",
  /** Somebody has locked the item. */
  AccessDeniedItemLocked: "access_denied_item_locked",
  /** The enterprise refuses calls from this place. */
  AccessFromLocationBlocked: "access_from_location_blocked",
  /** The application doesn't list the origin of the web page. */
  CorsOriginNotWhitelisted: "cors_origin_not_whitelisted",
  /** The file is larger than the account allows. */
  FileSizeLimitExceeded: "file_size_limit_exceeded",
  /** Not allowed, for a reason that the message tells. */
  Forbidden: "forbidden",
  /** A policy of the enterprise forbids it. */
  ForbiddenByPolicy: "forbidden_by_policy",
  /** The password of the shared link is wrong or missing. */
  IncorrectSharedItemPassword: "incorrect_shared_item_password",
  /** The application, or its token, lacks a scope. */
  InsufficientScope: "insufficient_scope",
  /** The owner's storage is full. */
  StorageLimitExceeded: "storage_limit_exceeded",
  /** The user must confirm the e-mail address first. */
  UserEmailConfirmationRequired: "user_email_confirmation_required",
  /** There is no such item, or not for this user. */
  NotFound: "not_found",
  /** The item isn't in the trash. */
  NotTrashed: "not_trashed",
  /** Box makes no preview of such a file. */
  PreviewCannotBeGenerated: "preview_cannot_be_generated",
  /** The item is in the trash. */
  Trashed: "trashed",
  /** The resource has no such method. */
  MethodNotAllowed: "method_not_allowed",
  /** The request doesn't go with the state of the resource. */
  Conflict: "conflict",
  /** The folder has an item of this name; the error's conflicts name it. */
  ItemNameInUse: "item_name_in_use",
  /** Another request is using the name at this moment; try again soon. */
  NameTemporarilyReserved: "name_temporarily_reserved",
  /** Another operation holds the item at this moment; try again soon. */
  OperationBlockedTemporary: "operation_blocked_temporary",
  /** The same comment was made a moment ago. */
  RecentSimilarComment: "recent_similar_comment",
  /** There is an upload session for this file already. */
  SessionConflict: "session_conflict",
  /** Another user has this login. */
  UserLoginAlreadyUsed: "user_login_already_used",
  /** The upload session has ended; begin another. */
  SessionExpired: "session_expired",
  /** The upload session has failed; begin another. */
  UploadFailed: "upload_failed",
  /** The request says no length. */
  LengthRequired: "length_required",
  /** The item has changed since the etag of `if-match`. */
  PreconditionFailed: "precondition_failed",
  /** The synchronisation state of the folder has changed. */
  SyncStatePreconditionFailed: "sync_state_precondition_failed",
  /** The body is too large for this way of uploading. */
  RequestEntityTooLarge: "request_entity_too_large",
  /** The body has a type that the resource doesn't read. */
  UnsupportedMediaType: "unsupported_media_type",
  /** A part of these bytes has come already. */
  RangeOverlapsExistingPart: "range_overlaps_existing_part",
  /** The request is well formed, and can't be carried out. */
  UnprocessableEntity: "unprocessable_entity",
  /** Too many requests; wait for `retry-after`. */
  RateLimitExceeded: "rate_limit_exceeded",
  /** Too many requests; wait for `retry-after`. */
  TooManyRequests: "too_many_requests",
  /** A fault of Box. */
  InternalServerError: "internal_server_error",
  /** A fault between Box's servers. */
  BadGateway: "bad_gateway",
  /** Box is overloaded or being maintained. A write may be done nevertheless. */
  Unavailable: "unavailable",
  /** The user, or the enterprise, refused. */
  AccessDenied: "access_denied",
  /** The application's id or secret is wrong. */
  InvalidClient: "invalid_client",
  /** The scope is unknown, or more than the application has. */
  InvalidScope: "invalid_scope",
  /** A fault of Box. */
  ServerError: "server_error",
  /** The token endpoint has too much to do; try again soon. */
  TemporarilyUnavailable: "temporarily_unavailable",
  /** The application may not do so; mostly, no administrator has authorised it. */
  UnauthorizedClient: "unauthorized_client",
  /** The device isn't allowed by the enterprise. */
  UnauthorizedDevice: "unauthorized_device",
} as const;
/** One of them. */
export type BoxErrorCode = (typeof BoxErrorCode)[keyof typeof BoxErrorCode];
