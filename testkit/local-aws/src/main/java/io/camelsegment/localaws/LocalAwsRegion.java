package io.camelsegment.localaws;

import java.util.Collection;
import java.util.NoSuchElementException;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.regex.Pattern;

/**
 * The streams and delivery streams of one region. As in AWS, the same name in two regions means two streams, and a
 * client sees only those of the region it signs for. Thread-safe.
 */
public final class LocalAwsRegion {
    static final Pattern NAME_PATTERN = Pattern.compile("[a-zA-Z0-9_.-]+");
    static final int MAX_STREAM_NAME = 128;
    static final int MAX_DELIVERY_STREAM_NAME = 64;
    static final int MAX_SHARDS = 10_000;

    private final Account account;
    private final String name;
    private final ConcurrentNavigableMap<String, KinesisStream> streams = new ConcurrentSkipListMap<>();
    private final ConcurrentNavigableMap<String, DeliveryStream> deliveryStreams = new ConcurrentSkipListMap<>();

    LocalAwsRegion(Account account, String name) {
        this.account = account;
        this.name = name;
    }

    /** The region's name: {@code us-west-2}. */
    public String name() {
        return name;
    }

    /**
     * Creates a stream that is active at once.
     *
     * @param name 1 to 128 letters, digits and {@code _.-}
     * @param shardCount 1 to 10,000
     * @throws IllegalArgumentException when an argument is out of its range or the stream exists
     */
    public KinesisStream createStream(String name, int shardCount) {
        checkName("stream", name, MAX_STREAM_NAME);
        checkShardCount(name, shardCount);
        KinesisStream stream =
                new KinesisStream(account, this.name, name, shardCount, false, KinesisStream.MIN_RECORD_KIB);
        if (!add(stream)) {
            throw new IllegalArgumentException("stream " + name + " exists in " + this.name + "; use stream(name)");
        }
        return stream;
    }

    /**
     * Creates a delivery stream that is active at once.
     *
     * @param name 1 to 64 letters, digits and {@code _.-}
     * @throws IllegalArgumentException when the name is out of its range or the delivery stream exists
     */
    public DeliveryStream createDeliveryStream(String name) {
        checkName("delivery stream", name, MAX_DELIVERY_STREAM_NAME);
        DeliveryStream stream = new DeliveryStream(account, this.name, name);
        if (!add(stream)) {
            throw new IllegalArgumentException(
                    "delivery stream " + name + " exists in " + this.name + "; use deliveryStream(name)");
        }
        return stream;
    }

    /**
     * Finds a stream.
     *
     * @throws NoSuchElementException when there is none of that name
     */
    public KinesisStream stream(String name) {
        return found("stream", name, streams.get(name), streams.keySet());
    }

    /**
     * Finds a delivery stream.
     *
     * @throws NoSuchElementException when there is none of that name
     */
    public DeliveryStream deliveryStream(String name) {
        return found("delivery stream", name, deliveryStreams.get(name), deliveryStreams.keySet());
    }

    /** The streams by name. */
    public Collection<KinesisStream> streams() {
        return streams.values();
    }

    /** The delivery streams by name. */
    public Collection<DeliveryStream> deliveryStreams() {
        return deliveryStreams.values();
    }

    /**
     * Deletes a stream with its records.
     *
     * @throws NoSuchElementException when there is none of that name
     */
    public void deleteStream(String name) {
        streams.remove(name, stream(name));
    }

    /**
     * Deletes a delivery stream with its records.
     *
     * @throws NoSuchElementException when there is none of that name
     */
    public void deleteDeliveryStream(String name) {
        deliveryStreams.remove(name, deliveryStream(name));
    }

    boolean add(KinesisStream stream) {
        return streams.putIfAbsent(stream.name(), stream) == null;
    }

    boolean add(DeliveryStream stream) {
        return deliveryStreams.putIfAbsent(stream.name(), stream) == null;
    }

    ConcurrentNavigableMap<String, KinesisStream> streamsByName() {
        return streams;
    }

    ConcurrentNavigableMap<String, DeliveryStream> deliveryStreamsByName() {
        return deliveryStreams;
    }

    void reset() {
        streams.clear();
        deliveryStreams.clear();
    }

    static void checkShardCount(String stream, int count) {
        if (count < 1 || count > MAX_SHARDS) {
            throw new IllegalArgumentException(
                    "expected 1 to " + MAX_SHARDS + " shards for stream " + stream + ", was " + count);
        }
    }

    private static void checkName(String kind, String name, int max) {
        if (name.length() > max || !NAME_PATTERN.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "expected a " + kind + " name of 1 to " + max + " letters, digits and _.- but was " + name);
        }
    }

    private <T> T found(String kind, String wanted, T stream, Collection<String> existing) {
        if (stream == null) {
            throw new NoSuchElementException("no " + kind + " " + wanted + " in " + name + ", which has " + existing
                    + "; create it there, or ask for it in its own region");
        }
        return stream;
    }

    @Override
    public String toString() {
        return "LocalAwsRegion[" + name + "]";
    }
}
