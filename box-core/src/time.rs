//! Points in time, handed in by the driver, and the date types of the API.

use std::{fmt, ops::Add, time::Duration};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use time::{
    Date as CalendarDate, Month, OffsetDateTime, PrimitiveDateTime, Time, UtcOffset,
    format_description::well_known::Rfc3339,
};

/// Milliseconds since 1970-01-01T00:00:00Z, as the driver's clock has them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(pub u64);

impl Timestamp {
    /// Time from `earlier` to this one, zero if it isn't earlier.
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(self.0.saturating_sub(earlier.0))
    }

    /// Reads an HTTP date in the form that servers must write (RFC 9110, section 5.6.7), such as
    /// `Sun, 06 Nov 1994 08:49:37 GMT`. A library that reads the historic forms too is a thirtieth of what a page loads.
    pub fn from_http_date(text: &str) -> Option<Self> {
        const MONTHS: [&str; 12] =
            ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
        let mut words = text.split(' ').skip(1);
        let number = |text: &str, most: u64| text.parse::<u64>().ok().filter(|number| *number <= most);
        let day = number(words.next()?, 31)?;
        let name = words.next()?;
        let month = MONTHS.iter().position(|month| *month == name)? as u64;
        let year = number(words.next()?, 9999).filter(|year| *year >= 1970)?;
        let mut clock = words.next()?.split(':');
        let mut seconds = 0;
        for most in [23, 59, 60] {
            seconds = seconds * 60 + number(clock.next()?, most)?;
        }
        if words.next() != Some("GMT") {
            return None;
        }
        Self::of(year, month + 1, day, seconds)
    }

    /// Reads RFC 3339 in whole seconds, such as `2012-12-12T10:53:43-08:00`. [`DateTime`] reads all of it, by a library that is a
    /// sixteenth of what a page loads.
    pub(crate) fn from_rfc3339(text: &str) -> Option<Self> {
        let mut numbers = text.split(|c: char| !c.is_ascii_digit());
        let mut number = || numbers.next()?.parse::<u16>().ok().map(u64::from);
        let (year, month, day) = (number()?, number()?, number()?);
        let mut seconds = 0;
        for _ in 0..3 {
            seconds = seconds * 60 + number()?;
        }
        let Self(time) = Self::of(year, month, day, seconds)?;
        let (_, zone) = text.split_at_checked("2012-12-12T10:53:43".len())?;
        let Some(at) = zone.find(['+', '-']) else {
            return Some(Self(time));
        };
        let (hours, minutes) = zone.get(at + 1..)?.split_once(':')?;
        let [hours, minutes] = [hours, minutes].map(|digits| digits.parse::<u16>().ok().map(u64::from));
        let offset = (hours? * 60 + minutes?) * 60_000;
        let east = zone.get(at..)?.starts_with('+');
        Some(Self(if east { time.checked_sub(offset)? } else { time.checked_add(offset)? }))
    }

    /// Seconds of a day since 1970, with the months from 1.
    fn of(year: u64, month: u64, day: u64, seconds: u64) -> Option<Self> {
        if !(1..=12).contains(&month) || year > 9999 || day > 31 || seconds > 86_400 {
            return None;
        }
        // Years that begin in March end with their leap day (proleptic Gregorian calendar).
        let (year, month) = if month < 3 { (year.checked_sub(1)?, month + 9) } else { (year, month - 3) };
        let days = year * 365 + year / 4 - year / 100 + year / 400 + (month * 153 + 2) / 5 + day;
        const TO_1970: u64 = 719_469;
        Some(Self((days.checked_sub(TO_1970)? * 86_400 + seconds) * 1000))
    }
}

impl Add<Duration> for Timestamp {
    type Output = Self;

    fn add(self, time: Duration) -> Self {
        Self(self.0.saturating_add(millis(time)))
    }
}

/// Whole milliseconds, without the 128-bit arithmetic of `Duration::as_millis`, which is large where there is none.
pub fn millis(time: Duration) -> u64 {
    time.as_secs().saturating_mul(1000).saturating_add(time.subsec_millis().into())
}

/// The first second of the year 0 and the last of 9999, between which RFC 3339 can write.
const FIRST_SECOND: i64 = -62_167_219_200;
const LAST_SECOND: i64 = 253_402_300_799;

/// A point in time as Box writes it (RFC 3339), with its offset.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DateTime(OffsetDateTime);

impl DateTime {
    /// Reads RFC 3339, such as `2012-12-12T10:53:43-08:00`.
    pub fn parse(text: &str) -> Option<Self> {
        plain(text).or_else(|| OffsetDateTime::parse(text, &Rfc3339).ok()).map(Self)
    }

    fn from_seconds(seconds: i64) -> Self {
        Self(OffsetDateTime::from_unix_timestamp(seconds).unwrap_or(OffsetDateTime::UNIX_EPOCH))
    }

    /// The same instant in milliseconds; the epoch for what lies before it.
    pub fn timestamp(self) -> Timestamp {
        let millis = self.0.unix_timestamp_nanos() / 1_000_000;
        Timestamp(u64::try_from(millis).unwrap_or_default())
    }
}

/// A time in the one form in which Box writes most, `2012-12-12T10:53:43-08:00`: the library reads all forms, and takes
/// four times as long.
fn plain(text: &str) -> Option<OffsetDateTime> {
    let bytes: &[u8; 25] = text.as_bytes().try_into().ok()?;
    let [
        y1,
        y2,
        y3,
        y4,
        b'-',
        m1,
        m2,
        b'-',
        d1,
        d2,
        b'T',
        h1,
        h2,
        b':',
        n1,
        n2,
        b':',
        s1,
        s2,
        sign,
        o1,
        o2,
        b':',
        p1,
        p2,
    ] = *bytes
    else {
        return None;
    };
    let two = |a: u8, b: u8| (a.is_ascii_digit() && b.is_ascii_digit()).then(|| (a - b'0') * 10 + (b - b'0'));
    let year = i32::from(two(y1, y2)?) * 100 + i32::from(two(y3, y4)?);
    let date =
        CalendarDate::from_calendar_date(year, Month::try_from(two(m1, m2)?).ok()?, two(d1, d2)?).ok()?;
    let time = Time::from_hms(two(h1, h2)?, two(n1, n2)?, two(s1, s2)?).ok()?;
    let (hours, minutes) = (i8::try_from(two(o1, o2)?).ok()?, i8::try_from(two(p1, p2)?).ok()?);
    let offset = match sign {
        _ if hours > 23 || minutes > 59 => return None,
        b'+' => UtcOffset::from_hms(hours, minutes, 0).ok()?,
        b'-' => UtcOffset::from_hms(-hours, -minutes, 0).ok()?,
        _ => return None,
    };
    Some(PrimitiveDateTime::new(date, time).assume_offset(offset))
}

impl From<Timestamp> for DateTime {
    /// In UTC; times beyond the year 9999 become its end.
    fn from(time: Timestamp) -> Self {
        let seconds = i64::try_from(time.0 / 1000).unwrap_or(LAST_SECOND).min(LAST_SECOND);
        let Self(whole) = Self::from_seconds(seconds);
        Self(whole + Duration::from_millis(time.0 % 1000))
    }
}

impl From<OffsetDateTime> for DateTime {
    /// What RFC 3339 can't write is brought near: seconds of an offset are dropped, and years outside of 0 to 9999 become
    /// the first or last instant of these.
    fn from(time: OffsetDateTime) -> Self {
        let (hours, minutes, _) = time.offset().as_hms();
        let offset = UtcOffset::from_hms(hours, minutes, 0).unwrap_or(UtcOffset::UTC);
        match time.checked_to_offset(offset) {
            Some(time) if (0..=9999).contains(&time.year()) => Self(time),
            _ if time.year() < 5000 => Self::from_seconds(FIRST_SECOND),
            _ => Self::from_seconds(LAST_SECOND),
        }
    }
}

impl From<DateTime> for OffsetDateTime {
    fn from(time: DateTime) -> Self {
        time.0
    }
}

impl fmt::Display for DateTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.format(&Rfc3339).map_err(|_| fmt::Error)?)
    }
}

impl fmt::Debug for DateTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for DateTime {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for DateTime {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| D::Error::custom("expected an RFC 3339 date-time"))
    }
}

/// A calendar date, `2012-12-12`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(CalendarDate);

impl Date {
    /// The first of January 1970.
    pub(crate) const EPOCH: Self = Self(OffsetDateTime::UNIX_EPOCH.date());

    /// Reads `year-month-day`.
    pub fn parse(text: &str) -> Option<Self> {
        let mut fields = text.splitn(3, '-');
        let year = fields.next()?.parse().ok()?;
        let month: u8 = fields.next()?.parse().ok()?;
        let day = fields.next()?.parse().ok()?;
        CalendarDate::from_calendar_date(year, month.try_into().ok()?, day).ok().map(Self)
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(date) = self;
        write!(f, "{:04}-{:02}-{:02}", date.year(), u8::from(date.month()), date.day())
    }
}

impl fmt::Debug for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for Date {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Date {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| D::Error::custom("expected a date, year-month-day"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_keep_their_offset_and_their_instant() {
        let time = DateTime::parse("2012-12-12T10:53:43-08:00").unwrap();
        assert_eq!(time.to_string(), "2012-12-12T10:53:43-08:00");
        assert_eq!(time.timestamp(), Timestamp(1_355_338_423_000));
        assert_eq!(DateTime::from(Timestamp(1_355_338_423_250)).to_string(), "2012-12-12T18:53:43.25Z");
        assert_eq!(DateTime::from(Timestamp(u64::MAX)).to_string(), "9999-12-31T23:59:59.615Z");
        assert_eq!(Date::parse("2024-02-29").unwrap().to_string(), "2024-02-29");
        for wrong in ["2023-02-29", "2024-13-01", "20240101", "", "a-b-c"] {
            assert_eq!(Date::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn the_common_form_is_read_as_the_library_reads_it() {
        let times = [
            "2012-12-12T10:53:43-08:00",
            "2012-12-12T10:53:43+05:30",
            "2012-02-29T23:59:59-00:30",
            "2013-02-29T23:59:59-00:30",
            "2012-12-12T24:00:00-08:00",
            "2016-12-31T23:59:60+00:00",
            "2012-12-12T10:53:43 08:00",
            "2012-12-12T10:53:43+25:00",
            "2012-12-12T10:53:43+23:60",
            "2012-12-12T10:53:43-23:59",
            "2012-12-1xT10:53:43-08:00",
            "0000-01-01T00:00:00+00:00",
        ];
        for text in times {
            let read = plain(text).or_else(|| OffsetDateTime::parse(text, &Rfc3339).ok());
            assert_eq!(read, OffsetDateTime::parse(text, &Rfc3339).ok(), "{text}");
        }
        assert!(plain("2012-12-12T10:53:43-08:00").is_some());
    }

    #[test]
    fn times_are_read_without_the_library_too() {
        let times = [
            "2012-12-12T10:53:43-08:00",
            "2012-12-12T10:53:43Z",
            "2012-02-29T23:59:59+05:30",
            "2000-03-01T00:00:00.250+00:00",
            "1970-01-01T00:00:00Z",
            "9999-12-31T23:59:59Z",
        ];
        for text in times {
            let Timestamp(whole) = DateTime::parse(text).unwrap().timestamp();
            assert_eq!(Timestamp::from_rfc3339(text), Some(Timestamp(whole / 1000 * 1000)), "{text}");
        }
        let wrong = [
            "",
            "soon",
            "2012-12-12",
            "2012-13-01T00:00:00Z",
            "1960-01-01T00:00:00Z",
            "2012-12-12T10:53:43+1",
        ];
        for text in wrong {
            assert_eq!(Timestamp::from_rfc3339(text), None, "{text}");
        }
        let huge = "99999999999999999999-12-12T10:53:43Z";
        assert_eq!(Timestamp::from_rfc3339(huge), None);
        assert_eq!(Timestamp::from_rfc3339("2012-12-12T10:53:43+99999999999999999:00"), None);
    }

    #[test]
    fn every_time_can_be_written() {
        let noon = OffsetDateTime::from_unix_timestamp(1_355_338_423).unwrap();
        let odd = noon.to_offset(UtcOffset::from_hms(-1, -2, -3).unwrap());
        assert_eq!(DateTime::from(odd).to_string(), "2012-12-12T17:51:43-01:02");
        let early = noon.replace_year(-5).unwrap();
        assert_eq!(DateTime::from(early).to_string(), "0000-01-01T00:00:00Z");
        let late = OffsetDateTime::from_unix_timestamp(LAST_SECOND).unwrap();
        assert_eq!(DateTime::from(late).to_string(), "9999-12-31T23:59:59Z");
    }

    #[test]
    fn http_dates_are_read() {
        let cases = [
            ("Sun, 06 Nov 1994 08:49:37 GMT", Some(784_111_777_000)),
            ("Thu, 01 Jan 1970 00:00:00 GMT", Some(0)),
            ("Tue, 29 Feb 2000 23:59:60 GMT", Some(951_868_800_000)),
            ("Sun, 28 Feb 2100 12:00:00 GMT", Some(4_107_499_200_000)),
            ("Mon, 01 Mar 2100 12:00:00 GMT", Some(4_107_585_600_000)),
            ("Fri, 31 Dec 9999 00:00:00 GMT", Some(253_402_214_400_000)),
            ("Sun, 06 Nov 1994 24:49:37 GMT", None),
            ("Sun, 06 Nov 1994 08:49:37 CET", None),
            ("Sun, 06 Nov 1994 08:49 GMT", None),
            ("Sun, 32 Nov 1994 08:49:37 GMT", None),
            ("Sun, 06 Foo 1994 08:49:37 GMT", None),
            ("soon", None),
            ("", None),
        ];
        for (text, time) in cases {
            assert_eq!(Timestamp::from_http_date(text), time.map(Timestamp), "{text}");
        }
    }
}
