//! Which models requests and replies hold, and which hold themselves.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    form::{Group, Reply, Type, Uses},
    models::Drafts,
};

/// Answers about the graph of models.
pub(crate) struct Reach {
    uses: BTreeMap<String, Uses>,
    /// What a model holds by value, directly or not.
    holds: BTreeMap<String, BTreeSet<String>>,
}

impl Reach {
    /// Walks the graph from the actions.
    pub(crate) fn new(drafts: &Drafts, groups: &[Group]) -> Self {
        let mut uses: BTreeMap<String, Uses> = BTreeMap::new();
        let mut requests = BTreeSet::new();
        let mut replies = BTreeSet::new();
        for action in groups.iter().flat_map(|group| &group.actions) {
            for param in action.required.iter().chain(&action.optional) {
                let mut names = Vec::new();
                mentions(&param.ty, &mut names);
                names.iter().for_each(|name| walk(drafts, name, &mut requests));
            }
            if let Reply::Model(name) | Reply::Maybe(name) = &action.reply {
                walk(drafts, name, &mut replies);
                uses.entry(name.clone()).or_default().whole_reply = true;
            }
        }
        for name in drafts.models.keys().chain(drafts.unions.keys()) {
            let uses = uses.entry(name.clone()).or_default();
            uses.request = requests.contains(name);
            // What nothing uses yet is there to be read.
            uses.reply = replies.contains(name) || !uses.request;
        }
        let holds = drafts.models.keys().map(|name| {
            let mut out = BTreeSet::new();
            held(drafts, name, &mut out);
            (name.clone(), out)
        });
        Self { holds: holds.collect(), uses }
    }

    /// Where a model or union occurs.
    pub(crate) fn uses(&self, name: &str) -> Uses {
        self.uses.get(name).copied().unwrap_or_default()
    }

    /// Whether a field of this type would make the model hold itself.
    pub(crate) fn is_cycle(&self, model: &str, field: &Type) -> bool {
        let Type::Model(held) = field else {
            return false;
        };
        let holds = self.holds.get(held);
        held == model || holds.is_some_and(|holds| holds.contains(model))
    }
}

/// Models and unions that a type mentions.
fn mentions<'a>(ty: &'a Type, out: &mut Vec<&'a str>) {
    match ty {
        Type::List(element) | Type::Csv(element) | Type::Repeat(element) | Type::Map(element) => {
            mentions(element, out);
        }
        Type::Model(name) | Type::Union(name) => out.push(name),
        Type::Scalar(_) | Type::Enum(_) => {}
    }
}

fn walk(drafts: &Drafts, name: &str, seen: &mut BTreeSet<String>) {
    if !seen.insert(name.to_owned()) {
        return;
    }
    let mut next = Vec::new();
    if let Some(model) = drafts.models.get(name) {
        model.fields.iter().for_each(|field| mentions(&field.ty, &mut next));
    }
    if let Some(union) = drafts.unions.get(name) {
        next.extend(union.variants.iter().map(|variant| variant.model.as_str()));
    }
    next.iter().for_each(|name| walk(drafts, name, seen));
}

fn held(drafts: &Drafts, name: &str, seen: &mut BTreeSet<String>) {
    let fields = drafts.models.get(name).into_iter().flat_map(|model| &model.fields);
    for field in fields {
        if let Type::Model(inner) = &field.ty
            && !field.boxed
            && seen.insert(inner.clone())
        {
            held(drafts, inner, seen);
        }
    }
}
