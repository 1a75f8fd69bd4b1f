package io.camelsegment.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RouteTemplatesTest {

    @ParameterizedTest
    @CsvSource({
        "segment-source-template, 'source, writeKey, to'",
        "segment-kinesis-sink-template, 'from, streamName'",
        "segment-firehose-sink-template, 'from, deliveryStreamName'",
        "segment-mapping-sink-template, 'from, file'",
        "segment-hash-template, 'from, paths, to'"
    })
    void aRouteWithoutItsParametersIsRefusedWithTheirNames(String template, String parameters) throws Exception {
        try (DefaultCamelContext camel = new DefaultCamelContext()) {
            PluginHelper.getRoutesLoader(camel)
                    .loadRoutes(ResourceHelper.fromString(
                            "templates.camel.yaml",
                            Files.readString(Path.of("src/main/resources/camel-segment/templates.camel.yaml"))));
            camel.start();

            assertThatThrownBy(() -> camel.addRouteFromTemplate("mine", template, Map.of()))
                    .hasMessageContaining(template)
                    .hasMessageContaining(": " + parameters);
            assertThat(camel.getRoutes()).isEmpty();
        }
    }
}
