package io.camelsegment.example.yaml;

import io.camelsegment.localaws.LocalAws;
import org.apache.camel.main.Main;

/** The pipeline with a stand-in for AWS, to try it without an account. */
public final class LocalMain {

    private LocalMain() {}

    public static void main(String... args) throws Exception {
        try (LocalAws aws = LocalAws.builder().port(4566).start()) {
            main(aws).run(args);
        }
    }

    /** Returns the application, not started. */
    static Main main(LocalAws aws) {
        aws.createStream("events", 2);
        aws.createDeliveryStream("new_users");
        aws.createDeliveryStream("pages");
        Main main = new Main();
        for (String component : new String[] {"segment-kinesis", "segment-firehose"}) {
            String prefix = "camel.component." + component;
            main.addOverrideProperty(
                    prefix + ".uri-endpoint-override", aws.endpoint().toString());
            main.addOverrideProperty(prefix + ".access-key", "local");
            main.addOverrideProperty(prefix + ".secret-key", "local");
        }
        return main;
    }
}
