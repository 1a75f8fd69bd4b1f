package io.camelsegment.app.settings;

import io.camelsegment.app.settings.YamlSettings.Place;
import io.smallrye.config.common.MapBackedConfigSource;
import java.io.IOException;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.reader.ReaderException;

/**
 * A file of settings, YAML or properties. One that cannot be read has no settings, but says why: {@link SegmentConfig}
 * tells it together with all other mistakes.
 */
final class SettingsFile extends MapBackedConfigSource {

    private static final long serialVersionUID = 1L;

    private final transient Path file;
    private final transient Content content;

    private final transient boolean named;

    private SettingsFile(Path file, Content content, int ordinal, boolean named) {
        super("SettingsFile[source=" + file.toUri() + "]", content.values, ordinal);
        this.file = file;
        this.content = content;
        this.named = named;
    }

    /** Reads a file; empty if there is none. */
    static Optional<SettingsFile> read(Path file, int ordinal) {
        return read(file, ordinal, false);
    }

    private static Optional<SettingsFile> read(Path file, int ordinal, boolean named) {
        Content content = new Content(file);
        try {
            content.read(Files.readAllBytes(file));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            content.isUnreadable("it cannot be read: " + e.getClass().getSimpleName(), null);
        }
        return Optional.of(new SettingsFile(file, content, ordinal, named));
    }

    /** Reads the file that SEGMENT_CONFIG names, which must be there. */
    static SettingsFile required(Path file, int ordinal) {
        return read(file, ordinal, true).orElseGet(() -> {
            Content content = new Content(file);
            content.readable = false;
            content.mistakes.add("SEGMENT_CONFIG: expected a file of YAML or properties, but there is none at "
                    + file.toAbsolutePath() + ": set it to the file's path");
            return new SettingsFile(file, content, ordinal, true);
        });
    }

    Path file() {
        return file;
    }

    /** Returns what is written below {@code segment}, also in profiles, and the groups at the top. */
    List<Written> written() {
        return content.written;
    }

    /** Tells what is wrong with the file itself. */
    void tell(Mistakes mistakes) {
        content.mistakes.forEach(mistakes::add);
    }

    /** Returns whether SEGMENT_CONFIG names it. */
    boolean isNamed() {
        return named;
    }

    /** Returns whether something is wrong with the file itself. */
    boolean hasMistakes() {
        return !content.mistakes.isEmpty();
    }

    /** Returns whether the file could be read. */
    boolean isReadable() {
        return content.readable;
    }

    /** What a file holds. */
    private static final class Content {

        private static final String MEND = ": mend it";

        private final Path file;
        private final Map<String, String> values = new HashMap<>();
        private final List<Written> written = new ArrayList<>();
        private final List<String> mistakes = new ArrayList<>();
        private boolean readable = true;

        Content(Path file) {
            this.file = file;
        }

        void read(byte[] bytes) {
            CharBuffer decoded = CharBuffer.allocate(bytes.length);
            boolean good = !StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes), decoded, true)
                    .isError();
            String text = decoded.flip().toString();
            if (!good) {
                isUnreadable("it is not UTF-8" + MEND, placeAt(text, text.length()));
                return;
            }
            // Some editors of Windows begin a file with it.
            text = text.startsWith("\uFEFF") ? text.substring(1) : text;
            if (isProperties()) {
                readProperties(text);
            } else {
                readYaml(text);
            }
        }

        private boolean isProperties() {
            return file.toString().toLowerCase(Locale.ROOT).endsWith(".properties");
        }

        private void readYaml(String text) {
            YamlSettings yaml;
            try {
                yaml = YamlSettings.read(text);
            } catch (MarkedYAMLException e) {
                // Not the parser's message, which quotes the lines around the mistake, and with them perhaps a secret.
                Mark mark = e.getProblemMark();
                isUnreadable(
                        reason(e, text), mark == null ? null : new Place(mark.getLine() + 1, mark.getColumn() + 1));
                return;
            } catch (ReaderException e) {
                int end = text.offsetByCodePoints(0, Math.min(e.getPosition(), text.codePointCount(0, text.length())));
                isUnreadable("it has a control character" + MEND, placeAt(text, end));
                return;
            } catch (YAMLException e) {
                isUnreadable("its syntax is broken" + MEND, null);
                return;
            }
            values.putAll(yaml.values());
            for (YamlSettings.Trouble trouble : yaml.troubles()) {
                String where = trouble.path().isEmpty() ? file.toString() : SettingName.dotted(trouble.path());
                mistakes.add(where + ": " + trouble.what() + ": " + trouble.mend() + at(trouble.place()));
            }
            for (YamlSettings.Entry entry : yaml.entries()) {
                written.add(new Written(
                        entry.path(),
                        entry.name(),
                        at(entry.place()),
                        entry.shape(),
                        entry.items(),
                        -1,
                        entry.word(),
                        entry.steps().stream().map(this::at).toList()));
            }
        }

        /** Returns what is wrong with YAML, and the mend where that is known. */
        private static String reason(MarkedYAMLException e, String text) {
            Mark mark = e.getProblemMark();
            Mark begin = e.getContextMark();
            String problem = String.valueOf(e.getProblem());
            if (problem.startsWith("mapping values are not allowed")) {
                return "there is a colon where none may be: put the value before it in quotes, or indent the line";
            }
            if (problem.contains("(TAB)")) {
                return "there is a tab: indent with spaces";
            }
            if (problem.startsWith("expected <block end>")
                    && mark != null
                    && begin != null
                    && mark.getColumn() > begin.getColumn()
                    && indentation(text, mark.getLine()) == mark.getColumn()) {
                return "line " + (mark.getLine() + 1) + " is indented by " + mark.getColumn()
                        + ", and the lines before it by " + begin.getColumn() + deeper(text, mark)
                        + ": indent it as one of them";
            }
            return "its syntax is broken" + (begin == null ? "" : " in what begins in line " + (begin.getLine() + 1))
                    + MEND;
        }

        /** Returns the indentation of the last line before a mark that is indented more; empty if there is none. */
        private static String deeper(String text, Mark mark) {
            for (int line = mark.getLine() - 1; line >= 0; line--) {
                if (indentation(text, line) > mark.getColumn()) {
                    return " and " + indentation(text, line);
                }
            }
            return "";
        }

        private static int indentation(String text, int line) {
            String indented = text.lines().skip(line).findFirst().orElse("");
            return indented.length() - indented.stripLeading().length();
        }

        /** Returns the place after the beginning of a text. */
        private static Place placeAt(String text, int end) {
            String before = text.substring(0, end);
            int line = before.lastIndexOf('\n') + 1;
            return new Place((int) before.chars().filter(c -> c == '\n').count() + 1, end - line + 1);
        }

        /** Reads line by line, to know the places and what is there twice. */
        private void readProperties(String text) {
            Map<String, Place> places = new HashMap<>();
            List<String> lines = text.lines().toList();
            for (int i = 0; i < lines.size(); i++) {
                Place place = new Place(
                        i + 1,
                        1 + lines.get(i).length() - lines.get(i).stripLeading().length());
                StringBuilder logical = new StringBuilder(lines.get(i));
                boolean comment = lines.get(i).stripLeading().matches("[#!].*");
                while (!comment && lines.get(i).matches(".*(?<!\\\\)(\\\\\\\\)*\\\\") && i + 1 < lines.size()) {
                    logical.append('\n').append(lines.get(++i));
                }
                Properties one = new Properties();
                try {
                    one.load(new StringReader(logical.toString()));
                } catch (IOException | IllegalArgumentException e) {
                    isUnreadable("its syntax is broken" + MEND, place);
                    return;
                }
                one.stringPropertyNames().forEach(name -> addProperty(name, one.getProperty(name), places, place));
            }
        }

        private void addProperty(String name, String value, Map<String, Place> places, Place place) {
            if (places.putIfAbsent(name, place) != null) {
                mistakes.add(SettingName.oneLine(name) + ": expected each key once, but it is there again: remove one"
                        + at(place));
            }
            values.put(name, value);
            written.add(Written.property(name, value, at(place)));
        }

        void isUnreadable(String why, Place place) {
            readable = false;
            values.clear();
            written.clear();
            mistakes.clear();
            mistakes.add(where(place) + ": expected " + (isProperties() ? "properties" : "YAML") + ", but " + why);
        }

        private String at(Place place) {
            return " (" + where(place) + ")";
        }

        private String where(Place place) {
            return file + (place == null ? "" : ":" + place.line() + ":" + place.column());
        }
    }
}
