package io.camelsegment.tracking.server;

import io.vertx.core.MultiMap;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads what proxies tell of the hops before them: {@code X-Forwarded-For}, or RFC 7239's {@code Forwarded} in a
 * request without it. A proxy appends to the one that it knows and passes on what a sender wrote into the other. Nearly
 * all know {@code X-Forwarded-For}, so it wins.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc7239#section-4">RFC 7239</a>, read 2026-11-29
 */
final class ForwardedHeaders {

    private static final String X_FORWARDED_FOR = "X-Forwarded-For";

    /**
     * One element of {@code Forwarded}.
     *
     * @param sender who sent the request to the proxy, as it is written; empty when the proxy does not tell
     * @param host   the host that the proxy was asked for; null when it does not tell
     */
    record Hop(String sender, String host) {}

    private ForwardedHeaders() {}

    /** Returns the hops as they are written, the nearest last. */
    static List<String> hops(MultiMap headers) {
        List<String> hops = new ArrayList<>();
        if (hasForwardedFor(headers)) {
            for (String header : headers.getAll(X_FORWARDED_FOR)) {
                addEntries(header, hops);
            }
        } else {
            forwarded(headers).forEach(hop -> hops.add(hop.sender()));
        }
        return hops;
    }

    /** Returns whether there is an {@code X-Forwarded-For} with something in it. */
    private static boolean hasForwardedFor(MultiMap headers) {
        for (String header : headers.getAll(X_FORWARDED_FOR)) {
            if (!header.isBlank()) {
                return true;
            }
        }
        return false;
    }

    private static void addEntries(String header, List<String> entries) {
        int start = 0;
        while (start <= header.length()) {
            int comma = header.indexOf(',', start);
            int end = comma < 0 ? header.length() : comma;
            String entry = header.substring(start, end).trim();
            if (!entry.isEmpty()) {
                entries.add(entry);
            }
            start = end + 1;
        }
    }

    /** Returns the elements of {@code Forwarded}, the nearest last; none when there is {@code X-Forwarded-For}. */
    static List<Hop> forwarded(MultiMap headers) {
        List<Hop> hops = new ArrayList<>();
        if (!hasForwardedFor(headers)) {
            for (String header : headers.getAll("Forwarded")) {
                addHops(hasOpenQuote(header) ? header.replace("\"", "") : header, hops);
            }
        }
        return hops;
    }

    /** Returns whether a quote is not closed: a sender's, to hide in it what the proxy appended. */
    private static boolean hasOpenQuote(String header) {
        boolean quoted = false;
        for (int i = 0; i < header.length(); i++) {
            char c = header.charAt(i);
            if (quoted && c == '\\') {
                i++;
            } else if (c == '"') {
                quoted = !quoted;
            }
        }
        return quoted;
    }

    private static void addHops(String header, List<Hop> hops) {
        int start = 0;
        while (start < header.length()) {
            int end = endOf(header, start, ',');
            if (!header.substring(start, end).isBlank()) {
                String sender = parameter(header, start, end, "for");
                hops.add(new Hop(sender == null ? "" : sender, parameter(header, start, end, "host")));
            }
            start = end + 1;
        }
    }

    /** Returns the value of a parameter of an element; null when it has none. */
    private static String parameter(String header, int elementStart, int elementEnd, String name) {
        int start = elementStart;
        while (start < elementEnd) {
            int end = Math.min(elementEnd, endOf(header, start, ';'));
            int equals = header.indexOf('=', start);
            if (equals > 0
                    && equals < end
                    && header.substring(start, equals).trim().equalsIgnoreCase(name)) {
                String value = unquoted(header.substring(equals + 1, end).trim());
                return value.isEmpty() ? null : value;
            }
            start = end + 1;
        }
        return null;
    }

    /** Returns where a part ends: at the separator outside of quotes, or at the end. */
    private static int endOf(String header, int start, char separator) {
        boolean quoted = false;
        for (int i = start; i < header.length(); i++) {
            char c = header.charAt(i);
            if (quoted && c == '\\') {
                i++;
            } else if (c == '"') {
                quoted = !quoted;
            } else if (c == separator && !quoted) {
                return i;
            }
        }
        return header.length();
    }

    /** Returns a value without its quotes. No backslash is meant in an address or a host, so it is not looked for. */
    private static String unquoted(String value) {
        int last = value.length() - 1;
        return last > 0 && value.charAt(0) == '"' && value.charAt(last) == '"' ? value.substring(1, last) : value;
    }

    /**
     * Returns the IP address in a hop: alone, with a port, in brackets or in quotes.
     *
     * @return null when there is none, as in {@code unknown} and {@code _hidden}
     */
    static String address(String hop) {
        String text = unquoted(hop).trim();
        if (text.startsWith("[")) {
            int bracket = text.indexOf(']');
            text = bracket < 0 ? "" : text.substring(1, bracket);
        } else {
            int colon = text.indexOf(':');
            if (colon > 0 && text.indexOf(':', colon + 1) < 0) {
                text = text.substring(0, colon);
            }
        }
        return TrustedProxies.isAddress(text) ? text : null;
    }
}
