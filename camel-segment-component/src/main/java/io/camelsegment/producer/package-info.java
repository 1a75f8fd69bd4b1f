/**
 * The sending side of {@code segment:}: makes an event of each message, and sends the events in batches to a Segment-compatible
 * tracking API through the {@linkplain io.camelsegment.delivery delivery engine}.
 */
package io.camelsegment.producer;
