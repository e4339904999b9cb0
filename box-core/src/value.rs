//! Value types that the generated actions and models share.

use serde::{Serialize, Serializer};

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

impl<T: Serialize> Serialize for Nullable<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Absent | Self::Null => serializer.serialize_none(),
            Self::Value(value) => value.serialize(serializer),
        }
    }
}

/// Defines an open enum: the known values as variants, any other one kept as `Other`.
macro_rules! open_enum {
    ($(#[$meta:meta])* $name:ident { $($variant:ident = $wire:literal,)* }) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
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

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let value = $crate::decode::string(deserializer)?;
                Ok(Self::from(value.as_str()))
            }
        }

        impl $crate::encode::Text for $name {
            fn text(&self) -> Option<String> {
                Some(self.as_str().to_owned())
            }
        }
    };
}

/// Defines an open union of models, told apart by a member; any other value is kept as `Other`.
macro_rules! open_union {
    (
        $(#[$meta:meta])*
        $name:ident by $tag:literal: $($trait:ident)* { $($variant:ident($model:ty) = $wire:literal,)* }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq)]
        #[non_exhaustive]
        pub enum $name {
            $(#[doc = concat!("`", $wire, "`")] $variant(Box<$model>),)*
            /// A value that this version doesn't know, as it came.
            Other(serde_json::Value),
        }

        $crate::value::union_impls!($name $tag [$($trait)*] $($variant($model) = $wire,)*);
    };
}

/// Implements serde's traits for an open union.
macro_rules! union_impls {
    ($name:ident $tag:literal [Deserialize Serialize] $($variants:tt)*) => {
        $crate::value::union_impls!($name $tag [Deserialize] $($variants)*);
        $crate::value::union_impls!($name $tag [Serialize] $($variants)*);
    };
    ($name:ident $tag:literal [Serialize] $($variant:ident($model:ty) = $wire:literal,)*) => {
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                match self {
                    $(Self::$variant(model) => model.serialize(serializer),)*
                    Self::Other(value) => value.serialize(serializer),
                }
            }
        }
    };
    ($name:ident $tag:literal [Deserialize] $($variant:ident($model:ty) = $wire:literal,)*) => {
        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let value = serde_json::Value::deserialize(deserializer)?;
                let tag = value.get($tag).and_then(serde_json::Value::as_str);
                // A known tag over a body that doesn't fit is kept whole too: one odd item never loses a page.
                match tag {
                    $(Some($wire) => Ok(match <$model as serde::Deserialize>::deserialize(&value) {
                        Ok(model) => Self::$variant(Box::new(model)),
                        Err(_) => Self::Other(value),
                    }),)*
                    _ => Ok(Self::Other(value)),
                }
            }
        }
    };
}

/// Makes models answers of actions.
macro_rules! json_replies {
    ($($model:ty),* $(,)?) => {
        $(impl $crate::action::FromReply for $model {
            fn from_reply(reply: $crate::reply::Reply) -> Result<Self, $crate::error::Error> {
                $crate::decode::object(&reply)
            }
        })*
    };
}

pub(crate) use {json_replies, open_enum, open_union, union_impls};
