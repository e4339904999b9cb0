//! Whose certificates a client trusts.

use std::{fmt, sync::Arc};

use box_core::error::Error;
use rustls::{
    ClientConfig, RootCertStore,
    crypto::CryptoProvider,
    pki_types::{CertificateDer, pem::PemObject},
};

/// Certificates of those who may vouch for a server: the platform's by default, an organisation's own with them or
/// in their place.
///
/// ```
/// # use box_native::transport::Roots;
/// # fn example(company: &[u8]) -> Result<(), box_native::Error> {
/// let also = Roots::platform().with(company)?;
/// let only = Roots::none().with(company)?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Roots {
    platform: bool,
    own: Vec<CertificateDer<'static>>,
}

impl Default for Roots {
    fn default() -> Self {
        Self::platform()
    }
}

impl Roots {
    /// Those that the operating system trusts.
    pub fn platform() -> Self {
        Self { platform: true, own: Vec::new() }
    }

    /// None, so that only those count that are added.
    pub fn none() -> Self {
        Self { platform: false, own: Vec::new() }
    }

    /// Adds certificates: PEM, in which other entries are passed over, or one in DER.
    ///
    /// # Errors
    /// `InvalidInput` for what isn't a certificate.
    pub fn with(mut self, certificates: impl AsRef<[u8]>) -> Result<Self, Error> {
        let bytes = certificates.as_ref();
        let wrong = || Error::invalid("TLS roots: not a certificate in PEM or DER");
        let before = self.own.len();
        if bytes.windows(PEM.len()).any(|window| window == PEM) {
            for certificate in CertificateDer::pem_slice_iter(bytes) {
                self.own.push(certificate.map_err(|_| wrong())?);
            }
        } else {
            self.own.push(CertificateDer::from(bytes.to_vec()));
        }
        let added = self.own.get(before..).unwrap_or_default();
        if added.is_empty() {
            return Err(wrong());
        }
        // What can't be read is told here, and not by every connection.
        store(added).map_err(|_| wrong())?;
        Ok(self)
    }

    /// Whether nothing was changed.
    pub(crate) fn is_default(&self) -> bool {
        self.platform && self.own.is_empty()
    }

    pub(super) fn config(&self) -> Result<ClientConfig, rustls::Error> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
            .with_safe_default_protocol_versions()?;
        let builder = if self.platform {
            let verifier = platform_verifier(self.own.clone(), provider)?;
            builder.dangerous().with_custom_certificate_verifier(Arc::new(verifier))
        } else {
            builder.with_root_certificates(store(&self.own)?)
        };
        Ok(builder.with_no_client_auth())
    }
}

const PEM: &[u8] = b"-----BEGIN ";

fn store(certificates: &[CertificateDer<'static>]) -> Result<RootCertStore, rustls::Error> {
    let mut store = RootCertStore::empty();
    certificates.iter().try_for_each(|certificate| store.add(certificate.clone()))?;
    Ok(store)
}

#[cfg(not(target_os = "android"))]
fn platform_verifier(
    own: Vec<CertificateDer<'static>>,
    provider: Arc<CryptoProvider>,
) -> Result<rustls_platform_verifier::Verifier, rustls::Error> {
    if own.is_empty() {
        return rustls_platform_verifier::Verifier::new(provider);
    }
    rustls_platform_verifier::Verifier::new_with_extra_roots(own, provider)
}

/// Android's own way to trust more than the system does is in an application's manifest.
#[cfg(target_os = "android")]
fn platform_verifier(
    own: Vec<CertificateDer<'static>>,
    provider: Arc<CryptoProvider>,
) -> Result<rustls_platform_verifier::Verifier, rustls::Error> {
    if !own.is_empty() {
        return Err(rustls::Error::General("Android takes no roots beside its own".to_owned()));
    }
    rustls_platform_verifier::Verifier::new(provider)
}

impl fmt::Debug for Roots {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Roots").field("platform", &self.platform).field("own", &self.own.len()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_certificate_is_refused() {
        let key = "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n";
        let wrong = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
        let cut = "-----BEGIN CERTIFICATE-----\nAAAA\n";
        for bytes in ["", "s3cret", key, wrong, cut] {
            let error = Roots::none().with(bytes).unwrap_err().to_string();
            assert!(error.contains("not a certificate") && !error.contains("s3cret"), "{bytes}: {error}");
        }
    }
}
