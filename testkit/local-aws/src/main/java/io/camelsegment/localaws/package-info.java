/**
 * An in-process stand-in for the parts of Amazon Kinesis Data Streams, Amazon Data Firehose, AWS STS and IAM that this
 * project uses: the real protocols on one local port, AWS's limits and error codes, everything kept in memory.
 *
 * <p>{@link io.camelsegment.localaws.LocalAws} starts it, {@link io.camelsegment.localaws.LocalAwsExtension} does so in
 * JUnit tests, {@link io.camelsegment.localaws.LocalAwsMain} as a process. {@code LocalAws} gives access to the rest.
 */
package io.camelsegment.localaws;
