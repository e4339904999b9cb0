//! Compares members of the table with objects of the documents.

use std::{collections::BTreeSet, rc::Rc};

use super::{
    difference::Found,
    document::Node,
    row::{Member, Want, slot},
    shape::{Object, Shape},
    types::{self, Sides},
};

/// Compares a model, or a body that is told by its members, with all objects that it stands for.
/// `prefix` stands before the names of members.
pub(super) fn compare(
    found: &mut Found<'_>,
    prefix: &str,
    members: &[Member<'_>],
    objects: &[Rc<Object<'_>>],
) {
    let names: BTreeSet<_> = objects.iter().flat_map(|object| object.members.keys().copied()).collect();
    for name in names.iter().filter(|name| !members.iter().any(|member| member.name == **name)) {
        let text = Side::of(name, objects).text();
        found.missing(&format!("{prefix}{name}"), &text, &titles(objects, |object| object.has(name)));
    }
    for member in members {
        let what = format!("{prefix}{}", member.name);
        if !names.contains(member.name) {
            found.extra(&what, &member.text());
        } else if let Some((table, text)) = Side::of(member.name, objects).differs(member) {
            let is_reason =
                |object: &Rc<Object<'_>>| Side::of(member.name, std::slice::from_ref(object)).exceeds(member);
            let mut of = titles(objects, |object| is_reason(object));
            if of.is_empty() {
                of = titles(objects, |object| object.has(member.name));
            }
            found.different(&what, &table, &text, &of);
        }
    }
}

/// What documents say of a member.
pub(super) struct Side<'d> {
    pub(super) shape: Shape<'d>,
    pub(super) required: bool,
    /// Whether all objects have it.
    pub(super) everywhere: bool,
}

impl<'d> Side<'d> {
    /// What objects say of their member of this name. Those that lack it don't require it.
    fn of(name: &str, objects: &[Rc<Object<'d>>]) -> Self {
        let nodes: Vec<Node<'d>> =
            objects.iter().filter_map(|object| object.members.get(name).cloned()).collect();
        Self {
            shape: Shape::of(&nodes),
            required: objects.iter().all(|object| object.has(name) && object.required.contains(name)),
            everywhere: nodes.len() == objects.len(),
        }
    }

    /// Whether it may be absent where the table has this. A constant is always there, required or not.
    fn optional(&self, member: &Member<'_>) -> bool {
        match member.want {
            Want::Type(_) => !self.required,
            Want::Constant(_) => !self.everywhere,
        }
    }

    /// What both sides say, if they differ.
    pub(super) fn differs(&self, member: &Member<'_>) -> Option<Sides> {
        let types = types::compare(member.want, &self.shape);
        let optional = self.optional(member);
        if types.is_none() && self.shape.nullable == member.nullable && optional == member.optional {
            return None;
        }
        let (table, document) = types.unwrap_or_else(|| (member.want.text(), member.want.text()));
        Some((slot(&table, member.optional, member.nullable), slot(&document, optional, self.shape.nullable)))
    }

    /// Whether it allows what the table doesn't.
    fn exceeds(&self, member: &Member<'_>) -> bool {
        self.shape.nullable && !member.nullable
            || self.optional(member) && !member.optional
            || self.shape.kinds() > 0 && types::compare(member.want, &self.shape).is_some()
    }

    /// Its notation in the table.
    pub(super) fn text(&self) -> String {
        slot(&self.shape.text(), !self.required, self.shape.nullable)
    }
}

/// The names of some of these objects.
pub(super) fn titles(objects: &[Rc<Object<'_>>], take: impl Fn(&Rc<Object<'_>>) -> bool) -> String {
    let names: BTreeSet<_> =
        objects.iter().filter(|object| take(object)).map(|object| object.title()).collect();
    let mut text = names.iter().take(MOST).cloned().collect::<Vec<_>>().join(", ");
    if names.len() > MOST {
        text += &format!(" and {} more", names.len() - MOST);
    }
    text
}

/// Objects that one line names.
const MOST: usize = 3;
