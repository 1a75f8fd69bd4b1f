package io.camelsegment.example.stocksinks;

import io.camelsegment.localaws.LocalAws;
import org.apache.camel.main.Main;

/** The collector with a stand-in for AWS, to try it without an account. */
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
        aws.createDeliveryStream("pages");
        // The first place where AWS's default chain looks.
        System.setProperty("aws.accessKeyId", "local");
        System.setProperty("aws.secretAccessKey", "local");
        Main main = new Main();
        for (String component : new String[] {"aws2-kinesis", "aws2-kinesis-firehose"}) {
            String prefix = "camel.component." + component;
            main.addOverrideProperty(prefix + ".override-endpoint", "true");
            main.addOverrideProperty(
                    prefix + ".uri-endpoint-override", aws.endpoint().toString());
        }
        return main;
    }
}
