//! A certificate authority of its own, and TLS in front of a server.

use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::{io::copy_bidirectional, net::TcpStream};
use tokio_rustls::TlsAcceptor;

use super::{Relay, note};

/// An authority that nobody knows.
pub(crate) struct Authority {
    issuer: Issuer<'static, KeyPair>,
    pub(crate) pem: String,
    pub(crate) der: Vec<u8>,
}

impl Authority {
    pub(crate) fn new() -> Self {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        let root = params.self_signed(&key).unwrap();
        Self { issuer: Issuer::new(params, key), pem: root.pem(), der: root.der().to_vec() }
    }

    /// TLS for `localhost` in front of a server, given as `host:port`.
    pub(crate) async fn front(&self, server: &str) -> Relay {
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new(["localhost".to_owned()]).unwrap();
        let leaf = params.signed_by(&key, &self.issuer).unwrap();
        let chain: Vec<CertificateDer<'static>> = vec![leaf.der().clone()];
        let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = rustls::ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(chain, key)
            .unwrap();
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let server = server.to_owned();
        Relay::start(move |stream, notes| {
            let (acceptor, server) = (acceptor.clone(), server.clone());
            async move {
                let accepted = acceptor.accept(stream).await;
                note(&notes, if accepted.is_ok() { "accepted" } else { "refused" });
                let mut near = accepted?;
                let mut far = TcpStream::connect(server).await?;
                copy_bidirectional(&mut near, &mut far).await.map(drop)
            }
        })
        .await
    }
}
