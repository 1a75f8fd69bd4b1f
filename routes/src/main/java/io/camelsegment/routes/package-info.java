/**
 * Building blocks for routes of events: a DSL for routes in Java, the mapping table of Segment's Firehose destination,
 * a fan-out that loses no failure, and steps that change events.
 */
package io.camelsegment.routes;
