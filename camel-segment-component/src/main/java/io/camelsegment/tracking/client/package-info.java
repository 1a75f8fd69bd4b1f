/** Sends events to a tracking API: writes the event of a message, and posts batches. */
package io.camelsegment.tracking.client;
