/**
 * Segment's tracking API on a Vert.x router. It reads requests without blocking, admits them, finds the source by write
 * key, and replies when all events are done. It knows Camel's routes only through
 * {@link io.camelsegment.tracking.server.TrackingSource}.
 */
package io.camelsegment.tracking.server;
