package io.camelsegment.event;

import java.nio.charset.StandardCharsets;

/** The members of an event or of a batch's envelope that the collector reads or writes; all others pass untouched. */
enum Member {
    TYPE("type"),
    EVENT("event"),
    NAME("name"),
    CATEGORY("category"),
    USER_ID("userId"),
    ANONYMOUS_ID("anonymousId"),
    SESSION_ID("sessionId"),
    GROUP_ID("groupId"),
    PREVIOUS_ID("previousId"),
    MESSAGE_ID("messageId"),
    TIMESTAMP("timestamp"),
    ORIGINAL_TIMESTAMP("originalTimestamp"),
    SENT_AT("sentAt"),
    RECEIVED_AT("receivedAt"),
    CONTEXT("context"),
    INTEGRATIONS("integrations"),
    PROPERTIES("properties"),
    TRAITS("traits"),
    WRITE_KEY("writeKey"),
    METADATA("_metadata"),
    BATCH("batch");

    static final Member[] ALL = values();

    /** Found by trial: it gives each member's head a slot of its own. */
    private static final long SPREAD = 0x7c3480d083c11f11L;

    private static final Member[] BY_HEAD = byHead();

    private final String specName;

    @SuppressWarnings("ImmutableEnumChecker") // never changed, and never leaves this class
    private final byte[] ascii;

    @SuppressWarnings("ImmutableEnumChecker") // never changed, and never leaves this package
    private final byte[] commaAndKey;

    /** The first eight bytes of the name, which tell it from all others here. */
    private final long head;

    Member(String specName) {
        this.specName = specName;
        this.ascii = specName.getBytes(StandardCharsets.US_ASCII);
        this.commaAndKey = (",\"" + specName + "\":").getBytes(StandardCharsets.US_ASCII);
        this.head = head(ascii, 0, ascii.length);
    }

    /** Returns the name as the spec writes it. */
    String specName() {
        return specName;
    }

    /**
     * Returns what comes before a later member's value in JSON: a comma, the name in quotes and a colon; not to be
     * changed.
     */
    byte[] commaAndKey() {
        return commaAndKey;
    }

    /** Returns the member's place in {@link #ALL}. */
    @SuppressWarnings("EnumOrdinal") // for tables that live no longer than a request
    int number() {
        return ordinal();
    }

    /** Finds the member that the scanner has stepped to; null when it is none of these. */
    static Member of(byte[] json, JsonScanner scanner) {
        if (scanner.isPlain()) {
            return of(json, scanner.nameStart(), scanner.nameEnd());
        }
        byte[] name = scanner.name().getBytes(StandardCharsets.UTF_8);
        return of(name, 0, name.length);
    }

    private static Member of(byte[] json, int from, int to) {
        int length = to - from;
        long head = head(json, from, length);
        Member member = BY_HEAD[slot(head)];
        boolean found = member != null && member.head == head && member.ascii.length == length;
        return found && (length <= 8 || member.endsLike(json, from)) ? member : null;
    }

    /**
     * Compares what comes after the head, in all names of nine to twenty-four bytes; some of it twice, to need no loop.
     */
    private boolean endsLike(byte[] json, int from) {
        int lastEight = ascii.length - 8;
        return Bytes.eight(json, from + lastEight) == Bytes.eight(ascii, lastEight)
                && (lastEight <= 8 || Bytes.eight(json, from + 8) == Bytes.eight(ascii, 8));
    }

    /** Returns a name's first eight bytes as a number, and zeros for those that it does not have. */
    private static long head(byte[] json, int from, int length) {
        if (length >= 8) {
            return Bytes.eight(json, from);
        }
        if (from + 8 <= json.length) {
            return Bytes.eight(json, from) & ~(-1L << (length * 8));
        }
        long head = 0;
        for (int i = 0; i < length; i++) {
            head |= (json[from + i] & 0xffL) << (i * 8);
        }
        return head;
    }

    private static int slot(long head) {
        return (int) ((head * SPREAD) >>> 58);
    }

    private static Member[] byHead() {
        Member[] table = new Member[64];
        for (Member member : ALL) {
            int slot = slot(member.head);
            if (table[slot] != null) {
                throw new IllegalStateException(member + " and " + table[slot] + " need the same slot");
            }
            table[slot] = member;
        }
        return table;
    }
}
