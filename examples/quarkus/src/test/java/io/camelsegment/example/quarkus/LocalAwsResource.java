package io.camelsegment.example.quarkus;

import io.camelsegment.localaws.LocalAws;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.util.Map;

/** A stand-in for AWS, and what the app needs to reach it. */
public final class LocalAwsResource implements QuarkusTestResourceLifecycleManager {

    private LocalAws aws;

    @Override
    public Map<String, String> start() {
        aws = LocalAws.builder().accountId("123456789012").start();
        aws.createRole("arn:aws:iam::123456789012:role/segment", "SECRET_ID");
        aws.createStream("events", 2);
        aws.createStream("users", 2);
        aws.createDeliveryStream("new_users");
        aws.createDeliveryStream("pages");
        // Who assumes the role: the first place where AWS's default chain looks, in this process or that of the app.
        System.setProperty("aws.accessKeyId", "AKIATEST");
        System.setProperty("aws.secretAccessKey", "test");
        String endpoint = aws.endpoint().toString();
        return Map.of(
                "aws.accessKeyId", "AKIATEST",
                "aws.secretAccessKey", "test",
                "segment.aws.endpoint-override", endpoint,
                "camel.component.segment-kinesis.uri-endpoint-override", endpoint,
                "camel.component.segment-firehose.uri-endpoint-override", endpoint);
    }

    @Override
    public void inject(TestInjector injector) {
        injector.injectIntoFields(aws, new TestInjector.MatchesType(LocalAws.class));
    }

    @Override
    public void stop() {
        System.clearProperty("aws.accessKeyId");
        System.clearProperty("aws.secretAccessKey");
        aws.close();
    }
}
