package io.camelsegment.routes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The tables of the pages say what the catalog says. */
class DocumentedOptionsTest {

    @ParameterizedTest
    @ValueSource(strings = {"routes/segment-mapping", "routes/segment-aggregate", "routes/segment-fan-out"})
    void everyOptionAndHeaderIsOnThePageAsInTheCatalog(String component) throws Exception {
        String scheme = component.substring(component.indexOf('/') + 1);
        String page = Files.readString(Path.of("src/main/docs/" + scheme + "-component.adoc"));
        try (InputStream json = getClass().getResourceAsStream("/META-INF/io/camelsegment/" + component + ".json")) {
            JsonNode catalog = new ObjectMapper().readTree(json);
            catalog.get("properties").properties().forEach(option -> {
                JsonNode facts = option.getValue();
                if (!facts.get("kind").asText().equals("path")) {
                    String standard = facts.has("defaultValue")
                            ? "`" + facts.get("defaultValue").asText() + "` "
                            : "";
                    String secret = facts.get("secret").asBoolean() ? " A secret." : "";
                    String type = facts.get("javaType").asText().replaceAll("\\w+\\.", "");
                    assertThat(facts.get("description").asText())
                            .as("a catalog has no stars: what is around one would not make sense")
                            .doesNotContain(" . ", " , ");
                    assertThat(page)
                            .contains("| `" + option.getKey() + "` | "
                                    + facts.get("description").asText() + secret + " | " + standard + "| " + type);
                }
            });
            catalog.path("headers").properties().forEach(header -> assertThat(page)
                    .contains("| `" + header.getKey() + "` | "
                            + header.getValue().get("javaType").asText() + " | "
                            + header.getValue().get("description").asText()));
        }
    }
}
