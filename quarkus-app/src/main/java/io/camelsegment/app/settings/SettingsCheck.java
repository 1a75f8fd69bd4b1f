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
     * Returns what is wrong with the settings and the names of route files, a line for each mistake, without secrets;
     * empty if all is well.
     */
    public static List<String> mistakes() {
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
            return mistakes.lines();
        }
        List<String> lines =
                new ArrayList<>(new SettingsReader(new SegmentConfig(config)).mistakes(UserRoutes.exist()));
        lines.addAll(UserRoutes.mistakes());
        return lines;
    }
}
