package io.camelsegment.app.routes;

import java.util.Properties;
import java.util.function.Supplier;
import org.apache.camel.CamelContext;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.spi.PropertiesComponent;

/** The parameters of the template that a route is made of: what its placeholders stand for. */
final class TemplateParameters {

    private TemplateParameters() {}

    /** Does something with them as properties of the context, as Camel does when it makes the route. */
    static <T> T with(CamelContext context, RouteDefinition route, Supplier<T> work) {
        Properties parameters = new Properties();
        if (route.getTemplateDefaultParameters() != null) {
            parameters.putAll(route.getTemplateDefaultParameters());
        }
        if (route.getTemplateParameters() != null) {
            parameters.putAll(route.getTemplateParameters());
        }
        PropertiesComponent properties = context.getPropertiesComponent();
        properties.setLocalProperties(parameters);
        try {
            return work.get();
        } finally {
            properties.setLocalProperties(null);
        }
    }
}
