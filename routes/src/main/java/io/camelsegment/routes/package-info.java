/**
 * Building blocks for routes of events: the mapping table of Segment's Firehose destination, and a fan-out that loses
 * no failure.
 */
package io.camelsegment.routes;
