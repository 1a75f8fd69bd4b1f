/**
 * The {@code segment-kinesis} component: delivers to Kinesis Data Streams as Segment's Amazon Kinesis destination does.
 */
package io.camelsegment.kinesis;
