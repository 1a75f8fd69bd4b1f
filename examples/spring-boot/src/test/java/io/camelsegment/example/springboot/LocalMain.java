package io.camelsegment.example.springboot;

import io.camelsegment.localaws.LocalAws;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.springframework.boot.SpringApplication;

/** The collector with a stand-in for AWS, to try it without an account. */
public final class LocalMain {

    private LocalMain() {}

    public static void main(String... args) {
        main(LocalAws.builder().port(4566).start()).run(args);
    }

    /** Returns the application, not started. */
    static SpringApplication main(LocalAws aws) {
        aws.createStream("events", 1);
        aws.createDeliveryStream("new_users");
        aws.createDeliveryStream("pages");
        Map<String, Object> properties = new HashMap<>();
        for (String component : List.of("segment-kinesis", "segment-firehose")) {
            String prefix = "camel.component." + component + ".configuration.";
            properties.put(prefix + "uri-endpoint-override", aws.endpoint().toString());
            properties.put(prefix + "access-key", "local");
            properties.put(prefix + "secret-key", "local");
        }
        SpringApplication application = new SpringApplication(Collector.class);
        application.setDefaultProperties(properties);
        return application;
    }
}
