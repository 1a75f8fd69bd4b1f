package io.camelsegment.event;

import java.util.HashSet;
import java.util.Set;

/**
 * What an event's {@code context} or {@code integrations} becomes when its batch and the collector have something to add: its own
 * bytes, then the batch's members whose names it does not have, then {@code ip} if neither has one. Values are taken or left whole,
 * never merged in turn.
 */
final class ObjectMerge {
    private static final int NONE = -1;

    private final byte[] body;
    private final int own;
    private final int ownEnd;
    private final int shared;
    private final int sharedEnd;
    private final Set<String> ownNames = new HashSet<>();
    private final byte[] ip;

    /**
     * @param own    the brace of the event's object; -1 when it has none
     * @param shared the brace of the batch's object; -1 when it has none
     * @param ip     the value of {@code ip}, a JSON string; null to add none
     */
    ObjectMerge(byte[] body, int own, int ownEnd, int shared, int sharedEnd, byte[] ip) {
        this.body = body;
        this.own = own;
        this.ownEnd = ownEnd;
        this.shared = shared;
        this.sharedEnd = sharedEnd;
        if (own != NONE) {
            JsonScanner scanner = JsonScanner.ofChecked(body, ownEnd);
            for (int p = scanner.firstMember(own); p >= 0; p = scanner.nextMember(p)) {
                ownNames.add(scanner.name());
                p = scanner.value(p);
            }
        }
        this.ip = ip;
    }

    void put(RecordWriter out) {
        out.put('{');
        boolean comma = false;
        boolean hasIp = ownNames.contains("ip");
        if (own != NONE) {
            out.put(body, own + 1, ownEnd - 1);
            comma = !ownNames.isEmpty();
        }
        if (shared != NONE) {
            JsonScanner scanner = JsonScanner.ofChecked(body, sharedEnd);
            for (int p = scanner.firstMember(shared); p >= 0; p = scanner.nextMember(p)) {
                int memberStart = scanner.nameStart() - 1;
                String name = scanner.name();
                hasIp |= name.equals("ip");
                p = scanner.value(p);
                if (!ownNames.contains(name)) {
                    if (comma) {
                        out.put(',');
                    }
                    out.put(body, memberStart, p);
                    comma = true;
                }
            }
        }
        if (ip != null && !hasIp) {
            if (comma) {
                out.put(',');
            }
            out.put(IP);
            out.put(ip);
        }
        out.put('}');
    }

    private static final byte[] IP = {'"', 'i', 'p', '"', ':'};
}
