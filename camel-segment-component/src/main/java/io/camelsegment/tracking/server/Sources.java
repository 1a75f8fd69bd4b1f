package io.camelsegment.tracking.server;

import io.camelsegment.event.EventLimits;
import io.camelsegment.event.EventParser;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
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

    private volatile Known known = new Known(Map.of(), Map.of(), new EventParser(EventLimits.DEFAULT), false);

    /**
     * The keys and limits of all sources at one moment. Immutable and replaced as a whole: all change at once, and a
     * request keeps those with which it began.
     *
     * @param byKey  by the digest of the key
     * @param parser reads bodies of unknown sources, within the highest limits of all sources
     */
    record Known(
            Map<ByteBuffer, Registration> byKey,
            Map<String, Registration> webhooks,
            EventParser parser,
            boolean anyUsesEventLoop) {}

    enum State {
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
    record Registration(KnownSource known, State state, long since) {

        TrackingSource source() {
            return known.source();
        }
    }

    /**
     * What a source that has been added is to have from now on.
     *
     * @param keys      its write keys, which are secrets
     * @param limits    of its requests and events
     * @param rateLimit of its write keys; null for none
     */
    public record Change(TrackingSource source, Collection<String> keys, EventLimits limits, RateLimit rateLimit) {

        /** Names the source and not its keys. */
        @Override
        public String toString() {
            return "Change[" + source.name() + "]";
        }
    }

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
        Registration expected = registration(source, State.EXPECTED);
        Map<ByteBuffer, Registration> byKey = new HashMap<>(known.byKey());
        Map<String, Registration> webhooks = new HashMap<>(known.webhooks());
        boolean isNew = false;
        for (String key : keys) {
            isNew |= byKey.merge(digest.of(key), expected, Sources::keepAdded).equals(expected);
        }
        if (webhook) {
            isNew |= webhooks.merge(source.name(), expected, Sources::keepAdded).equals(expected);
        }
        if (isNew) {
            know(byKey, webhooks);
        }
    }

    private Registration registration(TrackingSource source, State state) {
        return new Registration(KnownSource.of(source), state, nanoClock.getAsLong());
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
        Map<ByteBuffer, Registration> byKey = new HashMap<>(known.byKey());
        Map<String, Registration> webhooks = new HashMap<>(known.webhooks());
        Registration added = registration(source, State.ADDED);
        putAll(keys, added, byKey);
        if (webhook && isTaken(webhooks.get(source.name()), source)) {
            throw new IllegalArgumentException("Two sources with webhook=true have the name '" + source.name()
                    + "', so both expect webhooks at webhook/" + source.name() + "; give each a name of its own");
        }
        if (webhook) {
            webhooks.put(source.name(), added);
        }
        know(byKey, webhooks);
    }

    /**
     * Lets sources have other keys and limits, all at one moment. A request that has begun keeps what it found. A key
     * that a source has no more is unknown at once. Does nothing for a source that is not {@linkplain #add added}.
     *
     * @throws IllegalArgumentException if two sources would have a key; then nothing changes. The message names both
     *     sources, not the key
     */
    public synchronized void change(Collection<Change> changes) {
        Map<ByteBuffer, Registration> byKey = new HashMap<>(known.byKey());
        Map<String, Registration> webhooks = new HashMap<>(known.webhooks());
        Set<TrackingSource> added = new HashSet<>();
        byKey.values().forEach(present -> added.add(present.source()));
        webhooks.values().forEach(present -> added.add(present.source()));
        for (Change change : changes) {
            byKey.values().removeIf(present -> present.source() == change.source());
        }
        for (Change change : changes) {
            if (added.contains(change.source())) {
                KnownSource source = new KnownSource(change.source(), change.limits(), change.rateLimit());
                Registration changed = new Registration(source, State.ADDED, nanoClock.getAsLong());
                putAll(change.keys(), changed, byKey);
                webhooks.replaceAll((name, present) -> present.source() == change.source() ? changed : present);
            }
        }
        know(byKey, webhooks);
    }

    private void putAll(Collection<String> keys, Registration source, Map<ByteBuffer, Registration> byKey) {
        for (String key : keys) {
            Registration present = byKey.put(digest.of(key), source);
            if (isTaken(present, source.source())) {
                throw new IllegalArgumentException("The sources '"
                        + present.source().name() + "' and '" + source.source().name()
                        + "' have the same writeKey; give each source a key of its own");
            }
        }
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
        Registration removed = registration(placeholder, State.REMOVED);
        Map<ByteBuffer, Registration> byKey = new HashMap<>(known.byKey());
        Map<String, Registration> webhooks = new HashMap<>(known.webhooks());
        byKey.replaceAll((key, present) -> present.source() == source ? removed : present);
        webhooks.replaceAll((name, present) -> present.source() == source ? removed : present);
        know(byKey, webhooks);
    }

    /** Replaces the known sources, without those forgotten. */
    private void know(Map<ByteBuffer, Registration> byKey, Map<String, Registration> webhooks) {
        byKey.values().removeIf(this::isForgotten);
        webhooks.values().removeIf(this::isForgotten);
        EventLimits highest = Stream.concat(byKey.values().stream(), webhooks.values().stream())
                .map(present -> present.known().limits())
                .reduce(EventLimits::max)
                .orElse(EventLimits.DEFAULT);
        boolean anyUsesEventLoop = Stream.concat(byKey.values().stream(), webhooks.values().stream())
                .anyMatch(present -> present.source().usesEventLoop());
        known = new Known(Map.copyOf(byKey), Map.copyOf(webhooks), new EventParser(highest), anyUsesEventLoop);
    }

    private boolean isForgotten(Registration present) {
        return present.state() == State.REMOVED && nanoClock.getAsLong() - present.since() >= memoryNanos.getAsLong();
    }

    private Stream<Registration> registrations() {
        Known now = known;
        return Stream.concat(now.byKey().values().stream(), now.webhooks().values().stream());
    }

    private Stream<TrackingSource> all() {
        return registrations().filter(present -> !isForgotten(present)).map(Registration::source);
    }

    /** Returns whether no route names a source, and none was removed not long ago. */
    public boolean isEmpty() {
        return all().findAny().isEmpty();
    }

    /** Returns whether a route names a source of that name. */
    public boolean contains(String name) {
        return registrations()
                .anyMatch(present -> present.state() != State.REMOVED
                        && present.source().name().equals(name));
    }

    /** Returns the sources known now, for one request. */
    Known known() {
        return known;
    }

    /**
     * Returns the source of a key, as a request found it when it began; if there was none, or it has stopped since, as
     * it is now.
     *
     * @param begun the sources known then
     * @return null when the key is unknown
     */
    KnownSource find(String writeKey, Known begun) {
        ByteBuffer key = digest.of(writeKey);
        KnownSource then = sourceOf(begun.byKey().get(key));
        if (then != null && then.source().isReady()) {
            return then;
        }
        KnownSource now = sourceOf(known.byKey().get(key));
        return now == null ? then : now;
    }

    /** Returns the source of a name that takes webhooks; null when there is none. */
    KnownSource findWebhook(String name) {
        return sourceOf(known.webhooks().get(name));
    }

    private KnownSource sourceOf(Registration found) {
        return found == null || isForgotten(found) ? null : found.known();
    }

    /** Returns whether pages of an origin may send to any source. */
    boolean allowOrigin(String origin) {
        return all().anyMatch(source -> source.allowsOrigin(origin));
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
