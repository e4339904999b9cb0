//! Models inside of models: one that comes in an unexpected shape is absent, and so never loses what it stands in.

use std::{fmt, marker::PhantomData};

use serde::{
    Deserialize, Deserializer,
    de::{IgnoredAny, MapAccess, SeqAccess, Visitor, value::MapAccessDeserializer},
};

/// A model or map; anything but an object is absent.
pub(crate) fn opt_model<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    deserializer.deserialize_any(Nested::<One<T>>(PhantomData))
}

/// A list of models; anything but a list is absent, and what isn't an object in it is skipped.
pub(crate) fn opt_models<'de, D, T>(deserializer: D) -> Result<Option<Vec<T>>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    let list = deserializer.deserialize_any(Nested::<Many<Element<T>>>(PhantomData))?;
    Ok(list.map(|list| list.into_iter().filter_map(|Element(model)| model).collect()))
}

/// A list of unions, which keep what they don't know; anything but a list is absent.
pub(crate) fn opt_unions<'de, D, T>(deserializer: D) -> Result<Option<Vec<T>>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    deserializer.deserialize_any(Nested::<Many<T>>(PhantomData))
}

/// What a shape becomes.
trait Shape<'de> {
    type Value;

    fn object<A: MapAccess<'de>>(map: A) -> Result<Option<Self::Value>, A::Error>;
    fn list<A: SeqAccess<'de>>(seq: A) -> Result<Option<Self::Value>, A::Error>;
}

struct One<T>(T);
struct Many<T>(T);

impl<'de, T: Deserialize<'de>> Shape<'de> for One<T> {
    type Value = T;

    fn object<A: MapAccess<'de>>(map: A) -> Result<Option<T>, A::Error> {
        T::deserialize(MapAccessDeserializer::new(map)).map(Some)
    }

    fn list<A: SeqAccess<'de>>(mut seq: A) -> Result<Option<T>, A::Error> {
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(None)
    }
}

impl<'de, T: Deserialize<'de>> Shape<'de> for Many<T> {
    type Value = Vec<T>;

    fn object<A: MapAccess<'de>>(mut map: A) -> Result<Option<Vec<T>>, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(None)
    }

    fn list<A: SeqAccess<'de>>(mut seq: A) -> Result<Option<Vec<T>>, A::Error> {
        let mut list = Vec::new();
        while let Some(element) = seq.next_element()? {
            list.push(element);
        }
        Ok(Some(list))
    }
}

/// A model in a list.
struct Element<T>(Option<T>);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Element<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        opt_model(deserializer).map(Self)
    }
}

struct Nested<S>(PhantomData<S>);

impl<'de, S: Shape<'de>> Visitor<'de> for Nested<S> {
    type Value = Option<S::Value>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        S::object(map)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<Self::Value, A::Error> {
        S::list(seq)
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_str<E>(self, _: &str) -> Result<Self::Value, E> {
        Ok(None)
    }
}
