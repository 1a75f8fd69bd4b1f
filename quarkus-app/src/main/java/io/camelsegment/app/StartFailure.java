package io.camelsegment.app;

import io.quarkus.runtime.configuration.ConfigurationException;
import java.net.BindException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.camel.FailedToCreateRouteException;
import org.apache.camel.NoSuchEndpointException;
import org.apache.camel.PropertyBindingException;
import org.apache.camel.ResolveEndpointFailedException;
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
    private static final Pattern UNKNOWN_PARAMETERS =
            Pattern.compile("Unknown parameters=\\[\\{(.*)}]", Pattern.DOTALL);
    private static final Pattern PARAMETER = Pattern.compile("(?:^|, )(\\w+)=");
    private static final String DESTINATION_ROUTE = "segment-destination-";

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
            if (cause instanceof MarkedYamlEngineException yaml) {
                return Optional.of(yaml(yaml));
            }
            if (cause instanceof FailedToCreateRouteException route) {
                return Optional.of(route(route, causes));
            }
        }
        return causes.stream()
                .filter(StartFailure::isOurs)
                .map(Throwable::getMessage)
                .findFirst();
    }

    private static List<Throwable> causesFirst(Throwable failure) {
        List<Throwable> causes = new ArrayList<>();
        for (Throwable cause = failure; cause != null && !causes.contains(cause); cause = cause.getCause()) {
            causes.add(cause);
        }
        Collections.reverse(causes);
        return causes;
    }

    private static String port(List<Throwable> causes, String message) {
        boolean management = causes.stream()
                .anyMatch(cause -> String.valueOf(cause.getMessage()).contains("management interface"));
        String server = management ? "quarkus.management" : "quarkus.http";
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
                + " it by " + setting.toUpperCase(Locale.ROOT).replaceAll("[.-]", "_");
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

    private static String route(FailedToCreateRouteException failure, List<Throwable> causes) {
        String reason = "(" + causes.get(0).getClass().getSimpleName() + ")";
        String uri = "";
        for (Throwable cause : causes) {
            if (cause instanceof NoSuchEndpointException missing) {
                uri = missing.getUri();
                reason = component(uri)
                        .map(name -> "there is no component " + name)
                        .orElse("it names no component");
                break;
            }
            if (cause instanceof ResolveEndpointFailedException unresolved) {
                uri = unresolved.getUri();
                String component =
                        component(uri).map(name -> "the component " + name).orElse("the component");
                reason = component + unknownParameters(unresolved).orElse(" refuses it " + reason);
                break;
            }
            if (cause instanceof PropertyBindingException property) {
                reason = "(the value of " + property.getPropertyName() + ")";
            } else if (isOurs(cause)) {
                reason = "(" + cause.getMessage() + ")";
            }
        }
        String id = failure.getRouteId();
        boolean deadLetters = id.startsWith(DESTINATION_ROUTE) && !uri.isEmpty() && !uri.startsWith("segment-");
        return (deadLetters
                        ? "segment.destinations." + id.substring(DESTINATION_ROUTE.length())
                                + ".dead-letter-uri: expected a Camel endpoint, such as file:dead-letters, but "
                        : "route " + id + ": expected endpoints and options that Camel knows, but ")
                + reason + ": correct it";
    }

    private static Optional<String> component(String uri) {
        int colon = uri.indexOf(':');
        return colon < 0 ? Optional.empty() : Optional.of(uri.substring(0, colon));
    }

    private static Optional<String> unknownParameters(ResolveEndpointFailedException failure) {
        Matcher unknown = UNKNOWN_PARAMETERS.matcher(String.valueOf(failure.getMessage()));
        return unknown.find()
                ? Optional.of(PARAMETER
                        .matcher(unknown.group(1))
                        .results()
                        .map(parameter -> parameter.group(1))
                        .collect(Collectors.joining(", ", " has no option ", "")))
                : Optional.empty();
    }

    /** Our own messages hold no secret. */
    private static boolean isOurs(Throwable cause) {
        StackTraceElement[] stack = cause.getStackTrace();
        return cause instanceof IllegalArgumentException
                && stack.length > 0
                && stack[0].getClassName().startsWith("io.camelsegment.")
                && cause.getMessage() != null;
    }
}
