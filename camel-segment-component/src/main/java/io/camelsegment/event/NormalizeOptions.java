package io.camelsegment.event;

import java.util.UUID;
import java.util.function.Supplier;

/** What a source wants done to its events beyond the spec. Immutable. */
public final class NormalizeOptions {

    /** Events as SDKs send them. */
    public static final NormalizeOptions DEFAULT =
            new NormalizeOptions(false, null, false, NormalizeOptions::randomMessageId);

    /**
     * Events that Segment has normalised already and sends through a webhook: {@code receivedAt}, {@code originalTimestamp} and a
     * readable {@code timestamp} stay as they are, and {@code "All": false} in {@code integrations}, which spoke to Segment's own
     * destinations, does not hide the event from ours.
     */
    public static final NormalizeOptions WEBHOOK =
            new NormalizeOptions(true, null, false, NormalizeOptions::randomMessageId);

    private final boolean webhook;
    private final String ip;
    private final boolean clientSideOnly;
    private final Supplier<String> messageIds;

    private NormalizeOptions(boolean webhook, String ip, boolean clientSideOnly, Supplier<String> messageIds) {
        this.webhook = webhook;
        this.ip = ip;
        this.clientSideOnly = clientSideOnly;
        this.messageIds = messageIds;
    }

    /**
     * Returns these options with the address that becomes {@code context.ip} of every event that has no {@code context.ip} yet.
     *
     * @param ip the sender's address as text; null adds none
     */
    public NormalizeOptions ip(String ip) {
        return new NormalizeOptions(webhook, ip, false, messageIds);
    }

    /**
     * Returns these options with the address that becomes {@code context.ip} of every event that has no {@code context.ip} yet and
     * comes from the user's own device: one whose {@code context.library.name} is that of a library for browsers or mobile apps, or
     * whose {@code context.direct} is true. A server's library sends for its users, so that its address is not theirs.
     *
     * @param ip the sender's address as text; null adds none
     */
    public NormalizeOptions clientSideIp(String ip) {
        return new NormalizeOptions(webhook, ip, true, messageIds);
    }

    /** Returns these options with another source of the ids that events without one are given. */
    NormalizeOptions messageIds(Supplier<String> messageIds) {
        return new NormalizeOptions(webhook, ip, clientSideOnly, messageIds);
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
