package io.camelsegment.app.settings;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.config.EnvConfigSource;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which names, shapes and types of settings are refused, wherever they are written. */
class SegmentConfigTest {

    /** Settings without a mistake, as properties. */
    private static final Map<String, String> GOOD = Map.of(
            "segment.sources.web.write-key", "S3CR3T_KEY",
            "segment.destinations.analytics.type", "kinesis",
            "segment.destinations.analytics.stream-name", "events");

    @TempDir
    Path directory;

    private final Map<String, String> environment = new LinkedHashMap<>();

    @ParameterizedTest
    @CsvSource({
        "required,       ture,  true or false",
        "use-message-id, yess,  true or false",
        "required,       '',    true or false",
        "linger-time,    99999999999999h, 'a duration such as 500ms, 30s or 15m'",
    })
    void aValueOfAnotherTypeIsRefusedWhereverItIs(String setting, String value, String expected) {
        String line = "segment.destinations.analytics." + setting + ": expected " + expected
                + (value.isEmpty() ? ", but it is empty: " : ", but was \"" + value + "\": ");
        String variable = "SEGMENT_DESTINATIONS_ANALYTICS_" + SettingName.variable(setting);
        String property = "segment.destinations.analytics." + setting;
        String yaml =
                """
                segment:
                  destinations:
                    analytics: { type: kinesis, stream-name: events, %s: "%s" }
                """;

        environment.put(variable, value);
        assertThat(mistakes(GOOD))
                .singleElement()
                .asString()
                .startsWith(line)
                .endsWith(" (environment variable " + variable + ")");
        environment.clear();
        assertThat(mistakes(with(GOOD, property, value)))
                .singleElement()
                .asString()
                .startsWith(line);
        assertThat(mistakes(file("a.properties", property + "=" + value)))
                .singleElement()
                .asString()
                .startsWith(line)
                .endsWith("a.properties:1:1)");
        assertThat(mistakes(file("a.yaml", yaml.formatted(setting, value))))
                .singleElement()
                .asString()
                .startsWith(line)
                .endsWith("a.yaml:3:54)");
    }

    @ParameterizedTest
    @CsvSource({
        "segment.deduplicate,         maybe, true or false",
        "segment.local-aws.enabled,   nope,  true or false",
        "segment.local-aws.port,      many,  a whole number from 0 to 65535",
        "segment.local-aws.port,      65536, a whole number from 0 to 65535",
        "segment.local-aws.port,      '',    a whole number from 0 to 65535",
        "segment.base-path,           no slash, a path such as /v1",
        "segment.base-path,           /a?b,  a path such as /v1",
        "segment.sources.web.allowed-origins, shop.example, '* or origins such as https://shop.example, separated by"
                + " commas'",
        "segment.sources.web.allowed-origins, https://shop.example/, '* or origins such as https://shop.example,"
                + " separated by commas'",
    })
    void aSettingOfTheWholeAppIsOfItsTypeToo(String setting, String value, String expected) {
        assertThat(mistakes(with(GOOD, setting, value)))
                .singleElement()
                .asString()
                .startsWith(setting + ": expected " + expected + ", but ");
    }

    @ParameterizedTest
    @CsvSource({
        "segment.regoin,                                     segment.destinations.<name>.region",
        "segment.workspace,                                  workspace-id",
        "segment.sorces.web.write-key,                       segment.sources.web.write-key",
        "segment.sources.web.writeKey,                       write-key",
        "segment.sources.web.write_key,                      write-key",
        "segment.destinations.analytics.regoin,              region",
        "segment.destinations.analytics.Region,              region",
        "segment.destinations.analytics.endpoint,            endpoint-override",
        "segment.destinations.analytics.aws.endpoint-override, segment.destinations.<name>.endpoint-override",
        "segment.aws.sts-endpoint,                           sts-endpoint-override",
        "segment.local-aws.enable,                           enabled",
    })
    void anUnknownNameIsRefusedWithTheNearestOne(String name, String nearest) {
        assertThat(mistakes(with(GOOD, name, "s3cr3t")))
                .singleElement()
                .isEqualTo(
                        name + ": expected a setting, but there is none of this name: did you mean " + nearest + "?");
    }

    @ParameterizedTest
    @CsvSource({
        "SEGMENT_REGOIN, SEGMENT_DESTINATIONS_NAME_REGION",
        "SEGMENT_WORKSPACE, SEGMENT_WORKSPACE_ID",
        "SEGMENT_SORCES_WEB_WRITE_KEY, SEGMENT_SOURCES_WEB_WRITE_KEY",
        "SEGMENT_DESTINATIONS_ANALYTICS_REGOIN, SEGMENT_DESTINATIONS_ANALYTICS_REGION",
        "SEGMENT_DESTINATIONS_ANALYTICS_STREAMNAME, SEGMENT_DESTINATIONS_ANALYTICS_STREAM_NAME",
        "segment_deduplicate, SEGMENT_DEDUPLICATE",
        "SEGMENT_PORT, SEGMENT_LOCAL_AWS_PORT",
    })
    void anUnknownVariableIsRefusedByItsNameAlone(String variable, String nearest) {
        environment.put(variable, "s3cr3t");
        environment.put("SEGMENT_DEDUPLICATE", "s3cr3t");

        List<String> mistakes = mistakes(GOOD);

        assertThat(mistakes).hasSize(2).anySatisfy(line -> assertThat(line)
                .startsWith(variable + ": expected the variable of a setting, but there is none of this name: did you"
                        + " mean " + nearest + ", which sets segment."));
        assertThat(mistakes.get(0)).doesNotContain("s3cr3t");
    }

    @Test
    void theVariablesOfKubernetesServicesAreIgnored() {
        environment.put("SEGMENT_SERVICE_HOST", "10.96.0.12");
        environment.put("SEGMENT_SERVICE_PORT", "8080");
        environment.put("SEGMENT_SERVICE_PORT_HTTP", "8080");
        environment.put("SEGMENT_PORT", "tcp://10.96.0.12:8080");
        environment.put("SEGMENT_PORT_8080_TCP", "tcp://10.96.0.12:8080");
        environment.put("SEGMENT_PORT_8080_TCP_PROTO", "tcp");
        environment.put("SEGMENT_PORT_8080_TCP_PORT", "8080");
        environment.put("SEGMENT_PORT_8080_TCP_ADDR", "10.96.0.12");
        environment.put("SEGMENT_COLLECTOR_SERVICE_HOST", "fd00::12");
        environment.put("SEGMENT_COLLECTOR_PORT_53_UDP", "udp://[fd00::12]:53");

        assertThat(mistakes(GOOD)).isEmpty();
    }

    @Test
    void aVariableLikeThatOfAServiceIsRefusedWithAnotherValueOrTheNameOfASetting() {
        environment.put("SEGMENT_SERVICE_HOST", "my host");
        environment.put("SEGMENT_LOCAL_AWS_PORT", "tcp://10.96.0.12:8080");

        assertThat(mistakes(GOOD))
                .hasSize(2)
                .anySatisfy(line -> assertThat(line).startsWith("SEGMENT_SERVICE_HOST: "))
                .anySatisfy(line -> assertThat(line)
                        .startsWith("segment.local-aws.port: expected a whole number from 0 to 65535, but was"
                                + " \"tcp://10.96.0.12:8080\": "));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "segment: S3CR3T | segment: expected a group of settings such as config, but was one value:"
                        + " write it as in segment: { sources: { web: { write-key: … } } } (a.yaml:1:1)",
                "segment: { sources: [web] } | segment.sources: expected names with a group of settings each, but was a"
                        + " list: write it as in sources: { web: { write-key: … } } (a.yaml:1:12)",
                "segment: { sources: { web: S3CR3T } } | segment.sources.web: expected a group of settings such as"
                        + " write-key, but was one value: write it as in sources: { web: { write-key: … } }"
                        + " (a.yaml:1:23)",
                "segment: { destinations: { lake: { map: x } } } | segment.destinations.lake.map: expected rows, but"
                        + " was one value: write it as in map: { page: pages, \"*\": everything } (a.yaml:1:36)",
                "segment: { workspace-id: { S3CR3T: x } } | segment.workspace-id: expected text, but was a group of"
                        + " settings: write it as one value (a.yaml:1:12)",
                "segment: { aws: [x] } | segment.aws: expected a group of settings such as endpoint-override, but was a"
                        + " list: write it as in aws: { endpoint-override: … } (a.yaml:1:12)",
                "segment: { deduplicate: [true] } | segment.deduplicate: expected true or false, but was a list of"
                        + " something else: write it as one value (a.yaml:1:12)",
                "destinations: { lake: { type: firehose } } | destinations: expected below segment, but is beside it:"
                        + " put it there (a.yaml:1:1)",
                "sources: { web: { write-key: S3CR3T } } | sources: expected below segment, but is beside it:"
                        + " put it there (a.yaml:1:1)",
                "segmnet: { sources: {} } | segmnet: expected another name, since nothing reads this: did you mean"
                        + " segment? (a.yaml:1:1)",
                "segment.workspace-id: S3CR3T | segment.workspace-id: expected one key below the other, but was a name"
                        + " with dots: write segment:, and the rest below it (a.yaml:1:1)",
            })
    void aKnownGroupOfTheWrongShapeSaysWhichShapeIsExpected(String yaml, String line) {
        assertThat(mistakes(file("a.yaml", yaml)))
                .extracting(mistake -> mistake.replace(directory + "/", ""))
                .contains(line)
                .noneMatch(mistake -> mistake.contains("S3CR3T"));
    }

    @Test
    void aGroupThatHasAValueIsRefusedInPropertiesToo() {
        assertThat(mistakes(with(GOOD, "segment.sources.app", "S3CR3T")))
                .singleElement()
                .isEqualTo("segment.sources.app: expected a group of settings such as write-key, but was one value:"
                        + " write it as in sources: { web: { write-key: … } }");
    }

    @Test
    void allMistakesAreToldAtOnceEachOnALine() {
        environment.put("SEGMENT_REGOIN", "s3cr3t");
        environment.put("SEGMENT_DESTINATIONS_LAKE_REQUIRED", "ture");
        String yaml =
                """
                segment:
                  sources:
                    web: S3CR3T
                    app: { write-key: "a", colour: "b\\nb" }
                  destinations:
                    lake: { type: firehose, map: { page: pages } }
                    other: { typ: kinesis, stream-name: "two\\nlines" }
                """;

        assertThat(mistakes(file("a.yaml", yaml)))
                .extracting(line -> line.substring(0, line.indexOf(": ")))
                .containsExactlyInAnyOrder(
                        "SEGMENT_REGOIN",
                        "segment.destinations.lake.required",
                        "segment.sources.web",
                        "segment.sources.app.colour",
                        "segment.destinations.other.typ");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a.yaml | segment: { sources: { web: { write-key: \"S3CR3T } } } |"
                        + " 1:54: expected YAML, but its syntax is broken in what begins in line 1: mend it",
                "a.yaml | segment: [S3CR3T |"
                        + " 1:17: expected YAML, but its syntax is broken in what begins in line 1: mend it",
                "a.yaml | a: !S3CR3T b | 1:4: expected YAML, but its syntax is broken: mend it",
                "a.properties | segment.workspace-id=\\uS3CR3T |"
                        + " 1:1: expected properties, but its syntax is broken: mend it",
            })
    void nothingOfALineThatCannotBeParsedIsPrinted(String name, String text, String line) {
        environment.put("SEGMENT_REGOIN", "x");

        List<String> mistakes = mistakes(file(name, text));

        assertThat(mistakes).hasSize(2).contains(directory.resolve(name) + ":" + line);
        assertThat(mistakes.toString()).doesNotContain("S3CR3T").contains("SEGMENT_REGOIN");
    }

    @ParameterizedTest
    @CsvSource({
        "a.yaml,       'segment:\n  workspace-id: S3CR3T caf\u00e9\n', 2:27, YAML",
        "a.properties, 'a=1\nsegment.workspace-id=caf\u00e9',        2:25, properties",
        "a.yaml,       '\u00ff\u00fe',                               1:1,  YAML",
    })
    void aFileThatIsNotUtf8IsRefusedWithThePlace(String name, String text, String place, String kind)
            throws IOException {
        Path file = Files.writeString(directory.resolve(name), text, StandardCharsets.ISO_8859_1);

        assertThat(mistakes(Map.of("segment.config", file.toString())))
                .containsExactly(file + ":" + place + ": expected " + kind + ", but it is not UTF-8: mend it");
    }

    @Test
    void aControlCharacterIsRefusedWithThePlace() {
        assertThat(mistakes(file("a.yaml", "a: \uD83D\uDE00\nsegment: { workspace-id: \"S3CR3T\u0007\" }")))
                .containsExactly(
                        directory.resolve("a.yaml") + ":2:33: expected YAML, but it has a control character: mend it");
    }

    @ParameterizedTest
    @CsvSource({
        "a.yaml,       '\uFEFFsegment: { deduplicate: false }'",
        "a.properties, '\uFEFFsegment.deduplicate=false'",
    })
    void aFileMayBeginWithAByteOrderMark(String name, String text) {
        SegmentConfig config = config(file(name, text));

        assertThat(config.deduplicate()).isFalse();
        assertThat(config.mistakes().lines()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "'- segment: S3CR3T',                       1:1, a list",
        "'segment.workspace-id=S3CR3T',             1:1, one value",
        "'segment: {}\n---\n  S3CR3T',              3:3, one value",
    })
    void aFileWithoutKeysIsRefused(String yaml, String place, String was) {
        assertThat(mistakes(file("a.yaml", yaml)))
                .containsExactly(
                        directory.resolve("a.yaml") + ": expected a group of settings such as segment, but was "
                                + was + ": write it as in segment: { sources: { web: { write-key: … } } } ("
                                + directory.resolve("a.yaml") + ":" + place + ")");
    }

    @Test
    void aFileMayHaveDocumentsWithoutAnything() {
        assertThat(mistakes(file("a.yaml", "# none\n---\n---\nsegment: { deduplicate: true }\n---\n")))
                .noneMatch(line -> line.contains("group of settings"));
    }

    @Test
    void aPropertyMayGoOnForManyLines() {
        String properties =
                """
                segment.sources.web.write-key=a,\\
                  b,\\
                  c
                segment.deduplicate=false
                """;

        SegmentConfig config = config(file("a.properties", properties));

        assertThat(config.list("sources", "web", "write-key")).hasValue(List.of("a", "b", "c"));
        assertThat(config.deduplicate()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"a.yaml, segment: { config: S3CR3T }", "a.properties, segment.config=S3CR3T"})
    void theFileThatIsNamedNamesNoOther(String name, String text) {
        assertThat(mistakes(file(name, text)))
                .anySatisfy(line -> assertThat(line)
                        .startsWith("segment.config: expected SEGMENT_CONFIG to name all files, but this one names"
                                + " another: remove it (" + directory.resolve(name) + ":1:"))
                .noneMatch(line -> line.contains("S3CR3T"));
    }

    @Test
    void aFileCannotNameTheHome() {
        Path file = directory.resolve("a.yaml");

        assertThat(mistakes(file("a.yaml", "segment: { home: elsewhere, deduplicate: maybe }")))
                .hasSize(2)
                .anyMatch(line -> line.startsWith("segment.deduplicate: "))
                .contains(
                        "segment.home: expected SEGMENT_HOME or --home instead, since files of settings are looked for"
                                + " there, but it is in one: remove it (" + file + ":1:12)");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"%prod\": { segmnet: { a: b } } | segmnet: expected another name, since nothing reads this: did you"
                        + " mean segment? (a.yaml:1:12)",
                "\"%prod\": { sources: { web: {} } } | sources: expected below segment, but is beside it: put it there"
                        + " (a.yaml:1:12)",
                "\"%prod.segment\": { a: b } | %prod.segment: expected one key below the other, but was a name with"
                        + " dots: write segment:, and the rest below it (a.yaml:1:1)",
                "destinations: {} | destinations: expected below segment, but is beside it: put it there (a.yaml:1:1)",
            })
    void whatIsMisplacedIsToldAloneAlsoInAProfile(String yaml, String line) {
        assertThat(mistakes(file("a.yaml", yaml)))
                .extracting(mistake -> mistake.replace(directory + "/", ""))
                .containsExactly(line);
    }

    @Test
    void aSourceMayHaveAQuestionMarkAtTheEndOfItsNameAlone() {
        Map<String, String> settings = with(GOOD, "segment.sources.\"a?b\".write-key", "a");

        assertThat(mistakes(with(settings, "segment.sources.\"What?\".write-key", "b")))
                .containsExactly("segment.sources.\"a?b\": expected a name without a question mark inside, behind which"
                        + " Camel looks for options, but there is one: rename it");
    }

    @Test
    void ofARowOfTheWrongShapeAndOfWordsAsKeysOneMistakeIsTold() {
        String yaml =
                """
                segment:
                  sources: { web: { write-key: a } }
                  destinations:
                    lake: { type: firehose, map: { page: { stream: x } } }
                    other: { type: firehose, map: { On: a, yes: b } }
                """;

        assertThat(mistakes(file("a.yaml", yaml)))
                .hasSize(3)
                .anyMatch(line -> line.startsWith("segment.destinations.lake.map.\"page\": expected text"))
                .anyMatch(line -> line.contains("put it in quotes: \"On\""))
                .anyMatch(line -> line.contains("put it in quotes: \"yes\""));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "segment: { deduplicate: true, deduplicate: false } | segment: expected each key once, but"
                        + " \"deduplicate\" is there again: remove one (a.yaml:1:31)",
                "segment: { sources: { web: { write-key: S3CR3T }, \" web\": { write-key: S3CR3T } } } |"
                        + " segment.sources: expected each key once, but \" web\" is there again: remove one"
                        + " (a.yaml:1:51)",
                "segment: { sources: { web: { write-key: S3CR3T, \"write-key\": S3CR3T } } } |"
                        + " segment.sources.web: expected each key once, but \"write-key\" is there again: remove one"
                        + " (a.yaml:1:49)",
                "segment: { destinations: { lake: { map: { page: a, page: b } } } } |"
                        + " segment.destinations.lake.map: expected each key once, but \"page\" is there again:"
                        + " remove one (a.yaml:1:52)",
                "{ segment: {}, segment: {} } |"
                        + " a.yaml: expected each key once, but \"segment\" is there again: remove one (a.yaml:1:16)",
                "{ quarkus: { a: S3CR3T, a: c } } |"
                        + " quarkus: expected each key once, but \"a\" is there again: remove one (a.yaml:1:25)",
            })
    void aKeyThatIsThereTwiceIsRefused(String yaml, String line) {
        assertThat(mistakes(file("a.yaml", yaml)))
                .extracting(mistake -> mistake.replace(directory + "/", ""))
                .contains(line)
                .noneMatch(mistake -> mistake.contains("S3CR3T"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "segment: { sources: { On: { write-key: x } } } | segment.sources: expected text as a key, but was a"
                        + " word that YAML reads as true: put it in quotes: \"On\" (a.yaml:1:23)",
                "segment: { destinations: { lake: { map: { No: x } } } } | segment.destinations.lake.map: expected text"
                        + " as a key, but was a word that YAML reads as false: put it in quotes: \"No\" (a.yaml:1:43)",
                "segment: { destinations: { lake: { map: { ~: x } } } } | segment.destinations.lake.map: expected text"
                        + " as a key, but there is none: name it, in quotes (a.yaml:1:43)",
                "segment: { destinations: { lake: { map: { page: off } } } } | segment.destinations.lake.map.\"page\":"
                        + " expected text, but was a word that YAML reads as true or false: put it in quotes"
                        + " (a.yaml:1:43)",
                "segment: { sources: { web: { write-key: yes } } } | segment.sources.web.write-key: expected text, but"
                        + " was a word that YAML reads as true or false: put it in quotes (a.yaml:1:30)",
                "segment: { destinations: { lake: { sources: [on] } } } | segment.destinations.lake.sources: expected"
                        + " text, but was a word that YAML reads as true or false: put it in quotes (a.yaml:1:36)",
            })
    void aWordThatYamlReadsAsTrueOrFalseIsRefusedWhereTextIsMeant(String yaml, String line) {
        assertThat(mistakes(file("a.yaml", yaml)))
                .extracting(mistake -> mistake.replace(directory + "/", ""))
                .contains(line);
    }

    @ParameterizedTest
    @ValueSource(strings = {"true", "True", "yes", "ON", "y", "1"})
    void aSwitchMayBeAnyOfTheUsualWords(String word) {
        String yaml = "segment: { deduplicate: true, destinations: { analytics: { use-message-id: " + word + " } } }";

        SegmentConfig config = config(file("a.yaml", yaml));

        assertThat(config.flag("destinations", "analytics", "use-message-id")).contains(true);
        environment.put("SEGMENT_DESTINATIONS_ANALYTICS_USE_MESSAGE_ID", word);
        assertThat(config(GOOD).flag("destinations", "analytics", "use-message-id"))
                .contains(true);
    }

    @ParameterizedTest
    @CsvSource({
        "SEGMENT_SOURCES_MY_APP_WRITE_KEY,   'My.App',  sources",
        "SEGMENT_SOURCES_MY_APP_WRITE_KEY,   'my app',  sources",
        "SEGMENT_SOURCES_CAF__WRITE_KEY,     'Café',    sources",
        "SEGMENT_SOURCES_A_B__C__WRITE_KEY,  'a[b][c]', sources",
        "SEGMENT_DESTINATIONS_SOURCES_TYPE,  'sources', destinations",
    })
    void aVariableNamesWhatAFileHas(String variable, String name, String group) {
        environment.put(variable, "from the environment");
        String setting = group.equals("sources") ? "write-key" : "type";
        String yaml = "segment: { %s: { \"%s\": { %s: from the file } } }".formatted(group, name, setting);

        SegmentConfig config = config(file("a.yaml", yaml));

        assertThat(config.text(group, name, setting)).contains("from the environment");
        assertThat(config.names(group)).contains(name).hasSize(2);
    }

    @Test
    void aVariableMayNameASourceThatNoFileHas() {
        environment.put("SEGMENT_SOURCES_MY_APP_WRITE_KEY", "A");

        assertThat(config(GOOD).text("sources", "my-app", "write-key")).contains("A");
    }

    @Test
    void aVariableThatMayMeanTwoNamesIsRefused() {
        environment.put("SEGMENT_SOURCES_MY_APP_WRITE_KEY", "A");
        Map<String, String> two =
                with(with(GOOD, "segment.sources.my-app.write-key", "B"), "segment.sources.\"my.app\".write-key", "C");

        assertThat(mistakes(two))
                .contains("SEGMENT_SOURCES_MY_APP_WRITE_KEY: expected the variable of one name, but it is that of"
                        + " \"my-app\" and \"my.app\": set it in a file");
    }

    @ParameterizedTest
    @CsvSource({"PAGE, page", "TRACK, track", "_, *", "___, *"})
    void aVariableNamesTheRowsOfTypesAndOfAllEvents(String end, String row) {
        environment.put("SEGMENT_DESTINATIONS_MY_LAKE_TYPE", "firehose");
        environment.put("SEGMENT_DESTINATIONS_MY_LAKE_MAP_" + end, "one, two");

        assertThat(mistakes(GOOD)).isEmpty();
        assertThat(config(GOOD).rows("my-lake")).containsExactly(Map.entry(row, List.of("one", "two")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"USER_REGISTERED", "PAGES", "HOME"})
    void aVariableNamesNoOtherRow(String row) {
        environment.put("SEGMENT_DESTINATIONS_LAKE_MAP_" + row, "s3cr3t");

        assertThat(mistakes(GOOD))
                .containsExactly("SEGMENT_DESTINATIONS_LAKE_MAP_" + row + ": expected a row of the mapping that is a"
                        + " type or *, such as SEGMENT_DESTINATIONS_LAKE_MAP_PAGE, but was another, which a variable"
                        + " cannot name: set it in a file");
    }

    @Test
    void aPropertyNamesAnyRowInQuotes() {
        String properties =
                """
                segment.destinations.lake.map."Say\\ \\\\"Hi\\\\"\\ [3].x"=a
                segment.destinations.lake.map.User\\ Registered=b
                segment.destinations.lake.map.page[0]=c
                segment.destinations.lake.map.page[1]=d
                """;

        assertThat(config(file("a.properties", properties)).rows("lake"))
                .isEqualTo(Map.of(
                        "Say \"Hi\" [3].x", List.of("a"), "User Registered", List.of("b"), "page", List.of("c", "d")));
        assertThat(mistakes(file("a.properties", "segment.destinations.lake.map.Order.Completed=a")))
                .contains("segment.destinations.lake.map.\"Order\".Completed: expected a row, but was a group of"
                        + " settings: if its name has dots, put it in quotes: map.\"Order.Completed\" ("
                        + directory.resolve("a.properties") + ":1:1)");
    }

    @Test
    void aPropertyThatIsThereTwiceIsRefused() {
        assertThat(mistakes(file("a.properties", "# one\nsegment.deduplicate = true\n\n  segment.deduplicate: false")))
                .containsExactly("segment.deduplicate: expected each key once, but it is there again: remove one ("
                        + directory.resolve("a.properties") + ":4:3)");
    }

    @Test
    void aPropertyMayGoOnForSeveralLines() {
        String properties =
                """
                segment.sources.web.write-key = A,\\
                    B,\\
                    C
                segment.sources.a.write-key = D
                """;

        SegmentConfig config = config(file("a.properties", properties));

        assertThat(config.text("sources", "web", "write-key")).contains("A,B,C");
        assertThat(config.text("sources", "a", "write-key")).contains("D");
    }

    @Test
    void aMergedKeyIsNotThereTwice() {
        String yaml =
                """
                base: &base { type: kinesis, stream-name: events }
                segment:
                  destinations:
                    other: { <<: *base, stream-name: others }
                """;

        SegmentConfig config = config(file("a.yaml", yaml));

        assertThat(mistakes(file("a.yaml", yaml))).isEmpty();
        assertThat(config.text("destinations", "other", "stream-name")).contains("others");
    }

    @Test
    void aRegionThatIsNotKnownIsRefusedUnlessThatIsMeant() {
        Map<String, String> settings = with(GOOD, "segment.destinations.analytics.region", "us-wset-2");

        assertThat(mistakes(settings))
                .containsExactly("segment.destinations.analytics.region: expected an AWS region that is known, but was"
                        + " \"us-wset-2\": did you mean us-west-2? If it is new, set"
                        + " segment.aws.allow-unknown-regions");
        assertThat(mistakes(with(settings, "segment.aws.allow-unknown-regions", "true")))
                .isEmpty();
        assertThat(mistakes(with(settings, "segment.aws.endpoint-override", "http://localhost:4566")))
                .isEmpty();
        assertThat(mistakes(
                        with(settings, "segment.destinations.analytics.endpoint-override", "http://localhost:4566")))
                .isEmpty();
        assertThat(mistakes(with(settings, "segment.aws.allow-unknown-regions", "false")))
                .hasSize(1);
        assertThat(mistakes(with(settings, "segment.destinations.analytics.region", "aws-global")))
                .hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost:4566",
                "//localhost",
                "ftp://localhost",
                "http:/x",
                "http://",
                "a b",
                "4566",
                "http://me:S3CR3T@localhost"
            })
    void anEndpointThatIsNoHttpUriIsRefused(String endpoint) {
        for (String setting : List.of(
                "segment.aws.endpoint-override",
                "segment.aws.sts-endpoint-override",
                "segment.destinations.analytics.endpoint-override")) {
            assertThat(mistakes(with(GOOD, setting, endpoint)))
                    .containsExactly(setting
                            + ": expected an http or https URI without a user, but was something else: set it to one"
                            + " such as http://127.0.0.1:4566, or remove it to use AWS");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://me:S3CR3T@auth.example/keys", "auth.example/keys?code=S3CR3T"})
    void aUrlThatIsRefusedIsNotShown(String url) {
        assertThat(mistakes(with(GOOD, "segment.sources.web.jwks-url", url)))
                .containsExactly("segment.sources.web.jwks-url: expected an http or https URI without a user, such as"
                        + " https://host.example, but was something else: set it to one, or remove it");
    }

    @Test
    void anExpressionIsReplacedOrRefused() {
        Map<String, String> settings = with(GOOD, "segment.workspace-id", "${MISSING}");

        assertThat(mistakes(settings))
                .singleElement()
                .asString()
                .startsWith("segment.workspace-id: expected a value for each ${…} in it, but MISSING has none:"
                        + " set it, or give it a default: ${MISSING:default}");
        environment.put("MISSING", "ws_1");
        assertThat(config(settings).text("workspace-id")).contains("ws_1");
    }

    @Test
    void aProfileThatIsNotActiveSetsNothing() {
        String yaml =
                """
                "%dev": { segment: { workspace-id: ws_dev, aws: { session-duration: 2h } } }
                "%prod": { segment: { workspace-id: ws_prod } }
                segment: { workspace-id: ws_any }
                """;

        SegmentConfig config = config(file("a.yaml", yaml));

        assertThat(config.text("workspace-id")).contains("ws_prod");
        assertThat(config.isWritten("aws", "session-duration")).isFalse();
    }

    /** Settings that each are of their type, but not beside each other; several kinds at once. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "sources.web.issuer = me             |                                 | sources.web.issuer",
                "sources.web.audience = me           |                                 | sources.web.audience",
                "sources.web.scope = a               |                                 | sources.web.scope",
                "sources.web.jwks-url = https://a.example | sources.web.public-key = S3CR3T | sources.web.public-key",
                "sources.web.public-key = S3CR3T     |                                 | sources.web.public-key",
                "sources.web.shared-secret = S3CR3T  |                                 | sources.web.shared-secret",
                "sources.web.shared-secret = S3CR3T  | sources.web.webhook = false     | sources.web.shared-secret",
                "management.audience = a             |                                 | management.audience",
                "management.issuer = a               |                                 | management.issuer",
                "management.jwks-url = https://a.example | management.issuer = a       | management.jwks-url",
                "management.jwks-url = https://S3CR3T@a.example | management.audience = a | management.jwks-url",
                "destinations.analytics.proxy-host = h |                               |"
                        + " destinations.analytics.proxy-host",
                "destinations.analytics.proxy-port = 1 |                               |"
                        + " destinations.analytics.proxy-port",
                "destinations.analytics.linger-time = 30s |                            |"
                        + " destinations.analytics.linger-time",
                "destinations.analytics.delivery-timeout = 0s |               |"
                        + " destinations.analytics.delivery-timeout",
                "destinations.analytics.delivery-timeout = 5s | destinations.analytics.linger-time = 6s "
                        + "| destinations.analytics.linger-time",
            })
    void settingsThatContradictEachOtherAreRefusedWithAllOthersAndTheirPlace(
            String first, String second, String refused) {
        String text = "segment." + first.replace(" ", "")
                + (second == null ? "" : "\nsegment." + second.replace(" ", ""))
                + "\nsegment.deduplicate=maybe";

        assertThat(mistakes(file("a.properties", text)))
                .hasSize(2)
                .allSatisfy(line -> assertThat(line).contains("a.properties:").doesNotContain("S3CR3T"))
                .anySatisfy(line -> assertThat(line).startsWith("segment.deduplicate: "))
                .anySatisfy(line -> assertThat(line).startsWith("segment." + refused + ": expected "));
    }

    private static Map<String, String> with(Map<String, String> settings, String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(settings);
        more.put(name, value);
        return more;
    }

    /** Returns the good settings, with a file beside them. */
    private Map<String, String> file(String name, String text) {
        try {
            Path file = Files.writeString(directory.resolve(name), text);
            return with(GOOD, "segment.config", file.toString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<String> mistakes(Map<String, String> settings) {
        return new ArrayList<>(new SettingsReader(config(settings)).mistakes(false));
    }

    private SegmentConfig config(Map<String, String> settings) {
        return new SegmentConfig(new SmallRyeConfigBuilder()
                .addDefaultInterceptors()
                .withProfile("prod")
                .withSources(new EnvConfigSource(environment, 300))
                .withSources(new PropertiesConfigSource(settings, "test", 100))
                .withCustomizers(new SegmentConfigCustomizer())
                .build());
    }
}
