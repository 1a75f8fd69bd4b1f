package io.camelsegment.app;

import io.camelsegment.app.routes.BadEndpoint;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.smallrye.config.ConfigValidationException;
import java.net.BindException;
import java.net.UnknownHostException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.FailedToCreateRouteException;
import org.apache.camel.FailedToStartRouteException;
import org.apache.camel.PropertyBindingException;
import org.eclipse.microprofile.config.ConfigProvider;
import org.jboss.logging.Logger;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;

/**
 * Tells why the app did not start: what an operator can mend on one line, all else with its stack. A line quotes no
 * value of a setting or route, which may be a secret.
 */
final class StartFailure {

    private static final Logger LOG = Logger.getLogger(StartFailure.class);

    private static final Pattern PORT = Pattern.compile("(?:bound|port):\\s*(\\d+)");
    private static final Pattern PROPERTY = Pattern.compile("config property (\\S+) with the config value");
    private static final Pattern NESTED =
            Pattern.compile("^Cannot find getter method: .* when binding property: (\\S+)$");
    private static final Pattern NO_TEMPLATE = Pattern.compile("^Cannot find RouteTemplate with id (.*)$");
    private static final Pattern NO_PARAMETERS =
            Pattern.compile("Route template (\\S+) the following mandatory parameters must be provided: (.*)$");
    private static final List<String> PORTS =
            List.of("quarkus.http.port", "quarkus.http.ssl-port", "quarkus.management.port");
    private static final int MOST_PORTS = 65_535;

    private StartFailure() {}

    static void tell(Throwable failure) {
        Optional<String> line = line(failure);
        if (line.isPresent()) {
            System.err.println(line.get());
        } else {
            LOG.error("The app did not start", failure);
        }
    }

    /** Returns what to mend, if that is known. */
    static Optional<String> line(Throwable failure) {
        List<Throwable> causes = causesFirst(failure);
        for (Throwable cause : causes) {
            if (cause instanceof ConfigurationException) {
                return Optional.ofNullable(cause.getMessage());
            }
            if (cause instanceof BindException) {
                return Optional.of(port(causes, cause.getMessage()));
            }
            if (isOfAServer(causes) && cause instanceof UnknownHostException) {
                return Optional.of(host(causes));
            }
            if (String.valueOf(cause.getMessage()).startsWith("port must be ")) {
                return wrongPort();
            }
            if (cause instanceof NoSuchFileException || cause instanceof AccessDeniedException) {
                return Optional.of(
                        ((FileSystemException) cause).getFile() + ": expected a file that can be read, but was none ("
                                + cause.getClass().getSimpleName() + "): correct the setting that names it");
            }
            if (cause instanceof ConfigValidationException types) {
                return types(types);
            }
            if (cause instanceof MarkedYamlEngineException yaml) {
                return Optional.of(yaml(yaml));
            }
            if (cause instanceof FailedToCreateRouteException route) {
                return Optional.of(route(route.getRouteId(), causes));
            }
        }
        Optional<String> ours = causes.stream()
                .filter(BadEndpoint::isOurs)
                .map(Throwable::getMessage)
                .findFirst();
        return ours.or(() -> ofCamel(causes));
    }

    private static Optional<String> ofCamel(List<Throwable> causes) {
        for (Throwable cause : causes) {
            Matcher nested = NESTED.matcher(String.valueOf(cause.getMessage()));
            if (nested.find()) {
                return Optional.of(
                        nested.group(1) + ": expected an option that Camel knows, but there is none: if it is of"
                                + " a variable, which cannot name an option of several words, set it in a file, such as"
                                + " camel.component.segment.max-buffered-bytes");
            }
            Matcher noTemplate = NO_TEMPLATE.matcher(String.valueOf(cause.getMessage()));
            if (noTemplate.find()) {
                return Optional.of("routes: expected a template with the id " + noTemplate.group(1)
                        + ", which a route is to be made of, but there is none: correct the id, or add the template");
            }
            Matcher noParameters = NO_PARAMETERS.matcher(String.valueOf(cause.getMessage()));
            if (noParameters.find()) {
                return Optional.of("routes: expected the parameters that the template " + noParameters.group(1)
                        + " requires, but a route that is to be made of it has no " + noParameters.group(2)
                        + ": add the parameter");
            }
            if (cause instanceof PropertyBindingException property) {
                return Optional.of(option(property));
            }
            if (cause instanceof FailedToStartRouteException route) {
                return Optional.of(route(route.getRouteId(), causes));
            }
        }
        return Optional.empty();
    }

    private static List<Throwable> causesFirst(Throwable failure) {
        List<Throwable> causes = new ArrayList<>();
        for (Throwable cause = failure; cause != null && !causes.contains(cause); cause = cause.getCause()) {
            causes.add(cause);
        }
        Collections.reverse(causes);
        return causes;
    }

    private static boolean says(List<Throwable> causes, String words) {
        return causes.stream()
                .anyMatch(cause -> String.valueOf(cause.getMessage()).contains(words));
    }

    private static boolean isOfAServer(List<Throwable> causes) {
        return says(causes, "Unable to start HTTP server") || says(causes, "management interface");
    }

    private static String server(List<Throwable> causes) {
        return says(causes, "management interface") ? "quarkus.management" : "quarkus.http";
    }

    private static String host(List<Throwable> causes) {
        return mistake(server(causes) + ".host", "an address of this machine", "unknown host", "correct");
    }

    /** Returns the line of the first port that is none. */
    private static Optional<String> wrongPort() {
        return PORTS.stream()
                .filter(setting -> configured(setting).matches("-?\\d+"))
                .filter(setting -> {
                    long port = Long.parseLong(configured(setting));
                    return port < 0 || port > MOST_PORTS;
                })
                .findFirst()
                .map(setting -> setting + ": expected a port from 0 to " + MOST_PORTS + ", but was "
                        + configured(setting) + ": correct it by " + variable(setting));
    }

    private static String port(List<Throwable> causes, String message) {
        String server = server(causes);
        String reason = message.substring(message.lastIndexOf(": ") < 0 ? 0 : message.lastIndexOf(": ") + 2);
        if (reason.contains("assign")) {
            return mistake(server + ".host", "an address of this machine", reason, "correct");
        }
        Matcher bound = PORT.matcher(message);
        boolean tls = bound.find() && bound.group(1).equals(configured("quarkus.http.ssl-port"));
        return mistake(server + (tls ? ".ssl-port" : ".port"), "a free port", reason, "change");
    }

    private static String mistake(String setting, String expected, String reason, String mend) {
        return setting + ": expected " + expected + ", but was " + configured(setting) + " (" + reason + "): " + mend
                + " it by " + variable(setting);
    }

    private static String variable(String setting) {
        return setting.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_");
    }

    private static String configured(String setting) {
        return ConfigProvider.getConfig()
                .getOptionalValue(setting, String.class)
                .orElse("");
    }

    private static String yaml(MarkedYamlEngineException broken) {
        // An open quote is a problem at the end of the file only.
        boolean quote = String.valueOf(broken.getContext()).contains("quoted");
        Optional<Mark> mark = quote ? broken.getContextMark() : broken.getProblemMark();
        return mark.map(place -> place.getName().replaceFirst("^file:", "") + ", line " + (place.getLine() + 1)
                                + ", column " + (place.getColumn() + 1) + ": ")
                        .orElse("routes: ")
                + "expected Camel routes in YAML, but: " + broken.getProblem() + ": mend the line";
    }

    private static String route(String id, List<Throwable> causes) {
        return "route " + id + ": expected endpoints and options that Camel knows, but " + BadEndpoint.reason(causes)
                + ": correct it";
    }

    /** Returns a line for each of Quarkus' settings that has a value of another type. */
    private static Optional<String> types(ConfigValidationException failure) {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < failure.getProblemCount(); i++) {
            Matcher name = PROPERTY.matcher(failure.getProblem(i).getMessage());
            if (!name.find()) {
                return Optional.empty();
            }
            lines.add(name.group(1) + ": expected a value of another type: correct it by " + variable(name.group(1)));
        }
        return Optional.of(String.join(System.lineSeparator(), lines));
    }

    private static String option(PropertyBindingException failure) {
        String prefix = failure.getOptionPrefix() == null ? "" : failure.getOptionPrefix() + ".";
        return prefix.replace("..", ".") + failure.getPropertyName()
                + ": expected an option that Camel knows, with a value of its type, but was another: correct it";
    }
}
