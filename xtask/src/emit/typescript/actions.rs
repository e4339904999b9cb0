//! `actions/<group>.ts`: an interface of the group's methods, and one of each method's parameters.

use std::fmt::Write as _;

use super::{
    WIDTH,
    doc::doc,
    enums,
    names::{self, Homes},
    source::{Lists, Source},
    width,
};
use crate::table::form::{Action, Enum, Group, Param, Reply, Type, Write};

/// The file of a group.
pub(super) fn file(group: &Group, homes: &Homes) -> String {
    let mut out = Source::actions(group, homes);
    let mut text = doc("", &[&group.sentence], &[]);
    _ = writeln!(text, "export interface {} {{", names::api(group));
    for (index, action) in group.actions.iter().enumerate() {
        if index > 0 {
            text.push('\n');
        }
        text += &method(group, action, &mut out);
    }
    out.push(&(text + "}\n"));
    for action in &group.actions {
        if let Some(text) = params(group, action, &mut out) {
            out.push(&text);
        }
    }
    for inner in &group.enums {
        let text = enums::open_enum(&names::inline(group, inner), inner, &place(inner, group));
        out.push(&text);
    }
    out.finish()
}

/// The parameter whose values are an inline enum.
fn place(inner: &Enum, group: &Group) -> String {
    let mut params = group.actions.iter().flat_map(|action| all(action).map(move |param| (action, param)));
    let found = params.find(|(_, param)| enums::holds(&param.ty, inner));
    found.map(|(action, param)| enums::place(&param.wire, &names::method(action))).unwrap_or_default()
}

fn all(action: &Action) -> impl Iterator<Item = &Param> {
    action.required.iter().chain(&action.optional)
}

/// Parameters that aren't in the path.
fn members(action: &Action) -> impl Iterator<Item = &Param> {
    all(action).filter(|param| param.write != Write::Path)
}

fn method(group: &Group, action: &Action, out: &mut Source<'_>) -> String {
    let mut arguments = Vec::new();
    let mut tags = Vec::new();
    for param in all(action).filter(|param| param.write == Write::Path) {
        let name = names::argument(&param.wire);
        if let Some(sentence) = &param.sentence {
            tags.push(format!("@param {name} {sentence}"));
        }
        let ty = match &param.ty {
            ty @ Type::Enum(_) => out.ty(ty, Lists::Readonly),
            _ => "string".to_owned(),
        };
        arguments.push(format!("{name}: {ty}"));
    }
    let optional = if members(action).any(|param| !param.optional) { "" } else { "?" };
    let params = match members(action).next() {
        Some(_) => names::params(group, action),
        None => out.call("NoParams"),
    };
    arguments.push(format!("params{optional}: {params}"));
    arguments.push(format!("options?: {}", out.call("CallOptions")));
    tags.extend(action.doc.iter().map(|slug| format!("@see https://developer.box.com/reference/{slug}")));
    let request = format!("`{} {}`", action.method, action.path);
    let text = doc("  ", &[&action.sentence, &request], &tags);
    let (name, reply) = (names::camel(names::action(action)), reply(action, out));
    let line = format!("  {name}({}): {reply};", arguments.join(", "));
    if width(&line) <= WIDTH {
        return text + &line + "\n";
    }
    format!("{text}  {name}(\n    {},\n  ): {reply};\n", arguments.join(",\n    "))
}

fn reply(action: &Action, out: &mut Source<'_>) -> String {
    let answer = match &action.reply {
        Reply::Model(name) => out.model(name),
        Reply::Maybe(name) => format!("{} | undefined", out.model(name)),
        Reply::Nothing => "void".to_owned(),
        Reply::Bytes => "Response".to_owned(),
        Reply::Redirect => "string".to_owned(),
    };
    match &action.page {
        Some(page) => {
            let item = out.ty(&page.item, Lists::Mutable);
            format!("{}<{answer}, {item}>", out.call("BoxList"))
        }
        None => format!("{}<{answer}>", out.call("BoxCall")),
    }
}

/// The interface of an action's parameters, if it has any.
fn params(group: &Group, action: &Action, out: &mut Source<'_>) -> Option<String> {
    members(action).next()?;
    let mut text = doc("", &[&format!("Parameters of `{}`.", names::method(action))], &[]);
    _ = writeln!(text, "export interface {} {{", names::params(group, action));
    for param in members(action) {
        text += &doc("  ", &[param.sentence.as_deref().unwrap_or_default()], &[]);
        let ty = out.ty(&param.ty, Lists::Readonly);
        text += &names::slot(&param.wire, param.optional, param.nullable, &ty);
    }
    Some(text + "}\n")
}
