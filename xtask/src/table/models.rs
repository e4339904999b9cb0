//! Resolves models: their fields, what they inherit, and how Rust holds them.

use std::{collections::BTreeMap, rc::Rc};

use super::{
    actions::is_query_list,
    error::TableError,
    form::{
        Definition, Enum, Families, Field, Group, Model, Scalar, Shape, Shelf, Table, Type, Union, Uses,
        Variant,
    },
    names,
    reach::Reach,
    read::{WrittenDefinition, WrittenDefinitionKind, WrittenField, WrittenVariant},
    resolve::{Inline, Named, Scope},
    types::WrittenKind,
};

/// Models and unions whose uses aren't known yet.
pub(crate) struct Drafts {
    shelves: Vec<(String, Vec<Draft>)>,
    /// Fields of each model; variants of each union.
    pub(crate) models: BTreeMap<String, ModelDraft>,
    pub(crate) unions: BTreeMap<String, UnionDraft>,
}

enum Draft {
    Model(String),
    Union(String),
    Enum(Rc<Enum>),
}

pub(crate) struct ModelDraft {
    sentence: String,
    pub(crate) tags: Vec<(String, String)>,
    pub(crate) fields: Vec<FieldDraft>,
    rest: Option<Type>,
}

pub(crate) struct FieldDraft {
    pub(crate) written: WrittenField,
    pub(crate) ty: Type,
    pub(crate) boxed: bool,
}

pub(crate) struct UnionDraft {
    sentence: String,
    tag: String,
    pub(crate) variants: Vec<Variant>,
}

/// Resolves the fields of all models.
pub(crate) fn draft(
    scope: &Scope,
    shelves: &[(String, Vec<WrittenDefinition>)],
) -> Result<Drafts, TableError> {
    let written: BTreeMap<_, _> = shelves
        .iter()
        .flat_map(|(_, definitions)| definitions)
        .map(|definition| (definition.name.as_str(), definition))
        .collect();
    let mut drafts = Drafts { shelves: Vec::new(), models: BTreeMap::new(), unions: BTreeMap::new() };
    let mut inline = BTreeMap::new();
    for (shelf, definitions) in shelves {
        let mut out = Vec::new();
        for definition in definitions {
            let name = &definition.name;
            match &definition.kind {
                WrittenDefinitionKind::Model { .. } => {
                    let mut enums = Vec::new();
                    let model = model(scope, &written, definition, &mut enums)?;
                    drafts.models.insert(name.clone(), model);
                    out.push(Draft::Model(name.clone()));
                    for inner in enums {
                        if inline.insert(inner.name.clone(), ()).is_some() {
                            let message = format!("two inline enums would be {:?}", inner.name);
                            return definition.at.fail(message);
                        }
                        out.push(Draft::Enum(inner));
                    }
                }
                WrittenDefinitionKind::Union { tag, variants } => {
                    let union = union(scope, definition, tag, variants)?;
                    drafts.unions.insert(name.clone(), union);
                    out.push(Draft::Union(name.clone()));
                }
                WrittenDefinitionKind::Enum(_) => {
                    if let Named::Enum(known) = scope.find(name, &definition.at)? {
                        out.push(Draft::Enum(Rc::clone(known)));
                    }
                }
            }
        }
        drafts.shelves.push((shelf.clone(), out));
    }
    Ok(drafts)
}

fn union(
    scope: &Scope,
    definition: &WrittenDefinition,
    tag: &str,
    variants: &[WrittenVariant],
) -> Result<UnionDraft, TableError> {
    let values: Vec<_> = variants.iter().map(|variant| variant.told.text().to_owned()).collect();
    let mut out = Vec::new();
    for ((name, _), variant) in names::variants(&values).into_iter().zip(variants) {
        let WrittenVariant { told, model, at } = variant;
        scope.model(model, at)?;
        out.push(Variant { name, told: told.clone(), model: model.clone() });
    }
    if out.is_empty() {
        return definition.at.fail("expected the models of the union");
    }
    Ok(UnionDraft { sentence: definition.sentence.clone(), tag: tag.to_owned(), variants: out })
}

/// The fields of a model, those that it inherits first.
fn model(
    scope: &Scope,
    written: &BTreeMap<&str, &WrittenDefinition>,
    definition: &WrittenDefinition,
    enums: &mut Vec<Rc<Enum>>,
) -> Result<ModelDraft, TableError> {
    let mut chain = vec![definition];
    while let Some(WrittenDefinitionKind::Model { extends: Some((base, at)), .. }) =
        chain.last().map(|last| &last.kind)
    {
        scope.model(base, at)?;
        if chain.iter().any(|known| known.name == *base) {
            return at.fail(format!("{base:?} would extend itself"));
        }
        chain.extend(written.get(base.as_str()));
    }
    let mut fields: Vec<&WrittenField> = Vec::new();
    for definition in chain.into_iter().rev() {
        let WrittenDefinitionKind::Model { fields: own, .. } = &definition.kind else {
            continue;
        };
        for field in own {
            match fields.iter_mut().find(|known| known.name == field.name) {
                Some(inherited) => *inherited = field,
                None => fields.push(field),
            }
        }
    }
    let sentence = definition.sentence.clone();
    let mut out = ModelDraft { sentence, tags: Vec::new(), fields: Vec::new(), rest: None };
    for field in fields {
        if let WrittenKind::Constant(value) = &field.slot.ty.kind {
            out.tags.push((field.name.clone(), value.clone()));
            continue;
        }
        let mut inline = Inline { owner: &definition.name, member: &field.name, is_model: true, out: enums };
        let (written_ty, boxed) = match &field.slot.ty.kind {
            WrittenKind::Boxed(inner) => (&**inner, true),
            _ => (&field.slot.ty, false),
        };
        let ty = scope.ty(written_ty, &mut inline)?;
        if boxed && !matches!(ty, Type::Model(_)) {
            return written_ty.at.fail("expected a model in a `box`");
        }
        if field.name == "*" {
            let Type::Map(value) = ty else {
                return field.slot.ty.at.fail("expected a map: further members have names of their own");
            };
            out.rest = Some(*value);
            continue;
        }
        check_field(field, &ty)?;
        let name = names::ident(&field.name);
        let same = |known: &&FieldDraft| names::ident(&known.written.name) == name;
        if out.fields.iter().find(same).is_some() {
            return field.at.fail(format!("a second field would be {name:?}"));
        }
        let written = field.clone();
        out.fields.push(FieldDraft { written, ty, boxed });
    }
    Ok(out)
}

fn check_field(field: &WrittenField, ty: &Type) -> Result<(), TableError> {
    let at = &field.slot.ty.at;
    match ty {
        _ if names::ident(&field.name).is_empty() => field.at.fail("expected a name"),
        ty if is_query_list(ty) => at.fail("`csv` and `repeat` are for queries; expected `list`"),
        ty if ty.holds(Scalar::Binary) => at.fail("`binary` is for bodies and parts"),
        _ => Ok(()),
    }
}

impl Type {
    /// Whether a scalar occurs in it.
    pub(crate) fn holds(&self, scalar: Scalar) -> bool {
        match self {
            Self::Scalar(own) => *own == scalar,
            Self::List(element) | Self::Csv(element) | Self::Repeat(element) | Self::Map(element) => {
                element.holds(scalar)
            }
            Self::Enum(_) | Self::Model(_) | Self::Union(_) => false,
        }
    }
}

/// Decides how Rust holds each model, now that all uses are known.
pub(crate) fn finish(drafts: Drafts, groups: Vec<Group>) -> Result<Table, TableError> {
    let reach = Reach::new(&drafts, &groups);
    let mut table = Table { groups, ..Table::default() };
    for (name, draft) in &drafts.models {
        let model = finish_model(name, draft, &reach)?;
        table.models.insert(name.clone(), Rc::new(model));
    }
    for (name, draft) in drafts.unions {
        let union = Union {
            uses: reach.uses(&name),
            name: name.clone(),
            sentence: draft.sentence,
            tag: draft.tag,
            variants: draft.variants,
        };
        table.unions.insert(name, Rc::new(union));
    }
    for (name, definitions) in drafts.shelves {
        let find = |definition| match definition {
            Draft::Model(name) => table.models.get(&name).cloned().map(Definition::Model),
            Draft::Union(name) => table.unions.get(&name).cloned().map(Definition::Union),
            Draft::Enum(inner) => Some(Definition::Enum(inner)),
        };
        let definitions = definitions.into_iter().filter_map(find).collect();
        table.shelves.push(Shelf { name, families: Families::All, definitions });
    }
    Ok(table)
}

fn finish_model(name: &str, draft: &ModelDraft, reach: &Reach) -> Result<Model, TableError> {
    let uses = reach.uses(name);
    let mut fields = Vec::new();
    for field in &draft.fields {
        // Written rather than found: a field that is added must not change how others are held.
        if !field.boxed && reach.is_cycle(name, &field.ty) {
            let at = &field.written.slot.ty.at;
            return at.fail(format!("{name:?} would hold itself: write `box<..>` around this model"));
        }
        fields.push(finish_field(field, uses));
    }
    let given: Vec<_> = fields.iter().filter(|field| field.given).collect();
    let from_string = match given.as_slice() {
        [field] => !field.nullable && matches!(field.ty, Type::Scalar(Scalar::String)),
        _ => false,
    };
    Ok(Model {
        name: name.to_owned(),
        sentence: draft.sentence.clone(),
        from_string,
        tags: draft.tags.clone(),
        rest: draft.rest.clone(),
        fields,
        uses,
    })
}

fn finish_field(draft: &FieldDraft, uses: Uses) -> Field {
    let FieldDraft { written, ty, boxed } = draft;
    let slot = &written.slot;
    let is_text = matches!(ty, Type::Scalar(Scalar::String));
    let has_it = !(slot.nullable || slot.optional && uses.request);
    let is_identity = written.name == "id" && is_text && has_it;
    let shape = match (uses.reply, slot.optional, slot.nullable) {
        (true, ..) if is_identity => Shape::Plain,
        (true, ..) | (false, true, false) => Shape::Option,
        (false, false, false) => Shape::Plain,
        (false, false, true) => Shape::OptionOrNull,
        (false, true, true) => Shape::Nullable,
    };
    Field {
        wire: written.name.clone(),
        name: names::ident(&written.name),
        ty: ty.clone(),
        sentence: written.sentence.clone(),
        required: !slot.optional,
        given: !slot.optional && (uses.request || shape == Shape::Plain),
        nullable: slot.nullable,
        shape,
        boxed: *boxed,
    }
}
