//! The metric of OpenTelemetry's conventions, through its SDK.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod support;

use std::collections::BTreeMap;

use box_emulator::{Fault, FaultKind};
use opentelemetry::global;
use opentelemetry_sdk::metrics::{
    InMemoryMetricExporter, PeriodicReader, SdkMeterProvider,
    data::{AggregatedMetrics, MetricData},
};
use support::Native;

#[tokio::test]
async fn durations_come_by_the_conventions() {
    let exporter = InMemoryMetricExporter::default();
    let provider =
        SdkMeterProvider::builder().with_reader(PeriodicReader::builder(exporter.clone()).build()).build();
    global::set_meter_provider(provider.clone());
    let native = Native::start().await;
    let port = native.server.addresses().api.rsplit(':').next().unwrap().to_owned();
    native.fail(Fault::status("folders.get", 503));
    native.fail(Fault::new("users.me", FaultKind::Drop));
    native.client.folders().get("0").fields(["s3cret"]).await.unwrap();
    native.client.users().me().await.unwrap();
    provider.force_flush().unwrap();

    let exported = exporter.get_finished_metrics().unwrap();
    let metrics = exported.iter().flat_map(|resource| resource.scope_metrics());
    let metrics: Vec<_> = metrics.flat_map(|scope| scope.metrics()).collect();
    assert_eq!(metrics.len(), 1);
    assert_eq!((metrics[0].name(), metrics[0].unit()), ("http.client.request.duration", "s"));
    let AggregatedMetrics::F64(MetricData::Histogram(histogram)) = metrics[0].data() else {
        panic!("{:?}", metrics[0].data());
    };
    let mut counts = BTreeMap::new();
    for point in histogram.data_points() {
        assert_eq!(point.bounds().count(), 14);
        let facts = point.attributes();
        let facts: BTreeMap<_, _> =
            facts.map(|fact| (fact.key.to_string(), fact.value.to_string())).collect();
        assert_eq!((&*facts["server.address"], &facts["server.port"]), ("127.0.0.1", &port));
        let keys = ["http.request.method", "url.template", "http.response.status_code", "error.type"];
        let shown: Vec<_> = keys.map(|key| facts.get(key).map_or("-", String::as_str)).into();
        counts.insert(shown.join(" "), point.count());
        assert!(!format!("{facts:?}").contains("s3cret"), "{facts:?}");
    }
    let expected = [
        ("GET /folders/{folder_id} 200 -", 1),
        ("GET /folders/{folder_id} 503 503", 1),
        ("GET /users/me - transport", 1),
        ("GET /users/me 200 -", 1),
        ("POST /token 200 -", 1),
    ];
    assert_eq!(counts, expected.map(|(facts, count)| (facts.to_owned(), count)).into());
}
