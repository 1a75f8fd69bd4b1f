package io.camelsegment.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.camelsegment.event.EventType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a file of rows may look like, and how its mistakes are told. */
class MappingFileTest {

    private static final List<MappingRow> ROWS = List.of(
            new MappingRow("User Registered", List.of("new_users")),
            new MappingRow("Say \"Hi\", now", List.of("greetings", "audit")),
            new MappingRow("Caf\u00e9 \ud83d\ude00", List.of("cafes")),
            new MappingRow("Debug *", List.of("none")),
            new MappingRow("*", List.of("everything")));

    private static MappingFile read(String name, String text) {
        return MappingFile.read(name, text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void yaml() {
        String text =
                """
                # Streams by event
                User Registered: new_users
                'Say "Hi", now': [greetings, audit]
                Caf\u00e9 \ud83d\ude00: cafes
                Debug *: none
                "*":
                  - everything
                """;

        assertThat(read("mapping.yaml", text).rows()).isEqualTo(ROWS);
        assertThat(read("mapping.YML", text.replace("\n", "\r\n")).rows()).isEqualTo(ROWS);
    }

    @Test
    void json() {
        String text =
                """
                {
                \t"User Registered": "new_users",
                \t"Say \\"Hi\\", now": ["greetings", "audit"],
                \t"Caf\\u00e9 \\ud83d\\ude00": "cafes",
                \t"Debug *": "none",
                \t"*": "everything"
                }
                """;

        assertThat(read("mapping.json", text).rows()).isEqualTo(ROWS);
        assertThat(read("mapping.json", '\uFEFF' + text).rows()).isEqualTo(ROWS);
    }

    @ParameterizedTest
    @CsvSource({"Event, Delivery Stream", "event, stream", "'Segment Event', 'Firehose Delivery Stream'"})
    void csv(String event, String stream) {
        String text = "Enabled,%s,%s%n".formatted(event, stream)
                + """
                yes,User Registered,new_users
                yes,"Say ""Hi"", now","greetings, audit"
                yes,Caf\u00e9 \ud83d\ude00,cafes

                yes,Debug *,none,and more
                yes,*,everything""";

        assertThat(read("mapping.csv", text).rows()).isEqualTo(ROWS);
        assertThat(read("mapping.csv", '\uFEFF' + text.replace("\n", "\r\n")).rows())
                .isEqualTo(ROWS);
    }

    @Test
    void aTableOfAFileTellsWhereAStreamIsThatItsUserRefuses(@TempDir Path directory) throws IOException {
        Path file = Files.writeString(directory.resolve("rows.yaml"), "A: x\nB: [y, z]\nDebug *: none\n");
        List<String> checked = new ArrayList<>();

        MappingTable<List<String>> table = MappingTable.read("file:" + file, MappingTable.Match.FIRST, checked::add);

        assertThat(table.lookup(EventType.TRACK, "b")).containsExactly("y", "z");
        assertThat(checked).containsExactly("x", "y", "z");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> MappingTable.read(file.toString(), MappingTable.Match.ALL, stream -> {
                    if (stream.equals("z")) {
                        throw new IllegalArgumentException("expected another stream");
                    }
                }))
                .withMessage("rows.yaml, line 2, column 1: expected another stream");
    }

    @Test
    void rowsOfOneEventJoin() {
        MappingFile file = read("mapping.csv", "event,stream\nA,x\nB,y\na,z\n\"C\nD\",w\n");

        assertThat(MappingTable.of(file.rows(), MappingTable.Match.ALL)
                        .explain(EventType.TRACK, "A")
                        .streams())
                .containsExactly("x", "z");
        assertThat(file.rows()).last().isEqualTo(new MappingRow("C\nD", List.of("w")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a.yaml | A: x\\nB: [x\\nC: y          | a.yaml, line 3, column 2: expected YAML",
                "a.yaml | A: x\\n"
                        + "B:\\n"
                        + "  C: y           | a.yaml, line 3, column 3: expected a text, but was a list or a map",
                "a.yaml | A: x\\n"
                        + "\\n"
                        + "B:                 | a.yaml, line 3, column 1: expected at least one delivery stream",
                "a.yaml | A: x\\nB: [none, y]          | a.yaml, line 2, column 1: expected none alone in row \"B\"",
                "a.yaml | - A                          | a.yaml, line 1, column 1: expected streams by event",
                "a.yaml | # nothing                    | a.yaml, line 1, column 1: expected at least one row",
                "a.yaml | A: x\\n\\tB: y               | a.yaml, line 2, column 1: expected YAML",
                "a.json | {\"A\": \"x\",\\n"
                        + " \"B\": 1}  | a.json, line 2, column 7: expected a stream or a list of streams",
                "a.json | {\"A\": \"x\"\\n \"B\": 1}   | a.json, line 2, column 2: expected JSON",
                "a.json | {\"A\": [\"x\", null]}       | a.json, line 1, column 13: expected the name of a stream",
                "a.yaml | A: x\\nB: null               | a.yaml, line 2, column 1: expected at least one delivery stream",
                "a.yaml | A: [x, null]                 | a.yaml, line 1, column 8: expected a text, but was null",
                "a.yaml | null: x                      | a.yaml, line 1, column 1: expected a text, but was null",
                "a.yaml | A: x\\n\" A\": y             | a.yaml, line 2, column 1: expected each event once",
                "a.json | {\"A\": \"x\",\\n" + " \"A\": \"y\"} | a.json, line 2, column 2: expected each event once",
                "a.json | []                           | a.json, line 1, column 1: expected streams by event",
                "a.json | {\"A\": \"x\"} {}            | a.json, line 1, column 12: expected nothing behind the last }",
                "a.json | {\"A\": \"\"}                | a.json, line 1, column 2: expected at least one delivery"
                        + " stream",
                "a.csv  | A,x\\nB,y                    | a.csv, line 1, column 1: expected a header with the columns",
                "a.csv  | event,stream\\nA,x\\nB       | a.csv, line 3, column 1: expected an event and a stream, but"
                        + " there is 1 column: add what is missing",
                "a.csv  | x,event,stream\\nA,x        | a.csv, line 2, column 1: expected an event and a stream, but"
                        + " there are 2 columns: add what is missing",
                "a.csv  | event,stream\\nA,           | a.csv, line 2, column 1: expected at least one delivery stream"
                        + " in row \"A\", but it is empty: name a stream",
                "a.csv  | event;stream\\nA;x         | a.csv, line 1, column 1: expected a header with the columns"
                        + " event and stream, but was [event;stream]: separate columns by commas",
                "a.csv  | event\\tstream\\nA\\tx     | a.csv, line 1, column 1: expected a header with the columns"
                        + " event and stream, but was [event\\tstream]: separate columns by commas",
                "a.csv  | event,strem\\nA,x          | a.csv, line 1, column 1: expected a header with the columns"
                        + " event and stream, but was [event, strem]: rename the column of the streams to stream",
                "a.csv  | evnt,stream\\nA,x          | a.csv, line 1, column 1: expected a header with the columns"
                        + " event and stream, but was [evnt, stream]: rename the column of the events to event",
                "a.csv  | event,stream\\n\"A\"b,x      | a.csv, line 2, column 4: expected a comma or a new line",
                "a.csv  | event,stream\\nA,x\\n\"B,y   | a.csv, line 3, column 1: expected \" at the end",
                "a.csv  | event,stream\\n,x            | a.csv, line 2, column 1: expected an event name, a type or *",
                "a.csv  | stream,event\\nx,track:      | a.csv, line 2, column 3: expected an event name, a type or *",
                "a.txt  | A: x                         | expected a file of rows that ends with .yaml, .yml, .json or"
                        + " .csv",
            })
    void aMistakeIsToldWithItsPlace(String name, String text, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> read(name, text.replace("\\n", "\n").replace("\\t", "\t")))
                .withMessageStartingWith(message.replace("\\t", "\t"));
    }

    @Test
    void otherBytesThanUtf8AreToldWithTheirPlace() {
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        MappingFile.read("a.csv", "event,stream\nCaf\u00e9,x".getBytes(StandardCharsets.ISO_8859_1)))
                .withMessageStartingWith("a.csv, line 2, column 4: expected UTF-8");
    }

    @Test
    void tooDeepNestingIsAMistake() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> read("a.yaml", "[".repeat(1_000_000)))
                .withMessageStartingWith("a.yaml, line 1, column ");
    }

    @Test
    void aStreamThatIsRefusedHasThePlaceOfItsRow() {
        assertThat(read("a.yaml", "A: x\nB: [y, z]\n").mistakeOf("z", "no")).hasMessage("a.yaml, line 2, column 1: no");
    }
}
