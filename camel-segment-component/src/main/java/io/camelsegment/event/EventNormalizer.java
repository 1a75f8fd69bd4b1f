package io.camelsegment.event;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.time.Instant;
import java.util.Arrays;

/** Checks the events of one batch and writes their records. Not thread-safe: it keeps the state of the event at hand. */
final class EventNormalizer {
    private static final int NONE = -1;

    private final EventBatch batch;
    private final Instant receivedAt;
    private final NormalizeOptions options;
    private final byte[] body;
    private final MemberTable members;

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
    private int index;
    private int firstRow;
    private int endRow;
    /** The row of each member that counts, the last one of several; {@link #NONE} for what is missing. */
    private final int[] rows = new int[Member.ALL.length];
    /** The rows that do not stay as they are. */
    private int[] edits = new int[16];

    private int editCount;
    private EventType type;
    private String messageId;
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
        members = batch.members();
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
        sharedSentAt = sentAt != NONE && isStringOrNumber(envelope, sentAt) ? sentAt : NONE;
        sharedSentMillis = sharedSentAt == NONE ? Timestamps.UNREADABLE : time(envelope, sharedSentAt);
    }

    private int sharedObject(Member member) {
        int row = envelope.last(member, 0, envelope.rows());
        return row != NONE && body[envelope.valueStart(row)] == '{' ? row : NONE;
    }

    boolean isFor(Instant receivedAt, NormalizeOptions options) {
        return this.receivedAt.equals(receivedAt) && this.options == options;
    }

    SegmentEvent normalize(int index) throws InvalidEventException {
        begin(index);
        int start = batch.events().start(index);
        int end = batch.events().end(index);
        if (body[start] != '{') {
            throw unexpected(RejectionReason.BAD_REQUEST, "object", start, "");
        }
        int maxEventBytes = batch.limits().maxEventBytes();
        if (end - start > maxEventBytes) {
            throw invalid(
                    RejectionReason.EVENT_TOO_LARGE,
                    "event is " + (end - start) + " bytes, at most " + maxEventBytes + " are taken, at "
                            + batch.path(index));
        }
        type = type();
        String userId = id(Member.USER_ID);
        String anonymousId = id(Member.ANONYMOUS_ID);
        String groupId = id(Member.GROUP_ID);
        String previousId = id(Member.PREVIOUS_ID);
        if (userId == null
                && anonymousId == null
                && !(type == EventType.GROUP && groupId != null)
                && !(type == EventType.ALIAS && previousId != null)) {
            throw invalid(
                    RejectionReason.NO_USER_ANON_ID,
                    "expected userId or anonymousId but was neither at " + batch.path(index));
        }
        String event = eventName();
        checkDetails();
        if (messageId == null) {
            messageId = options.newMessageId();
            newMessageId = JsonText.encode(messageId);
        }
        readTimes();
        context = merge(Member.CONTEXT, sharedContext, ip, contextWithoutOwn);
        integrations = merge(Member.INTEGRATIONS, sharedIntegrations, null, integrationsWithoutOwn);
        byte[] json = record(start, end);
        return new SegmentEvent(
                type,
                event,
                userId,
                anonymousId,
                stringOrNumber(row(Member.SESSION_ID)),
                groupId,
                messageId,
                Instant.ofEpochMilli(timestamp),
                receivedBefore == null ? receivedInMillis : receivedBefore,
                json,
                integrationsAt,
                options.isWebhook(),
                unreadableTime);
    }

    private void begin(int index) {
        this.index = index;
        firstRow = batch.events().firstRow(index);
        endRow = batch.events().endRow(index, members);
        Arrays.fill(rows, NONE);
        for (int row = firstRow; row < endRow; row++) {
            rows[members.member(row).number()] = row;
        }
        messageId = stringOrNumber(row(Member.MESSAGE_ID));
        newMessageId = null;
        integrationsAt = NONE;
    }

    private EventType type() throws InvalidEventException {
        if (batch.impliedType() != null) {
            return batch.impliedType();
        }
        int row = row(Member.TYPE);
        if (isNothing(members, row)) {
            throw invalid(RejectionReason.MISSING_TYPE, "expected string but was nothing at " + path(Member.TYPE));
        }
        if (body[members.valueStart(row)] != '"') {
            throw unexpected(RejectionReason.INVALID_TYPE, "string", row, Member.TYPE);
        }
        EventType named = EventType.of(body, members.valueStart(row) + 1, members.valueEnd(row) - 1);
        if (named == null) {
            throw invalid(
                    RejectionReason.INVALID_TYPE,
                    "expected track, identify, page, screen, group or alias but was another string at "
                            + path(Member.TYPE));
        }
        return named;
    }

    private String id(Member member) throws InvalidEventException {
        int row = row(member);
        String id = stringOrNumber(row);
        if (id == null && !isNothing(members, row)) {
            throw unexpected(RejectionReason.ID_NOT_STRING, "string", row, member);
        }
        return id;
    }

    private String eventName() throws InvalidEventException {
        return switch (type) {
            case TRACK -> {
                String event = string(Member.EVENT, RejectionReason.EVENT_NOT_STRING);
                if (event == null) {
                    throw invalid(
                            RejectionReason.EVENT_NOT_DEFINED,
                            "expected string but was nothing at " + path(Member.EVENT));
                }
                yield event;
            }
            case PAGE, SCREEN -> string(Member.NAME, RejectionReason.NAME_NOT_STRING);
            case IDENTIFY, GROUP, ALIAS -> null;
        };
    }

    private void checkDetails() throws InvalidEventException {
        switch (type) {
            case TRACK -> object(Member.PROPERTIES, RejectionReason.PROPERTIES_NOT_OBJECT);
            case PAGE, SCREEN -> {
                check(Member.CATEGORY, '"', "string", RejectionReason.CATEGORY_NOT_STRING);
                object(Member.PROPERTIES, RejectionReason.PROPERTIES_NOT_OBJECT);
            }
            case IDENTIFY, GROUP -> object(Member.TRAITS, RejectionReason.TRAITS_NOT_OBJECT);
            case ALIAS -> {}
        }
    }

    private void object(Member member, RejectionReason reason) throws InvalidEventException {
        check(member, '{', "object", reason);
    }

    private String string(Member member, RejectionReason reason) throws InvalidEventException {
        check(member, '"', "string", reason);
        return stringOrNumber(row(member));
    }

    private void check(Member member, char first, String wanted, RejectionReason reason) throws InvalidEventException {
        int row = row(member);
        if (row != NONE && body[members.valueStart(row)] != first && body[members.valueStart(row)] != 'n') {
            throw unexpected(reason, wanted, row, member);
        }
    }

    private void readTimes() {
        receivedBefore = null;
        keepsTimestamp = false;
        hasOriginalTimestamp = false;
        unreadableTime = false;
        if (options.isWebhook() && row(Member.RECEIVED_AT) != NONE) {
            long millis = time(members, row(Member.RECEIVED_AT));
            receivedBefore = millis == Timestamps.UNREADABLE ? null : Instant.ofEpochMilli(millis);
        }
        timestamp = receivedBefore == null ? receivedMillis : receivedBefore.toEpochMilli();
        int row = row(Member.TIMESTAMP);
        if (isNothing(members, row)) {
            return;
        }
        long original = time(members, row);
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
        if (!isNothing(members, row(Member.SENT_AT))) {
            sentAt = time(members, row(Member.SENT_AT));
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

    private long time(MemberTable table, int row) {
        return isStringOrNumber(table, row)
                ? Timestamps.read(body, table.valueStart(row), table.valueEnd(row))
                : Timestamps.UNREADABLE;
    }

    /** Returns null when the member stays as it is. */
    private ObjectMerge merge(Member member, int shared, byte[] ip, ObjectMerge withoutOwn) {
        int own = row(member);
        if (withoutOwn == null || own == NONE || body[members.valueStart(own)] == 'n') {
            return withoutOwn;
        }
        return body[members.valueStart(own)] == '{'
                ? merge(members.valueStart(own), members.valueEnd(own), shared, ip)
                : null;
    }

    private ObjectMerge merge(int own, int ownEnd, int shared, byte[] ip) {
        if (shared == NONE) {
            return ip == null ? null : new ObjectMerge(body, own, ownEnd, NONE, NONE, ip);
        }
        return new ObjectMerge(body, own, ownEnd, envelope.valueStart(shared), envelope.valueEnd(shared), ip);
    }

    private byte[] record(int start, int end) {
        editCount = 0;
        if (edits.length < endRow - firstRow) {
            edits = new int[endRow - firstRow];
        }
        for (int row = firstRow; row < endRow; row++) {
            if (row(members.member(row)) != row || isEdited(members.member(row), row)) {
                edits[editCount++] = row;
            }
        }
        RecordWriter out = new RecordWriter(body, start, end);
        write(out);
        out.beginWriting();
        write(out);
        return out.record();
    }

    private boolean isEdited(Member member, int row) {
        return switch (member) {
            case WRITE_KEY, METADATA, INTEGRATIONS -> true;
            case ORIGINAL_TIMESTAMP -> !options.isWebhook();
            case RECEIVED_AT -> receivedBefore == null;
            case TIMESTAMP -> !keepsTimestamp;
            case TYPE -> batch.impliedType() != null;
            case MESSAGE_ID -> newMessageId != null || isNumber(body[members.valueStart(row)]);
            case USER_ID, ANONYMOUS_ID, GROUP_ID, PREVIOUS_ID -> isNumber(body[members.valueStart(row)]);
            case SENT_AT -> sharedSentAt != NONE && isNothing(members, row);
            case CONTEXT -> context != null;
            default -> false;
        };
    }

    private void write(RecordWriter out) {
        for (int i = 0; i < editCount; i++) {
            int row = edits[i];
            Member member = members.member(row);
            if (row(member) != row) {
                remove(out, row);
            } else {
                edit(out, member, row);
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
            default -> out.replace(members.valueStart(row), members.valueEnd(row));
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
                    putValue(out, members, row);
                    out.put('"');
                }
            }
        }
    }

    private void append(RecordWriter out) {
        if (row(Member.TYPE) == NONE) {
            out.append(Member.TYPE);
            out.put(type.json());
        }
        if (row(Member.MESSAGE_ID) == NONE) {
            out.append(Member.MESSAGE_ID);
            out.put(newMessageId);
        }
        if (row(Member.CONTEXT) == NONE && context != null) {
            out.append(Member.CONTEXT);
            context.put(out);
        }
        if (row(Member.INTEGRATIONS) == NONE && integrations != null) {
            out.append(Member.INTEGRATIONS);
            putIntegrations(out);
        }
        if (row(Member.TIMESTAMP) == NONE) {
            out.append(Member.TIMESTAMP);
            out.putTimestamp(timestamp);
        }
        if (hasOriginalTimestamp) {
            out.append(Member.ORIGINAL_TIMESTAMP);
            putValue(out, members, row(Member.TIMESTAMP));
        }
        if (row(Member.SENT_AT) == NONE && sharedSentAt != NONE) {
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
            putValue(out, members, row(Member.INTEGRATIONS));
        }
    }

    private void remove(RecordWriter out, int row) {
        out.remove(members.start(row), members.valueEnd(row));
    }

    private void putValue(RecordWriter out, MemberTable table, int row) {
        out.put(body, table.valueStart(row), table.valueEnd(row));
    }

    private int row(Member member) {
        return rows[member.number()];
    }

    /** Tells whether a value counts as absent: missing, null or the empty string. */
    private boolean isNothing(MemberTable table, int row) {
        return row == NONE
                || body[table.valueStart(row)] == 'n'
                || (body[table.valueStart(row)] == '"' && table.valueEnd(row) - table.valueStart(row) == 2);
    }

    private boolean isStringOrNumber(MemberTable table, int row) {
        byte first = body[table.valueStart(row)];
        return first == '"' ? !isNothing(table, row) : isNumber(first);
    }

    private static boolean isNumber(byte first) {
        return first == '-' || (first >= '0' && first <= '9');
    }

    /** Returns what a string says or how a number is written; null for all else and for the empty string. */
    private String stringOrNumber(int row) {
        if (row == NONE || !isStringOrNumber(members, row)) {
            return null;
        }
        int quote = body[members.valueStart(row)] == '"' ? 1 : 0;
        int start = members.valueStart(row) + quote;
        int end = members.valueEnd(row) - quote;
        return members.isPlain(row)
                ? new String(body, start, end - start, ISO_8859_1)
                : JsonText.decode(body, start, end);
    }

    private String path(Member member) {
        return batch.path(index) + "." + member.specName();
    }

    private InvalidEventException unexpected(RejectionReason reason, String wanted, int row, Member member) {
        return unexpected(reason, wanted, members.valueStart(row), "." + member.specName());
    }

    private InvalidEventException unexpected(RejectionReason reason, String wanted, int valueStart, String member) {
        return invalid(
                reason,
                "expected " + wanted + " but was " + JsonText.kind(body, valueStart) + " at " + batch.path(index)
                        + member);
    }

    private InvalidEventException invalid(RejectionReason reason, String message) {
        return new InvalidEventException(reason, message, index, messageId);
    }
}
