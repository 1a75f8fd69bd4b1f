/**
 * The event's bytes: reads what a Segment SDK sent and turns each event into the record that is delivered.
 *
 * <p>{@link io.camelsegment.event.EventParser} goes once over the request's bytes, checks all of it against RFC 8259 (JSON) and
 * RFC 3629 (UTF-8), and notes where the members that the collector knows begin and end.
 * {@link io.camelsegment.event.EventBatch#normalize} then copies slices of the request into one array per event, with those members
 * added, replaced or removed that the Segment spec names. No tree is built and no value is decoded that nobody asked for, so that
 * whatever the sender wrote elsewhere arrives byte for byte. The decisions where Segment's own behaviour is not published are listed
 * in {@code src/main/docs/normalisation.adoc}.
 *
 * <p>Pure: no I/O, no clock, no Camel, no AWS.
 */
package io.camelsegment.event;
