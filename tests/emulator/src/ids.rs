/// Ids, tokens and request ids: counters and a generator that a seed decides.
#[derive(Clone, Debug)]
pub(crate) struct Ids {
    next_item: u64,
    next_part: u64,
    state: u64,
}

impl Ids {
    pub(crate) fn new(seed: u64) -> Self {
        Self {
            next_item: 300_000_000_000,
            next_part: 0x1A2B_0000,
            state: seed.wrapping_mul(0x9E37_79B9_7F4A_7C15),
        }
    }

    /// Unique over files, folders and file versions.
    pub(crate) fn item(&mut self) -> u64 {
        self.next_item += 1 + self.random() % 1000;
        self.next_item
    }

    pub(crate) fn part(&mut self) -> String {
        self.next_part += 1;
        format!("{:08X}", self.next_part)
    }

    pub(crate) fn token(&mut self) -> String {
        format!("{:016x}{:016x}", self.random(), self.random())
    }

    pub(crate) fn request(&mut self) -> String {
        format!("{:016x}", self.random())
    }

    // splitmix64
    fn random(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }
}
