/**
 * Segment's HTTP tracking API on a Vert.x router: reads a request without blocking, finds the source by its write key, hands each
 * event to it and answers when all of them are done. Knows nothing of Camel's routes beyond {@link
 * io.camelsegment.http.TrackingSource}.
 */
package io.camelsegment.http;
