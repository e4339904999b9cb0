//! All faults.

use box_emulator::{Fault as Emulated, FaultBody, FaultKind};

use super::{Cure, Doubt, Fault, Kind};

/// Faults that pass: what comes after them is as it should be.
pub fn passing() -> Vec<Fault> {
    let mut once = Vec::new();
    once.extend(lost());
    once.extend(slow());
    once.extend(statuses());
    once.extend(pages());
    once.extend(refusals());
    once.extend(redirects());
    let mut all = Vec::new();
    for fault in once {
        let twice = Fault { times: 2, name: format!("{}, twice", fault.name), ..fault.clone() };
        // The second refusal of a token is the error.
        let is_401 = matches!(
            &fault.kind,
            Kind::Emulated(Emulated { kind: FaultKind::Status { status: 401, .. }, .. })
        );
        let twice = if is_401 { Fault { cure: Cure::None, ..twice } } else { twice };
        let everywhere =
            Fault { everything: true, name: format!("{} in a row", twice.name), ..twice.clone() };
        all.extend([fault, twice, everywhere]);
    }
    all
}

/// Faults that outlast every try, for the operation alone and for all that the client sends.
pub fn lasting() -> Vec<Fault> {
    let mut kinds: Vec<_> = lost().collect();
    for status in TRANSIENT {
        kinds.extend([before(status, None), before(status, Some("7"))]);
        if status != 429 {
            kinds.extend([after(status, None), after(status, Some("7"))]);
        }
    }
    kinds.extend(pages());
    kinds.extend(redirects());
    kinds.extend(refusals().filter(|fault| !matches!(fault.kind, Kind::Expired)));
    let mut all = Vec::new();
    for fault in kinds {
        let lasts = Fault { times: 1000, cure: Cure::None, ..fault };
        let everywhere = Fault {
            everything: true,
            name: format!("{}, for ever and everywhere", lasts.name),
            ..lasts.clone()
        };
        all.extend([Fault { name: format!("{}, for ever", lasts.name), ..lasts }, everywhere]);
    }
    all
}

/// What happens for the moment.
const TRANSIENT: [u16; 5] = [500, 502, 503, 504, 429];

/// Each form of `retry-after`; the dates are seven seconds behind the beginning of a case, and long before it.
const RETRY_AFTER: [Option<&str>; 9] = [
    None,
    Some("7"),
    Some("0"),
    Some("Tue, 14 Nov 2023 22:13:27 GMT"),
    Some("Sun, 06 Nov 1994 08:49:37 GMT"),
    Some("soon"),
    Some("-1"),
    Some("1.5"),
    Some(FOR_YEARS),
];

const FOR_YEARS: &str = "99999999999";

/// The request, its reply, or the rest of the reply's body.
fn lost() -> impl Iterator<Item = Fault> {
    let drop = || Emulated::new("", FaultKind::Drop);
    let cut = |bytes| Emulated::new("", FaultKind::Truncate { bytes });
    let stall = |bytes| Emulated::stall("", bytes);
    let faults = [
        ("dropped before the effect", drop()),
        ("dropped after the effect", drop().after_effect()),
        ("body cut in its middle", drop().at_body()),
        ("body cut at its beginning", cut(0)),
        ("body cut after a byte", cut(1)),
        ("no first byte, before the effect", stall(0)),
        ("no first byte, after the effect", stall(0).after_effect()),
        ("body stalls at its beginning", stall(0).at_body()),
        ("body stalls in its middle", stall(9).at_body()),
    ];
    faults.into_iter().map(|(name, fault)| Fault::emulated(name, fault, Cure::Repeatable, Doubt::Always))
}

/// What takes its time.
fn slow() -> impl Iterator<Item = Fault> {
    let delay = |delay_ms| Emulated::new("", FaultKind::Delay { delay_ms });
    let faults = [
        ("first byte after 10 s", delay(10_000)),
        ("body after 10 s", delay(10_000).at_body()),
        ("body at 200 bytes per second", Emulated::trickle("", 200)),
    ];
    faults.into_iter().map(|(name, fault)| Fault::emulated(name, fault, Cure::Any, Doubt::Never))
}

fn statuses() -> impl Iterator<Item = Fault> {
    TRANSIENT.into_iter().flat_map(|status| {
        RETRY_AFTER.into_iter().flat_map(move |wait| {
            // A 429 says that nothing was done, so there is none after the effect.
            let after = (status != 429).then(|| after(status, wait));
            [before(status, wait)].into_iter().chain(after)
        })
    })
}

fn before(status: u16, retry_after: Option<&str>) -> Fault {
    let name = format!("{status} before the effect{}", told(retry_after));
    let fault = waiting(Emulated::status("", status), retry_after);
    match (status, retry_after) {
        (429, Some(FOR_YEARS)) => Fault::emulated(name, fault, Cure::None, Doubt::Never),
        (429, _) => Fault::emulated(name, fault, Cure::Any, Doubt::Never),
        (_, Some(FOR_YEARS)) => Fault::emulated(name, fault, Cure::None, Doubt::Final),
        _ => Fault::emulated(name, fault, Cure::Repeatable, Doubt::Always),
    }
}

fn after(status: u16, retry_after: Option<&str>) -> Fault {
    let name = format!("{status} after the effect{}", told(retry_after));
    let fault = waiting(Emulated::status("", status), retry_after).after_effect();
    let (cure, doubt) = match retry_after {
        Some(FOR_YEARS) => (Cure::None, Doubt::Final),
        _ => (Cure::Repeatable, Doubt::Always),
    };
    Fault::emulated(name, fault, cure, doubt)
}

fn waiting(fault: Emulated, retry_after: Option<&str>) -> Emulated {
    match retry_after {
        Some(value) => fault.retry_after(value),
        None => fault,
    }
}

fn told(retry_after: Option<&str>) -> String {
    retry_after.map(|value| format!(", retry-after: {value}")).unwrap_or_default()
}

/// What proxies answer.
fn pages() -> impl Iterator<Item = Fault> {
    TRANSIENT.into_iter().flat_map(|status| {
        let html = |fault: Emulated| fault.body(FaultBody::Html);
        let Fault { cure, doubt, .. } = before(status, None);
        let early = Emulated::status("", status);
        let late = Emulated::status("", status).after_effect();
        let early =
            Fault::emulated(format!("a page with {status} before the effect"), html(early), cure, doubt);
        let late = Fault::emulated(format!("a page with {status} after the effect"), html(late), cure, doubt);
        [early].into_iter().chain((status != 429).then_some(late))
    })
}

fn refusals() -> impl Iterator<Item = Fault> {
    let unauthorized = Emulated::status("", 401);
    let code = |code| Emulated::status("", 409).code(code);
    [
        Fault::emulated("401", unauthorized, Cure::Token, Doubt::OnPages),
        Fault::new("all tokens have ended", Kind::Expired, Cure::Any, Doubt::Never),
        Fault::new("no connection", Kind::Refused, Cure::Any, Doubt::OnPages),
        Fault::emulated("name reserved", code("name_temporarily_reserved"), Cure::Writes, Doubt::Never),
        Fault::emulated("operation blocked", code("operation_blocked_temporary"), Cure::Writes, Doubt::Never),
    ]
    .into_iter()
}

fn redirects() -> impl Iterator<Item = Fault> {
    let elsewhere = Emulated::new("", FaultKind::RedirectElsewhere);
    let foreign = Emulated::redirect("", "https://elsewhere.example/2.0/x");
    let plain = Emulated::redirect("", "http://api.box.com/2.0/users/me");
    [
        Fault::emulated(
            "redirect to itself",
            Emulated::new("", FaultKind::RedirectLoop),
            Cure::Reads,
            Doubt::OnPages,
        ),
        Fault::emulated("redirect to the host of content", elsewhere, Cure::None, Doubt::OnPages),
        Fault::emulated("redirect to another origin", foreign, Cure::None, Doubt::OnPages),
        Fault::emulated("redirect to an open connection", plain, Cure::None, Doubt::OnPages),
    ]
    .into_iter()
}
