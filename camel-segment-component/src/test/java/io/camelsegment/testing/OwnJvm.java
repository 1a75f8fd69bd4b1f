package io.camelsegment.testing;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * Marks a test class that changes or watches something of the whole JVM. The build runs such classes side by side in
 * JVMs of their own; elsewhere, as in an IDE, they run alone.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Tag(OwnJvm.TAG)
@Isolated
public @interface OwnJvm {

    /** The name of the group in the POM. */
    String TAG = "own-jvm";

    /** What the class changes or watches. */
    String value();
}
