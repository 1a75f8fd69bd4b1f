package io.camelsegment.quarkus.deployment;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Modifier;
import java.net.URI;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** The public classes of the module {@code java.base} of the JDK that builds, which no index holds. */
final class JdkClasses {

    private static final Path ROOT =
            FileSystems.getFileSystem(URI.create("jrt:/")).getPath("/modules/java.base");

    private JdkClasses() {}

    /** Returns the classes in a package and those below it, such as {@code java/util}, that meet a condition. */
    static List<Class<?>> in(String directory, Predicate<Class<?>> condition) {
        List<Class<?>> found = new ArrayList<>();
        try (Stream<Path> files = Files.walk(ROOT.resolve(directory))) {
            for (Path file :
                    (Iterable<Path>) files.filter(file -> file.toString().endsWith(".class"))::iterator) {
                Class<?> one = load(ROOT.relativize(file).toString());
                if (Modifier.isPublic(one.getModifiers()) && condition.test(one)) {
                    found.add(one);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return found;
    }

    private static Class<?> load(String file) {
        String name = file.substring(0, file.length() - ".class".length()).replace('/', '.');
        try {
            return Class.forName(name, false, null);
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
    }
}
