//! The session machine in simulation: several clients, one store, one lock and one Box on a virtual clock.
//!
//! A seed decides everything: how clients are kept apart, how Box treats a refresh token that comes twice, and what goes
//! wrong when. Clients die, freeze and are told things too late at every step that their sessions want; requests and
//! replies are lost, doubled and late; the store fails, is slow, or does what it is asked and doesn't say so. When it has become
//! calm, all clients and one that has just started ask for a token. A judge who sees everything watches eight properties:
//!
//! 1. Two clients never refresh with one refresh token at once, and nobody writes the store without the lock.
//! 2. A refresh token is sent only when its intent stands in the store, and a second time only by who found an intent.
//! 3. Of one refresh token or code only one generation is ever published.
//! 4. No token is handed out that the store hasn't held.
//! 5. Whoever starts is signed in, unless Box or the application has ended the session, or a reply was lost that Box
//!    doesn't give twice; that is then said.
//! 6. A caller that waits is answered.
//! 7. Where Box has a grace, nobody is logged out.
//! 8. After Box's last word on a refresh token its client doesn't send it again.

mod box_site;
mod caller;
pub mod campaign;
mod client;
mod driver;
mod event;
mod exchange;
mod lock;
mod network;
mod plan;
mod properties;
mod scheduler;
mod store;
mod tally;
mod trace;
mod world;

pub use tally::{Outcome, Tally};
