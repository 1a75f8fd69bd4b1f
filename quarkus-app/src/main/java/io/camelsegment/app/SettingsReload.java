package io.camelsegment.app;

import io.camelsegment.app.settings.ReloadedSettings;
import io.camelsegment.app.settings.ReloadedSettings.Outcome;
import io.quarkus.runtime.configuration.ConfigurationException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * Reads the settings again when somebody asks for it or their files have changed, and logs what came of it. It looks at
 * the files twice a second, by their attributes: the operating system's events do not tell of a ConfigMap of
 * Kubernetes, where a link changes beside the file. Files that changed are read when they have stayed the same for one
 * look, so that nothing reads the half of one. Thread-safe.
 */
final class SettingsReload implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger(SettingsReload.class);

    private static final long PERIOD_MILLIS = 500;

    private record Stamp(FileTime modified, long size, Object key) {}

    private final ReloadedSettings settings;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread settingsThread = new Thread(task, "segment-settings");
        settingsThread.setDaemon(true);
        return settingsThread;
    });

    private List<String> toldOfRestart = List.of();
    private String toldOfMistakes = "";

    // The fields below belong to the thread.
    /** The stamps of the last reading; null before it, as the files may have changed since the start. */
    private Map<Path, Stamp> known;

    private Map<Path, Stamp> seen;

    SettingsReload(ReloadedSettings settings) {
        this.settings = settings;
    }

    /** Begins to look at the files. */
    void watch() {
        var unused =
                thread.scheduleWithFixedDelay(this::lookAgain, PERIOD_MILLIS, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void lookAgain() {
        try {
            look();
        } catch (ConfigurationException e) {
            LOG.debug("The settings stay as they are"); // the log has the mistakes
        } catch (RuntimeException e) { // would end the looking
            LOG.warnf(
                    "The settings stay as they are: they could not be read (%s)",
                    e.getClass().getName());
        }
    }

    private void look() {
        Map<Path, Stamp> now = stamps();
        boolean isSteady = now.equals(seen);
        seen = now;
        if (isSteady && !now.equals(known)) {
            known = now; // from before the reading, so that a change during it is noticed
            Outcome unused = reload();
        }
    }

    private Map<Path, Stamp> stamps() {
        Map<Path, Stamp> stamps = new HashMap<>();
        for (Path file : settings.files()) {
            try {
                BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
                stamps.put(file, new Stamp(attributes.lastModifiedTime(), attributes.size(), attributes.fileKey()));
            } catch (IOException e) {
                LOG.tracef("%s is not there", file);
            }
        }
        return stamps;
    }

    /**
     * Reads the files again, and brings into force what has changed in them.
     *
     * @throws ConfigurationException as {@link ReloadedSettings#reload}
     */
    synchronized Outcome reload() {
        try {
            Outcome outcome = settings.reload();
            toldOfMistakes = "";
            if (!outcome.changed().isEmpty()) {
                LOG.infof("Settings that changed and are in force now: %s", String.join(", ", outcome.changed()));
            }
            if (!outcome.needsRestart().isEmpty() && !outcome.needsRestart().equals(toldOfRestart)) {
                LOG.warnf(
                        "Settings that changed and are in force only after a restart: %s",
                        String.join(", ", outcome.needsRestart()));
            }
            toldOfRestart = outcome.needsRestart();
            return outcome;
        } catch (ConfigurationException e) {
            if (!e.getMessage().equals(toldOfMistakes)) {
                LOG.warnf(
                        "All settings stay as they are, since there are mistakes in what was read:%n%s",
                        e.getMessage());
            }
            toldOfMistakes = e.getMessage();
            throw e;
        }
    }

    /** Ends the looking. */
    @Override
    public void close() {
        thread.shutdownNow();
    }
}
