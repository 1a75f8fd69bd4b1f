package io.camelsegment.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.camelsegment.localaws.Call;
import io.camelsegment.localaws.LocalAws;
import io.camelsegment.localaws.LocalAwsExtension;
import java.time.Duration;
import java.util.List;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;

/** A role that is assumed first and assumes the others. */
class RoleChainingTest {

    @RegisterExtension
    static final LocalAwsExtension LOCAL =
            new LocalAwsExtension(LocalAws.builder().sessionDuration(Duration.ofSeconds(2)));

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String HUB = "arn:aws:iam::111111111111:role/hub";
    private static final String TENANT = "arn:aws:iam::222222222222:role/tenant";
    private static final String TRUSTS_THE_HUB =
            """
            {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole",
              "Principal": {"AWS": "arn:aws:iam::111111111111:role/hub"},
              "Condition": {"StringEquals": {"sts:ExternalId": "tenant-secret"}}}]}
            """;

    private final LocalAws aws = LOCAL.aws();
    private final DefaultCamelContext context = new DefaultCamelContext();
    private final SegmentCredentials credentials = new SegmentCredentials();

    @BeforeEach
    void start() {
        aws.reset();
        aws.createStream("events", 1);
        aws.createRole(HUB, "hub-secret");
        aws.createRole(TENANT).trust(TRUSTS_THE_HUB);
        credentials.setEndpointOverride(aws.endpoint());
        credentials.setBaseCredentials(
                StaticCredentialsProvider.create(AwsBasicCredentials.create("AKIDBASE", "BASESECRET")));
        credentials.setBaseRoleAddress(HUB);
        credentials.setBaseSecretId("hub-secret");
        context.getRegistry().bind(SegmentCredentials.BEAN, credentials);
        context.start();
    }

    @AfterEach
    void stop() {
        context.stop();
    }

    private Exception send(String options) {
        return context.createProducerTemplate()
                .send(
                        "segment-kinesis:events?uriEndpointOverride=" + aws.endpoint() + options,
                        exchange -> exchange.getIn().setBody("{}"))
                .getException();
    }

    private List<String> callers(String action) {
        return aws.calls().recent().stream()
                .filter(call -> call.action().equals(action) && !call.failed())
                .map(Call::principal)
                .toList();
    }

    @Test
    void theBaseRoleAssumesTheOther() {
        assertThat(send("&roleAddress=" + TENANT + "&secretId=tenant-secret")).isNull();

        assertThat(callers("sts:AssumeRole"))
                .containsExactly(
                        "arn:aws:iam::" + aws.accountId() + ":user/local-aws",
                        "arn:aws:sts::111111111111:assumed-role/hub/camel-segment@");
        assertThat(callers("kinesis:PutRecords"))
                .containsExactly("arn:aws:sts::222222222222:assumed-role/tenant/camel-segment@events");
    }

    @Test
    void bothSessionsAreRenewed() {
        await().atMost(PATIENCE).until(() -> {
            assertThat(send("&roleAddress=" + TENANT + "&secretId=tenant-secret"))
                    .isNull();
            return aws.calls().of("AssumeRole").calls() >= 8;
        });
    }

    @Test
    void survivesThatTheBaseRolesSessionIsRejectedByStsAsExpired() {
        var provider = credentials.provider(TENANT, "tenant-secret", null);
        provider.resolveCredentials();
        aws.expireSessions();

        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(send("&roleAddress=" + TENANT + "&secretId=tenant-secret"))
                        .isNull());
    }

    @Test
    void theBaseRoleItselfIsAssumedDirectly() {
        assertThat(send("&roleAddress=" + HUB + "&secretId=hub-secret")).isNull();

        assertThat(callers("sts:AssumeRole")).containsExactly("arn:aws:iam::" + aws.accountId() + ":user/local-aws");
    }

    @Test
    void withoutARoleTheBaseCredentialsThemselvesAreUsed() {
        assertThat(send("")).isNull();

        assertThat(aws.calls().of("AssumeRole").calls()).isZero();
        assertThat(callers("kinesis:PutRecords"))
                .containsExactly("arn:aws:iam::" + aws.accountId() + ":user/local-aws");
    }

    @Test
    void namesTheBaseRoleWhenThatCannotBeAssumed() {
        credentials.setBaseSecretId("the-wrong-one");

        assertThatThrownBy(() ->
                        credentials.provider(TENANT, "tenant-secret", null).resolveCredentials())
                .isInstanceOf(CredentialsException.class)
                .hasMessageContaining("cannot assume role " + HUB)
                .hasMessageNotContaining("the-wrong-one");
    }

    @Test
    void refusesWhatAwsWouldNotAllow() {
        SegmentCredentials bean = new SegmentCredentials();
        bean.setBaseSecretId("x");
        assertThatThrownBy(bean::init).hasMessageContaining("baseSecretId is given without baseRoleAddress");
        bean.setBaseRoleAddress(HUB);
        assertThatThrownBy(bean::init)
                .hasMessageContaining("expected as secret ID of role " + HUB + " 2 to 1224 letters");
        bean.setBaseSecretId(null);
        bean.setSessionDuration(Duration.ofHours(2));
        assertThatThrownBy(bean::init).hasMessageContaining("sessionDuration must be at most 1 hour with");
        assertThatThrownBy(() -> bean.setSessionDuration(Duration.ofMinutes(14)))
                .hasMessage("sessionDuration must be 15 minutes to 12 hours, was PT14M");
        assertThatThrownBy(() -> bean.setSessionDuration(Duration.ofHours(13)))
                .hasMessageContaining("15 minutes to 12 hours");
    }
}
