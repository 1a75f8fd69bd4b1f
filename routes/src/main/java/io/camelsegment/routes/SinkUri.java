package io.camelsegment.routes;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.camel.util.URISupport;

/**
 * The URI of a mapping's endpoints.
 *
 * @param template   {@code kinesis}, {@code firehose}, a scheme, or a URI with {@value #STREAM} in it
 * @param parameters further options of each endpoint
 */
record SinkUri(String template, Map<String, Object> parameters) {

    static final String STREAM = "{stream}";

    /**
     * @throws IllegalArgumentException if the template is a URI that names no stream
     */
    SinkUri {
        if (template.contains(":") && !template.contains(STREAM)) {
            throw new IllegalArgumentException("expected kinesis, firehose, a scheme, or a URI with " + STREAM
                    + " in sink, but it names one endpoint for all streams: put " + STREAM + " where the name belongs");
        }
        parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
    }

    /** Returns the URI of a stream's endpoint; the values may hold any character. */
    String of(String stream) {
        String uri = template.contains(STREAM) ? template.replace(STREAM, stream) : scheme() + ":" + stream;
        if (parameters.isEmpty() || template.startsWith("kamelet:")) {
            return UriOptions.append(uri, parameters);
        }
        return uri + (uri.contains("?") ? "&" : "?") + URISupport.createQueryString(UriOptions.encodable(parameters));
    }

    /** Returns the URI of where unmapped events go. */
    String ofUnmapped(String unmapped) {
        return FirehoseMapping.isUri(unmapped) ? unmapped : of(unmapped);
    }

    private String scheme() {
        return template.equals("kinesis") || template.equals("firehose") ? "segment-" + template : template;
    }

    /** Returns how metrics name the service: {@code kinesis}, {@code firehose}, or {@code mapping} for another one. */
    String service() {
        String scheme = template.contains(":") ? template.substring(0, template.indexOf(':')) : scheme();
        return switch (scheme) {
            case "segment-kinesis" -> "kinesis";
            case "segment-firehose" -> "firehose";
            default -> "mapping";
        };
    }

    /** Returns whether the endpoints know themselves which events of a batch they have delivered. */
    boolean remembers() {
        return !service().equals("mapping");
    }
}
