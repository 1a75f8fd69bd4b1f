package io.camelsegment.event;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

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
    private static final Member[][] BY_LENGTH = byLength();

    private final String specName;

    @SuppressWarnings("ImmutableEnumChecker") // never changed, and never leaves this class
    private final byte[] ascii;

    @SuppressWarnings("ImmutableEnumChecker") // never changed, and never leaves this package
    private final byte[] commaAndKey;

    Member(String specName) {
        this.specName = specName;
        this.ascii = specName.getBytes(StandardCharsets.US_ASCII);
        this.commaAndKey = (",\"" + specName + "\":").getBytes(StandardCharsets.US_ASCII);
    }

    /** Returns the name as the spec writes it. */
    String specName() {
        return specName;
    }

    /** Returns what comes before a later member's value in JSON: a comma, the name in quotes and a colon; not to be changed. */
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
        if (length < BY_LENGTH.length) {
            for (Member member : BY_LENGTH[length]) {
                if (member.isNamed(json, from)) {
                    return member;
                }
            }
        }
        return null;
    }

    /** A plain loop: quicker than {@code Arrays.equals} for names that differ early or are this short. */
    private boolean isNamed(byte[] json, int from) {
        for (int i = 0; i < ascii.length; i++) {
            if (ascii[i] != json[from + i]) {
                return false;
            }
        }
        return true;
    }

    private static Member[][] byLength() {
        int longest = Arrays.stream(ALL)
                .mapToInt(member -> member.specName.length())
                .max()
                .orElseThrow();
        Member[][] table = new Member[longest + 1][];
        for (int length = 0; length <= longest; length++) {
            int wanted = length;
            table[length] = Arrays.stream(ALL)
                    .filter(member -> member.specName.length() == wanted)
                    .toArray(Member[]::new);
        }
        return table;
    }
}
