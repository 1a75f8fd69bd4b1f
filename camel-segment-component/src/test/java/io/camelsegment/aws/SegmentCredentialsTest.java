package io.camelsegment.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.camelsegment.delivery.StreamParkedException;
import io.camelsegment.localaws.Call;
import io.camelsegment.localaws.LocalAws;
import io.camelsegment.localaws.LocalAwsExtension;
import io.camelsegment.localaws.Role;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.ExchangeBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.impl.engine.ExplicitCamelContextNameStrategy;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.services.firehose.FirehoseClient;
import software.amazon.awssdk.services.kinesis.KinesisClient;

@Execution(ExecutionMode.CONCURRENT)
class SegmentCredentialsTest {

    @RegisterExtension
    final LocalAwsExtension ofEachTest =
            new LocalAwsExtension(LocalAws.builder().sessionDuration(Duration.ofSeconds(2)));

    private static final String SECRET = "a-very-secret-id";
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private LocalAws aws;
    private final DefaultCamelContext context = new DefaultCamelContext();
    private final SegmentCredentials credentials = new SegmentCredentials();
    private ProducerTemplate template;

    @BeforeEach
    void start(LocalAws localAws) {
        aws = localAws;
        aws.createStream("events", 2);
        credentials.setStsEndpointOverride(aws.endpoint());
        credentials.setEndpointOverride(aws.endpoint());
        credentials.setBaseCredentials(
                StaticCredentialsProvider.create(AwsBasicCredentials.create("AKIDBASE", "BASESECRET")));
        context.getRegistry().bind(SegmentCredentials.BEAN, credentials);
        context.start();
        template = context.createProducerTemplate();
    }

    @AfterEach
    void stop() {
        context.stop();
    }

    private Exchange send(String role, String secretId) {
        Exchange exchange = ExchangeBuilder.anExchange(context).withBody("{}").build();
        return template.send(uri(role, secretId), exchange);
    }

    private String uri(String role, String secretId) {
        return "segment-kinesis:events?uriEndpointOverride=" + aws.endpoint() + "&roleAddress=" + role + "&secretId="
                + secretId;
    }

    @Test
    void anEndpointThatIsNoHttpUriIsRefused() {
        SegmentCredentials credentials = new SegmentCredentials();

        for (String endpoint : List.of(
                "localhost:4566",
                "//localhost:4566",
                "ftp://localhost",
                "http:/x",
                "http://x:65536",
                "http://me:s3cr3t@localhost")) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> credentials.setEndpointOverride(URI.create(endpoint)))
                    .withMessageStartingWith("endpointOverride must be an http or https URI without a user, such as");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> credentials.setStsEndpointOverride(URI.create(endpoint)))
                    .withMessageStartingWith(
                            "stsEndpointOverride must be an http or https URI without a user, such as");
        }
    }

    @Test
    void assumesTheRoleWithTheSecretIdAsExternalId() {
        Role role = aws.createRole("segment", SECRET);

        Exchange exchange = send(role.arn(), SECRET);

        assertThat(exchange.getException()).isNull();
        assertThat(aws.stream("events").recordCount()).isEqualTo(1);
        assertThat(aws.calls().of("AssumeRole").calls()).isEqualTo(1);
    }

    @Test
    void parksTheStreamWhenTheSecretIdIsWrongAndDoesNotTellIt() {
        Role role = aws.createRole("segment", SECRET);

        Exchange exchange = send(role.arn(), "the-wrong-one");

        assertThat(exchange.getException())
                .isInstanceOf(StreamParkedException.class)
                .hasMessageContaining("Kinesis stream events: takes no records until this is mended: AccessDenied")
                .hasMessageContaining("cannot assume role " + role.arn())
                .hasMessageContaining("that equals the secretId")
                .hasMessageNotContaining("the-wrong-one");
        assertThat(aws.stream("events").recordCount()).isZero();
    }

    /** AWS names the caller and the role. */
    @ParameterizedTest
    @ValueSource(strings = {"ws", "aws", "sts", "iam"})
    void tellsArnsWholeHoweverShortTheSecretId(String secretId) {
        Role role = aws.createRole("segment", SECRET);

        Exchange exchange = send(role.arn(), secretId);

        assertThat(exchange.getException())
                .hasMessageContaining("cannot assume role " + role.arn() + ": ")
                .hasMessageContaining("sts:AssumeRole on resource: " + role.arn())
                .hasMessageNotContaining("xxxxxx");
    }

    @Test
    void takesUpDeliveryWhenTheRoleIsMended() {
        String arn = "arn:aws:iam::" + aws.accountId() + ":role/late";
        assertThat(send(arn, SECRET).getException()).isInstanceOf(StreamParkedException.class);

        aws.createRole("late", SECRET);

        await().atMost(PATIENCE)
                .untilAsserted(
                        () -> assertThat(send(arn, SECRET).getException()).isNull());
    }

    @Test
    void keepsTwoSecretIdsApart() {
        Role one = aws.createRole("one", "secret-one");
        Role two = aws.createRole("two", "secret-two");

        assertThat(send(one.arn(), "secret-one").getException()).isNull();
        assertThat(send(two.arn(), "secret-two").getException()).isNull();
        assertThat(send(two.arn(), "secret-one").getException()).isInstanceOf(StreamParkedException.class);
        assertThat(send(one.arn(), "secret-two").getException()).isInstanceOf(StreamParkedException.class);
    }

    @Test
    void handsOutOneProviderPerRoleSecretIdAndRegion() {
        AwsCredentialsProvider provider = credentials.provider("arn:aws:iam::000000000000:role/r", SECRET, "us-west-2");

        assertThat(credentials.provider("arn:aws:iam::000000000000:role/r", SECRET, null))
                .isSameAs(provider);
        assertThat(Stream.of(
                        credentials.provider("arn:aws:iam::000000000000:role/r", "another", null),
                        credentials.provider("arn:aws:iam::000000000000:role/s", SECRET, null),
                        credentials.provider("arn:aws:iam::000000000000:role/r", SECRET, "eu-west-1"),
                        credentials.provider(null, null, null)))
                .doesNotHaveDuplicates()
                .doesNotContain(provider);
    }

    @Test
    void renewsCredentialsUnderLoadWithoutAFailedEvent() {
        Role role = aws.createRole("segment", SECRET);

        await().atMost(PATIENCE).until(() -> {
            assertThat(send(role.arn(), SECRET).getException()).isNull();
            return aws.calls().of("AssumeRole").calls() >= 3;
        });
    }

    @Test
    void fetchesFreshCredentialsWhenTheServiceRejectsTheOldOnes() {
        Role role = aws.createRole("segment", SECRET);
        credentials.provider(role.arn(), SECRET, null).resolveCredentials();
        await().atMost(PATIENCE)
                .pollInSameThread()
                .pollDelay(Duration.ofMillis(1100))
                .until(() -> true);
        aws.expireSessions();

        assertThat(send(role.arn(), SECRET).getException()).isNull();
    }

    @Test
    void survivesAnStsThatIsDownForAWhile() {
        Role role = aws.createRole("segment", SECRET);
        aws.faults().on("AssumeRole").times(6).fail("InternalFailure");

        assertThat(send(role.arn(), SECRET).getException()).isNull();
    }

    @Test
    void asksStsOnceForManyUsers() {
        Role role = aws.createRole("segment", SECRET);
        aws.faults().on("AssumeRole").delay(Duration.ofMillis(300));
        AwsCredentialsProvider provider = credentials.provider(role.arn(), SECRET, null);

        List<?> identities = IntStream.range(0, 50)
                .mapToObj(i -> provider.resolveIdentity())
                .map(future -> future.join())
                .distinct()
                .toList();

        assertThat(identities).hasSize(1);
        assertThat(aws.calls().of("AssumeRole").calls()).isEqualTo(1);
    }

    @Test
    void countsCallsOfStsByTheirOutcome() {
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        context.getRegistry().bind("meters", meters);
        Role role = aws.createRole("segment", SECRET);

        assertThat(send(role.arn(), SECRET).getException()).isNull();
        assertThat(send(role.arn(), "another").getException()).isNotNull();

        assertThat(meters.find("segment.roles.assumed").counters())
                .extracting(counter -> counter.getId().getTag("outcome") + " " + (counter.count() > 0))
                .containsExactlyInAnyOrder("success true", "failure true");
    }

    @Test
    void doesNotBlockWhoAsksForCredentials() {
        Role role = aws.createRole("segment", SECRET);
        aws.faults().on("AssumeRole").delay(Duration.ofSeconds(20));

        assertThat(credentials.provider(role.arn(), SECRET, null).resolveIdentity())
                .isNotDone();
    }

    @ParameterizedTest
    @ValueSource(strings = {"s", "blank space", "\u00e9\u00e9"})
    void refusesASecretIdThatAwsWouldNotTakeAndDoesNotTellIt(String secretId) {
        assertThatThrownBy(
                        () -> context.getEndpoint("segment-kinesis:events?roleAddress=arn:aws:iam::123456789012:role/r"
                                + "&secretId=RAW(" + secretId + ")"))
                .hasMessageContaining("secretId must have 2 to 1224 characters")
                .hasMessageContaining("the one given has " + secretId.length())
                .hasMessageNotContaining("RAW(" + secretId);
    }

    @Test
    void hidesWhatStsRepeatsOfTheSecretId() {
        Role role = aws.createRole("segment", SECRET);
        aws.faults()
                .on("AssumeRole")
                .fail(400, "ValidationError", "Value '" + SECRET + "' at 'externalId' failed to satisfy constraint");

        assertThatThrownBy(() -> credentials.provider(role.arn(), SECRET, null).resolveCredentials())
                .isInstanceOf(CredentialsException.class)
                .hasNoCause()
                .hasMessageContaining("Value 'xxxxxx' at 'externalId'")
                .hasMessageNotContaining(SECRET);
    }

    @Test
    void printsNoSecret() {
        Role role = aws.createRole("segment", SECRET);
        AwsCredentialsProvider provider = credentials.provider(role.arn(), SECRET, null);
        provider.resolveCredentials();
        String uri = uri(role.arn(), SECRET);

        assertThat(Stream.of(provider, credentials, context.getEndpoint(uri)).map(Object::toString))
                .noneMatch(text -> text.contains(SECRET));
    }

    @Test
    void handsOutClientsForStockProducers() {
        Role role = aws.createRole("segment", SECRET);

        assertThat(credentials
                        .kinesisClient(role.arn(), SECRET, null)
                        .listShards(request -> request.streamName("events"))
                        .shards())
                .hasSize(2);
        assertThat(credentials
                        .firehoseClient(role.arn(), SECRET, null)
                        .listDeliveryStreams()
                        .deliveryStreamNames())
                .isEmpty();
    }

    @Test
    void findsTheOneRoleOfASecretIdHoweverLateItIsConfigured() {
        Role role = aws.createRole("segment", SECRET);
        aws.createRole("other", "another-secret");
        AwsCredentialsProvider provider = credentials.provider(SECRET);
        KinesisClient kinesis = credentials.kinesisClient(SECRET, null);
        FirehoseClient firehose = credentials.firehoseClient(SECRET, null);

        assertThat(send(role.arn(), SECRET).getException()).isNull();
        credentials.provider(aws.role("other").arn(), "another-secret", null);

        assertThat(provider.resolveCredentials().accessKeyId()).startsWith("ASIA");
        assertThat(provider.resolveIdentity().join().accessKeyId())
                .isEqualTo(provider.resolveCredentials().accessKeyId());
        assertThat(kinesis.listStreams().streamNames()).containsExactly("events");
        assertThat(firehose.listDeliveryStreams().deliveryStreamNames()).isEmpty();
        assertThat(provider).hasToString("RoleOfSecretId[" + role.arn() + "]");
    }

    @Test
    void usesTheSessionThatTheRoleOfASecretIdHasAlready() {
        Role role = aws.createRole("segment", SECRET);
        AwsCredentialsProvider configured = credentials.provider(role.arn(), SECRET, "eu-west-1");

        assertThat(credentials.provider(SECRET).resolveCredentials().accessKeyId())
                .isEqualTo(configured.resolveCredentials().accessKeyId());
        assertThat(aws.calls().of("AssumeRole").calls()).isEqualTo(1);
    }

    @Test
    void findsTheBaseRoleByItsSecretId() {
        Role hub = aws.createRole("hub", SECRET);
        credentials.setBaseRoleAddress(hub.arn());
        credentials.setBaseSecretId(SECRET);

        assertThat(credentials.provider(SECRET).resolveCredentials().accessKeyId())
                .startsWith("ASIA");
    }

    @Test
    void refusesASecretIdOfSeveralRolesAndNamesThem() {
        String one = aws.createRole("one", SECRET).arn();
        String two = aws.createRole("two", SECRET).arn();
        AwsCredentialsProvider early = credentials.provider(SECRET);
        credentials.provider(one, SECRET, null);
        assertThat(early.resolveCredentials().accessKeyId()).startsWith("ASIA");

        credentials.provider(two, SECRET, null);

        String message = "expected one role with this secret ID, but there are several: " + one + ", " + two
                + "; give the role address too";
        assertThatIllegalArgumentException()
                .isThrownBy(() -> credentials.provider(SECRET))
                .withMessage(message);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> credentials.kinesisClient(SECRET, "eu-west-1"))
                .withMessage(message);
        assertThatThrownBy(early::resolveCredentials)
                .isInstanceOf(CredentialsException.class)
                .hasMessage(message);
        assertThat(early.resolveIdentity()).isCompletedExceptionally();
    }

    /** The same role in two regions is one role. */
    @Test
    void findsARoleThatIsConfiguredInSeveralRegions() {
        String role = aws.createRole("segment", SECRET).arn();
        credentials.provider(role, SECRET, "us-west-2");
        credentials.provider(role, SECRET, "eu-west-1");

        assertThat(credentials.provider(SECRET).resolveCredentials().accessKeyId())
                .startsWith("ASIA");
    }

    @Test
    void saysAtTheUseThatNoRoleHasTheSecretId() {
        AwsCredentialsProvider provider = credentials.provider(SECRET);

        assertThatThrownBy(provider::resolveCredentials)
                .isInstanceOf(CredentialsException.class)
                .hasMessageStartingWith("expected one role with this secret ID, but there is none; ")
                .hasMessageNotContaining(SECRET);
        for (String bad : Arrays.asList(null, "", "x", "with space")) {
            assertThatIllegalArgumentException().isThrownBy(() -> credentials.provider(bad));
        }
    }

    @Test
    void isMadeAndBoundWhenAbsent() {
        DefaultCamelContext other = new DefaultCamelContext();

        SegmentCredentials made = SegmentCredentials.of(other);

        assertThat(other.getRegistry().lookupByName(SegmentCredentials.BEAN)).isSameAs(made);
        assertThat(SegmentCredentials.of(other)).isSameAs(made);
        other.stop();
    }

    @Test
    void givesWayToABeanOfTheUser() throws Exception {
        Role role = aws.createRole("segment", SECRET);
        AwsCredentialsProvider own =
                StaticCredentialsProvider.create(AwsBasicCredentials.create("AKIDOWN", "OWNSECRET"));
        try (DefaultCamelContext other = new DefaultCamelContext()) {
            other.getRegistry().bind(SegmentCredentials.BEAN, new SegmentCredentials() {
                @Override
                public AwsCredentialsProvider provider(String roleAddress, String secretId, String region) {
                    return own;
                }
            });
            other.start();

            assertThat(other.createProducerTemplate()
                            .send(uri(role.arn(), SECRET), exchange -> exchange.getIn()
                                    .setBody("{}"))
                            .getException())
                    .isNull();
        }

        assertThat(aws.calls().of("AssumeRole").calls()).isZero();
        assertThat(aws.stream("events").recordCount()).isEqualTo(1);
    }

    @Test
    void takesTheSecretIdFromAPlaceholder() {
        Role role = aws.createRole("segment", "secret+id=1,a.b@c:/d-e");
        context.getPropertiesComponent().addInitialProperty("tenant.secret", "secret+id=1,a.b@c:/d-e");

        assertThat(send(role.arn(), "RAW({{tenant.secret}})").getException()).isNull();
    }

    @Test
    void namesTheApplicationInTheSession() {
        Role role = aws.createRole("segment", SECRET);
        context.setNameStrategy(
                new ExplicitCamelContextNameStrategy("an application with a name of more than 31 characters"));

        assertThat(send(role.arn(), SECRET).getException()).isNull();

        assertThat(aws.calls().recent())
                .extracting(Call::principal)
                .contains("arn:aws:sts::" + aws.accountId()
                        + ":assumed-role/segment/an-application-with-a-name-of-m@events");
    }
}
