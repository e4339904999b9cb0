//! Gathers, from the operations downwards, all objects of the documents that stand at the places of a model.

use std::{
    collections::{BTreeMap, BTreeSet},
    rc::Rc,
};

use super::{
    row::{self, Want},
    shape::{Object, Shape},
};
use crate::table::form::{Table, Told, Type, Union};

/// What stands at the places of the models and unions of the table.
pub(super) struct Gathered<'t, 'd> {
    table: &'t Table,
    /// Objects of each model or union.
    objects: BTreeMap<&'t str, Vec<Rc<Object<'d>>>>,
    /// Enums at whose places something stands.
    enums: BTreeSet<&'t str>,
    known: BTreeSet<(&'t str, (String, Rc<str>))>,
    queue: Vec<(&'t str, Rc<Object<'d>>)>,
}

/// What an object is among the variants of a union.
pub(super) enum Variants<'t, 'd> {
    /// Those of its tag: the value, and the model if the union knows it.
    Tagged(Vec<(&'d str, Option<&'t str>)>),
    /// Without a tag: the model that is told by one of its members.
    Other(Option<&'t str>),
    /// Any of them: it has nothing but the tag.
    Any,
}

impl<'t, 'd> Gathered<'t, 'd> {
    pub(super) fn new(table: &'t Table) -> Self {
        Self {
            table,
            objects: BTreeMap::new(),
            enums: BTreeSet::new(),
            known: BTreeSet::new(),
            queue: Vec::new(),
        }
    }

    /// A shape stands where the table has a type.
    pub(super) fn meet(&mut self, ty: &'t Type, shape: &Shape<'d>) {
        match ty {
            Type::List(element) | Type::Csv(element) | Type::Repeat(element) => {
                self.meet(element, &Shape::of(&shape.lists));
            }
            Type::Map(element) => self.meet(element, &Shape::of(&shape.maps)),
            Type::Model(name) | Type::Union(name) => self.meet_objects(name, shape),
            Type::Enum(known) if shape.kinds() > 0 => _ = self.enums.insert(&known.name),
            Type::Scalar(_) | Type::Enum(_) => {}
        }
    }

    /// A shape stands where the table has a model or union of this name.
    pub(super) fn meet_objects(&mut self, name: &'t str, shape: &Shape<'d>) {
        shape.objects.iter().for_each(|object| self.add(name, object));
    }

    /// Goes on until nothing new is found.
    pub(super) fn finish(&mut self) {
        while let Some((name, object)) = self.queue.pop() {
            self.descend(name, &object);
        }
    }

    /// Objects stand where the table has members.
    pub(super) fn meet_members(&mut self, members: &[row::Member<'t>], object: &Object<'d>) {
        for member in members {
            if let (Want::Type(ty), Some(node)) = (member.want, object.members.get(member.name)) {
                self.meet(ty, &Shape::read(node));
            }
        }
    }

    /// The objects of a model or union.
    pub(super) fn of(&self, name: &str) -> &[Rc<Object<'d>>] {
        self.objects.get(name).map(Vec::as_slice).unwrap_or_default()
    }

    /// Names of models, unions and enums at whose places something stands.
    pub(super) fn places(&self) -> impl Iterator<Item = &'t str> {
        self.objects.keys().chain(&self.enums).copied()
    }

    fn add(&mut self, name: &'t str, object: &Rc<Object<'d>>) {
        if self.known.insert((name, object.key())) {
            self.objects.entry(name).or_default().push(Rc::clone(object));
            self.queue.push((name, Rc::clone(object)));
        }
    }

    fn descend(&mut self, name: &'t str, object: &Rc<Object<'d>>) {
        let table = self.table;
        if let Some(model) = table.models.get(name) {
            self.meet_members(&row::fields(model), object);
            if let (Some(ty), Some(node)) = (&model.rest, &object.further) {
                self.meet(ty, &Shape::read(node));
            }
        } else if let Some(union) = table.unions.get(name) {
            let models = match self.variants(union, object) {
                Variants::Tagged(models) => models.into_iter().filter_map(|(_, model)| model).collect(),
                Variants::Other(model) => model.into_iter().collect::<Vec<_>>(),
                Variants::Any => Vec::new(),
            };
            models.into_iter().for_each(|model| self.add(model, object));
        }
    }

    /// What an object is among the variants of a union.
    pub(super) fn variants(&self, union: &'t Union, object: &Object<'d>) -> Variants<'t, 'd> {
        let told = |told: Told| {
            let variant = union.variants.iter().find(|variant| variant.told == told);
            variant.map(|variant| variant.model.as_str())
        };
        let Some(tag) = object.members.get(union.tag.as_str()) else {
            return Variants::Other(
                object.members.keys().find_map(|name| told(Told::Has((*name).to_owned()))),
            );
        };
        let values = Shape::read(tag).values.into_iter();
        let is_open = values.len() == 0;
        if is_open && object.members.len() == 1 {
            return Variants::Any;
        }
        // Where the values aren't named, the example is one.
        let values = values.chain(tag.text("example").filter(|_| is_open));
        Variants::Tagged(values.map(|value| (value, told(Told::Value(value.to_owned())))).collect())
    }
}
