package io.camelsegment.quarkus;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.util.Collection;
import java.util.Set;
import org.apache.camel.CamelContext;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.spi.Resource;
import org.apache.camel.spi.RoutesBuilderLoader;
import org.apache.camel.spi.RoutesLoader;

/** Looks at YAML before Camel loads it: routes, templates and Kamelets, at the start and later. */
final class CheckedRoutesLoader implements RoutesLoader {

    private final RoutesLoader loader;
    private final ReachCheck check;

    CheckedRoutesLoader(RoutesLoader loader, ReachCheck check) {
        this.loader = loader;
        this.check = check;
    }

    @Override
    public Collection<RoutesBuilder> findRoutesBuilders(Collection<Resource> resources) throws Exception {
        check(resources);
        return loader.findRoutesBuilders(resources);
    }

    @Override
    public Collection<RoutesBuilder> findRoutesBuilders(Collection<Resource> resources, boolean optional)
            throws Exception {
        check(resources);
        return loader.findRoutesBuilders(resources, optional);
    }

    @Override
    public void loadRoutes(Collection<Resource> resources) throws Exception {
        check(resources);
        loader.loadRoutes(resources);
    }

    @Override
    public Set<String> updateRoutes(Collection<Resource> resources) throws Exception {
        check(resources);
        return loader.updateRoutes(resources);
    }

    private void check(Collection<Resource> resources) throws IOException {
        for (Resource resource : resources) {
            String location = resource.getLocation();
            if ((location.endsWith(".yaml") || location.endsWith(".yml")) && resource.exists()) {
                try (InputStream stream = resource.getInputStream()) {
                    check.check(location, NamedClasses.ofYaml(new String(stream.readAllBytes(), UTF_8)));
                }
            }
        }
    }

    @Override
    public void preParseRoute(Resource resource, boolean optional) throws Exception {
        loader.preParseRoute(resource, optional);
    }

    @Override
    public void initRoutesBuilderLoader(RoutesBuilderLoader routesBuilderLoader) {
        loader.initRoutesBuilderLoader(routesBuilderLoader);
    }

    @Override
    public RoutesBuilderLoader getRoutesLoader(String extension) throws Exception {
        return loader.getRoutesLoader(extension);
    }

    @Override
    public boolean isIgnoreLoadingError() {
        return loader.isIgnoreLoadingError();
    }

    @Override
    public void setIgnoreLoadingError(boolean ignoreLoadingError) {
        loader.setIgnoreLoadingError(ignoreLoadingError);
    }

    @Override
    public CamelContext getCamelContext() {
        return loader.getCamelContext();
    }

    @Override
    public void setCamelContext(CamelContext camelContext) {
        loader.setCamelContext(camelContext);
    }
}
