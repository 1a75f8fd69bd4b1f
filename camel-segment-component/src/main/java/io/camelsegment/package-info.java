/** The Camel components {@code segment}, {@code segment-kinesis} and {@code segment-firehose}: what users of this library see. */
package io.camelsegment;
