package io.camelsegment.app.routes;

import io.camelsegment.routes.EventTransform;
import io.camelsegment.routes.TransformSteps;
import io.camelsegment.routes.Transforms;
import io.quarkus.runtime.configuration.ConfigurationException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.camel.CamelContext;
import org.apache.camel.model.Model;
import org.apache.camel.model.RouteDefinition;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.AbstractConstruct;
import org.yaml.snakeyaml.constructor.DuplicateKeyException;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.representer.Representer;
import org.yaml.snakeyaml.resolver.Resolver;

/**
 * How the events of a source or a destination are changed: step by step.
 *
 * @param steps each as YAML: a step's word with what it is given, such as {@code drop: properties.password}, a list of
 *     such, the URI of an endpoint, the name of a bean, or the id of a route; may hold a secret
 */
public record Transform(List<String> steps) {

    /** No change. */
    public static final Transform NONE = new Transform(List.of());

    public Transform {
        steps = List.copyOf(steps);
    }

    /**
     * Checks the steps.
     *
     * @throws IllegalArgumentException if one is none; the message tells what was expected, without a secret
     */
    public void check() {
        for (Object value : values()) {
            if (!isName(value)) {
                EventTransform unused = TransformSteps.of(value);
            }
        }
    }

    /**
     * A step for those who look at it.
     *
     * @param word      such as {@code drop}; nothing of what it is given
     * @param transform null for a step through an endpoint, a bean or a route, or that sends to one
     */
    public record Step(String word, EventTransform transform) {}

    /**
     * Returns the steps, to look at what they do with an event.
     *
     * @throws IllegalArgumentException as {@link #check}
     */
    public List<Step> parsed() {
        return values().stream().map(Transform::parsed).toList();
    }

    private static Step parsed(Object value) {
        if (isName(value)) {
            return new Step("through", null);
        }
        EventTransform step = TransformSteps.of(value);
        String word =
                value instanceof Map<?, ?> map ? map.keySet().iterator().next().toString() : "through";
        return new Step(word, TransformSteps.mayBlock(step) ? null : step);
    }

    /** Returns whether a step waits for what is not ours, so that the route must not run on the event loop. */
    boolean mayBlock() {
        return values().stream().anyMatch(value -> isName(value) || TransformSteps.mayBlock(TransformSteps.of(value)));
    }

    /** Returns the URIs of endpoints that events or their violations of a plan go to. */
    List<String> uris() {
        return values().stream()
                .filter(value -> !isName(value))
                .flatMap(value -> TransformSteps.uris(TransformSteps.of(value)).stream())
                .toList();
    }

    /**
     * Makes the steps, which are not started.
     *
     * @param setting the name of the setting, for a mistake that shows when they start
     */
    List<EventTransform> steps(CamelContext context, String setting) {
        List<EventTransform> made = new ArrayList<>();
        for (Object value : values()) {
            made.add(
                    isName(value)
                            ? Transforms.through(() -> uriOf((String) value, context, setting))
                            : TransformSteps.of(value));
        }
        return List.copyOf(made);
    }

    /** Returns the URI of the bean or of the route that a name means. */
    private static String uriOf(String name, CamelContext context, String setting) {
        if (context.getRegistry().lookupByName(name) != null) {
            return "bean:" + name;
        }
        RouteDefinition route =
                context.getCamelContextExtension().getContextPlugin(Model.class).getRouteDefinition(name);
        if (route == null) {
            throw new ConfigurationException(setting + ": expected a step such as \"drop: properties.password\", or the"
                    + " name of a bean or the id of a route, but there is none of the name " + name
                    + ": correct it");
        }
        return route.getInput().getEndpointUri();
    }

    private static boolean isName(Object value) {
        return value instanceof String name
                && name.matches("[\\w.-]+")
                && !TransformSteps.words().contains(name);
    }

    private List<Object> values() {
        List<Object> values = new ArrayList<>();
        for (String step : steps) {
            Object value;
            try {
                LoaderOptions loading = new LoaderOptions();
                loading.setAllowDuplicateKeys(false);
                DumperOptions dumping = new DumperOptions();
                value = new Yaml(
                                new StepConstructor(loading),
                                new Representer(dumping),
                                dumping,
                                loading,
                                new StepResolver())
                        .load(step);
            } catch (DuplicateKeyException e) {
                throw new IllegalArgumentException("expected each key of a step once, but one is there again");
            } catch (YAMLException e) {
                // Without the cause, which quotes the text.
                throw new IllegalArgumentException(
                        "expected a step such as \"drop: properties.password\" in YAML, but it is no YAML");
            }
            if (value instanceof List<?> several) {
                values.addAll(several);
            } else {
                values.add(value);
            }
        }
        return values;
    }

    /**
     * Takes for true, false and numbers only what everybody reads as such: {@code On} is the name of an event, and
     * {@code 0123} a text.
     */
    private static final class StepResolver extends Resolver {

        @Override
        protected void addImplicitResolvers() {
            addImplicitResolver(Tag.BOOL, Pattern.compile("(?i)true|false"), "tTfF");
            addImplicitResolver(Tag.INT, Pattern.compile("[-+]?(0|[1-9][0-9]*)"), "-+0123456789");
            addImplicitResolver(
                    Tag.FLOAT, Pattern.compile("[-+]?(0|[1-9][0-9]*)?\\.[0-9]+([eE][-+]?[0-9]+)?"), "-+0123456789.");
            addImplicitResolver(Tag.MERGE, MERGE, "<");
            addImplicitResolver(Tag.NULL, NULL, "~nN\0");
            addImplicitResolver(Tag.NULL, EMPTY, null);
        }
    }

    /** Constructs decimals with all their digits. */
    private static final class StepConstructor extends SafeConstructor {

        StepConstructor(LoaderOptions loading) {
            super(loading);
            yamlConstructors.put(Tag.FLOAT, new AbstractConstruct() {
                @Override
                public Object construct(Node node) {
                    return new BigDecimal(((ScalarNode) node).getValue());
                }
            });
        }
    }

    /** Names nothing of the steps, which may hold a secret. */
    @Override
    public String toString() {
        return "Transform[" + steps.size() + " steps]";
    }
}
