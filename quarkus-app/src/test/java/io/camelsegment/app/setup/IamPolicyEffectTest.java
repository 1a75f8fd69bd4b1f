package io.camelsegment.app.setup;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.camelsegment.localaws.LocalAws;
import io.camelsegment.localaws.LocalAwsRegion;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsSyncClientBuilder;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.DefaultRetryStrategy;
import software.amazon.awssdk.services.firehose.FirehoseClient;
import software.amazon.awssdk.services.firehose.model.Record;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;
import software.amazon.awssdk.services.sts.StsClient;
import software.amazon.awssdk.services.sts.model.Credentials;

/**
 * Whatever the settings: with the printed policies exactly the deliveries that they ask for pass, and no others.
 * {@code local-aws} enforces the policies.
 */
class IamPolicyEffectTest {

    private static final List<String> SECRET_IDS = List.of("ws_one", "ws_two", "ws_three");
    private static final List<String> STREAMS = List.of("events", "lake", "pages");
    private static final List<String> ROLES = List.of("first", "path/second", "third");
    private static final Set<String> DENIALS =
            Set.of("AccessDenied", "AccessDeniedException", "KMSAccessDeniedException", "InvalidKMSResourceException");
    private static final String ACCOUNT = "123456789012";

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void allowsTheDeliveriesOfTheSettingsAndNoOthers(long seed) {
        Random random = new Random(seed);
        boolean china = seed % 3 == 0;
        Region region = Region.of(china ? "cn-north-1" : "eu-west-1");
        try (LocalAws aws =
                LocalAws.builder().accountId(ACCOUNT).region(region.id()).start()) {
            createStreams(aws.defaultRegion(), random);
            Map<String, String> settings = new LinkedHashMap<>();
            settings.put("segment.aws.endpoint-override", aws.endpoint().toString());
            settings.put("segment.sources.web.write-key", "KEY");
            Set<String> sessions = new TreeSet<>();
            Set<String> deliveries = new TreeSet<>();
            for (int i = 0; i <= random.nextInt(6); i++) {
                Choice choice = Choice.by(random, china);
                settings.putAll(choice.settings("d" + i, region));
                sessions.add(choice.role + " with " + choice.secretId);
                deliveries.add(choice.role + " to " + choice.type + " " + choice.stream);
            }

            CommandRun run = CommandRun.with(settings, "iam-policy");

            assertThat(run.exitCode()).as(run.errors()).isZero();
            JsonNode roles = run.json().get("roles");
            roles.fieldNames().forEachRemaining(role -> aws.createRole(role)
                    .putPolicy(
                            "segment", roles.get(role).get("permissionPolicy").toString())
                    .trust(roles.get(role).get("trustPolicy").toString()));
            assertThat(possibleSessions(aws, region, roles)).isEqualTo(sessions);
            assertThat(possibleDeliveries(aws, region, roles)).isEqualTo(deliveries);
        }
    }

    @Test
    void allowsTheBaseRoleToAssumeTheOthers() {
        String base = "arn:aws:iam::" + ACCOUNT + ":role/base";
        String tenant = "arn:aws:iam::999999999999:role/tenant";
        Region region = Region.EU_WEST_1;
        try (LocalAws aws =
                LocalAws.builder().accountId(ACCOUNT).region(region.id()).start()) {
            Map<String, String> settings = new LinkedHashMap<>();
            settings.put("segment.aws.endpoint-override", aws.endpoint().toString());
            settings.put("segment.aws.base-role-address", base);
            settings.put("segment.aws.base-secret-id", "ws_base");
            settings.put("segment.sources.web.write-key", "KEY");
            settings.putAll(new Choice(tenant, "ws_tenant", "kinesis", "events").settings("a", region));
            settings.putAll(new Choice(base, "ws_own", "kinesis", "pages").settings("b", region));

            CommandRun run = CommandRun.with(settings, "iam-policy");

            assertThat(run.exitCode()).as(run.errors()).isZero();
            assertThat(run.json().has("collector")).isFalse();
            JsonNode roles = run.json().get("roles");
            roles.fieldNames().forEachRemaining(role -> aws.createRole(role)
                    .putPolicy(
                            "segment", roles.get(role).get("permissionPolicy").toString())
                    .trust(roles.get(role).get("trustPolicy").toString()));
            for (String secretId : List.of("ws_base", "ws_own")) {
                AwsCredentials session = assume(aws, region, base, secretId);
                assertThat(isAllowed(() -> assume(aws, region, session, tenant, "ws_tenant")))
                        .isTrue();
                assertThat(isAllowed(() -> assume(aws, region, session, tenant, secretId)))
                        .isFalse();
            }
            assertThat(isAllowed(() -> assume(aws, region, tenant, "ws_tenant")))
                    .isFalse();
            assertThat(isAllowed(() -> assume(aws, region, base, "ws_tenant"))).isFalse();
        }
    }

    private record Choice(String role, String secretId, String type, String stream) {

        static Choice by(Random random, boolean china) {
            return new Choice(
                    (china ? "arn:aws-cn:iam::" : "arn:aws:iam::") + ACCOUNT + ":role/" + one(ROLES, random),
                    one(SECRET_IDS, random),
                    one(List.of("kinesis", "firehose"), random),
                    one(STREAMS, random));
        }

        Map<String, String> settings(String name, Region region) {
            String prefix = "segment.destinations." + name + ".";
            return Map.of(
                    prefix + "type",
                    type,
                    prefix + "region",
                    region.id(),
                    prefix + "role-address",
                    role,
                    prefix + "secret-id",
                    secretId,
                    prefix + (type.equals("kinesis") ? "stream-name" : "map.\"*\""),
                    stream);
        }
    }

    private static void createStreams(LocalAwsRegion region, Random random) {
        for (String stream : STREAMS) {
            String partition = region.name().startsWith("cn-") ? "aws-cn" : "aws";
            String keys = "arn:" + partition + ":kms:" + region.name() + ":" + ACCOUNT + ":key/";
            if (random.nextBoolean()) {
                region.createStream(stream, 1).encryptWith(keys + UUID.randomUUID());
            } else {
                region.createStream(stream, 1);
            }
            if (random.nextBoolean()) {
                region.createDeliveryStream(stream).encryptWith(keys + UUID.randomUUID());
            } else {
                region.createDeliveryStream(stream);
            }
        }
    }

    private static Set<String> possibleSessions(LocalAws aws, Region region, JsonNode roles) {
        Set<String> possible = new TreeSet<>();
        List<String> tried = new ArrayList<>(SECRET_IDS);
        tried.add("ws_wrong");
        tried.add(null);
        roles.fieldNames().forEachRemaining(role -> {
            for (String secretId : tried) {
                if (isAllowed(() -> assume(aws, region, role, secretId))) {
                    possible.add(role + " with " + secretId);
                }
            }
        });
        return possible;
    }

    private static Set<String> possibleDeliveries(LocalAws aws, Region region, JsonNode roles) {
        Set<String> possible = new TreeSet<>();
        roles.fieldNames().forEachRemaining(role -> {
            JsonNode ids = roles.get(role).findValue("sts:ExternalId");
            AwsCredentials session =
                    assume(aws, region, role, ids.isArray() ? ids.get(0).textValue() : ids.textValue());
            try (KinesisClient kinesis = client(KinesisClient.builder(), aws, region, session);
                    FirehoseClient firehose = client(FirehoseClient.builder(), aws, region, session)) {
                for (String stream : STREAMS) {
                    ifAllowed(stream, kinesis, name -> possible.add(role + " to kinesis " + name));
                    ifAllowed(stream, firehose, name -> possible.add(role + " to firehose " + name));
                }
            }
        });
        return possible;
    }

    /** Batches and single records must be allowed together, or neither. */
    private static void ifAllowed(String stream, KinesisClient kinesis, Consumer<String> then) {
        SdkBytes data = SdkBytes.fromUtf8String("{}");
        boolean batch = isAllowed(() -> kinesis.putRecords(r -> r.streamName(stream)
                .records(PutRecordsRequestEntry.builder()
                        .partitionKey("k")
                        .data(data)
                        .build())));
        boolean single = isAllowed(() ->
                kinesis.putRecord(r -> r.streamName(stream).partitionKey("k").data(data)));
        boolean asked = isAllowed(() -> kinesis.describeStreamSummary(r -> r.streamName(stream)));
        assertThat(single).isEqualTo(batch);
        assertThat(asked).isEqualTo(batch);
        if (batch) {
            then.accept(stream);
        }
    }

    private static void ifAllowed(String stream, FirehoseClient firehose, Consumer<String> then) {
        Record record = Record.builder().data(SdkBytes.fromUtf8String("{}\n")).build();
        boolean batch = isAllowed(
                () -> firehose.putRecordBatch(r -> r.deliveryStreamName(stream).records(record)));
        boolean single = isAllowed(
                () -> firehose.putRecord(r -> r.deliveryStreamName(stream).record(record)));
        boolean asked = isAllowed(() -> firehose.describeDeliveryStream(r -> r.deliveryStreamName(stream)));
        assertThat(single).isEqualTo(batch);
        assertThat(asked).isEqualTo(batch);
        if (batch) {
            then.accept(stream);
        }
    }

    private static boolean isAllowed(Runnable call) {
        try {
            call.run();
            return true;
        } catch (AwsServiceException e) {
            assertThat(e.awsErrorDetails().errorCode()).isIn(DENIALS);
            return false;
        }
    }

    private static AwsCredentials assume(LocalAws aws, Region region, String role, String externalId) {
        return assume(aws, region, AwsBasicCredentials.create("test", "test"), role, externalId);
    }

    private static AwsCredentials assume(
            LocalAws aws, Region region, AwsCredentials caller, String role, String externalId) {
        try (StsClient sts = client(StsClient.builder(), aws, region, caller)) {
            Credentials issued = sts.assumeRole(
                            r -> r.roleArn(role).roleSessionName("segment").externalId(externalId))
                    .credentials();
            return AwsSessionCredentials.create(issued.accessKeyId(), issued.secretAccessKey(), issued.sessionToken());
        }
    }

    private static <B extends AwsSyncClientBuilder<B, C> & AwsClientBuilder<B, C>, C> C client(
            B builder, LocalAws aws, Region region, AwsCredentials credentials) {
        return builder.endpointOverride(aws.endpoint())
                .region(region)
                .credentialsProvider(StaticCredentialsProvider.create(credentials))
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .overrideConfiguration(c -> c.retryStrategy(DefaultRetryStrategy.doNotRetry()))
                .build();
    }

    private static <T> T one(List<T> values, Random random) {
        return values.get(random.nextInt(values.size()));
    }
}
