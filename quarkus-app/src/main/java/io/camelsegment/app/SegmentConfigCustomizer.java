package io.camelsegment.app;

import io.smallrye.config.ConfigValidator;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.smallrye.config.SmallRyeConfigBuilderCustomizer;

/**
 * Adds the collector's sources of settings, and checks the settings as soon as they are read: before Camel starts, whose log
 * would bury the one line that tells what to mend.
 */
public final class SegmentConfigCustomizer implements SmallRyeConfigBuilderCustomizer {

    @Override
    public void configBuilder(SmallRyeConfigBuilder builder) {
        builder.withSources(new SegmentConfigSources());
        builder.withValidator(new ConfigValidator() {
            @Override
            public void validateMapping(Class<?> mappingClass, String prefix, Object mapping) {
                if (mapping instanceof SegmentConfig config) {
                    Settings.read(config, UserRoutes.exist());
                }
            }
        });
    }
}
