/** The {@code segment-firehose} component: delivers to Amazon Data Firehose as Segment's Firehose destination does. */
package io.camelsegment.firehose;
