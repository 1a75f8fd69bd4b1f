package io.camelsegment.event;

import java.time.Instant;
import java.util.Arrays;

/** Writes the records of a batch's events. Not thread-safe: holds the state of the current event. */
final class EventNormalizer {
    private static final int NONE = -1;
    private static final byte[] QUOTE = {'"'};
    /** A bit for each member that is always copied unchanged, at its number. */
    private static final int UNTOUCHED =
            bits(Member.EVENT, Member.NAME, Member.CATEGORY, Member.SESSION_ID, Member.PROPERTIES, Member.TRAITS);

    private final EventBatch batch;
    private final Instant receivedAt;
    private final NormalizeOptions options;
    private final byte[] body;
    private final MemberTable table;
    private final EventMembers members;
    private final EventRules rules;
    private final RecordWriter out;

    private final long receivedMillis;
    private final Instant receivedInMillis;
    /**
     * Members appended to events: {@code originalTimestamp}, with room for a time as most SDKs write it, filled in for
     * each event; {@code sentAt} if the batch has one; {@code receivedAt}.
     */
    private final byte[] tail;

    /** Offset in the tail of {@code sentAt} or, without one, of {@code receivedAt}. */
    private final int tailSentAt;

    private final int tailReceivedAt;
    private final byte[] ip;

    // Shared by all events of the batch: rows of its envelope, and the merged objects of events without their own.
    private final MemberTable envelope;
    private final int sharedContext;
    private final int sharedIntegrations;
    private final int sharedSentAt;
    private final long sharedSentMillis;
    private final boolean sharedSentAtIsAmbiguous;
    private final ObjectMerge contextWithoutOwn;
    private final ObjectMerge integrationsWithoutOwn;

    // The current event.
    private EventType type;
    private byte[] newMessageId;
    private Instant receivedBefore;
    private long timestamp;
    private boolean keepsTimestamp;
    private boolean hasOriginalTimestamp;
    private boolean unreadableTime;
    private boolean ambiguousTime;
    private ObjectMerge context;
    private ObjectMerge integrations;
    private int integrationsAt;

    EventNormalizer(EventBatch batch, Instant receivedAt, NormalizeOptions options) {
        this.batch = batch;
        this.receivedAt = receivedAt;
        this.options = options;
        body = batch.body();
        table = batch.members();
        members = new EventMembers(batch);
        rules = new EventRules(batch, members);
        out = batch.scratch().writer;
        receivedMillis = receivedAt.toEpochMilli();
        receivedInMillis = Instant.ofEpochMilli(receivedMillis);
        ip = options.ip() == null ? null : JsonText.encode(options.ip());
        envelope = batch.envelope();
        sharedContext = sharedObject(Member.CONTEXT);
        sharedIntegrations = sharedObject(Member.INTEGRATIONS);
        contextWithoutOwn = merge(NONE, NONE, sharedContext, ip);
        integrationsWithoutOwn = merge(NONE, NONE, sharedIntegrations, null);
        int sentAt = envelope.last(Member.SENT_AT, 0, envelope.rows());
        sharedSentAt = sentAt != NONE && EventMembers.isStringOrNumber(body, envelope, sentAt) ? sentAt : NONE;
        sharedSentMillis = sharedSentAt == NONE ? Timestamps.UNREADABLE : members.time(envelope, sharedSentAt);
        sharedSentAtIsAmbiguous = sharedSentMillis != Timestamps.UNREADABLE && members.isAmbiguousTime();
        byte[] originalTimestamp = Member.ORIGINAL_TIMESTAMP.commaAndKey();
        byte[] sentAtKey = Member.SENT_AT.commaAndKey();
        byte[] receivedAtKey = Member.RECEIVED_AT.commaAndKey();
        int sentAtBytes =
                sharedSentAt == NONE ? 0 : envelope.valueEnd(sharedSentAt) - envelope.valueStart(sharedSentAt);
        tailSentAt = originalTimestamp.length + TimestampText.BYTES;
        tailReceivedAt = sharedSentAt == NONE ? tailSentAt : tailSentAt + sentAtKey.length + sentAtBytes;
        tail = Arrays.copyOf(originalTimestamp, tailReceivedAt + receivedAtKey.length + TimestampText.BYTES);
        if (sharedSentAt != NONE) {
            copy(sentAtKey, tailSentAt);
            System.arraycopy(body, envelope.valueStart(sharedSentAt), tail, tailSentAt + sentAtKey.length, sentAtBytes);
        }
        copy(receivedAtKey, tailReceivedAt);
        copy(TimestampText.of(receivedMillis), tailReceivedAt + receivedAtKey.length);
    }

    private void copy(byte[] source, int at) {
        System.arraycopy(source, 0, tail, at, source.length);
    }

    private int sharedObject(Member member) {
        int row = envelope.last(member, 0, envelope.rows());
        return row != NONE && body[envelope.valueStart(row)] == '{' ? row : NONE;
    }

    boolean isFor(Instant receivedAt, NormalizeOptions options) {
        return this.receivedAt.equals(receivedAt) && this.options == options;
    }

    SegmentEvent normalize(int index) throws InvalidEventException {
        members.moveTo(index);
        rules.moveTo(index);
        rules.checkShape();
        type = rules.type();
        String userId = rules.id(Member.USER_ID);
        String anonymousId = rules.id(Member.ANONYMOUS_ID);
        String groupId = rules.id(Member.GROUP_ID);
        rules.checkSender(type, userId, anonymousId, groupId);
        String event = rules.eventName(type);
        rules.checkDetails(type);
        String messageId = members.text(Member.MESSAGE_ID);
        newMessageId = null;
        if (messageId == null) {
            messageId = options.newMessageId();
            newMessageId = JsonText.encode(messageId);
        }
        readTimes();
        context = merge(Member.CONTEXT, sharedContext, ip, contextWithoutOwn);
        integrations = merge(Member.INTEGRATIONS, sharedIntegrations, null, integrationsWithoutOwn);
        byte[] json = record(batch.events().start(index), batch.events().end(index));
        return new SegmentEvent(
                type,
                event,
                userId,
                anonymousId,
                members.text(Member.SESSION_ID),
                groupId,
                messageId,
                timestamp,
                receivedBefore == null ? receivedInMillis : receivedBefore,
                json,
                integrationsAt,
                options.isWebhook(),
                unreadableTime,
                ambiguousTime,
                null);
    }

    private void readTimes() {
        receivedBefore = null;
        keepsTimestamp = false;
        hasOriginalTimestamp = false;
        unreadableTime = false;
        ambiguousTime = false;
        if (options.isNormalized() && members.has(Member.RECEIVED_AT)) {
            long millis = members.time(Member.RECEIVED_AT);
            receivedBefore = millis == Timestamps.UNREADABLE ? null : Instant.ofEpochMilli(millis);
        }
        timestamp = receivedBefore == null ? receivedMillis : receivedBefore.toEpochMilli();
        if (members.isAbsent(Member.TIMESTAMP)) {
            return;
        }
        long original = members.time(Member.TIMESTAMP);
        unreadableTime = original == Timestamps.UNREADABLE;
        ambiguousTime = !unreadableTime && members.isAmbiguousTime();
        if (options.isNormalized()) {
            keepsTimestamp = !unreadableTime;
            timestamp = unreadableTime ? timestamp : original;
            hasOriginalTimestamp = unreadableTime && !members.has(Member.ORIGINAL_TIMESTAMP);
        } else {
            hasOriginalTimestamp = true;
            timestamp = unreadableTime ? timestamp : corrected(original);
        }
    }

    /** Treats sentAt and receivedAt as the same instant, so their difference is the skew of the sender's clock. */
    private long corrected(long original) {
        long sentAt = sharedSentMillis;
        if (!members.isAbsent(Member.SENT_AT)) {
            sentAt = members.time(Member.SENT_AT);
            ambiguousTime |= members.isAmbiguousTime();
        } else if (sharedSentAt == NONE) {
            return original;
        } else {
            ambiguousTime |= sharedSentAtIsAmbiguous;
        }
        if (sentAt == Timestamps.UNREADABLE) {
            unreadableTime = true;
            return original;
        }
        long corrected = Timestamps.inRange(receivedMillis - (sentAt - original));
        if (corrected == Timestamps.UNREADABLE) {
            unreadableTime = true;
            return receivedMillis;
        }
        return corrected;
    }

    /** Returns null if the member is copied unchanged. */
    private ObjectMerge merge(Member member, int shared, byte[] ip, ObjectMerge withoutOwn) {
        int kind = members.kind(member);
        if (kind == 0 || kind == 'n') {
            return withoutOwn;
        }
        return kind == '{' ? merge(members.valueStart(member), members.valueEnd(member), shared, ip) : null;
    }

    private ObjectMerge merge(int own, int ownEnd, int shared, byte[] ip) {
        if (shared == NONE && ip == null) {
            return null;
        }
        ObjectMerge merge = shared == NONE
                ? new ObjectMerge(body, own, ownEnd, NONE, NONE, ip, options.isClientSideOnly())
                : new ObjectMerge(
                        body,
                        own,
                        ownEnd,
                        envelope.valueStart(shared),
                        envelope.valueEnd(shared),
                        ip,
                        options.isClientSideOnly());
        return merge.changesNothing() ? null : merge;
    }

    private byte[] record(int start, int end) {
        out.begin(body, start, end);
        integrationsAt = NONE;
        for (int row = members.firstRow(); row < members.endRow(); row++) {
            if (!members.counts(row)) {
                remove(row);
            } else if ((UNTOUCHED & 1 << table.number(row)) == 0) {
                edit(table.member(row), row);
            }
        }
        append();
        return out.record();
    }

    private void edit(Member member, int row) {
        switch (member) {
            case WRITE_KEY, METADATA -> remove(row);
            case ORIGINAL_TIMESTAMP -> {
                if (!options.isNormalized()) {
                    remove(row);
                }
            }
            case RECEIVED_AT -> {
                if (receivedBefore == null) {
                    remove(row);
                }
            }
            case TIMESTAMP -> {
                if (!keepsTimestamp) {
                    replace(row);
                    putTimestamp();
                }
            }
            case TYPE -> {
                if (batch.impliedType() != null) {
                    replace(row);
                    out.put(type.json());
                }
            }
            case MESSAGE_ID -> {
                if (newMessageId != null) {
                    replace(row);
                    out.put(newMessageId);
                } else {
                    quoteNumber(member, row);
                }
            }
            case USER_ID, ANONYMOUS_ID, GROUP_ID, PREVIOUS_ID -> quoteNumber(member, row);
            case SENT_AT -> {
                if (sharedSentAt != NONE && members.isAbsent(member)) {
                    replace(row);
                    putShared(sharedSentAt);
                }
            }
            case CONTEXT -> {
                if (context != null) {
                    replace(row);
                    context.put(out);
                }
            }
            case INTEGRATIONS -> {
                if (integrations == null) {
                    integrationsAt = out.place(table.valueStart(row));
                } else {
                    replace(row);
                    putIntegrations();
                }
            }
            default -> throw new AssertionError(member);
        }
    }

    private void append() {
        if (!members.has(Member.TYPE)) {
            out.append(Member.TYPE);
            out.put(type.json());
        }
        if (!members.has(Member.MESSAGE_ID)) {
            out.append(Member.MESSAGE_ID);
            out.put(newMessageId);
        }
        if (!members.has(Member.CONTEXT) && context != null) {
            out.append(Member.CONTEXT);
            context.put(out);
        }
        if (!members.has(Member.INTEGRATIONS) && integrations != null) {
            out.append(Member.INTEGRATIONS);
            putIntegrations();
        }
        if (!members.has(Member.TIMESTAMP)) {
            out.append(Member.TIMESTAMP);
            putTimestamp();
        }
        int tailFrom = members.has(Member.SENT_AT) ? tailReceivedAt : tailSentAt;
        int tailTo = receivedBefore == null ? tail.length : tailReceivedAt;
        if (hasOriginalTimestamp) {
            int start = members.valueStart(Member.TIMESTAMP);
            int end = members.valueEnd(Member.TIMESTAMP);
            // Appended in one piece, unless the event has its own sentAt.
            if (tailFrom == tailSentAt && end - start == TimestampText.BYTES) {
                tailFrom = 0;
                System.arraycopy(body, start, tail, tailSentAt - TimestampText.BYTES, TimestampText.BYTES);
            } else {
                out.append(Member.ORIGINAL_TIMESTAMP);
                out.put(body, start, end);
            }
        }
        if (tailFrom < tailTo) {
            out.append(tail, tailFrom, tailTo);
        }
    }

    private void remove(int row) {
        out.remove(table.start(row), table.valueEnd(row));
    }

    private void replace(int row) {
        out.replace(table.valueStart(row), table.valueEnd(row));
    }

    private void quoteNumber(Member member, int row) {
        if (members.isNumber(member)) {
            replace(row);
            out.put(QUOTE);
            out.put(body, table.valueStart(row), table.valueEnd(row));
            out.put(QUOTE);
        }
    }

    private void putTimestamp() {
        out.put(TimestampText.of(timestamp));
    }

    private void putIntegrations() {
        integrationsAt = out.length();
        integrations.put(out);
    }

    private void putShared(int row) {
        out.put(body, envelope.valueStart(row), envelope.valueEnd(row));
    }

    private static int bits(Member... members) {
        int bits = 0;
        for (Member member : members) {
            bits |= 1 << member.number();
        }
        return bits;
    }
}
