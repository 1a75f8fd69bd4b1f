package io.camelsegment.app.routes;

import io.camelsegment.SegmentBatch;
import io.camelsegment.event.SegmentEvent;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.Exchange;
import org.apache.camel.InvalidPayloadException;
import org.apache.camel.Processor;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.service.ServiceSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Appends events to a file for each hour of UTC, one JSON object a line. The file of the current hour is hidden
 * ({@code .lake-2026-11-30T01.jsonl}), which Camel's file consumer and others skip. When the hour is over, or at the
 * stop, it gets its name ({@code lake-2026-11-30T01.jsonl}) and is not changed any more. What an earlier process left
 * hidden gets its name, too.
 *
 * <p>An exchange is appended as a whole or not at all: what a full disk took of it is cut off again. Processes may
 * share a directory. Thread-safe.
 */
final class EventFiles extends ServiceSupport implements Processor, CamelContextAware {

    private static final Logger LOG = LoggerFactory.getLogger(EventFiles.class);

    private static final DateTimeFormatter HOUR =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH").withZone(ZoneOffset.UTC);

    private static final String EXTENSION = ".jsonl";
    private static final long POLL_MILLIS = 10_000;

    private final Path directory;
    private final String name;
    private final Clock clock;
    private final Pattern hidden;
    private CamelContext camelContext;
    /** The file that was appended to last, so its last line is complete. */
    private Path lastFile;

    /**
     * @param name begins the names of the files; letters, digits, dots, hyphens and underscores
     */
    EventFiles(Path directory, String name, Clock clock) {
        this.directory = directory;
        this.name = name;
        this.clock = clock;
        this.hidden = Pattern.compile(
                Pattern.quote("." + name) + "-(\\d{4}-\\d\\d-\\d\\dT\\d\\d)" + Pattern.quote(EXTENSION));
    }

    /**
     * Returns the directory of a URI such as {@code file:dead-letters}; empty for other schemes, and with options,
     * which only Camel's file component knows.
     */
    static Optional<Path> directoryOf(String uri) {
        if (!uri.startsWith("file:") || uri.contains("?") || uri.contains("{{")) {
            return Optional.empty();
        }
        String path = uri.substring("file:".length());
        return Optional.of(Path.of(path.startsWith("//") ? path.substring(2) : path));
    }

    @Override
    public CamelContext getCamelContext() {
        return camelContext;
    }

    @Override
    public void setCamelContext(CamelContext camelContext) {
        this.camelContext = camelContext;
    }

    @Override
    protected void doStart() {
        nameFinishedFiles(currentHour());
        PluginHelper.getPeriodTaskScheduler(camelContext)
                .schedulePeriodTask(() -> nameFinishedFiles(currentHour()), POLL_MILLIS);
    }

    @Override
    protected void doStop() {
        nameFinishedFiles(null);
    }

    /**
     * Appends the event of an exchange, or the events of its batch.
     *
     * @throws IOException if the disk does not take them all, with the file as it was before
     */
    @Override
    public void process(Exchange exchange) throws IOException, InvalidPayloadException {
        byte[] lines = linesOf(exchange);
        if (lines.length > 0) {
            append(lines);
        }
    }

    private static byte[] linesOf(Exchange exchange) throws InvalidPayloadException {
        if (exchange.getMessage().getBody() instanceof SegmentBatch batch) {
            if (batch.isEmpty()) {
                return new byte[0];
            }
            byte[] lines = exchange.getMessage().getMandatoryBody(byte[].class);
            byte[] ended = Arrays.copyOf(lines, lines.length + 1);
            ended[lines.length] = '\n';
            return ended;
        }
        if (exchange.getMessage().getBody() instanceof SegmentEvent event) {
            return event.jsonLine();
        }
        byte[] body = exchange.getMessage().getMandatoryBody(byte[].class);
        byte[] line = new byte[body.length + 1];
        for (int i = 0; i < body.length; i++) {
            line[i] = body[i] == '\n' || body[i] == '\r' ? (byte) ' ' : body[i];
        }
        line[body.length] = '\n';
        return line;
    }

    private synchronized void append(byte[] lines) throws IOException {
        Files.createDirectories(directory);
        String hour = currentHour();
        Path file = directory.resolve(hiddenName(hour));
        boolean repair = false;
        if (!file.equals(lastFile)) {
            nameFinishedFiles(hour);
            repair = endsWithinALine(file);
        }
        // Opened for each event, so a file that somebody moves or deletes takes no event with it.
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
            long length = channel.size();
            try {
                if (repair) {
                    write(channel, new byte[] {'\n'});
                }
                write(channel, lines);
            } catch (IOException e) {
                cutOff(channel, length, file, e);
                throw e;
            }
        }
        lastFile = file;
    }

    private static void write(FileChannel channel, byte[] bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
    }

    private static void cutOff(FileChannel channel, long length, Path file, IOException failure) {
        try {
            channel.truncate(length);
            if (length == 0) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }

    /** Returns whether a process that was killed has left a part of a line. */
    private static boolean endsWithinALine(Path file) throws IOException {
        if (!Files.isRegularFile(file) || Files.size(file) == 0) {
            return false;
        }
        try (FileChannel channel = FileChannel.open(file)) {
            ByteBuffer last = ByteBuffer.allocate(1);
            return channel.read(last, channel.size() - 1) == 1 && last.get(0) != '\n';
        }
    }

    private String currentHour() {
        return HOUR.format(clock.instant());
    }

    private String hiddenName(String hour) {
        return "." + name + "-" + hour + EXTENSION;
    }

    /**
     * Gives hidden files their names.
     *
     * @param openHour the hour whose file stays hidden; null for none
     */
    private synchronized void nameFinishedFiles(String openHour) {
        for (Path file : hiddenFiles()) {
            String fileName = file.getFileName().toString();
            if (openHour == null || !fileName.equals(hiddenName(openHour))) {
                try {
                    moveToFreeName(file, fileName.substring(1, fileName.length() - EXTENSION.length()));
                } catch (NoSuchFileException byAnotherProcess) {
                    LOG.debug("{} was moved by another process", file);
                } catch (IOException e) {
                    LOG.warn("{} keeps its hidden name for now: {}", file, e.toString());
                }
            }
        }
    }

    private List<Path> hiddenFiles() {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file ->
                            hidden.matcher(file.getFileName().toString()).matches())
                    .toList();
        } catch (NoSuchFileException noEventYet) {
            return List.of();
        } catch (IOException e) {
            LOG.warn("expected the directory {}, but it cannot be read: {}", directory, e.toString());
            return List.of();
        }
    }

    private void moveToFreeName(Path file, String base) throws IOException {
        for (int number = 1; ; number++) {
            Path target = directory.resolve(number == 1 ? base + EXTENSION : base + "-" + number + EXTENSION);
            try {
                Files.move(file, target);
                return;
            } catch (FileAlreadyExistsException e) {
                LOG.debug("{} is there already", target);
            }
        }
    }
}
