/**
 * The event's bytes: parses a request of a Segment SDK and turns each event into the record to deliver.
 *
 * <p>{@link io.camelsegment.event.EventParser} scans the request's bytes once, checks them against RFC 8259 (JSON) and
 * RFC 3629 (UTF-8), and notes where known members begin and end. {@link io.camelsegment.event.EventBatch#normalize}
 * then copies slices of the request into one array per event, and adds, replaces or removes members that the Segment
 * spec names. No tree is built and no other value is decoded, so everything else arrives byte for byte. The page on
 * normalisation lists the decisions where Segment's own behaviour is not published.
 *
 * <p>Pure: no I/O, no clock, no framework, no service.
 */
package io.camelsegment.event;
