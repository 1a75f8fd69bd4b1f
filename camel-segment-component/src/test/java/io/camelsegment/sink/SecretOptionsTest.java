package io.camelsegment.sink;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SecretOptionsTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "writeKey=k3y",
                "writeKey=RAW(k3y)",
                "writeKey=RAW(a)k3y)",
                "writeKey=RAW(a&k3y)",
                "writeKey=RAW{a}k3y}",
                "writeKey=RAW(k3y",
                "write-key=k3y",
                "WRITEKEY=k3y",
                "sharedSecret=k3y",
                "secretId=k3y",
                "secret-id=k3y",
                "accessKey=k3y",
                "secretKey=k3y",
                "sessionToken=k3y"
            })
    void masksTheValueInAllThatCamelTakesForTheOption(String option) {
        String name = option.substring(0, option.indexOf('=') + 1);

        assertThat(SecretOptions.mask("segment://web?" + option + "&webhook=true&" + option))
                .isEqualTo("segment://web?" + name + "xxxxxx&webhook=true&" + name + "xxxxxx");
    }

    @ParameterizedTest
    @ValueSource(strings = {"segment://web", "segment://web?webhook=true", "segment://secretId=a?region=us-west-2"})
    void leavesTheRestAsItIs(String uri) {
        assertThat(SecretOptions.mask(uri)).isEqualTo(uri);
    }

    /** Secret IDs have two characters or more, of letters, digits and {@code +=,.@:/-_}. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "ws",
                "aws",
                "arn",
                "sts",
                "role",
                "iam",
                "us",
                "is",
                "1",
                "123456789012",
                "workspace-1",
                "s3cr3t/+=,.@:-x",
                "-ws-",
                "$1",
                "\\E",
                "a.b",
                "arn:aws:iam::123456789012:role/x"
            })
    void masksAValueWhereItStands(String secret) {
        assertThat(SecretOptions.mask(
                        "Value '" + secret + "' at 'externalId' failed, expected " + secret + ".", secret))
                .isEqualTo("Value 'xxxxxx' at 'externalId' failed, expected xxxxxx.");
        assertThat(SecretOptions.mask("externalId=" + secret, secret)).isEqualTo("externalId=xxxxxx");
        assertThat(SecretOptions.mask(secret, secret)).isEqualTo("xxxxxx");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"ws", "aws", "arn", "sts", "role", "iam", "us", "west", "ized", "cross", "no", "assumed", "12"})
    void leavesWordsAndArnsWhole(String secret) {
        String said = "User: arn:aws:sts::123456789012:assumed-role/cross-ws/west was unauthorized: sts:AssumeRole on"
                + " resource: arn:aws-us-gov:iam::123456789012:role/ws";

        assertThat(SecretOptions.mask(said, secret)).isEqualTo(said);
    }

    @Test
    void masksNothingWithoutASecret() {
        assertThat(SecretOptions.mask("said", null)).isEqualTo("said");
        assertThat(SecretOptions.mask("said", "")).isEqualTo("said");
        assertThat(SecretOptions.mask(null, "ws")).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"ExternalId=%22{}%22", "bad value\\n{}", "arn:aws:iam::1:role/x:{}", "'{}_x'", "{}"})
    void masksALongValueWhereverItStands(String said) {
        String secret = "s3cr3t-long-secret";

        assertThat(SecretOptions.mask(said.replace("{}", secret), secret)).isEqualTo(said.replace("{}", "xxxxxx"));
    }
}
