package io.camelsegment.routes;

import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * Picks the names that are worth a line in the log: each one once without regard to case, at most ten a minute. A name
 * that had to wait is picked when it comes again. Remembers 1,000 names, and then picks no more. Thread-safe.
 */
final class FirstNames {

    static final int PER_MINUTE = 10;
    static final int IN_ALL = 1_000;

    private static final long MINUTE = 60_000_000_000L;
    private static final int MOST_CHARACTERS = 100;

    private final LongSupplier nanoTime;
    private final Set<String> picked = ConcurrentHashMap.newKeySet();
    private long minuteBegan;
    private int inThisMinute;
    /** Whether no name can be picked now; spares each event the lock. */
    private volatile boolean closed;

    private volatile long closedSince;

    /**
     * @param nanoTime as {@link System#nanoTime}
     */
    FirstNames(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.minuteBegan = nanoTime.getAsLong();
    }

    /**
     * Returns the name as it may stand in a log, with 100 characters at most and without control characters; null if it
     * is not to be told.
     */
    String pick(String name) {
        if (closed && (picked.size() == IN_ALL || nanoTime.getAsLong() - closedSince < MINUTE)) {
            return null;
        }
        String start = name.length() > MOST_CHARACTERS ? name.substring(0, MOST_CHARACTERS) : name;
        String folded = start.toLowerCase(Locale.ROOT);
        if (picked.contains(folded) || !takePlace(folded)) {
            return null;
        }
        return start.replaceAll("[\\p{Cntrl}\\p{Cf}\\p{Zl}\\p{Zp}\\p{Cs}]", "?");
    }

    private synchronized boolean takePlace(String folded) {
        long now = nanoTime.getAsLong();
        if (now - minuteBegan >= MINUTE) {
            minuteBegan = now;
            inThisMinute = 0;
            closed = false;
        }
        if (inThisMinute == PER_MINUTE || picked.size() == IN_ALL || !picked.add(folded)) {
            return false;
        }
        inThisMinute++;
        closedSince = minuteBegan;
        closed = inThisMinute == PER_MINUTE || picked.size() == IN_ALL;
        return true;
    }
}
