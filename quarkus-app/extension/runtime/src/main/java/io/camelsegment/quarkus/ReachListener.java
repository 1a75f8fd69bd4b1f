package io.camelsegment.quarkus;

import io.quarkus.runtime.ImageMode;
import io.smallrye.config.SmallRyeConfig;
import org.apache.camel.ExtendedCamelContext;
import org.apache.camel.main.BaseMainSupport;
import org.apache.camel.main.MainListenerSupport;
import org.apache.camel.spi.RoutesLoader;
import org.apache.camel.support.PluginHelper;
import org.eclipse.microprofile.config.ConfigProvider;

/** Checks settings before Camel makes beans of them, and has YAML checked before Camel loads it. */
final class ReachListener extends MainListenerSupport {

    @Override
    public void beforeConfigure(BaseMainSupport main) {
        ReachCheck check = new ReachCheck(ImageMode.current().isNativeImage(), ReachableClasses::read);
        checkSettings(check);
        // Not earlier, as Camel has just set its own.
        ExtendedCamelContext context = main.getCamelContext().getCamelContextExtension();
        context.addContextPlugin(
                RoutesLoader.class, new CheckedRoutesLoader(PluginHelper.getRoutesLoader(context), check));
    }

    private static void checkSettings(ReachCheck check) {
        SmallRyeConfig config = ConfigProvider.getConfig().unwrap(SmallRyeConfig.class);
        for (String name : config.getPropertyNames()) {
            if (name.startsWith("camel.") || name.startsWith("segment.")) {
                // The raw value: a variable in it may have no value.
                String value = config.getConfigValue(name).getRawValue();
                if (value != null) {
                    check.check("The setting " + name, NamedClasses.ofSetting(value));
                }
            }
        }
    }
}
