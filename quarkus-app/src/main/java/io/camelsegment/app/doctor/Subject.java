package io.camelsegment.app.doctor;

import java.net.URI;

/** What is asked about, shared by the destinations that have it in common. */
final class Subject {

    private Subject() {}

    /** With which rights: holds the secret ID, so it prints nothing. A null role means the base credentials. */
    record Access(String region, String roleAddress, String secretId) {

        @Override
        public String toString() {
            return "Access[" + region + ", " + roleAddress + "]";
        }
    }

    /**
     * One stream, or delivery stream, as one access reaches it.
     *
     * @param endpoint where its service is; null for AWS
     */
    record Stream(Access access, Service service, URI endpoint, String name) {}

    /** The two services, with the words that they use. */
    enum Service {
        KINESIS("kinesis", "stream/", "PutRecords", "DescribeStreamSummary"),
        FIREHOSE("firehose", "deliverystream/", "PutRecordBatch", "DescribeDeliveryStream");

        private final String prefix;
        private final String resource;
        private final String batch;
        private final String describe;

        Service(String prefix, String resource, String batch, String describe) {
            this.prefix = prefix;
            this.resource = resource;
            this.batch = batch;
            this.describe = describe;
        }

        String prefix() {
            return prefix;
        }

        String putBatch() {
            return prefix + ":" + batch;
        }

        String putOne() {
            return prefix + ":PutRecord";
        }

        String describe() {
            return prefix + ":" + describe;
        }

        /** Returns the ARN of a stream that is called by its name: it is in the caller's account. */
        String arn(String partition, String region, String account, String name) {
            return "arn:" + partition + ":" + prefix + ":" + region + ":" + account + ":" + resource + name;
        }
    }
}
