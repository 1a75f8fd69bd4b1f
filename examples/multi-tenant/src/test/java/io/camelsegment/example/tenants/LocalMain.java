package io.camelsegment.example.tenants;

import io.camelsegment.aws.SegmentCredentials;
import io.camelsegment.localaws.LocalAws;
import org.apache.camel.main.Main;

/** Both tenants with a stand-in for AWS, to try them without accounts. */
public final class LocalMain {

    private LocalMain() {}

    public static void main(String... args) throws Exception {
        try (LocalAws aws = LocalAws.builder().port(4566).start()) {
            main(aws).run(args);
        }
    }

    /** Returns the application, not started. */
    static Main main(LocalAws aws) {
        aws.region("us-west-2").createStream("shop-events", 2);
        aws.region("eu-west-1").createDeliveryStream("bank-events");
        aws.createRole("arn:aws:iam::111111111111:role/segment", "SHOP_SECRET_ID");
        aws.createRole("arn:aws:iam::222222222222:role/segment", "BANK_SECRET_ID");
        // Who assumes the roles: the first place where AWS's default chain looks.
        System.setProperty("aws.accessKeyId", "local");
        System.setProperty("aws.secretAccessKey", "local");
        SegmentCredentials credentials = new SegmentCredentials();
        credentials.setEndpointOverride(aws.endpoint());
        Main main = new Main();
        main.bind(SegmentCredentials.BEAN, credentials);
        for (String component : new String[] {"segment-kinesis", "segment-firehose"}) {
            main.addOverrideProperty(
                    "camel.component." + component + ".uri-endpoint-override",
                    aws.endpoint().toString());
        }
        return main;
    }
}
