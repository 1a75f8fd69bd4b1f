package io.camelsegment.quarkus;

import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Warns of classes that a native binary does not have, once of each. Thread-safe. */
final class ReachCheck {

    private static final Logger LOG = LoggerFactory.getLogger(ReachCheck.class);

    private static final String WITHOUT_A_BINARY =
            "; if you build none, quarkus.log.category.\"io.camelsegment.quarkus\".level=ERROR keeps this quiet";

    private final boolean inNativeBinary;
    private final Supplier<Set<String>> reader;
    private final Set<String> told = ConcurrentHashMap.newKeySet();
    private volatile Set<String> reachable;

    /** @param reader of the classes that the binary has; called once, when a class is named */
    ReachCheck(boolean inNativeBinary, Supplier<Set<String>> reader) {
        this.inNativeBinary = inNativeBinary;
        this.reader = reader;
    }

    /** @param place what names the classes, such as a file */
    void check(String place, Collection<String> names) {
        List<String> missing = names.stream()
                .filter(name -> !isReachable(name) && told.add(name))
                .toList();
        if (missing.isEmpty()) {
            return;
        }
        LOG.warn(
                "{} names the {} {}, which {} cannot reach: annotate a class of yours with @RegisterForReflection and"
                        + " build again; name a library's in @RegisterForReflection(classNames = ...), or have the"
                        + " library indexed by quarkus.index-dependency{}",
                place,
                missing.size() == 1 ? "class" : "classes",
                String.join(", ", missing),
                inNativeBinary ? "this native binary" : "a native binary of this app",
                inNativeBinary ? "" : WITHOUT_A_BINARY);
    }

    private boolean isReachable(String name) {
        if (reachable == null) {
            reachable = reader.get();
        }
        // On the JVM Camel itself tells of a class that is not there at all.
        return reachable.contains(name) || !(inNativeBinary || exists(name));
    }

    private static boolean exists(String name) {
        try {
            Class.forName(name, false, Thread.currentThread().getContextClassLoader());
            return true;
        } catch (ClassNotFoundException | LinkageError e) {
            return false;
        }
    }
}
