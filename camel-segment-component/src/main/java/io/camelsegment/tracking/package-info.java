/**
 * The {@code segment:} scheme: receives events through Segment's tracking API, one Exchange each, and sends events to
 * such an API.
 */
package io.camelsegment.tracking;
