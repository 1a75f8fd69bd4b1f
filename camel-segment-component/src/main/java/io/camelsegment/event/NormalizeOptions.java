package io.camelsegment.event;

import java.util.UUID;
import java.util.function.Supplier;

/** How a source's events are normalised beyond the spec. Immutable. */
public final class NormalizeOptions {

    /** Events as SDKs send them. */
    public static final NormalizeOptions DEFAULT =
            new NormalizeOptions(false, false, null, false, NormalizeOptions::randomMessageId);

    /**
     * Events that were normalised here before: {@code receivedAt}, {@code originalTimestamp} and a readable
     * {@code timestamp} stay as they are.
     */
    public static final NormalizeOptions NORMALIZED =
            new NormalizeOptions(true, false, null, false, NormalizeOptions::randomMessageId);

    /**
     * Events that Segment has already normalised and sends through a webhook: {@code receivedAt},
     * {@code originalTimestamp} and a readable {@code timestamp} are kept, and {@code "All": false} in
     * {@code integrations} is ignored, since it addresses Segment's own destinations.
     */
    public static final NormalizeOptions WEBHOOK =
            new NormalizeOptions(true, true, null, false, NormalizeOptions::randomMessageId);

    private final boolean normalized;
    private final boolean webhook;
    private final String ip;
    private final boolean clientSideOnly;
    private final Supplier<String> messageIds;

    private NormalizeOptions(
            boolean normalized, boolean webhook, String ip, boolean clientSideOnly, Supplier<String> messageIds) {
        this.normalized = normalized;
        this.webhook = webhook;
        this.ip = ip;
        this.clientSideOnly = clientSideOnly;
        this.messageIds = messageIds;
    }

    /**
     * Returns these options with an address for {@code context.ip} of events without one.
     *
     * @param ip the sender's address as text; null adds none
     */
    public NormalizeOptions ip(String ip) {
        return new NormalizeOptions(normalized, webhook, ip, false, messageIds);
    }

    /**
     * Returns these options with an address for {@code context.ip} of events that have none and come from the user's
     * own device: their {@code context.library.name} names a library for browsers or mobile apps, or their
     * {@code context.direct} is true. A server's library sends for its users, so its address is not theirs.
     *
     * @param ip the sender's address as text; null adds none
     */
    public NormalizeOptions clientSideIp(String ip) {
        return new NormalizeOptions(normalized, webhook, ip, true, messageIds);
    }

    /** Returns these options with another source of message ids for events without one. */
    public NormalizeOptions messageIds(Supplier<String> messageIds) {
        return new NormalizeOptions(normalized, webhook, ip, clientSideOnly, messageIds);
    }

    /** Returns whether the events were normalised before, here or by Segment. */
    boolean isNormalized() {
        return normalized;
    }

    boolean isWebhook() {
        return webhook;
    }

    String ip() {
        return ip;
    }

    boolean isClientSideOnly() {
        return clientSideOnly;
    }

    String newMessageId() {
        return messageIds.get();
    }

    private static String randomMessageId() {
        return UUID.randomUUID().toString();
    }
}
