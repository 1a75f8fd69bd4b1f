package io.camelsegment.event;

import java.nio.charset.StandardCharsets;

/** A member that the collector reads or writes in an event or a batch's envelope; all others pass untouched. */
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

    /**
     * Multiplier that gives each member's head a slot of its own; found by trial. With a switch on the length instead,
     * parsing and normalising takes 3 to 6 % longer, with a hash map 22 to 24 % (JDK 17 and 25, 2026-11-30).
     */
    private static final long SPREAD = 0x7c3480d083c11f11L;

    private static final Member[] BY_HEAD = byHead();

    private final String specName;

    @SuppressWarnings("ImmutableEnumChecker") // never changes, never leaves this class
    private final byte[] ascii;

    @SuppressWarnings("ImmutableEnumChecker") // never changes, never leaves this package
    private final byte[] commaAndKey;

    /** First eight bytes of the name; no two members share them. */
    private final long head;

    Member(String specName) {
        this.specName = specName;
        this.ascii = specName.getBytes(StandardCharsets.US_ASCII);
        this.commaAndKey = (",\"" + specName + "\":").getBytes(StandardCharsets.US_ASCII);
        this.head = head(ascii, 0, ascii.length);
    }

    /** Returns the name as Segment's spec writes it. */
    String specName() {
        return specName;
    }

    /** Returns a comma, the quoted name and a colon: the JSON text before a value. Callers must not change it. */
    byte[] commaAndKey() {
        return commaAndKey;
    }

    /** Returns the index in {@link #ALL}. */
    @SuppressWarnings("EnumOrdinal") // the tables of numbers live no longer than a request
    int number() {
        return ordinal();
    }

    /** Returns the member that the scanner has stepped to; null when its name is not one of these. */
    static Member of(byte[] json, JsonScanner scanner) {
        if (scanner.isPlain()) {
            return of(json, scanner.nameStart(), scanner.nameEnd());
        }
        return of(scanner.name());
    }

    /** Returns the member of that name; null if it is none of these. */
    static Member of(String name) {
        byte[] utf8 = name.getBytes(StandardCharsets.UTF_8);
        return of(utf8, 0, utf8.length);
    }

    private static Member of(byte[] json, int from, int to) {
        int length = to - from;
        long head = head(json, from, length);
        Member member = BY_HEAD[slot(head)];
        boolean found = member != null && member.head == head && member.ascii.length == length;
        return found && member.endsLike(json, from) ? member : null;
    }

    /** Compares the bytes after the head. */
    private boolean endsLike(byte[] json, int from) {
        for (int i = 8; i < ascii.length; i++) {
            if (json[from + i] != ascii[i]) {
                return false;
            }
        }
        return true;
    }

    /** Returns a name's first eight bytes as a number; shorter names are padded with zeros. */
    private static long head(byte[] json, int from, int length) {
        if (length >= 8) {
            return Bytes.eight(json, from);
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
