package io.camelsegment.localaws;

import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The simulated AWS account: its number, clock and regions. Thread-safe. */
final class Account {
    private static final Logger LOG = LoggerFactory.getLogger(Account.class);

    private final String id;
    private final InstantSource clock;
    private final long maxRetainedBytes;
    private final ConcurrentMap<String, LocalAwsRegion> regions = new ConcurrentHashMap<>();

    Account(String id, InstantSource clock, long maxRetainedBytes) {
        this.id = id;
        this.clock = clock;
        this.maxRetainedBytes = maxRetainedBytes;
    }

    String id() {
        return id;
    }

    Instant now() {
        return clock.instant();
    }

    /** The most bytes that a stream retains. */
    long maxRetainedBytes() {
        return maxRetainedBytes;
    }

    LocalAwsRegion region(String name) {
        return regions.computeIfAbsent(name, region -> new LocalAwsRegion(this, region));
    }

    Collection<LocalAwsRegion> regions() {
        return regions.values();
    }

    /** Warns a developer who created a stream in one region and looks for it in another. */
    void explainMissing(String kind, String name, String region, Predicate<LocalAwsRegion> has) {
        List<String> elsewhere = regions.values().stream()
                .filter(has)
                .map(LocalAwsRegion::name)
                .sorted()
                .toList();
        if (!elsewhere.isEmpty()) {
            LOG.info("No {} {} in region {}; it exists in {}", kind, name, region, elsewhere);
        }
    }

    void reset() {
        regions.values().forEach(LocalAwsRegion::reset);
    }
}
