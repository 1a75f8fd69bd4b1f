package io.camelsegment.tracking.server;

import io.camelsegment.event.EventLimits;
import io.camelsegment.event.EventParser;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/**
 * Finds sources by write key and by the path of webhooks. A source is known from the moment a route names it, and for
 * some time after its removal: senders to an unknown source drop their events, senders to one that takes none wait.
 *
 * <p>Stores and compares {@linkplain KeyDigest salted digests} of the keys, so that the time of a look-up reveals
 * nothing of a key. Thread-safe.
 */
public final class Sources {

    private static final String BASIC = "Basic ";

    private final LongSupplier nanoClock;
    private final LongSupplier memoryNanos;
    private final KeyDigest digest = new KeyDigest();
    private final Map<ByteBuffer, Registration> byKey = new ConcurrentHashMap<>();
    private final Map<String, Registration> webhooks = new ConcurrentHashMap<>();

    /** Reads bodies of unknown sources, within the highest limits of all sources. */
    private volatile EventParser parser = new EventParser(EventLimits.DEFAULT);

    private volatile boolean anyUsesEventLoop;

    private enum State {
        /** A route names the source, which has not started. */
        EXPECTED,
        /** The source has started, and keeps its keys while it is suspended or stopped. */
        ADDED,
        /** The source was removed not long ago. */
        REMOVED
    }

    /**
     * A source under one of its keys, or its webhook path.
     *
     * @param since when it came into the state, by the clock
     */
    private record Registration(TrackingSource source, State state, long since) {}

    /**
     * Creates sources of which none is known.
     *
     * @param nanoClock   nanoseconds of a clock that never goes back
     * @param memoryNanos how long a removed source stays known, in nanoseconds; asked at each look-up
     */
    public Sources(LongSupplier nanoClock, LongSupplier memoryNanos) {
        this.nanoClock = nanoClock;
        this.memoryNanos = memoryNanos;
    }

    /**
     * Makes a source known that has not started. What another one has already, that one keeps.
     *
     * @param source  answers for it until then; never ready
     * @param keys    its write keys
     * @param webhook whether the path of webhooks leads to it, too
     */
    public synchronized void expect(TrackingSource source, Collection<String> keys, boolean webhook) {
        Registration expected = new Registration(source, State.EXPECTED, nanoClock.getAsLong());
        boolean isNew = false;
        for (String key : keys) {
            isNew |= byKey.merge(digest.of(key), expected, Sources::keepAdded).equals(expected);
        }
        if (webhook) {
            isNew |= webhooks.merge(source.name(), expected, Sources::keepAdded).equals(expected);
        }
        if (isNew) {
            changed();
        }
    }

    private static Registration keepAdded(Registration present, Registration expected) {
        boolean isKnown = present.state() == State.EXPECTED && present.source() == expected.source();
        return isKnown || present.state() == State.ADDED ? present : expected;
    }

    /**
     * Adds a source that starts. It takes keys and path over from a stopped one of the same name, as when a route is
     * started again.
     *
     * @throws IllegalArgumentException if another source has a key or the path; the message names both sources, not
     *     the key
     */
    public synchronized void add(TrackingSource source, Collection<String> keys, boolean webhook) {
        for (String key : keys) {
            Registration present = byKey.get(digest.of(key));
            if (isTaken(present, source)) {
                throw new IllegalArgumentException(
                        "The sources '" + present.source().name() + "' and '" + source.name()
                                + "' have the same writeKey; give each source a key of its own");
            }
        }
        if (webhook && isTaken(webhooks.get(source.name()), source)) {
            throw new IllegalArgumentException("Two sources with webhook=true have the name '" + source.name()
                    + "', so both expect webhooks at webhook/" + source.name() + "; give each a name of its own");
        }
        Registration added = new Registration(source, State.ADDED, nanoClock.getAsLong());
        keys.forEach(key -> byKey.put(digest.of(key), added));
        if (webhook) {
            webhooks.put(source.name(), added);
        }
        changed();
    }

    private static boolean isTaken(Registration present, TrackingSource by) {
        return present != null
                && present.state() == State.ADDED
                && present.source() != by
                && !(present.source().name().equals(by.name())
                        && present.source().isStopped());
    }

    /**
     * Removes a source. It is still known for some time, as one that is not ready, unless another one takes its place.
     *
     * @param placeholder answers for it; never ready
     */
    public synchronized void remove(TrackingSource source, TrackingSource placeholder) {
        Registration removed = new Registration(placeholder, State.REMOVED, nanoClock.getAsLong());
        byKey.replaceAll((key, present) -> present.source() == source ? removed : present);
        webhooks.replaceAll((name, present) -> present.source() == source ? removed : present);
        changed();
    }

    private void changed() {
        byKey.values().removeIf(this::isForgotten);
        webhooks.values().removeIf(this::isForgotten);
        parser = new EventParser(
                all().map(TrackingSource::limits).reduce(EventLimits::max).orElse(EventLimits.DEFAULT));
        anyUsesEventLoop = all().anyMatch(TrackingSource::usesEventLoop);
    }

    private boolean isForgotten(Registration present) {
        return present.state() == State.REMOVED && nanoClock.getAsLong() - present.since() >= memoryNanos.getAsLong();
    }

    private Stream<TrackingSource> all() {
        return Stream.concat(byKey.values().stream(), webhooks.values().stream())
                .filter(present -> !isForgotten(present))
                .map(Registration::source);
    }

    /** Returns whether no route names a source, and none was removed not long ago. */
    public boolean isEmpty() {
        return all().findAny().isEmpty();
    }

    /** Returns whether a route names a source of that name. */
    public boolean contains(String name) {
        return Stream.concat(byKey.values().stream(), webhooks.values().stream())
                .anyMatch(present -> present.state() != State.REMOVED
                        && present.source().name().equals(name));
    }

    /** Returns the source of a key; null when the key is unknown. */
    TrackingSource find(String writeKey) {
        return sourceOf(byKey.get(digest.of(writeKey)));
    }

    /** Returns the source of a name that takes webhooks; null when there is none. */
    TrackingSource findWebhook(String name) {
        return sourceOf(webhooks.get(name));
    }

    private TrackingSource sourceOf(Registration found) {
        return found == null || isForgotten(found) ? null : found.source();
    }

    /** Returns whether pages of an origin may send to any source. */
    boolean allowOrigin(String origin) {
        return all().anyMatch(source -> source.allowsOrigin(origin));
    }

    /** Returns whether a request of an unknown source may turn out to need no worker thread. */
    boolean anyUsesEventLoop() {
        return anyUsesEventLoop;
    }

    /** Returns the parser for requests whose source is unknown. */
    EventParser parser() {
        return parser;
    }

    /**
     * Returns the write key in a Basic {@code Authorization} header: the user name. A missing colon is tolerated, as
     * Segment does.
     *
     * @return null when the header is missing, not Basic or not base64, or has an empty user name
     */
    static String writeKeyOf(String authorization) {
        if (authorization == null || !authorization.regionMatches(true, 0, BASIC, 0, BASIC.length())) {
            return null;
        }
        try {
            String credentials = new String(
                    Base64.getDecoder()
                            .decode(authorization.substring(BASIC.length()).trim()),
                    StandardCharsets.UTF_8);
            int colon = credentials.indexOf(':');
            String user = colon < 0 ? credentials : credentials.substring(0, colon);
            return user.isEmpty() ? null : user;
        } catch (IllegalArgumentException notBase64) {
            return null;
        }
    }
}
