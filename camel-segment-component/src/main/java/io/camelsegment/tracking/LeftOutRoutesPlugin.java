package io.camelsegment.tracking;

import org.apache.camel.CamelContext;
import org.apache.camel.spi.ContextServicePlugin;
import org.apache.camel.support.LifecycleStrategySupport;

/**
 * Makes sources known whose routes are all left out, so that nothing else creates the component. Camel 4.15 and newer
 * load it as a service.
 */
public final class LeftOutRoutesPlugin implements ContextServicePlugin {

    @Override
    public void load(CamelContext context) {
        // The context has no model yet.
        context.addLifecycleStrategy(new LifecycleStrategySupport() {
            @Override
            public void onContextInitializing(CamelContext initializing) {
                LeftOutRoutes.follow(initializing);
            }
        });
    }
}
