package io.camelsegment.app.settings;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * The tables of docs/settings.md are made from {@link SettingsTable}; options are described by the components. With
 * {@code -Dsettings.write=true} this test writes them.
 */
class SettingsPageTest {

    private static final Path PAGE = Path.of("../docs/settings.md");

    private static final String BEGIN = "<!-- Made from the code: see SettingsPageTest. -->\n";
    private static final String END = "<!-- End of what is made from the code. -->\n";

    private final JsonNode source = options("tracking/segment");
    private final JsonNode kinesis = options("kinesis/segment-kinesis");
    private final JsonNode firehose = options("firehose/segment-firehose");

    @Test
    void thePageShowsTheTable() throws IOException {
        String page = Files.readString(PAGE);
        String before = page.substring(0, page.indexOf(BEGIN) + BEGIN.length());
        String after = page.substring(page.indexOf(END));
        String fresh = before + tables() + after;
        if (Boolean.getBoolean("settings.write")) {
            Files.writeString(PAGE, fresh);
        }

        assertThat(page)
                .as("run this test with -Dsettings.write=true, and commit what it wrote")
                .isEqualTo(fresh);
    }

    private String tables() {
        Map<String, String> titles = new LinkedHashMap<>();
        titles.put("", "The whole app, below `segment`");
        titles.put("sources", "Sources, below `segment.sources.<name>`");
        titles.put("destinations", "Destinations, below `segment.destinations.<name>`");
        titles.put("aws", "AWS, below `segment.aws`");
        titles.put("local-aws", "Local mode, below `segment.local-aws`");
        titles.put("management", "The management port, below `segment.management`");
        titles.put("debugger", "The debugger page, below `segment.debugger`");
        StringBuilder tables = new StringBuilder();
        titles.forEach((group, title) -> {
            tables.append("\n### ").append(title).append("\n\n| Setting | Meaning | Default |\n| --- | --- | --- |\n");
            for (Setting row : SettingsTable.ROWS) {
                String rowGroup = row.pattern().size() == 1 ? "" : row.pattern().get(0);
                if (rowGroup.equals(group)) {
                    tables.append(line(row));
                }
            }
        });
        return tables.append('\n').toString();
    }

    private String line(Setting row) {
        List<String> name = row.pattern().size() == 1
                ? row.pattern()
                : row.pattern()
                        .subList(
                                row.pattern().get(1).equals(Setting.ANY) ? 2 : 1,
                                row.pattern().size());
        String written = String.join(".", name).replace("map.*", "map.<row>");
        return "| `" + written + "`" + (row.reloads() ? " [↻](#reload)" : "") + " | " + meaning(row) + " | "
                + standard(row) + " |\n";
    }

    String meaning(Setting row) {
        return row.option() == null ? row.meaning() : inSettings(both(row, "description"), row);
    }

    String standard(Setting row) {
        if (row.option() == null) {
            return row.standard();
        }
        String value = both(row, "defaultValue");
        return value.isEmpty() ? "none" : value;
    }

    /** Returns what the component tells of an option, of both sinks if they differ. */
    private String both(Setting row, String what) {
        if (!row.pattern().get(0).equals("destinations")) {
            return text(source, row.option(), what);
        }
        String ofKinesis = text(kinesis, row.option(), what);
        String ofFirehose = text(firehose, row.option(), what);
        if (ofKinesis.equals(ofFirehose)) {
            return ofKinesis;
        }
        return "Kinesis: " + ofKinesis + (ofKinesis.endsWith(".") ? "" : ";") + " Firehose: " + ofFirehose;
    }

    private static String text(JsonNode options, String option, String what) {
        JsonNode described = options.path(option);
        assertThat(described.isMissingNode()).as(option).isFalse();
        String text = described.path(what).asText("");
        return what.equals("defaultValue") && !text.isEmpty() ? '`' + text + '`' : text.replace("|", "\\|");
    }

    /** Names other options as settings. */
    private static String inSettings(String text, Setting row) {
        String named = text;
        for (Setting other : SettingsTable.ROWS) {
            if (other.option() != null
                    && other.option().matches(".*[A-Z].*")
                    && other.pattern().get(0).equals(row.pattern().get(0))) {
                named = named.replaceAll("\\b" + Pattern.quote(other.option()) + "\\b", '`' + other.word() + '`');
            }
        }
        return named.endsWith(".") ? named.substring(0, named.length() - 1) : named;
    }

    private static JsonNode options(String component) {
        String resource = "/META-INF/io/camelsegment/" + component + ".json";
        try (InputStream json = SettingsPageTest.class.getResourceAsStream(resource)) {
            JsonNode described = new ObjectMapper().readTree(json);
            return ((ObjectNode) described.path("componentProperties"))
                    .setAll((ObjectNode) described.path("properties"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void theTypesOfOptionsAreThoseOfTheComponents() {
        List<String> wrong = new ArrayList<>();
        for (Setting row : SettingsTable.ROWS) {
            if (row.option() != null) {
                JsonNode options = row.pattern().get(0).equals("destinations") ? kinesis : source;
                String type = options.path(row.option()).path("type").asText();
                boolean same =
                        switch (type) {
                            case "boolean" -> row.type().equals(SettingType.SWITCH);
                            case "duration" -> row.type().equals(SettingType.DURATION);
                            case "integer" -> row.type().expected().startsWith("a whole number");
                            case "enum" -> row.type().expected().contains(" or ");
                            default -> type.equals("string");
                        };
                if (!same) {
                    wrong.add(row.option() + ": " + type);
                }
            }
        }

        assertThat(wrong).isEmpty();
    }
}
