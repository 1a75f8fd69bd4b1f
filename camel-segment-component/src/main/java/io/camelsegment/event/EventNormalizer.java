package io.camelsegment.event;

import java.time.Instant;

/** Writes the records of one batch's events. Not thread-safe: it keeps the state of the event at hand. */
final class EventNormalizer {
    private static final int NONE = EventMembers.NONE;

    private final EventBatch batch;
    private final Instant receivedAt;
    private final NormalizeOptions options;
    private final byte[] body;
    private final MemberTable table;
    private final EventMembers members;
    private final EventRules rules;

    private final long receivedMillis;
    private final Instant receivedInMillis;
    private final byte[] receivedText = new byte[Timestamps.WRITTEN_BYTES];
    private final byte[] ip;

    // What the batch says for all its events: rows of its envelope, and what they make of an event that has none.
    private final MemberTable envelope;
    private final int sharedContext;
    private final int sharedIntegrations;
    private final int sharedSentAt;
    private final long sharedSentMillis;
    private final ObjectMerge contextWithoutOwn;
    private final ObjectMerge integrationsWithoutOwn;

    // The event at hand.
    /** The rows that do not stay as they are. */
    private int[] edits = new int[16];

    private int editCount;
    private EventType type;
    private byte[] newMessageId;
    private Instant receivedBefore;
    private long timestamp;
    private boolean keepsTimestamp;
    private boolean hasOriginalTimestamp;
    private boolean unreadableTime;
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
        receivedMillis = receivedAt.toEpochMilli();
        receivedInMillis = Instant.ofEpochMilli(receivedMillis);
        Timestamps.write(receivedMillis, receivedText, 0);
        ip = options.ip() == null ? null : JsonText.encode(options.ip());
        envelope = batch.envelope();
        sharedContext = sharedObject(Member.CONTEXT);
        sharedIntegrations = sharedObject(Member.INTEGRATIONS);
        contextWithoutOwn = merge(NONE, NONE, sharedContext, ip);
        integrationsWithoutOwn = merge(NONE, NONE, sharedIntegrations, null);
        int sentAt = envelope.last(Member.SENT_AT, 0, envelope.rows());
        sharedSentAt = sentAt != NONE && EventMembers.isStringOrNumber(body, envelope, sentAt) ? sentAt : NONE;
        sharedSentMillis =
                sharedSentAt == NONE ? Timestamps.UNREADABLE : EventMembers.time(body, envelope, sharedSentAt);
    }

    private int sharedObject(Member member) {
        int row = envelope.last(member, 0, envelope.rows());
        return row != NONE && body[envelope.valueStart(row)] == '{' ? row : NONE;
    }

    boolean isFor(Instant receivedAt, NormalizeOptions options) {
        return this.receivedAt.equals(receivedAt) && this.options == options;
    }

    SegmentEvent normalize(int index, DeliveryLog deliveries) throws InvalidEventException {
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
                Instant.ofEpochMilli(timestamp),
                receivedBefore == null ? receivedInMillis : receivedBefore,
                json,
                integrationsAt,
                options.isWebhook(),
                unreadableTime,
                deliveries);
    }

    private void readTimes() {
        receivedBefore = null;
        keepsTimestamp = false;
        hasOriginalTimestamp = false;
        unreadableTime = false;
        if (options.isWebhook() && members.has(Member.RECEIVED_AT)) {
            long millis = members.time(Member.RECEIVED_AT);
            receivedBefore = millis == Timestamps.UNREADABLE ? null : Instant.ofEpochMilli(millis);
        }
        timestamp = receivedBefore == null ? receivedMillis : receivedBefore.toEpochMilli();
        if (members.isAbsent(Member.TIMESTAMP)) {
            return;
        }
        long original = members.time(Member.TIMESTAMP);
        if (original == Timestamps.UNREADABLE) {
            unreadableTime = true;
        } else if (options.isWebhook()) {
            keepsTimestamp = true;
            timestamp = original;
        } else {
            hasOriginalTimestamp = true;
            timestamp = corrected(original);
        }
    }

    /** Takes sentAt and receivedAt for the same instant, so that their difference is the skew of the sender's clock. */
    private long corrected(long original) {
        long sentAt = sharedSentMillis;
        if (!members.isAbsent(Member.SENT_AT)) {
            sentAt = members.time(Member.SENT_AT);
        } else if (sharedSentAt == NONE) {
            return original;
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

    /** Returns null when the member stays as it is. */
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
        editCount = 0;
        integrationsAt = NONE;
        int rows = members.endRow() - members.firstRow();
        if (edits.length < rows) {
            edits = new int[rows];
        }
        for (int row = members.firstRow(); row < members.endRow(); row++) {
            if (!members.counts(row) || isEdited(table.member(row))) {
                edits[editCount++] = row;
            }
        }
        RecordWriter out = new RecordWriter(body, start, end);
        write(out);
        out.beginWriting();
        write(out);
        return out.record();
    }

    private boolean isEdited(Member member) {
        return switch (member) {
            case WRITE_KEY, METADATA, INTEGRATIONS -> true;
            case ORIGINAL_TIMESTAMP -> !options.isWebhook();
            case RECEIVED_AT -> receivedBefore == null;
            case TIMESTAMP -> !keepsTimestamp;
            case TYPE -> batch.impliedType() != null;
            case MESSAGE_ID -> newMessageId != null || members.isNumber(member);
            case USER_ID, ANONYMOUS_ID, GROUP_ID, PREVIOUS_ID -> members.isNumber(member);
            case SENT_AT -> sharedSentAt != NONE && members.isAbsent(member);
            case CONTEXT -> context != null;
            default -> false;
        };
    }

    private void write(RecordWriter out) {
        for (int i = 0; i < editCount; i++) {
            int row = edits[i];
            if (members.counts(row)) {
                edit(out, table.member(row), row);
            } else {
                remove(out, row);
            }
        }
        append(out);
        out.end();
    }

    private void edit(RecordWriter out, Member member, int row) {
        switch (member) {
            case WRITE_KEY, METADATA, ORIGINAL_TIMESTAMP, RECEIVED_AT -> {
                remove(out, row);
                return;
            }
            default -> out.replace(table.valueStart(row), table.valueEnd(row));
        }
        switch (member) {
            case TIMESTAMP -> out.putTimestamp(timestamp);
            case TYPE -> out.put(type.json());
            case SENT_AT -> putValue(out, envelope, sharedSentAt);
            case CONTEXT -> context.put(out);
            case INTEGRATIONS -> putIntegrations(out);
            default -> { // an id
                if (member == Member.MESSAGE_ID && newMessageId != null) {
                    out.put(newMessageId);
                } else {
                    out.put('"');
                    putValue(out, table, row);
                    out.put('"');
                }
            }
        }
    }

    private void append(RecordWriter out) {
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
            putIntegrations(out);
        }
        if (!members.has(Member.TIMESTAMP)) {
            out.append(Member.TIMESTAMP);
            out.putTimestamp(timestamp);
        }
        if (hasOriginalTimestamp) {
            out.append(Member.ORIGINAL_TIMESTAMP);
            putOwn(out, Member.TIMESTAMP);
        }
        if (!members.has(Member.SENT_AT) && sharedSentAt != NONE) {
            out.append(Member.SENT_AT);
            putValue(out, envelope, sharedSentAt);
        }
        if (receivedBefore == null) {
            out.append(Member.RECEIVED_AT);
            out.put(receivedText);
        }
    }

    private void putIntegrations(RecordWriter out) {
        integrationsAt = out.length();
        if (integrations != null) {
            integrations.put(out);
        } else {
            putOwn(out, Member.INTEGRATIONS);
        }
    }

    private void remove(RecordWriter out, int row) {
        out.remove(table.start(row), table.valueEnd(row));
    }

    private void putOwn(RecordWriter out, Member member) {
        out.put(body, members.valueStart(member), members.valueEnd(member));
    }

    private void putValue(RecordWriter out, MemberTable table, int row) {
        out.put(body, table.valueStart(row), table.valueEnd(row));
    }
}
