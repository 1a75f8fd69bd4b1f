/**
 * The delivery engine: batches the records of a stream, sends them, resends failed ones and completes each record with
 * its own result. It depends on no service and no framework: a {@link io.camelsegment.delivery.BatchTransport} calls
 * the service, a {@link io.camelsegment.delivery.RecordCallback} tells the sender of the record.
 */
package io.camelsegment.delivery;
