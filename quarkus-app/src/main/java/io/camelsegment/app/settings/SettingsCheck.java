package io.camelsegment.app.settings;

import io.camelsegment.app.routes.UserRoutes;
import io.quarkus.runtime.configuration.ConfigUtils;
import io.smallrye.config.SmallRyeConfig;
import java.util.ArrayList;
import java.util.List;

/** Reads the settings before the app starts. */
public final class SettingsCheck {

    private SettingsCheck() {}

    /**
     * Settings and what is wrong with them.
     *
     * @param config   null when their files cannot be read
     * @param mistakes of the settings and of the names of route files, a line for each, without secrets; empty if all
     *     is well
     */
    public record Found(SegmentConfig config, List<String> mistakes) {}

    /** Returns what is wrong with the settings, see {@link Found#mistakes}. */
    public static List<String> mistakes() {
        return find().mistakes();
    }

    /** Checks settings that are read already. */
    public static Found check(SegmentConfig config) {
        List<String> lines = new ArrayList<>(new SettingsReader(config).mistakes(UserRoutes.exist()));
        lines.addAll(UserRoutes.mistakes());
        return new Found(config, List.copyOf(lines));
    }

    /** Reads the settings and checks them. */
    public static Found find() {
        SmallRyeConfig config;
        try {
            config = ConfigUtils.configBuilder().build();
        } catch (RuntimeException e) {
            Mistakes mistakes = new Mistakes();
            SegmentConfigCustomizer.files().forEach(file -> file.tell(mistakes));
            if (mistakes.lines().isEmpty()) {
                // Not the message, which may quote a file.
                mistakes.add("settings: expected files that can be read, but was "
                        + e.getClass().getSimpleName() + ": mend application.properties or .env");
            }
            return new Found(null, mistakes.lines());
        }
        return check(new SegmentConfig(config));
    }
}
