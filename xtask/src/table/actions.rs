//! Resolves actions: their parameters, in order, and how each is written.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    attributes::{self, Attributes},
    error::{Position, TableError},
    form::{Action, BodyKind, Group, Page, PageKind, Param, Probe, Reply, Retry, Scalar, Type, Write},
    models::Drafts,
    names,
    read::{Place, WrittenAction, WrittenGroup, WrittenParam},
    resolve::{Inline, Scope},
    types::WrittenKind,
    verbs,
};

type Result<T> = std::result::Result<T, TableError>;

/// Resolves all actions.
pub(crate) fn groups(scope: &Scope, drafts: &Drafts, written: &[WrittenGroup]) -> Result<Vec<Group>> {
    let reads: BTreeMap<_, _> = written
        .iter()
        .flat_map(|group| group.actions.iter().map(|a| (attributes::id(&group.name, &a.name), a)))
        .collect();
    let mut out = Vec::new();
    for group in written {
        let mut resolved = Group {
            name: group.name.clone(),
            struct_name: names::pascal(&group.name),
            family: group.family.clone(),
            sentence: group.sentence.clone(),
            actions: Vec::new(),
            enums: Vec::new(),
        };
        let mut types = BTreeSet::from([resolved.struct_name.clone()]);
        for action in &group.actions {
            verbs::check(group, action)?;
            let mut context = Context { scope, drafts, reads: &reads, group: &mut resolved };
            let action_at = &action.at;
            let action = context.action(action)?;
            if !types.insert(action.struct_name.clone()) {
                return action_at.fail(format!("duplicate action {:?}", action.method_name));
            }
            resolved.actions.push(action);
        }
        if let Some(clash) = resolved.enums.iter().find(|inner| !types.insert(inner.name.clone())) {
            let at = group.actions.first().map(|action| &action.at);
            let message = format!("an inline enum and an action would both be {:?}", clash.name);
            return at.map_or(Ok(Vec::new()), |at| at.fail(message));
        }
        out.push(resolved);
    }
    Ok(out)
}

struct Context<'a> {
    scope: &'a Scope,
    drafts: &'a Drafts,
    /// All actions by their ids, for those that others read.
    reads: &'a BTreeMap<String, &'a WrittenAction>,
    group: &'a mut Group,
}

impl Context<'_> {
    fn action(&mut self, written: &WrittenAction) -> Result<Action> {
        let mut attributes = attributes::attributes(written)?;
        if let Retry::Reread(probe) = &mut attributes.retry {
            self.resolve(probe, written)?;
        }
        let id = attributes::id(&self.group.name, &written.name);
        let reply = self.reply(written)?;
        let page = self.page(written, &attributes, &reply)?;
        let mut constants = Vec::new();
        let mut params = self.path(written)?;
        for param in &written.params {
            if param.place == Place::Path {
                continue;
            }
            check_place(param, attributes.body)?;
            let field = &param.field;
            if let WrittenKind::Constant(value) = &field.slot.ty.kind {
                let text = Type::Scalar(Scalar::String);
                let write = write(param, attributes.body, &text)?;
                constants.push((write, field.name.clone(), value.clone()));
            } else {
                let resolved = self.param(written, param, attributes.body)?;
                params.push((param.place, resolved, param.at.clone()));
            }
        }
        imply(attributes.page, attributes.limited, written, &mut params);
        check_params(written, &params)?;
        params.sort_by_key(|(place, ..)| *place);
        let params = params.into_iter().map(|(_, param, _)| param);
        let (optional, required) = params.partition(|param| param.optional);
        Ok(Action {
            static_name: attributes::static_name(&id),
            id,
            method_name: names::ident(&written.name),
            struct_name: names::pascal(&written.name),
            sentence: written.sentence.clone(),
            method: written.method,
            path: written.path.clone(),
            host: attributes.host,
            version: attributes.version,
            body: attributes.body,
            reply,
            page,
            writes: attributes.writes,
            retry: attributes.retry,
            rate: attributes.rate,
            poll: attributes.poll,
            exact: attributes.exact,
            max_offset: attributes.max_offset,
            tag: attributes.tag.unwrap_or_else(|| self.group.name.clone()),
            doc: attributes.doc,
            required,
            optional,
            constants,
        })
    }

    /// Finds the path that a probe reads: one item, named by what stands last in it.
    fn resolve(&self, probe: &mut Probe, written: &WrittenAction) -> Result<()> {
        let Probe { operation, by, at, path, .. } = probe;
        let Some(read) = self.reads.get(operation) else {
            return at.fail(format!("unknown operation {operation:?}"));
        };
        let key = format!("/{{{by}}}");
        let finds = by == "conflict" && read.path.ends_with('}')
            || read.path.ends_with(&key) && written.path.starts_with(&read.path);
        if read.method != "GET" || !finds {
            return at.fail(format!("{operation} doesn't find the item of this action by {by:?}"));
        }
        path.clone_from(&read.path);
        Ok(())
    }

    fn reply(&self, written: &WrittenAction) -> Result<Reply> {
        let at = &written.reply_at;
        Ok(match written.reply.as_str() {
            "()" => Reply::Nothing,
            "bytes" => Reply::Bytes,
            "redirect" => Reply::Redirect,
            name if names::is_pascal(name) => {
                if !self.drafts.unions.contains_key(name) {
                    self.scope.model(name, at)?;
                }
                if written.reply_optional {
                    Reply::Maybe(name.to_owned())
                } else {
                    Reply::Model(name.to_owned())
                }
            }
            other => {
                return at.fail(format!("expected a model, `()`, `bytes` or `redirect`, found {other:?}"));
            }
        })
    }

    fn page(&self, written: &WrittenAction, attributes: &Attributes, reply: &Reply) -> Result<Option<Page>> {
        let Some(kind) = attributes.page else {
            return Ok(None);
        };
        let model = match reply {
            Reply::Model(name) => self.drafts.models.get(name),
            _ => None,
        };
        let field = |name: &str| {
            let fields = model.map_or(&[][..], |model| &model.fields);
            fields.iter().find(|field| field.written.name == name)
        };
        let Some(Type::List(item)) = field("entries").map(|field| &field.ty) else {
            let at = &written.reply_at;
            return at.fail("a paged action answers a model with a list of `entries`");
        };
        let next = match kind {
            PageKind::Stream => "next_stream_position",
            _ => "next_marker",
        };
        let facts =
            [("next_marker", next), ("offset", "offset"), ("limit", "limit"), ("total", "total_count")];
        let known = facts.into_iter().filter(|(_, name)| field(name).is_some());
        Ok(Some(Page {
            kind,
            item: (**item).clone(),
            facts: known.map(|(fact, name)| (fact, names::ident(name))).collect(),
        }))
    }

    /// Parameters of the path, in its order.
    fn path(&mut self, written: &WrittenAction) -> Result<Vec<(Place, Param, Position)>> {
        let mut out = Vec::new();
        let declared: BTreeMap<_, _> = written
            .params
            .iter()
            .filter(|param| param.place == Place::Path)
            .map(|param| (param.field.name.as_str(), param))
            .collect();
        let mut seen = BTreeSet::new();
        for piece in written.path.split('{').skip(1) {
            let Some((name, _)) = piece.split_once('}') else {
                return written.path_at.fail("expected a closing `}` in the path");
            };
            if !names::is_snake(name) || !seen.insert(name) {
                let message = format!("expected a new name in snake_case, found {name:?}");
                return written.path_at.fail(message);
            }
            let param = match declared.get(name) {
                Some(param) => self.param(written, param, BodyKind::None)?,
                None => Param {
                    write: Write::Path,
                    wire: name.to_owned(),
                    name: names::ident(name),
                    ty: Type::Scalar(Scalar::String),
                    optional: false,
                    nullable: false,
                    sentence: None,
                },
            };
            out.push((Place::Path, param, written.path_at.clone()));
        }
        for (name, param) in declared {
            if !seen.contains(name) {
                return param.field.at.fail(format!("{name:?} is not in the path"));
            }
        }
        Ok(out)
    }

    fn param(&mut self, action: &WrittenAction, param: &WrittenParam, body: BodyKind) -> Result<Param> {
        let field = &param.field;
        let mut inline =
            Inline { owner: &action.name, member: &field.name, is_model: false, out: &mut self.group.enums };
        let ty = self.scope.ty(&field.slot.ty, &mut inline)?;
        let write = write(param, body, &ty)?;
        let slot = &field.slot;
        if param.place == Place::Path && slot.optional {
            return slot.ty.at.fail("a parameter of the path can't be absent");
        }
        if slot.nullable && write != Write::Body {
            return slot.ty.at.fail("only a member of a JSON body can be null");
        }
        let wire = if field.name == "*" { "body" } else { &field.name };
        Ok(Param {
            write,
            wire: wire.to_owned(),
            name: if slot.optional { names::setter(wire) } else { names::ident(wire) },
            ty,
            optional: slot.optional,
            nullable: slot.nullable,
            sentence: field.sentence.clone(),
        })
    }
}

fn check_place(param: &WrittenParam, body: BodyKind) -> Result<()> {
    let fits = match param.place {
        Place::Part => body == BodyKind::Multipart,
        Place::Body if param.field.name == "*" => {
            matches!(body, BodyKind::Json | BodyKind::JsonPatch | BodyKind::Octets)
        }
        Place::Body => matches!(body, BodyKind::Json | BodyKind::Form),
        Place::Path | Place::Query | Place::Header => param.field.name != "*",
    };
    if fits {
        return Ok(());
    }
    let name = &param.field.name;
    param.at.fail(format!("{name:?} doesn't fit the kind of the body"))
}

/// How a parameter is written, if its type can stand there.
fn write(param: &WrittenParam, body: BodyKind, ty: &Type) -> Result<Write> {
    let write = match (param.place, body) {
        (Place::Path, _) => Write::Path,
        (Place::Query, _) if is_text(ty) => Write::Query,
        (Place::Query, _) if matches!(ty, Type::Repeat(_)) => Write::QueryEach,
        (Place::Query, _) => Write::QueryJson,
        (Place::Header, _) => Write::Header,
        (Place::Part, _) if matches!(ty, Type::Scalar(Scalar::Binary)) => Write::PartContent,
        (Place::Part, _) => Write::PartJson,
        (Place::Body, BodyKind::Form) => Write::Form,
        (Place::Body, BodyKind::Octets) => Write::BodyOctets,
        (Place::Body, _) if param.field.name == "*" => Write::BodyWhole,
        (Place::Body, _) => Write::Body,
    };
    let at = &param.field.slot.ty.at;
    let content = matches!(ty, Type::Scalar(Scalar::Binary));
    match write {
        Write::Path if !matches!(ty, Type::Enum(_)) && !is_scalar_text(ty) => {
            at.fail("expected a type of one word of text")
        }
        Write::Header | Write::Form if !is_text(ty) => at.fail("expected a type that is text"),
        Write::BodyOctets if !content => at.fail("expected `binary`"),
        Write::BodyOctets | Write::PartContent => Ok(write),
        _ if ty.holds(Scalar::Binary) => at.fail("`binary` is for bodies and parts"),
        Write::QueryEach if !is_text(ty.element()) => at.fail("expected `repeat` of a type that is text"),
        Write::QueryJson | Write::Body | Write::BodyWhole | Write::PartJson if is_query_list(ty) => {
            at.fail("`csv` and `repeat` are for queries; expected `list`")
        }
        _ => Ok(write),
    }
}

/// A list that JSON doesn't have.
pub(super) fn is_query_list(ty: &Type) -> bool {
    matches!(ty, Type::Csv(_) | Type::Repeat(_))
}

fn is_scalar_text(ty: &Type) -> bool {
    match ty {
        Type::Scalar(scalar) => !matches!(scalar, Scalar::Binary | Scalar::Json),
        _ => false,
    }
}

fn is_text(ty: &Type) -> bool {
    match ty {
        Type::Csv(element) => is_scalar_text(element) || matches!(**element, Type::Enum(_)),
        ty => is_scalar_text(ty) || matches!(ty, Type::Enum(_)),
    }
}

fn check_params(written: &WrittenAction, params: &[(Place, Param, Position)]) -> Result<()> {
    let mut seen = BTreeSet::new();
    let mut whole = false;
    let mut optional_part = false;
    for (place, param, at) in params {
        if !seen.insert(&param.name) {
            return at.fail(format!("duplicate parameter {:?}", param.name));
        }
        whole |= matches!(param.write, Write::BodyWhole | Write::BodyOctets);
        if *place == Place::Part {
            if optional_part && !param.optional {
                return at.fail("a required part stands before the optional ones");
            }
            optional_part |= param.optional;
        }
    }
    let members = params.iter().filter(|(place, ..)| *place == Place::Body);
    if whole && members.count() > 1 {
        return written.at.fail("`body *` is the whole body; it has no members");
    }
    Ok(())
}

/// Adds the parameters that a kind of paging needs and the row doesn't have.
fn imply(
    kind: Option<PageKind>,
    limited: bool,
    written: &WrittenAction,
    params: &mut Vec<(Place, Param, Position)>,
) {
    const USEMARKER: (&str, Scalar, &str) =
        ("usemarker", Scalar::Bool, "Pages by marker instead of by offset.");
    const MARKER: (&str, Scalar, &str) =
        ("marker", Scalar::String, "Where the page begins: `next_marker` of the page before.");
    const OFFSET: (&str, Scalar, &str) = ("offset", Scalar::Int, "How many entries come before the page.");
    const LIMIT: (&str, Scalar, &str) = ("limit", Scalar::Int, "Most entries of a page.");
    const POSITION: (&str, Scalar, &str) = (
        "stream_position",
        Scalar::String,
        "Where the page begins: `next_stream_position` of the page before.",
    );
    let (place, write) = match kind {
        Some(PageKind::BodyMarker) => (Place::Body, Write::Body),
        _ => (Place::Query, Write::Query),
    };
    let implied: &[_] = match kind {
        None => &[],
        Some(PageKind::Marker) if !limited => &[MARKER],
        Some(PageKind::Marker | PageKind::BodyMarker) => &[MARKER, LIMIT],
        Some(PageKind::Offset) => &[OFFSET, LIMIT],
        Some(PageKind::Both) => &[USEMARKER, MARKER, OFFSET, LIMIT],
        Some(PageKind::Stream) => &[POSITION, LIMIT],
    };
    for (name, scalar, sentence) in implied {
        if params.iter().any(|(_, param, _)| param.wire == *name) {
            continue;
        }
        let param = Param {
            write,
            wire: (*name).to_owned(),
            name: (*name).to_owned(),
            ty: Type::Scalar(*scalar),
            optional: true,
            nullable: false,
            sentence: Some((*sentence).to_owned()),
        };
        params.push((place, param, written.at.clone()));
    }
}
