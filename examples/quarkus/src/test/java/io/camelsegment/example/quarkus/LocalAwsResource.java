package io.camelsegment.example.quarkus;

import io.camelsegment.localaws.LocalAws;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.util.HashMap;
import java.util.Map;

/** A stand-in for AWS, with what the app needs to reach it. */
public final class LocalAwsResource implements QuarkusTestResourceLifecycleManager {

    private LocalAws aws;

    @Override
    public Map<String, String> start() {
        aws = LocalAws.start();
        aws.createStream("events", 2);
        aws.createDeliveryStream("new_users");
        Map<String, String> settings = new HashMap<>();
        for (String component : new String[] {"segment-kinesis", "segment-firehose"}) {
            settings.put(
                    "camel.component." + component + ".uri-endpoint-override",
                    aws.endpoint().toString());
            settings.put("camel.component." + component + ".access-key", "local");
            settings.put("camel.component." + component + ".secret-key", "local");
        }
        return settings;
    }

    @Override
    public void inject(TestInjector injector) {
        injector.injectIntoFields(aws, new TestInjector.MatchesType(LocalAws.class));
    }

    @Override
    public void stop() {
        aws.close();
    }
}
