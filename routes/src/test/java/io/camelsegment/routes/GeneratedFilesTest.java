package io.camelsegment.routes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The committed files of the Camel plugin are what it makes of the sources of today. */
class GeneratedFilesTest {

    @Test
    void areAsTheCamelPluginWritesThem() throws IOException {
        Map<String, String> committed = files(Path.of("target/generated-before"));
        Map<String, String> generated = files(Path.of("src/generated"));

        assertThat(committed)
                .as("the copy made before the build generated anything")
                .isNotEmpty();
        assertThat(generated)
                .as("the build has changed src/generated: commit what it wrote there and build again")
                .isEqualTo(committed);
    }

    @Test
    void listTheComponentsForTheToolsOfCamel() throws IOException {
        List<Properties> lists = new ArrayList<>();
        for (URL url : Collections.list(
                getClass().getClassLoader().getResources("META-INF/services/org/apache/camel/component.properties"))) {
            Properties list = new Properties();
            try (InputStream in = url.openStream()) {
                list.load(in);
            }
            lists.add(list);
        }

        assertThat(lists)
                .filteredOn(list -> "camel-segment-routes".equals(list.get("artifactId")))
                .singleElement()
                .satisfies(list -> assertThat(list.getProperty("components").split(" "))
                        .containsExactly("segment-aggregate", "segment-fan-out", "segment-mapping"));
    }

    private static Map<String, String> files(Path root) throws IOException {
        Map<String, String> files = new TreeMap<>();
        try (Stream<Path> paths = Files.walk(root)) {
            for (Path path : paths.filter(Files::isRegularFile).toList()) {
                files.put(root.relativize(path).toString(), Files.readString(path));
            }
        }
        return files;
    }
}
