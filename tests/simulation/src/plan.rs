//! What a seed decides before anything happens.

use box_emulator::RefreshMode;

/// How users of one store keep each other out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LockKind {
    /// Of an operating system: it is free when its holder dies, and is taken from nobody.
    System,
    /// It runs out after so many milliseconds, whatever its holder does.
    Lease(u64),
    /// Of a browser: it is free when its tab is closed, and stolen from a tab that keeps it for too long.
    Tab,
}

/// How the clients sign in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    OAuth,
    ClientCredentials,
    Provider,
}

/// How often something goes wrong, of a thousand times.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Chaos {
    /// A client dies before or after it carries an output out.
    pub(crate) crash: u32,
    /// A client stands still after it has carried an output out.
    pub(crate) freeze: u32,
    /// A request, or its reply, gets lost.
    pub(crate) lose: u32,
    /// A request or reply travels for up to a minute.
    pub(crate) late: u32,
    /// A request arrives a second time.
    pub(crate) duplicate: u32,
    /// Something before Box answers instead of it, before or after Box has done its work.
    pub(crate) busy: u32,
    /// The store fails, before or after it has done its work.
    pub(crate) store: u32,
    /// The store takes longer than anybody waits.
    pub(crate) slow: u32,
    /// The application's hook or provider hangs or fails.
    pub(crate) hook: u32,
    /// A caller goes away before it is answered.
    pub(crate) leave: u32,
}

/// What a seed decides.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    pub(crate) lock: LockKind,
    pub(crate) way: Way,
    pub(crate) mode: RefreshMode,
    pub(crate) clients: usize,
    /// Life of an access token in seconds.
    pub(crate) life: u64,
    pub(crate) chaos: Chaos,
    /// When things stop to go wrong, in milliseconds from the start.
    pub(crate) calm_at: u64,
    pub(crate) calls: u32,
    /// Calls that come together.
    pub(crate) burst: u32,
    pub(crate) sign_ins: u32,
    /// How often Box ends all sessions.
    pub(crate) revocations: u32,
    /// How often the application ends its session.
    pub(crate) farewells: u32,
    /// How often Box ends all access tokens.
    pub(crate) expiries: u32,
}

impl Plan {
    pub(crate) fn new(rng: &mut fastrand::Rng) -> Self {
        let mut some = |levels: &[u32]| rng.choice(levels).copied().unwrap_or_default();
        let chaos = Chaos {
            crash: some(&[0, 0, 10, 40]),
            freeze: some(&[0, 0, 10, 40]),
            lose: some(&[0, 0, 50, 200]),
            late: some(&[0, 0, 50, 150]),
            duplicate: some(&[0, 0, 100]),
            busy: some(&[0, 0, 50]),
            store: some(&[0, 0, 30, 150]),
            slow: some(&[0, 0, 30]),
            hook: some(&[0, 0, 30]),
            leave: some(&[0, 0, 100]),
        };
        let lock = match rng.u32(0..3) {
            0 => LockKind::System,
            1 => LockKind::Lease(rng.choice([5_000, 30_000, 90_000]).unwrap_or(30_000)),
            _ => LockKind::Tab,
        };
        let way = match rng.u32(0..10) {
            0 => Way::ClientCredentials,
            1 => Way::Provider,
            _ => Way::OAuth,
        };
        let mode = match rng.u32(0..3) {
            0 => RefreshMode::Strict,
            1 => RefreshMode::GraceSame,
            _ => RefreshMode::GraceDistinct,
        };
        let mut rarely = |of: u32| if rng.u32(0..of) == 0 { rng.u32(1..3) } else { 0 };
        let (sign_ins, revocations, farewells, expiries) = (rarely(3), rarely(4), rarely(5), rarely(3));
        Self {
            lock,
            way,
            mode,
            chaos,
            clients: rng.usize(1..5),
            life: rng.choice([60, 300, 1_200]).unwrap_or(300),
            calm_at: rng.u64(3..25) * 60_000,
            calls: rng.u32(3..12),
            burst: rng.u32(1..5),
            sign_ins,
            revocations,
            farewells,
            expiries,
        }
    }
}
