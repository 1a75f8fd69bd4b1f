package io.camelsegment.routes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.catalog.CamelCatalog;
import org.apache.camel.catalog.DefaultCamelCatalog;
import org.apache.camel.catalog.EndpointValidationResult;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** Camel's tools know the components and find no mistake in the examples. */
class CatalogTest {

    private static final Load YAML = new Load(LoadSettings.builder().build());

    private final CamelCatalog catalog = new DefaultCamelCatalog();
    private final List<String> schemes = new ArrayList<>();

    /**
     * As the Camel CLI, Kaoto and the IDE plugins do: what component.properties lists, by the JSON that is found for
     * it.
     */
    @BeforeEach
    void addComponents() throws Exception {
        for (var url : Collections.list(
                getClass().getClassLoader().getResources("META-INF/services/org/apache/camel/component.properties"))) {
            Properties list = new Properties();
            try (InputStream in = url.openStream()) {
                list.load(in);
            }
            if (!"io.camelsegment".equals(list.get("groupId"))) {
                continue;
            }
            for (String scheme : list.getProperty("components").split(" ", -1)) {
                String component = scheme.equals("segment")
                        ? "tracking"
                        : scheme.matches("segment-(kinesis|firehose)") ? scheme.substring(8) : "routes";
                try (InputStream json = getClass()
                        .getResourceAsStream("/META-INF/io/camelsegment/" + component + "/" + scheme + ".json")) {
                    String model = new String(json.readAllBytes(), StandardCharsets.UTF_8);
                    String javaType = new ObjectMapper()
                            .readTree(model)
                            .at("/component/javaType")
                            .asText();
                    catalog.addComponent(scheme, javaType, model);
                    schemes.add(scheme);
                }
            }
        }
    }

    @Test
    void hasAllComponents() {
        assertThat(schemes)
                .containsExactlyInAnyOrder(
                        "segment",
                        "segment-kinesis",
                        "segment-firehose",
                        "segment-mapping",
                        "segment-fan-out",
                        "segment-aggregate");
        assertThat(schemes)
                .allSatisfy(scheme -> assertThat(catalog.componentModel(scheme).getEndpointOptions())
                        .isNotEmpty());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "src/test/resources/routes/web.camel.yaml",
                "src/test/resources/routes/web-kebab.camel.yaml",
                "src/test/resources/routes/sinks.camel.yaml",
                "src/main/resources/camel-segment/templates.camel.yaml",
                "src/main/resources/kamelets/segment-source.kamelet.yaml",
                "src/main/resources/kamelets/segment-kinesis-sink.kamelet.yaml",
                "src/main/resources/kamelets/segment-firehose-sink.kamelet.yaml",
                "src/main/resources/kamelets/segment-mapping-sink.kamelet.yaml",
                "../examples/yaml-pipeline/src/main/resources/pipeline.camel.yaml",
                "../examples/quarkus/src/main/resources/camel/web.camel.yaml"
            })
    void findsNoMistakeInTheEndpointsOfAFile(String file) throws Exception {
        List<String> uris = new ArrayList<>();
        collect(YAML.loadFromString(Files.readString(Path.of(file))), uris);

        assertThat(uris).isNotEmpty().allSatisfy(this::assertValid);
    }

    @Test
    void findsNoMistakeInTheRoutesInJava() throws Exception {
        RouteBuilder builder = new DslExample();
        builder.configure();
        List<String> uris = new ArrayList<>();
        builder.getRouteCollection().getRoutes().forEach(route -> {
            uris.add(route.getInput().getEndpointUri());
            addUris(route.getOutputs(), uris);
        });
        List<String> inFanOut = uris.stream()
                .flatMap(uri ->
                        Pattern.compile("RAW\\((.*?)\\)(?=&|$)").matcher(uri).results())
                .map(found -> found.group(1))
                .toList();
        uris.replaceAll(uri -> uri.replaceAll("RAW\\(.*?\\)(?=&|$)", "direct:a"));

        assertThat(uris).hasSizeGreaterThan(1).allSatisfy(this::assertValid);
        assertThat(inFanOut).isNotEmpty().allSatisfy(this::assertValid);
    }

    private static void addUris(List<org.apache.camel.model.ProcessorDefinition<?>> outputs, List<String> uris) {
        for (var output : outputs) {
            if (output instanceof org.apache.camel.model.ToDefinition to) {
                uris.add(to.getEndpointUri());
            }
            addUris(output.getOutputs(), uris);
        }
    }

    @Test
    void findsTheMistakeOfAnOptionThatIsMisspelt() {
        EndpointValidationResult result = catalog.validateEndpointProperties("segment-kinesis:events?roleAdress=x");

        assertThat(result.getUnknown()).containsExactly("roleAdress");
    }

    private void assertValid(String uri) {
        EndpointValidationResult result = catalog.validateEndpointProperties(uri, false, false, false);
        // Without durations: the catalog takes 100ms for none, unlike Camel.
        assertThat(Stream.of(
                        result.getSyntaxError(),
                        result.getUnknown(),
                        result.getRequired(),
                        result.getInvalidEnum(),
                        result.getInvalidBoolean(),
                        result.getInvalidInteger()))
                .as(() -> uri + ": " + result.summaryErrorMessage(false))
                .containsOnlyNulls();
    }

    /** Collects what has a URI of ours, with its parameters. */
    private void collect(Object node, List<String> uris) throws Exception {
        if (node instanceof Map<?, ?> map) {
            Object uri = map.get("uri");
            if (uri instanceof String text && isOurs(text)) {
                uris.add(withParameters(text, (Map<?, ?>) map.get("parameters")));
            }
            for (var entry : map.entrySet()) {
                boolean isUri = List.of("to", "from", "toD").contains(entry.getKey())
                        && entry.getValue() instanceof String text
                        && isOurs(text);
                if (isUri) {
                    uris.add((String) entry.getValue());
                }
                collect(entry.getValue(), uris);
            }
        } else if (node instanceof List<?> list) {
            for (Object one : list) {
                collect(one, uris);
            }
        }
    }

    private boolean isOurs(String uri) {
        return schemes.contains(uri.split(":", 2)[0]);
    }

    private String withParameters(String uri, Map<?, ?> parameters) throws Exception {
        if (parameters == null) {
            return uri;
        }
        StringBuilder all = new StringBuilder(uri);
        for (var parameter : parameters.entrySet()) {
            all.append(all.indexOf("?") < 0 ? '?' : '&')
                    .append(camelCase(parameter.getKey().toString()))
                    .append('=')
                    .append(parameter.getValue());
        }
        return all.toString();
    }

    private static String camelCase(String name) {
        StringBuilder camel = new StringBuilder();
        for (String word : name.split("-", -1)) {
            camel.append(camel.isEmpty() ? word : Character.toUpperCase(word.charAt(0)) + word.substring(1));
        }
        return name.startsWith("row.") || name.startsWith("to.") ? name : camel.toString();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "segment-source",
                "segment-kinesis-sink",
                "segment-firehose-sink",
                "segment-mapping-sink",
                "segment-hash-action"
            })
    void aKameletHasWhatTheCatalogOfKameletsRequires(String name) throws Exception {
        JsonNode kamelet = new ObjectMapper()
                .valueToTree(YAML.loadFromString(
                        Files.readString(Path.of("src/main/resources/kamelets/" + name + ".kamelet.yaml"))));

        assertThat(kamelet.at("/apiVersion").asText()).isEqualTo("camel.apache.org/v1");
        assertThat(kamelet.at("/kind").asText()).isEqualTo("Kamelet");
        assertThat(kamelet.at("/metadata/name").asText()).isEqualTo(name);
        for (String annotation : List.of("support.level", "icon", "group", "namespace")) {
            assertThat(kamelet.at("/metadata/annotations/camel.apache.org~1kamelet." + annotation)
                            .asText())
                    .isNotBlank();
        }
        assertThat(kamelet.at("/metadata/labels/camel.apache.org~1kamelet.type").asText())
                .isEqualTo(name.substring(name.lastIndexOf('-') + 1));
        JsonNode definition = kamelet.at("/spec/definition");
        assertThat(definition.get("title").asText()).isNotBlank();
        assertThat(definition.get("description").asText()).endsWith(".");
        List<String> properties = new ArrayList<>();
        definition.get("properties").fieldNames().forEachRemaining(properties::add);
        definition.get("required").forEach(required -> assertThat(properties).contains(required.asText()));
        definition.get("properties").forEach(property -> {
            assertThat(property.get("title").asText()).isNotBlank();
            assertThat(property.get("description").asText()).isNotBlank();
        });
        String template = kamelet.at("/spec/template").toString();
        assertThat(properties)
                .allSatisfy(property -> assertThat(template).containsPattern("\\{\\{\\??" + property + "}}"));
        assertThat(kamelet.at("/spec/dependencies").toString())
                .contains("mvn:io.camelsegment:camel-segment", version());
    }

    private String version() {
        return catalog.componentModel("segment").getVersion();
    }
}
