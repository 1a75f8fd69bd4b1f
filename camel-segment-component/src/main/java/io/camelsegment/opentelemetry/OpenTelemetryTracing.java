package io.camelsegment.opentelemetry;

import io.camelsegment.observation.Tracing;
import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import java.net.URI;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * Spans of OpenTelemetry, with the attributes of its semantic conventions 1.37. Bind one to the registry of the
 * CamelContext before its routes start. Thread-safe.
 *
 * <p>A call is a child of the first sampled request whose events it sends, so that the sampler which decided on that
 * request decides on the call, too; links name all those requests.
 *
 * @see <a href="https://opentelemetry.io/docs/specs/semconv/cloud-providers/aws-sdk/">AWS SDK</a>, read 2026-11-30
 * @see <a href="https://opentelemetry.io/docs/specs/semconv/http/http-spans/">HTTP</a>, read 2026-12-01
 */
public final class OpenTelemetryTracing implements Tracing {

    private static final W3CTraceContextPropagator W3C = W3CTraceContextPropagator.getInstance();

    private final Tracer tracer;

    /** Creates one for the global OpenTelemetry, which a Java agent sets. */
    public OpenTelemetryTracing() {
        this(GlobalOpenTelemetry.get());
    }

    /** Creates one whose spans go where those of an OpenTelemetry do; closing that is the caller's. */
    public OpenTelemetryTracing(OpenTelemetry openTelemetry) {
        this.tracer = openTelemetry.getTracer("io.camelsegment");
    }

    @Override
    public Request request(String method, String route, UnaryOperator<String> header) {
        return new RequestSpan(tracer.spanBuilder(method + " " + route)
                .setParent(context(header))
                .setSpanKind(SpanKind.SERVER)
                .setAttribute("http.request.method", method)
                .setAttribute("http.route", route)
                .startSpan());
    }

    @Override
    public Call call(Callee callee, int records, Set<String> traceParents) {
        SpanBuilder builder = null;
        for (String traceParent : traceParents) {
            Context parent = context(name -> name.equals(TRACE_PARENT) ? traceParent : null);
            SpanContext request = Span.fromContext(parent).getSpanContext();
            if (!request.isSampled()) {
                continue;
            }
            if (builder == null) {
                builder = builder(callee).setParent(parent);
            }
            builder.addLink(request);
        }
        if (builder == null) {
            return null;
        }
        return new CallSpan(
                records,
                builder.setSpanKind(SpanKind.CLIENT)
                        .setAttribute("segment.records", records)
                        .startSpan());
    }

    private SpanBuilder builder(Callee callee) {
        return callee instanceof Post post ? builder(post.url()) : builder((AwsAction) callee);
    }

    private SpanBuilder builder(URI url) {
        int port = url.getPort();
        int usual = url.getScheme().equalsIgnoreCase("https") ? 443 : 80;
        return tracer.spanBuilder("POST")
                .setAttribute("http.request.method", "POST")
                .setAttribute("server.address", url.getHost())
                .setAttribute("server.port", port < 0 ? usual : port)
                .setAttribute("url.full", url.toString());
    }

    private SpanBuilder builder(AwsAction action) {
        return tracer.spanBuilder(action.service() + "." + action.method())
                .setAttribute("rpc.system", "aws-api")
                .setAttribute("rpc.service", action.service())
                .setAttribute("rpc.method", action.method())
                .setAttribute("cloud.region", action.region())
                .setAttribute(action.streamAttribute(), action.stream());
    }

    private static Context context(UnaryOperator<String> header) {
        return W3C.extract(Context.root(), header, HeaderGetter.INSTANCE);
    }

    private enum HeaderGetter implements TextMapGetter<UnaryOperator<String>> {
        INSTANCE;

        @Override
        public Iterable<String> keys(UnaryOperator<String> header) {
            return List.copyOf(W3C.fields());
        }

        @Override
        public String get(UnaryOperator<String> header, String name) {
            return header.apply(name);
        }
    }

    private static final class RequestSpan implements Request {

        private final Span span;
        private String traceParent;
        private String traceState;

        RequestSpan(Span span) {
            this.span = span;
            W3C.inject(Context.root().with(span), this, RequestSpan::set);
        }

        private static void set(RequestSpan carrier, String name, String value) {
            if (name.equals(TRACE_PARENT)) {
                carrier.traceParent = value;
            } else {
                carrier.traceState = value;
            }
        }

        @Override
        public String traceParent() {
            return traceParent;
        }

        @Override
        public String traceState() {
            return traceState;
        }

        @Override
        public void end(String source, int status) {
            if (source != null) {
                span.setAttribute("segment.source", source);
            }
            if (status == 0) {
                span.setAttribute("error.type", "disconnected").setStatus(StatusCode.ERROR);
            } else {
                span.setAttribute("http.response.status_code", status);
                if (status >= 500) {
                    span.setAttribute("error.type", Integer.toString(status)).setStatus(StatusCode.ERROR);
                }
            }
            span.end();
        }
    }

    private record CallSpan(int records, Span span) implements Call {

        @Override
        public String traceParent() {
            String[] name = new String[1];
            W3C.inject(Context.root().with(span), name, CallSpan::set);
            return name[0];
        }

        private static void set(String[] carrier, String name, String value) {
            if (name.equals(TRACE_PARENT)) {
                carrier[0] = value;
            }
        }

        @Override
        public void end(Answer answer) {
            if (answer.status() > 0) {
                span.setAttribute("http.response.status_code", answer.status());
            }
            if (answer.requestId() != null) {
                span.setAttribute("aws.request_id", answer.requestId());
            }
            if (answer.failed() > 0) {
                span.setAttribute("segment.records.failed", answer.failed()).setAttribute("error.type", answer.error());
            }
            if (answer.failed() == records) {
                span.setStatus(StatusCode.ERROR);
            }
            span.end();
        }
    }
}
