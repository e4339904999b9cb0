//! What models expand to: how they are held, made, read, shown and changed.

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

pub(crate) use {
    argument, blank, fill, from_string, made, model, serde_by_field, setter, setters, show, slot,
};
