/**
 * Turns Exchanges into records and continues them with the records' outcomes: endpoint, producer, shared senders,
 * meters and health check. Knows no service; {@link io.camelsegment.sink.SinkEndpoint} lists what a service adds.
 */
package io.camelsegment.sink;
