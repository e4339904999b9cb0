//! What the generated rows expand to, written once.
//!
//! A value is handed over `plain`, `into` (as anything that turns into it) or as a `list` (an iterator over what turns
//! into its elements).

/// Defines an action: its struct, its constructor, its setters and how it is written.
///
/// An entry is the method of `RequestWriter` that writes it, its name at Box, its name here and its type.
macro_rules! action {
    (
        $(#[$doc:meta])*
        $name:ident = $operation:ident -> $reply:ty {
            $(required { $($(#[$rdoc:meta])* $rput:ident $rwire:literal $rname:ident: $rhow:ident $rtype:ty;)* })?
            $(optional { $($(#[$odoc:meta])* $oput:ident $owire:literal $oname:ident: $ohow:ident $otype:ty;)* })?
            $(nullable { $($(#[$ndoc:meta])* $nput:ident $nwire:literal $nname:ident: $ntype:ty;)* })?
            $(constant { $($cput:ident $cwire:literal = $cvalue:literal;)* })?
        }
    ) => {
        $(#[$doc])*
        #[derive(Clone, Debug)]
        #[non_exhaustive]
        pub struct $name {
            $($($(#[$rdoc])* pub $rname: $crate::macros::held!($rhow $rtype),)*)?
            $($($(#[$odoc])* pub $oname: Option<$crate::macros::held!($ohow $otype)>,)*)?
            $($($(#[$ndoc])* pub $nname: $crate::value::Nullable<$ntype>,)*)?
        }

        impl $name {
            /// The action with what it requires.
            pub fn new($($($rname: $crate::macros::given!($rhow $rtype)),*)?) -> Self {
                Self {
                    $($($rname: $crate::macros::taken!($rhow $rname),)*)?
                    $($($oname: None,)*)?
                    $($($nname: $crate::value::Nullable::Absent,)*)?
                }
            }
        }

        impl<X> $crate::action::Bound<X, $name> {
            $($(
                $(#[$odoc])*
                pub fn $oname(mut self, $oname: $crate::macros::given!($ohow $otype)) -> Self {
                    self.action.$oname = Some($crate::macros::taken!($ohow $oname));
                    self
                }
            )*)?
            $($(
                $(#[$ndoc])*
                pub fn $nname(mut self, $nname: impl Into<$crate::value::Nullable<$ntype>>) -> Self {
                    self.action.$nname = $nname.into();
                    self
                }
            )*)?
        }

        impl $crate::action::Action for $name {
            const OPERATION: &'static $crate::operation::Operation = &$crate::operations::$operation;
            type Reply = $reply;

            #[allow(unused_variables, reason = "some actions have no parameters")]
            fn encode(
                &self,
                writer: &mut $crate::encode::RequestWriter,
            ) -> Result<(), $crate::error::Error> {
                $($($crate::macros::put!(writer $cput $cwire, &$cvalue.to_owned());)*)?
                $($($crate::macros::put!(writer $rput $rwire, &self.$rname);)*)?
                $($(
                    if let Some(value) = &self.$oname {
                        $crate::macros::put!(writer $oput $owire, value);
                    }
                )*)?
                $($(
                    if !self.$nname.is_absent() {
                        $crate::macros::put!(writer $nput $nwire, &self.$nname);
                    }
                )*)?
                Ok(())
            }
        }
    };
}

/// The type of a field.
macro_rules! held {
    (list $type:ty) => { Vec<$type> };
    (boxed $type:ty) => { Box<$type> };
    ($how:ident $type:ty) => { $type };
}

/// The type of an argument.
macro_rules! given {
    (plain $type:ty) => { $type };
    (list $type:ty) => { impl IntoIterator<Item = impl Into<$type>> };
    ($how:ident $type:ty) => { impl Into<$type> };
}

/// An argument as the value of a field.
macro_rules! taken {
    (plain $value:ident) => {
        $value
    };
    (into $value:ident) => {
        $value.into()
    };
    (boxed $value:ident) => {
        Box::new($value.into())
    };
    (list $value:ident) => {
        $value.into_iter().map(Into::into).collect()
    };
}

/// Writes a parameter.
macro_rules! put {
    ($writer:ident query $wire:literal, $value:expr) => {
        $writer.query($wire, $value)
    };
    ($writer:ident query_each $wire:literal, $value:expr) => {
        $writer.query_each($wire, $value)
    };
    ($writer:ident query_json $wire:literal, $value:expr) => {
        $writer.query_json($wire, &$crate::model::Field::shown($value))?
    };
    ($writer:ident body $wire:literal, $value:expr) => {
        $writer.body($wire, &$crate::model::Field::shown($value))?
    };
    ($writer:ident part_json $wire:literal, $value:expr) => {
        $writer.part_json($wire, &$crate::model::Field::shown($value))?
    };
    ($writer:ident form $wire:literal, $value:expr) => {
        $writer.form($wire, $value)
    };
    ($writer:ident body_octets $wire:literal, $value:expr) => {
        $writer.body_octets($value)
    };
    ($writer:ident body_whole $wire:literal, $value:expr) => {
        $writer.body_whole(&$crate::model::Field::shown($value))?
    };
    ($writer:ident part_content $wire:literal, $value:expr) => {
        $writer.part_content($wire, $value)
    };
    ($writer:ident $put:ident $wire:literal, $value:expr) => {
        $writer.$put($wire, $value)?
    };
}

/// Makes an action a paged one: what its page holds, and the fields of the page that hold facts.
macro_rules! paged {
    ($action:ident => $item:ty { $($fact:ident: $field:ident),* }) => {
        impl $crate::action::Paged for $action {
            type Item = $item;

            fn facts(page: &Self::Reply) -> $crate::page::PageFacts {
                let mut facts = $crate::page::PageFacts {
                    entries: page.entries.as_ref().map_or(0, Vec::len),
                    ..$crate::page::PageFacts::default()
                };
                $(facts.$fact = $crate::macros::fact!($fact page.$field);)*
                facts
            }

            fn into_items(page: Self::Reply) -> Vec<Self::Item> {
                page.entries.unwrap_or_default()
            }
        }
    };
}

/// A field of a page as a fact; a marker may be a number.
macro_rules! fact {
    (next_marker $value:expr) => {
        $value.as_ref().map(ToString::to_string)
    };
    ($fact:ident $value:expr) => {
        $value
    };
}

/// Defines a model. Its fields are numbered in the order in which they stand: an identity that need not be given, what
/// [`new`] takes, what may be absent, and what may be null too. `request` models have setters.
macro_rules! model {
    (
        $(#[$doc:meta])*
        $use:ident $name:ident {
            $(constant { $($cwire:literal = $cvalue:literal;)* })?
            $(identity { $($(#[$idoc:meta])* $iat:literal $iwire:literal $iname:ident: $itype:ty;)* })?
            $(required { $($(#[$rdoc:meta])* $rat:literal $rwire:literal $rname:ident: $rkind:ident $rhow:ident $rtype:ty;)* })?
            $(optional { $($(#[$odoc:meta])* $oat:literal $owire:literal $oname:ident: $ohow:ident $otype:ty;)* })?
            $(nullable { $($(#[$ndoc:meta])* $nat:literal $nwire:literal $nname:ident: $ntype:ty;)* })?
            $(extra { $(#[$edoc:meta])* $ename:ident: $etype:ty; })?
        }
    ) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq)]
        #[non_exhaustive]
        pub struct $name {
            $($($(#[$idoc])* pub $iname: $itype,)*)?
            $($($(#[$rdoc])* pub $rname: $crate::macros::slot!($rkind $crate::macros::held!($rhow $rtype)),)*)?
            $($($(#[$odoc])* pub $oname: Option<$crate::macros::held!($ohow $otype)>,)*)?
            $($($(#[$ndoc])* pub $nname: $crate::value::Nullable<$ntype>,)*)?
            $($(#[$edoc])* pub $ename: std::collections::BTreeMap<String, $etype>,)?
        }

        impl $name {
            /// One with what is required.
            pub fn new($($($rname: $crate::macros::argument!($rkind $rhow $rtype)),*)?) -> Self {
                Self {
                    $($($iname: <$itype as $crate::model::Field>::blank(),)*)?
                    $($($rname: $crate::macros::made!($rkind $rhow $rname),)*)?
                    $($($oname: None,)*)?
                    $($($nname: $crate::value::Nullable::Absent,)*)?
                    $($ename: std::collections::BTreeMap::new(),)?
                }
            }
        }

        impl $crate::model::Show for $name {
            fn name(&self) -> &'static str {
                stringify!($name)
            }

            fn names(&self) -> &'static [&'static str] {
                &[$($($iwire,)*)? $($($rwire,)*)? $($($owire,)*)? $($($nwire,)*)?]
            }

            fn tags(&self) -> &'static [(&'static str, &'static str)] {
                &[$($(($cwire, $cvalue)),*)?]
            }

            fn shown(&self, at: usize) -> $crate::model::Shown<'_> {
                match at {
                    $($($iat => $crate::model::shown_unless_empty(&self.$iname),)*)?
                    $($($rat => $crate::macros::show!($rkind self.$rname),)*)?
                    $($($oat => $crate::model::shown_or_absent(self.$oname.as_ref()),)*)?
                    $($($nat => $crate::model::Field::shown(&self.$nname),)*)?
                    _ => $crate::model::Shown::Absent,
                }
            }

            $(fn extra_shown(&self) -> Option<&dyn $crate::model::Entries> {
                Some(&self.$ename)
            })?
        }

        impl $crate::model::Model for $name {
            #[allow(unused_variables, reason = "a model may have no fields")]
            fn fill(
                &mut self,
                at: usize,
                reader: &mut $crate::model::Reader<'_>,
            ) -> Result<(), $crate::model::Fault> {
                match at {
                    $($($iat => $crate::model::fill_plain(&mut self.$iname, reader),)*)?
                    $($($rat => $crate::macros::fill!($rkind &mut self.$rname, reader),)*)?
                    $($($oat => $crate::model::Field::fill(&mut self.$oname, reader),)*)?
                    $($($nat => $crate::model::fill_plain(&mut self.$nname, reader),)*)?
                    _ => Ok(()),
                }
            }

            $(fn extra(&mut self) -> Option<&mut dyn $crate::model::Extra> {
                Some(&mut self.$ename)
            })?
        }

        impl $crate::model::Field for $name {
            fn take(
                reader: &mut $crate::model::Reader<'_>,
            ) -> Result<Option<Self>, $crate::model::Fault> {
                let mut model = Self::blank();
                Ok(reader.model(&mut model)?.then_some(model))
            }

            fn blank() -> Self {
                Self {
                    $($($iname: <$itype as $crate::model::Field>::blank(),)*)?
                    $($($rname: $crate::macros::blank!($rkind),)*)?
                    $($($oname: None,)*)?
                    $($($nname: $crate::value::Nullable::Absent,)*)?
                    $($ename: std::collections::BTreeMap::new(),)?
                }
            }

            fn shown(&self) -> $crate::model::Shown<'_> {
                $crate::model::Shown::Model(self)
            }

            fn fill(
                slot: &mut Option<Self>,
                reader: &mut $crate::model::Reader<'_>,
            ) -> Result<(), $crate::model::Fault> {
                $crate::model::fill_model(slot, reader)
            }

            fn push(
                list: &mut Vec<Self>,
                reader: &mut $crate::model::Reader<'_>,
            ) -> Result<(), $crate::model::Fault> {
                $crate::model::push_model(list, reader)
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                $crate::model::debug(self, f)
            }
        }

        $crate::macros::serde_by_field!($name);
        $crate::macros::setters!($use $name {
            $($($(#[$odoc])* $oname: $ohow $otype;)*)?
            $($($(#[$ndoc])* $nname: nullable $ntype;)*)?
        });
    };
}

/// Reads and writes a type by way of [`Field`](crate::model::Field).
macro_rules! serde_by_field {
    ($name:ident) => {
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                $crate::model::serialize(&$crate::model::Field::shown(self), serializer)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::model::deserialize(deserializer)
            }
        }
    };
}

/// A required field: `plain` has its value, `some` is an `Option` because replies may lack it, `null` may be null.
macro_rules! slot {
    (plain $type:ty) => { $type };
    ($kind:ident $type:ty) => { Option<$type> };
}

/// The argument for a required field.
macro_rules! argument {
    (null $how:ident $type:ty) => { impl Into<Option<$crate::macros::held!($how $type)>> };
    ($kind:ident $how:ident $type:ty) => { $crate::macros::given!($how $type) };
}

/// The value of a required field from its argument.
macro_rules! made {
    (plain $how:ident $value:ident) => { $crate::macros::taken!($how $value) };
    (some $how:ident $value:ident) => { Some($crate::macros::taken!($how $value)) };
    (null $how:ident $value:ident) => { $value.into() };
}

/// A required field that wasn't read yet.
macro_rules! blank {
    (plain) => {
        $crate::model::Field::blank()
    };
    ($kind:ident) => {
        None
    };
}

/// Reads a required field.
macro_rules! fill {
    (plain $field:expr, $reader:ident) => {
        $crate::model::fill_plain($field, $reader)
    };
    ($kind:ident $field:expr, $reader:ident) => {
        $crate::model::Field::fill($field, $reader)
    };
}

/// Shows a required field.
macro_rules! show {
    (plain $field:expr) => {
        $crate::model::Field::shown(&$field)
    };
    (some $field:expr) => {
        $crate::model::shown_or_absent($field.as_ref())
    };
    (null $field:expr) => {
        $crate::model::shown_or_null($field.as_ref())
    };
}

/// Adds setters to a model that requests hold.
macro_rules! setters {
    (reply $model:ident { $($setters:tt)* }) => {};
    (request $model:ident { $($(#[$doc:meta])* $name:ident: $how:ident $type:ty;)* }) => {
        impl $model {
            $($crate::macros::setter!($(#[$doc])* $name $how $type);)*
        }
    };
}

/// One setter of a model.
macro_rules! setter {
    ($(#[$doc:meta])* $name:ident nullable $type:ty) => {
        $(#[$doc])*
        #[must_use]
        pub fn $name(mut self, $name: impl Into<$crate::value::Nullable<$type>>) -> Self {
            self.$name = $name.into();
            self
        }
    };
    ($(#[$doc:meta])* $name:ident $how:ident $type:ty) => {
        $(#[$doc])*
        #[must_use]
        pub fn $name(mut self, $name: $crate::macros::given!($how $type)) -> Self {
            self.$name = Some($crate::macros::taken!($how $name));
            self
        }
    };
}

/// Lets a model be made of the string that it requires.
macro_rules! from_string {
    ($($model:ident),*) => {
        $(impl<S: Into<String>> From<S> for $model {
            fn from(value: S) -> Self {
                Self::new(value)
            }
        })*
    };
}

/// Defines the rows of the table as data: what every row has, then what few rows have.
macro_rules! operations {
    ($($name:ident = $id:literal $method:ident $host:ident $path:literal $body:ident -> $reply:ident {
        writes: $writes:literal, retry: $retry:expr, $($field:ident: $value:expr,)*
    };)*) => {
        $(
            #[doc = concat!("`", $id, "`")]
            pub static $name: Operation = Operation {
                id: $id,
                host: Host::$host,
                path: $path,
                body: BodyKind::$body,
                reply: ReplyKind::$reply,
                writes: $writes,
                retry: $retry,
                $($field: $value,)*
                ..*Operation::raw(Method::$method)
            };
        )*

        /// Every row, sorted by id.
        pub static OPERATIONS: &[&Operation] = &[$(&$name),*];

        /// The row of an id, such as `folders.get`.
        pub fn find(id: &str) -> Option<&'static Operation> {
            let at = OPERATIONS.binary_search_by(|row| row.id.cmp(id)).ok()?;
            OPERATIONS.get(at).copied()
        }
    };
}

pub(crate) use {
    action, argument, blank, fact, fill, from_string, given, held, made, model, operations, paged, put,
    serde_by_field, setter, setters, show, slot, taken,
};
