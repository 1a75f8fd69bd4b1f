package io.camelsegment.kinesis;

import static org.assertj.core.api.Assertions.assertThat;

import io.camelsegment.aws.client.ServiceEndpoint;
import io.camelsegment.testing.OwnJvm;
import io.camelsegment.testing.SdkEndpoints;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClientBuilder;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequest;

/** Records go where the client of the AWS SDK would send them. */
@OwnJvm("sets system properties that every AWS client reads")
class KinesisEndpointsTest {

    static List<String> regions() {
        List<String> regions =
                new ArrayList<>(Region.regions().stream().map(Region::id).toList());
        regions.addAll(List.of("eu-nowhere-9", "us-gov-new-7", "cn-new-3", "us-iso-new-2"));
        return regions;
    }

    @ParameterizedTest
    @MethodSource("regions")
    void areThoseOfTheSdkInEveryRegion(String region) {
        String partition = Region.of(region).metadata() == null
                ? "aws"
                : Region.of(region).metadata().partition().id();
        for (String stream :
                List.of("events", "arn:" + partition + ":kinesis:" + region + ":123456789012:stream/events")) {
            for (int i = 0; i < 4; i++) {
                boolean fips = (i & 1) > 0;
                boolean dualStack = (i & 2) > 0;
                Object ours = SdkEndpoints.found(() ->
                        KinesisEndpoints.data(new ServiceEndpoint.Settings(region, fips, dualStack, null), stream));
                assertThat(ours)
                        .as("%s fips=%s dualStack=%s", stream, fips, dualStack)
                        .isEqualTo(sdk(
                                KinesisAsyncClient.builder().fipsEnabled(fips).dualstackEnabled(dualStack),
                                region,
                                stream));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://localhost:4566",
                "https://localhost",
                "http://127.0.0.1:80/",
                "https://proxy.example:8443/kinesis",
                "https://proxy.example/a/b/",
                "https://proxy.example/a%20b",
                "http://[::1]:4566"
            })
    void areOverriddenAsTheSdkDoes(String override) {
        URI uri = URI.create(override);
        for (String stream : List.of("events", "arn:aws:kinesis:eu-west-1:123456789012:stream/events")) {
            assertThat(SdkEndpoints.found(() ->
                            KinesisEndpoints.data(ServiceEndpoint.Settings.read("kinesis", "eu-west-1", uri), stream)))
                    .isEqualTo(sdk(KinesisAsyncClient.builder().endpointOverride(uri), "eu-west-1", stream));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "aws.useFipsEndpoint, true",
        "aws.useDualstackEndpoint, true",
        "aws.endpointUrl, https://vpce.example",
        "aws.endpointUrlKinesis, https://vpce.example/path",
        "aws.endpointUrlFirehose, https://vpce.example"
    })
    void followTheSettingsOfTheSdk(String property, String value) {
        System.setProperty(property, value);
        try {
            assertThat(SdkEndpoints.found(() -> KinesisEndpoints.data(
                            ServiceEndpoint.Settings.read("kinesis", "us-east-1", null), "events")))
                    .isEqualTo(sdk(KinesisAsyncClient.builder(), "us-east-1", "events"));
        } finally {
            System.clearProperty(property);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "endpoint_url = https://vpce.example | '' | vpce.example",
                "endpoint_url = https://vpce.example | aws.endpointUrl=https://env.example | env.example",
                "endpoint_url = https://all.example;services = mine;[services mine];kinesis =;"
                        + "  endpoint_url = https://vpce.example/path | '' | vpce.example",
                "services = mine;[services mine];firehose =;  endpoint_url = https://vpce.example | ''"
                        + " | kinesis.us-east-1.amazonaws.com",
                "use_fips_endpoint = true | '' | kinesis-fips.us-east-1.amazonaws.com",
                "use_fips_endpoint = true | aws.useFipsEndpoint=false | kinesis.us-east-1.amazonaws.com",
                "use_dualstack_endpoint = true | '' | kinesis.us-east-1.api.aws"
            })
    void followTheProfileOfTheSdk(String settings, String property, String host, @TempDir Path folder)
            throws IOException {
        Path file = Files.writeString(
                folder.resolve("config"), "[profile work]\n" + settings.replace(";", "\n") + "\n[default]\n");
        Map<String, String> properties =
                new HashMap<>(Map.of("aws.configFile", file.toString(), "aws.profile", "work"));
        if (!property.isEmpty()) {
            properties.put(property.split("=", 2)[0], property.split("=", 2)[1]);
        }
        properties.forEach(System::setProperty);
        try {
            Object ours = SdkEndpoints.found(
                    () -> KinesisEndpoints.data(ServiceEndpoint.Settings.read("kinesis", "us-east-1", null), "events"));
            assertThat(ours).isEqualTo(sdk(KinesisAsyncClient.builder(), "us-east-1", "events"));
            assertThat(ours.toString()).isEqualTo(host + ":443");
        } finally {
            properties.keySet().forEach(System::clearProperty);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"aws.useFipsEndpoint", "aws.useDualstackEndpoint"})
    void areRefusedAsTheSdkDoes(String property) {
        System.setProperty(property, "true");
        try {
            URI uri = URI.create("http://localhost:4566");
            assertThat(SdkEndpoints.found(() -> KinesisEndpoints.data(
                            ServiceEndpoint.Settings.read("kinesis", "us-east-1", uri), "events")))
                    .isInstanceOf(String.class)
                    .isEqualTo(sdk(KinesisAsyncClient.builder().endpointOverride(uri), "us-east-1", "events"));
        } finally {
            System.clearProperty(property);
        }
    }

    private static Object sdk(KinesisAsyncClientBuilder builder, String region, String stream) {
        boolean isArn = stream.startsWith("arn:");
        return SdkEndpoints.<KinesisAsyncClientBuilder, KinesisAsyncClient>called(
                builder,
                region,
                client -> client.putRecords(PutRecordsRequest.builder()
                        .streamName(isArn ? null : stream)
                        .streamARN(isArn ? stream : null)
                        .records(List.of())
                        .build()));
    }
}
