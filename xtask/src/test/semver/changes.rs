//! What happens to the copies of the table.

use super::edit::Edit::{self, New, Remove, Replace};

const FOLDERS: &str = "folders.api";
const FOLDER_MODELS: &str = "models/folders.api";
const ITEM_MODELS: &str = "models/items.api";

/// All the ways in which Box's API grows.
pub(super) const GROWTH: &[Edit] = &[
    // A field.
    Replace {
        file: FOLDER_MODELS,
        entry: "model Folder\n",
        from: "\n  etag ",
        to: "\n  stamped  bool?\n  etag ",
    },
    // A value of an inline enum, of a parameter and of a field.
    Replace { file: FOLDERS, entry: "get ", from: "sort  enum(", to: "sort  enum(stamp, " },
    Replace {
        file: FOLDER_MODELS,
        entry: "model Folder\n",
        from: "sync_state  enum(",
        to: "sync_state  enum(stamped, ",
    },
    // A value of an enum with a name.
    Replace { file: ITEM_MODELS, entry: "enum SortDirection\n", from: " DESC", to: " STAMPED DESC" },
    // An optional parameter.
    Replace { file: FOLDERS, entry: "copy ", from: "\n  query ", to: "\n  query stamped  bool?\n  query " },
    // A model, and a variant of a union.
    New {
        file: "models/stamps.api",
        text: "model Stamp\n  Made up.\n  id  string\n  type  \"stamp\"\n  name  string?\n",
    },
    Replace {
        file: ITEM_MODELS,
        entry: "union Item ",
        from: "\n  web_link ",
        to: "\n  stamp  Stamp\n  web_link ",
    },
    // An operation, and one in a group of its own.
    Replace {
        file: FOLDERS,
        entry: "copy ",
        from: "copy  POST",
        to: "update_stamp  PUT /folders/{folder_id}/stamp -> Stamp\n  Made up.\n  body name  string\n\ncopy  POST",
    },
    New {
        file: "stamps.api",
        text: "group stamps\n  Made up.\n\nget  GET /stamps/{stamp_id} -> Stamp\n  Made up.\n",
    },
];

/// A change that breaks applications.
pub(super) struct Break {
    pub(super) name: &'static str,
    pub(super) edit: Edit,
    /// What is said about it.
    pub(super) complaint: &'static str,
}

/// Some of the ways in which the API doesn't grow.
pub(super) const BREAKS: &[Break] = &[
    Break {
        name: "a field is lost",
        edit: Replace {
            file: FOLDER_MODELS,
            entry: "model Folder\n",
            from: "\n  has_collaborations  bool?",
            to: "",
        },
        complaint: "field has_collaborations of struct Folder",
    },
    Break {
        name: "a value is lost",
        edit: Replace { file: ITEM_MODELS, entry: "enum SortDirection\n", from: " DESC", to: "" },
        complaint: "SortDirection::Desc",
    },
    Break {
        name: "a variant is lost",
        edit: Replace { file: ITEM_MODELS, entry: "union Item ", from: "\n  web_link  WebLink", to: "" },
        complaint: "Item::WebLink",
    },
    Break {
        name: "a parameter becomes required",
        edit: Replace { file: FOLDERS, entry: "copy ", from: "name  item-name?", to: "name  item-name" },
        complaint: "Folders::copy takes 2 parameters",
    },
    Break {
        name: "an operation is lost",
        edit: Remove { file: FOLDERS, entry: "delete " },
        complaint: "Folders::delete",
    },
];
