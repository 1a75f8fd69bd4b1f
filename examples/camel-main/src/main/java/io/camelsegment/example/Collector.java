package io.camelsegment.example;

import io.camelsegment.localaws.LocalAws;
import org.apache.camel.main.Main;

/** A collector in a plain JVM: Camel Main, one route file, and a stand-in for AWS in place of an account. */
public final class Collector {

    private Collector() {}

    public static void main(String... args) throws Exception {
        try (LocalAws aws = LocalAws.builder().port(4566).start()) {
            aws.createStream("events", 2);
            aws.createDeliveryStream("new_users");
            main(aws).run(args);
        }
    }

    /** Returns the application, not started, with the stand-in in place of AWS. */
    static Main main(LocalAws aws) {
        Main main = new Main(Collector.class);
        main.addOverrideProperty(
                "camel.component.segment-kinesis.uri-endpoint-override",
                aws.endpoint().toString());
        main.addOverrideProperty("camel.component.segment-kinesis.access-key", "local");
        main.addOverrideProperty("camel.component.segment-kinesis.secret-key", "local");
        main.addOverrideProperty(
                "camel.component.segment-firehose.uri-endpoint-override",
                aws.endpoint().toString());
        main.addOverrideProperty("camel.component.segment-firehose.access-key", "local");
        main.addOverrideProperty("camel.component.segment-firehose.secret-key", "local");
        return main;
    }
}
