//! Sample values: for golden requests, and for the calls that are held against Box's documents.

mod rules;

use self::rules::Rule;
use crate::table::form::{Action, Param, Scalar, Shape, Table, Type, Write};

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
#[derive(PartialEq)]
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
    Json(String),
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
#[derive(PartialEq)]
pub(crate) struct ModelSample {
    pub(crate) name: String,
    pub(crate) tags: Vec<(String, String)>,
    pub(crate) fields: Vec<FieldSample>,
}

/// A field that is given.
#[derive(PartialEq)]
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
    let request = |amount| {
        let sampler = Sampler { table, group, action };
        let required = action.required.iter();
        let place = Place { every: amount == Amount::Every, other: false, above: &[] };
        let mut params: Vec<_> = required.map(|param| (param, sampler.param(param, place))).collect();
        for param in &action.optional {
            match amount {
                Amount::Required => {}
                Amount::Every => params.push((param, sampler.param(param, place))),
                Amount::Nulls if param.nullable => params.push((param, Sample::Null)),
                Amount::Nulls => {}
            }
        }
        Request { action, amount, params }
    };
    let (required, every) = (request(Amount::Required), request(Amount::Every));
    let mut requests = Vec::new();
    let differ =
        !required.params.iter().map(|(_, sample)| sample).eq(every.params.iter().map(|(_, sample)| sample));
    requests.push(required);
    if differ {
        requests.push(every);
    }
    if action.optional.iter().any(|param| param.nullable) {
        requests.push(request(Amount::Nulls));
    }
    requests
}

struct Sampler<'a> {
    table: &'a Table,
    group: &'a str,
    action: &'a Action,
}

/// Where a value stands.
#[derive(Clone, Copy)]
struct Place<'a> {
    /// Whether what is optional is given.
    every: bool,
    /// Whether it is in the second element of a list, which shall differ from the first.
    other: bool,
    /// The models around it.
    above: &'a [&'a str],
}

impl Place<'_> {
    /// The second element of a list: as little as may be.
    fn second(self) -> Self {
        Self { every: false, other: true, ..self }
    }
}

/// A name, and what is known of its values.
#[derive(Clone, Copy)]
struct Name<'a> {
    wire: &'a str,
    rule: Option<Rule>,
}

impl Name<'_> {
    fn text(self, place: Place<'_>) -> String {
        if place.other { format!("other {}", self.wire) } else { self.wire.to_owned() }
    }
}

impl Sampler<'_> {
    fn param(&self, param: &Param, place: Place<'_>) -> Sample {
        let wire = param.wire.as_str();
        let rule = rules::of(&self.action.id, wire);
        if param.write == Write::Header
            && rule.is_none()
            && let Type::Scalar(Scalar::String) = param.ty
        {
            return Sample::Text(format!("{wire}; \"1\""));
        }
        self.value(&param.ty, Name { wire, rule }, place)
    }

    fn value(&self, ty: &Type, name: Name<'_>, place: Place<'_>) -> Sample {
        match ty {
            Type::Scalar(scalar) => self::scalar(*scalar, name, place),
            Type::List(element) => Sample::List(self.elements(element, name, place)),
            Type::Csv(element) | Type::Repeat(element) => Sample::Csv(self.elements(element, name, place)),
            Type::Map(element) => {
                let value = self.value(element, name, place);
                Sample::Map(format!("key of {}", name.text(place)), Box::new(value))
            }
            Type::Enum(inner) => {
                let rule = name.rule.and_then(Rule::value);
                let ruled = inner.variants.iter().find(|(_, value)| Some(value.as_str()) == rule);
                let value = ruled.or(inner.variants.first()).map(|(_, value)| value.clone());
                let path = if inner.is_model {
                    format!("models::{}", inner.name)
                } else {
                    format!("actions::{}::{}", self.group, inner.name)
                };
                Sample::Enum(path, value.unwrap_or_default())
            }
            Type::Model(model) => self.model(model, place),
            Type::Union(union) => {
                let union = self.table.unions.get(union);
                let Some((union, variant)) = union.and_then(|union| Some((union, union.variants.first()?)))
                else {
                    return Sample::Null;
                };
                let value = self.model(&variant.model, place);
                Sample::Union(union.name.clone(), variant.name.clone(), Box::new(value))
            }
        }
    }

    /// Two elements, where so many may be.
    fn elements(&self, element: &Type, name: Name<'_>, place: Place<'_>) -> Vec<Sample> {
        let mut elements = vec![self.value(element, name, place)];
        if name.rule != Some(Rule::One) {
            elements.push(self.value(element, name, place.second()));
        }
        elements
    }

    fn model(&self, name: &str, place: Place<'_>) -> Sample {
        let Some(model) = self.table.models.get(name) else {
            return Sample::Null;
        };
        // A model that stands inside of itself ends there.
        let every = place.every && model.uses.request && !place.above.contains(&name);
        let above: Vec<_> = place.above.iter().copied().chain([name]).collect();
        let place = Place { every, above: &above, ..place };
        let fields = model.fields.iter().filter(|field| field.given || every).map(|field| {
            let wire = field.wire.as_str();
            FieldSample {
                wire: field.wire.clone(),
                name: field.name.clone(),
                given: field.given,
                shape: field.shape,
                value: self.value(&field.ty, Name { wire, rule: rules::of(name, wire) }, place),
            }
        });
        let fields = fields.collect();
        Sample::Model(ModelSample { name: name.to_owned(), tags: model.tags.clone(), fields })
    }
}

fn scalar(scalar: Scalar, name: Name<'_>, place: Place<'_>) -> Sample {
    let rule = name.rule.and_then(Rule::value);
    let text = name.text(place);
    let or = |own: String| rule.map_or(own, str::to_owned);
    match scalar {
        Scalar::String => Sample::Text(or(format!("{text} å/&1"))),
        Scalar::ItemName => Sample::Name(or(format!("{text} å&1"))),
        Scalar::Secret => Sample::Secret(or(format!("secret+{text}"))),
        Scalar::Bool => Sample::Bool(true),
        Scalar::Int => Sample::Int(rule.and_then(|rule| rule.parse().ok()).unwrap_or(5_000_000_000)),
        Scalar::Float => Sample::Float(rule.and_then(|rule| rule.parse().ok()).unwrap_or(1.5)),
        Scalar::Date => Sample::Date("2024-02-29"),
        Scalar::DateTime => Sample::DateTime("2024-02-29T12:30:00-08:00"),
        Scalar::Binary => Sample::Content("some content"),
        Scalar::Json => Sample::Json(or(r#"{"any":[1,null,"x"]}"#.to_owned())),
    }
}
