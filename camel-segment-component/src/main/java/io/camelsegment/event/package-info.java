/**
 * The event's bytes: scans a request of a Segment SDK once, checks it against RFC 8259 (JSON) and RFC 3629 (UTF-8), and
 * copies slices of it into one record per event, so that all that the Segment spec does not name arrives byte for byte.
 * Pure: no I/O, no clock, no framework, no service.
 */
package io.camelsegment.event;
