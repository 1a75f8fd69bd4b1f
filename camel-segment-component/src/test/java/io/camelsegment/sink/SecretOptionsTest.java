package io.camelsegment.sink;

import static org.assertj.core.api.Assertions.assertThat;

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
}
