package io.camelsegment.quarkus.deployment;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import org.objectweb.asm.ClassReader;

/** The classes that another one refers to. */
final class References {

    /** The tag of a class in the constant pool of a class file. */
    private static final int CLASS = 7;

    private References() {}

    /**
     * Returns whether all classes that one refers to are there. Some of Camel's need a library that is optional; a
     * native image that has such a class does not link.
     */
    static boolean areThere(String className, ClassLoader loader) {
        try (InputStream stream = loader.getResourceAsStream(fileOf(className.replace('.', '/')))) {
            if (stream == null) {
                return false;
            }
            ClassReader reader = new ClassReader(stream);
            char[] buffer = new char[reader.getMaxStringLength()];
            for (int item = 1; item < reader.getItemCount(); item++) {
                int offset = reader.getItem(item);
                if (offset > 0 && reader.readByte(offset - 1) == CLASS) {
                    String name = reader.readUTF8(offset, buffer);
                    if (!name.startsWith("[") && loader.getResource(fileOf(name)) == null) {
                        return false;
                    }
                }
            }
            return true;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns whether a class is there. */
    static boolean isThere(String className, ClassLoader loader) {
        return loader.getResource(fileOf(className.replace('.', '/'))) != null;
    }

    private static String fileOf(String internalName) {
        return internalName + ".class";
    }
}
