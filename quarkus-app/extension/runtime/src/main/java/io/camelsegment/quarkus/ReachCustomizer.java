package io.camelsegment.quarkus;

import org.apache.camel.CamelContext;
import org.apache.camel.spi.CamelContextCustomizer;
import org.apache.camel.spi.RoutesLoader;
import org.apache.camel.support.PluginHelper;

/** Has YAML checked before Camel loads it. */
final class ReachCustomizer implements CamelContextCustomizer {

    private final ReachCheck check;

    ReachCustomizer(ReachCheck check) {
        this.check = check;
    }

    @Override
    public void configure(CamelContext context) {
        RoutesLoader loader = PluginHelper.getRoutesLoader(context.getCamelContextExtension());
        context.getCamelContextExtension().addContextPlugin(RoutesLoader.class, new CheckedRoutesLoader(loader, check));
    }
}
