package io.camelsegment.aws;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.camelsegment.firehose.SegmentFirehoseConfiguration;
import io.camelsegment.kinesis.SegmentKinesisConfiguration;
import java.beans.Introspector;
import java.beans.PropertyDescriptor;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.camel.converter.DurationConverter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The documented defaults are only words in annotations: this compares them with the fields. */
class OptionDefaultsTest {

    static Stream<Arguments> sinks() {
        return Stream.of(
                Arguments.of(
                        "/META-INF/io/camelsegment/kinesis/segment-kinesis.json", new SegmentKinesisConfiguration()),
                Arguments.of(
                        "/META-INF/io/camelsegment/firehose/segment-firehose.json",
                        new SegmentFirehoseConfiguration()));
    }

    @ParameterizedTest
    @MethodSource("sinks")
    void documentedDefaultsAreTheRealOnes(String catalog, AwsConfiguration configuration) throws Exception {
        List<String> compared = new ArrayList<>();
        try (InputStream json = getClass().getResourceAsStream(catalog)) {
            JsonNode options = new ObjectMapper().readTree(json).get("properties");
            for (PropertyDescriptor property :
                    Introspector.getBeanInfo(configuration.getClass()).getPropertyDescriptors()) {
                JsonNode option = options.get(property.getName());
                if (option != null) {
                    Object real = property.getReadMethod().invoke(configuration);
                    JsonNode documented = option.get("defaultValue");
                    assertThat(documented == null ? null : text(documented, real))
                            .as(property.getName())
                            .isEqualTo(real instanceof Enum<?> choice ? choice.name() : Objects.toString(real, null));
                    compared.add(property.getName());
                }
            }
        }
        assertThat(compared).contains("region", "batchRecords", "lingerTime", "secretId");
    }

    private static String text(JsonNode documented, Object real) {
        return real instanceof Duration
                ? DurationConverter.toDuration(documented.asText()).toString()
                : documented.asText();
    }
}
