/**
 * The delivery engine: batches records per stream, sends them, sends the failed ones again and completes each record with
 * its own outcome. It knows neither Camel nor AWS: a {@link io.camelsegment.delivery.BatchTransport} speaks to a service,
 * a {@link io.camelsegment.delivery.RecordCallback} to whoever gave the record.
 */
package io.camelsegment.delivery;
