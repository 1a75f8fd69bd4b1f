package io.camelsegment.example.replay;

import io.camelsegment.localaws.LocalAws;
import org.apache.camel.main.Main;

/** The replay with a stand-in for AWS, to try it without an account. */
public final class LocalMain {

    private LocalMain() {}

    public static void main(String... args) throws Exception {
        try (LocalAws aws = LocalAws.builder().port(4566).start()) {
            createStreams(aws);
            main(aws).run(args);
        }
    }

    static void createStreams(LocalAws aws) {
        aws.createDeliveryStream("new_users");
        aws.createDeliveryStream("pages");
        aws.createDeliveryStream("everything");
    }

    /** Returns the application, not started. */
    static Main main(LocalAws aws) {
        Main main = Replay.main();
        main.addOverrideProperty(
                "camel.component.segment-firehose.uri-endpoint-override",
                aws.endpoint().toString());
        main.addOverrideProperty("camel.component.segment-firehose.access-key", "local");
        main.addOverrideProperty("camel.component.segment-firehose.secret-key", "local");
        return main;
    }
}
