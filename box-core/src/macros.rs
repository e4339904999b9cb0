//! What the generated rows expand to, written once.
//!
//! A value is handed over `plain`, `into` (as anything that turns into it) or as a `list` (an iterator over what turns
//! into its elements).

mod model;

pub(crate) use model::{
    argument, blank, fill, from_string, made, model, serde_by_field, setter, setters, show, slot,
};

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

pub(crate) use {action, fact, given, held, operations, paged, put, taken};
