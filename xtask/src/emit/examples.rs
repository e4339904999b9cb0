//! The example of a method: the smallest call that compiles.

use crate::table::form::{Action, Field, Param, Reply, Scalar, Shape, Table, Type};

/// The lines of a doc comment that show the call.
pub(crate) fn example(table: &Table, group: &str, action: &Action) -> String {
    let writer = Writer { table };
    let arguments: Vec<_> = action.required.iter().map(|param| writer.argument(param)).collect();
    let call = format!("client.{group}().{}({})", action.method_name, arguments.join(", "));
    let bound = match (&action.reply, &action.page) {
        (Reply::Nothing, _) => String::new(),
        (_, Some(_)) => "let page = ".to_owned(),
        (Reply::Bytes, _) => "let content = ".to_owned(),
        (Reply::Redirect, _) => "let location = ".to_owned(),
        (Reply::Model(_) | Reply::Maybe(_), None) => "let found = ".to_owned(),
    };
    let models = if call.contains("models::") { ", models" } else { "" };
    format!(
        "```\n# use box_core::{{actions::Api, error::Error{models}}}; async fn example(client: impl Api) -> Result<(), Error> {{\n\
         {bound}{call}.await?;\n# Ok(()) }}\n```"
    )
}

struct Writer<'a> {
    table: &'a Table,
}

impl Writer<'_> {
    fn argument(&self, param: &Param) -> String {
        if param.nullable {
            format!("Some({})", self.exact(&param.ty, &param.wire))
        } else {
            self.loose(&param.ty, &param.wire)
        }
    }

    /// An expression that turns into the value.
    fn loose(&self, ty: &Type, name: &str) -> String {
        match ty {
            Type::Scalar(Scalar::String | Scalar::ItemName | Scalar::Secret | Scalar::Binary) => {
                format!("\"{name}\"")
            }
            Type::Enum(inner) => {
                let value = inner.variants.first().map(|(_, value)| value.as_str());
                format!("{:?}", value.unwrap_or_default())
            }
            Type::List(element) | Type::Csv(element) | Type::Repeat(element) => {
                format!("[{}]", self.loose(element, name))
            }
            Type::Union(union) => {
                let union = self.table.unions.get(union);
                let model =
                    union.and_then(|union| union.variants.first()).map(|variant| variant.model.as_str());
                self.model(model.unwrap_or_default())
            }
            other => self.exact(other, name),
        }
    }

    /// An expression of the type itself.
    fn exact(&self, ty: &Type, name: &str) -> String {
        match ty {
            Type::Scalar(Scalar::String) => format!("\"{name}\".to_owned()"),
            Type::Scalar(Scalar::Bool) => "true".to_owned(),
            Type::Scalar(Scalar::Int) => "1".to_owned(),
            Type::Scalar(Scalar::Float) => "1.0".to_owned(),
            Type::Scalar(Scalar::Date) => "box_core::time::Date::parse(\"2024-02-29\").unwrap()".to_owned(),
            Type::Scalar(Scalar::DateTime) => "box_core::time::Timestamp(0).into()".to_owned(),
            Type::Scalar(Scalar::Json) => "serde_json::json!(\"value\")".to_owned(),
            Type::Scalar(_) | Type::Enum(_) | Type::Union(_) => format!("{}.into()", self.loose(ty, name)),
            Type::List(element) | Type::Csv(element) | Type::Repeat(element) => {
                format!("vec![{}]", self.exact(element, name))
            }
            Type::Map(element) => format!("[(\"name\".to_owned(), {})]", self.exact(element, name)),
            Type::Model(model) => self.model(model),
        }
    }

    fn model(&self, name: &str) -> String {
        let model = self.table.models.get(name);
        let given = model.into_iter().flat_map(|model| &model.fields).filter(|field| field.given);
        let arguments: Vec<_> = given.map(|field| self.field(field)).collect();
        format!("models::{name}::new({})", arguments.join(", "))
    }

    fn field(&self, field: &Field) -> String {
        match field.shape {
            Shape::OptionOrNull => format!("Some({})", self.exact(&field.ty, &field.wire)),
            _ => self.loose(&field.ty, &field.wire),
        }
    }
}
