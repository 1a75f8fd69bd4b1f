package io.camelsegment.routes;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Objects;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.camel.CamelContext;
import org.apache.camel.support.ResourceHelper;
import org.apache.camel.support.service.ServiceSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a file of rows, and looks twice a second whether it is another one. By its attributes instead of the operating
 * system's events, which do not tell of a ConfigMap of Kubernetes: there a link changes beside it. A file that changed
 * is read when it has stayed the same for one look, so that nothing reads the half of one.
 */
final class MappingFileWatch extends ServiceSupport {

    static final String CLASSPATH = "classpath:";

    private static final Logger LOG = LoggerFactory.getLogger(MappingFileWatch.class);

    private static final long PERIOD_MILLIS = 500;

    private record Stamp(FileTime modified, long size, Object key) {}

    private final CamelContext camelContext;
    private final String mapping;
    private final String file;
    private final Consumer<MappingFile> taker;
    private ScheduledExecutorService executor;
    private Future<?> looking;
    /** What was read or refused last. */
    private Stamp known;
    /** What the last look saw; null for no file. */
    private Stamp seen;

    private boolean missing;

    /**
     * @param mapping its name in the log
     * @param file    a path, or {@value #CLASSPATH} and the name of a resource, which is not looked at again
     * @param taker   takes the rows of a file that has changed; may throw an IllegalArgumentException to refuse them
     */
    MappingFileWatch(CamelContext camelContext, String mapping, String file, Consumer<MappingFile> taker) {
        this.camelContext = camelContext;
        this.mapping = mapping;
        this.file = file;
        this.taker = taker;
    }

    /**
     * Reads the file.
     *
     * @throws IllegalArgumentException if it cannot be read, or has a mistake
     */
    synchronized MappingFile read() {
        if (file.startsWith(CLASSPATH)) {
            try (InputStream in = ResourceHelper.resolveMandatoryResourceAsInputStream(camelContext, file)) {
                return MappingFile.read(file, in.readAllBytes());
            } catch (IOException e) {
                throw new IllegalArgumentException(
                        "expected a file of rows at " + file + ", but it cannot be read (" + e + "): let it be read",
                        e);
            }
        }
        try {
            known = stamp(); // from before the reading, so that a change during it is noticed
        } catch (IOException e) {
            known = null; // the reading tells why
        }
        seen = known;
        return MappingFile.read(file);
    }

    private Stamp stamp() throws IOException {
        BasicFileAttributes attributes = Files.readAttributes(MappingFile.path(file), BasicFileAttributes.class);
        return new Stamp(attributes.lastModifiedTime(), attributes.size(), attributes.fileKey());
    }

    /** Looks whether the file has changed, and lets its rows be taken if so. */
    synchronized void look() {
        Stamp now;
        try {
            now = stamp();
        } catch (IOException e) {
            if (!missing) {
                LOG.warn(
                        "{} keeps its rows: expected its file {}, but it cannot be read ({})",
                        mapping,
                        file,
                        e.toString());
            }
            missing = true;
            seen = null;
            return;
        }
        missing = false;
        boolean isSteady = now.equals(seen);
        seen = now;
        if (!isSteady || Objects.equals(now, known)) {
            return;
        }
        try {
            MappingFile rows = read();
            taker.accept(rows);
            LOG.info("{} has {} rows now, from {}", mapping, rows.rows().size(), file);
        } catch (IllegalArgumentException e) {
            LOG.warn("{} keeps its rows, since its file is refused: {}", mapping, e.getMessage());
        }
    }

    @Override
    protected void doStart() {
        if (!file.startsWith(CLASSPATH)) {
            executor = camelContext
                    .getExecutorServiceManager()
                    .newSingleThreadScheduledExecutor(this, "SegmentMappingFile");
            looking = executor.scheduleWithFixedDelay(
                    this::lookAgain, PERIOD_MILLIS, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private void lookAgain() {
        try {
            look();
        } catch (RuntimeException e) { // would end the looking
            LOG.warn("{} keeps its rows: its file {} could not be taken", mapping, file, e);
        }
    }

    @Override
    protected void doStop() {
        if (executor != null) {
            looking.cancel(false);
            camelContext.getExecutorServiceManager().shutdown(executor);
            executor = null;
        }
    }
}
