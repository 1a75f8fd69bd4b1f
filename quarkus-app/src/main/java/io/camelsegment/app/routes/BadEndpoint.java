package io.camelsegment.app.routes;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.camel.NoSuchEndpointException;
import org.apache.camel.PropertyBindingException;
import org.apache.camel.ResolveEndpointFailedException;

/** Why Camel refuses the URI of an endpoint, in words that quote neither the URI nor a value, which may be secret. */
public final class BadEndpoint {

    private static final Pattern UNKNOWN_PARAMETERS =
            Pattern.compile("Unknown parameters=\\[\\{(.*)}]", Pattern.DOTALL);
    private static final Pattern PARAMETER = Pattern.compile("(?:^|, )(\\w+)=");

    private BadEndpoint() {}

    /**
     * Returns the words.
     *
     * @param causes the failure and its causes, the first cause first
     */
    public static String reason(List<Throwable> causes) {
        String reason = "(" + causes.get(0).getClass().getSimpleName() + ")";
        for (Throwable cause : causes) {
            if (cause instanceof NoSuchEndpointException missing) {
                return component(missing.getUri())
                        .map(name -> "there is no component " + name)
                        .orElse("it names no component");
            }
            if (cause instanceof ResolveEndpointFailedException unresolved) {
                String component = component(unresolved.getUri())
                        .map(name -> "the component " + name)
                        .orElse("the component");
                return component + unknownParameters(unresolved).orElse(" refuses it " + reason);
            }
            if (cause instanceof PropertyBindingException property) {
                reason = "(the value of " + property.getPropertyName() + ")";
            } else if (isOurs(cause)) {
                reason = "(" + cause.getMessage() + ")";
            }
        }
        return reason;
    }

    /** Returns whether it has a message of our own, which holds no secret. */
    public static boolean isOurs(Throwable cause) {
        StackTraceElement[] stack = cause.getStackTrace();
        return cause instanceof IllegalArgumentException
                && stack.length > 0
                && stack[0].getClassName().startsWith("io.camelsegment.")
                && cause.getMessage() != null;
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
}
