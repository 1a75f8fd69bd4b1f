package io.camelsegment.event;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;

/**
 * Merges an event's {@code context} or {@code integrations} with the batch's and the collector's: the event's own
 * bytes, then the batch's members with other names, then {@code ip} if wanted and still missing. Without an object of
 * its own, the event gets the batch's. Values are copied or skipped whole, never merged themselves.
 */
final class ObjectMerge {
    static final int NONE = -1;

    private static final byte[] OPEN = {'{'};
    private static final byte[] COMMA = {','};
    private static final byte[] CLOSE = {'}'};
    private static final byte[] IP = ",\"ip\":".getBytes(US_ASCII);

    private final byte[] body;
    private final int own;
    private final int ownEnd;
    private final byte[] ip;
    private final boolean copiesShared;
    private final boolean addsIp;

    private boolean ownEmpty = true;
    /** Start and end of each member that the batch adds. */
    private int[] additions = {};

    private int additionCells;
    private boolean hasIp;
    private boolean isDirect;
    /** Offset of the value of {@code library}; -1 if there is none. */
    private int library = NONE;

    /**
     * @param own            offset of the event's object; -1 if it has none
     * @param shared         offset of the batch's object; -1 if it has none
     * @param ip             value of {@code ip}, a JSON string; null to add none
     * @param clientSideOnly whether to add {@code ip} only to events from the user's own device
     */
    ObjectMerge(byte[] body, int own, int ownEnd, int shared, int sharedEnd, byte[] ip, boolean clientSideOnly) {
        this.body = body;
        this.own = own != NONE ? own : shared;
        this.ownEnd = own != NONE ? ownEnd : sharedEnd;
        this.ip = ip;
        this.copiesShared = own == NONE && shared != NONE;
        if (own != NONE && shared != NONE) {
            Set<String> ownNames = new HashSet<>();
            readOwn(ownNames);
            readShared(shared, ownNames);
        } else if (this.own != NONE && ip != null) {
            readOwn(null);
        }
        addsIp = ip != null
                && !hasIp
                && (!clientSideOnly || isDirect || (library != NONE && ClientLibraries.includes(body, library)));
    }

    /** Returns whether the event's member is copied unchanged. */
    boolean changesNothing() {
        return !copiesShared && additionCells == 0 && !addsIp;
    }

    private void readOwn(Set<String> names) {
        JsonScanner scanner = JsonScanner.ofChecked(body);
        for (int p = scanner.firstMember(own); p >= 0; p = scanner.nextMember(p)) {
            ownEmpty = false;
            notice(scanner, p);
            if (names != null) {
                names.add(scanner.name());
            }
            p = scanner.value(p);
        }
    }

    private void readShared(int shared, Set<String> ownNames) {
        JsonScanner scanner = JsonScanner.ofChecked(body);
        for (int p = scanner.firstMember(shared); p >= 0; p = scanner.nextMember(p)) {
            int start = scanner.nameStart() - 1;
            boolean added = !ownNames.contains(scanner.name());
            if (added) {
                notice(scanner, p);
            }
            p = scanner.value(p);
            if (added) {
                if (additionCells == additions.length) {
                    additions = Arrays.copyOf(additions, Math.max(8, additions.length * 2));
                }
                additions[additionCells++] = start;
                additions[additionCells++] = p;
            }
        }
    }

    /** Notes the members that decide whether {@code ip} is added; of a repeated member the last counts. */
    private void notice(JsonScanner scanner, int value) {
        if (ip == null) {
            return;
        }
        if (scanner.nameIs("ip")) {
            hasIp = true;
        } else if (scanner.nameIs("library")) {
            library = value;
        } else if (scanner.nameIs("direct")) {
            isDirect = body[value] == 't';
        }
    }

    void put(RecordWriter out) {
        boolean asItIs = additionCells == 0 && !addsIp;
        if (asItIs) {
            out.put(body, own, ownEnd);
            return;
        }
        if (own == NONE) {
            out.put(OPEN);
        } else {
            out.put(body, own, ownEnd - 1);
        }
        boolean comma = !ownEmpty;
        for (int i = 0; i < additionCells; i += 2) {
            if (comma) {
                out.put(COMMA);
            }
            out.put(body, additions[i], additions[i + 1]);
            comma = true;
        }
        if (addsIp) {
            out.put(IP, comma ? 0 : 1, IP.length);
            out.put(ip);
        }
        out.put(CLOSE);
    }
}
