//! Value types that the generated actions and models share.

use crate::secret::Secret;

/// A value of a request that may be left out, set to null, or given.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Nullable<T> {
    /// Not sent: Box leaves it as it is.
    #[default]
    Absent,
    /// Sent as null: Box removes it.
    Null,
    /// Sent.
    Value(T),
}

impl<T> Nullable<T> {
    /// Whether it is left out.
    pub fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }
}

impl<T> From<T> for Nullable<T> {
    fn from(value: T) -> Self {
        Self::Value(value)
    }
}

impl From<&str> for Nullable<String> {
    fn from(value: &str) -> Self {
        Self::Value(value.to_owned())
    }
}

impl From<&str> for Nullable<Secret> {
    fn from(value: &str) -> Self {
        Self::Value(Secret::new(value))
    }
}

/// Defines an open enum: the known values as variants, any other one kept as `Other`.
macro_rules! open_enum {
    ($(#[$meta:meta])* $name:ident { $($variant:ident = $wire:literal,)* }) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $(#[doc = concat!("`", $wire, "`")] $variant,)*
            /// A value that this version doesn't know.
            Other(String),
        }

        impl $name {
            /// The value as Box writes it.
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $wire,)*
                    Self::Other(value) => value,
                }
            }
        }

        impl From<&str> for $name {
            fn from(value: &str) -> Self {
                match value {
                    $($wire => Self::$variant,)*
                    other => Self::Other(other.to_owned()),
                }
            }
        }

        // By the text: a derived order would change with every new value.
        impl Ord for $name {
            fn cmp(&self, other: &Self) -> std::cmp::Ordering {
                self.as_str().cmp(other.as_str())
            }
        }

        impl PartialOrd for $name {
            fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
                Some(self.cmp(other))
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl $crate::model::Field for $name {
            fn take(
                reader: &mut $crate::model::Reader<'_>,
            ) -> Result<Option<Self>, $crate::model::Fault> {
                let text = <String as $crate::model::Field>::take(reader)?;
                Ok(text.map(|text| Self::from(text.as_str())))
            }

            fn blank() -> Self {
                Self::Other(String::new())
            }

            fn shown(&self) -> $crate::model::Shown<'_> {
                match self {
                    Self::Other(text) => $crate::model::Shown::Other(text),
                    known => $crate::model::Shown::Text(known.as_str().into()),
                }
            }
        }

        $crate::macros::serde_by_field!($name);

        impl $crate::encode::Text for $name {
            fn text(&self) -> Option<String> {
                Some(self.as_str().to_owned())
            }
        }
    };
}

/// Defines an open union of models, told apart by the value of a member or by having one; any other value is kept.
macro_rules! open_union {
    (
        $(#[$meta:meta])*
        $name:ident by $tag:literal {
            $($variant:ident($model:ty) = $wire:literal,)*
            $(; $($has:ident($hmodel:ty) has $hwire:literal,)*)?
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq)]
        #[non_exhaustive]
        pub enum $name {
            $(#[doc = concat!("`", $wire, "`")] $variant(Box<$model>),)*
            $($(#[doc = concat!("With `", $hwire, "`.")] $has(Box<$hmodel>),)*)?
            /// A value that this version doesn't know, as it came.
            Other(serde_json::Value),
        }

        impl $crate::model::Field for $name {
            fn take(
                reader: &mut $crate::model::Reader<'_>,
            ) -> Result<Option<Self>, $crate::model::Fault> {
                let found = reader.find(&[$tag, $($($hwire),*)?])?;
                let known = match found.as_ref().map(|(at, value)| (*at, &**value)) {
                    $(Some((0, $wire)) => $crate::model::Field::take(reader)?.map(Self::$variant),)*
                    $($(Some((1.., _)) => $crate::model::Field::take(reader)?.map(Self::$has),)*)?
                    _ => None,
                };
                match known {
                    Some(known) => Ok(Some(known)),
                    None => reader.value().map(|value| (!value.is_null()).then_some(Self::Other(value))),
                }
            }

            fn blank() -> Self {
                Self::Other(serde_json::Value::Null)
            }

            fn shown(&self) -> $crate::model::Shown<'_> {
                match self {
                    $(Self::$variant(model) => $crate::model::Field::shown(model),)*
                    $($(Self::$has(model) => $crate::model::Field::shown(model),)*)?
                    Self::Other(value) => $crate::model::Shown::Other(value),
                }
            }
        }

        $crate::macros::serde_by_field!($name);
    };
}

/// Makes models and unions answers of actions.
macro_rules! json_replies {
    ($($model:ty),* $(,)?) => {
        $(impl $crate::action::FromReply for $model {
            fn from_reply(reply: $crate::reply::Reply) -> Result<Self, $crate::error::Error> {
                $crate::decode::value(&reply)
            }
        }

        impl $crate::action::FromJson for $model {
            fn from_json(text: &str) -> Result<Self, $crate::model::Fault> {
                $crate::model::read(text)
            }
        })*
    };
}

/// Makes a union of each of its models.
macro_rules! union_from {
    ($union:ident: $($variant:ident($model:ty)),*) => {
        $(impl From<$model> for $union {
            fn from(model: $model) -> Self {
                Self::$variant(Box::new(model))
            }
        })*
    };
}

pub(crate) use {json_replies, open_enum, open_union, union_from};
