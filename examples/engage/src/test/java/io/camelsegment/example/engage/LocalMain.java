package io.camelsegment.example.engage;

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
        aws.createStream("memberships", 2);
        Main main = Collector.main();
        main.addOverrideProperty(
                "camel.component.segment-kinesis.uri-endpoint-override",
                aws.endpoint().toString());
        main.addOverrideProperty("camel.component.segment-kinesis.access-key", "local");
        main.addOverrideProperty("camel.component.segment-kinesis.secret-key", "local");
        return main;
    }
}
