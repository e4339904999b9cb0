//! From entries as they are written to the intermediate form.

use std::{collections::BTreeMap, rc::Rc};

use super::{
    actions,
    error::{Position, TableError},
    families,
    form::{Enum, Table, Type},
    models, names,
    read::{WrittenDefinition, WrittenDefinitionKind, WrittenGroup},
    types::{WrittenKind, WrittenType},
};

/// Resolves a whole table.
pub(crate) fn table(
    groups: &[WrittenGroup],
    shelves: &[(String, Vec<WrittenDefinition>)],
) -> Result<Table, TableError> {
    let scope = Scope::new(shelves)?;
    let drafts = models::draft(&scope, shelves)?;
    let groups = actions::groups(&scope, &drafts, groups)?;
    let mut table = models::finish(drafts, groups)?;
    families::assign(&mut table);
    Ok(table)
}

/// What a name of the table stands for.
#[derive(Clone, Debug)]
pub(crate) enum Named {
    Model,
    Union,
    Enum(Rc<Enum>),
}

/// All names of the table.
pub(crate) struct Scope {
    names: BTreeMap<String, Named>,
}

/// Where an inline enum gets its name from, and where it goes.
pub(crate) struct Inline<'a> {
    pub(crate) owner: &'a str,
    pub(crate) member: &'a str,
    pub(crate) is_model: bool,
    pub(crate) out: &'a mut Vec<Rc<Enum>>,
}

impl Scope {
    fn new(shelves: &[(String, Vec<WrittenDefinition>)]) -> Result<Self, TableError> {
        let mut names = BTreeMap::new();
        for definition in shelves.iter().flat_map(|(_, definitions)| definitions) {
            let named = match &definition.kind {
                WrittenDefinitionKind::Model { .. } => Named::Model,
                WrittenDefinitionKind::Union { .. } => Named::Union,
                WrittenDefinitionKind::Enum(values) => Named::Enum(Rc::new(Enum {
                    name: definition.name.clone(),
                    sentence: Some(definition.sentence.clone()),
                    variants: names::variants(values),
                    is_model: true,
                })),
            };
            if names.insert(definition.name.clone(), named).is_some() {
                let message = format!("duplicate model {:?}", definition.name);
                return definition.at.fail(message);
            }
        }
        Ok(Self { names })
    }

    /// What a name stands for.
    pub(crate) fn find(&self, name: &str, at: &Position) -> Result<&Named, TableError> {
        match self.names.get(name) {
            Some(named) => Ok(named),
            None => at.fail(format!("unknown model {name:?}")),
        }
    }

    /// Whether a name is taken.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.names.contains_key(name)
    }

    /// A name that must be a model's.
    pub(crate) fn model(&self, name: &str, at: &Position) -> Result<(), TableError> {
        match self.find(name, at)? {
            Named::Model => Ok(()),
            Named::Union | Named::Enum(_) => at.fail(format!("expected a model, found {name:?}")),
        }
    }

    /// Resolves a type.
    pub(crate) fn ty(&self, ty: &WrittenType, to: &mut Inline<'_>) -> Result<Type, TableError> {
        let element = |ty: &WrittenType, to: &mut Inline<'_>| self.ty(ty, to).map(Box::new);
        Ok(match &ty.kind {
            WrittenKind::Scalar(scalar) => Type::Scalar(*scalar),
            WrittenKind::List(ty) => Type::List(element(ty, to)?),
            WrittenKind::Map(ty) => Type::Map(element(ty, to)?),
            WrittenKind::Csv(ty) => Type::Csv(element(ty, to)?),
            WrittenKind::Repeat(ty) => Type::Repeat(element(ty, to)?),
            WrittenKind::Boxed(_) => return ty.at.fail("`box` stands around the model of a field"),
            WrittenKind::Constant(_) => return ty.at.fail("a constant can't stand here"),
            WrittenKind::Enum(values) => {
                let owner = names::pascal(to.owner);
                let name = format!("{owner}{}", names::pascal(to.member));
                if to.out.iter().any(|known| known.name == name) || (to.is_model && self.has(&name)) {
                    return ty.at.fail(format!("this enum would be a second {name:?}"));
                }
                let variants = names::variants(values);
                let inline = Rc::new(Enum { name, sentence: None, variants, is_model: to.is_model });
                to.out.push(Rc::clone(&inline));
                Type::Enum(inline)
            }
            WrittenKind::Named(name) => match self.find(name, &ty.at)? {
                Named::Model => Type::Model(name.clone()),
                Named::Union => Type::Union(name.clone()),
                Named::Enum(known) => Type::Enum(Rc::clone(known)),
            },
        })
    }
}
