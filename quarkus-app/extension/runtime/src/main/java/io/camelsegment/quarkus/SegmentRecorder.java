package io.camelsegment.quarkus;

import io.quarkus.runtime.ImageMode;
import io.quarkus.runtime.RuntimeValue;
import io.quarkus.runtime.annotations.Recorder;
import io.smallrye.config.SmallRyeConfig;
import org.apache.camel.spi.CamelContextCustomizer;
import org.eclipse.microprofile.config.ConfigProvider;

/** What the build records for the start of the app. */
@Recorder
public class SegmentRecorder {

    /**
     * Warns of classes in the settings that a native binary does not have, before Camel makes beans of them, and
     * returns what does so for YAML.
     */
    public RuntimeValue<CamelContextCustomizer> checkReach() {
        ReachCheck check = new ReachCheck(ImageMode.current().isNativeImage(), ReachableClasses::read);
        SmallRyeConfig config = ConfigProvider.getConfig().unwrap(SmallRyeConfig.class);
        for (String name : config.getPropertyNames()) {
            if (name.startsWith("camel.") || name.startsWith("segment.")) {
                // Raw, as it is only looked at: what it refers to may be missing.
                String value = config.getConfigValue(name).getRawValue();
                if (value != null) {
                    check.check("The setting " + name, NamedClasses.ofSetting(value));
                }
            }
        }
        return new RuntimeValue<>(new ReachCustomizer(check));
    }
}
