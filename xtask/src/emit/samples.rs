//! Sample values for golden requests.

use crate::table::form::{Action, Field, Param, Scalar, Shape, Table, Type, Write};

/// How much of a request is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Amount {
    /// What is required.
    Required,
    /// Every parameter.
    Every,
    /// What is required, and null where that is possible.
    Nulls,
}

impl Amount {
    /// Its name in a golden file.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Required => "required",
            Self::Every => "every",
            Self::Nulls => "nulls",
        }
    }
}

/// A value of a type.
pub(crate) enum Sample {
    Text(String),
    Secret(String),
    Name(String),
    /// Path of the enum in Rust, and the value.
    Enum(String, String),
    Bool(bool),
    Int(i64),
    Float(f64),
    Date(&'static str),
    DateTime(&'static str),
    Json(&'static str),
    Content(&'static str),
    List(Vec<Sample>),
    Csv(Vec<Sample>),
    Map(String, Box<Sample>),
    Model(ModelSample),
    /// Name, variant and value.
    Union(String, String, Box<Sample>),
    Null,
}

/// A model with the fields that are given.
pub(crate) struct ModelSample {
    pub(crate) name: String,
    pub(crate) tags: Vec<(String, String)>,
    pub(crate) fields: Vec<FieldSample>,
}

/// A field that is given.
pub(crate) struct FieldSample {
    pub(crate) wire: String,
    pub(crate) name: String,
    pub(crate) given: bool,
    pub(crate) shape: Shape,
    pub(crate) value: Sample,
}

/// One golden request.
pub(crate) struct Request<'a> {
    pub(crate) action: &'a Action,
    pub(crate) amount: Amount,
    pub(crate) params: Vec<(&'a Param, Sample)>,
}

/// The golden requests of an action.
pub(crate) fn requests<'a>(table: &Table, group: &str, action: &'a Action) -> Vec<Request<'a>> {
    let mut amounts = vec![Amount::Required];
    if !action.optional.is_empty() {
        amounts.push(Amount::Every);
    }
    if action.optional.iter().any(|param| param.nullable) {
        amounts.push(Amount::Nulls);
    }
    let request = |amount| {
        let sampler = Sampler { table, group, every: amount == Amount::Every };
        let required = action.required.iter();
        let mut params: Vec<_> = required.map(|param| (param, sampler.param(param))).collect();
        for param in &action.optional {
            match amount {
                Amount::Required => {}
                Amount::Every => params.push((param, sampler.param(param))),
                Amount::Nulls if param.nullable => params.push((param, Sample::Null)),
                Amount::Nulls => {}
            }
        }
        Request { action, amount, params }
    };
    amounts.into_iter().map(request).collect()
}

struct Sampler<'a> {
    table: &'a Table,
    group: &'a str,
    every: bool,
}

impl Sampler<'_> {
    fn param(&self, param: &Param) -> Sample {
        if param.write == Write::Header
            && let Type::Scalar(Scalar::String) = param.ty
        {
            return Sample::Text(format!("{}; \"1\"", param.wire));
        }
        self.value(&param.ty, &param.wire, 0)
    }

    fn value(&self, ty: &Type, name: &str, depth: usize) -> Sample {
        match ty {
            Type::Scalar(scalar) => self::scalar(*scalar, name),
            Type::List(element) => Sample::List(vec![
                self.value(element, name, depth + 1),
                self.value(element, &format!("other {name}"), depth + 1),
            ]),
            Type::Csv(element) | Type::Repeat(element) => Sample::Csv(vec![
                self.value(element, name, depth + 1),
                self.value(element, &format!("other {name}"), depth + 1),
            ]),
            Type::Map(element) => {
                let value = self.value(element, name, depth + 1);
                Sample::Map(format!("key of {name}"), Box::new(value))
            }
            Type::Enum(inner) => {
                let value = inner.variants.first().map(|(_, value)| value.clone());
                let path = if inner.is_model {
                    format!("models::{}", inner.name)
                } else {
                    format!("actions::{}::{}", self.group, inner.name)
                };
                Sample::Enum(path, value.unwrap_or_default())
            }
            Type::Model(model) => self.model(model, depth),
            Type::Union(union) => {
                let union = self.table.unions.get(union);
                let Some((union, variant)) = union.and_then(|union| Some((union, union.variants.first()?)))
                else {
                    return Sample::Null;
                };
                let value = self.model(&variant.model, depth + 1);
                Sample::Union(union.name.clone(), variant.name.clone(), Box::new(value))
            }
        }
    }

    fn model(&self, name: &str, depth: usize) -> Sample {
        const DEEPEST: usize = 4;
        let Some(model) = self.table.models.get(name) else {
            return Sample::Null;
        };
        let given = |field: &&Field| field.given || (self.every && model.uses.request && depth < DEEPEST);
        let fields = model.fields.iter().filter(given).map(|field| FieldSample {
            wire: field.wire.clone(),
            name: field.name.clone(),
            given: field.given,
            shape: field.shape,
            value: self.value(&field.ty, &field.wire, depth + 1),
        });
        Sample::Model(ModelSample {
            name: name.to_owned(),
            tags: model.tags.clone(),
            fields: fields.collect(),
        })
    }
}

fn scalar(scalar: Scalar, name: &str) -> Sample {
    match scalar {
        Scalar::String => Sample::Text(format!("{name} å/&1")),
        Scalar::ItemName => Sample::Name(format!("{name} å&1")),
        Scalar::Secret => Sample::Secret(format!("secret+{name}")),
        Scalar::Bool => Sample::Bool(true),
        Scalar::Int => Sample::Int(5_000_000_000),
        Scalar::Float => Sample::Float(1.5),
        Scalar::Date => Sample::Date("2024-02-29"),
        Scalar::DateTime => Sample::DateTime("2024-02-29T12:30:00-08:00"),
        Scalar::Binary => Sample::Content("some content"),
        Scalar::Json => Sample::Json(r#"{"any":[1,null,"x"]}"#),
    }
}
