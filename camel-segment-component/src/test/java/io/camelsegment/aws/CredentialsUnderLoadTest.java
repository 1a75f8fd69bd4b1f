package io.camelsegment.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.camelsegment.localaws.Fault;
import io.camelsegment.localaws.KinesisRecord;
import io.camelsegment.localaws.LocalAws;
import io.camelsegment.localaws.LocalAwsExtension;
import io.camelsegment.testing.SegmentServer;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;

/** Sessions of roles live for 2 seconds, while events come over HTTP and go to both services. */
class CredentialsUnderLoadTest {

    @RegisterExtension
    static final LocalAwsExtension LOCAL =
            new LocalAwsExtension(LocalAws.builder().sessionDuration(Duration.ofSeconds(2)));

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int SESSIONS = 10;
    private static final int SENDERS = 4;
    private static final int EVENTS_PER_REQUEST = 5;
    private static final String SOON_GIVEN_UP = "&deliveryTimeout=2s";
    private static final Pattern MESSAGE_ID = Pattern.compile("\"messageId\":\"([^\"]*)\"");

    private final LocalAws aws = LOCAL.aws();
    private SegmentServer server;

    @BeforeEach
    void start() {
        aws.reset();
        aws.createStream("events", 2);
        aws.createDeliveryStream("lake");
        aws.createRole("kinesis", "secret-one");
        aws.createRole("firehose", "secret-two");
        server = new SegmentServer(new RouteBuilder() {
            @Override
            public void configure() {
                SegmentCredentials credentials = new SegmentCredentials();
                credentials.setEndpointOverride(aws.endpoint());
                credentials.setBaseCredentials(
                        StaticCredentialsProvider.create(AwsBasicCredentials.create("AKIDBASE", "BASESECRET")));
                getContext().getRegistry().bind(SegmentCredentials.BEAN, credentials);
                errorHandler(noErrorHandler());
                from("segment:web?writeKey=WEB")
                        .to(sink("segment-kinesis:events", "kinesis", "secret-one"))
                        .to(sink("segment-firehose:lake", "firehose", "secret-two"));
                from("segment:hasty?writeKey=HASTY")
                        .to(sink("segment-kinesis:events", "kinesis", "secret-one") + SOON_GIVEN_UP)
                        .to(sink("segment-firehose:lake", "firehose", "secret-two") + SOON_GIVEN_UP);
            }
        });
    }

    private String sink(String endpoint, String role, String secretId) {
        return endpoint + "?roleAddress=" + aws.role(role).arn() + "&secretId=" + secretId + "&uriEndpointOverride="
                + aws.endpoint();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void noEventFailsWhileCredentialsExpireAndAreRenewed() throws Exception {
        List<String> sent = new ArrayList<>();
        ExecutorService senders = Executors.newFixedThreadPool(SENDERS);
        try {
            long end = System.nanoTime() + PATIENCE.toNanos();
            List<Future<List<String>>> all = new ArrayList<>();
            for (int sender = 0; sender < SENDERS; sender++) {
                String name = "sender-" + sender;
                all.add(senders.submit((Callable<List<String>>) () -> {
                    List<String> ids = new ArrayList<>();
                    while (aws.calls().of("AssumeRole").calls() < SESSIONS && System.nanoTime() < end) {
                        List<String> batch = new ArrayList<>();
                        for (int i = 0; i < EVENTS_PER_REQUEST; i++) {
                            batch.add(name + "-" + (ids.size() + i));
                        }
                        HttpResponse<String> answer = post("WEB", batch);
                        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
                        ids.addAll(batch);
                    }
                    return ids;
                }));
            }
            for (Future<List<String>> one : all) {
                sent.addAll(one.get());
            }
        } finally {
            senders.shutdownNow();
        }

        assertThat(aws.calls().of("AssumeRole").calls())
                .as("sessions of both roles, each of 2 s at most")
                .isGreaterThanOrEqualTo(SESSIONS);
        assertThat(arrivedInKinesis()).containsExactlyInAnyOrderElementsOf(sent);
        assertThat(arrivedInFirehose()).containsExactlyInAnyOrderElementsOf(sent);
    }

    @Test
    void sendersAreToldToComeAgainWhenStsStaysDownAndItHealsByItself() throws Exception {
        List<String> accepted = new ArrayList<>();
        await().atMost(PATIENCE)
                .untilAsserted(
                        () -> assertThat(send("first", accepted).statusCode()).isEqualTo(200));

        Fault down = aws.faults().on("AssumeRole").fail("ServiceUnavailable");
        await().atMost(PATIENCE).untilAsserted(() -> {
            HttpResponse<String> answer = send("without-" + accepted.size(), accepted);
            assertThat(answer.statusCode()).isEqualTo(429);
            assertThat(answer.headers().firstValueAsLong("Retry-After")).isPresent();
        });
        down.remove();
        await().atMost(PATIENCE)
                .untilAsserted(
                        () -> assertThat(send("after", accepted).statusCode()).isEqualTo(200));

        assertThat(arrivedInKinesis()).containsAll(accepted).doesNotHaveDuplicates();
        assertThat(arrivedInFirehose()).containsAll(accepted).doesNotHaveDuplicates();
    }

    private HttpResponse<String> send(String messageId, List<String> accepted) throws Exception {
        HttpResponse<String> answer = post("HASTY", List.of(messageId));
        if (answer.statusCode() == 200) {
            accepted.add(messageId);
        }
        return answer;
    }

    private HttpResponse<String> post(String writeKey, List<String> messageIds) throws Exception {
        return server.post(
                "/v1/batch",
                writeKey,
                "{\"batch\":["
                        + String.join(
                                ",",
                                messageIds.stream()
                                        .map(id -> "{\"type\":\"page\",\"userId\":\"u1\",\"messageId\":\"" + id + "\"}")
                                        .toList())
                        + "]}");
    }

    private List<String> arrivedInKinesis() {
        return aws.stream("events").records().stream()
                .map(KinesisRecord::text)
                .flatMap(text -> ids(text).stream())
                .toList();
    }

    private List<String> arrivedInFirehose() {
        return ids(new String(aws.deliveryStream("lake").content(), StandardCharsets.UTF_8));
    }

    private static List<String> ids(String text) {
        return MESSAGE_ID
                .matcher(text)
                .results()
                .map(CredentialsUnderLoadTest::id)
                .toList();
    }

    private static String id(MatchResult result) {
        return result.group(1);
    }
}
