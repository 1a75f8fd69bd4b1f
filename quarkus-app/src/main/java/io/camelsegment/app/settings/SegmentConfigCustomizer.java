package io.camelsegment.app.settings;

import io.camelsegment.app.routes.UserRoutes;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.smallrye.config.ConfigValidator;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.smallrye.config.SmallRyeConfigBuilderCustomizer;
import java.util.List;

/**
 * Adds the collector's sources of settings, and checks the settings as soon as they are read: before Camel starts,
 * whose log would bury the one line that tells what to mend.
 */
public final class SegmentConfigCustomizer implements SmallRyeConfigBuilderCustomizer {

    @Override
    public void configBuilder(SmallRyeConfigBuilder builder) {
        SegmentConfigSources sources = new SegmentConfigSources();
        builder.withSources(sources);
        builder.withValidator(new ConfigValidator() {
            @Override
            public void validateMapping(Class<?> mappingClass, String prefix, Object mapping) {
                if (mapping instanceof SegmentConfig config) {
                    refuseLocalModeInProduction(config, sources.profiles());
                    Settings.read(config, UserRoutes.exist());
                }
            }
        });
    }

    /** The stand-in acknowledges events and keeps them in memory: in production they would be lost. */
    private static void refuseLocalModeInProduction(SegmentConfig config, List<String> profiles) {
        if (config.localAws().enabled() && profiles.contains("prod")) {
            throw new ConfigurationException("segment.local-aws.enabled: expected false in production, since local mode"
                    + " keeps events in memory only, but was true: remove it, or start with -Dquarkus.profile=local");
        }
    }
}
