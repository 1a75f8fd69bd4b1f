package io.camelsegment.routes;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.camelsegment.event.EventPath;
import io.camelsegment.event.SegmentEvent;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.function.Function;
import org.apache.camel.Exchange;

/**
 * Keeps a share of the events, always the same ones: those of a key whose hash is small enough. So all events of a user
 * stay or go, in every process and every version, and a larger share has those of a smaller one.
 *
 * <p>The key is the {@code userId}, else the {@code anonymousId}, else the {@code messageId}. The hash is the first 8
 * bytes of the key's SHA-256.
 */
public final class Sample extends EventTransform {

    /** 2 to the power of 53: the fractions that a double tells apart. */
    private static final double FRACTIONS = 1L << 53;

    private final double share;
    private Function<SegmentEvent, ?> key = SegmentEvent::partitionKey;
    private List<EventPath> paths = List.of();

    Sample(double share) {
        super("sample");
        if (!(share >= 0 && share <= 1)) {
            throw new IllegalArgumentException("expected a share from 0 to 1, such as 0.1, but was " + share);
        }
        this.share = share;
    }

    /** Sets what decides; an event without it has the usual key. */
    public Sample by(Function<SegmentEvent, ?> key) {
        this.key = key;
        return this;
    }

    /** Sets the member that decides, such as {@code properties.order_id}; an event without it has the usual key. */
    public Sample by(String path) {
        paths = Paths.read(path);
        EventPath place = paths.get(0);
        return by(event -> event.at(place));
    }

    @Override
    protected void doInit() throws Exception {
        super.doInit();
        Paths.warn("sample", getRouteId(), paths);
    }

    @Override
    protected SegmentEvent change(SegmentEvent event, Exchange exchange) {
        Object value = key.apply(event);
        return fraction((value == null ? event.partitionKey() : value).toString()) < share ? event : null;
    }

    private static double fraction(String key) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(key.getBytes(UTF_8));
            return (ByteBuffer.wrap(hash).getLong() >>> 11) / FRACTIONS;
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
