//! `kinds.ts`: what the types of unions are made of.

/// The file. An enum is a string that equals no literal, so that comparing a tag with one narrows the union; a plain
/// or branded `string` would stay in every branch.
pub(super) const FILE: &str = r#"declare enum Unknown {
  Kind = "unknown",
}

/**
 * A kind that this version doesn't know, with the members that all known kinds share. Its tag is whatever string
 * Box sent; for the compiler it equals none, so that comparing a tag with `"file"` leaves files and nothing else.
 */
export type OtherKind<Known, Tag extends PropertyKey> = Pick<Known, Exclude<keyof Known, Tag>> & {
  [Name in Tag]: Unknown;
};

/** The known kinds, told apart by a tag, and any other. */
export type OpenUnion<Known, Tag extends PropertyKey> = Known | OtherKind<Known, Tag>;

/** A model under the tag that it has in a union. */
export type Kind<Model, Tag extends PropertyKey, Value extends string> = Omit<Model, Tag> & {
  [Name in Tag]: Value;
};
"#;
