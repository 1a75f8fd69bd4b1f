/**
 * Ready-made routing for events: the mapping table of Segment's Firehose destination, a fan-out that loses no failure, and
 * the routes that a plain list of sources and destinations stands for.
 */
package io.camelsegment.routes;
