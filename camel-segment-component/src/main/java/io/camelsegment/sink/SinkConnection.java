package io.camelsegment.sink;

import io.camelsegment.delivery.BatchTransport;
import io.camelsegment.delivery.CallLimit;

/**
 * An open connection to one stream.
 *
 * @param transport sends to the stream
 * @param calls     limits the calls under way of all streams behind the same client
 * @param closer    closes the connection; called once, after the last answer
 */
public record SinkConnection(BatchTransport transport, CallLimit calls, Runnable closer) {}
