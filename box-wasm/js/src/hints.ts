/** What is to be done about the commonest causes of errors. Loaded with the first error that has one. */
export const hints = {
  service_without_access:
    "The application's service account has no access to this item. Invite the account, by its login, as a " +
    "collaborator of the folder, or act for a user who has access.",
  app_not_authorized:
    "An administrator must authorise the application in the admin console, and again after each change of " +
    "its settings. To act for users it also needs access to the enterprise.",
  scope_missing:
    "Switch the scope on in the developer console, have an administrator authorise the application again, " +
    "and get a new token. A downscoped token needs the scope in its request.",
  origin_not_listed:
    "Add the page's origin to the allowed origins of the application in the developer console: scheme, " +
    "host and port, without a path.",
  clock_wrong:
    "The clock of this machine is wrong, so that Box takes the assertion for expired or for one that " +
    "lives too long. Set the clock, best by a time service.",
  key_wrong:
    "Box can't verify the signature. Use the private key that belongs to the public key of this id in the " +
    "developer console, or register its public key there.",
  credentials_wrong:
    "Box doesn't know the application by this id and secret. Copy both from the developer console; a secret " +
    "that was reset there is void.",
  code_expired:
    "The code of the authorize page lives for 30 seconds and is good for one use. Have the user sign in once " +
    "more, and exchange the code at once.",
  developer_token_expired:
    "A developer token lives for an hour, and nothing renews it. Make another in the developer console, " +
    "or sign in by OAuth or client credentials for more than a try.",
  session_revoked:
    "The session has ended: the user or an administrator revoked it, or it wasn't used for 60 days. The " +
    "user must sign in again.",
  token_raced:
    "A refresh token is good for one use, and another process or an earlier run has used this one. Share " +
    "one token store among all of them, and sign in again.",
  name_taken:
    "The folder has an item of this name; upper and lower case don't differ. Choose another name, or use " +
    "the item that the error's conflicts name.",
  name_refused:
    "Choose a name of at most 255 characters, without a slash, a backslash or control characters, that " +
    "neither begins nor ends with a space and isn't `.` or `..`.",
  storage_full:
    "The storage of the folder's owner is full. Make room there, empty the trash, or have an " +
    "administrator raise the quota.",
  item_in_trash:
    "The item is in the trash. Restore it first, or delete it for good, by the methods of the trash.",
} as const;
