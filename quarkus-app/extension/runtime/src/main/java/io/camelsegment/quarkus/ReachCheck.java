package io.camelsegment.quarkus;

import java.util.Collection;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Warns of classes that a native binary does not have, once of each. Thread-safe. */
final class ReachCheck {

    private static final Logger LOG = LoggerFactory.getLogger(ReachCheck.class);

    private final boolean inNativeBinary;
    private final Supplier<Set<String>> reachable;
    private final Set<String> told = ConcurrentHashMap.newKeySet();

    /** @param reachable read only when a class is named */
    ReachCheck(boolean inNativeBinary, Supplier<Set<String>> reachable) {
        this.inNativeBinary = inNativeBinary;
        this.reachable = reachable;
    }

    /** @param place what names the classes, such as a file */
    void check(String place, Collection<String> names) {
        if (names.isEmpty()) {
            return;
        }
        Set<String> reached = reachable.get();
        for (String name : names) {
            // On the JVM Camel itself tells of a class that is not there at all.
            if (!reached.contains(name) && (inNativeBinary || exists(name)) && told.add(name)) {
                LOG.warn(
                        "{} names the class {}, which {} cannot reach: annotate it with @RegisterForReflection and"
                                + " build again; name a library's class in @RegisterForReflection(classNames = ...), or"
                                + " have the library indexed by quarkus.index-dependency",
                        place,
                        name,
                        inNativeBinary ? "this native binary" : "a native binary of this app");
            }
        }
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
