package io.camelsegment.routes;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * Reads the rows of a mapping from the text of a file: YAML and JSON with streams by event, CSV with a header and a row
 * a line. All mistakes name the line and the column, both from 1. Immutable.
 */
final class MappingFile {

    /** More than a table that people keep. */
    private static final int MOST_BYTES = 16 << 20;

    private static final char BYTE_ORDER_MARK = '\uFEFF';
    private static final Pattern SEPARATOR = Pattern.compile("[;\t|]");
    private static final List<String> EVENT_COLUMNS = List.of("event", "event name", "segment event");
    private static final List<String> STREAM_COLUMNS =
            List.of("stream", "stream name", "delivery stream", "firehose delivery stream");

    /**
     * A row and where it is in the file.
     *
     * @param line   from 1
     * @param column from 1
     */
    record PlacedRow(MappingRow row, int line, int column) {}

    /** A mistake in a file. The message names the file, the line and the column. */
    static final class MistakeException extends IllegalArgumentException {

        private static final long serialVersionUID = 1L;

        MistakeException(String file, int line, int column, String what) {
            super(file + ", line " + line + ", column " + column + ": " + what);
        }
    }

    private static final String THERE_AGAIN =
            "expected each event once, but this one is there again: write its streams" + " as one list";

    private final String name;
    private final List<PlacedRow> rows = new ArrayList<>();

    private MappingFile(String name) {
        this.name = name;
    }

    /**
     * Reads the rows of a file.
     *
     * @param file a path, also behind {@code file:}
     * @throws IllegalArgumentException if it cannot be read, or has a mistake
     */
    static MappingFile read(String file) {
        Path path = path(file);
        try {
            long size = Files.size(path);
            if (size > MOST_BYTES) {
                throw new IllegalArgumentException("expected a file of at most " + MOST_BYTES + " bytes, but " + file
                        + " has " + size + ": split the mapping");
            }
            byte[] content = Files.readAllBytes(path);
            return read(path.getFileName().toString(), content);
        } catch (NoSuchFileException e) {
            throw new IllegalArgumentException(
                    "expected a file of rows at " + path.toAbsolutePath() + ", but there is none: create it", e);
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "expected a file of rows at " + file + ", but it cannot be read (" + e + "): let it be read", e);
        }
    }

    static Path path(String file) {
        return Path.of(file.startsWith("file:") ? file.substring("file:".length()) : file);
    }

    /**
     * Reads the rows.
     *
     * @param name its ending tells the format: yaml, yml, json or csv
     * @throws IllegalArgumentException with the place and the mend
     */
    static MappingFile read(String name, byte[] content) {
        MappingFile file = new MappingFile(name);
        String ending = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
        String text = file.text(content);
        switch (ending) {
            case "yaml", "yml" -> file.readYaml(text);
            case "json" -> file.readJson(text);
            case "csv" -> file.readCsv(text);
            default ->
                throw new IllegalArgumentException("expected a file of rows that ends with .yaml, .yml, .json or .csv,"
                        + " but was " + name + ": rename it");
        }
        if (file.rows.isEmpty()) {
            throw file.mistake(1, 1, "expected at least one row, but there is none: add one, such as \"*\"");
        }
        return file;
    }

    List<MappingRow> rows() {
        return rows.stream().map(PlacedRow::row).toList();
    }

    /** Returns the mistake of a row that names a stream, or of the first row. */
    MistakeException mistakeOf(String stream, String what) {
        PlacedRow place = rows.stream()
                .filter(row -> row.row().streams().contains(stream))
                .findFirst()
                .orElse(rows.get(0));
        return mistake(place.line(), place.column(), what);
    }

    private MistakeException mistake(int line, int column, String what) {
        return new MistakeException(name, line, column, what);
    }

    private String text(byte[] content) {
        ByteBuffer bytes = ByteBuffer.wrap(content);
        try {
            String text = StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
            return !text.isEmpty() && text.charAt(0) == BYTE_ORDER_MARK ? text.substring(1) : text;
        } catch (CharacterCodingException e) {
            String before = new String(content, 0, bytes.position(), StandardCharsets.UTF_8);
            int line = (int) before.chars().filter(c -> c == '\n').count() + 1;
            int column = before.length() - before.lastIndexOf('\n');
            throw mistake(line, column, "expected UTF-8, but was a byte that is none: save the file as UTF-8");
        }
    }

    private void add(String event, List<String> streams, int line, int column) {
        try {
            rows.add(new PlacedRow(new MappingRow(event, streams), line, column));
        } catch (IllegalArgumentException e) {
            throw mistake(line, column, e.getMessage());
        }
    }

    private void readYaml(String text) {
        Optional<Node> root;
        try {
            LoadSettings settings = LoadSettings.builder()
                    .setLabel(name)
                    .setCodePointLimit(MOST_BYTES)
                    .build();
            root = new Compose(settings).composeString(text);
        } catch (MarkedYamlEngineException e) {
            int line = e.getProblemMark().map(mark -> mark.getLine() + 1).orElse(1);
            int column = e.getProblemMark().map(mark -> mark.getColumn() + 1).orElse(1);
            throw mistake(line, column, "expected YAML, but " + e.getProblem() + ": correct it");
        } catch (YamlEngineException e) {
            throw mistake(1, 1, "expected YAML, but " + e.getMessage() + ": correct it");
        } catch (StackOverflowError e) {
            throw mistake(1, 1, "expected streams by event, but lists or maps are nested too deeply: correct it");
        }
        if (root.isEmpty()) {
            return;
        }
        if (!(root.get() instanceof MappingNode rowsByEvent)) {
            throw mistake(root.get(), "expected streams by event, such as User Registered: new_users");
        }
        Set<String> events = new HashSet<>();
        for (NodeTuple row : rowsByEvent.getValue()) {
            if (!events.add(Names.plain(scalar(row.getKeyNode())))) {
                throw mistake(row.getKeyNode(), THERE_AGAIN);
            }
            add(
                    scalar(row.getKeyNode()),
                    streams(row.getValueNode()),
                    line(row.getKeyNode()),
                    column(row.getKeyNode()));
        }
    }

    private List<String> streams(Node value) {
        if (value.getTag().equals(Tag.NULL)) {
            return List.of();
        }
        return value instanceof SequenceNode list
                ? list.getValue().stream().map(this::scalar).toList()
                : FirehoseMapping.streamNames(scalar(value));
    }

    private String scalar(Node node) {
        if (node instanceof ScalarNode scalar) {
            if (scalar.getTag().equals(Tag.NULL)) {
                throw mistake(node, "expected a text, but was null: put it in quotes if it is a name, or remove it");
            }
            return scalar.getValue();
        }
        throw mistake(node, "expected a text, but was a list or a map: write an event: and its streams on each line");
    }

    private MistakeException mistake(Node node, String what) {
        return mistake(line(node), column(node), what);
    }

    private static int line(Node node) {
        return node.getStartMark().map(mark -> mark.getLine() + 1).orElse(1);
    }

    private static int column(Node node) {
        return node.getStartMark().map(mark -> mark.getColumn() + 1).orElse(1);
    }

    private void readJson(String text) {
        try (JsonParser json = new JsonFactory().createParser(text)) {
            if (json.nextToken() == null) {
                return;
            }
            expect(json, JsonToken.START_OBJECT, "streams by event, such as {\"User Registered\": \"new_users\"}");
            Set<String> events = new HashSet<>();
            while (json.nextToken() != JsonToken.END_OBJECT) {
                JsonLocation place = json.currentTokenLocation();
                String event = json.currentName();
                if (!events.add(Names.plain(event))) {
                    throw mistake(json, THERE_AGAIN);
                }
                json.nextToken();
                add(event, streams(json), place.getLineNr(), place.getColumnNr());
            }
            if (json.nextToken() != null) {
                throw mistake(json, "expected nothing behind the last }: remove it");
            }
        } catch (JsonProcessingException e) {
            JsonLocation place = e.getLocation();
            throw mistake(
                    place == null ? 1 : place.getLineNr(),
                    place == null ? 1 : place.getColumnNr(),
                    "expected JSON, but " + e.getOriginalMessage() + ": correct it");
        } catch (IOException e) {
            throw new IllegalStateException(e); // a text has none
        }
    }

    private List<String> streams(JsonParser json) throws IOException {
        if (json.currentToken() == JsonToken.VALUE_STRING) {
            return FirehoseMapping.streamNames(json.getText());
        }
        expect(json, JsonToken.START_ARRAY, "a stream or a list of streams");
        List<String> streams = new ArrayList<>();
        while (json.nextToken() != JsonToken.END_ARRAY) {
            expect(json, JsonToken.VALUE_STRING, "the name of a stream");
            streams.add(json.getText());
        }
        return streams;
    }

    private void expect(JsonParser json, JsonToken token, String what) throws IOException {
        if (json.currentToken() != token) {
            throw mistake(json, "expected " + what + ", but was " + json.currentToken() + ": correct it");
        }
    }

    private MistakeException mistake(JsonParser json, String what) {
        JsonLocation place = json.currentTokenLocation();
        return mistake(place.getLineNr(), place.getColumnNr(), what);
    }

    /**
     * Reads comma-separated values (RFC 4180): a row a line, whose streams may be several in quotes. Rows of one event
     * join. Other columns than those of the header's event and stream are ignored.
     */
    private void readCsv(String text) {
        int event = -1;
        int stream = -1;
        CsvRecords records = new CsvRecords(text);
        for (List<Field> fields = records.next(); fields != null; fields = records.next()) {
            Field first = fields.get(0);
            if (fields.size() == 1 && Names.strip(first.text()).isEmpty()) {
                continue;
            }
            if (event < 0) {
                event = column(fields, EVENT_COLUMNS);
                stream = column(fields, STREAM_COLUMNS);
                if (event < 0 || stream < 0) {
                    throw mistake(
                            first.line(),
                            first.column(),
                            "expected a header with the columns event and stream, but was "
                                    + fields.stream().map(Field::text).toList() + ": "
                                    + mendOfHeader(fields, event, stream));
                }
            } else if (fields.size() <= Math.max(event, stream)) {
                throw mistake(
                        first.line(),
                        first.column(),
                        "expected an event and a stream, but there "
                                + (fields.size() == 1 ? "is 1 column" : "are " + fields.size() + " columns")
                                + ": add what is missing");
            } else {
                Field left = fields.get(event);
                add(left.text(), FirehoseMapping.streamNames(fields.get(stream).text()), left.line(), left.column());
            }
        }
    }

    private static String mendOfHeader(List<Field> header, int event, int stream) {
        if (header.size() == 1 && SEPARATOR.matcher(header.get(0).text()).find()) {
            return "separate columns by commas";
        }
        if (event >= 0 && header.size() > 1) {
            return "rename the column of the streams to stream";
        }
        if (stream >= 0 && header.size() > 1) {
            return "rename the column of the events to event";
        }
        return "add it as the first line";
    }

    private static int column(List<Field> header, List<String> names) {
        for (int i = 0; i < header.size(); i++) {
            if (names.contains(Names.strip(header.get(i).text()).toLowerCase(Locale.ROOT))) {
                return i;
            }
        }
        return -1;
    }

    private record Field(String text, int line, int column) {}

    /** Takes a text of comma-separated values apart. */
    private final class CsvRecords {

        private final String text;
        private int at;
        private int line = 1;
        private int lineStart;

        CsvRecords(String text) {
            this.text = text;
        }

        /** Returns the next record; null at the end. */
        List<Field> next() {
            if (at == text.length()) {
                return null;
            }
            List<Field> fields = new ArrayList<>();
            do {
                fields.add(field());
            } while (take(','));
            take('\r');
            if (!take('\n') && at < text.length()) {
                throw mistake(
                        line,
                        column(),
                        "expected a comma or a new line behind \", but was another character:"
                                + " double a quote that belongs to the name");
            }
            return fields;
        }

        private Field field() {
            int startLine = line;
            int startColumn = column();
            if (!take('"')) {
                int start = at;
                while (at < text.length() && ",\r\n".indexOf(text.charAt(at)) < 0) {
                    at++;
                }
                return new Field(text.substring(start, at), startLine, startColumn);
            }
            StringBuilder quoted = new StringBuilder();
            while (at < text.length()) {
                if (take('"')) {
                    if (!take('"')) {
                        return new Field(quoted.toString(), startLine, startColumn);
                    }
                    quoted.append('"');
                } else {
                    char c = text.charAt(at);
                    quoted.append(c);
                    take(c);
                }
            }
            throw mistake(
                    startLine, startColumn, "expected \" at the end of what begins here, but the file ends: add it");
        }

        private int column() {
            return at - lineStart + 1;
        }

        private boolean take(char c) {
            if (at == text.length() || text.charAt(at) != c) {
                return false;
            }
            at++;
            if (c == '\n') {
                line++;
                lineStart = at;
            }
            return true;
        }
    }
}
